import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { striped } from "../../catalog/constraints/database";
import type { CellContext } from "./context";
import type { HostRecord } from "./private-zone";
import { postgresFamily, postgresParameters } from "./postgres-parameters";
import { credential, store, type Credential } from "./secrets";
import { windowsOf } from "./windows";

/** What a cell's Postgres needs of the cell's other parts. */
export interface PostgresArgs {
  readonly keyArn: pulumi.Input<string>;
  /** Data subnets, in at least two availability zones. */
  readonly subnetIds: pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
}

const port = 5432;
const databaseName = "app";
const masterUser = "cell_admin";

/** The cell's database: a primary, a read replica in another zone, and the password of its administrator. */
export class Postgres extends pulumi.ComponentResource {
  readonly primary: aws.rds.Instance;
  readonly replica: aws.rds.Instance;
  readonly primaryHost: pulumi.Output<string>;
  readonly replicaHost: pulumi.Output<string>;
  readonly port = port;
  readonly databaseName = databaseName;
  readonly user = masterUser;
  /** Secret: for the cell's own pool and application. */
  readonly password: pulumi.Output<string>;
  readonly primaryArn: pulumi.Output<string>;
  readonly replicaArn: pulumi.Output<string>;
  readonly primaryIdentifier: string;
  readonly replicaIdentifier: string;
  /** Secret of JSON `{engine, host, port, dbname, username, password}`. */
  readonly secretArn: pulumi.Output<string>;
  /** Names for the private zone. */
  readonly records: readonly HostRecord[];

  constructor(
    private readonly ctx: CellContext,
    private readonly args: PostgresArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("cells:cell:Postgres", `${ctx.cell.id}-postgres`, {}, opts);
    const { names } = ctx;
    this.primaryIdentifier = names.of("postgres", "primary");
    this.replicaIdentifier = names.of("postgres", "replica");

    const parameters = this.parameterGroup();
    const subnets = this.subnetGroup(args.subnetIds);
    const monitoring = ctx.size.production ? this.monitoring() : undefined;
    const admin = credential(ctx, "postgres", "Administrator of the cell's database", args.keyArn, this);
    this.primary = this.makePrimary({ parameters, subnets, monitoring, admin });
    this.replica = this.makeReplica({ parameters, monitoring });
    store(
      ctx,
      "postgres",
      admin,
      {
        engine: "postgres",
        host: this.primary.address,
        port,
        dbname: databaseName,
        username: masterUser,
        password: admin.password,
      },
      this,
    );

    this.password = admin.password;
    this.primaryHost = this.primary.address;
    this.replicaHost = this.replica.address;
    this.primaryArn = this.primary.arn;
    this.replicaArn = this.replica.arn;
    this.secretArn = admin.secret.arn;
    this.records = [
      { name: names.host("postgres", "primary"), target: this.primaryHost },
      { name: names.host("postgres", "replica"), target: this.replicaHost },
    ];
    this.registerOutputs({ primaryHost: this.primaryHost, replicaHost: this.replicaHost, secretArn: this.secretArn });
  }

  private parameterGroup(): aws.rds.ParameterGroup {
    const { cell, names, size } = this.ctx;
    const family = postgresFamily(size.postgres.engineVersion);
    // The family is part of the name: a new major version needs a group beside the old one while it upgrades.
    return new aws.rds.ParameterGroup(
      `${cell.id}-postgres-parameters`,
      {
        name: names.of(family),
        family,
        description: `Postgres of ${names.prefix}`,
        parameters: postgresParameters(size).map((parameter) => ({ ...parameter })),
        tags: { Name: names.of(family) },
      },
      // The provider would delete the old one first, as its name is fixed, and RDS refuses that while it is in use.
      { parent: this, deleteBeforeReplace: false },
    );
  }

  private subnetGroup(subnetIds: pulumi.Input<string>[]): aws.rds.SubnetGroup {
    const { cell, names } = this.ctx;
    return new aws.rds.SubnetGroup(
      `${cell.id}-postgres-subnets`,
      {
        name: names.of("postgres"),
        description: `Data subnets of ${names.prefix}`,
        subnetIds,
        tags: { Name: names.of("postgres") },
      },
      { parent: this },
    );
  }

