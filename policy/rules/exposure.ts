import { z } from "zod";

import type { Resource } from "../core/resource";
import type { OwnedContext } from "../core/context";
import { configured, undecided, violation, type Rule, type Verdict } from "../core/rule";
import { demands, equals, isFalse, isProduction } from "../core/demands";
import { items, read } from "../core/value";
import { isEverywhere, parseBlock, relation } from "../literals/block";

const subnet = "aws:ec2/subnet:Subnet";
const machine = "aws:ec2/instance:Instance";
const template = "aws:ec2/launchTemplate:LaunchTemplate";
const legacy = "aws:ec2/launchConfiguration:LaunchConfiguration";

const publicIp: Rule = {
  id: "PUB-01",
  severity: "high",
  title: "Machines have no public address",
  blocks: "instances and launch templates with a public address, and subnets that assign one automatically",
  fix: "set associatePublicIpAddress and mapPublicIpOnLaunch to false; load balancers and NAT gateways need neither",
  origin: "AVD-AWS-0009, AVD-AWS-0164",
  resource: {
    types: [subnet, machine, template, legacy],
    check: (resource) => {
      const message = "instances that start here get a public address";
      if (resource.type === subnet)
        return demands(resource, [{ path: "mapPublicIpOnLaunch", holds: isFalse, absent: "good", message }]);
      if (resource.type !== template) {
        return demands(resource, [{ path: "associatePublicIpAddress", holds: isFalse, absent: "good", message }]);
      }
      return items(resource.props, "networkInterfaces").flatMap((_, index) =>
        demands(resource, [
          { path: `networkInterfaces.${index}.associatePublicIpAddress`, holds: isFalse, absent: "good", message },
        ]),
      );
    },
  },
};

const databases = [
  "aws:rds/instance:Instance",
  "aws:rds/clusterInstance:ClusterInstance",
  "aws:mq/broker:Broker",
  "aws:redshift/cluster:Cluster",
  "aws:dms/replicationInstance:ReplicationInstance",
  "aws:docdb/clusterInstance:ClusterInstance",
  "aws:neptune/clusterInstance:ClusterInstance",
];

const database: Rule = {
  id: "PUB-02",
  severity: "critical",
  title: "Databases and brokers are not public",
  blocks: "publiclyAccessible on a database or broker",
  fix: "set publiclyAccessible: false",
  origin: "CKV_AWS_17",
  resource: {
    types: databases,
    check: (resource) =>
      demands(resource, [
        { path: "publiclyAccessible", holds: isFalse, absent: "good", message: "it is reachable from the internet" },
      ]),
  },
};

const kafka: Rule = {
  id: "PUB-03",
  severity: "critical",
  title: "Kafka is not public",
  blocks: "MSK with public access",
  fix: "leave publicAccess out, or set its type to DISABLED",
  origin: "CKV_AWS_291",
  resource: {
    types: ["aws:msk/cluster:Cluster"],
    check: (resource) =>
      demands(resource, [
        {
          path: "brokerNodeGroupInfo.connectivityInfo.publicAccess.type",
          holds: equals("DISABLED"),
          absent: "good",
          message: "the brokers are reachable from the internet",
        },
      ]),
  },
};

function endpoint(resource: Resource, context: OwnedContext, adminCidrs: readonly string[]): readonly Verdict[] {
  if (resource.type !== "aws:eks/cluster:Cluster" || !isProduction(context)) return [];
  const open = read(resource.props, "vpcConfig.endpointPublicAccess");
  const path = "vpcConfig.publicAccessCidrs";
  if (open.state === "known" && isFalse(open.value)) return [];
  if (open.state === "unknown")
    return [undecided(resource, "vpcConfig.endpointPublicAccess", "its value is not known yet")];
  const listed = items(resource.props, path);
  if (listed.some(({ state }) => state === "unknown")) return [undecided(resource, path, "its value is not known yet")];
  const blocks = listed.map((one) => (one.state === "known" ? parseBlock(String(one.value)) : undefined));
  // Without a list AWS opens the endpoint to the whole internet.
  const isOpen = listed.length === 0 || blocks.some((block) => block !== undefined && isEverywhere(block));
  if (isOpen) return [violation(resource, path, "the Kubernetes API is open to the whole internet")];
  const admins = adminCidrs.map(parseBlock).filter((block) => block !== undefined);
  const isStrange = blocks.some(
    (block) => block === undefined || !admins.some((one) => ["equal", "inside"].includes(relation(block, one))),
  );
  return admins.length > 0 && isStrange
    ? [violation(resource, path, "the Kubernetes API is open to addresses that are not the administrators'")]
    : [];
}

