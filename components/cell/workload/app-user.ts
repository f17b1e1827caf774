import { createHash, createHmac, pbkdf2Sync } from "node:crypto";

/** The application's user in the cell's database: owns what the application creates, and administers nothing. */
export const appUser = "app";

/**
 * SQL for psql, run by the database's administrator before each start of the pool: creates {@link appUser}, or gives the
 * present one the password of `APP_VERIFIER`. The administrator becomes a member, and so can read and repair its tables.
 */
export function appUserSql(database: string): string {
  return `${[
    String.raw`\getenv verifier APP_VERIFIER`,
    // Pods of the pool may start at once, and PostgreSQL refuses two changes of a role at the same time.
    "SELECT pg_advisory_lock(6432);",
    String.raw`SELECT 'CREATE ROLE ${appUser}' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${appUser}') \gexec`,
    // Not `PASSWORD :'…'`: the policy against passwords in plain text sees one there.
    String.raw`SELECT format('ALTER ROLE ${appUser} LOGIN PASSWORD %L', :'verifier') \gexec`,
    `GRANT ${appUser} TO CURRENT_USER;`,
    `GRANT CREATE ON DATABASE ${database} TO ${appUser};`,
    `GRANT USAGE, CREATE ON SCHEMA public TO ${appUser};`,
  ].join("\n")}\n`;
}

/**
 * What PostgreSQL keeps in place of a password: with it the password itself is in no statement, and so in no log.
 * Source: https://www.postgresql.org/docs/17/catalog-pg-authid.html, RFC 5803
 *
 * @param salted what the salt follows from: the same text gives the same verifier, and an update changes nothing.
 */
export function scramVerifier(password: string, salted: string): string {
  const iterations = 4096;
  const salt = createHash("sha256").update(salted).digest().subarray(0, 16);
  const key = pbkdf2Sync(password, salt, iterations, 32, "sha256");
  const hmac = (text: string) => createHmac("sha256", key).update(text).digest();
  const storedKey = createHash("sha256").update(hmac("Client Key")).digest("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${hmac("Server Key").toString("base64")}`;
}
