import { cellType } from "../../contract/components";
import { decodeTableText, type RoutingTable, type TableVersion } from "../../routing";
import { stackType } from "./events";

/** The cells that get tenants, by an exported state. */
export interface Served {
  /** Cells that routers send tenants to, or keep tenants for: every state but `provisioning`. */
  readonly cells: ReadonlySet<string>;
  /** Cells that exist, with tenants or not. */
  readonly made: ReadonlySet<string>;
  /** The table that the last complete update gave to the routers. */
  readonly version?: TableVersion;
  /** That table, where it is whole. */
  readonly table?: RoutingTable;
}

const objectType = "aws:s3/bucketObjectv2:BucketObjectv2";

interface Kept {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/**
 * Reads the routers' tables from an exported state: the stack's output, and every published table. An update that failed
 * half way may have published without an output, or in some regions only; a cell that gets tenants by one of these
 * tables is served.
 */
export function servedOf(state: string): Served {
  const { deployment } = JSON.parse(state) as { readonly deployment?: { readonly resources?: readonly Kept[] | null } };
  const resources = deployment?.resources ?? [];
  const told = resources.find(({ type }) => type === stackType)?.outputs?.["routingTable"] as
    Partial<RoutingTable> | undefined;
  const cells = new Set<string>();
  const add = (list: unknown): void => {
    if (!Array.isArray(list)) return;
    for (const cell of list as readonly { readonly id?: unknown; readonly state?: unknown }[]) {
      if (typeof cell.id === "string" && cell.state !== "provisioning") cells.add(cell.id);
    }
  };
  add(told?.cells);
  for (const { type, inputs, outputs } of resources) {
    const content = type === objectType ? (outputs?.["content"] ?? inputs?.["content"]) : undefined;
    if (typeof content !== "string") continue;
    const decoded = decodeTableText(content);
    if (decoded.ok) add(decoded.table.cells);
  }
  const made = resources.filter(({ type }) => type === cellType).map(({ urn }) => urn.split("::").at(-1) ?? urn);
  return {
    cells,
    made: new Set(made),
    ...(told?.version === undefined ? {} : { version: told.version }),
    ...(isWhole(told) ? { table: told } : {}),
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
