import {
  DescribeCacheClustersCommand,
  DescribeCacheParameterGroupsCommand,
  DescribeCacheSubnetGroupsCommand,
  DescribeReplicationGroupsCommand,
  ElastiCacheClient,
} from "@aws-sdk/client-elasticache";
import { afterAll, beforeAll, expect, test } from "vitest";

import { redisNodeHost } from "../../../components/cell/hosts";
import { definitions as groups } from "../../../local/providers/aws/services/elasticache-groups";
import { definitions as memcachedTables } from "../../../local/providers/aws/services/elasticache-memcached";
import { definitions as redisTables } from "../../../local/providers/aws/services/elasticache-redis";
import { Made, startMoto, type Moto } from "../../harness/moto";
import { dataSubnets } from "./data-network";

let moto: Moto;

beforeAll(async () => {
  moto = await startMoto();
});
afterAll(() => moto.stop());

/** A cell's caches as `components/cell/cache.ts` creates them. */
async function caches(region: string, zones: string[]) {
  const make = (token: string, inputs: Record<string, unknown>) =>
    Made.create(
      moto.cloud(region),
      [...groups, ...redisTables, ...memcachedTables],
      `aws:elasticache/${token}`,
      inputs,
    );
  const subnets = await make("subnetGroup:SubnetGroup", {
    name: "dev-cell-0-cache",
    description: "Data subnets",
    subnetIds: await dataSubnets(moto, zones, region),
    tags: { cell: "cell-0" },
  });
  const parameters = await make("parameterGroup:ParameterGroup", {
    name: "dev-cell-0-redis7",
    family: "redis7",
    description: "Redis",
    parameters: [
      { name: "maxmemory-policy", value: "volatile-lru" },
      { name: "reserved-memory-percent", value: "25" },
    ],
    tags: { cell: "cell-0" },
  });
  const redis = await make("replicationGroup:ReplicationGroup", {
    replicationGroupId: "dev-cell-0-redis",
    description: "Redis",
    engine: "redis",
    engineVersion: "7.1",
    nodeType: "cache.t4g.micro",
    numCacheClusters: 3,
    preferredCacheClusterAzs: [...zones, zones[0]].slice(0, 3),
    automaticFailoverEnabled: true,
    multiAzEnabled: true,
    port: 6379,
    parameterGroupName: "dev-cell-0-redis7",
    subnetGroupName: "dev-cell-0-cache",
    securityGroupIds: ["sg-12345678"],
    atRestEncryptionEnabled: true,
    kmsKeyId: "arn:aws:kms:eu-west-1:123456789012:key/k",
    transitEncryptionEnabled: true,
    transitEncryptionMode: "required",
    authToken: "a".repeat(40),
    snapshotRetentionLimit: 1,
    snapshotWindow: "01:00-02:00",
    maintenanceWindow: "mon:04:00-mon:05:00",
    autoMinorVersionUpgrade: false,
    applyImmediately: false,
    logDeliveryConfigurations: ["slow-log", "engine-log"].map((logType) => ({
      logType,
      logFormat: "json",
      destinationType: "cloudwatch-logs",
      destination: "/cells/dev-cell-0/redis",
    })),
    tags: { cell: "cell-0" },
  });
  const memcached = await make("cluster:Cluster", {
    clusterId: "dev-cell-0-memcached",
    engine: "memcached",
    engineVersion: "1.6.22",
    nodeType: "cache.t4g.small",
    numCacheNodes: 2,
    azMode: "cross-az",
    port: 11211,
    parameterGroupName: "dev-cell-0-redis7",
    subnetGroupName: "dev-cell-0-cache",
    securityGroupIds: ["sg-12345678"],
    transitEncryptionEnabled: true,
    maintenanceWindow: "mon:05:00-mon:06:00",
    tags: { cell: "cell-0" },
  });
  return { subnets, parameters, redis, memcached };
}

test("caches live from creation to deletion, without drift and without leftovers", async () => {
  const { subnets, parameters, redis, memcached } = await caches("eu-west-1", ["eu-west-1a", "eu-west-1b"]);
  for (const made of [subnets, parameters, redis, memcached]) {
    expect(await made.drift()).toEqual([]);
    expect(await made.inventions()).toEqual([]);
  }

  await redis.update({ numCacheClusters: 2, nodeType: "cache.t4g.small", tags: { cell: "cell-0", more: "yes" } });
  expect(await redis.drift()).toEqual([]);
  expect(redis.outputs["memberClusters"]).toEqual(["dev-cell-0-redis-001", "dev-cell-0-redis-002"]);
  await memcached.update({ numCacheNodes: 1, azMode: "single-az" });
  expect(await memcached.drift()).toEqual([]);
  await parameters.update({ parameters: [{ name: "maxmemory-policy", value: "noeviction" }] });
  expect(await parameters.drift()).toEqual([]);

  for (const made of [memcached, redis, parameters, subnets]) {
    await made.delete();
    expect(await made.read()).toBeUndefined();
  }
  const client = moto.client(ElastiCacheClient);
  expect((await client.send(new DescribeCacheClustersCommand({}))).CacheClusters).toEqual([]);
  expect((await client.send(new DescribeReplicationGroupsCommand({}))).ReplicationGroups).toEqual([]);
  expect((await client.send(new DescribeCacheParameterGroupsCommand({}))).CacheParameterGroups).toEqual([]);
  expect((await client.send(new DescribeCacheSubnetGroupsCommand({}))).CacheSubnetGroups).toEqual([]);
});

test.each([
  ["eu-west-1", ["eu-west-1a", "eu-west-1b", "eu-west-1c"], "euw1.cache.amazonaws.com"],
  ["cn-north-1", ["cn-north-1a", "cn-north-1b"], "cnn1.cache.amazonaws.com.cn"],
])("%s shows three Redis nodes with the addresses that the cell derives", async (region, zones, domain) => {
  const { redis, memcached } = await caches(region, zones);
  const { CacheClusters } = await moto
    .client(ElastiCacheClient, region)
    .send(new DescribeCacheClustersCommand({ ShowCacheNodeInfo: true }));
  const members = (CacheClusters ?? []).filter((cluster) => cluster.ReplicationGroupId === "dev-cell-0-redis");
  const addresses = members.flatMap(({ CacheNodes }) => CacheNodes?.map(({ Endpoint }) => Endpoint?.Address));

  const primary = redis.outputs["primaryEndpointAddress"] as string;
  expect(primary).toMatch(new RegExp(`^master\\.dev-cell-0-redis\\.[0-9a-f]{6}\\.${domain.replaceAll(".", "\\.")}$`));
  expect(addresses).toEqual([0, 1, 2].map((index) => redisNodeHost(primary, "dev-cell-0-redis", index)));
  expect(new Set(members.map(({ PreferredAvailabilityZone }) => PreferredAvailabilityZone)).size).toBe(zones.length);
  expect(memcached.outputs["clusterAddress"]).toMatch(/^dev-cell-0-memcached\.[0-9a-f]{6}\.cfg\./);
});
