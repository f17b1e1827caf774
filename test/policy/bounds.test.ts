import { describe, expect, it } from "vitest";

import type { Resource } from "../../policy/core/resource";
import { nothingKnown, type Known } from "../../policy/fingerprints/known";
import { readSettings } from "../../policy/settings/settings";
import { rules } from "../../policy/rules";
import { unknown, World } from "./world";

const rule = (id: string): (typeof rules)[number] => rules.find((one) => one.id === id)!;
const set = (settings: Readonly<Record<string, unknown>>): Known => ({ ...nothingKnown, settings: readSettings(rules, "test", settings) });
const lambda = "aws:lambda/function:Function";
const vpc = "aws:ec2/vpc:Vpc";
const zone = "aws:route53/zone:Zone";
const database = "aws:rds/instance:Instance";
const deployment = "kubernetes:apps/v1:Deployment";
const nodeGroup = "aws:eks/nodeGroup:NodeGroup";

/** What a rule says, each with its resource: `violation it path`. */
function said(id: string, act: (world: World) => void, known: Known = nothingKnown): readonly string[] {
  const world = new World();
  act(world);
  return world.judged(rule(id), known);
}
const one = (id: string, type: string, props: object, known?: Known, from: Readonly<Record<string, readonly Resource[]>> = {}): readonly string[] =>
  said(id, (world) => void world.add(type, props, { from }), known);

describe("RTR-01", () => {
  const zip = (contentBase64: unknown, known?: Known): readonly string[] =>
    said("RTR-01", (world) => void world.put({ type: "aws:s3/bucketObjectv2:BucketObjectv2", name: "code", parent: world.put({ type: "cells:index:CellRouter", name: "router" }), props: { contentBase64 } }), known);
  const kilobytes = (count: number): string => "A".repeat((count * 1024 * 4) / 3);

  it("weighs a router's code: up to the limit is right, more is not, unknown is told", () => {
    expect(zip(kilobytes(48), set({ "RTR-01": { maxZipKb: 48 } }))).toEqual([]);
    expect(zip(`${kilobytes(48)}AAAA`, set({ "RTR-01": { maxZipKb: 48 } }))).toEqual(["violation contentBase64"]);
    expect(zip(kilobytes(1023))).toEqual([]);
    expect(zip(kilobytes(1026))).toEqual(["violation contentBase64"]);
    expect([zip(unknown), zip(undefined), zip(7), zip("")]).toEqual([["undecided contentBase64"], [], [], []]);
  });

  it("does not weigh what is no router's", () => {
    expect(one("RTR-01", "aws:s3/bucketObjectv2:BucketObjectv2", { contentBase64: kilobytes(1026) })).toEqual([]);
  });
});

describe("RTR-03", () => {
  const routers = (variables: object, tables: readonly ("own" | "other")[], known?: Known): readonly string[] =>
    said(
      "RTR-03",
      (world) => {
        const router = world.put({ type: "cells:index:CellRouter", name: "router" });
        const other = world.put({ type: "cells:index:CellRouter", name: "other" });
        world.put({ type: lambda, name: "it", parent: world.put({ type: "x:y:Part", name: "part", parent: router }), props: { environment: { variables } } });
        tables.forEach((whose, at) => world.put({ type: "aws:s3/bucketObjectv2:BucketObjectv2", name: `table-${at}`, parent: whose === "own" ? router : other }));
      },
      known,
    );

  it("wants a router told of the table that its own deployment holds", () => {
    expect(routers({ ROUTER_TABLE_BUCKET: "x" }, ["own"])).toEqual([]);
    expect(routers({ ROUTER_LEVEL: "x" }, ["own"])).toEqual(["violation environment.variables"]);
    expect(routers({ ROUTER_LEVEL: "x" }, [])).toEqual(["advisory environment.variables"]);
    // Another router's table is not its own.
    expect(routers({ ROUTER_LEVEL: "x" }, ["other"])).toEqual(["advisory environment.variables"]);
  });

  it("wants the variables that its settings name, and then no others", () => {
    const known = set({ "RTR-03": { requiredEnv: ["PLACE"] } });
    expect(routers({ PLACE: "x" }, ["own"], known)).toEqual([]);
    expect(routers({ ROUTER_TABLE_BUCKET: "x" }, ["own"], known)).toEqual(["violation environment.variables.PLACE"]);
  });
});

