import { createHash } from "node:crypto";

/** Pods of the pool; each holds its share of the cell's connections. */
export const poolReplicas = 2;

/** Port on which the pool takes clients. */
export const poolPort = 6432;

/** A pooled database and where it is. */
export interface PoolOptions {
  readonly primaryHost: string;
  readonly replicaHost: string;
  readonly port: number;
  readonly database: string;
  /** With it the pool serves clients, and logs in to the servers. */
  readonly user: string;
  /** May pause and resume the pool, and serves no client. */
  readonly admin: string;
  /** Connections of the whole pool to the primary (`sizes.postgres.poolSize`). */
  readonly poolSize: number;
  /** True where the CA's certificates are mounted: then the server must prove its name. */
  readonly verified: boolean;
}

/** Connections of one pod to each server: the pods together never exceed the pool. */
export function connectionsPerPod(poolSize: number): number {
  return Math.floor(poolSize / poolReplicas);
}

/**
 * PgBouncer's configuration. Transaction mode: a server connection belongs to a client for a transaction only, so a
 * hundred serve thousands of clients. `NAME_readonly` is the replica.
 *
 * Source: https://www.pgbouncer.org/config.html
 */
export function pgbouncerIni(options: PoolOptions): string {
  const { primaryHost, replicaHost, port, database, user, admin, verified } = options;
  const connections = connectionsPerPod(options.poolSize);
  const target = (host: string) => `host=${host} port=${port} dbname=${database} user=${user}`;
  return `${[
    "[databases]",
    `${database} = ${target(primaryHost)}`,
    `${database}_readonly = ${target(replicaHost)}`,
    "",
    "[pgbouncer]",
    "listen_addr = 0.0.0.0",
    `listen_port = ${poolPort}`,
    "auth_type = scram-sha-256",
    "auth_file = /etc/pgbouncer-users/userlist.txt",
    // PAUSE and RESUME, with which a tenant's move holds back its writes, come from here.
    `admin_users = ${admin}`,
    "pool_mode = transaction",
    `default_pool_size = ${connections}`,
    `max_db_connections = ${connections}`,
    "max_client_conn = 5000",
    "max_prepared_statements = 200",
    // Seconds. A client that gets no connection receives an error before its own request times out.
    "query_wait_timeout = 10",
    "server_idle_timeout = 300",
    // Shorter than a failed-over database is missed: connections to the old one must not be kept.
    "server_lifetime = 900",
    "server_connect_timeout = 5",
    // Hosts are names that follow a failover.
    "dns_max_ttl = 15",
    // The old host of a failed-over database answers nothing. Without these, its connections fill the pool until the
    // kernel gives them up, after about 15 minutes. Idle ones are found by keepalives in 25 s, waiting ones in 15 s.
    "tcp_keepidle = 10",
    "tcp_keepintvl = 5",
    "tcp_keepcnt = 3",
    "tcp_user_timeout = 15000",
    `server_tls_sslmode = ${verified ? "verify-full" : "require"}`,
    ...(verified ? ["server_tls_ca_file = /etc/pgbouncer/rds-ca.pem"] : []),
    "ignore_startup_parameters = extra_float_digits,options",
    "unix_socket_dir =",
    "logfile =",
    "pidfile =",
  ].join("\n")}\n`;
}

/** PgBouncer's list of users: it needs the password itself to answer the server's challenge. */
export function userlist(passwords: Readonly<Record<string, string>>): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  return Object.entries(passwords)
    .map(([user, password]) => `${quoted(user)} ${quoted(password)}\n`)
    .join("");
}

/** Short digest of what a pod reads only at its start: another digest restarts the pods. */
export function checksum(...texts: readonly string[]): string {
  return createHash("sha256").update(texts.join("\0")).digest("hex").slice(0, 16);
}
