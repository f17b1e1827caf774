/** How many brokers a cell's Kafka has and how its topics are copied. Pure. */
export interface KafkaTopology {
  /** A multiple of the zones: MSK refuses anything else. */
  readonly brokers: number;
  readonly replicationFactor: number;
  readonly minInsyncReplicas: number;
}

/**
 * Brokers for a cell, spread evenly: `wanted`, raised to the next multiple of the availability zones.
 *
 * In three zones a topic has three copies, one in each, of which two must take a write: one zone may fail. In two
 * zones three copies would put two of them in one zone, and its loss would stop all writes; so there are four copies
 * (two in each zone) on four brokers or more, and two are still enough.
 *
 * Sources: https://docs.aws.amazon.com/msk/latest/developerguide/msk-create-cluster.html (multiple of the zones),
 * https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices.html (copies and in-sync copies).
 *
 * @param wanted brokers of the size class, at least one.
 * @param zones availability zones of the cell: two or three, as MSK takes them.
 */
export function kafkaTopology(wanted: number, zones: number): KafkaTopology {
  if (zones !== 2 && zones !== 3) {
    throw new RangeError(`Kafka on MSK takes two or three availability zones, not ${zones}`);
  }
  const replicationFactor = zones === 3 ? 3 : 4;
  const brokers = Math.ceil(Math.max(wanted, replicationFactor) / zones) * zones;
  return { brokers, replicationFactor, minInsyncReplicas: 2 };
}