describe("CTL-06", () => {
  const experiment = (props: object, cell = 1, act: (world: World) => Readonly<Record<string, readonly Resource[]>> = () => ({})): readonly string[] =>
    said("CTL-06", (world) => {
      const base = {
        stopConditions: [{ source: "aws:cloudwatch:alarm" }],
        targets: [{ resourceTags: [{ key: "cell", value: "cell-1" }] }],
        actions: [{ actionId: "aws:ec2:reboot-instances" }],
        roleArn: "arn:aws:iam::123456789012:role/dev-cell-1-chaos",
      };
      world.add("aws:fis/experimentTemplate:ExperimentTemplate", { ...base, ...props }, { cell, from: act(world) });
    });
  const hits = (target: object): readonly string[] => experiment({ targets: [target] });

  it("holds targets by ARN to the own cell, by each of them", () => {
    const arn = (cell: number): string => `arn:aws:ec2:eu-west-1:123456789012:instance/dev-cell-${cell}-node`;
    expect(hits({ resourceArns: [arn(1)] })).toEqual([]);
    expect(hits({ resourceArns: ["dev-cell-1-node"] })).toEqual([]);
    expect(hits({ resourceArns: [arn(2)] })).toEqual(["violation targets.0"]);
    expect(hits({ resourceArns: [arn(1), "arn:aws:ec2:eu-west-1:123456789012:instance/i-1"] })).toEqual(["violation targets.0"]);
    expect(hits({ resourceArns: [unknown] })).toEqual(["undecided targets.0"]);
    expect(hits({ resourceArns: [null] })).toEqual(["violation targets.0"]);
    expect(hits({})).toEqual(["violation targets.0"]);
    expect(experiment({ targets: [unknown] })).toEqual(["undecided targets.0"]);
  });

  it("knows an ARN that tells nothing by whose resource it is", () => {
    const arn = "arn:aws:ec2:eu-west-1:123456789012:instance/i-0123456789abcdef0";
    const said2 = (cell: number): readonly string[] =>
      experiment({ targets: [{ resourceArns: [arn] }] }, 1, (world) => (world.add("aws:ec2/instance:Instance", { arn }, { cell, name: "node" }), {}));
    expect(said2(1)).toEqual([]);
    expect(said2(2)).toEqual(["violation targets.0"]);
  });

  it("does not take an unknown tag for clean, and tells several cells at once", () => {
    expect(hits({ resourceTags: [{ key: unknown, value: "cell-1" }] })).toEqual(["undecided targets.0"]);
    expect(hits({ resourceTags: [{ key: "cell", value: unknown }] })).toEqual(["undecided targets.0"]);
    expect(hits({ resourceTags: [{ key: "cell" }] })).toEqual(["violation targets.0"]);
    const world = new World();
    const control = world.put({ type: "cells:index:Control", name: "control" });
    const targets = [1, 2].map((cell) => ({ resourceTags: [{ key: "cell", value: `cell-${cell}` }] }));
    world.put({ type: "aws:fis/experimentTemplate:ExperimentTemplate", name: "it", parent: control, props: { targets, stopConditions: [{ source: "aws:cloudwatch:alarm" }] } });
    expect(world.judged(rule("CTL-06"))).toEqual(["violation targets"]);
  });

  it("wants an alarm that stops it", () => {
    expect(experiment({ stopConditions: [] })).toEqual(["violation stopConditions"]);
    expect(experiment({ stopConditions: [{ source: unknown }] })).toEqual(["undecided stopConditions.0.source"]);
    expect(experiment({ stopConditions: [{}] })).toEqual(["violation stopConditions.0.source"]);
  });

  it("wants an end in time of each action", () => {
    const acts = (parameters: unknown, actionId: unknown = "aws:ssm:send-command"): readonly string[] => experiment({ actions: [{ actionId, parameters }] });
    expect(acts([{ key: "duration", value: "PT15M" }])).toEqual([]);
    expect(acts([{ key: "duration", value: "PT15M1S" }])).toEqual(["violation actions.0.parameters"]);
    expect(acts([{ key: "duration", value: "soon" }])).toEqual(["violation actions.0.parameters"]);
    expect(acts([{ key: "documentArn", value: "PT5M" }])).toEqual(["violation actions.0.parameters"]);
    expect(acts([{ key: "duration", value: unknown }])).toEqual(["undecided actions.0.parameters"]);
    expect(acts([{ key: "duration", value: "PT5M" }], unknown)).toEqual([]);
    expect(acts([{ key: "duration" }])).toEqual(["violation actions.0.parameters"]);
    expect(experiment({ actions: [unknown] })).toEqual(["undecided actions.0"]);
    expect(experiment({ actions: undefined })).toEqual([]);
  });

  it("wants the cell's own role", () => {
    const by = (cell: number | undefined): readonly string[] =>
      experiment({}, 1, (world) => {
        const name = "role";
        const role = cell === undefined ? world.put({ type: "aws:iam/role:Role", name }) : world.add("aws:iam/role:Role", {}, { cell, name });
        return { roleArn: [role] };
      });
    expect([by(1), by(2), by(undefined)]).toEqual([[], ["violation roleArn"], ["violation roleArn"]]);
    expect(experiment({ roleArn: undefined })).toEqual(["violation roleArn"]);
    expect(experiment({ roleArn: unknown })).toEqual(["undecided roleArn"]);
    for (const text of ["role/dev-cell-1-chaos", "arn:aws:iam::123456789012:role/admin"]) expect(experiment({ roleArn: text })).toEqual(["violation roleArn"]);
  });
});

