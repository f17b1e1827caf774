import * as rds from "@aws-sdk/client-rds";

import { compareVersions } from "../../../../catalog/versions";
import { resource, strict, type Cloud, type Properties, type ResourceDefinition } from "../resource";
import { sameSet } from "../shape";
import { tagChanges, tagList, tagMap } from "../tags";

function client(cloud: Cloud): rds.RDSClient {
  return cloud.client(rds.RDSClient);
}

async function retag(cloud: Cloud, ResourceName: string, inputs: Properties, olds: Properties): Promise<void> {
  const { set, remove } = tagChanges(olds["tags"], inputs["tags"]);
  if (Object.keys(set).length > 0) {
    await client(cloud).send(new rds.AddTagsToResourceCommand({ ResourceName, Tags: tagList(set) }));
  }
  if (remove.length > 0) {
    await client(cloud).send(new rds.RemoveTagsFromResourceCommand({ ResourceName, TagKeys: remove }));
  }
}

// ---- subnet groups ----

/** Id: the group's name. */
const subnetGroup = resource({
  token: "aws:rds/subnetGroup:SubnetGroup",
  async create(cloud, inputs) {
    const { DBSubnetGroup: made } = await client(cloud).send(
      new rds.CreateDBSubnetGroupCommand({
        DBSubnetGroupName: inputs["name"],
        DBSubnetGroupDescription: inputs["description"],
        SubnetIds: inputs["subnetIds"],
        Tags: tagList(inputs["tags"]),
      }),
    );
    return { id: inputs["name"] as string, outputs: { arn: made?.DBSubnetGroupArn, vpcId: made?.VpcId } };
  },
  async read(cloud, id, state) {
    const { DBSubnetGroups } = await client(cloud).send(
      new rds.DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: id }),
    );
    const found = DBSubnetGroups?.[0];
    if (found === undefined) return undefined;
    const { TagList } = await client(cloud).send(
      new rds.ListTagsForResourceCommand({ ResourceName: found.DBSubnetGroupArn }),
    );
    const subnets = (found.Subnets ?? []).map(({ SubnetIdentifier }) => SubnetIdentifier);
    return {
      arn: found.DBSubnetGroupArn,
      name: found.DBSubnetGroupName,
      description: found.DBSubnetGroupDescription,
      subnetIds: sameSet(state["subnetIds"], subnets),
      vpcId: found.VpcId,
      tags: tagMap(TagList),
    };
  },
  async update(cloud, id, inputs, olds, changed) {
    if (changed.has("subnetIds") || changed.has("description")) {
      await client(cloud).send(
        new rds.ModifyDBSubnetGroupCommand({
          DBSubnetGroupName: id,
          DBSubnetGroupDescription: inputs["description"],
          SubnetIds: inputs["subnetIds"],
        }),
      );
    }
    if (changed.has("tags")) await retag(cloud, olds["arn"], inputs, olds);
  },
  async delete(cloud, id) {
    await client(cloud).send(new rds.DeleteDBSubnetGroupCommand({ DBSubnetGroupName: id }));
  },
});

// ---- parameter groups ----

interface Parameter {
  readonly name: string;
  readonly value: string;
  readonly applyMethod?: string;
}

/** AWS takes twenty parameters in a call. */
function batches(parameters: readonly Parameter[]): rds.Parameter[][] {
  const all = parameters.map(({ name, value, applyMethod }) => ({
    ParameterName: name,
    ParameterValue: value,
    ApplyMethod: (applyMethod ?? "immediate") as rds.ApplyMethod,
  }));
  return Array.from({ length: Math.ceil(all.length / 20) }, (_, at) => all.slice(at * 20, at * 20 + 20));
}

async function setParameters(cloud: Cloud, DBParameterGroupName: string, parameters: Parameter[]): Promise<void> {
  for (const Parameters of batches(parameters)) {
    await client(cloud).send(new rds.ModifyDBParameterGroupCommand({ DBParameterGroupName, Parameters }));
  }
}

