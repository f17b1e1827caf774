import { describe, expect, test } from "vitest";

import { sizes, type SizeClassName } from "../../catalog/sizes";
import { Postgres } from "../../components/cell/postgres";
import { postgresFamily, postgresParameters } from "../../components/cell/postgres-parameters";
import { cellOf, keyArn, plainSecrets, planPart, stateful } from "./data-cell";

const classes = Object.keys(sizes) as SizeClassName[];

const postgresOf = (sizeClass: SizeClassName, zones = 3, preview = false) =>
  planPart(
    cellOf(sizeClass, zones),
    (ctx, args, opts) => {
      const part = new Postgres(ctx, { ...args, securityGroupId: "sg-postgres" }, opts);
      return {
        primaryHost: part.primaryHost,
        replicaHost: part.replicaHost,
        secretArn: part.secretArn,
        records: part.records,
      };
    },
    preview,
  );

describe.each(classes)("%s", (sizeClass) => {
  const { production, postgres, logRetentionDays } = sizes[sizeClass];

  test("a primary and a replica in another zone, both encrypted, private and with backups", async () => {
    const { one, of, resources } = await postgresOf(sizeClass);
    expect(of("aws:rds/instance:Instance")).toHaveLength(2);
    const primary = one("aws:rds/instance:Instance", "cell-3-postgres-primary");
    const replica = one("aws:rds/instance:Instance", "cell-3-postgres-replica");
    const provider = resources.find(({ type }) => type === "pulumi:providers:aws")?.urn;

    for (const instance of [primary, replica]) {
      expect(instance.inputs).toMatchObject({
        instanceClass: postgres.instanceClass,
        parameterGroupName: "dev-cell-3-postgres17",
        vpcSecurityGroupIds: ["sg-postgres"],
        publiclyAccessible: false,
        storageEncrypted: true,
        engineVersion: postgres.engineVersion,
        storageType: "gp3",
        allocatedStorage: postgres.storage,
        maxAllocatedStorage: postgres.maxStorage,
        deletionProtection: production,
        copyTagsToSnapshot: true,
        autoMinorVersionUpgrade: false,
        applyImmediately: false,
        performanceInsightsEnabled: true,
        performanceInsightsKmsKeyId: keyArn,
        enabledCloudwatchLogsExports: ["postgresql"],
      });
      // From 400 GiB on a gp3 volume is striped, and has other numbers.
      const striped = postgres.storage >= 400 ? [12_000, 500] : [undefined, undefined];
      expect([instance.inputs["iops"], instance.inputs["storageThroughput"]]).toEqual(striped);
      expect(instance.inputs["backupRetentionPeriod"]).toBeGreaterThanOrEqual(7);
      expect(instance.inputs["monitoringInterval"]).toBe(production ? 60 : undefined);
      expect(instance.provider.startsWith(`${provider}::`)).toBe(true);
      expect(instance.parent).toContain("cells:cell:Postgres::cell-3-postgres");
    }
    expect(primary.inputs).toMatchObject({
      identifier: "dev-cell-3-postgres-primary",
      kmsKeyId: keyArn,
      multiAz: postgres.multiAz,
    });
    // AWS refuses a zone by name beside Multi-AZ.
    expect(primary.inputs["availabilityZone"]).toBe(postgres.multiAz ? undefined : "eu-west-1a");
    expect(replica.inputs).toMatchObject({
      identifier: "dev-cell-3-postgres-replica",
      replicateSourceDb: "dev-cell-3-postgres-primary",
      availabilityZone: "eu-west-1b",
    });
    for (const inherited of ["engine", "username", "password", "dbName", "kmsKeyId"]) {
      expect(replica.inputs, "a replica inherits it").not.toHaveProperty(inherited);
    }
  });

  test("protects what holds data exactly in production classes", async () => {
    const { resources, one } = await postgresOf(sizeClass);
    const kept = resources.filter(({ type }) => stateful.includes(type));
    expect(kept).toHaveLength(4);
    expect(kept.filter(({ protect }) => protect !== production)).toEqual([]);
    const { inputs } = one("aws:rds/instance:Instance", "cell-3-postgres-primary");
    expect(inputs["skipFinalSnapshot"]).toBe(!production);
    expect(inputs["finalSnapshotIdentifier"]).toBe(production ? "dev-cell-3-postgres-primary-final" : undefined);
    expect(inputs["deleteAutomatedBackups"]).toBe(!production);
    expect(one("aws:secretsmanager/secret:Secret").inputs["recoveryWindowInDays"]).toBe(production ? 30 : 0);
  });

  test("makes the log groups before the instances, with an end and the cell's key", async () => {
    const { of, one } = await postgresOf(sizeClass);
    const groups = of("aws:cloudwatch/logGroup:LogGroup");
    expect(groups.map(({ inputs }) => inputs["name"]).sort()).toEqual([
      "/aws/rds/instance/dev-cell-3-postgres-primary/postgresql",
      "/aws/rds/instance/dev-cell-3-postgres-replica/postgresql",
    ]);
    for (const { inputs } of groups) {
      expect(inputs).toMatchObject({ kmsKeyId: keyArn, retentionInDays: logRetentionDays });
    }
    for (const role of ["primary", "replica"]) {
      const instance = one("aws:rds/instance:Instance", `cell-3-postgres-${role}`);
      const group = one("aws:cloudwatch/logGroup:LogGroup", `cell-3-postgres-${role}-log`);
      expect(instance.dependencies).toContain(group.urn);
    }
  });

  test("production instances wait for the rights of their monitoring role", async () => {
    const { of, one } = await postgresOf(sizeClass);
    const rights = of("aws:iam/rolePolicyAttachment:RolePolicyAttachment").map(({ urn }) => urn);
    expect(rights).toHaveLength(production ? 1 : 0);
    for (const role of ["primary", "replica"]) {
      const { dependencies } = one("aws:rds/instance:Instance", `cell-3-postgres-${role}`);
      expect(dependencies).toEqual(expect.arrayContaining(rights));
    }
  });

  test("the password is nowhere in plain, and its secret is the cell's own", async () => {
    const { resources, one, result } = await postgresOf(sizeClass);
    const password = one("aws:rds/instance:Instance", "cell-3-postgres-primary").inputs["password"] as string;
    expect(password).toHaveLength(40);
    expect(plainSecrets(resources, [password])).toEqual([]);
    expect(one("aws:rds/instance:Instance", "cell-3-postgres-primary").secretInputs).toEqual(["password"]);
    const version = one("aws:secretsmanager/secretVersion:SecretVersion");
    expect(version.secretInputs).toEqual(["secretString"]);
    expect(JSON.parse(version.inputs["secretString"] as string)).toEqual({
      engine: "postgres",
      host: result.primaryHost,
      port: 5432,
      dbname: "app",
      username: "cell_admin",
      password,
    });
    const secret = one("aws:secretsmanager/secret:Secret");
    expect(secret.inputs).toMatchObject({ name: "dev-cell-3/postgres", kmsKeyId: keyArn });
    expect(JSON.stringify(result)).not.toContain(password);
  });
});

