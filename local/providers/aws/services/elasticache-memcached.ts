import * as cache from "@aws-sdk/client-elasticache";

import { resource, strict, type Properties, type ResourceDefinition } from "../resource";
import { sameSet } from "../shape";
import { tagList } from "../tags";
import { client, retag, tagsOf } from "./elasticache";

function clusterOutputs(found: cache.CacheCluster, state: Properties): Properties {
  const groups = (found.SecurityGroups ?? []).map(({ SecurityGroupId }) => SecurityGroupId);
  const nodes = found.CacheNodes ?? [];
  const spread = new Set(nodes.map(({ CustomerAvailabilityZone }) => CustomerAvailabilityZone)).size > 1;
  const { Address, Port } = found.ConfigurationEndpoint ?? {};
  return {
    arn: found.ARN,
    clusterId: found.CacheClusterId,
    engine: found.Engine,
    engineVersion: found.EngineVersion,
    engineVersionActual: found.EngineVersion,
    nodeType: found.CacheNodeType,
    numCacheNodes: found.NumCacheNodes,
    azMode: nodes.length > 0 ? (spread ? "cross-az" : "single-az") : state["azMode"],
    port: Port,
    clusterAddress: Address ?? "",
    configurationEndpoint: Address === undefined ? "" : `${Address}:${Port}`,
    cacheNodes: nodes.map((node) => ({
      id: node.CacheNodeId,
      address: node.Endpoint?.Address,
      port: node.Endpoint?.Port,
      availabilityZone: node.CustomerAvailabilityZone,
      outpostArn: "",
    })),
    parameterGroupName: found.CacheParameterGroup?.CacheParameterGroupName,
    subnetGroupName: found.CacheSubnetGroupName,
    securityGroupIds: sameSet(state["securityGroupIds"], groups),
    transitEncryptionEnabled: found.TransitEncryptionEnabled,
    maintenanceWindow: found.PreferredMaintenanceWindow,
  };
}

/** Id: the cluster's id. */
const cluster = resource(
  strict(
    [
      ..."azMode clusterId engine engineVersion maintenanceWindow nodeType numCacheNodes parameterGroupName".split(" "),
      ..."port securityGroupIds subnetGroupName transitEncryptionEnabled".split(" "),
    ],
    {
      token: "aws:elasticache/cluster:Cluster",
      // memcached keeps nothing, so a new node type is a new cluster.
      localOnly: ["applyImmediately"],
      async create(cloud, inputs) {
        const { CacheCluster: made } = await client(cloud).send(
          new cache.CreateCacheClusterCommand({
            CacheClusterId: inputs["clusterId"],
            Engine: inputs["engine"],
            EngineVersion: inputs["engineVersion"],
            CacheNodeType: inputs["nodeType"],
            NumCacheNodes: inputs["numCacheNodes"],
            AZMode: inputs["azMode"],
            Port: inputs["port"],
            CacheParameterGroupName: inputs["parameterGroupName"],
            CacheSubnetGroupName: inputs["subnetGroupName"],
            SecurityGroupIds: inputs["securityGroupIds"],
            TransitEncryptionEnabled: inputs["transitEncryptionEnabled"],
            PreferredMaintenanceWindow: inputs["maintenanceWindow"],
            Tags: tagList(inputs["tags"]),
          }),
        );
        return { id: inputs["clusterId"] as string, outputs: clusterOutputs(made ?? {}, inputs) };
      },
      async read(cloud, id, state) {
        const { CacheClusters } = await client(cloud).send(
          new cache.DescribeCacheClustersCommand({ CacheClusterId: id, ShowCacheNodeInfo: true }),
        );
        const found = CacheClusters?.[0];
        return found && { ...clusterOutputs(found, state), tags: await tagsOf(cloud, found.ARN) };
      },
      async update(cloud, id, inputs, olds, changed) {
        if ([...changed].some((key) => key !== "tags")) {
          const fewer = (inputs["numCacheNodes"] as number) < (olds["numCacheNodes"] as number);
          const nodes = (olds["cacheNodes"] as { id: string }[] | undefined) ?? [];
          await client(cloud).send(
            new cache.ModifyCacheClusterCommand({
              CacheClusterId: id,
              NumCacheNodes: inputs["numCacheNodes"],
              CacheNodeIdsToRemove: fewer ? nodes.slice(inputs["numCacheNodes"]).map((node) => node.id) : undefined,
              AZMode: changed.has("azMode") ? inputs["azMode"] : undefined,
              EngineVersion: inputs["engineVersion"],
              CacheParameterGroupName: inputs["parameterGroupName"],
              SecurityGroupIds: inputs["securityGroupIds"],
              PreferredMaintenanceWindow: inputs["maintenanceWindow"],
              ApplyImmediately: true,
            }),
          );
        }
        if (changed.has("tags")) await retag(cloud, olds["arn"], inputs, olds);
      },
      async delete(cloud, id) {
        await client(cloud).send(new cache.DeleteCacheClusterCommand({ CacheClusterId: id }));
      },
    },
  ),
);

export const definitions: ResourceDefinition[] = [cluster];
