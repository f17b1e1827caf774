import type { SizeClass } from "../../catalog/sizes";

/** One parameter of an RDS parameter group. */
export interface PostgresParameter {
  readonly name: string;
  readonly value: string;
  /** `immediate` only where the engine takes the change without a restart; AWS refuses it for static parameters. */
  readonly applyMethod: "immediate" | "pending-reboot";
}

/** Parameter group family of an engine version: `17.10` is `postgres17`. */
export function postgresFamily(engineVersion: string): string {
  return `postgres${engineVersion.split(".")[0]}`;
}

/** Slots for the replica, the moves of tenants that run at once, and some to spare. */
const replicationSlots = 20;

/**
 * What a cell's database is set to. `rds.logical_replication` sets `wal_level` to `logical`, which a live move of a
 * tenant needs, and is of use only with slots and senders enough.
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.FeatureSupport.LogicalReplication.html
 */
export function postgresParameters({ postgres }: Pick<SizeClass, "postgres">): readonly PostgresParameter[] {
  return [
    // Taken at the next restart. A new instance starts with them.
    reboot("max_connections", postgres.maxConnections),
    reboot("rds.logical_replication", 1),
    reboot("max_replication_slots", replicationSlots),
    // Each slot has a sender; the physical replica and base backups need their own.
    reboot("max_wal_senders", replicationSlots + 5),
    reboot("max_logical_replication_workers", 8),
    // Must hold the workers above beside parallel queries.
    reboot("max_worker_processes", 16),
    // 1 is the default from version 15 on. RDS keeps its own method beside a default, and any other shows as a change after
    // each refresh: https://github.com/hashicorp/terraform-provider-aws/issues/39252
    reboot("rds.force_ssl", 1),
    // A slot without a reader keeps WAL until the disk is full; past this it is dropped instead. In MB. A larger class has
    // its disk from the maintenance window on: at once, this would be more than the old disk.
    reboot("max_slot_wal_keep_size", Math.floor((postgres.storage * 1024) / 4)),
    now("log_connections", 1),
    now("log_disconnections", 1),
    now("log_lock_waits", 1),
    // Milliseconds. `log_statement` stays off: with `ddl` it writes the passwords of CREATE ROLE to the log.
    now("log_min_duration_statement", 1000),
    // A forgotten transaction holds vacuum and every slot back. Milliseconds.
    now("idle_in_transaction_session_timeout", 300_000),
  ];
}

function reboot(name: string, value: number): PostgresParameter {
  return { name, value: String(value), applyMethod: "pending-reboot" };
}

function now(name: string, value: number): PostgresParameter {
  return { name, value: String(value), applyMethod: "immediate" };
}
