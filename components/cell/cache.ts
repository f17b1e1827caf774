import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { CellContext } from "./context";
import type { HostRecord } from "./private-zone";
import { redisNodeHost } from "./hosts";
import { credential, store } from "./secrets";
import { windowsOf } from "./windows";

/** What a cell's caches need of the cell's other parts. */
export interface CacheArgs {
  readonly keyArn: pulumi.Input<string>;
  /** Data subnets, in at least two availability zones. */
  readonly subnetIds: pulumi.Input<string>[];
  readonly redisSecurityGroupId: pulumi.Input<string>;
  readonly memcachedSecurityGroupId: pulumi.Input<string>;
}

/** Per cent of a Redis node that AWS keeps free for snapshots and failover (`reserved-memory-percent`). */
export const redisReservedPercent = 25;

const redisPort = 6379;
const memcachedPort = 11211;

/** The cell's caches: Redis (a primary, replicas in other zones) for what must survive a node, memcached for the rest. */
export class Cache extends pulumi.ComponentResource {
  readonly redis: aws.elasticache.ReplicationGroup;
  readonly memcached: aws.elasticache.Cluster;
  /** Always the node that takes writes. */
  readonly redisPrimaryHost: pulumi.Output<string>;
  readonly redisReaderHost: pulumi.Output<string>;
  /** One host per node, by index; which of them is the primary changes with a failover. */
  readonly redisNodeHosts: readonly pulumi.Output<string>[];
  /** The configuration endpoint: a client discovers the nodes there. */
  readonly memcachedHost: pulumi.Output<string>;
  readonly redisPort = redisPort;
  readonly memcachedPort = memcachedPort;
  readonly redisArn: pulumi.Output<string>;
  readonly memcachedArn: pulumi.Output<string>;
  readonly redisId: string;
  readonly memcachedId: string;
  /** Secret of JSON `{host, port, authToken}`. */
  readonly redisSecretArn: pulumi.Output<string>;
  /** Names for the private zone. */
  readonly records: readonly HostRecord[];

  constructor(
    private readonly ctx: CellContext,
    private readonly args: CacheArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("cells:cell:Cache", `${ctx.cell.id}-cache`, {}, opts);
    const { names, size } = ctx;
    this.redisId = names.of("redis");
    this.memcachedId = names.memcached(size.memcached.nodeType);

    const subnets = this.subnetGroup();
    const token = credential(ctx, "redis", "Token of the cell's Redis", args.keyArn, this);
    this.redis = this.makeRedis(subnets, token.password);
    this.memcached = this.makeMemcached(subnets);
    store(
      ctx,
      "redis",
      token,
      { host: this.redis.primaryEndpointAddress, port: redisPort, authToken: token.password },
      this,
    );

    this.redisPrimaryHost = this.redis.primaryEndpointAddress;
    this.redisReaderHost = this.redis.readerEndpointAddress;
    this.redisNodeHosts = Array.from({ length: size.redis.nodes }, (_, index) =>
      this.redisPrimaryHost.apply((host) => redisNodeHost(host, this.redisId, index)),
    );
    this.memcachedHost = this.memcached.clusterAddress;
    this.redisArn = this.redis.arn;
    this.memcachedArn = this.memcached.arn;
    this.redisSecretArn = token.secret.arn;
    this.records = [
      ...this.redisNodeHosts.map((target, index) => ({ name: names.host("redis", index), target })),
      { name: names.host("memcached"), target: this.memcachedHost },
    ];
    this.registerOutputs({
      redisPrimaryHost: this.redisPrimaryHost,
      memcachedHost: this.memcachedHost,
      redisSecretArn: this.redisSecretArn,
    });
  }

  private subnetGroup(): aws.elasticache.SubnetGroup {
    const { cell, names } = this.ctx;
    return new aws.elasticache.SubnetGroup(
      `${cell.id}-cache-subnets`,
      {
        name: names.of("cache"),
        description: `Data subnets of ${names.prefix}`,
        subnetIds: this.args.subnetIds,
        tags: { Name: names.of("cache") },
      },
      { parent: this },
    );
  }

