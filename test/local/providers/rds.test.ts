import {
  DescribeDBInstancesCommand,
  DescribeDBParameterGroupsCommand,
  DescribeDBSubnetGroupsCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import { afterAll, beforeAll, expect, test } from "vitest";

import { definitions } from "../../../local/providers/aws/services/rds";
import { Made, startMoto, type Moto } from "../../harness/moto";
import { dataSubnets } from "./data-network";

let moto: Moto;
let subnetIds: string[];

beforeAll(async () => {
  moto = await startMoto();
  subnetIds = await dataSubnets(moto, ["eu-west-1a", "eu-west-1b"]);
});
afterAll(() => moto.stop());

const make = (token: string, inputs: Record<string, unknown>) =>
  Made.create(moto.cloud(), definitions, `aws:rds/${token}`, inputs);

const common = {
  instanceClass: "db.t4g.medium",
  parameterGroupName: "dev-cell-0-postgres17",
  vpcSecurityGroupIds: ["sg-12345678"],
  publiclyAccessible: false,
  storageType: "gp3",
  maxAllocatedStorage: 100,
  storageEncrypted: true,
  caCertIdentifier: "rds-ca-rsa2048-g1",
  autoMinorVersionUpgrade: false,
  applyImmediately: false,
  copyTagsToSnapshot: true,
  deletionProtection: false,
  deleteAutomatedBackups: true,
  enabledCloudwatchLogsExports: ["postgresql"],
  performanceInsightsEnabled: true,
  performanceInsightsKmsKeyId: "arn:aws:kms:eu-west-1:123456789012:key/k",
  performanceInsightsRetentionPeriod: 7,
  backupRetentionPeriod: 7,
  backupWindow: "00:00-01:00",
  skipFinalSnapshot: true,
};

test("a primary and its replica live from creation to deletion, without drift", async () => {
  const subnets = await make("subnetGroup:SubnetGroup", {
    name: "dev-cell-0-postgres",
    description: "Data subnets",
    subnetIds,
    tags: { cell: "cell-0" },
  });
  const parameters = await make("parameterGroup:ParameterGroup", {
    name: "dev-cell-0-postgres17",
    family: "postgres17",
    description: "Postgres",
    parameters: [
      { name: "max_connections", value: "500", applyMethod: "pending-reboot" },
      { name: "rds.force_ssl", value: "1", applyMethod: "immediate" },
    ],
    tags: { cell: "cell-0" },
  });
  const primary = await make("instance:Instance", {
    ...common,
    identifier: "dev-cell-0-postgres-primary",
    engine: "postgres",
    engineVersion: "17.10",
    dbName: "app",
    port: 5432,
    username: "cell_admin",
    password: "correct-horse-battery",
    dbSubnetGroupName: "dev-cell-0-postgres",
    allocatedStorage: 20,
    kmsKeyId: "arn:aws:kms:eu-west-1:123456789012:key/k",
    multiAz: true,
    maintenanceWindow: "mon:02:00-mon:03:00",
    tags: { cell: "cell-0", Name: "primary" },
  });
  const replica = await make("instance:Instance", {
    ...common,
    identifier: "dev-cell-0-postgres-replica",
    replicateSourceDb: "dev-cell-0-postgres-primary",
    availabilityZone: "eu-west-1b",
    maintenanceWindow: "mon:03:00-mon:04:00",
    tags: { cell: "cell-0", Name: "replica" },
  });

  for (const made of [subnets, parameters, primary, replica]) {
    expect(await made.drift()).toEqual([]);
    // The primary lists its replica only after its own creation.
    expect((await made.inventions()).filter((line) => !line.startsWith("replicas"))).toEqual([]);
  }
  expect(primary.outputs["address"]).toMatch(
    /^dev-cell-0-postgres-primary\.c[0-9a-f]{8}\.eu-west-1\.rds\.amazonaws\.com$/,
  );
  expect(await primary.read()).toMatchObject({ replicas: ["dev-cell-0-postgres-replica"], multiAz: true });
  expect(replica.outputs).toMatchObject({ availabilityZone: "eu-west-1b", multiAz: false, storageEncrypted: true });
  expect(replica.outputs["resourceId"]).not.toBe(primary.outputs["resourceId"]);

  await primary.update({ backupRetentionPeriod: 14, instanceClass: "db.m6g.large", tags: { cell: "cell-0" } });
  expect(await primary.drift()).toEqual([]);
  expect((await primary.read())?.["tags"]).toEqual({ cell: "cell-0" });
  await parameters.update({ parameters: [{ name: "rds.force_ssl", value: "1", applyMethod: "immediate" }] });
  expect(await parameters.drift()).toEqual([]);

  await replica.update({ identifier: "dev-cell-0-postgres-second" });
  expect(await replica.read()).toMatchObject({ identifier: "dev-cell-0-postgres-second" });

  for (const made of [replica, primary, parameters, subnets]) {
    await made.delete();
    expect(await made.read()).toBeUndefined();
  }
  const rds = moto.client(RDSClient);
  expect((await rds.send(new DescribeDBInstancesCommand({}))).DBInstances).toEqual([]);
  expect((await rds.send(new DescribeDBParameterGroupsCommand({}))).DBParameterGroups).toEqual([]);
  expect((await rds.send(new DescribeDBSubnetGroupsCommand({}))).DBSubnetGroups).toEqual([]);
});

test("an instance that was changed outside Pulumi has drifted; an unsupported input is refused", async () => {
  await make("parameterGroup:ParameterGroup", {
    name: "dev-cell-0-postgres17",
    family: "postgres17",
    description: "Postgres",
    parameters: [],
  });
  const inputs = {
    ...common,
    identifier: "drifting",
    engine: "postgres",
    engineVersion: "17.10",
    username: "cell_admin",
    password: "correct-horse-battery",
    allocatedStorage: 20,
    kmsKeyId: "k",
    maintenanceWindow: "mon:02:00-mon:03:00",
  };
  const instance = await make("instance:Instance", inputs);
  expect(await instance.drift()).toEqual([]);
  const rds = moto.client(RDSClient);
  const { ModifyDBInstanceCommand } = await import("@aws-sdk/client-rds");
  await rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: "drifting", CopyTagsToSnapshot: false }));
  expect(await instance.drift()).toEqual(["copyTagsToSnapshot: true → false"]);
  await instance.delete();
  const withMore = make("instance:Instance", { ...inputs, dedicatedLogVolume: true });
  await expect(withMore).rejects.toThrow("dedicatedLogVolume");
});
