import { cellType } from "../../contract/components";
import type { Catalog } from "../../catalog/model";
import { isChange, type Step } from "./events";
import { readState } from "./state";

/** One cell that a plan changes. */
export interface TouchedCell {
  readonly id: string;
  /** Steps by operation. */
  readonly steps: Readonly<Record<string, number>>;
  /** True where no router has sent tenants to it yet: it has no tenants, complete or not. */
  readonly isNew: boolean;
  /** Part of the fleet's tenants that live in it, 0 to 1, by the catalog's weights; 0 for a new cell. */
  readonly share: number;
}

/** How far a plan reaches. */
export interface Reach {
  /** Sorted as in the catalog; cells that leave it last. */
  readonly cells: readonly TouchedCell[];
  /** Part of the fleet's tenants whose cell is changed, 0 to 1. */
  readonly share: number;
  /** Steps that belong to no cell: routers, foundation, the stack itself. */
  readonly shared: number;
}

/**
 * Which cells a plan touches, and how many of the tenants live there.
 *
 * @param served cells that routers send tenants to. When left out, a cell is new if the plan creates it.
 */
export function reachOf(steps: readonly Step[], catalog: Catalog, served?: ReadonlySet<string>): Reach {
  const cellOfUrn = cellsOfSteps(steps);
  const touched = new Map<string, { steps: Record<string, number>; isNew: boolean }>();
  let shared = 0;
  for (const step of steps.filter(isChange)) {
    // The stack and providers are the engine's own: nothing in the cloud changes by their steps alone.
    if (/^pulumi:(pulumi:Stack|providers:\w+)$/.test(step.type)) continue;
    const cell = cellOfUrn(step.urn);
    if (cell === undefined) {
      shared += 1;
      continue;
    }
    const entry = touched.get(cell) ?? { steps: {}, isNew: served?.has(cell) === false };
    entry.steps[step.op] = (entry.steps[step.op] ?? 0) + 1;
    if (served === undefined) entry.isNew ||= step.type === cellType && step.op === "create";
    touched.set(cell, entry);
  }
  const weights = new Map(catalog.cells.map(({ id, weight }) => [id, weight]));
  // A cell that leaves the catalog has no weight there any more, and counts as a normal one.
  const weightOf = (id: string): number => weights.get(id) ?? 1;
  const isNew = (id: string): boolean => (served === undefined ? touched.get(id)?.isNew === true : !served.has(id));
  const lived = new Set([...weights.keys(), ...touched.keys()].filter((id) => !isNew(id)));
  const all = [...lived].reduce((sum, id) => sum + weightOf(id), 0);
  const shareOf = (id: string): number => (isNew(id) || all === 0 ? 0 : weightOf(id) / all);
  const order = [...weights.keys()];
  const position = (id: string): number => (order.includes(id) ? order.indexOf(id) : order.length);
  const cells = [...touched]
    .map(([id, entry]) => ({ id, ...entry, share: shareOf(id) }))
    .sort((a, b) => position(a.id) - position(b.id) || (a.id < b.id ? -1 : 1));
  return {
    cells,
    share: Math.min(
      1,
      cells.reduce((sum, { share }) => sum + share, 0),
    ),
    shared,
  };
}

/** Finds the cell of a resource of an exported state; undefined for one of no cell. */
export function cellsOfState(state: string): (urn: string) => string | undefined {
  return cellsOf(readState(state).resources);
}

/** Finds the cell of a resource of a plan; undefined for one of no cell. */
export function cellsOfSteps(steps: readonly Step[]): (urn: string) => string | undefined {
  return cellsOf(steps.map(({ urn, old, new: next }) => ({ urn, parent: next?.parent ?? old?.parent })));
}

/** Finds the cell of one of these resources; undefined for one of no cell. */
export function cellsOf(
  resources: readonly { readonly urn: string; readonly parent?: string | undefined }[],
): (urn: string) => string | undefined {
  const parents = new Map(resources.map(({ urn, parent }) => [urn, parent ?? ""]));
  return (urn) => cellOf(urn, parents);
}

/** The nearest cell at or above a resource. A URN's chain of types has no names, so parents are walked. */
function cellOf(urn: string, parents: ReadonlyMap<string, string>): string | undefined {
  const seen = new Set<string>();
  for (let at: string | undefined = urn; at !== undefined && !seen.has(at); at = parents.get(at)) {
    seen.add(at);
    const [, , chain, name] = at.split("::");
    if (chain?.split("$").at(-1) === cellType) return name;
  }
  return undefined;
}

/**
 * Why a plan is more than one wave (SIZ-07); undefined when it is not. New cells do not count: no tenant is in them.
 *
 * @param most cells with tenants that one update may change; 1 for a fleet.
 * @param named cells that the user has named: these may change together, and no other.
 * @param option by which they were named.
 */
export function beyondWave(
  { cells, share }: Reach,
  most: number,
  named: readonly string[] | undefined,
  option = "--cells",
): string | undefined {
  const old = cells.filter(({ isNew }) => !isNew).map(({ id }) => id);
  if (named !== undefined) {
    const strangers = cells.map(({ id }) => id).filter((id) => !named.includes(id));
    if (strangers.length === 0) return undefined;
    return `the plan also changes ${strangers.join(", ")}, which ${option} does not name (it names ${named.join(", ")})`;
  }
  if (old.length <= most) return undefined;
  return (
    `the plan changes ${old.length} cells with ${percent(share)} of the tenants: ${old.join(", ")}; one update may change ${most}. ` +
    `Change one cell after another (--only ${old[0]}), or, where all of them must change at once, write --cells ${old.join(",")}`
  );
}

/** `2 create, 1 update`. */
export function stepsText(steps: TouchedCell["steps"]): string {
  return Object.entries(steps)
    .map(([op, count]) => `${count} ${op}`)
    .join(", ");
}

/** `12.5 %`. */
export function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
