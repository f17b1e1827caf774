import { baseRoutingTable } from "../../catalog/routing-table";
import type { Catalog } from "../../catalog/model";
import { formatVersion } from "../../routing";
import type { Served } from "./served";

/**
 * The engine's arguments for a run on some cells only. A change of the program reaches every cell at once; with these it
 * goes from cell to cell. The names of all of a cell's resources begin with its id.
 */
export function targetsOf(ids: readonly string[] = []): readonly string[] {
  return ids.flatMap((id) => ["--target", `**::${id}`, "--target", `**::${id}-*`]);
}

/**
 * Why cells cannot be changed without the routers; undefined when they can. Such a run writes the stack's outputs too, so
 * the table in them must have the routers' content; its revision may differ.
 */
export function onlyRefusal(catalog: Catalog, { version }: Served): string | undefined {
  const due = baseRoutingTable(catalog).version;
  if (version?.digest === due.digest) return undefined;
  const there = version === undefined ? "none" : formatVersion(version);
  return `--only leaves the routers as they are, but their table is ${there} and the catalog's is ${formatVersion(due)}: update them first with the unchanged program, or leave --only out`;
}
