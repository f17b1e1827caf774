import * as cache from "@aws-sdk/client-elasticache";

import { sameSet, strict } from "../canonical";
import { resource, tagList, type Cloud, type Properties, type ResourceDefinition } from "../resource";
import { tagChanges, tagMap } from "../shape";

function client(cloud: Cloud): cache.ElastiCacheClient {
  return cloud.client(cache.ElastiCacheClient);
}

async function tagsOf(cloud: Cloud, ResourceName: string | undefined): Promise<Record<string, string>> {
  return tagMap((await client(cloud).send(new cache.ListTagsForResourceCommand({ ResourceName }))).TagList);
}

async function retag(cloud: Cloud, ResourceName: string, inputs: Properties, olds: Properties): Promise<void> {
  const { set, unset } = tagChanges(olds["tags"], inputs["tags"]);
  if (Object.keys(set).length > 0) {
    await client(cloud).send(new cache.AddTagsToResourceCommand({ ResourceName, Tags: tagList(set) }));
  }
  if (unset.length > 0) {
    await client(cloud).send(new cache.RemoveTagsFromResourceCommand({ ResourceName, TagKeys: unset }));
  }
}

// ---- groups ----

/** Id: the group's name. */
const subnetGroup = resource({
  token: "aws:elasticache/subnetGroup:SubnetGroup",
  replaceOn: ["name"],
  async create(cloud, inputs) {
    const { CacheSubnetGroup: made } = await client(cloud).send(
      new cache.CreateCacheSubnetGroupCommand({
        CacheSubnetGroupName: inputs["name"],
        CacheSubnetGroupDescription: inputs["description"],
        SubnetIds: inputs["subnetIds"],
        Tags: tagList(inputs["tags"]),
      }),
    );
    return { id: inputs["name"] as string, outputs: { arn: made?.ARN, vpcId: made?.VpcId } };
  },
  async read(cloud, id, state) {
    const { CacheSubnetGroups } = await client(cloud).send(
      new cache.DescribeCacheSubnetGroupsCommand({ CacheSubnetGroupName: id }),
    );
    const found = CacheSubnetGroups?.[0];
    if (found === undefined) return undefined;
    const subnets = (found.Subnets ?? []).map(({ SubnetIdentifier }) => SubnetIdentifier);
    return {
      arn: found.ARN,
      name: found.CacheSubnetGroupName,
      description: found.CacheSubnetGroupDescription,
      subnetIds: sameSet(state["subnetIds"], subnets),
      vpcId: found.VpcId,
      tags: await tagsOf(cloud, found.ARN),
    };
  },
  async update(cloud, id, inputs, olds, changed) {
    if (changed.has("subnetIds") || changed.has("description")) {
      await client(cloud).send(
        new cache.ModifyCacheSubnetGroupCommand({
          CacheSubnetGroupName: id,
          CacheSubnetGroupDescription: inputs["description"],
          SubnetIds: inputs["subnetIds"],
        }),
      );
    }
    if (changed.has("tags")) await retag(cloud, olds["arn"], inputs, olds);
  },
  async delete(cloud, id) {
    await client(cloud).send(new cache.DeleteCacheSubnetGroupCommand({ CacheSubnetGroupName: id }));
  },
});

interface Parameter {
  readonly name: string;
  readonly value: string;
}

function values(parameters: readonly Parameter[]): cache.ParameterNameValue[] {
  return parameters.map(({ name, value }) => ({ ParameterName: name, ParameterValue: value }));
}

/** AWS takes twenty parameters in a call; no group here has more. */
async function setParameters(cloud: Cloud, CacheParameterGroupName: string, parameters: Parameter[]): Promise<void> {
  if (parameters.length === 0) return;
  await client(cloud).send(
    new cache.ModifyCacheParameterGroupCommand({ CacheParameterGroupName, ParameterNameValues: values(parameters) }),
  );
}

