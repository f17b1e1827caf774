import { describe, expect, test } from "vitest";

import { sizeIn } from "../../catalog/regional-sizes";
import { regionNames } from "../../catalog/regions";
import { sizes, type SizeClass, type SizeClassName } from "../../catalog/sizes";
import { Cache, redisReservedPercent } from "../../components/cell/cache";
import { redisNodeHost } from "../../components/cell/hosts";
import { cellOf, keyArn, plainSecrets, planPart, stateful } from "./data-cell";

const classes = Object.keys(sizes) as SizeClassName[];
const redisType = "aws:elasticache/replicationGroup:ReplicationGroup";
const memcachedType = "aws:elasticache/cluster:Cluster";

const cacheOf = (sizeClass: SizeClassName, zones = 3, preview = false) =>
  planPart(
    cellOf(sizeClass, zones),
    (ctx, args, opts) => {
      const part = new Cache(
        ctx,
        { ...args, redisSecurityGroupId: "sg-redis", memcachedSecurityGroupId: "sg-memcached" },
        opts,
      );
      return {
        primary: part.redisPrimaryHost,
        nodes: part.redisNodeHosts,
        memcached: part.memcachedHost,
        records: part.records,
      };
    },
    preview,
  );

/** GiB of cache that README.md promises of each class. */
const promised: Readonly<Record<SizeClassName, number>> = { dev: 1, small: 11, medium: 22, large: 64 };

/**
 * Memory of an ElastiCache node type, as the engines are given it.
 * Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html, tables "node-type
 * specific parameters" of Redis OSS (`maxmemory`) and Memcached (`max_cache_memory`).
 */
const nodeMemory: Readonly<Record<string, { readonly redisBytes: number; readonly memcachedMiB: number }>> = {
  "cache.t3.micro": { redisBytes: 536_870_912, memcachedMiB: 512 },
  "cache.t3.small": { redisBytes: 1_471_026_299, memcachedMiB: 1402 },
  "cache.t4g.micro": { redisBytes: 536_870_912, memcachedMiB: 512 },
  "cache.t4g.small": { redisBytes: 1_471_026_299, memcachedMiB: 1402 },
  "cache.m6g.large": { redisBytes: 6_854_542_746, memcachedMiB: 6537 },
  "cache.m6g.xlarge": { redisBytes: 13_891_921_715, memcachedMiB: 13_248 },
  "cache.r6g.large": { redisBytes: 14_037_181_030, memcachedMiB: 13_387 },
  "cache.r6g.xlarge": { redisBytes: 28_261_849_702, memcachedMiB: 26_953 },
  "cache.r6g.2xlarge": { redisBytes: 56_711_183_565, memcachedMiB: 54_084 },
};

/** MiB of a memcached node that connections take (`memcached_connections_overhead`). */
const memcachedOverheadMiB = 100;

/**
 * GiB of keys that a class's caches hold: one Redis primary, because its replicas hold the same keys, without what
 * Redis must leave free; and every memcached node, because each holds other keys.
 */
function usableCacheGiB({ redis, memcached }: Pick<SizeClass, "redis" | "memcached">): number {
  const redisBytes = nodeMemory[redis.nodeType]!.redisBytes * (1 - redisReservedPercent / 100);
  const memcachedMiB = (nodeMemory[memcached.nodeType]!.memcachedMiB - memcachedOverheadMiB) * memcached.nodes;
  return redisBytes / 1024 ** 3 + memcachedMiB / 1024;
}