/** Id: the group's name. */
const parameterGroup = resource({
  token: "aws:rds/parameterGroup:ParameterGroup",
  async create(cloud, inputs) {
    const { DBParameterGroup: made } = await client(cloud).send(
      new rds.CreateDBParameterGroupCommand({
        DBParameterGroupName: inputs["name"],
        DBParameterGroupFamily: inputs["family"],
        Description: inputs["description"],
        Tags: tagList(inputs["tags"]),
      }),
    );
    await setParameters(cloud, inputs["name"], inputs["parameters"] ?? []);
    return { id: inputs["name"] as string, outputs: { arn: made?.DBParameterGroupArn } };
  },
  async read(cloud, id, state) {
    const [{ DBParameterGroups }, { Parameters }] = await Promise.all([
      client(cloud).send(new rds.DescribeDBParameterGroupsCommand({ DBParameterGroupName: id })),
      client(cloud).send(new rds.DescribeDBParametersCommand({ DBParameterGroupName: id, Source: "user" })),
    ]);
    const found = DBParameterGroups?.[0];
    if (found === undefined) return undefined;
    const { TagList } = await client(cloud).send(
      new rds.ListTagsForResourceCommand({ ResourceName: found.DBParameterGroupArn }),
    );
    const parameters = (Parameters ?? []).map((parameter) => ({
      name: parameter.ParameterName,
      value: parameter.ParameterValue,
      applyMethod: parameter.ApplyMethod,
    }));
    return {
      arn: found.DBParameterGroupArn,
      name: found.DBParameterGroupName,
      family: found.DBParameterGroupFamily,
      description: found.Description,
      parameters: sameSet(state["parameters"], parameters),
      tags: tagMap(TagList),
    };
  },
  async update(cloud, id, inputs, olds, changed) {
    if (changed.has("parameters")) {
      const wanted = (inputs["parameters"] ?? []) as Parameter[];
      const kept = new Set(wanted.map(({ name }) => name));
      const dropped = ((olds["parameters"] ?? []) as Parameter[]).filter(({ name }) => !kept.has(name));
      for (const Parameters of batches(dropped)) {
        await client(cloud).send(new rds.ResetDBParameterGroupCommand({ DBParameterGroupName: id, Parameters }));
      }
      await setParameters(cloud, id, wanted);
    }
    if (changed.has("tags")) await retag(cloud, olds["arn"], inputs, olds);
  },
  async delete(cloud, id) {
    await client(cloud).send(new rds.DeleteDBParameterGroupCommand({ DBParameterGroupName: id }));
  },
});

// ---- instances ----

/** Settings that create, create-replica and modify take alike. */
function shared(inputs: Properties) {
  return {
    DBInstanceIdentifier: inputs["identifier"] as string,
    DBInstanceClass: inputs["instanceClass"] as string | undefined,
    DBParameterGroupName: inputs["parameterGroupName"] as string | undefined,
    VpcSecurityGroupIds: inputs["vpcSecurityGroupIds"] as string[] | undefined,
    PubliclyAccessible: (inputs["publiclyAccessible"] as boolean | undefined) ?? false,
    StorageType: inputs["storageType"] as string | undefined,
    Iops: inputs["iops"] as number | undefined,
    StorageThroughput: inputs["storageThroughput"] as number | undefined,
    MaxAllocatedStorage: inputs["maxAllocatedStorage"] as number | undefined,
    MultiAZ: (inputs["multiAz"] as boolean | undefined) ?? false,
    CACertificateIdentifier: inputs["caCertIdentifier"] as string | undefined,
    AutoMinorVersionUpgrade: (inputs["autoMinorVersionUpgrade"] as boolean | undefined) ?? true,
    CopyTagsToSnapshot: (inputs["copyTagsToSnapshot"] as boolean | undefined) ?? false,
    DeletionProtection: (inputs["deletionProtection"] as boolean | undefined) ?? false,
    EnableIAMDatabaseAuthentication: inputs["iamDatabaseAuthenticationEnabled"] as boolean | undefined,
    EnablePerformanceInsights: inputs["performanceInsightsEnabled"] as boolean | undefined,
    PerformanceInsightsKMSKeyId: inputs["performanceInsightsKmsKeyId"] as string | undefined,
    PerformanceInsightsRetentionPeriod: inputs["performanceInsightsRetentionPeriod"] as number | undefined,
    MonitoringInterval: inputs["monitoringInterval"] as number | undefined,
    MonitoringRoleArn: inputs["monitoringRoleArn"] as string | undefined,
  };
}