/** Id: the group's name. */
const parameterGroup = resource({
  token: "aws:elasticache/parameterGroup:ParameterGroup",
  replaceOn: ["name", "family", "description"],
  async create(cloud, inputs) {
    const { CacheParameterGroup: made } = await client(cloud).send(
      new cache.CreateCacheParameterGroupCommand({
        CacheParameterGroupName: inputs["name"],
        CacheParameterGroupFamily: inputs["family"],
        Description: inputs["description"],
        Tags: tagList(inputs["tags"]),
      }),
    );
    await setParameters(cloud, inputs["name"], inputs["parameters"] ?? []);
    return { id: inputs["name"] as string, outputs: { arn: made?.ARN } };
  },
  async read(cloud, id, state) {
    const [{ CacheParameterGroups }, { Parameters }] = await Promise.all([
      client(cloud).send(new cache.DescribeCacheParameterGroupsCommand({ CacheParameterGroupName: id })),
      client(cloud).send(new cache.DescribeCacheParametersCommand({ CacheParameterGroupName: id, Source: "user" })),
    ]);
    const found = CacheParameterGroups?.[0];
    if (found === undefined) return undefined;
    const parameters = (Parameters ?? []).map(({ ParameterName, ParameterValue }) => ({
      name: ParameterName,
      value: ParameterValue,
    }));
    return {
      arn: found.ARN,
      name: found.CacheParameterGroupName,
      family: found.CacheParameterGroupFamily,
      description: found.Description,
      parameters: sameSet(state["parameters"], parameters),
      tags: await tagsOf(cloud, found.ARN),
    };
  },
  async update(cloud, id, inputs, olds, changed) {
    if (changed.has("parameters")) {
      const wanted = (inputs["parameters"] ?? []) as Parameter[];
      const kept = new Set(wanted.map(({ name }) => name));
      const dropped = ((olds["parameters"] ?? []) as Parameter[]).filter(({ name }) => !kept.has(name));
      if (dropped.length > 0) {
        await client(cloud).send(
          new cache.ResetCacheParameterGroupCommand({
            CacheParameterGroupName: id,
            ParameterNameValues: values(dropped),
          }),
        );
      }
      await setParameters(cloud, id, wanted);
    }
    if (changed.has("tags")) await retag(cloud, olds["arn"], inputs, olds);
  },
  async delete(cloud, id) {
    await client(cloud).send(new cache.DeleteCacheParameterGroupCommand({ CacheParameterGroupName: id }));
  },
});

// ---- Redis ----

interface LogDelivery {
  readonly logType: string;
  readonly logFormat: string;
  readonly destinationType: string;
  readonly destination: string;
}

function logRequest(inputs: Properties): cache.LogDeliveryConfigurationRequest[] | undefined {
  const wanted = inputs["logDeliveryConfigurations"] as LogDelivery[] | undefined;
  return wanted?.map((log) => ({
    LogType: log.logType as cache.LogType,
    LogFormat: log.logFormat as cache.LogFormat,
    DestinationType: log.destinationType as cache.DestinationType,
    DestinationDetails:
      log.destinationType === "cloudwatch-logs"
        ? { CloudWatchLogsDetails: { LogGroup: log.destination } }
        : { KinesisFirehoseDetails: { DeliveryStream: log.destination } },
  }));
}

function logOutputs(found: cache.ReplicationGroup): LogDelivery[] {
  return (found.LogDeliveryConfigurations ?? []).map((log) => ({
    logType: log.LogType ?? "",
    logFormat: log.LogFormat ?? "",
    destinationType: log.DestinationType ?? "",
    destination:
      log.DestinationDetails?.CloudWatchLogsDetails?.LogGroup ??
      log.DestinationDetails?.KinesisFirehoseDetails?.DeliveryStream ??
      "",
  }));
}