  private makeRedis(
    subnets: aws.elasticache.SubnetGroup,
    authToken: pulumi.Output<string>,
  ): aws.elasticache.ReplicationGroup {
    const { cell, names, size } = this.ctx;
    const { redis, production } = size;
    const windows = windowsOf(cell);
    const parameters = this.parameterGroup("redis", `redis${redis.engineVersion.split(".")[0]}`, [
      // Only keys with a time to live may go: what the application means to keep stays.
      { name: "maxmemory-policy", value: "volatile-lru" },
      { name: "reserved-memory-percent", value: String(redisReservedPercent) },
    ]);
    const log = new aws.cloudwatch.LogGroup(
      `${cell.id}-redis-log`,
      { name: `/cells/${names.prefix}/redis`, retentionInDays: size.logRetentionDays, kmsKeyId: this.args.keyArn },
      { parent: this },
    );
    return new aws.elasticache.ReplicationGroup(
      `${cell.id}-redis`,
      {
        replicationGroupId: this.redisId,
        description: `Redis of ${names.prefix}`,
        engine: "redis",
        engineVersion: redis.engineVersion,
        nodeType: redis.nodeType,
        numCacheClusters: redis.nodes,
        preferredCacheClusterAzs: roundRobin(cell.availabilityZones, redis.nodes),
        automaticFailoverEnabled: true,
        multiAzEnabled: true,
        port: redisPort,
        parameterGroupName: parameters.name,
        subnetGroupName: subnets.name,
        securityGroupIds: [this.args.redisSecurityGroupId],
        atRestEncryptionEnabled: true,
        kmsKeyId: this.args.keyArn,
        transitEncryptionEnabled: true,
        transitEncryptionMode: "required",
        authToken,
        snapshotRetentionLimit: redis.snapshotRetentionDays,
        snapshotWindow: windows.redisSnapshot,
        maintenanceWindow: windows.redisMaintenance,
        // Versions change in the size table, cell by cell.
        autoMinorVersionUpgrade: false,
        applyImmediately: false,
        logDeliveryConfigurations: ["slow-log", "engine-log"].map((logType) => ({
          logType,
          logFormat: "json",
          destinationType: "cloudwatch-logs",
          destination: log.name,
        })),
        ...(production ? { finalSnapshotIdentifier: names.of("redis", "final") } : {}),
        tags: { Name: this.redisId },
      },
      // A failover and a replaced node change the zones; the plan must not move them back.
      { parent: this, protect: production, ignoreChanges: ["preferredCacheClusterAzs"] },
    );
  }

  /** TLS needs memcached 1.6.12; every node type of the built-in classes can do it. Nothing is stored on disk. */
  private makeMemcached(subnets: aws.elasticache.SubnetGroup): aws.elasticache.Cluster {
    const { cell, size } = this.ctx;
    const { memcached } = size;
    const [major, minor] = memcached.engineVersion.split(".");
    // A group of its own, though empty: AWS's default group is one for all cells of a region.
    const parameters = this.parameterGroup("memcached", `memcached${major}.${minor}`, []);
    return new aws.elasticache.Cluster(
      `${cell.id}-memcached`,
      {
        clusterId: this.memcachedId,
        engine: "memcached",
        engineVersion: memcached.engineVersion,
        nodeType: memcached.nodeType,
        numCacheNodes: memcached.nodes,
        azMode: memcached.nodes > 1 ? "cross-az" : "single-az",
        port: memcachedPort,
        parameterGroupName: parameters.name,
        subnetGroupName: subnets.name,
        securityGroupIds: [this.args.memcachedSecurityGroupId],
        transitEncryptionEnabled: true,
        maintenanceWindow: windowsOf(cell).memcachedMaintenance,
        applyImmediately: false,
        tags: { Name: this.memcachedId },
      },
      // The provider would delete the old one first, as its name is fixed.
      { parent: this, deleteBeforeReplace: false },
    );
  }

  private parameterGroup(
    engine: "redis" | "memcached",
    family: string,
    parameters: { name: string; value: string }[],
  ): aws.elasticache.ParameterGroup {
    const { cell, names } = this.ctx;
    // Group names take no dot: memcached1.6 is memcached16.
    const name = names.of(family.replace(".", ""));
    return new aws.elasticache.ParameterGroup(
      `${cell.id}-${engine}-parameters`,
      { name, family, description: `${engine} of ${names.prefix}`, parameters, tags: { Name: name } },
      // Another family is another name. The provider would delete the old one first, as its name is fixed, and
      // ElastiCache refuses that while it is in use.
      { parent: this, deleteBeforeReplace: false },
    );
  }
}

/** Zones of `count` nodes, each in turn, so that no zone holds two while another holds none. */
function roundRobin(zones: readonly string[], count: number): string[] {
  return Array.from({ length: count }, (_, index) => zones[index % zones.length] ?? "");
}
