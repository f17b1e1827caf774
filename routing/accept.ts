import type { RoutingTable } from "./table";

/** Share of the cells that one new table may drop without a person: more looks like a broken table. */
export const mostCellsGone = 0.2;

/**
 * Why a router refuses to go from `current` to `next`, a valid table; undefined when it may. A refused table changes
 * nothing: the router keeps the last good one.
 */
export function refusalToReplace(current: RoutingTable, next: RoutingTable): string | undefined {
  if (next.environment !== current.environment) {
    return `it is for environment ${next.environment}, this router serves ${current.environment}`;
  }
  if (next.version.revision < current.version.revision) {
    return `its revision ${next.version.revision} is older than ${current.version.revision}`;
  }
  const kept = new Set(next.cells.map(({ number }) => number));
  const gone = current.cells.filter(({ number }) => !kept.has(number)).length;
  // One cell may always go: a fleet of four must be able to shrink.
  if (gone > Math.max(1, current.cells.length * mostCellsGone)) {
    return `it drops ${gone} of ${current.cells.length} cells at once`;
  }
  return undefined;
}
