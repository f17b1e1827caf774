import { kafkaTopology } from "../../../catalog/kafka-topology";
import type { Cell } from "../../../catalog/model";
import type { CellNames } from "../../../catalog/names";
import type { SizeClass } from "../../../catalog/sizes";

/** What AWS calls the cell's things in metrics. `T` is a string, or a Pulumi output of one. */
export interface Watched<T> {
  readonly postgresPrimary: string;
  readonly postgresReplica: string;
  /** Replication group id; nodes are `<id>-001` and on. */
  readonly redis: string;
  readonly memcached: string;
  readonly kafka: string;
  readonly rabbitmq?: string;
  /** `app/NAME/HASH`. */
  readonly loadBalancer: T;
  /** `targetgroup/NAME/HASH`. */
  readonly targetGroup: T;
  /** Auto Scaling group of the live colour. */
  readonly liveNodes: T;
}

/** One series of a metric. */
export interface Series<T> {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, T | string>>;
  /** `Average`, `Maximum`, `Sum`, `p99`, … */
  readonly stat: string;
}

/** When an alarm fires; pure data. */
export interface AlarmSpec<T> {
  /** Last element of the name: `postgres-cpu` becomes `dev-cell-3-postgres-cpu`. */
  readonly part: string;
  /** What it means and what to do first; the message that a person reads at night. */
  readonly description: string;
  /** One series, or several in an expression over m0, m1, … */
  readonly series: readonly Series<T>[];
  readonly expression?: string;
  readonly comparison: "GreaterThanThreshold" | "LessThanThreshold";
  readonly threshold: number;
  /** Seconds. */
  readonly period: number;
  /** Periods beyond the threshold out of periods looked at. */
  readonly periods: readonly [bad: number, of: number];
  readonly missing: "missing" | "notBreaching" | "breaching";
  /** True when the cell's users feel it: part of the cell's own health. */
  readonly symptom: boolean;
}

const GiB = 2 ** 30;

/** For what the load balancer reports: the newest minutes are often incomplete or missing. */
const late = [3, 5] as const;

/** Redis nodes by AWS's names. */
export function redisNodes(group: string, count: number): string[] {
  return Array.from({ length: count }, (_, node) => `${group}-${String(node + 1).padStart(3, "0")}`);
}

/** Ids of a cell's Kafka brokers in AWS's metrics. */
export function brokerIds(
  { availabilityZones }: Pick<Cell, "availabilityZones">,
  { kafka }: Pick<SizeClass, "kafka">,
): string[] {
  const { brokers } = kafkaTopology(kafka.brokers, availabilityZones.length);
  return Array.from({ length: brokers }, (_, broker) => String(broker + 1));
}

