import type { CellNumber, Slot } from "../contract/numbers";
import { slotOf } from "./algorithms/slots";
import { serves, type Conditions } from "./decide";
import { canBeHome, dealFor, localitiesKey } from "./homes";
import type { Overlay, OverlayAllowance } from "./overlay";
import type { Pins } from "./pins";
import { countriesOf, jurisdictionOf, localitiesOf, residencyChanges } from "./residency";
import { makeRouter, type CandidateSet, type Router } from "./router";
import { indexesOf, type Indexes } from "./slots/pack";
import type { RoutingTable, TableCell } from "./table";

/** Share of the cells of a candidate set that may go, and of its cells that can stand in: more looks like a broken table. */
const mostCellsGone = 0.2;
/** Share of tenants that may get another home: planned moves go tenant by tenant, with their data. */
const mostTenantsMoved = 0.05;
/** Pins that may change or disappear, whatever their share. */
const fewPins = 10;
/** Sample tenants where no deal gives the exact share: enough to distinguish 5 % from 8 %. */
const sampleSize = 1000;

/** What a router answers from. */
export interface Served {
  readonly base: RoutingTable;
  readonly overlay: Overlay | undefined;
  /** Base and overlay together. */
  readonly table: RoutingTable;
  readonly pins: Pins;
  readonly conditions: Conditions;
}

/** A limit that a step exceeds. */
export interface Breach {
  readonly reason: string;
  /** Whether a permission of the operator or an approval in the base covers it. */
  readonly allowed: boolean;
  /** Localities of the candidate set that it is about; undefined for the whole fleet. */
  readonly localities: readonly string[] | undefined;
}

/** What a step does to the tenants of some countries, by decisions before and after. */
export interface Effect {
  readonly countries: readonly string[];
  /** Their candidate set before. */
  readonly localities: readonly string[];
  /** Share of all unpinned tenants that had a home and get another or none. With `slots` exact, else of a sample. */
  readonly moved: number;
  /** Share of all unpinned tenants that were served and are refused. */
  readonly refused: number;
  /** Pinned tenants of which one of the two holds. A pinned tenant counts where its cells are in the candidate set. */
  readonly pins: number;
  /** Those among them that are no longer pinned. A dropped pin whose tenant stays where it is counts nowhere. */
  readonly dropped: number;
  /** Tenants that were pinned to cells of the candidate set. */
  readonly held: number;
  /** Whether the new base approves another residency for these countries. */
  readonly approved: boolean;
}

/**
 * The limits that a step exceeds.
 *
 * @param pinChanges how the pins of the two differ, see {@link comparePins}.
 * @param allow the operator's permission, where it is for this step.
 * @param span how long the step took, for messages.
 */