/** What the group itself tells: all that the program reads after a creation. */
function groupOutputs(found: cache.ReplicationGroup, state: Properties): Properties {
  const [nodes] = found.NodeGroups ?? [];
  return {
    arn: found.ARN,
    replicationGroupId: found.ReplicationGroupId,
    description: found.Description,
    engine: found.Engine,
    nodeType: found.CacheNodeType,
    numCacheClusters: found.MemberClusters?.length,
    memberClusters: found.MemberClusters ?? [],
    clusterEnabled: found.ClusterEnabled ?? false,
    automaticFailoverEnabled: found.AutomaticFailover === "enabled",
    multiAzEnabled: found.MultiAZ === "enabled",
    port: nodes?.PrimaryEndpoint?.Port,
    primaryEndpointAddress: nodes?.PrimaryEndpoint?.Address ?? "",
    readerEndpointAddress: nodes?.ReaderEndpoint?.Address ?? "",
    atRestEncryptionEnabled: found.AtRestEncryptionEnabled,
    kmsKeyId: found.KmsKeyId,
    transitEncryptionEnabled: found.TransitEncryptionEnabled,
    transitEncryptionMode: found.TransitEncryptionMode,
    snapshotRetentionLimit: found.SnapshotRetentionLimit,
    snapshotWindow: found.SnapshotWindow,
    autoMinorVersionUpgrade: found.AutoMinorVersionUpgrade,
    logDeliveryConfigurations: sameSet(state["logDeliveryConfigurations"], logOutputs(found)),
  };
}