describe("HA-06", () => {
  const nodes = (props: object, pods: object | undefined, cell = 1): ((world: World) => void) => (world) => {
    const group = { scalingConfig: { desiredSize: 3 }, instanceTypes: ["m6g.large"], subnetIds: ["a", "b", "c"], ...props };
    world.add(nodeGroup, group, { name: "nodes", cell });
    if (pods !== undefined) world.add(deployment, pods, { name: "app" });
  };
  const app = (replicas: unknown, requests: unknown = { cpu: "500m", memory: "512Mi" }): object => ({ spec: { replicas, template: { spec: { containers: [{ resources: { requests } }] } } } });
  const ha = (props: object, pods: object | undefined, cell?: number): readonly string[] => said("HA-06", nodes(props, pods, cell));

  it("carries what two nodes of three can, and one replica more is too many", () => {
    // Two nodes have 2 x (2000 - 400) = 3200 millis; at a load of 0.6 that is 10.67 pods of 500.
    expect(ha({}, app(10))).toEqual([]);
    expect(ha({}, app(11))).toEqual(["violation scalingConfig.desiredSize"]);
    // And 2 x (8192 - 900) = 14,584 MiB.
    expect(ha({}, app(10, { cpu: "1m", memory: "2430Mi" }))).toEqual([]);
    expect(ha({}, app(10, { cpu: "1m", memory: "2431Mi" }))).toEqual(["violation scalingConfig.desiredSize"]);
    expect(ha({}, app(undefined, { cpu: "3200m" }))).toEqual([]);
    expect(ha({}, app(undefined, { cpu: "6000m" }))).toEqual(["violation scalingConfig.desiredSize"]);
    expect(ha({}, app(4, undefined))).toEqual([]);
  });

  it("judges a cell by its own nodes and pods, and neither without the other", () => {
    expect(ha({}, undefined)).toEqual([]);
    expect(ha({}, app(100), 2)).toEqual([]);
    expect(ha({ scalingConfig: { desiredSize: 0 } }, app(100))).toEqual([]);
    expect(ha({ instanceTypes: undefined }, app(6))).toEqual([]);
    expect(ha({ subnetIds: ["a"] }, app(1))).toEqual(["violation scalingConfig.desiredSize"]);
  });

  it("tells what it does not know, at its place", () => {
    expect(ha({ scalingConfig: { desiredSize: unknown } }, app(1))).toEqual(["undecided scalingConfig.desiredSize"]);
    expect(ha({ subnetIds: unknown }, app(1))).toEqual(["undecided subnetIds"]);
    expect(ha({ instanceTypes: [unknown] }, app(1))).toEqual(["undecided instanceTypes"]);
    expect(ha({ instanceTypes: ["x9.large"] }, app(1))).toEqual(["undecided instanceTypes"]);
    expect(ha({}, app(unknown))).toEqual(["undecided spec.replicas"]);
    const requests = "spec.template.spec.containers.0.resources.requests";
    for (const bag of [{ cpu: unknown }, { memory: unknown }, { cpu: "much" }, { memory: "much" }]) expect(ha({}, app(1, bag))).toEqual([`undecided ${requests}`]);
    expect(ha({}, { spec: { template: { spec: { containers: [unknown] } } } })).toEqual(["undecided spec.template.spec.containers"]);
  });

  it("names the largest group when none carries, and none when one does", () => {
    const groups = (...sizes: readonly number[]): readonly string[] => {
      const world = new World();
      sizes.forEach((desiredSize, at) => world.add(nodeGroup, { scalingConfig: { desiredSize }, instanceTypes: ["m6g.large"], subnetIds: ["a", "b", "c"] }, { name: `nodes-${at}` }));
      world.add(deployment, app(30), { name: "app" });
      return world.judged(rule("HA-06"));
    };
    expect(groups(3, 4, 2)).toEqual(["violation scalingConfig.desiredSize"]);
    expect(groups(3, 30)).toEqual([]);
  });
});

