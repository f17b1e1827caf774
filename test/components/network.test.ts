import { describe, expect, it } from "vitest";

import type { Cell } from "../../catalog/model";
import type { SizeClassName } from "../../catalog/sizes";
import { Network } from "../../components/cell/network";
import { dataPorts } from "../../components/cell/security-groups";
import { workloadPolicy } from "../../components/cell/workload/identity";
import { plan, type PlannedResource } from "../../adapters/pulumi/plan/plan";
import { byName, chineseCell, ofType, testCell, testContext } from "../harness/cell";

const keyArn = "arn:aws:kms:eu-west-1:123456789012:key/1";

async function network(cell: Cell, apiCidrs: readonly string[] = []): Promise<readonly PlannedResource[]> {
  const { resources } = await plan(() => {
    const ctx = testContext(cell);
    return new Network(ctx, { keyArn, apiCidrs }, { provider: ctx.provider }).vpc.id;
  });
  return resources;
}

/** Names of rules, `from` or `to` whom, on which ports. */
function rules(resources: readonly PlannedResource[], direction: "Ingress" | "Egress"): string[] {
  return ofType(resources, `aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`)
    .map(({ name }) => name.replace("cell-3-", ""))
    .sort();
}

describe("subnets and routes", () => {
  it("three tiers in each zone, each with the block of its letter", async () => {
    const resources = await network(testCell());
    const subnets = byName(resources, "aws:ec2/subnet:Subnet");
    expect([...subnets.keys()].sort()).toEqual(
      ["app", "data", "public"].flatMap((tier) => ["a", "b", "c"].map((letter) => `cell-3-${tier}-${letter}`)),
    );
    expect(subnets.get("cell-3-app-a")?.inputs["cidrBlock"]).toBe("10.3.0.0/19");
    expect(subnets.get("cell-3-app-b")?.inputs["cidrBlock"]).toBe("10.3.32.0/19");
    expect(subnets.get("cell-3-public-a")?.inputs["cidrBlock"]).toBe("10.3.192.0/22");
    expect(subnets.get("cell-3-data-b")?.inputs["cidrBlock"]).toBe("10.3.228.0/22");
    for (const [name, { inputs }] of subnets) {
      expect(inputs["mapPublicIpOnLaunch"], name).toBe(false);
      expect(inputs["tags"]).toMatchObject({ Name: `dev-${name}`, tier: name.split("-")[2] });
    }
  });

  it("leaving a zone out leaves the others as they were", async () => {
    const all = byName(await network(testCell()), "aws:ec2/subnet:Subnet");
    const some = await network(testCell({ availabilityZones: ["eu-west-1a", "eu-west-1c"] }));
    const left = byName(some, "aws:ec2/subnet:Subnet");
    expect(left.size).toBe(6);
    for (const [name, subnet] of left) expect(subnet.inputs).toEqual(all.get(name)?.inputs);
  });

  it.each([
    ["dev", ["cell-3-nat-a"]],
    ["small", ["cell-3-nat-a", "cell-3-nat-b", "cell-3-nat-c"]],
  ] as [SizeClassName, string[]][])("NAT gateways of class %s", async (sizeClass, names) => {
    const resources = await network(testCell({ sizeClass }));
    expect([...byName(resources, "aws:ec2/natGateway:NatGateway").keys()].sort()).toEqual(names);
    expect(ofType(resources, "aws:ec2/eip:Eip")).toHaveLength(names.length);
    // Each zone's nodes leave through their own NAT, where there is one.
    const routes = byName(resources, "aws:ec2/route:Route");
    const ways = ["a", "b", "c"].map((letter) => routes.get(`cell-3-route-app-${letter}-out`)?.inputs["natGatewayId"]);
    expect(ways.every((way) => typeof way === "string")).toBe(true);
    expect(new Set(ways).size).toBe(names.length);
  });

  it("data subnets have no way out", async () => {
    const resources = await network(testCell({ sizeClass: "large" }));
    const routes = ofType(resources, "aws:ec2/route:Route").map(({ name }) => name);
    expect(routes.sort()).toEqual(["app-a", "app-b", "app-c", "public"].map((key) => `cell-3-route-${key}-out`));
    expect(ofType(resources, "aws:ec2/routeTableAssociation:RouteTableAssociation")).toHaveLength(9);
  });

  it("names are completed in the cell's own zone", async () => {
    const resources = await network(testCell());
    expect(ofType(resources, "aws:ec2/vpcDhcpOptions:VpcDhcpOptions")[0]?.inputs).toMatchObject({
      domainName: "cell-3.internal",
      domainNameServers: ["AmazonProvidedDNS"],
    });
    expect(ofType(resources, "aws:ec2/vpc:Vpc")[0]?.inputs).toMatchObject({
      cidrBlock: "10.3.0.0/16",
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: { Name: "dev-cell-3" },
    });
  });
});

