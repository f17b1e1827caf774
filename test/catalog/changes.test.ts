import { describe, expect, it } from "vitest";

import { changeRules, checkChanges, effectsOf, lossOf, type Change } from "../../catalog/changes";

const database = "aws:rds/instance:Instance";
const kafka = "aws:msk/cluster:Cluster";
const memcached = "aws:elasticache/cluster:Cluster";
const nodeGroup = "aws:eks/nodeGroup:NodeGroup";

const edit = (type: string, before: object, after: object, name = "it", reported?: object): Change => ({
  urn: `urn:pulumi:dev::cells::${type}::${name}`,
  type,
  name,
  before: before as NonNullable<Change["before"]>,
  after: after as NonNullable<Change["after"]>,
  ...(reported === undefined ? {} : { reported: reported as NonNullable<Change["reported"]> }),
});

/** The rules that a change breaks, with the property. */
const broken = (...changes: readonly Change[]): readonly string[] =>
  checkChanges(changes).map(({ rule, property }) => `${rule} ${property}`);

const volume = (volumeSize: number, instanceType = "kafka.m5.large") => ({
  brokerNodeGroupInfo: { instanceType, storageInfo: { ebsStorageInfo: { volumeSize } } },
  kafkaVersion: "3.9.x.kraft",
  numberOfBrokerNodes: 3,
});
const sized = "brokerNodeGroupInfo.storageInfo.ebsStorageInfo.volumeSize";
const gp3 = (allocatedStorage: number, more: object = {}) => ({
  engineVersion: "17.10",
  allocatedStorage,
  storageType: "gp3",
  ...more,
});
const nodes = (desiredSize: number, type: string) => ({
  scalingConfig: { desiredSize },
  instanceTypes: [type],
  version: "1.35",
});

interface Case {
  readonly title: string;
  readonly type: string;
  readonly before: object;
  readonly after: object;
  readonly breaks: readonly string[];
}