export function breachesOf(
  before: Served,
  after: Served,
  pinChanges: PinChanges,
  allow: OverlayAllowance | undefined,
  span = "at once",
): readonly Breach[] {
  const breaches: Breach[] = [];
  const named = new Set(allow?.sets.map(localitiesKey));
  const sets = new Map(
    Object.values(before.table.jurisdictions).map(({ localities }) => [localitiesKey(localities), localities]),
  );
  sets.delete("");
  for (const localities of [undefined, ...sets.values()]) {
    const isNamed = localities === undefined || named.has(localitiesKey(localities));
    const permitted = isNamed ? (allow?.cells ?? 0) : 0;
    const where = localities === undefined ? "the fleet" : nameOf(localities);
    const serving = count(before, after, localities, serves);
    const standIns = count(before, after, localities, standsIn);
    const add = ({ was, gone }: Count, isEmptied: boolean, emptied: string, fewer: string): void => {
      if (gone === 0 || (!isEmptied && gone <= Math.max(1, was * mostCellsGone))) return;
      const reason = isEmptied ? `it leaves no cell of ${where} ${emptied}` : `it ${fewer} ${span}`;
      breaches.push({ reason, allowed: gone <= permitted, localities });
    };
    add(
      serving,
      serving.left === 0,
      "in service",
      `takes ${serving.gone} of ${serving.was} cells of ${where} out of service`,
    );
    add(
      standIns,
      standIns.left === 0 && serving.left > 1,
      "to stand in for another",
      `takes ${standIns.gone} of ${standIns.was} stand-ins from ${where}`,
    );
  }

  for (const { countries, localities, moved, refused, pins, dropped, held, approved } of effectsOf(
    before,
    after,
    pinChanges,
  )) {
    const isNamed = named.has(localitiesKey(localities));
    const limit = Math.max(mostTenantsMoved, isNamed ? allow!.moved : 0);
    const planned = before.table.cells.reduce(
      (sum, { locality, capacity }) => sum + (localities.includes(locality) ? capacity.tenants : 0),
      0,
    );
    const byPins = (pins - fewPins) / Math.max(1, planned);
    const exceeds = (share: number, verb: string, allowed: boolean, how = ""): void => {
      if (share <= mostTenantsMoved) return;
      const whose = `${(share * 100).toFixed(1)} % of the tenants of ${nameOf(countries)}`;
      breaches.push({ reason: `it ${verb} ${whose}${how} ${span}`, allowed, localities });
    };
    // How many cells may go is limited above.
    exceeds(refused, "refuses", approved || (isNamed && (allow!.cells > 0 || refused <= limit)));
    exceeds(moved, "moves", approved || moved <= limit);
    exceeds(byPins, "moves", approved || byPins <= limit, " by pins");
    if (dropped > Math.max(fewPins, held * mostTenantsMoved)) {
      const reason = `it drops ${dropped} pins of tenants of ${nameOf(countries)}, who would have another home, ${span}`;
      breaches.push({ reason, allowed: approved || dropped <= held * limit, localities });
    }
  }
  return breaches;
}

/** How many cells of a candidate set have a property, no longer have it, and have it afterwards. */
interface Count {
  readonly was: number;
  readonly gone: number;
  readonly left: number;
}

function count(
  before: Served,
  after: Served,
  localities: readonly string[] | undefined,
  has: (cell: TableCell, down: ReadonlySet<CellNumber>) => boolean,
): Count {
  const those = ({ table, conditions: { down = none } }: Served): readonly TableCell[] =>
    table.cells.filter((cell) => (localities?.includes(cell.locality) ?? true) && has(cell, down));
  const [old, next] = [those(before), those(after)];
  const kept = new Map(next.map((cell) => [cell.number, cell]));
  const gone = old.filter((cell) => !isSamePlace(cell, kept.get(cell.number))).length;
  return { was: old.length, gone, left: next.length };
}

const none: ReadonlySet<CellNumber> = new Set();

/** Whether the cell can stand in for another. */
function standsIn(cell: TableCell, down: ReadonlySet<CellNumber>): boolean {
  return cell.state !== "draining" && canBeHome(cell) && serves(cell, down);
}

/** A number alone does not make a place: a cell with another endpoint holds other data. */
function isSamePlace(a: TableCell, b: TableCell | undefined): boolean {
  return (
    b !== undefined &&
    a.number === b.number &&
    a.locality === b.locality &&
    a.region === b.region &&
    a.endpoint === b.endpoint
  );
}

