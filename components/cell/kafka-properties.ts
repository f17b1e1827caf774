import type { KafkaTopology } from "../../catalog/kafka-topology";

/** The broker configuration as MSK takes it: lines of `key=value`, sorted. */
export function serverProperties({ replicationFactor, minInsyncReplicas }: KafkaTopology): string {
  const properties: Readonly<Record<string, string | number | boolean>> = {
    "auto.create.topics.enable": false,
    "default.replication.factor": replicationFactor,
    "min.insync.replicas": minInsyncReplicas,
    "num.partitions": 6,
    // Both hold the positions of consumers and transactions: as safe as the data.
    "offsets.topic.replication.factor": replicationFactor,
    "transaction.state.log.replication.factor": replicationFactor,
    "transaction.state.log.min.isr": minInsyncReplicas,
    // An out-of-date copy may not become the leader: messages once confirmed stay.
    "unclean.leader.election.enable": false,
    "log.retention.hours": 168,
  };
  return Object.entries(properties)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}\n`)
    .join("");
}
