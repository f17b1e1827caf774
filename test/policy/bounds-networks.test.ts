import { describe, expect, it } from "vitest";

import type { Resource } from "../../policy/core/resource";
import type { Known } from "../../policy/fingerprints/known";
import { one, said, set } from "./one-rule";
import { unknown, World } from "./world";

const lambda = "aws:lambda/function:Function";
const vpc = "aws:ec2/vpc:Vpc";
const zone = "aws:route53/zone:Zone";
const database = "aws:rds/instance:Instance";

describe("NET-02", () => {
  const six = (...blocks: readonly (readonly [number, string])[]): readonly string[] =>
    said("NET-02", (world) =>
      blocks.forEach(([cell, ipv6CidrBlock], at) => world.add(vpc, { ipv6CidrBlock }, { cell, name: `vpc-${at}` })),
    );
  const services = (serviceIpv4Cidr: unknown, cidrBlock: string): readonly string[] =>
    said("NET-02", (world) => {
      world.add(vpc, { cidrBlock }, { name: "vpc" });
      world.add("aws:eks/cluster:Cluster", { kubernetesNetworkConfig: { serviceIpv4Cidr } }, { name: "cluster" });
    });

  it("compares IPv6 blocks of two owners", () => {
    expect(six([1, "fd00:1::/48"], [2, "fd00:2::/48"])).toEqual([]);
    expect(six([1, "fd00:1::/48"], [2, "fd00:1::/56"])).toEqual(["violation ipv6CidrBlock"]);
    expect(six([1, "fd00:1::/48"], [1, "fd00:1::/56"])).toEqual([]);
    expect(six([1, "fd00:1::/48"], [2, "none"])).toEqual([]);
    expect(six([1, "fd00:1::/48"], [2, "fd00:2::/48"], [1, "fd00:2::/48"])).toEqual(["violation ipv6CidrBlock"]);
  });

  it("keeps a cluster's services out of every network", () => {
    expect(services("172.20.0.0/16", "10.1.0.0/16")).toEqual([]);
    for (const block of ["10.1.0.0/16", "10.0.0.0/8", "10.1.4.0/24"])
      expect(services(block, "10.1.0.0/16")).toEqual(["violation kubernetesNetworkConfig.serviceIpv4Cidr"]);
    expect([services(unknown, "10.1.0.0/16"), services(7, "10.1.0.0/16")]).toEqual([[], []]);
  });

  it("stops looking where blocks begin behind the own end", () => {
    expect(
      said("NET-02", (world) =>
        [
          [1, "10.1.0.0/16"],
          [2, "10.2.0.0/16"],
          [2, "10.1.255.0/24"],
          [1, "10.3.0.0/16"],
        ].forEach(([cell, cidrBlock], at) =>
          world.add(vpc, { cidrBlock }, { cell: cell as number, name: `vpc-${at}` }),
        ),
      ),
    ).toEqual(["violation cidrBlock"]);
  });
});

describe("NET-05", () => {
  const own = { name: "cell-1.internal", vpcs: [{ vpcId: "vpc-1" }] };

  it("sees the second network, as a value and as an edge", () => {
    const edges = (...cells: readonly number[]): readonly string[] =>
      said("NET-05", (world) => {
        const networks = cells.map((cell, at) => world.add(vpc, {}, { cell, name: `vpc-${at}` }));
        world.add(zone, { name: "cell-1.internal", vpcs: [{ vpcId: unknown }] }, { from: { vpcs: networks } });
      });
    expect(one("NET-05", zone, { ...own, vpcs: [{}, {}] })).toEqual(["violation vpcs"]);
    expect(edges(1)).toEqual([]);
    expect(edges(1, 1)).toEqual(["violation vpcs"]);
    expect(edges(1, 2)).toEqual(["violation vpcs"]);
    expect(edges(2)).toEqual(["violation vpcs"]);
  });

  it("wants an inner name inside, and the own one", () => {
    expect(one("NET-05", zone, { name: "cell-1.internal" })).toEqual(["violation vpcs"]);
    expect(
      said(
        "NET-05",
        (world) =>
          void world.add(zone, { name: "cell-1.internal" }, { from: { vpcs: [world.add(vpc, {}, { name: "own" })] } }),
      ),
    ).toEqual([]);
    expect(one("NET-05", zone, { ...own, name: "shop.internal" })).toEqual(["violation name"]);
    expect(one("NET-05", zone, { ...own, name: "shop.cell-1.internal." })).toEqual([]);
    expect(one("NET-05", zone, { ...own, name: "CELL-1.INTERNAL" })).toEqual([]);
    const pattern = set({ "NET-05": { zonePatterns: ["{cell}-shop.internal", "{cell}.{cell}.internal"] } });
    for (const name of ["cell-1-shop.internal", "cell-1.cell-1.internal"])
      expect(one("NET-05", zone, { ...own, name }, pattern)).toEqual([]);
  });

  it("reports associations by cells and from outside them, and none of what is only read", () => {
    const association = "aws:route53/zoneAssociation:ZoneAssociation";
    const outside = (type: string, isRead = false): readonly string[] =>
      said(
        "NET-05",
        (world) =>
          void world.put({
            type,
            name: "it",
            isRead,
            parent: world.put({ type: "cells:index:Foundation", name: "foundation" }),
          }),
      );
    expect(one("NET-05", association, {})).toEqual(["violation vpcId"]);
    expect(outside(association)).toEqual(["violation vpcId"]);
    expect(outside("aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization")).toEqual(["violation vpcId"]);
    expect(outside(association, true)).toEqual([]);
    expect(outside(zone)).toEqual([]);
  });
});