/** What a step does to the tenants of every country. Countries with the same candidate sets are judged together. */
export function effectsOf(
  before: Served,
  after: Served,
  pins: PinChanges = comparePins(before.pins, after.pins),
): readonly Effect[] {
  const [old, next] = [routerOf(before.table), routerOf(after.table)];
  // Tenants of one slot share their home with `slots` only.
  const bySlot = before.table.algorithm === "slots" && after.table.algorithm === "slots";
  const approved = new Set(
    residencyChanges(before.table, after.table).flatMap((change) => (change.approved ? change.countries : [])),
  );
  const groups = new Map<string, [from: string, to: string, countries: string[]]>();
  for (const country of countriesOf(before.table, after.table)) {
    // No jurisdiction has an empty name: such a country has no candidates.
    const from = jurisdictionOf(before.table, country) ?? "";
    const to = jurisdictionOf(after.table, country) ?? "";
    const sets = [localitiesOf(before.table, from), localitiesOf(after.table, to)].map(localitiesKey);
    const key = [...sets, approved.has(country)].join("|");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [from, to, [country]]);
    else group[2].push(country);
  }
  const allowed = new Set(
    [...groups.values()].flatMap(([, to]) => next.candidates(to).cells.map((cell) => cell.number)),
  );
  return [...groups.values()].map(([from, to, countries]): Effect => {
    const [here, there] = [sideOf(old, from, before.conditions, bySlot), sideOf(next, to, after.conditions, bySlot)];
    const changes = (a: CellNumber | undefined, b: CellNumber | undefined): boolean => {
      const [left, right] = [here.cell(a), there.cell(b)];
      return left !== undefined && (!isSamePlace(left, right) || (here.serves(left) && !there.serves(right)));
    };
    let [pinned, dropped, held] = [0, 0, 0];
    for (const [cell, tenants] of pins.kept) {
      if (here.cell(cell) !== undefined) held += tenants;
      if (changes(cell, cell)) pinned += tenants;
    }
    for (const { slot, from: a, to: b } of pins.changed) {
      if (here.cell(a) !== undefined) held++;
      // A new pin says where the tenant may live: it is a tenant of other countries then.
      if (a === undefined && b !== undefined && there.cell(b) === undefined && allowed.has(b)) continue;
      // Other algorithms need the tenant's id for its home without a pin, so such a tenant counts as moved.
      const isUnknown = !bySlot && (a === undefined || b === undefined);
      const isMoved = isUnknown
        ? (a === undefined ? here.homes : here.cell(a)) !== undefined
        : changes(a ?? here.ownerOf(slot), b ?? there.ownerOf(slot));
      if (!isMoved) continue;
      pinned++;
      if (b === undefined) dropped++;
    }
    const localities = localitiesOf(before.table, from);
    return {
      countries,
      localities,
      ...compareHomes(here, there),
      pins: pinned,
      dropped,
      held,
      approved: approved.has(countries[0]!),
    };
  });
}

/** Decisions for one jurisdiction in one table. */
interface Side {
  readonly homes: Homes | undefined;
  /** Home of a slot's tenants that are not pinned, with `slots`. */
  ownerOf(slot: Slot): CellNumber | undefined;
  /** Cell of a home, by hash or by pin; undefined when it is none for this jurisdiction. */
  cell(home: CellNumber | undefined): TableCell | undefined;
  /** Whether the tenants with this home get an answer. */
  serves(home: TableCell | undefined): boolean;
}

function sideOf(router: Router, jurisdiction: string, { down = none }: Conditions, bySlot: boolean): Side {
  const set = router.candidates(jurisdiction);
  const hasStandIn = set.cells.some((cell) => standsIn(cell, down));
  const homes = homesOf(router, jurisdiction, set, bySlot);
  return {
    homes,
    ownerOf: (slot) => homes?.cells[homes.at[slot]!],
    cell: (home) => (home !== undefined && set.has(home) ? router.cell(home) : undefined),
    serves: (home) => home !== undefined && (hasStandIn || serves(home, down)),
  };
}

function compareHomes(here: Side, there: Side): { readonly moved: number; readonly refused: number } {
  const { homes } = here;
  if (homes === undefined) return { moved: 0, refused: 0 };
  const next = there.homes ?? { cells: [], at: new Uint8Array(homes.at.length) };
  const [old, now] = [homes.cells.map(here.cell), next.cells.map(there.cell)];
  const position = new Map(old.map((cell, at) => [cell?.number, at]));
  // Of each home before and after, by its index: 0 is none, and equal numbers are the same place.
  const before = Uint32Array.from(old, (cell, at) => (cell === undefined ? 0 : at + 1));
  const after = Uint32Array.from(now, (cell) => {
    const at = position.get(cell?.number);
    return cell !== undefined && at !== undefined && isSamePlace(cell, old[at]) ? at + 1 : 0;
  });
  const served = Uint8Array.from(old, (cell) => (here.serves(cell) ? 1 : 0));
  // At least one element: without homes every index is 0.
  const unserved = Uint8Array.from(now.length === 0 ? [undefined] : now, (cell) => (there.serves(cell) ? 0 : 1));
  const [moved, refused] = countSlots(homes.at, next.at, before, after, served, unserved);
  return { moved: moved / homes.at.length, refused: refused / homes.at.length };
}

