import type { Cell } from "../../../catalog/model";
import type { CellNames } from "../../../catalog/names";
import type { SizeClass } from "../../../catalog/sizes";
import { metricNamespace } from "../workload/identity";
import { brokerIds, redisNodes, type Watched } from "./alarms";

/** A dashboard as CloudWatch takes it: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
export interface DashboardBody {
  readonly widgets: readonly Widget[];
}

interface Widget {
  readonly type: "metric" | "text" | "alarm";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

type Row = readonly (string | Readonly<Record<string, unknown>>)[];

/** Columns of a dashboard are 24 wide; three charts stand side by side. */
const width = 8;
const height = 6;

/** The cell's dashboard: what users feel first, then what may cause it, the cell named on every chart. Pure. */
export function dashboardBody(options: {
  readonly cell: Cell;
  readonly names: CellNames;
  readonly size: SizeClass;
  readonly watched: Watched<string>;
  readonly alarmArns: readonly string[];
  /** Route 53's check, and the region that has its metrics. */
  readonly healthCheckId: string;
  readonly healthCheckRegion: string;
}): DashboardBody {
  const { cell, names, size, watched } = options;
  const own: Row = ["Cell", names.label];
  const balancer: Row = ["LoadBalancer", watched.loadBalancer];
  const targets: Row = ["TargetGroup", watched.targetGroup, ...balancer];
  const nodes = redisNodes(watched.redis, size.redis.nodes);
  const brokers = brokerIds(cell, size);
  const chart = (title: string, stat: string, metrics: readonly Row[], region = cell.region) => ({
    title: `${names.label}: ${title}`,
    stat,
    metrics,
    region,
    period: 60,
    view: "timeSeries",
  });
  const rds = (metric: string): Row[] => [
    ["AWS/RDS", metric, "DBInstanceIdentifier", watched.postgresPrimary, { label: "primary" }],
    ["AWS/RDS", metric, "DBInstanceIdentifier", watched.postgresReplica, { label: "replica" }],
  ];

  const charts = [
    chart("requests of tenants", "Sum", [
      [metricNamespace, "Requests", ...own],
      [metricNamespace, "Errors", ...own],
    ]),
    chart("latency of tenants", "p99", [[metricNamespace, "Latency", ...own]]),
    chart(
      "answers from outside",
      "Minimum",
      [["AWS/Route53", "HealthCheckStatus", "HealthCheckId", options.healthCheckId]],
      options.healthCheckRegion,
    ),
    chart("requests at the door", "Sum", [
      ["AWS/ApplicationELB", "RequestCount", ...balancer],
      ["AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", ...balancer],
      ["AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", ...balancer],
    ]),
    chart("latency at the door", "p99", [["AWS/ApplicationELB", "TargetResponseTime", ...balancer]]),
    chart("hosts", "Minimum", [
      ["AWS/ApplicationELB", "HealthyHostCount", ...targets],
      ["AWS/ApplicationELB", "UnHealthyHostCount", ...targets, { stat: "Maximum" }],
    ]),
    chart("Postgres processor", "Average", rds("CPUUtilization")),
    chart("Postgres connections", "Maximum", rds("DatabaseConnections")),
    chart("Postgres storage and lag", "Average", [
      ["AWS/RDS", "FreeStorageSpace", "DBInstanceIdentifier", watched.postgresPrimary],
      ["AWS/RDS", "ReplicaLag", "DBInstanceIdentifier", watched.postgresReplica, { yAxis: "right" }],
    ]),
    chart(
      "Redis engine",
      "Maximum",
      nodes.map((node) => ["AWS/ElastiCache", "EngineCPUUtilization", "CacheClusterId", node]),
    ),
    chart(
      "Redis memory",
      "Maximum",
      nodes.map((node) => ["AWS/ElastiCache", "DatabaseMemoryUsagePercentage", "CacheClusterId", node]),
    ),
    chart("memcached", "Sum", [
      ["AWS/ElastiCache", "Evictions", "CacheClusterId", watched.memcached],
      ["AWS/ElastiCache", "GetMisses", "CacheClusterId", watched.memcached],
    ]),
    chart(
      "Kafka disk",
      "Maximum",
      brokers.map((broker) => [
        "AWS/Kafka",
        "KafkaDataLogsDiskUsed",
        "Cluster Name",
        watched.kafka,
        "Broker ID",
        broker,
      ]),
    ),
    chart("Kafka partitions", "Maximum", [
      ["AWS/Kafka", "OfflinePartitionsCount", "Cluster Name", watched.kafka],
      ...brokers.map((broker): Row => [
        "AWS/Kafka",
        "UnderReplicatedPartitions",
        "Cluster Name",
        watched.kafka,
        "Broker ID",
        broker,
      ]),
    ]),
    chart("nodes", "Average", [["AWS/EC2", "CPUUtilization", "AutoScalingGroupName", watched.liveNodes]]),
  ];

  const top: Widget[] = [
    {
      type: "text",
      x: 0,
      y: 0,
      width: 24,
      height: 1,
      properties: {
        markdown: `**${names.label}** · ${cell.locality} · ${cell.region} · ${cell.sizeClass} · release ${cell.release}`,
      },
    },
    {
      type: "alarm",
      x: 0,
      y: 1,
      width: 24,
      height: 3,
      properties: { title: `${names.label}: alarms`, alarms: options.alarmArns },
    },
  ];
  return {
    widgets: [
      ...top,
      ...charts.map((properties, index): Widget => ({
        type: "metric",
        x: (index % 3) * width,
        y: 4 + Math.floor(index / 3) * height,
        width,
        height,
        properties,
      })),
    ],
  };
}