/** Settings of a whole instance, which a replica gets by a modify after its creation. */
function schedule(inputs: Properties) {
  return {
    BackupRetentionPeriod: inputs["backupRetentionPeriod"] as number | undefined,
    PreferredBackupWindow: inputs["backupWindow"] as string | undefined,
    PreferredMaintenanceWindow: inputs["maintenanceWindow"] as string | undefined,
  };
}

async function createPrimary(cloud: Cloud, inputs: Properties): Promise<rds.DBInstance | undefined> {
  const { DBInstance } = await client(cloud).send(
    new rds.CreateDBInstanceCommand({
      ...shared(inputs),
      ...schedule(inputs),
      DBInstanceClass: inputs["instanceClass"],
      Engine: inputs["engine"],
      EngineVersion: inputs["engineVersion"],
      DBName: inputs["dbName"],
      Port: inputs["port"],
      MasterUsername: inputs["username"],
      MasterUserPassword: inputs["password"],
      DBSubnetGroupName: inputs["dbSubnetGroupName"],
      AllocatedStorage: inputs["allocatedStorage"],
      AvailabilityZone: inputs["availabilityZone"],
      StorageEncrypted: inputs["storageEncrypted"] ?? false,
      KmsKeyId: inputs["kmsKeyId"],
      EnableCloudwatchLogsExports: inputs["enabledCloudwatchLogsExports"],
      Tags: tagList(inputs["tags"]),
    }),
  );
  return DBInstance;
}

async function createReplica(cloud: Cloud, inputs: Properties): Promise<rds.DBInstance | undefined> {
  await client(cloud).send(
    new rds.CreateDBInstanceReadReplicaCommand({
      ...shared(inputs),
      SourceDBInstanceIdentifier: inputs["replicateSourceDb"],
      AvailabilityZone: inputs["availabilityZone"],
      KmsKeyId: inputs["kmsKeyId"],
      EnableCloudwatchLogsExports: inputs["enabledCloudwatchLogsExports"],
      Tags: tagList(inputs["tags"]),
    }),
  );
  const { DBInstance } = await client(cloud).send(
    new rds.ModifyDBInstanceCommand({
      DBInstanceIdentifier: inputs["identifier"],
      ...schedule(inputs),
      ApplyImmediately: true,
    }),
  );
  return DBInstance;
}

