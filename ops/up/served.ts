import { mayHoldTenants } from "../../catalog/diff/state";
import { cellType } from "../../contract/components";
import { objectPaths } from "../../contract/router";
import type { RoutingTable, TableVersion } from "../../routing";
import { nameOf, stackType } from "./events";
import { UpRefused } from "./refused";
import { readState } from "./state";

/** The cells that get tenants, by an exported state. */
export interface Served {
  /** Cells that routers send tenants to, or keep tenants for: every state but `provisioning`. */
  readonly cells: ReadonlySet<string>;
  /** Those of them that are not disabled: their tenants' data is there. */
  readonly inUse: ReadonlySet<string>;
  /** Cells that exist, with tenants or not, and the URN of each. */
  readonly made: ReadonlyMap<string, string>;
  /** The table that the last complete update gave to the routers. */
  readonly version?: TableVersion;
  /** That table, where it is whole. */
  readonly table?: RoutingTable;
}

const objectType = "aws:s3/bucketObjectv2:BucketObjectv2";

/**
 * Reads the routers' tables from an exported state: the stack's output, and every published table. An update that failed
 * half way may have published without an output, or in some regions only; a cell that gets tenants by one of these
 * tables is served. Only cells and their states are read, so a table of another version of the program counts too.
 *
 * @throws UpRefused for a table without them: its cells would count as new, and every change of them as harmless.
 */
export function servedOf(state: string): Served {
  const { resources } = readState(state);
  const output = resources.find(({ type }) => type === stackType)?.outputs?.["routingTable"] as
    Partial<RoutingTable> | undefined;
  const cells = new Set<string>();
  const inUse = new Set<string>();
  const add = (table: unknown, where: string): void => {
    const list = (table as Partial<RoutingTable> | null)?.cells as unknown;
    if (!Array.isArray(list) || !list.every(isCell)) throw unreadable(where);
    for (const cell of list) {
      if (cell.state !== "provisioning") cells.add(cell.id);
      if (mayHoldTenants(cell)) inUse.add(cell.id);
    }
  };
  if (output !== undefined) add(output, "the stack's output routingTable");
  for (const { urn, type, inputs, outputs } of resources) {
    if (type !== objectType) continue;
    // What was asked for and what was done may differ after an update that failed.
    for (const bag of [inputs, outputs]) {
      if (!isTable(bag?.["key"])) continue;
      const content = bag?.["content"];
      if (content !== undefined) add(parsed(content), `the published table ${nameOf(urn)}`);
    }
  }
  const made = resources.filter(({ type }) => type === cellType).map(({ urn }) => [nameOf(urn), urn] as const);
  return {
    cells,
    inUse,
    made: new Map(made),
    ...(output?.version === undefined ? {} : { version: output.version }),
    ...(isWhole(output) ? { table: output } : {}),
  };
}

/** Our own output; not decoded, since the digest may follow an older rule. */
function isWhole(table: Partial<RoutingTable> | undefined): table is RoutingTable {
  return (
    table?.version !== undefined &&
    Array.isArray(table.cells) &&
    table.jurisdictions !== undefined &&
    table.countries !== undefined
  );
}

const versions = objectPaths.version("").replace(/\.json$/, "");

function isTable(key: unknown): boolean {
  return typeof key === "string" && (key === objectPaths.base || key.startsWith(versions));
}

function isCell(cell: unknown): cell is { readonly id: string; readonly state: string } {
  if (typeof cell !== "object" || cell === null) return false;
  const { id, state } = cell as Readonly<Record<string, unknown>>;
  return typeof id === "string" && typeof state === "string";
}

function parsed(content: unknown): unknown {
  try {
    return typeof content === "string" ? JSON.parse(content) : undefined;
  } catch {
    return undefined;
  }
}

function unreadable(where: string): UpRefused {
  return new UpRefused(
    "opening",
    `${where} in the stack's state cannot be read, so it is not known which cells have tenants, and nothing was changed: ` +
      "restore the state from a version of the backend, or run up with the program that wrote the table",
  );
}
