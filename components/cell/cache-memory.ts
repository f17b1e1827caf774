import type { SizeClass } from "../../catalog/sizes";

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

/** Per cent of a Redis node that AWS keeps free for snapshots and failover (`reserved-memory-percent`). */
export const redisReservedPercent = 25;

/** MiB of a memcached node that connections take (`memcached_connections_overhead`). */
const memcachedOverheadMiB = 100;

/**
 * GiB of keys that a class's caches hold: one Redis primary, because its replicas hold the same keys, without what
 * Redis must leave free; and every memcached node, because each holds other keys.
 *
 * @throws RangeError for a node type that {@link nodeMemory} does not list.
 */
export function usableCacheGiB({ redis, memcached }: Pick<SizeClass, "redis" | "memcached">): number {
  const redisBytes = memoryOf(redis.nodeType).redisBytes * (1 - redisReservedPercent / 100);
  const memcachedMiB = (memoryOf(memcached.nodeType).memcachedMiB - memcachedOverheadMiB) * memcached.nodes;
  return redisBytes / 1024 ** 3 + memcachedMiB / 1024;
}

function memoryOf(nodeType: string): { readonly redisBytes: number; readonly memcachedMiB: number } {
  const memory = nodeMemory[nodeType];
  if (memory === undefined) {
    throw new RangeError(`${nodeType} is not in the table of node memory: add it from the AWS page named there`);
  }
  return memory;
}
