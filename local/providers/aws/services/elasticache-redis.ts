import * as cache from "@aws-sdk/client-elasticache";

import { resource, strict, type Properties, type ResourceDefinition } from "../resource";
import { sameSet } from "../shape";
import { tagList } from "../tags";
import { client, retag, tagsOf } from "./elasticache";

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

/** Outputs of the group itself: all that the program reads after a creation. */
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
        // The group's own description lacks the settings that its members share.
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
              TransitEncryptionEnabled: changed.has("transitEncryptionEnabled")
                ? inputs["transitEncryptionEnabled"]
                : undefined,
              TransitEncryptionMode: changed.has("transitEncryptionMode") ? inputs["transitEncryptionMode"] : undefined,
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

/** Logs to deliver, and those to stop. */
function logChange(inputs: Properties, olds: Properties): cache.LogDeliveryConfigurationRequest[] {
  const wanted = logRequest(inputs) ?? [];
  const stopped = (logRequest(olds) ?? []).filter(({ LogType }) => !wanted.some((log) => log.LogType === LogType));
  return [...wanted, ...stopped.map(({ LogType }) => ({ LogType, Enabled: false }))];
}

export const definitions: ResourceDefinition[] = [replicationGroup];