describe("SIZ-06", () => {
  const ini = "[databases]\napp = host=db pool_size=50\n[pgbouncer]\ndefault_pool_size = 20\n";
  const pooler = (options: { ini?: unknown; replicas?: unknown; mounts?: unknown; cell?: number }) => (world: World): void => {
    world.add(database, { instanceClass: "db.m6g.large", parameterGroupName: "own" }, { name: "primary" });
    world.add("aws:rds/parameterGroup:ParameterGroup", { name: "own", parameters: [{ name: "work_mem", value: "4" }, { name: "max_connections", value: "100" }] }, { name: "group" });
    const data = { "readme.txt": "x", "pgbouncer.ini": "ini" in options ? options.ini : ini };
    world.add("kubernetes:core/v1:ConfigMap", { metadata: { name: "pooler" }, data }, { name: "config", cell: options.cell ?? 1 });
    const volumes = [{ emptyDir: {} }, { configMap: { name: options.mounts ?? "pooler" } }];
    world.add(deployment, { spec: { replicas: options.replicas ?? 1, template: { spec: { volumes, containers: [{}] } } } }, { name: "pgbouncer" });
  };
  const siz = (options: Parameters<typeof pooler>[0]): readonly string[] => said("SIZ-06", pooler(options));

  it("multiplies a pooler's connections by the pods that mount it", () => {
    expect(siz({ replicas: 1 })).toEqual([]);
    expect(siz({ replicas: 2 })).toEqual(["violation data.pgbouncer.ini"]);
    expect(siz({ replicas: 2, mounts: "another" })).toEqual([]);
    expect(siz({ replicas: 2, cell: 2 })).toEqual([]);
  });

  it("leaves a tenth to people: 90 of 100 is right, 91 is not", () => {
    const pool = (size: number): string => ini.replace("50", String(size));
    expect(siz({ ini: pool(90) })).toEqual([]);
    expect(siz({ ini: pool(91) })).toEqual(["violation data.pgbouncer.ini"]);
  });

  it("does not take what it cannot read for clean", () => {
    expect(siz({ ini: unknown })).toEqual(["undecided data.pgbouncer.ini"]);
    expect(siz({ replicas: unknown })).toEqual(["undecided data.pgbouncer.ini"]);
  });

  const direct = (value: unknown, name: string, parameters: unknown, from: "edge" | "name" | "none" = "name") => (world: World): void => {
    const group = world.add("aws:rds/parameterGroup:ParameterGroup", { name: "own", parameters }, { name: "group" });
    world.add(database, { instanceClass: "db.t4g.micro", ...(from === "name" ? { parameterGroupName: "own" } : {}) }, { name: "primary", from: from === "edge" ? { parameterGroupName: [group] } : {} });
    world.add(database, { replicateSourceDb: "primary" }, { name: "replica" });
    world.add(deployment, { spec: { replicas: 4, template: { spec: { containers: [{ env: [{ name: "LEVEL", value: "9000" }, { name, value }] }] } } } }, { name: "app" });
  };
  const most = (value: unknown): readonly object[] => [{ name: "max_connections", value }];

  it("counts pools of applications where there is no pooler", () => {
    const path = "spec.template.spec.containers.0.env.1.value";
    expect(said("SIZ-06", direct("20", "DB_POOL_SIZE", most("100")))).toEqual([]);
    expect(said("SIZ-06", direct("25", "DB_POOL_SIZE", most("100")))).toEqual([`violation ${path}`]);
    expect(said("SIZ-06", direct("25", "DB_POOL_SIZE", most("100"), "edge"))).toEqual([`violation ${path}`]);
    // Without a group of its own the class decides: 1 GiB takes 112.
    expect(said("SIZ-06", direct("25", "DB_POOL_SIZE", most("50"), "none"))).toEqual([]);
    expect(said("SIZ-06", direct("26", "DB_POOL_SIZE", [], "none"))).toEqual([`violation ${path}`]);
    expect(said("SIZ-06", direct("25", "GREETING", most("100")))).toEqual([]);
    expect(said("SIZ-06", direct("many", "DB_POOL_SIZE", most("100")))).toEqual([]);
    expect(said("SIZ-06", direct(undefined, "DB_POOL_SIZE", most("100")))).toEqual([]);
    expect(said("SIZ-06", direct(unknown, "DB_POOL_SIZE", most("100")))).toEqual([`undecided ${path}`]);
    expect(said("SIZ-06", direct("25", "DB_POOL_SIZE", most("LEAST(1,2)")))).toEqual(["undecided parameterGroupName"]);
    expect(said("SIZ-06", direct("25", "DB_POOL_SIZE", [unknown]))).toEqual(["undecided parameterGroupName"]);
  });
});