function outputsOf(found: rds.DBInstance, state: Properties): Properties {
  const groups = (found.VpcSecurityGroups ?? []).map(({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? "");
  const address = found.Endpoint?.Address ?? "";
  const port = found.Endpoint?.Port;
  const seconds = found.MonitoringInterval ?? 0;
  return {
    arn: found.DBInstanceArn,
    identifier: found.DBInstanceIdentifier,
    address,
    endpoint: `${address}:${port}`,
    port,
    resourceId: found.DbiResourceId,
    status: found.DBInstanceStatus,
    engine: found.Engine,
    engineVersion: found.EngineVersion,
    engineVersionActual: found.EngineVersion,
    dbName: found.DBName,
    username: found.MasterUsername,
    instanceClass: found.DBInstanceClass,
    dbSubnetGroupName: found.DBSubnetGroup?.DBSubnetGroupName,
    parameterGroupName: found.DBParameterGroups?.[0]?.DBParameterGroupName,
    vpcSecurityGroupIds: sameSet(state["vpcSecurityGroupIds"], groups),
    publiclyAccessible: found.PubliclyAccessible,
    storageType: found.StorageType,
    allocatedStorage: found.AllocatedStorage,
    maxAllocatedStorage: found.MaxAllocatedStorage,
    iops: found.Iops ?? (state["iops"] as number | undefined),
    storageThroughput: found.StorageThroughput ?? (state["storageThroughput"] as number | undefined),
    storageEncrypted: found.StorageEncrypted,
    kmsKeyId: found.KmsKeyId,
    multiAz: found.MultiAZ,
    availabilityZone: found.AvailabilityZone,
    replicateSourceDb: found.ReadReplicaSourceDBInstanceIdentifier || undefined,
    replicas: found.ReadReplicaDBInstanceIdentifiers ?? [],
    backupRetentionPeriod: found.BackupRetentionPeriod,
    backupWindow: found.PreferredBackupWindow,
    maintenanceWindow: found.PreferredMaintenanceWindow,
    caCertIdentifier: found.CACertificateIdentifier,
    autoMinorVersionUpgrade: found.AutoMinorVersionUpgrade,
    copyTagsToSnapshot: found.CopyTagsToSnapshot,
    deletionProtection: found.DeletionProtection,
    enabledCloudwatchLogsExports: sameSet(
      state["enabledCloudwatchLogsExports"],
      found.EnabledCloudwatchLogsExports ?? [],
    ),
    performanceInsightsEnabled: found.PerformanceInsightsEnabled,
    performanceInsightsKmsKeyId: found.PerformanceInsightsKMSKeyId,
    performanceInsightsRetentionPeriod: found.PerformanceInsightsRetentionPeriod,
    ...(seconds > 0 ? { monitoringInterval: seconds, monitoringRoleArn: found.MonitoringRoleArn } : {}),
    tags: tagMap(found.TagList),
  };
}

/** Id: the first identifier (the official provider has the resource id, which nothing here reads). */
const instance = resource(
  strict(
    [
      ..."allocatedStorage autoMinorVersionUpgrade availabilityZone backupRetentionPeriod backupWindow".split(" "),
      ..."caCertIdentifier copyTagsToSnapshot dbName dbSubnetGroupName deletionProtection engine".split(" "),
      ..."enabledCloudwatchLogsExports engineVersion iamDatabaseAuthenticationEnabled identifier".split(" "),
      ..."instanceClass kmsKeyId maintenanceWindow maxAllocatedStorage monitoringInterval monitoringRoleArn".split(" "),
      ..."multiAz parameterGroupName password performanceInsightsEnabled performanceInsightsKmsKeyId".split(" "),
      ..."performanceInsightsRetentionPeriod port publiclyAccessible replicateSourceDb storageEncrypted".split(" "),
      ..."iops storageThroughput storageType username vpcSecurityGroupIds".split(" "),
    ],
    {
      token: "aws:rds/instance:Instance",
      localOnly: [
        "allowMajorVersionUpgrade",
        "applyImmediately",
        "deleteAutomatedBackups",
        "finalSnapshotIdentifier",
        "skipFinalSnapshot",
      ],
      secretOutputs: ["password"],
      async create(cloud, inputs) {
        const made = await (inputs["replicateSourceDb"] === undefined ? createPrimary : createReplica)(cloud, inputs);
        return { id: inputs["identifier"] as string, outputs: outputsOf(made ?? {}, inputs) };
      },
      async read(cloud, id, state) {
        const { DBInstances } = await client(cloud).send(
          new rds.DescribeDBInstancesCommand({ DBInstanceIdentifier: state["identifier"] ?? id }),
        );
        const found = DBInstances?.[0];
        return found && outputsOf(found, state);
      },
      async update(cloud, _id, inputs, olds, changed) {
        if (changed.has("replicateSourceDb")) {
          if (inputs["replicateSourceDb"] !== undefined) throw new Error("a primary cannot become a replica in place");
          const DBInstanceIdentifier = olds["identifier"] as string;
          await client(cloud).send(new rds.PromoteReadReplicaCommand({ DBInstanceIdentifier }));
        }
        if (changed.has("engineVersion")) await refuseBeforeReplicas(cloud, olds, inputs["engineVersion"]);
        if ([...changed].some((key) => key !== "tags" && key !== "replicateSourceDb")) {
          const logs = sets(olds["enabledCloudwatchLogsExports"], inputs["enabledCloudwatchLogsExports"]);
          await client(cloud).send(
            new rds.ModifyDBInstanceCommand({
              ...shared(inputs),
              ...schedule(inputs),
              DBInstanceIdentifier: olds["identifier"],
              NewDBInstanceIdentifier: changed.has("identifier") ? inputs["identifier"] : undefined,
              DBSubnetGroupName: changed.has("dbSubnetGroupName") ? inputs["dbSubnetGroupName"] : undefined,
              DBPortNumber: changed.has("port") ? inputs["port"] : undefined,
              EngineVersion: changed.has("engineVersion") ? inputs["engineVersion"] : undefined,
              AllowMajorVersionUpgrade: inputs["allowMajorVersionUpgrade"],
              AllocatedStorage: changed.has("allocatedStorage") ? inputs["allocatedStorage"] : undefined,
              MasterUserPassword: changed.has("password") ? inputs["password"] : undefined,
              MonitoringInterval: inputs["monitoringInterval"] ?? (changed.has("monitoringInterval") ? 0 : undefined),
              CloudwatchLogsExportConfiguration: changed.has("enabledCloudwatchLogsExports")
                ? { EnableLogTypes: logs.added, DisableLogTypes: logs.removed }
                : undefined,
              // The local cloud has no maintenance windows to wait for.
              ApplyImmediately: true,
            }),
          );
        }
        if (changed.has("tags")) await retag(cloud, olds["arn"], inputs, olds);
      },
      async delete(cloud, id, state) {
        const skip = (state["skipFinalSnapshot"] as boolean | undefined) ?? false;
        await client(cloud).send(
          new rds.DeleteDBInstanceCommand({
            DBInstanceIdentifier: state["identifier"] ?? id,
            SkipFinalSnapshot: skip,
            FinalDBSnapshotIdentifier: skip ? undefined : (state["finalSnapshotIdentifier"] as string | undefined),
            DeleteAutomatedBackups: (state["deleteAutomatedBackups"] as boolean | undefined) ?? true,
          }),
        );
      },
    },
  ),
);

/** AWS's refusal of a minor version that a replica does not have yet; moto lacks it. */
async function refuseBeforeReplicas(cloud: Cloud, olds: Properties, wanted: unknown): Promise<void> {
  for (const DBInstanceIdentifier of (olds["replicas"] ?? []) as string[]) {
    const { DBInstances } = await client(cloud).send(new rds.DescribeDBInstancesCommand({ DBInstanceIdentifier }));
    if (compareVersions(DBInstances?.[0]?.EngineVersion, wanted) >= 0) continue;
    throw new Error(
      `DBUpgradeDependencyFailure: One or more of the DB Instance's read replicas need to be upgraded: ${DBInstanceIdentifier}`,
    );
  }
}

function sets(olds: string[] | undefined, news: string[] | undefined): { added: string[]; removed: string[] } {
  return {
    added: (news ?? []).filter((item) => olds?.includes(item) !== true),
    removed: (olds ?? []).filter((item) => news?.includes(item) !== true),
  };
}

export const definitions: ResourceDefinition[] = [subnetGroup, parameterGroup, instance];
