import { baseRoutingTable } from "../../catalog/routing-table";
import type { Catalog } from "../../catalog/model";
import { formatVersion } from "../../routing";
import type { Served } from "./served";

/**
 * The engine's arguments for a run on some cells and nothing else. A change of the program reaches every cell at once;
 * this is how it goes from cell to cell. All that a cell has is named after it.
 */
export function targetsOf(ids: readonly string[] = []): readonly string[] {
  return ids.flatMap((id) => ["--target", `**::${id}`, "--target", `**::${id}-*`]);
}

/**
 * Why cells cannot be changed without the routers; undefined when they can. Such a run writes the stack's outputs all the
 * same, so the table in them must send everybody where routers do: another revision of the same content is no matter.
 */
export function onlyRefusal(catalog: Catalog, { version }: Served): string | undefined {
  const due = baseRoutingTable(catalog).version;
  if (version?.digest === due.digest) return undefined;
  const there = version === undefined ? "none" : formatVersion(version);
  return `--only leaves the routers as they are, but their table is ${there} and the catalog makes ${formatVersion(due)}: bring them up first, with the program as it was, or leave --only out`;
}
