import { z } from "zod";

import type { Graph } from "../core/graph";
import type { Resource } from "../core/resource";
import { configured, undecided, violation, type Rule, type Verdict } from "../core/rule";
import { atLeast, demands, isProduction, isSet, isTrue } from "../core/demands";
import { items, read } from "../core/value";

const instance = "aws:rds/instance:Instance";
const redis = "aws:elasticache/replicationGroup:ReplicationGroup";
const kafka = "aws:msk/cluster:Cluster";
const configuration = "aws:msk/configuration:Configuration";

function isReplica(resource: Resource): boolean {
  return isSet(resource, "replicateSourceDb");
}

/** Replicas of a primary: those computed from it or naming it. */
function replicasOf(graph: Graph, primary: Resource): readonly Resource[] {
  const name = read(primary.props, "identifier");
  return graph.ofType(instance).filter((one) => {
    if ((one.propertyDependencies["replicateSourceDb"] ?? []).includes(primary)) return true;
    const source = read(one.props, "replicateSourceDb");
    return name.state === "known" && source.state === "known" && source.value === name.value;
  });
}

function replicated(graph: Graph): readonly Verdict[] {
  return graph.ofType(instance).flatMap((primary): readonly Verdict[] => {
    const context = graph.context(primary);
    if (context === undefined || isReplica(primary)) return [];
    const replicas = replicasOf(graph, primary);
    if (replicas.length === 0) return [violation(primary, undefined, "the database has no replica")];
    return replicas.flatMap((replica): readonly Verdict[] => {
      const [own, other] = [read(primary.props, "availabilityZone"), read(replica.props, "availabilityZone")];
      const isSame = own.state === "known" && other.state === "known" && own.value === other.value;
      return isSame ? [violation(replica, "availabilityZone", "the replica is in its primary's zone")] : [];
    });
  });
}

const database: Rule = {
  id: "HA-01",
  severity: "high",
  title: "A database survives the loss of a zone",
  blocks: "a production primary that is not Multi-AZ, a database without a replica, a replica in its primary's zone",
  fix: "set multiAz: true and add a replica in another zone of the cell",
  origin: "cell-based architecture: primary and replica per cell; CKV_AWS_157",
  owned: (resource, context) => {
    if (resource.type !== instance || isReplica(resource) || !isProduction(context)) return [];
    return demands(resource, [{ path: "multiAz", holds: isTrue, message: "the database is in one zone only" }]);
  },
  stack: replicated,
};

const cache = configured(
  z.strictObject({
    minNodes: z
      .int()
      .min(2)
      .max(6)
      .default(3)
      .describe("Least number of nodes of a replication group, or of each shard."),
  }),
  {
    id: "HA-02",
    severity: "high",
    title: "Redis survives the loss of a node or a zone",
    blocks: "a replication group of fewer than three nodes, without automatic failover or in one zone",
    fix: "set numCacheClusters: 3, automaticFailoverEnabled and multiAzEnabled",
    origin: "cell-based architecture: three cache nodes per cell; CKV2_AWS_50",
    owned: (resource, _context, { minNodes }) => {
      if (resource.type !== redis) return [];
      const isSharded = isSet(resource, "numNodeGroups") || isSet(resource, "replicasPerNodeGroup");
      return demands(resource, [
        { path: "automaticFailoverEnabled", holds: isTrue, message: "a failed primary is not replaced automatically" },
        { path: "multiAzEnabled", holds: isTrue, message: "all nodes may be in one zone" },
        isSharded
          ? { path: "replicasPerNodeGroup", holds: atLeast(minNodes - 1), message: "a shard has too few nodes" }
          : { path: "numCacheClusters", holds: atLeast(minNodes), message: "there are too few nodes" },
      ]);
    },
  },
);

/** Settings of a broker configuration with the least value of each. */
const floors: readonly (readonly [name: string, least: number, message: string])[] = [
  ["default.replication.factor", 2, "topics have one copy"],
  ["offsets.topic.replication.factor", 2, "offsets have one copy"],
  ["transaction.state.log.replication.factor", 2, "transactions have one copy"],
];

function brokerSettings(resource: Resource): readonly Verdict[] {
  const path = "serverProperties";
  const found = read(resource.props, path);
  if (found.state === "unknown") return [undecided(resource, path, "its value is not known yet")];
  if (found.state === "absent")
    return [violation(resource, path, "the brokers use Kafka's defaults, which keep one copy of each topic")];
  const lines = new Map(
    String(found.value)
      .split("\n")
      .map((line) => line.split("=").map((part) => part.trim()))
      .filter((parts) => parts.length === 2 && !parts[0]!.startsWith("#"))
      .map(([name, value]) => [name!, value!]),
  );
  const number = (name: string): number | undefined => (lines.has(name) ? Number(lines.get(name)) : undefined);
  const low = floors.filter(
    ([name, least]) => (number(name) ?? (name === "default.replication.factor" ? 0 : least)) < least,
  );
  const sync = number("min.insync.replicas") ?? 1;
  const messages = [
    ...low.map(([, , message]) => message),
    ...(sync < 2 && (number("default.replication.factor") ?? 0) > 2
      ? ["a write may be acknowledged by one broker"]
      : []),
    ...(lines.get("unclean.leader.election.enable") === "true"
      ? ["a broker that missed writes may become leader"]
      : []),
  ];
  return messages.map((message) => violation(resource, path, message)).slice(0, 1);
}

const quorum: Rule = {
  id: "HA-03",
  severity: "high",
  title: "Kafka keeps its quorum when a zone fails",
  blocks:
    "fewer brokers than zones or fewer than two, client subnets in fewer than two zones, topics with one copy, unclean leader elections",
  fix: "use three brokers in three zones, replication factor 3, min.insync.replicas 2 and no unclean leader election",
  origin: "cell-based architecture: three brokers per cell; AWS: MSK best practices",
  owned: (resource) => {
    if (resource.type === configuration) return brokerSettings(resource);
    if (resource.type !== kafka) return [];
    const subnets = items(resource.props, "brokerNodeGroupInfo.clientSubnets");
    const isKnown = subnets.every(({ state }) => state === "known") && subnets.length > 0;
    const least = isKnown ? Math.max(2, subnets.length) : 2;
    return [
      ...demands(resource, [
        {
          path: "numberOfBrokerNodes",
          holds: atLeast(least),
          message: "there are fewer brokers than zones, or fewer than two",
        },
      ]),
      ...(isKnown && subnets.length < 2
        ? [violation(resource, "brokerNodeGroupInfo.clientSubnets", "all brokers are in one zone")]
        : []),
    ];
  },
};

/** Availability. */
export const availability: readonly Rule[] = [database, cache, quorum];