describe("security groups", () => {
  it("open exactly these ways", async () => {
    const resources = await network(testCell());
    const services = Object.entries(dataPorts).flatMap(([role, ports]) => ports.map((port) => `${role}:${port}`));
    expect(services).toEqual(["postgres:5432", "redis:6379", "memcached:11211", "kafka:9098", "rabbitmq:5671"]);
    expect(rules(resources, "Ingress")).toEqual(
      [
        "load-balancer-from-https",
        "nodes-from-load-balancer-30443",
        "nodes-from-self",
        "endpoints-from-https",
        ...services.map((service) => `${service.split(":")[0]}-from-nodes-${service.split(":")[1]}`),
      ].sort(),
    );
    expect(rules(resources, "Egress")).toEqual(
      [
        "load-balancer-to-nodes-30443",
        "nodes-to-self",
        "nodes-to-https",
        ...services.map((service) => `nodes-to-${service.replace(":", "-")}`),
      ].sort(),
    );
  });

  it("a cell without RabbitMQ opens no way to it", async () => {
    const resources = await network(testCell({ rabbitmq: false }));
    const ways = [...rules(resources, "Ingress"), ...rules(resources, "Egress")];
    expect(ways.filter((name) => name.includes("rabbitmq"))).toEqual([]);
    expect(ways).toContain("postgres-from-nodes-5432");
  });

  it("private blocks reach the Kubernetes API by a group of its own, on 443 only", async () => {
    const resources = await network(testCell(), ["10.200.0.0/16", "203.0.113.0/24", "100.64.8.0/24"]);
    const ways = ofType(resources, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").filter(({ name }) =>
      name.startsWith("cell-3-api-"),
    );
    expect(ways.map(({ inputs }) => inputs["cidrIpv4"])).toEqual(["10.200.0.0/16", "100.64.8.0/24"]);
    const group = byName(resources, "aws:ec2/securityGroup:SecurityGroup").get("cell-3-api-security-group");
    for (const { inputs, propertyDependencies } of ways) {
      expect(inputs).toMatchObject({ ipProtocol: "tcp", fromPort: 443, toPort: 443 });
      expect(propertyDependencies["securityGroupId"]).toEqual([group?.urn]);
    }
    const groups = ofType(await network(testCell(), ["203.0.113.0/24"]), "aws:ec2/securityGroup:SecurityGroup");
    expect(groups.map(({ name }) => name)).not.toContain("cell-3-api-security-group");
  });

  it("the front door is the only way in from the internet", async () => {
    const resources = await network(testCell());
    const open = ofType(resources, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").filter(
      ({ inputs }) => inputs["cidrIpv4"] !== undefined && inputs["cidrIpv4"] !== "10.3.0.0/16",
    );
    expect(open.map(({ name }) => name)).toEqual(["cell-3-load-balancer-from-https"]);
    expect(open[0]?.inputs).toMatchObject({ cidrIpv4: "0.0.0.0/0", ipProtocol: "tcp", fromPort: 443, toPort: 443 });
  });

  it("groups name only groups of their own cell", async () => {
    const resources = await network(testCell());
    const own = new Set(ofType(resources, "aws:ec2/securityGroup:SecurityGroup").map(({ urn }) => urn));
    const referring = resources.filter(({ inputs }) => inputs["referencedSecurityGroupId"] !== undefined);
    expect(referring.length).toBeGreaterThan(10);
    for (const { name, propertyDependencies } of referring) {
      const named = propertyDependencies["referencedSecurityGroupId"] ?? [];
      expect(named.length, name).toBe(1);
      expect(
        named.every((urn) => own.has(urn)),
        name,
      ).toBe(true);
    }
  });

  it("descriptions have only what AWS allows", async () => {
    const resources = await network(testCell());
    const described = resources.filter(({ type }) => /securityGroup/i.test(type) && type.startsWith("aws:"));
    expect(described.length).toBeGreaterThan(20);
    for (const { name, inputs } of described) {
      expect(String(inputs["description"] ?? ""), name).toMatch(/^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{0,255}$/);
    }
  });

  it("the default group is locked", async () => {
    const [group] = ofType(await network(testCell()), "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup");
    expect(group?.inputs).toMatchObject({ ingress: [], egress: [] });
  });
});

