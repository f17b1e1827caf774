import * as kafka from "@aws-sdk/client-kafka";

import { resource, type Cloud, type Properties, type ResourceDefinition } from "../resource";
import { tagChanges } from "../tags";

function client(cloud: Cloud): kafka.KafkaClient {
  return cloud.client(kafka.KafkaClient);
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

/** Id: the configuration's ARN. A change of the properties is a new revision. */
const configuration = resource({
  token: "aws:msk/configuration:Configuration",
  async create(cloud, inputs) {
    const made = await client(cloud).send(
      new kafka.CreateConfigurationCommand({
        Name: inputs["name"],
        Description: inputs["description"],
        KafkaVersions: inputs["kafkaVersions"],
        ServerProperties: encode(inputs["serverProperties"]),
      }),
    );
    return { id: made.Arn ?? "", outputs: { arn: made.Arn, latestRevision: made.LatestRevision?.Revision } };
  },
  async read(cloud, id) {
    const found = await client(cloud).send(new kafka.DescribeConfigurationCommand({ Arn: id }));
    const Revision = found.LatestRevision?.Revision ?? 1;
    const revision = await client(cloud).send(new kafka.DescribeConfigurationRevisionCommand({ Arn: id, Revision }));
    return {
      arn: found.Arn,
      name: found.Name,
      description: found.LatestRevision?.Description || undefined,
      kafkaVersions: (found.KafkaVersions ?? []).length > 0 ? found.KafkaVersions : undefined,
      latestRevision: Revision,
      serverProperties: decode(revision.ServerProperties),
    };
  },
  async update(cloud, id, inputs) {
    await client(cloud).send(
      new kafka.UpdateConfigurationCommand({
        Arn: id,
        Description: inputs["description"],
        ServerProperties: encode(inputs["serverProperties"]),
      }),
    );
  },
  async delete(cloud, id) {
    await client(cloud).send(new kafka.DeleteConfigurationCommand({ Arn: id }));
  },
});

// ---- clusters ----

function nodeGroupRequest(inputs: Properties): kafka.BrokerNodeGroupInfo {
  const info = inputs["brokerNodeGroupInfo"] as Properties;
  const ebs = info["storageInfo"]?.ebsStorageInfo as { volumeSize?: number } | undefined;
  return {
    BrokerAZDistribution: info["azDistribution"],
    ClientSubnets: info["clientSubnets"],
    InstanceType: info["instanceType"],
    SecurityGroups: info["securityGroups"],
    StorageInfo: ebs && { EbsStorageInfo: { VolumeSize: ebs.volumeSize } },
  };
}

function authenticationRequest(inputs: Properties): kafka.ClientAuthentication | undefined {
  const wanted = inputs["clientAuthentication"] as Properties | undefined;
  return (
    wanted && {
      Sasl: wanted["sasl"] && {
        Iam: { Enabled: wanted["sasl"].iam ?? false },
        Scram: { Enabled: wanted["sasl"].scram ?? false },
      },
      Unauthenticated: { Enabled: wanted["unauthenticated"] ?? false },
    }
  );
}

function encryptionRequest(inputs: Properties): kafka.EncryptionInfo | undefined {
  const wanted = inputs["encryptionInfo"] as Properties | undefined;
  const transit = wanted?.["encryptionInTransit"] as
    { clientBroker?: kafka.ClientBroker; inCluster?: boolean } | undefined;
  return (
    wanted && {
      EncryptionAtRest: { DataVolumeKMSKeyId: wanted["encryptionAtRestKmsKeyArn"] },
      EncryptionInTransit: transit && { ClientBroker: transit.clientBroker, InCluster: transit.inCluster },
    }
  );
}

function loggingRequest(inputs: Properties): kafka.LoggingInfo | undefined {
  const logs = inputs["loggingInfo"]?.brokerLogs?.cloudwatchLogs as { enabled: boolean; logGroup?: string } | undefined;
  return logs && { BrokerLogs: { CloudWatchLogs: { Enabled: logs.enabled, LogGroup: logs.logGroup } } };
}

function configurationRequest(inputs: Properties): kafka.ConfigurationInfo | undefined {
  const wanted = inputs["configurationInfo"] as { arn: string; revision: number } | undefined;
  return wanted && { Arn: wanted.arn, Revision: wanted.revision };
}

function outputsOf(cluster: kafka.ClusterInfo | undefined, brokers: kafka.GetBootstrapBrokersResponse): Properties {
  const info = cluster?.BrokerNodeGroupInfo;
  const logs = cluster?.LoggingInfo?.BrokerLogs?.CloudWatchLogs;
  const software = cluster?.CurrentBrokerSoftwareInfo;
  const transit = cluster?.EncryptionInfo?.EncryptionInTransit;
  const sasl = cluster?.ClientAuthentication?.Sasl;
  return {
    arn: cluster?.ClusterArn,
    clusterName: cluster?.ClusterName,
    clusterUuid: cluster?.ClusterArn?.split("/").at(-1),
    kafkaVersion: software?.KafkaVersion,
    numberOfBrokerNodes: cluster?.NumberOfBrokerNodes,
    currentVersion: cluster?.CurrentVersion,
    enhancedMonitoring: cluster?.EnhancedMonitoring,
    brokerNodeGroupInfo: {
      instanceType: info?.InstanceType,
      clientSubnets: info?.ClientSubnets,
      securityGroups: info?.SecurityGroups,
      ...(info?.BrokerAZDistribution ? { azDistribution: info.BrokerAZDistribution } : {}),
      storageInfo: { ebsStorageInfo: { volumeSize: info?.StorageInfo?.EbsStorageInfo?.VolumeSize } },
    },
    configurationInfo: software?.ConfigurationArn && {
      arn: software.ConfigurationArn,
      revision: software.ConfigurationRevision,
    },
    clientAuthentication: {
      ...(sasl ? { sasl: { iam: sasl.Iam?.Enabled ?? false, scram: sasl.Scram?.Enabled ?? false } } : {}),
      unauthenticated: cluster?.ClientAuthentication?.Unauthenticated?.Enabled ?? false,
    },
    encryptionInfo: {
      encryptionAtRestKmsKeyArn: cluster?.EncryptionInfo?.EncryptionAtRest?.DataVolumeKMSKeyId,
      encryptionInTransit: { clientBroker: transit?.ClientBroker, inCluster: transit?.InCluster },
    },
    loggingInfo: logs && {
      brokerLogs: { cloudwatchLogs: { enabled: logs.Enabled, ...(logs.LogGroup ? { logGroup: logs.LogGroup } : {}) } },
    },
    storageMode: cluster?.StorageMode,
    zookeeperConnectString: cluster?.ZookeeperConnectString ?? "",
    zookeeperConnectStringTls: cluster?.ZookeeperConnectStringTls ?? "",
    bootstrapBrokers: sorted(brokers.BootstrapBrokerString),
    bootstrapBrokersTls: sorted(brokers.BootstrapBrokerStringTls),
    bootstrapBrokersSaslIam: sorted(brokers.BootstrapBrokerStringSaslIam),
    bootstrapBrokersSaslScram: sorted(brokers.BootstrapBrokerStringSaslScram),
    tags: cluster?.Tags ?? {},
  };
}

/** The official provider sorts the list, which AWS gives in any order. */
function sorted(brokers: string | undefined): string {
  return (brokers ?? "").split(",").sort().join(",");
}

async function readCluster(cloud: Cloud, ClusterArn: string): Promise<Properties> {
  const [{ ClusterInfo }, brokers] = await Promise.all([
    client(cloud).send(new kafka.DescribeClusterCommand({ ClusterArn })),
    client(cloud).send(new kafka.GetBootstrapBrokersCommand({ ClusterArn })),
  ]);
  return outputsOf(ClusterInfo, brokers);
}

/** Id: the cluster's ARN. */
const cluster = resource({
  token: "aws:msk/cluster:Cluster",
  async create(cloud, inputs) {
    const { ClusterArn } = await client(cloud).send(
      new kafka.CreateClusterCommand({
        ClusterName: inputs["clusterName"],
        KafkaVersion: inputs["kafkaVersion"],
        NumberOfBrokerNodes: inputs["numberOfBrokerNodes"],
        BrokerNodeGroupInfo: nodeGroupRequest(inputs),
        ConfigurationInfo: configurationRequest(inputs),
        ClientAuthentication: authenticationRequest(inputs),
        EncryptionInfo: encryptionRequest(inputs),
        EnhancedMonitoring: inputs["enhancedMonitoring"],
        LoggingInfo: loggingRequest(inputs),
        Tags: inputs["tags"],
      }),
    );
    return { id: ClusterArn ?? "" };
  },
  read: readCluster,
  async update(cloud, ClusterArn, inputs, olds, changed) {
    // Each change is a separate operation, and names the version that the previous one left.
    let CurrentVersion = olds["currentVersion"] as string;
    const step = async (send: (CurrentVersion: string) => Promise<unknown>): Promise<void> => {
      await send(CurrentVersion);
      const { ClusterInfo } = await client(cloud).send(new kafka.DescribeClusterCommand({ ClusterArn }));
      CurrentVersion = ClusterInfo?.CurrentVersion ?? CurrentVersion;
    };
    if (changed.has("kafkaVersion")) {
      await step((version) =>
        client(cloud).send(
          new kafka.UpdateClusterKafkaVersionCommand({
            ClusterArn,
            CurrentVersion: version,
            TargetKafkaVersion: inputs["kafkaVersion"],
            ConfigurationInfo: configurationRequest(inputs),
          }),
        ),
      );
    } else if (changed.has("configurationInfo")) {
      const ConfigurationInfo = configurationRequest(inputs);
      await step((version) =>
        client(cloud).send(
          new kafka.UpdateClusterConfigurationCommand({ ClusterArn, CurrentVersion: version, ConfigurationInfo }),
        ),
      );
    }
    if (changed.has("numberOfBrokerNodes")) {
      await step((version) =>
        client(cloud).send(
          new kafka.UpdateBrokerCountCommand({
            ClusterArn,
            CurrentVersion: version,
            TargetNumberOfBrokerNodes: inputs["numberOfBrokerNodes"],
          }),
        ),
      );
    }
    if (changed.has("brokerNodeGroupInfo")) await changeBrokers(cloud, ClusterArn, inputs, olds, step);
    if (changed.has("enhancedMonitoring") || changed.has("loggingInfo")) {
      await step((version) =>
        client(cloud).send(
          new kafka.UpdateMonitoringCommand({
            ClusterArn,
            CurrentVersion: version,
            EnhancedMonitoring: inputs["enhancedMonitoring"],
            LoggingInfo: loggingRequest(inputs),
          }),
        ),
      );
    }
    if (changed.has("clientAuthentication") || changed.has("encryptionInfo")) {
      await step((version) =>
        client(cloud).send(
          new kafka.UpdateSecurityCommand({
            ClusterArn,
            CurrentVersion: version,
            ClientAuthentication: authenticationRequest(inputs),
            EncryptionInfo: encryptionRequest(inputs),
          }),
        ),
      );
    }
    if (changed.has("tags")) {
      const { set, remove } = tagChanges(olds["tags"], inputs["tags"]);
      if (Object.keys(set).length > 0) {
        await client(cloud).send(new kafka.TagResourceCommand({ ResourceArn: ClusterArn, Tags: set }));
      }
      if (remove.length > 0) {
        await client(cloud).send(new kafka.UntagResourceCommand({ ResourceArn: ClusterArn, TagKeys: remove }));
      }
    }
  },
  async delete(cloud, id) {
    await client(cloud).send(new kafka.DeleteClusterCommand({ ClusterArn: id }));
  },
});

/** Size and type of the brokers change in place; the rest of the group's inputs replaces the cluster. */
async function changeBrokers(
  cloud: Cloud,
  ClusterArn: string,
  inputs: Properties,
  olds: Properties,
  step: (send: (version: string) => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const next = nodeGroupRequest(inputs);
  const last = nodeGroupRequest(olds);
  const volume = next.StorageInfo?.EbsStorageInfo?.VolumeSize;
  if (volume !== last.StorageInfo?.EbsStorageInfo?.VolumeSize) {
    await step((version) =>
      client(cloud).send(
        new kafka.UpdateBrokerStorageCommand({
          ClusterArn,
          CurrentVersion: version,
          TargetBrokerEBSVolumeInfo: [{ KafkaBrokerNodeId: "ALL", VolumeSizeGB: volume }],
        }),
      ),
    );
  }
  if (next.InstanceType !== last.InstanceType) {
    await step((version) =>
      client(cloud).send(
        new kafka.UpdateBrokerTypeCommand({
          ClusterArn,
          CurrentVersion: version,
          TargetInstanceType: next.InstanceType,
        }),
      ),
    );
  }
}

export const definitions: ResourceDefinition[] = [configuration, cluster];
