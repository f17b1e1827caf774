import * as mq from "@aws-sdk/client-mq";

import { resource, type Cloud, type Properties, type ResourceDefinition } from "../resource";
import { tagChanges } from "../tags";

function client(cloud: Cloud): mq.MqClient {
  return cloud.client(mq.MqClient);
}

interface BrokerUser {
  readonly username: string;
  readonly password: string;
  readonly consoleAccess?: boolean;
  readonly groups?: string[];
}

function windowRequest(inputs: Properties): mq.WeeklyStartTime | undefined {
  const window = inputs["maintenanceWindowStartTime"] as
    { dayOfWeek: mq.DayOfWeek; timeOfDay: string; timeZone: string } | undefined;
  return window && { DayOfWeek: window.dayOfWeek, TimeOfDay: window.timeOfDay, TimeZone: window.timeZone };
}

function logsRequest(inputs: Properties): mq.Logs | undefined {
  const logs = inputs["logs"] as { general?: boolean; audit?: boolean } | undefined;
  return logs && { General: logs.general, Audit: logs.audit };
}

function configurationRequest(inputs: Properties): mq.ConfigurationId | undefined {
  const configuration = inputs["configuration"] as { id?: string; revision?: number } | undefined;
  return configuration && { Id: configuration.id, Revision: configuration.revision };
}

/** AWS answers engine types in capitals; the program spells them as the console does. */
const engineTypes: Readonly<Record<string, string>> = { RABBITMQ: "RabbitMQ", ACTIVEMQ: "ActiveMQ" };

function outputsOf(broker: mq.DescribeBrokerCommandOutput): Properties {
  return {
    arn: broker.BrokerArn,
    brokerName: broker.BrokerName,
    engineType: engineTypes[broker.EngineType ?? ""],
    engineVersion: broker.EngineVersion,
    hostInstanceType: broker.HostInstanceType,
    deploymentMode: broker.DeploymentMode,
    publiclyAccessible: broker.PubliclyAccessible,
    autoMinorVersionUpgrade: broker.AutoMinorVersionUpgrade,
    securityGroups: broker.SecurityGroups,
    subnetIds: broker.SubnetIds,
    encryptionOptions: {
      useAwsOwnedKey: broker.EncryptionOptions?.UseAwsOwnedKey,
      kmsKeyId: broker.EncryptionOptions?.KmsKeyId,
    },
    maintenanceWindowStartTime: {
      dayOfWeek: broker.MaintenanceWindowStartTime?.DayOfWeek,
      timeOfDay: broker.MaintenanceWindowStartTime?.TimeOfDay,
      timeZone: broker.MaintenanceWindowStartTime?.TimeZone,
    },
    logs: { general: broker.Logs?.General, ...(broker.Logs?.Audit ? { audit: true } : {}) },
    configuration: {
      id: broker.Configurations?.Current?.Id,
      revision: broker.Configurations?.Current?.Revision,
    },
    instances: (broker.BrokerInstances ?? []).map((instance) => ({
      consoleUrl: instance.ConsoleURL ?? "",
      endpoints: instance.Endpoints ?? [],
      ipAddress: instance.IpAddress ?? "",
    })),
    tags: broker.Tags ?? {},
  };
}

/** Id: the broker's id. Users are not read back: AWS never returns a password. */
const broker = resource({
  token: "aws:mq/broker:Broker",
  localOnly: ["applyImmediately"],
  async create(cloud, inputs) {
    const encryption = inputs["encryptionOptions"] as { useAwsOwnedKey?: boolean; kmsKeyId?: string } | undefined;
    const { BrokerId } = await client(cloud).send(
      new mq.CreateBrokerCommand({
        BrokerName: inputs["brokerName"],
        EngineType: (inputs["engineType"] as string).toUpperCase() as mq.EngineType,
        EngineVersion: inputs["engineVersion"],
        HostInstanceType: inputs["hostInstanceType"],
        DeploymentMode: inputs["deploymentMode"] ?? "SINGLE_INSTANCE",
        PubliclyAccessible: inputs["publiclyAccessible"] ?? false,
        AutoMinorVersionUpgrade: inputs["autoMinorVersionUpgrade"] ?? false,
        SubnetIds: inputs["subnetIds"],
        SecurityGroups: inputs["securityGroups"],
        StorageType: inputs["storageType"],
        EncryptionOptions: encryption && {
          UseAwsOwnedKey: encryption.useAwsOwnedKey,
          KmsKeyId: encryption.kmsKeyId,
        },
        Users: ((inputs["users"] as BrokerUser[] | undefined) ?? []).map((user) => ({
          Username: user.username,
          Password: user.password,
          ConsoleAccess: user.consoleAccess,
          Groups: user.groups,
        })),
        Logs: logsRequest(inputs),
        Configuration: configurationRequest(inputs),
        MaintenanceWindowStartTime: windowRequest(inputs),
        Tags: inputs["tags"],
      }),
    );
    return { id: BrokerId ?? "" };
  },
  async read(cloud, id) {
    return outputsOf(await client(cloud).send(new mq.DescribeBrokerCommand({ BrokerId: id })));
  },
  async update(cloud, id, inputs, olds, changed) {
    if ([...changed].some((key) => key !== "tags")) {
      await client(cloud).send(
        new mq.UpdateBrokerCommand({
          BrokerId: id,
          EngineVersion: inputs["engineVersion"],
          HostInstanceType: inputs["hostInstanceType"],
          AutoMinorVersionUpgrade: inputs["autoMinorVersionUpgrade"],
          SecurityGroups: inputs["securityGroups"],
          Logs: logsRequest(inputs),
          Configuration: configurationRequest(inputs),
          MaintenanceWindowStartTime: windowRequest(inputs),
        }),
      );
    }
    if (changed.has("tags")) {
      const ResourceArn = olds["arn"] as string;
      const { set, remove } = tagChanges(olds["tags"], inputs["tags"]);
      if (Object.keys(set).length > 0) await client(cloud).send(new mq.CreateTagsCommand({ ResourceArn, Tags: set }));
      if (remove.length > 0) await client(cloud).send(new mq.DeleteTagsCommand({ ResourceArn, TagKeys: remove }));
    }
  },
  async delete(cloud, id) {
    await client(cloud).send(new mq.DeleteBrokerCommand({ BrokerId: id }));
  },
});

export const definitions: ResourceDefinition[] = [broker];