describe("endpoints", () => {
  const services = (resources: readonly PlannedResource[], type: string) =>
    ofType(resources, "aws:ec2/vpcEndpoint:VpcEndpoint")
      .filter(({ inputs }) => inputs["vpcEndpointType"] === type)
      .map(({ inputs }) => inputs["serviceName"] as string)
      .sort();

  it.each(["dev", "small"] as const)(
    "class %s: each service that pods may call, as pods reach no other",
    async (sizeClass) => {
      const names = services(await network(testCell({ sizeClass })), "Interface");
      const own = { keyArn, kafkaArn: "arn:aws:kafka:eu-west-1:1:cluster/k/u", secretArns: [] };
      const called = workloadPolicy(testCell(), own)
        // A key is used by Secrets Manager for the pod; Kafka is in the cell.
        .Statement.flatMap(({ Action }) =>
          [Action as string | string[]].flat().map((action) => action.split(":")[0] ?? ""),
        )
        .filter((service) => service !== "kms" && service !== "kafka-cluster");
      expect(new Set(called)).toEqual(new Set(["secretsmanager", "cloudwatch"]));
      for (const service of called) {
        expect(names).toContain(`com.amazonaws.eu-west-1.${service === "cloudwatch" ? "monitoring" : service}`);
      }
    },
  );

  it("spell services as their partition does", async () => {
    const resources = await network(chineseCell({ sizeClass: "small" }));
    expect(services(resources, "Gateway")).toEqual([
      "com.amazonaws.cn-north-1.dynamodb",
      "com.amazonaws.cn-north-1.s3",
    ]);
    expect(services(resources, "Interface")).toEqual([
      "cn.com.amazonaws.cn-north-1.ec2",
      "cn.com.amazonaws.cn-north-1.ecr.api",
      "cn.com.amazonaws.cn-north-1.ecr.dkr",
      "cn.com.amazonaws.cn-north-1.monitoring",
      "cn.com.amazonaws.cn-north-1.sts",
      "com.amazonaws.cn-north-1.kms",
      "com.amazonaws.cn-north-1.logs",
      "com.amazonaws.cn-north-1.secretsmanager",
    ]);
  });

  it.each([
    ["eu-west-1", true],
    ["ap-southeast-5", true],
    ["mx-central-1", false],
  ])("%s: production pods get their credentials through an endpoint: %s", async (region, offered) => {
    const availabilityZones = ["a", "b", "c"].map((letter) => `${region}${letter}`);
    const resources = await network(testCell({ sizeClass: "small", region, availabilityZones }));
    const found = services(resources, "Interface").map((name) => name.replace(`com.amazonaws.${region}.`, ""));
    expect(found).toEqual(
      ["ec2", "ecr.api", "ecr.dkr", "eks-auth", "kms", "logs", "monitoring", "secretsmanager", "sts"].filter(
        (service) => offered || service !== "eks-auth",
      ),
    );
  });

  it("S3: own account, and reading what nodes are made of", async () => {
    const endpoints = byName(await network(testCell()), "aws:ec2/vpcEndpoint:VpcEndpoint");
    const policy = JSON.parse(endpoints.get("cell-3-endpoint-s3")?.inputs["policy"] as string) as {
      Statement: { Action: string[]; Resource: unknown; Condition?: unknown }[];
    };
    expect(policy.Statement[0]?.Condition).toEqual({
      StringEquals: { "aws:PrincipalAccount": "123456789012", "aws:ResourceAccount": "123456789012" },
    });
    expect(policy.Statement[1]).toMatchObject({
      Action: ["s3:GetObject"],
      Resource: ["arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*", "arn:aws:s3:::al2023-repos-eu-west-1-*/*"],
    });
    // Every statement that opens more than the two buckets asks for the account.
    for (const { Resource, Condition } of policy.Statement) {
      if (Resource === "*") expect(Condition).toBeDefined();
    }
  });

  it("have each a policy of their own, for AWS's default opens everything to every principal; STS lets pods become roles of the cell only", async () => {
    const endpoints = ofType(await network(testCell()), "aws:ec2/vpcEndpoint:VpcEndpoint");
    for (const { name, inputs } of endpoints) {
      const { Statement } = JSON.parse(inputs["policy"] as string) as {
        Statement: { Resource: unknown; Condition?: unknown }[];
      };
      for (const { Resource, Condition } of Statement) if (Resource === "*") expect(Condition, name).toBeDefined();
      if (!name.endsWith("-sts")) continue;
      expect(Statement.at(-1)).toMatchObject({
        Action: ["sts:AssumeRoleWithWebIdentity"],
        Resource: "arn:aws:iam::123456789012:role/dev-cell-3-*",
      });
    }
  });

  it("gateway endpoints serve the private tables, all of them", async () => {
    const resources = await network(testCell());
    const [s3] = ofType(resources, "aws:ec2/vpcEndpoint:VpcEndpoint").filter(({ name }) => name.endsWith("-s3"));
    expect(s3?.inputs["routeTableIds"]).toHaveLength(4);
  });
});

