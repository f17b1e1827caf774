/**
 * Physical names of one cell, in one table. Every name carries `cell-<number>` and the environment, never a list
 * position, so that a name says whose it is and two environments can share an account.
 */

/** One kind of name: how long AWS lets it be and which characters it takes. */
export interface NameRule {
  /** AWS service and resource, for messages. */
  readonly kind: string;
  /** Longest name AWS accepts, in characters. */
  readonly max: number;
  /** Page that states the limit. */
  readonly source: string;
}

const docs = "https://docs.aws.amazon.com/";

/** Limits per service; `test/catalog/names.test.ts` holds every name against them. */
export const nameRules = {
  vpc: { kind: "Name tag", max: 256, source: `${docs}tag-editor/latest/userguide/best-practices-and-strats.html` },
  rds: { kind: "RDS instance", max: 63, source: `${docs}AmazonRDS/latest/APIReference/API_CreateDBInstance.html` },
  rdsGroup: {
    kind: "RDS group",
    max: 255,
    source: `${docs}AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html`,
  },
  redis: {
    kind: "ElastiCache replication group",
    max: 40,
    source: `${docs}AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html`,
  },
  memcached: {
    kind: "ElastiCache cluster",
    max: 50,
    source: `${docs}AmazonElastiCache/latest/APIReference/API_CreateCacheCluster.html`,
  },
  cacheGroup: {
    kind: "ElastiCache group",
    max: 255,
    source: `${docs}AmazonElastiCache/latest/APIReference/API_CreateCacheSubnetGroup.html`,
  },
  kafka: { kind: "MSK cluster", max: 64, source: `${docs}msk/1.0/apireference/clusters.html` },
  kafkaConfiguration: {
    kind: "MSK configuration",
    max: 256,
    source: `${docs}msk/1.0/apireference/configurations.html`,
  },
  rabbitmq: { kind: "Amazon MQ broker", max: 50, source: `${docs}amazon-mq/latest/api-reference/brokers.html` },
  cluster: { kind: "EKS cluster", max: 100, source: `${docs}eks/latest/APIReference/API_CreateCluster.html` },
  nodeGroup: { kind: "EKS node group", max: 63, source: `${docs}eks/latest/APIReference/API_CreateNodegroup.html` },
  launchTemplate: {
    kind: "EC2 launch template",
    max: 128,
    source: `${docs}AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html`,
  },
  loadBalancer: {
    kind: "load balancer",
    max: 32,
    source: `${docs}elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html`,
  },
  targetGroup: {
    kind: "target group",
    max: 32,
    source: `${docs}elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html`,
  },
  role: { kind: "IAM role", max: 64, source: `${docs}IAM/latest/APIReference/API_CreateRole.html` },
  lambda: { kind: "Lambda function", max: 64, source: `${docs}lambda/latest/api/API_CreateFunction.html` },
  keyAlias: { kind: "KMS alias", max: 256, source: `${docs}kms/latest/APIReference/API_CreateAlias.html` },
  secret: { kind: "secret", max: 512, source: `${docs}secretsmanager/latest/apireference/API_CreateSecret.html` },
  logGroup: {
    kind: "log group",
    max: 512,
    source: `${docs}AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html`,
  },
  alarm: { kind: "alarm", max: 255, source: `${docs}AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html` },
  dashboard: {
    kind: "dashboard",
    max: 255,
    source: `${docs}AmazonCloudWatch/latest/APIReference/API_PutDashboard.html`,
  },
  topic: { kind: "SNS topic", max: 256, source: `${docs}sns/latest/api/API_CreateTopic.html` },
  securityGroup: {
    kind: "security group",
    max: 255,
    source: `${docs}AWSEC2/latest/APIReference/API_CreateSecurityGroup.html`,
  },
  bucket: { kind: "S3 bucket", max: 63, source: `${docs}AmazonS3/latest/userguide/bucketnamingrules.html` },
  dnsLabel: { kind: "DNS label", max: 63, source: "https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4" },
} as const satisfies Record<string, NameRule>;

/** Name of a row of {@link nameRules}. */
export type NameKind = keyof typeof nameRules;

/** The names of one cell, as a function of the environment and the cell's number. */
export class CellNames {
  /** `<environment>-cell-<number>`: the start of every physical name. */
  readonly prefix: string;
  /** `cell-<number>`: the value of the `cell` tag and dimension, and the label of zones. */
  readonly label: string;

  constructor(
    readonly environment: string,
    readonly number: number,
  ) {
    this.label = `cell-${number}`;
    this.prefix = `${environment}-${this.label}`;
  }

  /** A name with a part after the prefix: `of("postgres", "primary")` is `dev-cell-3-postgres-primary`. */
  of(...parts: string[]): string {
    return [this.prefix, ...parts].join("-");
  }

  /**
   * A memcached cluster: ElastiCache gives it another node type by a new cluster, which stands beside the old one until the
   * application uses it, so each needs a name of its own.
   *
   * @param nodeType `cache.m6g.large`.
   */
  memcached(nodeType: string): string {
    return this.of("memcached", nodeType.split(".").slice(1).join(""));
  }

  /** Private zone of the cell. */
  get zone(): string {
    return `${this.label}.internal`;
  }

  /** Host in the private zone: `host("postgres", "primary")` is `postgres-cell-3-primary.cell-3.internal`. */
  host(service: string, role?: string | number): string {
    return `${[service, this.label, ...(role === undefined ? [] : [role])].join("-")}.${this.zone}`;
  }

  /** Every physical name the components use, by kind; the conformance test compares it with a real plan. */
  all(): readonly { readonly kind: NameKind; readonly name: string }[] {
    return [
      { kind: "rds", name: this.of("postgres", "primary") },
      { kind: "rds", name: this.of("postgres", "replica") },
      { kind: "rdsGroup", name: this.of("postgres") },
      { kind: "redis", name: this.of("redis") },
      { kind: "cacheGroup", name: this.of("cache") },
      { kind: "kafka", name: this.of("kafka") },
      { kind: "rabbitmq", name: this.of("rabbitmq") },
      { kind: "cluster", name: this.of("app") },
      { kind: "nodeGroup", name: this.of("green") },
      { kind: "loadBalancer", name: this.of("app") },
      { kind: "memcached", name: this.memcached("cache.r6g.16xlarge") },
      { kind: "targetGroup", name: this.of("app") },
      { kind: "role", name: this.of("workload") },
      { kind: "dashboard", name: this.prefix },
    ];
  }
}

/** Names that AWS would refuse for their length, one row each; empty when all fit. */
export function tooLong(names: CellNames): readonly { kind: NameKind; name: string; max: number }[] {
  return names
    .all()
    .map(({ kind, name }) => ({ kind, name, max: nameRules[kind].max }))
    .filter(({ name, max }) => name.length > max);
}