describe("NET-02", () => {
  const six = (...blocks: readonly (readonly [number, string])[]): readonly string[] =>
    said("NET-02", (world) => blocks.forEach(([cell, ipv6CidrBlock], at) => world.add(vpc, { ipv6CidrBlock }, { cell, name: `vpc-${at}` })));
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
    for (const block of ["10.1.0.0/16", "10.0.0.0/8", "10.1.4.0/24"]) expect(services(block, "10.1.0.0/16")).toEqual(["violation kubernetesNetworkConfig.serviceIpv4Cidr"]);
    expect([services(unknown, "10.1.0.0/16"), services(7, "10.1.0.0/16")]).toEqual([[], []]);
  });

  it("stops looking where blocks begin behind the own end", () => {
    expect(said("NET-02", (world) => [[1, "10.1.0.0/16"], [2, "10.2.0.0/16"], [2, "10.1.255.0/24"], [1, "10.3.0.0/16"]].forEach(([cell, cidrBlock], at) => world.add(vpc, { cidrBlock }, { cell: cell as number, name: `vpc-${at}` })))).toEqual(["violation cidrBlock"]);
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
    expect(said("NET-05", (world) => void world.add(zone, { name: "cell-1.internal" }, { from: { vpcs: [world.add(vpc, {}, { name: "own" })] } }))).toEqual([]);
    expect(one("NET-05", zone, { ...own, name: "shop.internal" })).toEqual(["violation name"]);
    expect(one("NET-05", zone, { ...own, name: "shop.cell-1.internal." })).toEqual([]);
    expect(one("NET-05", zone, { ...own, name: "CELL-1.INTERNAL" })).toEqual([]);
    const pattern = set({ "NET-05": { zonePatterns: ["{cell}-shop.internal", "{cell}.{cell}.internal"] } });
    for (const name of ["cell-1-shop.internal", "cell-1.cell-1.internal"]) expect(one("NET-05", zone, { ...own, name }, pattern)).toEqual([]);
  });

  it("tells associations by cells and from outside them, and not of what is only read", () => {
    const association = "aws:route53/zoneAssociation:ZoneAssociation";
    const outside = (type: string, isRead = false): readonly string[] =>
      said("NET-05", (world) => void world.put({ type, name: "it", isRead, parent: world.put({ type: "cells:index:Foundation", name: "foundation" }) }));
    expect(one("NET-05", association, {})).toEqual(["violation vpcId"]);
    expect(outside(association)).toEqual(["violation vpcId"]);
    expect(outside("aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization")).toEqual(["violation vpcId"]);
    expect(outside(association, true)).toEqual([]);
    expect(outside(zone)).toEqual([]);
  });
});