it("flow logs go to the cell's own encrypted group by a role of their own", async () => {
  const resources = await network(testCell());
  const [group] = ofType(resources, "aws:cloudwatch/logGroup:LogGroup");
  expect(group?.inputs).toMatchObject({ name: "/cells/dev-cell-3/flow-logs", kmsKeyId: keyArn, retentionInDays: 30 });
  const [role] = ofType(resources, "aws:iam/role:Role");
  expect(role?.inputs["name"]).toBe("dev-cell-3-flow-logs");
  expect(role?.inputs["assumeRolePolicy"]).toContain('"aws:SourceAccount":"123456789012"');
  const [policy] = ofType(resources, "aws:iam/rolePolicy:RolePolicy");
  expect(policy?.inputs["policy"]).toContain("log-group:/cells/dev-cell-3/flow-logs:*");
  const [log] = ofType(resources, "aws:ec2/flowLog:FlowLog");
  expect(log?.inputs).toMatchObject({ trafficType: "ALL", maxAggregationInterval: 600 });
  expect(log?.deleteBeforeReplace).toBe(true);
});

describe("the whole network", () => {
  it("hangs under one component and uses the cell's provider only", async () => {
    const resources = await network(testCell());
    const [component] = ofType(resources, "cells:cell:Network");
    const provider = resources.find(({ type }) => type === "pulumi:providers:aws");
    const parents = new Map(resources.map(({ urn, parent }) => [urn, parent]));
    for (const { urn, name, custom, provider: used, type } of resources) {
      if (!custom || type.startsWith("pulumi:")) continue;
      let at = parents.get(urn);
      while (at !== undefined && at !== component?.urn) at = parents.get(at);
      expect(at, name).toBe(component?.urn);
      expect(used.startsWith(provider?.urn ?? "-"), name).toBe(true);
      expect(name).toMatch(/^cell-3-/);
    }
  });

  it("names no other cell", async () => {
    const text = JSON.stringify((await network(testCell())).map(({ inputs }) => inputs));
    const cells = new Set([...text.matchAll(/cell-(\d+)/g)].map(([, number]) => number));
    expect([...cells]).toEqual(["3"]);
    const blocks = new Set([...text.matchAll(/\b10\.(\d+)\.\d+\.\d+/g)].map(([, block]) => block));
    expect([...blocks]).toEqual(["3"]);
  });
});