test("the names of the private zone stand for the real hosts", async () => {
  const { result } = await postgresOf("dev");
  expect(result.records).toEqual([
    { name: "postgres-cell-3-primary.cell-3.internal", target: result.primaryHost },
    { name: "postgres-cell-3-replica.cell-3.internal", target: result.replicaHost },
  ]);
  expect(result.primaryHost).toMatch(/^dev-cell-3-postgres-primary\..*\.rds\.amazonaws\.com$/);
});

test("a first preview, where hosts are unknown, plans the same resources", async () => {
  const [known, unknown] = [await postgresOf("large", 2), await postgresOf("large", 2, true)];
  expect(unknown.resources.map(({ urn }) => urn).sort()).toEqual(known.resources.map(({ urn }) => urn).sort());
});

test("parameters of a class change with its machine and disk, in the maintenance window", () => {
  const [small, large] = [postgresParameters(sizes.small), postgresParameters(sizes.large)];
  const differing = large.filter(({ value }, at) => value !== small[at]?.value);
  expect(differing.map(({ name }) => name)).toEqual(["max_slot_wal_keep_size"]);
  expect(differing.map(({ applyMethod }) => applyMethod)).toEqual(["pending-reboot"]);
});

test("parameters: 500 connections, logical replication with slots and senders enough, TLS only", () => {
  for (const size of Object.values(sizes)) {
    const parameters = postgresParameters(size);
    const value = (name: string): string | undefined => parameters.find((found) => found.name === name)?.value;
    expect(value("max_connections")).toBe("500");
    expect(value("rds.logical_replication")).toBe("1");
    expect(value("rds.force_ssl")).toBe("1");
    expect(Number(value("max_wal_senders"))).toBeGreaterThan(Number(value("max_replication_slots")));
    expect(Number(value("max_worker_processes"))).toBeGreaterThan(Number(value("max_logical_replication_workers")));
    // A slot without a reader may not fill the disk.
    expect(Number(value("max_slot_wal_keep_size"))).toBeLessThan(size.postgres.storage * 1024);
    expect(size.postgres.poolSize, "room for operators beside the pool").toBeLessThan(Number(value("max_connections")));
    // AWS refuses "immediate" for a static parameter, and does not keep it beside the default of TLS only.
    const fixed = parameters.filter(({ name }) => /^max_(conn|repl|wal|log|work)|rds\./.test(name));
    expect(fixed.map(({ applyMethod }) => applyMethod)).toEqual(fixed.map(() => "pending-reboot"));
    expect(new Set(parameters.map(({ name }) => name)).size).toBe(parameters.length);
    expect(parameters.length, "one call to AWS").toBeLessThanOrEqual(20);
  }
  expect(postgresFamily("17.10")).toBe("postgres17");
});