/** Every alarm of a cell in its own region. */
export function alarmSpecs<T>(
  { cell, names, size }: { readonly cell: Cell; readonly names: CellNames; readonly size: SizeClass },
  watched: Watched<T>,
): AlarmSpec<T>[] {
  const usual = {
    period: 60,
    periods: [5, 5],
    missing: "missing",
    comparison: "GreaterThanThreshold",
    symptom: false,
  } as const;

  const rds = (metric: string, instance: string, stat: string): Series<T> => ({
    namespace: "AWS/RDS",
    metric,
    dimensions: { DBInstanceIdentifier: instance },
    stat,
  });
  const redis = (metric: string): Series<T>[] =>
    redisNodes(watched.redis, size.redis.nodes).map((node) => ({
      namespace: "AWS/ElastiCache",
      metric,
      dimensions: { CacheClusterId: node },
      stat: "Maximum",
    }));
  const kafka = (metric: string, stat: string): Series<T> => ({
    namespace: "AWS/Kafka",
    metric,
    dimensions: { "Cluster Name": watched.kafka },
    stat,
  });
  const brokers = (metric: string): Series<T>[] =>
    brokerIds(cell, size).map((broker) => ({
      namespace: "AWS/Kafka",
      metric,
      dimensions: { "Cluster Name": watched.kafka, "Broker ID": broker },
      stat: "Maximum",
    }));
  const balancer = (metric: string, stat: string, withTargets = false): Series<T> => ({
    namespace: "AWS/ApplicationELB",
    metric,
    dimensions: {
      LoadBalancer: watched.loadBalancer,
      ...(withTargets ? { TargetGroup: watched.targetGroup } : {}),
    },
    stat,
  });
  const highest = (series: readonly Series<T>[]) => `MAX([${series.map((_, index) => `m${index}`).join(",")}])`;

  const redisCpu = redis("EngineCPUUtilization");
  const redisMemory = redis("DatabaseMemoryUsagePercentage");
  const redisLag = redis("ReplicationLag");
  const kafkaReplicas = brokers("UnderReplicatedPartitions");
  const kafkaDisk = brokers("KafkaDataLogsDiskUsed");
  const connections = Math.floor(size.postgres.maxConnections * 0.8);
  const storage = Math.floor(size.postgres.storage * GiB * 0.15);

  return [
    {
      ...usual,
      part: "postgres-cpu",
      description:
        "Primary's processor above 80 %. Look for slow queries in Performance Insights; overflow new tenants.",
      series: [rds("CPUUtilization", watched.postgresPrimary, "Average")],
      threshold: 80,
    },
    {
      ...usual,
      part: "postgres-connections",
      description: `Above 80 % of ${size.postgres.maxConnections} connections. Who goes round the pool?`,
      series: [rds("DatabaseConnections", watched.postgresPrimary, "Maximum")],
      threshold: connections,
    },
    {
      ...usual,
      part: "postgres-storage",
      description: "Less than 15 % of the class's storage free; it grows by itself up to the class's ceiling.",
      series: [rds("FreeStorageSpace", watched.postgresPrimary, "Minimum")],
      comparison: "LessThanThreshold",
      threshold: storage,
    },
    {
      ...usual,
      part: "postgres-replica-lag",
      description:
        "Replica more than ten minutes behind: reads are stale, and a promotion loses the writes of that time.",
      series: [rds("ReplicaLag", watched.postgresReplica, "Maximum")],
      // The replica of an idle primary reports up to five minutes.
      threshold: 600,
    },
    {
      ...usual,
      part: "redis-cpu",
      description: "A Redis node's engine above 80 % of its one core.",
      series: redisCpu,
      expression: highest(redisCpu),
      threshold: 80,
    },
    {
      ...usual,
      part: "redis-memory",
      description: "A Redis node above 80 % of its memory: evictions follow.",
      series: redisMemory,
      expression: highest(redisMemory),
      threshold: 80,
    },
    {
      ...usual,
      part: "redis-replication-lag",
      description: "A Redis replica more than 10 s behind: a failover loses the writes of that time.",
      series: redisLag,
      expression: highest(redisLag),
      threshold: 10,
    },
    {
      ...usual,
      part: "memcached-evictions",
      description: "Memcached throws out entries before their time: it is too small for the cell.",
      series: [
        {
          namespace: "AWS/ElastiCache",
          metric: "Evictions",
          dimensions: { CacheClusterId: watched.memcached },
          stat: "Sum",
        },
      ],
      period: 300,
      periods: [3, 3],
      threshold: 1000,
    },
    {
      ...usual,
      part: "kafka-offline-partitions",
      description: "Partitions without a leader: their messages cannot be written or read.",
      series: [kafka("OfflinePartitionsCount", "Maximum")],
      threshold: 0,
      periods: [2, 2],
      symptom: true,
    },
    {
      ...usual,
      part: "kafka-under-replicated",
      description: "Partitions with fewer copies than wanted for ten minutes: a broker is down or behind.",
      series: kafkaReplicas,
      expression: highest(kafkaReplicas),
      threshold: 0,
      periods: [10, 10],
    },
    {
      ...usual,
      part: "kafka-disk",
      description: "A broker's disk above 80 %: shorten retention or raise the class.",
      series: kafkaDisk,
      expression: highest(kafkaDisk),
      threshold: 80,
    },
    ...(watched.rabbitmq === undefined
      ? []
      : [
          {
            ...usual,
            part: "rabbitmq-cpu",
            description: "RabbitMQ's processor above 80 %.",
            series: [
              {
                namespace: "AWS/AmazonMQ",
                metric: "SystemCpuUtilization",
                dimensions: { Broker: watched.rabbitmq },
                stat: "Maximum",
              },
            ],
            threshold: 80,
          },
        ]),
    {
      ...usual,
      part: "app-errors",
      description: "More than 5 % of requests fail with a 5xx, the load balancer's own included.",
      series: [
        balancer("RequestCount", "Sum"),
        balancer("HTTPCode_Target_5XX_Count", "Sum"),
        balancer("HTTPCode_ELB_5XX_Count", "Sum"),
      ],
      // Below ten requests a minute one failure would be a night call. A minute whose requests are not reported yet stays
      // missing: filled, it would read as good. Errors are reported only when there are some.
      expression: "IF(m0 >= 10, 100 * (FILL(m1,0) + FILL(m2,0)) / m0, 0)",
      threshold: 5,
      periods: late,
      missing: "notBreaching",
      symptom: true,
    },
    {
      ...usual,
      part: "app-latency",
      description: "One in a hundred requests takes more than a second.",
      series: [balancer("TargetResponseTime", "p99")],
      threshold: 1,
      periods: late,
      missing: "notBreaching",
      symptom: true,
    },
    {
      ...usual,
      part: "app-unhealthy-hosts",
      description: "Nodes on which the application does not answer.",
      series: [balancer("UnHealthyHostCount", "Maximum", true)],
      threshold: 0,
    },
    {
      ...usual,
      part: "nodes-in-service",
      description: `Fewer than half of the class's ${size.nodes.count} nodes answer.`,
      series: [balancer("HealthyHostCount", "Minimum", true)],
      comparison: "LessThanThreshold",
      threshold: Math.max(1, Math.ceil(size.nodes.count / 2)),
      periods: late,
      // No target at all is reported as nothing.
      missing: "breaching",
      symptom: true,
    },
    {
      ...usual,
      part: "nodes-cpu",
      description: "Nodes of the live colour above 80 % on average.",
      series: [
        {
          namespace: "AWS/EC2",
          metric: "CPUUtilization",
          dimensions: { AutoScalingGroupName: watched.liveNodes },
          stat: "Average",
        },
      ],
      // Basic monitoring, in development cells, has a point every five minutes.
      period: 300,
      periods: [3, 3],
      threshold: 80,
    },
  ].map((spec) => ({
    ...spec,
    description: `${names.label} (${cell.locality}): ${spec.description}`,
  })) as AlarmSpec<T>[];
}

/** Rule of the composite alarm: the cell is unhealthy when its users feel any of it. */
export function unhealthyRule(names: CellNames, specs: readonly AlarmSpec<unknown>[]): string {
  return specs
    .filter(({ symptom }) => symptom)
    .map(({ part }) => `ALARM("${names.of(part)}")`)
    .join(" OR ");
}