describe.each(classes)("%s", (sizeClass) => {
  const { production, redis, memcached } = sizes[sizeClass];

  test("three Redis nodes that fail over between zones, encrypted at rest and in transit, behind a token", async () => {
    const { one, resources } = await cacheOf(sizeClass);
    const group = one(redisType);
    expect(group.inputs).toMatchObject({
      replicationGroupId: "dev-cell-3-redis",
      numCacheClusters: 3,
      preferredCacheClusterAzs: ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      atRestEncryptionEnabled: true,
      kmsKeyId: keyArn,
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
      parameterGroupName: "dev-cell-3-redis7",
      subnetGroupName: "dev-cell-3-cache",
      securityGroupIds: ["sg-redis"],
      autoMinorVersionUpgrade: false,
    });
    expect(group.inputs["snapshotRetentionLimit"]).toBeGreaterThanOrEqual(1);
    expect(group.inputs["finalSnapshotIdentifier"]).toBe(production ? "dev-cell-3-redis-final" : undefined);
    expect(group.inputs["authToken"]).toMatch(/^[A-Za-z0-9]{16,128}$/);
    expect(group.secretInputs).toEqual(["authToken"]);
    expect(plainSecrets(resources, [group.inputs["authToken"] as string])).toEqual([]);
    const parameters = one("aws:elasticache/parameterGroup:ParameterGroup", "cell-3-redis-parameters").inputs;
    expect(parameters).toMatchObject({ family: "redis7" });
    expect(parameters["parameters"]).toContainEqual({
      name: "reserved-memory-percent",
      value: String(redisReservedPercent),
    });
  });

  test("memcached with TLS, over the zones when it has nodes enough", async () => {
    const { one } = await cacheOf(sizeClass);
    expect(one(memcachedType).inputs).toMatchObject({
      clusterId: `dev-cell-3-memcached-${memcached.nodeType.replace("cache.", "").replace(".", "")}`,
      numCacheNodes: memcached.nodes,
      azMode: memcached.nodes > 1 ? "cross-az" : "single-az",
      transitEncryptionEnabled: true,
      parameterGroupName: "dev-cell-3-memcached16",
      securityGroupIds: ["sg-memcached"],
    });
    const [major = 0, minor = 0, patch = 0] = memcached.engineVersion.split(".").map(Number);
    expect(major * 1_000_000 + minor * 1000 + patch, "TLS needs 1.6.12").toBeGreaterThanOrEqual(1_006_012);
  });

  test("protects what holds data exactly in production classes", async () => {
    const { resources } = await cacheOf(sizeClass);
    const kept = resources.filter(({ type }) => stateful.includes(type));
    expect(kept).toHaveLength(3);
    expect(kept.filter(({ protect }) => protect !== production)).toEqual([]);
  });

  test("holds at least the gigabytes that the class promises, and not a third more", () => {
    const usable = usableCacheGiB({ redis, memcached });
    expect(usable).toBeGreaterThanOrEqual(promised[sizeClass]);
    if (promised[sizeClass] > 1) expect(usable).toBeLessThan(promised[sizeClass] * 1.34);
  });
});

test("every class keeps its promise in every region, whatever node type it gets there", () => {
  const broken = regionNames.flatMap((region) =>
    classes.filter((sizeClass) => usableCacheGiB(sizeIn(region, sizes[sizeClass])) < promised[sizeClass]),
  );
  expect(broken).toEqual([]);
});

test("in a region of two zones the third Redis node goes to the first", async () => {
  const { one } = await cacheOf("dev", 2);
  expect(one(redisType).inputs["preferredCacheClusterAzs"]).toEqual(["eu-west-1a", "eu-west-1b", "eu-west-1a"]);
});

test("every node has its own name in the private zone", async () => {
  const { result } = await cacheOf("dev");
  expect(result.records.map(({ name }) => name)).toEqual([
    "redis-cell-3-0.cell-3.internal",
    "redis-cell-3-1.cell-3.internal",
    "redis-cell-3-2.cell-3.internal",
    "memcached-cell-3.cell-3.internal",
  ]);
  expect(new Set(result.records.map(({ target }) => target)).size).toBe(4);
  expect(result.nodes[0]).toMatch(/^dev-cell-3-redis-001\.dev-cell-3-redis\./);
});

test("a first preview, where hosts are unknown, plans the same resources", async () => {
  const [known, unknown] = [await cacheOf("large"), await cacheOf("large", 3, true)];
  expect(unknown.resources.map(({ urn }) => urn).sort()).toEqual(known.resources.map(({ urn }) => urn).sort());
});

test("a node's host is taken from a primary endpoint with TLS, and from nothing else", () => {
  expect(redisNodeHost("master.r.abc123.cnn1.cache.amazonaws.com.cn", "r", 2)).toBe(
    "r-003.r.abc123.cnn1.cache.amazonaws.com.cn",
  );
  expect(() => redisNodeHost("r.abc123.ng.0001.euw1.cache.amazonaws.com", "r", 0)).toThrow('begins with "master."');
});
