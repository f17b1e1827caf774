import { cellType } from "../../contract/components";
import { decodeTableText, type RoutingTable, type TableVersion } from "../../routing";

/** Whom tenants are sent to, as far as a state tells. */
export interface Served {
  /** Cells that routers send tenants to, or keep tenants for: every state but `provisioning`. */
  readonly cells: ReadonlySet<string>;
  /** Cells that are there, served or not. */
  readonly made: ReadonlySet<string>;
  /** Which table the last update that came to its end gave to the routers. */
  readonly version?: TableVersion;
}

const stackType = "pulumi:pulumi:Stack";
const objectType = "aws:s3/bucketObjectv2:BucketObjectv2";

interface Kept {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/**
 * Reads what routers were told from an exported state: the stack's output, and every table that was published. An
 * update that broke half way has perhaps published without an output, or in some regions only; whoever is sent tenants
 * by one of them is served.
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
  return { cells, made: new Set(made), ...(told?.version === undefined ? {} : { version: told.version }) };
}