const cases: readonly Case[] = [
  { title: "storage grows", type: database, before: gp3(100), after: gp3(250), breaks: [] },
  { title: "storage shrinks", type: database, before: gp3(250), after: gp3(100), breaks: ["RDS-C1 allocatedStorage"] },
  {
    title: "storage grows a little",
    type: database,
    before: gp3(100),
    after: gp3(109),
    breaks: ["RDS-C2 allocatedStorage"],
  },
  { title: "storage grows by a tenth", type: database, before: gp3(100), after: gp3(110), breaks: [] },
  {
    title: "storage passes 400 GiB without IOPS",
    type: database,
    before: gp3(250),
    after: gp3(500),
    breaks: ["RDS-C3 iops", "RDS-C3 storageThroughput"],
  },
  {
    title: "storage passes 400 GiB with the old IOPS",
    type: database,
    before: gp3(250),
    after: gp3(400, { iops: 3000, storageThroughput: 500 }),
    breaks: ["RDS-C3 iops"],
  },
  {
    title: "storage passes 400 GiB with what it needs",
    type: database,
    before: gp3(250),
    after: gp3(400, { iops: 12_000, storageThroughput: 500 }),
    breaks: [],
  },
  { title: "storage grows beyond 400 GiB", type: database, before: gp3(500), after: gp3(600), breaks: [] },
  {
    title: "PostgreSQL goes back",
    type: database,
    before: { engineVersion: "17.10" },
    after: { engineVersion: "17.9" },
    breaks: ["RDS-C4 engineVersion"],
  },
  {
    title: "PostgreSQL 17 to 18",
    type: database,
    before: { engineVersion: "17.10" },
    after: { engineVersion: "18.1" },
    breaks: ["RDS-C5 engineVersion"],
  },
  {
    title: "PostgreSQL 17.9 to 17.10, alone",
    type: database,
    before: { engineVersion: "17.9" },
    after: { engineVersion: "17.10" },
    breaks: [],
  },
  { title: "Kafka's disks grow", type: kafka, before: volume(20), after: volume(128), breaks: [] },
  {
    title: "Kafka's disks grow to 100 GiB",
    type: kafka,
    before: volume(20),
    after: volume(100),
    breaks: [`MSK-C2 ${sized}`],
  },
  { title: "Kafka's disks shrink", type: kafka, before: volume(100), after: volume(20), breaks: [`MSK-C1 ${sized}`] },
  { title: "Kafka's disks stay small", type: kafka, before: volume(20), after: volume(20), breaks: [] },
  {
    title: "brokers become kafka.t3.small",
    type: kafka,
    before: volume(20),
    after: volume(20, "kafka.t3.small"),
    breaks: ["MSK-C3 brokerNodeGroupInfo.instanceType"],
  },
  {
    title: "brokers become smaller in their family",
    type: kafka,
    before: volume(20, "kafka.m5.2xlarge"),
    after: volume(20),
    breaks: [],
  },
  {
    title: "a broker goes",
    type: kafka,
    before: { ...volume(20), numberOfBrokerNodes: 6 },
    after: volume(20),
    breaks: ["MSK-C4 numberOfBrokerNodes"],
  },
  {
    title: "Kafka goes up",
    type: kafka,
    before: { ...volume(20), kafkaVersion: "3.8.x.kraft" },
    after: volume(20),
    breaks: [],
  },
  {
    title: "Kafka goes back",
    type: kafka,
    before: volume(20),
    after: { ...volume(20), kafkaVersion: "3.8.x.kraft" },
    breaks: ["MSK-C5 kafkaVersion"],
  },
  {
    title: "ZooKeeper to KRaft",
    type: kafka,
    before: { ...volume(20), kafkaVersion: "3.9.x" },
    after: volume(20),
    breaks: ["MSK-C5 kafkaVersion"],
  },
  {
    title: "Redis goes back",
    type: "aws:elasticache/replicationGroup:ReplicationGroup",
    before: { engineVersion: "7.1" },
    after: { engineVersion: "7.0" },
    breaks: ["CACHE-C1 engineVersion"],
  },
  {
    title: "memcached goes up",
    type: memcached,
    before: { engine: "memcached", engineVersion: "1.6.17", clusterId: "m" },
    after: { engine: "memcached", engineVersion: "1.6.22", clusterId: "m" },
    breaks: [],
  },
  {
    title: "memcached goes back",
    type: memcached,
    before: { engine: "memcached", engineVersion: "1.6.22", clusterId: "m" },
    after: { engine: "memcached", engineVersion: "1.6.17", clusterId: "m" },
    breaks: ["CACHE-C2 clusterId"],
  },
  {
    title: "memcached of another type by another name",
    type: memcached,
    before: { engine: "memcached", nodeType: "cache.m6g.large", clusterId: "m" },
    after: { engine: "memcached", nodeType: "cache.r6g.large", clusterId: "r" },
    breaks: [],
  },
  {
    title: "another description of a group of cache parameters",
    type: "aws:elasticache/parameterGroup:ParameterGroup",
    before: { name: "p", family: "redis7", description: "a" },
    after: { name: "p", family: "redis7", description: "b" },
    breaks: ["CACHE-C3 name"],
  },
  {
    title: "another description of a group of database parameters",
    type: "aws:rds/parameterGroup:ParameterGroup",
    before: { name: "p", family: "postgres17", description: "a" },
    after: { name: "p", family: "postgres17", description: "b" },
    breaks: ["RDS-C7 name"],
  },
  {
    title: "another family of database parameters, by another name",
    type: "aws:rds/parameterGroup:ParameterGroup",
    before: { name: "p17", family: "postgres17" },
    after: { name: "p18", family: "postgres18" },
    breaks: [],
  },
  {
    title: "Kubernetes goes up by one",
    type: "aws:eks/cluster:Cluster",
    before: { version: "1.34" },
    after: { version: "1.35" },
    breaks: [],
  },
  {
    title: "Kubernetes goes up by two",
    type: "aws:eks/cluster:Cluster",
    before: { version: "1.33" },
    after: { version: "1.35" },
    breaks: ["EKS-C1 version"],
  },
  {
    title: "Kubernetes goes back",
    type: "aws:eks/cluster:Cluster",
    before: { version: "1.35" },
    after: { version: "1.34" },
    breaks: ["EKS-C1 version"],
  },
  {
    title: "the type of nodes that serve",
    type: nodeGroup,
    before: nodes(3, "m6g.large"),
    after: nodes(6, "m6g.xlarge"),
    breaks: ["EKS-C2 instanceTypes"],
  },
  {
    title: "the type of nodes to come",
    type: nodeGroup,
    before: nodes(0, "m6g.large"),
    after: nodes(6, "m6g.xlarge"),
    breaks: [],
  },
  {
    title: "the type of nodes that leave",
    type: nodeGroup,
    before: nodes(3, "m6g.large"),
    after: nodes(0, "m6g.xlarge"),
    breaks: [],
  },
  {
    title: "fewer nodes",
    type: nodeGroup,
    before: nodes(6, "m6g.large"),
    after: nodes(3, "m6g.large"),
    breaks: ["EKS-C3 scalingConfig"],
  },
  {
    title: "no nodes",
    type: nodeGroup,
    before: nodes(6, "m6g.large"),
    after: nodes(0, "m6g.large"),
    breaks: [],
  },
  { title: "more nodes", type: nodeGroup, before: nodes(3, "m6g.large"), after: nodes(6, "m6g.large"), breaks: [] },
];