  /** Lets RDS write the operating system's metrics (enhanced monitoring). */
  private monitoring(): Monitoring {
    const { cell, names } = this.ctx;
    const role = new aws.iam.Role(
      `${cell.id}-postgres-monitoring`,
      {
        name: names.of("postgres", "monitoring"),
        assumeRolePolicy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Principal: { Service: "monitoring.rds.amazonaws.com" }, Action: "sts:AssumeRole" },
          ],
        }),
        tags: { Name: names.of("postgres", "monitoring") },
      },
      { parent: this },
    );
    const attachment = new aws.iam.RolePolicyAttachment(
      `${cell.id}-postgres-monitoring`,
      {
        role: role.name,
        policyArn: `arn:${cell.partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole`,
      },
      { parent: this },
    );
    return { role, attachment };
  }

  private makePrimary(made: Made & { subnets: aws.rds.SubnetGroup; admin: Credential }) {
    const { cell, size, held } = this.ctx;
    const { postgres, production } = size;
    return new aws.rds.Instance(
      `${cell.id}-postgres-primary`,
      {
        ...this.common(this.primaryIdentifier, made),
        engine: "postgres",
        engineVersion: held.postgres ?? postgres.engineVersion,
        dbName: databaseName,
        port,
        username: masterUser,
        password: made.admin.password,
        dbSubnetGroupName: made.subnets.name,
        kmsKeyId: this.args.keyArn,
        multiAz: postgres.multiAz,
        // A Multi-AZ instance chooses its own zones: AWS refuses one by name.
        ...(postgres.multiAz ? {} : { availabilityZone: cell.availabilityZones[0] }),
        backupRetentionPeriod: postgres.backupRetentionDays,
        backupWindow: windowsOf(cell).postgresBackup,
        maintenanceWindow: windowsOf(cell).postgresMaintenance,
        ...(production
          ? { skipFinalSnapshot: false, finalSnapshotIdentifier: `${this.primaryIdentifier}-final` }
          : { skipFinalSnapshot: true }),
      },
      this.dataOptions(this.primaryIdentifier, made),
    );
  }

  private makeReplica(made: Made): aws.rds.Instance {
    const { cell, size } = this.ctx;
    return new aws.rds.Instance(
      `${cell.id}-postgres-replica`,
      {
        // A replica in the region of its primary inherits engine, version, storage, user, subnets and key when it is
        // created. Version and storage do not follow the primary later: they are the replica's own.
        engineVersion: size.postgres.engineVersion,
        ...this.common(this.replicaIdentifier, made),
        replicateSourceDb: this.primary.identifier,
        availabilityZone: cell.availabilityZones[1],
        // Its own backups from the first day, so that a promotion does not begin with a gap.
        backupRetentionPeriod: 7,
        backupWindow: windowsOf(cell).postgresBackup,
        maintenanceWindow: windowsOf(cell).replicaMaintenance,
        // AWS refuses a final snapshot of a replica.
        skipFinalSnapshot: true,
      },
      this.dataOptions(this.replicaIdentifier, made),
    );
  }

  /** What primary and replica share. */
  private common(identifier: string, { parameters, monitoring }: Made) {
    const { postgres, production } = this.ctx.size;
    return {
      identifier,
      instanceClass: postgres.instanceClass,
      parameterGroupName: parameters.name,
      vpcSecurityGroupIds: [this.args.securityGroupId],
      publiclyAccessible: false,
      storageType: "gp3",
      allocatedStorage: postgres.storage,
      // Below, AWS takes none at all.
      ...(postgres.storage >= striped.from ? { iops: striped.iops, storageThroughput: striped.throughput } : {}),
      maxAllocatedStorage: postgres.maxStorage,
      storageEncrypted: true,
      caCertIdentifier: "rds-ca-rsa2048-g1",
      // AWS would upgrade all cells in the same week. Versions change in the size table, cell by cell, in waves.
      autoMinorVersionUpgrade: false,
      applyImmediately: false,
      copyTagsToSnapshot: true,
      deletionProtection: production,
      deleteAutomatedBackups: !production,
      enabledCloudwatchLogsExports: ["postgresql"],
      // Seven days are free and every instance class of the size table supports it with Postgres.
      performanceInsightsEnabled: true,
      performanceInsightsKmsKeyId: this.args.keyArn,
      performanceInsightsRetentionPeriod: 7,
      ...(monitoring === undefined ? {} : { monitoringInterval: 60, monitoringRoleArn: monitoring.role.arn }),
      tags: { Name: identifier },
    };
  }

  /**
   * Options of an instance: protected, created after its log group, which RDS would else create without expiry, and after
   * the rights of its monitoring role, without which RDS refuses the role.
   */
  private dataOptions(identifier: string, { monitoring }: Made): pulumi.CustomResourceOptions {
    return {
      parent: this,
      protect: this.ctx.size.production,
      dependsOn: [this.logGroup(identifier), ...(monitoring === undefined ? [] : [monitoring.attachment])],
      // Where it stands now, after a failover too, is where it stays.
      ignoreChanges: ["availabilityZone"],
    };
  }

  private logGroup(identifier: string): aws.cloudwatch.LogGroup {
    const { cell, names, size } = this.ctx;
    const role = identifier.slice(names.of("postgres").length + 1);
    return new aws.cloudwatch.LogGroup(
      `${cell.id}-postgres-${role}-log`,
      {
        name: `/aws/rds/instance/${identifier}/postgresql`,
        retentionInDays: size.logRetentionDays,
        kmsKeyId: this.args.keyArn,
      },
      { parent: this },
    );
  }
}

/** Resources an instance refers to. */
interface Made {
  readonly parameters: aws.rds.ParameterGroup;
  readonly monitoring: Monitoring | undefined;
}

interface Monitoring {
  readonly role: aws.iam.Role;
  readonly attachment: aws.iam.RolePolicyAttachment;
}
