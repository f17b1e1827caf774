import { statSync } from "node:fs";

import { inputName, readInput, standardInput, standardInputName } from "../../adapters/files/input";
import { projectDirectory } from "../../adapters/files/paths";
import { loadCatalog } from "../../catalog/load";
import { resolveStackCatalog } from "../../catalog/resolve";
import { baseRoutingTable } from "../../catalog/routing-table";
import { UserError } from "../../contract/user-error";
import { decodeTableText, formatMistakes, type RoutingTable } from "../../routing";
import { idsOf } from "./input";

/** Where a verb takes its routing table from; the options are the same for all of them. */
export interface TableOptions {
  readonly environment: string;
  readonly catalog?: string;
  readonly table?: string;
}

/** The catalog file that is meant. */
export function catalogFile({ environment, catalog }: TableOptions): string {
  return catalog ?? resolveStackCatalog(projectDirectory, environment);
}

/**
 * The published table that is named, or else the catalog's; and the whole seconds since its file was written, 0 for
 * standard input.
 */
export async function readTable(
  options: TableOptions,
): Promise<{ readonly table: RoutingTable; readonly age: number }> {
  const { table } = options;
  if (table !== undefined) return { table: await readPublished(table), age: ageSeconds(table) };
  const file = catalogFile(options);
  return { table: baseRoutingTable(loadCatalog(file)), age: ageSeconds(file) };
}

async function readPublished(table: string): Promise<RoutingTable> {
  const decoded = decodeTableText(await readInput(table));
  if (!decoded.ok)
    throw new UserError(`${inputName(table)} is not a routing table:\n${formatMistakes(decoded.mistakes)}`);
  return decoded.table;
}

function ageSeconds(file: string): number {
  if (file === standardInputName) return 0;
  return Math.max(0, Math.floor((Date.now() - statSync(file).mtimeMs) / 1000));
}

/** Ids from standard input, a JSON array or one a line; undefined when none are piped in. */
export async function idsFromInput({ table }: TableOptions): Promise<readonly string[] | undefined> {
  if (process.stdin.isTTY || table === standardInputName) return undefined;
  const text = (await standardInput()).trim();
  if (text === "") return undefined;
  return text.startsWith("[") ? idsOf(text) : text.split(/\r?\n/).filter((line) => line !== "");
}
