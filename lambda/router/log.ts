import { createHmac } from "node:crypto";

import { routerService } from "../../contract/router";

export type Level = "INFO" | "WARN" | "ERROR";
export type Fields = Readonly<Record<string, string | number | undefined>>;

/** Longest text of a field: reasons may contain text of any length from tables and networks. */
const longestField = 300;

/**
 * One line of the structured log, with the keys of Powertools' logger. Characters that end a line, move a terminal's
 * cursor or hide text are escaped, so that no value can look like another line.
 *
 * @param timestamp milliseconds since 1970.
 */
export function logLine(level: Level, message: string, timestamp: number, fields: Fields): string {
  const short = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === "string" ? value.slice(0, longestField) : value,
    ]),
  );
  const line = { level, message, timestamp: new Date(timestamp).toISOString(), service: routerService, ...short };
  return JSON.stringify(line).replace(
    // C1 controls, line and paragraph separators, marks of writing direction: JSON does not escape them.
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * Makes the hash that replaces a tenant in logs: equal for the same tenant, useless without the key. A hash without a key
 * would not protect it, since tenants' ids can be listed and hashed.
 */
export function tenantHasher(key: string): (tenant: string) => string {
  return (tenant) => createHmac("sha256", key).update(tenant).digest("hex").slice(0, 16);
}