describe("what AWS demands of a change", () => {
  it.each(cases)("$title", ({ type, before, after, breaks }) => {
    expect(broken(edit(type, before, after))).toEqual(breaks);
    // A new resource and one that goes change nothing.
    for (const one of ["before", "after"] as const)
      expect(broken({ ...edit(type, before, after), [one]: undefined } as Change)).toEqual([]);
  });

  it("has a case that breaks each rule; RDS-C6 has its own below", () => {
    const seen = new Set(cases.flatMap(({ breaks }) => breaks.map((text) => text.split(" ")[0])));
    expect(changeRules.map(({ id }) => id).filter((id) => !seen.has(id))).toEqual(["RDS-C6"]);
    expect(new Set(changeRules.map(({ id }) => id)).size).toBe(changeRules.length);
  });

  it("refuses the catalog's version where AWS has upgraded the database by itself", () => {
    const same = { engineVersion: "17.10" };
    expect(broken(edit(database, same, same, "it", { engineVersionActual: "17.10" }))).toEqual([]);
    const [found] = checkChanges([edit(database, same, same, "it", { engineVersionActual: "17.11" })]);
    expect(found).toMatchObject({ rule: "RDS-C4", message: expect.stringContaining("write 17.11") as string });
  });

  it("says what to do where both groups of nodes are full", () => {
    const [found] = checkChanges([edit(nodeGroup, nodes(3, "m6g.large"), nodes(6, "m6g.xlarge"))]);
    expect(found!.message).toMatch(/where the other group has nodes, remove bothNodes in an update before$/);
  });

  describe("RDS-C6: a minor version reaches the replica first", () => {
    const primary = (to: string) =>
      edit(database, { identifier: "p", engineVersion: "17.10" }, { identifier: "p", engineVersion: to }, "primary");
    const replica = (from: string, to: string, reported?: object) => {
      const source = { replicateSourceDb: "p" };
      return edit(database, { ...source, engineVersion: from }, { ...source, engineVersion: to }, "replica", reported);
    };
    const stranger = edit(
      database,
      { replicateSourceDb: "other", engineVersion: "17.1" },
      { replicateSourceDb: "other", engineVersion: "17.1" },
    );

    it("holds the primary while the replica has the old version", () => {
      const found = checkChanges([primary("17.11"), replica("17.10", "17.11"), stranger]);
      expect(found).toMatchObject([{ rule: "RDS-C6", resource: "primary", hold: { postgres: "17.10" } }]);
      expect(found[0]!.message).toBe("its replica replica still runs 17.10, and must have 17.11 first");
    });

    it("is silent once the replica has it", () => {
      expect(broken(primary("17.11"), replica("17.11", "17.11"))).toEqual([]);
      expect(broken(primary("17.10"), replica("17.10", "17.11"))).toEqual([]);
    });

    it("believes what AWS reported: the replica changes in its maintenance window", () => {
      const waits = replica("17.11", "17.11", { engineVersionActual: "17.10" });
      expect(broken(primary("17.11"), waits)).toEqual(["RDS-C6 engineVersion"]);
    });
  });
});

describe("what a change does", () => {
  const kinds = (...changes: readonly Change[]) =>
    effectsOf(changes).map(({ kind, loses }) => (loses === undefined ? kind : `${kind}, loses ${loses}`));

  it("follows the replacement table", () => {
    expect(kinds(edit(database, gp3(20), gp3(100)))).toEqual(["changed in place"]);
    expect(kinds(edit(database, { engine: "postgres" }, { engine: "mysql" }))).toEqual(["replaced, loses data"]);
    expect(kinds(edit(database, gp3(20), gp3(20)))).toEqual([]);
    expect(kinds(edit("kubernetes:core/v1:ConfigMap", { data: { a: "1" } }, { data: { a: "2" } }))).toEqual([
      "changed in place",
    ]);
  });

  it("loses service where the old one goes before the new one is there", () => {
    const fixed = edit("aws:lb/listener:Listener", { loadBalancerArn: "a" }, { loadBalancerArn: "b" });
    expect(kinds(fixed)).toEqual(["replaced"]);
    expect(kinds({ ...fixed, deletesFirst: true })).toEqual(["replaced, loses service"]);
    const gone: Change = { urn: "u", type: "aws:lb/listener:Listener", name: "https", before: {} };
    expect(kinds(gone)).toEqual(["deleted, loses service"]);
  });

  it("loses nothing with a node group that has no nodes, or that the application leaves first", () => {
    expect(
      kinds(edit(nodeGroup, { ...nodes(0, "a"), nodeGroupName: "g" }, { ...nodes(2, "b"), nodeGroupName: "g" })),
    ).toEqual(["replaced"]);
    expect(
      kinds(edit(nodeGroup, { ...nodes(2, "a"), nodeGroupName: "g" }, { ...nodes(0, "b"), nodeGroupName: "g" })),
    ).toEqual(["replaced"]);
    expect(lossOf({ type: nodeGroup, before: nodes(2, "a") })).toBe("service");
    expect(lossOf({ type: nodeGroup, before: nodes(0, "a") })).toBeUndefined();
  });
});