const kubernetes = configured(
  z.strictObject({
    adminCidrs: z
      .array(z.string().refine((text) => parseBlock(text) !== undefined, "write a block, e.g. 198.51.100.0/24"))
      .default([])
      .describe("Address blocks of the administrators; if any are listed, all others are refused."),
  }),
  {
    id: "PUB-04",
    severity: "critical",
    title: "The Kubernetes API is open to administrators only",
    blocks: "a production cluster's public endpoint that is open to the whole internet",
    fix: "list the administrators' addresses in publicAccessCidrs, or disable the public endpoint",
    origin: "AVD-AWS-0040, AVD-AWS-0041",
    owned: (resource, context, { adminCidrs }) => endpoint(resource, context, adminCidrs),
  },
);

interface Entry {
  readonly path: string;
  readonly blocks: readonly string[];
  readonly from: unknown;
  readonly to: unknown;
}

function entries(resource: Resource): readonly (Entry | { readonly unknown: string })[] {
  const number = (path: string): unknown => {
    const found = read(resource.props, path);
    return found.state === "known" ? found.value : undefined;
  };
  const single = (paths: readonly string[]): readonly (Entry | { readonly unknown: string })[] =>
    paths.flatMap((path) =>
      items(resource.props, path).map((found, index) => {
        const at = items(resource.props, path).length > 1 || path.endsWith("s") ? `${path}.${index}` : path;
        if (found.state !== "known") return { unknown: at };
        return { path: at, blocks: [String(found.value)], from: number("fromPort"), to: number("toPort") };
      }),
    );
  if (resource.type === "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    return single(["cidrIpv4", "cidrIpv6"]);
  if (resource.type === "aws:ec2/securityGroupRule:SecurityGroupRule") {
    return number("type") === "egress" ? [] : single(["cidrBlocks", "ipv6CidrBlocks"]);
  }
  return items(resource.props, "ingress").flatMap((_, index) =>
    ["cidrBlocks", "ipv6CidrBlocks"].flatMap((list) =>
      items(resource.props, `ingress.${index}.${list}`).map((found, at) => {
        const path = `ingress.${index}.${list}.${at}`;
        if (found.state !== "known") return { unknown: path };
        return {
          path,
          blocks: [String(found.value)],
          from: number(`ingress.${index}.fromPort`),
          to: number(`ingress.${index}.toPort`),
        };
      }),
    ),
  );
}

const ingress = configured(
  z.strictObject({
    openPorts: z
      .array(z.int().min(1).max(65_535))
      .max(8)
      .default([80, 443])
      .describe("Ports that may be open to the whole internet."),
  }),
  {
    id: "PUB-05",
    severity: "critical",
    title: "Only the front door is open to the internet",
    blocks: "rules that allow the whole internet on ports other than HTTP and HTTPS",
    fix: "allow the load balancer's security group; only the load balancer opens ports 80 and 443",
    origin: "AVD-AWS-0107, CKV_AWS_277",
    resource: {
      types: [
        "aws:ec2/securityGroup:SecurityGroup",
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        "aws:ec2/securityGroupRule:SecurityGroupRule",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      ],
      check: (resource, { openPorts }) =>
        entries(resource).flatMap((entry): readonly Verdict[] => {
          // ISO-18 reports unknown addresses; without them a port cannot be judged.
          if ("unknown" in entry) return [];
          const isOpen = entry.blocks.some((text) => {
            const block = parseBlock(text);
            return block !== undefined && isEverywhere(block);
          });
          if (!isOpen || (entry.from === entry.to && openPorts.includes(Number(entry.from)))) return [];
          return [violation(resource, entry.path, "the whole internet is allowed")];
        }),
    },
  },
);

/** Exposure to the internet. */
export const exposure: readonly Rule[] = [publicIp, database, kafka, kubernetes, ingress];