/** Id: the group's id. */
const replicationGroup = resource(
  strict(
    [
      ..."atRestEncryptionEnabled authToken autoMinorVersionUpgrade automaticFailoverEnabled description".split(" "),
      ..."engine engineVersion kmsKeyId logDeliveryConfigurations maintenanceWindow multiAzEnabled nodeType".split(" "),
      ..."numCacheClusters parameterGroupName port preferredCacheClusterAzs replicationGroupId".split(" "),
      ..."securityGroupIds snapshotRetentionLimit snapshotWindow subnetGroupName".split(" "),
      ..."transitEncryptionEnabled transitEncryptionMode".split(" "),
    ],
    {
      token: "aws:elasticache/replicationGroup:ReplicationGroup",
      replaceOn: [
        "atRestEncryptionEnabled",
        "kmsKeyId",
        "port",
        "replicationGroupId",
        "subnetGroupName",
        "transitEncryptionEnabled",
      ],
      localOnly: ["applyImmediately", "authTokenUpdateStrategy", "finalSnapshotIdentifier", "preferredCacheClusterAzs"],
      secretOutputs: ["authToken"],
      async create(cloud, inputs) {
        const { ReplicationGroup: made } = await client(cloud).send(
          new cache.CreateReplicationGroupCommand({
            ReplicationGroupId: inputs["replicationGroupId"],
            ReplicationGroupDescription: inputs["description"],
            Engine: inputs["engine"],
            EngineVersion: inputs["engineVersion"],
            CacheNodeType: inputs["nodeType"],
            NumCacheClusters: inputs["numCacheClusters"],
            PreferredCacheClusterAZs: inputs["preferredCacheClusterAzs"],
            AutomaticFailoverEnabled: inputs["automaticFailoverEnabled"],
            MultiAZEnabled: inputs["multiAzEnabled"],
            Port: inputs["port"],
            CacheParameterGroupName: inputs["parameterGroupName"],
            CacheSubnetGroupName: inputs["subnetGroupName"],
            SecurityGroupIds: inputs["securityGroupIds"],
            AtRestEncryptionEnabled: inputs["atRestEncryptionEnabled"],
            KmsKeyId: inputs["kmsKeyId"],
            TransitEncryptionEnabled: inputs["transitEncryptionEnabled"],
            TransitEncryptionMode: inputs["transitEncryptionMode"],
            AuthToken: inputs["authToken"],
            SnapshotRetentionLimit: inputs["snapshotRetentionLimit"],
            SnapshotWindow: inputs["snapshotWindow"],
            PreferredMaintenanceWindow: inputs["maintenanceWindow"],
            AutoMinorVersionUpgrade: inputs["autoMinorVersionUpgrade"],
            LogDeliveryConfigurations: logRequest(inputs),
            Tags: tagList(inputs["tags"]),
          }),
        );
        return { id: inputs["replicationGroupId"] as string, outputs: groupOutputs(made ?? {}, inputs) };
      },
      async read(cloud, id, state) {
        const { ReplicationGroups } = await client(cloud).send(
          new cache.DescribeReplicationGroupsCommand({ ReplicationGroupId: id }),
        );
        const found = ReplicationGroups?.[0];
        if (found === undefined) return undefined;
        // The group keeps quiet about what its members have in common.
        const [{ CacheClusters }, tags] = await Promise.all([
          client(cloud).send(new cache.DescribeCacheClustersCommand({ CacheClusterId: found.MemberClusters?.[0] })),
          tagsOf(cloud, found.ARN),
        ]);
        const member = CacheClusters?.[0];
        const groups = (member?.SecurityGroups ?? []).map(({ SecurityGroupId }) => SecurityGroupId);
        return {
          ...groupOutputs(found, state),
          engineVersion: member?.EngineVersion,
          engineVersionActual: member?.EngineVersion,
          parameterGroupName: member?.CacheParameterGroup?.CacheParameterGroupName,
          subnetGroupName: member?.CacheSubnetGroupName,
          securityGroupIds: sameSet(state["securityGroupIds"], groups),
          maintenanceWindow: member?.PreferredMaintenanceWindow,
          tags,
        };
      },
      async update(cloud, id, inputs, olds, changed) {
        const count = (inputs["numCacheClusters"] as number) - (olds["numCacheClusters"] as number);
        if (changed.has("numCacheClusters") && count !== 0) {
          const request = {
            ReplicationGroupId: id,
            NewReplicaCount: (inputs["numCacheClusters"] as number) - 1,
            ApplyImmediately: true,
          };
          await (count > 0
            ? client(cloud).send(new cache.IncreaseReplicaCountCommand(request))
            : client(cloud).send(new cache.DecreaseReplicaCountCommand(request)));
        }
        if ([...changed].some((key) => key !== "tags" && key !== "numCacheClusters")) {
          await client(cloud).send(
            new cache.ModifyReplicationGroupCommand({
              ReplicationGroupId: id,
              ReplicationGroupDescription: inputs["description"],
              CacheNodeType: inputs["nodeType"],
              Engine: inputs["engine"],
              EngineVersion: inputs["engineVersion"],
              AutomaticFailoverEnabled: inputs["automaticFailoverEnabled"],
              MultiAZEnabled: inputs["multiAzEnabled"],
              CacheParameterGroupName: inputs["parameterGroupName"],
              SecurityGroupIds: inputs["securityGroupIds"],
              SnapshotRetentionLimit: inputs["snapshotRetentionLimit"],
              SnapshotWindow: inputs["snapshotWindow"],
              PreferredMaintenanceWindow: inputs["maintenanceWindow"],
              AutoMinorVersionUpgrade: inputs["autoMinorVersionUpgrade"],
              LogDeliveryConfigurations: changed.has("logDeliveryConfigurations") ? logChange(inputs, olds) : undefined,
              ...(changed.has("authToken")
                ? { AuthToken: inputs["authToken"], AuthTokenUpdateStrategy: inputs["authTokenUpdateStrategy"] }
                : {}),
              // The local cloud has no maintenance windows to wait for.
              ApplyImmediately: true,
            }),
          );
        }
        if (changed.has("tags")) await retag(cloud, olds["arn"], inputs, olds);
      },
      async delete(cloud, id, state) {
        await client(cloud).send(
          new cache.DeleteReplicationGroupCommand({
            ReplicationGroupId: id,
            RetainPrimaryCluster: false,
            FinalSnapshotIdentifier: state["finalSnapshotIdentifier"],
          }),
        );
      },
    },
  ),
);

/** Logs to deliver, and those to deliver no longer. */
function logChange(inputs: Properties, olds: Properties): cache.LogDeliveryConfigurationRequest[] {
  const wanted = logRequest(inputs) ?? [];
  const stopped = (logRequest(olds) ?? []).filter(({ LogType }) => !wanted.some((log) => log.LogType === LogType));
  return [...wanted, ...stopped.map(({ LogType }) => ({ LogType, Enabled: false }))];
}

// ---- memcached ----

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
      replaceOn: ["clusterId", "engine", "nodeType", "port", "subnetGroupName", "transitEncryptionEnabled"],
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

export const definitions: ResourceDefinition[] = [subnetGroup, parameterGroup, replicationGroup, cluster];