/** Small, so that engines compile it well: it runs for every slot. */
function countSlots(
  a: Indexes,
  b: Indexes,
  before: Uint32Array,
  after: Uint32Array,
  served: Uint8Array,
  unserved: Uint8Array,
): readonly [moved: number, refused: number] {
  let [moved, refused] = [0, 0];
  for (let slot = 0; slot < a.length; slot++) {
    const [from, to] = [a[slot]!, b[slot]!];
    const home = before[from];
    if (home !== undefined && home > 0 && home !== after[to]) moved++;
    // An index without a cell, which the binary form may have, is a refusal too.
    if (served[from] === 1 && unserved[to] !== 0) refused++;
  }
  return [moved, refused];
}

/** Homes of all slots, or of the sample: indexes into `cells`. */
interface Homes {
  readonly cells: readonly CellNumber[];
  readonly at: Indexes;
}

/** The last samples, by algorithm and members: most steps change neither. */
const samples = new Map<string, Homes>();
const mostSamples = 64;

function homesOf(
  { table }: Router,
  jurisdiction: string,
  { cells, homes }: CandidateSet,
  bySlot: boolean,
): Homes | undefined {
  if (table.algorithm === "slots") {
    const deal = dealFor(table.deals, localitiesOf(table, jurisdiction));
    if (deal === undefined) return undefined;
    const indexes = indexesOf(deal);
    const ofSample = () => Uint16Array.from({ length: sampleSize }, (_, i) => indexes[slotOf(`sample-${i}`)]!);
    return { cells: deal.cells, at: bySlot ? indexes : ofSample() };
  }
  if (homes === undefined) return undefined;
  const members = cells.filter(canBeHome);
  const key = `${table.algorithm}|${members.map(({ number, weight }) => `${number}:${weight}`).join()}`;
  const known = samples.get(key);
  if (known !== undefined) return known;
  const index = new Map(members.map(({ number }, at) => [number, at]));
  const at = Uint16Array.from({ length: sampleSize }, (_, i) => index.get(homes.place(`sample-${i}`))!);
  if (samples.size >= mostSamples) samples.clear();
  const made = { cells: members.map(({ number }) => number), at };
  samples.set(key, made);
  return made;
}

/** How two sets of pins differ. */
interface PinChanges {
  readonly changed: readonly { readonly slot: Slot; readonly from?: CellNumber; readonly to?: CellNumber }[];
  /** Tenants whose pin stays, by cell. */
  readonly kept: ReadonlyMap<CellNumber, number>;
  /** Tenants whose pin stays or changes, and has a lower epoch than before. */
  readonly older: number;
}

/** Always reads every pin of both, so that the cost does not depend on the change. */
export function comparePins(last: Pins, next: Pins): PinChanges {
  // A list by cell number, and no map: it counts at every poll, pin by pin.
  const kept: number[] = [];
  const changed: { slot: Slot; from?: CellNumber; to?: CellNumber }[] = [];
  let older = 0;
  next.compare(last, (hash, _tag, before, after) => {
    if (before !== undefined && after !== undefined && after.epoch < before.epoch) older++;
    const [from, to] = [before?.cell, after?.cell];
    if (from !== undefined && from === to) kept[from] = (kept[from] ?? 0) + 1;
    else
      changed.push({ slot: hash >>> 16, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) });
  });
  return { changed, kept: new Map(Object.entries(kept).map(([cell, tenants]) => [Number(cell), tenants])), older };
}

const routers = new WeakMap<RoutingTable, Router>();

function routerOf(table: RoutingTable): Router {
  const router = routers.get(table) ?? makeRouter(table);
  routers.set(table, router);
  return router;
}

/** `DE`, or `DE and 43 more`. */
export function nameOf([first, ...more]: readonly string[]): string {
  return more.length === 0 ? `${first}` : `${first} and ${more.length} more`;
}
