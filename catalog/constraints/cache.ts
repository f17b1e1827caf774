import { number, when, type Constraint } from "./words";

const docs = "https://docs.aws.amazon.com/AmazonElastiCache/latest/";
const group = "aws:elasticache/replicationGroup:ReplicationGroup";
const cluster = "aws:elasticache/cluster:Cluster";

/** ElastiCache. */
export const cacheConstraints: readonly Constraint[] = [
  {
    id: "CACHE-1",
    type: group,
    rule: "Automatic failover needs at least two nodes, and node types other than T1.",
    source: `${docs}APIReference/API_CreateReplicationGroup.html`,
    check: ({ inputs }) => {
      if (inputs["automaticFailoverEnabled"] !== true || inputs["numNodeGroups"] !== undefined) return [];
      const few = (number(inputs["numCacheClusters"]) ?? 1) < 2;
      return [
        ...when(few, "numCacheClusters", "automatic failover needs a primary and at least one replica"),
        ...when(String(inputs["nodeType"]).startsWith("cache.t1."), "nodeType", "T1 nodes cannot fail over"),
      ];
    },
  },
  {
    id: "CACHE-2",
    type: group,
    rule: "Multi-AZ needs automatic failover.",
    source: `${docs}APIReference/API_CreateReplicationGroup.html`,
    check: ({ inputs }) => {
      const bad = inputs["multiAzEnabled"] === true && inputs["automaticFailoverEnabled"] !== true;
      return when(bad, "multiAzEnabled", "set automaticFailoverEnabled as well");
    },
  },
  {
    id: "CACHE-3",
    type: group,
    rule: "A replication group without cluster mode has one primary and at most five replicas.",
    source: `${docs}dg/quota-limits.html`,
    check: ({ inputs }) => when((number(inputs["numCacheClusters"]) ?? 1) > 6, "numCacheClusters", "at most six nodes"),
  },
  {
    id: "CACHE-4",
    type: group,
    rule: "A password needs encryption in transit, and has 16 to 128 letters, digits and !&#$^<>-.",
    source: `${docs}dg/auth.html`,
    check: ({ inputs }) => {
      const token = inputs["authToken"];
      if (typeof token !== "string") return [];
      const good = /^[A-Za-z0-9!&#$^<>-]{16,128}$/.test(token);
      return [
        ...when(inputs["transitEncryptionEnabled"] !== true, "authToken", "a password needs transitEncryptionEnabled"),
        ...when(!good, "authToken", "write 16 to 128 letters, digits and !&#$^<>-"),
      ];
    },
  },
  {
    id: "CACHE-5",
    type: group,
    rule: "Snapshots are kept for 0 to 35 days.",
    source: `${docs}dg/backups-automatic.html`,
    check: ({ inputs }) => {
      const days = number(inputs["snapshotRetentionLimit"]) ?? 0;
      return when(days < 0 || days > 35, "snapshotRetentionLimit", "write 0 to 35 days");
    },
  },
  {
    id: "CACHE-6",
    type: cluster,
    rule: "Memcached nodes can spread over zones only when there are at least two.",
    source: `${docs}APIReference/API_CreateCacheCluster.html`,
    check: ({ inputs }) => {
      const bad = inputs["azMode"] === "cross-az" && (number(inputs["numCacheNodes"]) ?? 1) < 2;
      return when(bad, "azMode", "a single node lives in one zone: write single-az or more nodes");
    },
  },
  {
    id: "CACHE-7",
    type: cluster,
    rule: "Encryption in transit of memcached needs engine 1.6.12 or later.",
    source: `${docs}mem-ug/in-transit-encryption-mc.html`,
    check: ({ inputs }) => {
      const [major = 0, minor = 0, patch = 0] = String(inputs["engineVersion"] ?? "1.6.22")
        .split(".")
        .map(Number);
      const old = major * 10_000 + minor * 100 + patch < 10_612;
      const bad = inputs["engine"] === "memcached" && inputs["transitEncryptionEnabled"] === true && old;
      return when(bad, "engineVersion", "choose 1.6.12 or later");
    },
  },
];
