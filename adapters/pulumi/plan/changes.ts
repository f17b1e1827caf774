import type { Change } from "../../../catalog/changes";
import type { Inputs } from "../../../catalog/replacement/exceptions";
import type { Catalog } from "../../../catalog/model";
import { changedCells } from "../../../ops/check/scope";
import { cellsOf } from "../../../ops/up/reach";
import { planFleet, type PlannedResources } from "./batches";

/**
 * The resources of each cell that two catalogs have and that differs, before and after.
 *
 * @returns by the cell's id.
 * @throws UserError for what the program itself refuses.
 */
export async function planChanges(before: Catalog, after: Catalog): Promise<ReadonlyMap<string, readonly Change[]>> {
  const ids = changedCells(before, after);
  if (ids.length === 0) return new Map();
  const [olds, news] = await Promise.all([before, after].map((catalog) => planFleet(catalog, {}, ids)));
  return pairs(ids, olds!, news!);
}

/** Resources of cells before and after, by cell id. */
export function pairs(
  ids: readonly string[],
  olds: PlannedResources,
  news: PlannedResources,
): ReadonlyMap<string, readonly Change[]> {
  const cells = new Map(ids.map((id) => [id, new Map<string, Change>()]));
  for (const [side, { resources }] of [
    ["before", olds],
    ["after", news],
  ] as const) {
    const owner = cellsOf(resources);
    for (const { urn, type, name, ignoreChanges = [], deleteBeforeReplace, ...one } of resources) {
      const inputs = one.inputs as Inputs;
      const changes = cells.get(owner(urn) ?? "");
      // A provider is nothing in the cloud: the diff of the catalog says what its tags and its role change.
      if (changes === undefined || type.startsWith("pulumi:providers:")) continue;
      const { before } = changes.get(urn) ?? {};
      changes.set(urn, {
        urn,
        type,
        name,
        ...(before === undefined ? {} : { before }),
        ...(deleteBeforeReplace === undefined ? {} : { deletesFirst: deleteBeforeReplace }),
        [side]: side === "after" && before !== undefined ? keeping(before, inputs, ignoreChanges) : inputs,
      });
    }
  }
  return new Map([...cells].map(([id, changes]) => [id, [...changes.values()]]));
}

/** New inputs, with the old values where the program ignores changes: `spec.replicas`. */
function keeping(before: Inputs, after: Inputs, paths: readonly string[]): Inputs {
  return paths.reduce((inputs, path) => kept(before, inputs, path.split(".")), after);
}

function kept(before: unknown, after: unknown, [step, ...rest]: readonly string[]): Inputs {
  const [old, next] = [before, after].map((value) => (typeof value === "object" ? (value as Inputs) : {})) as [
    Inputs,
    Inputs,
  ];
  return { ...next, [step!]: rest.length === 0 ? old[step!] : kept(old[step!], next[step!], rest) };
}