describe("ISO-09", () => {
  it("distinguishes endpoints to other services from those to AWS", () => {
    const endpoint = "aws:ec2/vpcEndpoint:VpcEndpoint";
    for (const serviceName of [
      "com.amazonaws.eu-west-1.s3",
      "cn.com.amazonaws.cn-north-1.sts",
      "aws.sagemaker.eu-west-1.notebook",
    ])
      expect(one("ISO-09", endpoint, { serviceName })).toEqual([]);
    expect(one("ISO-09", endpoint, { serviceName: "com.amazonaws.vpce.eu-west-1.vpce-svc-0123" })).toEqual([
      "violation serviceName",
    ]);
    for (const path of ["serviceNetworkArn", "resourceConfigurationArn"])
      expect(one("ISO-09", endpoint, { [path]: "arn:x" })).toEqual([`violation ${path}`]);
    expect(one("ISO-09", "aws:ec2/vpcEndpointService:VpcEndpointService", { allowedPrincipals: ["arn:x"] })).toEqual([
      "violation allowedPrincipals",
    ]);
    expect(one("ISO-09", "aws:ec2/vpcEndpointService:VpcEndpointService", {})).toEqual([]);
  });
});

describe("PUB-04 and PUB-05", () => {
  const cluster = (vpcConfig: object, known?: Known): readonly string[] =>
    one("PUB-04", "aws:eks/cluster:Cluster", { vpcConfig }, known);

  it("let only administrators in to Kubernetes", () => {
    const admins = set({ "PUB-04": { adminCidrs: ["198.51.100.0/24"] } });
    expect(cluster({ endpointPublicAccess: false })).toEqual([]);
    expect(cluster({ endpointPublicAccess: unknown })).toEqual(["undecided vpcConfig.endpointPublicAccess"]);
    expect(cluster({})).toEqual(["violation vpcConfig.publicAccessCidrs"]);
    expect(cluster({ publicAccessCidrs: unknown })).toEqual(["undecided vpcConfig.publicAccessCidrs"]);
    expect(cluster({ publicAccessCidrs: ["198.51.100.0/24", "0.0.0.0/0"] })).toEqual([
      "violation vpcConfig.publicAccessCidrs",
    ]);
    expect(cluster({ publicAccessCidrs: ["203.0.113.0/24"] })).toEqual([]);
    for (const blocks of [["198.51.100.0/24"], ["198.51.100.7/32"]])
      expect(cluster({ publicAccessCidrs: blocks }, admins)).toEqual([]);
    for (const blocks of [["203.0.113.0/24"], ["198.51.0.0/16"], ["198.51.100.7/32", "none"]])
      expect(cluster({ publicAccessCidrs: blocks }, admins)).toEqual(["violation vpcConfig.publicAccessCidrs"]);
  });

  const everybody = { cidrIpv4: "0.0.0.0/0" };
  const ingress = (props: object, known?: Known): readonly string[] =>
    one("PUB-05", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", props, known);

  it("let the internet in on two single ports", () => {
    for (const port of [80, 443]) expect(ingress({ ...everybody, fromPort: port, toPort: port })).toEqual([]);
    for (const [fromPort, toPort] of [
      [80, 443],
      [22, 22],
      [0, 65_535],
      [undefined, undefined],
      [443, unknown],
      [443, undefined],
    ])
      expect(ingress({ ...everybody, fromPort, toPort })).toEqual(["violation cidrIpv4"]);
    expect(ingress({ cidrIpv6: "::/0", fromPort: 22, toPort: 22 })).toEqual(["violation cidrIpv6"]);
    expect(ingress({ cidrIpv4: "10.1.0.0/16", fromPort: 22, toPort: 22 })).toEqual([]);
    expect(ingress({ cidrIpv4: unknown, fromPort: 22, toPort: 22 })).toEqual([]);
    expect(ingress({ ...everybody, fromPort: 8443, toPort: 8443 }, set({ "PUB-05": { openPorts: [8443] } }))).toEqual(
      [],
    );
  });

  it("read groups and single rules, and let out what goes out", () => {
    const group = "aws:ec2/securityGroup:SecurityGroup";
    const rows = [
      { cidrBlocks: ["10.0.0.0/8", "0.0.0.0/0"], fromPort: 443, toPort: 443 },
      { cidrBlocks: ["10.0.0.0/8", "0.0.0.0/0"], ipv6CidrBlocks: ["::/0"], fromPort: 22, toPort: 22 },
    ];
    expect(one("PUB-05", group, { ingress: rows, egress: rows })).toEqual([
      "violation ingress.1.cidrBlocks.1",
      "violation ingress.1.ipv6CidrBlocks.0",
    ]);
    expect(one("PUB-05", group, { ingress: [{ cidrBlocks: [unknown], fromPort: 22, toPort: 22 }] })).toEqual([]);
    const single = "aws:ec2/securityGroupRule:SecurityGroupRule";
    const row = { cidrBlocks: ["0.0.0.0/0"], fromPort: 22, toPort: 22 };
    expect(one("PUB-05", single, { type: "ingress", ...row })).toEqual(["violation cidrBlocks.0"]);
    expect(one("PUB-05", single, row)).toEqual(["violation cidrBlocks.0"]);
    expect(one("PUB-05", single, { type: "egress", ...row })).toEqual([]);
    expect(one("PUB-05", single, { type: "ingress", ipv6CidrBlocks: ["::/0"], fromPort: 443, toPort: 443 })).toEqual(
      [],
    );
  });
});

describe("ISO-03", () => {
  const reads = (above: string, type: string): readonly string[] =>
    said("ISO-03", (world) => {
      const source = world.add(type, {}, { name: "source" });
      world.put({
        type: lambda,
        name: "it",
        parent: world.put({ type: `cells:index:${above}`, name: "above" }),
        propertyDependencies: { environment: [source] },
      });
    });

  it("lets the edge and the control plane see a front door, and the foundation nothing", () => {
    for (const above of ["CellRouter", "ControlPlane"]) {
      for (const type of [
        "aws:lb/loadBalancer:LoadBalancer",
        "aws:route53/record:Record",
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        "aws:sns/topic:Topic",
      ])
        expect(reads(above, type)).toEqual([]);
      for (const type of [database, "aws:route53/resolverRule:ResolverRule", "x:aws:lb/loadBalancer:X"])
        expect(reads(above, type)).toEqual(["violation environment"]);
    }
    expect(reads("Foundation", "aws:lb/loadBalancer:LoadBalancer")).toEqual(["violation environment"]);
  });

  it("reports each input once, and dependsOn without one", () => {
    const below = (from: (router: Resource) => object): readonly string[] =>
      said("ISO-03", (world) => {
        const router = world.put({ type: "cells:index:CellRouter", name: "router" });
        const table = world.put({ type: "aws:s3/bucket:Bucket", name: "table", parent: router });
        world.put({ type: lambda, name: "it", parent: world.of(1).stack, ...from(table) });
      });
    expect(below((table) => ({ propertyDependencies: { environment: [table, table], role: [table] } }))).toEqual([
      "violation environment",
      "violation role",
    ]);
    expect(below((table) => ({ dependencies: [table] }))).toEqual(["violation -"]);
  });
});

describe("ISO-18", () => {
  const open = (from: (world: World) => readonly Resource[]): readonly string[] =>
    said("ISO-18", (world) => void world.add(lambda, { environment: unknown }, { from: { environment: from(world) } }));

  it("takes the own cell's and the foundation's outputs for decided, and no other's", () => {
    expect(open((world) => [world.of(1).key])).toEqual([]);
    expect(
      open((world) => [
        world.put({
          type: "aws:route53/zone:Zone",
          name: "zone",
          parent: world.put({ type: "cells:index:Foundation", name: "foundation" }),
        }),
      ]),
    ).toEqual([]);
    expect(open((world) => [world.of(2).key])).toEqual(["undecided environment"]);
    expect(open((world) => [world.of(1).key, world.put({ type: "cells:index:CellRouter", name: "router" })])).toEqual([
      "undecided environment",
    ]);
    expect(open((world) => [world.put({ type: "aws:ec2/vpc:Vpc", name: "orphan" })])).toEqual([
      "undecided environment",
    ]);
    // What is read exists already: whose it is, its reader cannot say.
    expect(open((world) => [world.put({ type: vpc, name: "read", parent: world.of(1).stack, isRead: true })])).toEqual([
      "undecided environment",
    ]);
    expect(open(() => [])).toEqual(["undecided environment"]);
  });
});
