import { readFileSync, statSync } from "node:fs";

import { loadCatalog } from "../../catalog/load";
import { baseRoutingTable } from "../../catalog/routing-table";
import { UserError } from "../../local/user-error";
import { decodeTableText, formatMistakes, type RoutingTable } from "../../routing";

/** Where a verb takes its routing table from; the options are the same for all of them. */
export interface TableOptions {
  readonly environment: string;
  readonly catalog?: string;
  readonly table?: string;
}

/** The catalog file that is meant. */
export function catalogFile({ environment, catalog }: TableOptions): string {
  return catalog ?? `catalog/${environment}.yaml`;
}

/** The published table that is named, or else the catalog's. */
export function readTable(options: TableOptions): RoutingTable {
  const { table } = options;
  if (table === undefined) return baseRoutingTable(loadCatalog(catalogFile(options)));
  let text: string;
  try {
    text = readFileSync(table === "-" ? 0 : table, "utf8");
  } catch {
    throw new UserError(`--table ${table}: the file cannot be read; write the path of a routing table's JSON`);
  }
  const decoded = decodeTableText(text);
  if (!decoded.ok) throw new UserError(`${table} is no routing table:\n${formatMistakes(decoded.mistakes)}`);
  return decoded.table;
}

/** Whole seconds since the file that the table was read from was written; 0 for standard input. */
export function ageSeconds(options: TableOptions): number {
  if (options.table === "-") return 0;
  return Math.max(0, Math.floor((Date.now() - statSync(options.table ?? catalogFile(options)).mtimeMs) / 1000));
}

/** Ids from standard input, a JSON array or one a line; undefined when nothing is piped in. */
export async function idsFromInput(): Promise<readonly string[] | undefined> {
  if (process.stdin.isTTY) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8").trim();
  if (text === "") return undefined;
  if (!text.startsWith("[")) return text.split(/\r?\n/).filter((line) => line !== "");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UserError("standard input is not JSON: write an array of strings, or one id a line");
  }
  if (!Array.isArray(value) || !value.every((id) => typeof id === "string")) {
    throw new UserError("standard input has an element that is no string: write ids as strings");
  }
  return value;
}