describe("ISO-09", () => {
  it("tells endpoints to somebody's service from those to AWS", () => {
    const endpoint = "aws:ec2/vpcEndpoint:VpcEndpoint";
    for (const serviceName of ["com.amazonaws.eu-west-1.s3", "cn.com.amazonaws.cn-north-1.sts", "aws.sagemaker.eu-west-1.notebook"]) expect(one("ISO-09", endpoint, { serviceName })).toEqual([]);
    expect(one("ISO-09", endpoint, { serviceName: "com.amazonaws.vpce.eu-west-1.vpce-svc-0123" })).toEqual(["violation serviceName"]);
    for (const path of ["serviceNetworkArn", "resourceConfigurationArn"]) expect(one("ISO-09", endpoint, { [path]: "arn:x" })).toEqual([`violation ${path}`]);
    expect(one("ISO-09", "aws:ec2/vpcEndpointService:VpcEndpointService", { allowedPrincipals: ["arn:x"] })).toEqual(["violation allowedPrincipals"]);
    expect(one("ISO-09", "aws:ec2/vpcEndpointService:VpcEndpointService", {})).toEqual([]);
  });
});

describe("PUB-04 and PUB-05", () => {
  const cluster = (vpcConfig: object, known?: Known): readonly string[] => one("PUB-04", "aws:eks/cluster:Cluster", { vpcConfig }, known);

  it("let administrators in to Kubernetes, and nobody else", () => {
    const admins = set({ "PUB-04": { adminCidrs: ["198.51.100.0/24"] } });
    expect(cluster({ endpointPublicAccess: false })).toEqual([]);
    expect(cluster({ endpointPublicAccess: unknown })).toEqual(["undecided vpcConfig.endpointPublicAccess"]);
    expect(cluster({})).toEqual(["violation vpcConfig.publicAccessCidrs"]);
    expect(cluster({ publicAccessCidrs: unknown })).toEqual(["undecided vpcConfig.publicAccessCidrs"]);
    expect(cluster({ publicAccessCidrs: ["198.51.100.0/24", "0.0.0.0/0"] })).toEqual(["violation vpcConfig.publicAccessCidrs"]);
    expect(cluster({ publicAccessCidrs: ["203.0.113.0/24"] })).toEqual([]);
    for (const blocks of [["198.51.100.0/24"], ["198.51.100.7/32"]]) expect(cluster({ publicAccessCidrs: blocks }, admins)).toEqual([]);
    for (const blocks of [["203.0.113.0/24"], ["198.51.0.0/16"], ["198.51.100.7/32", "none"]]) expect(cluster({ publicAccessCidrs: blocks }, admins)).toEqual(["violation vpcConfig.publicAccessCidrs"]);
  });

  const everybody = { cidrIpv4: "0.0.0.0/0" };
  const ingress = (props: object, known?: Known): readonly string[] => one("PUB-05", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", props, known);

  it("let the internet in on two single ports", () => {
    for (const port of [80, 443]) expect(ingress({ ...everybody, fromPort: port, toPort: port })).toEqual([]);
    for (const [fromPort, toPort] of [[80, 443], [22, 22], [0, 65_535], [undefined, undefined], [443, unknown], [443, undefined]]) expect(ingress({ ...everybody, fromPort, toPort })).toEqual(["violation cidrIpv4"]);
    expect(ingress({ cidrIpv6: "::/0", fromPort: 22, toPort: 22 })).toEqual(["violation cidrIpv6"]);
    expect(ingress({ cidrIpv4: "10.1.0.0/16", fromPort: 22, toPort: 22 })).toEqual([]);
    expect(ingress({ cidrIpv4: unknown, fromPort: 22, toPort: 22 })).toEqual([]);
    expect(ingress({ ...everybody, fromPort: 8443, toPort: 8443 }, set({ "PUB-05": { openPorts: [8443] } }))).toEqual([]);
  });

  it("read groups and single rules, and let out what goes out", () => {
    const group = "aws:ec2/securityGroup:SecurityGroup";
    const rows = [{ cidrBlocks: ["10.0.0.0/8", "0.0.0.0/0"], fromPort: 443, toPort: 443 }, { cidrBlocks: ["10.0.0.0/8", "0.0.0.0/0"], ipv6CidrBlocks: ["::/0"], fromPort: 22, toPort: 22 }];
    expect(one("PUB-05", group, { ingress: rows, egress: rows })).toEqual(["violation ingress.1.cidrBlocks.1", "violation ingress.1.ipv6CidrBlocks.0"]);
    expect(one("PUB-05", group, { ingress: [{ cidrBlocks: [unknown], fromPort: 22, toPort: 22 }] })).toEqual([]);
    const single = "aws:ec2/securityGroupRule:SecurityGroupRule";
    const row = { cidrBlocks: ["0.0.0.0/0"], fromPort: 22, toPort: 22 };
    expect(one("PUB-05", single, { type: "ingress", ...row })).toEqual(["violation cidrBlocks.0"]);
    expect(one("PUB-05", single, row)).toEqual(["violation cidrBlocks.0"]);
    expect(one("PUB-05", single, { type: "egress", ...row })).toEqual([]);
    expect(one("PUB-05", single, { type: "ingress", ipv6CidrBlocks: ["::/0"], fromPort: 443, toPort: 443 })).toEqual([]);
  });
});

describe("ISO-03", () => {
  const reads = (above: string, type: string): readonly string[] =>
    said("ISO-03", (world) => {
      const source = world.add(type, {}, { name: "source" });
      world.put({ type: lambda, name: "it", parent: world.put({ type: `cells:index:${above}`, name: "above" }), propertyDependencies: { environment: [source] } });
    });

  it("lets the edge and the control plane see a front door, and the foundation nothing", () => {
    for (const above of ["CellRouter", "ControlPlane"]) {
      for (const type of ["aws:lb/loadBalancer:LoadBalancer", "aws:route53/record:Record", "aws:cloudwatch/metricAlarm:MetricAlarm", "aws:sns/topic:Topic"]) expect(reads(above, type)).toEqual([]);
      for (const type of [database, "aws:route53/resolverRule:ResolverRule", "x:aws:lb/loadBalancer:X"]) expect(reads(above, type)).toEqual(["violation environment"]);
    }
    expect(reads("Foundation", "aws:lb/loadBalancer:LoadBalancer")).toEqual(["violation environment"]);
  });

  it("tells each input once, and dependsOn without one", () => {
    const below = (from: (router: Resource) => object): readonly string[] =>
      said("ISO-03", (world) => {
        const router = world.put({ type: "cells:index:CellRouter", name: "router" });
        const table = world.put({ type: "aws:s3/bucket:Bucket", name: "table", parent: router });
        world.put({ type: lambda, name: "it", parent: world.of(1).stack, ...from(table) });
      });
    expect(below((table) => ({ propertyDependencies: { environment: [table, table], role: [table] } }))).toEqual(["violation environment", "violation role"]);
    expect(below((table) => ({ dependencies: [table] }))).toEqual(["violation -"]);
  });
});

describe("ISO-18", () => {
  const open = (from: (world: World) => readonly Resource[]): readonly string[] =>
    said("ISO-18", (world) => void world.add(lambda, { environment: unknown }, { from: { environment: from(world) } }));

  it("takes the own cell's and the foundation's outputs for decided, and no other's", () => {
    expect(open((world) => [world.of(1).key])).toEqual([]);
    expect(open((world) => [world.put({ type: "aws:route53/zone:Zone", name: "zone", parent: world.put({ type: "cells:index:Foundation", name: "foundation" }) })])).toEqual([]);
    expect(open((world) => [world.of(2).key])).toEqual(["undecided environment"]);
    expect(open((world) => [world.of(1).key, world.put({ type: "cells:index:CellRouter", name: "router" })])).toEqual(["undecided environment"]);
    expect(open((world) => [world.put({ type: "aws:ec2/vpc:Vpc", name: "orphan" })])).toEqual(["undecided environment"]);
    // What is read exists already: whose it is, its reader cannot say.
    expect(open((world) => [world.put({ type: vpc, name: "read", parent: world.of(1).stack, isRead: true })])).toEqual(["undecided environment"]);
    expect(open(() => [])).toEqual(["undecided environment"]);
  });
});
