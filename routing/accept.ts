import type { CellNumber } from "../contract/numbers";
import { serves } from "./decide";
import { localitiesKey } from "./homes";
import { conditionsOf, type Overlay } from "./overlay";
import { makeRouter } from "./router";
import { movedSlots, slotCount } from "./slots/deal";
import { ownersOf } from "./slots/pack";
import type { Pin, RoutingTable } from "./table";

/** Share of the cells that one change may remove without an operator: more looks like a broken table. */
const mostCellsGone = 0.2;
/** Share of a jurisdiction's tenants that one change may rehome: planned moves go tenant by tenant, with their data. */
const mostTenantsMoved = 0.05;
/** Pins that may disappear at once, whatever their share. */
const fewPins = 10;
/** Sample tenants where no deal gives the exact share: enough to distinguish 5 % from 8 %. */
const sampleSize = 1000;

/**
 * Why a router refuses to replace `current` by `next`, a valid base table; undefined when it accepts. A refused table
 * changes nothing: the router keeps the last good one. To force a table, deploy it: the bundled table is not compared.
 */
export function refusalToReplace(current: RoutingTable, next: RoutingTable): string | undefined {
  if (next.environment !== current.environment) {
    return `it is for environment ${next.environment}, this router serves ${current.environment}`;
  }
  if (next.version.revision < current.version.revision) {
    return `its revision ${next.version.revision} is older than ${current.version.revision}`;
  }
  if (next.version.revision === current.version.revision && next.version.digest !== current.version.digest) {
    return `its revision ${current.version.revision} has other content than before`;
  }
  const { older } = comparePins(current.pins, next.pins);
  if (older > 0) return `it has older epochs of ${older} tenants`;
  const kept = new Set(next.cells.map(({ number }) => number));
  const gone = current.cells.filter(({ number }) => !kept.has(number)).length;
  // One cell may always be removed: a fleet of four must be able to shrink.
  if (gone > Math.max(1, current.cells.length * mostCellsGone)) {
    return `it drops ${gone} of ${current.cells.length} cells at once`;
  }
  return refusalToMove(current, next);
}

/**
 * Why a router refuses to go from one table to another: too many tenants would get another home. A base that changes
 * which cells can be a home invalidates the overlay's deals, so both tables include their overlay.
 */
export function refusalToMove(before: RoutingTable, after: RoutingTable): string | undefined {
  return tooMuch(movedShare(before, after), mostTenantsMoved);
}

/** The state of a router when an overlay arrives. */
interface Held {
  /** Undefined until a first one was accepted. */
  readonly overlay: Overlay | undefined;
  /** Base and overlay together, from which it answers. */
  readonly table: RoutingTable;
}

/**
 * Why a router refuses the overlay `next`, which turns the base into `table`; undefined when it accepts it. An
 * instance's first overlay is not compared with the base alone, which lacks every move since the last deployment.
 */
export function refusalToOverlay(held: Held, next: Overlay, table: RoutingTable): string | undefined {
  const last = held.overlay;
  if (last === undefined) return undefined;
  if (next.revision < last.revision) return `its revision ${next.revision} is older than ${last.revision}`;
  const allow = next.allow?.from === last.revision ? next.allow : undefined;

  const serving = servingIn(held.table, last);
  const servingNext = new Set(servingIn(table, next).map(({ number }) => number));
  const gone = serving.filter(({ number }) => !servingNext.has(number)).length;
  if (gone > Math.max(1, serving.length * mostCellsGone, allow?.cells ?? 0)) {
    return `it takes ${gone} of ${serving.length} cells out of service at once`;
  }
  const pins = comparePins(last.pins, next.pins);
  if (pins.older > 0) return `it has older epochs of ${pins.older} tenants`;
  const limit = Math.max(mostTenantsMoved, allow?.moved ?? 0);
  if (pins.lost > Math.max(fewPins, Object.keys(last.pins).length * limit)) return `it drops ${pins.lost} pins at once`;
  const planned = held.table.cells.reduce((sum, { capacity }) => sum + capacity.tenants, 0);
  const byPins = (pins.changed - fewPins) / Math.max(1, planned);
  return tooMuch(Math.max(byPins, movedShare(held.table, table)), limit);
}

function servingIn({ cells }: RoutingTable, overlay: Overlay): RoutingTable["cells"] {
  const { down = none } = conditionsOf(overlay);
  return cells.filter((cell) => serves(cell, down));
}

const none: ReadonlySet<CellNumber> = new Set();

function tooMuch(share: number, limit: number): string | undefined {
  return share > limit ? `it moves ${(share * 100).toFixed(1)} % of a jurisdiction's tenants at once` : undefined;
}

/** Largest share of a jurisdiction's unpinned tenants whose home changes: exact with deals, else by a sample. */
function movedShare(before: RoutingTable, after: RoutingTable): number {
  const [from, to] = [makeRouter(before), makeRouter(after)];
  const done = new Set<string>();
  let most = 0;
  for (const [name, { localities }] of Object.entries(before.jurisdictions)) {
    const key = localitiesKey(localities);
    if (done.has(key) || after.jurisdictions[name] === undefined) continue;
    done.add(key);
    const [old, next] = [before, after].map((table) =>
      table.deals?.find((deal) => localitiesKey(deal.localities) === key),
    );
    if (old !== undefined && next !== undefined) {
      if (old !== next) most = Math.max(most, movedSlots(ownersOf(old), ownersOf(next)) / slotCount);
      continue;
    }
    const [here, there] = [from.candidates(name).homes, to.candidates(name).homes];
    // A tenant without a home is not moved by getting one: that is how an environment is opened.
    if (here === undefined) continue;
    let moved = 0;
    for (let i = 0; i < sampleSize; i++) if (here.place(`sample-${i}`) !== there?.place(`sample-${i}`)) moved++;
    most = Math.max(most, moved / sampleSize);
  }
  return most;
}

/** How two sets of pins differ. Always reads every pin of both, so that the cost does not depend on the change. */
function comparePins(
  last: Readonly<Record<string, Pin>>,
  next: Readonly<Record<string, Pin>>,
): { readonly changed: number; readonly lost: number; readonly older: number } {
  let [changed, lost, older] = [0, 0, 0];
  for (const tenant of Object.keys(last)) if (!Object.hasOwn(next, tenant)) lost++;
  for (const tenant of Object.keys(next)) {
    const [old, pin] = [Object.hasOwn(last, tenant) ? last[tenant] : undefined, next[tenant]!];
    if (old !== undefined && pin.epoch < old.epoch) older++;
    if (old?.cell !== pin.cell) changed++;
  }
  return { changed, lost, older };
}
