import type { SizeClass } from "./sizes";

/** Where a region has no such family, and what it gets instead: same size, nearest family. */
interface Substitute {
  /** Start of an instance type, or a whole one. */
  readonly from: string;
  readonly to: string;
}

const kafkaOnGraviton: Substitute = { from: "kafka.m5.", to: "kafka.m7g." };
const cacheOnIntel: Substitute = { from: "cache.t4g.", to: "cache.t3." };
const brokersWithoutGraviton: readonly Substitute[] = [
  { from: "mq.m7g.medium", to: "mq.t3.micro" },
  { from: "mq.m7g.", to: "mq.m5." },
];

/**
 * Substitutes by region, found by asking cfn-lint 1.58 about every class in every region. A row changes what is
 * running in the region's cells: replace a family only with a plan for the data on it.
 *
 * MSK's own types are in no public table by region; its brokers are taken to run where EC2 has the same family.
 */
const substitutes: Readonly<Record<string, readonly Substitute[]>> = {
  "ap-east-2": [kafkaOnGraviton],
  "ap-southeast-5": [kafkaOnGraviton],
  "ap-southeast-6": [kafkaOnGraviton],
  "ap-southeast-7": [kafkaOnGraviton],
  "ca-west-1": [...brokersWithoutGraviton, { from: "db.t4g.", to: "db.t3." }],
  "eu-south-1": brokersWithoutGraviton,
  "me-central-1": [cacheOnIntel],
  "me-south-1": [cacheOnIntel],
  "mx-central-1": [kafkaOnGraviton],
};

/** RabbitMQ 4 runs on M7g only: https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/rabbitmq-4.html */
const rabbitmqBeforeM7g = "3.13";

/** The size class as this region can offer it; the class itself in nearly all regions. */
export function sizeIn(region: string, size: SizeClass): SizeClass {
  const here = substitutes[region];
  if (here === undefined) return size;
  const swap = (type: string): string => {
    const found = here.find(({ from }) => type.startsWith(from));
    return found === undefined ? type : found.to + type.slice(found.from.length);
  };
  const rabbitmqType = swap(size.rabbitmq.instanceType);
  const oldRabbitmq = rabbitmqType !== size.rabbitmq.instanceType;
  return {
    ...size,
    postgres: { ...size.postgres, instanceClass: swap(size.postgres.instanceClass) },
    redis: { ...size.redis, nodeType: swap(size.redis.nodeType) },
    memcached: { ...size.memcached, nodeType: swap(size.memcached.nodeType) },
    kafka: { ...size.kafka, instanceType: swap(size.kafka.instanceType) },
    rabbitmq: {
      ...size.rabbitmq,
      instanceType: rabbitmqType,
      engineVersion: oldRabbitmq ? rabbitmqBeforeM7g : size.rabbitmq.engineVersion,
    },
    nodes: { ...size.nodes, instanceType: swap(size.nodes.instanceType) },
  };
}
