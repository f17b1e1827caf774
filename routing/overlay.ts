import { cellStates, type CellState } from "../contract/cells";
import type { BaseRevision, CellNumber, OverlayRevision } from "../contract/numbers";
import { Check, type Mistake } from "./check";
import type { Conditions } from "./decide";
import { longestSlots } from "./decode";
import { canBeHome, dealFor, localitiesKey } from "./homes";
import { Pins } from "./pins";
import { canonicalJson, parseCanonical } from "./seal";
import { rememberIndexes, unpackIndexes } from "./slots/pack";
import { formatVersion, highestCellNumber, type Deal, type RoutingTable, type TableCell } from "./table";

/** The only overlay format; a router refuses any other. */
export const overlaySchema = 1;

/**
 * Changes that the control plane makes between two `pulumi up`s. Every router applies it over the base table. It is
 * complete, never a difference from the one before: reading it costs the same, however much changed.
 */
export interface Overlay {
  readonly schema: typeof overlaySchema;
  readonly environment: string;
  /** Raised with every write. A router never goes back to a smaller one. */
  readonly revision: OverlayRevision;
  /** Least revision of the base table that it fits: routers with an older one wait for the newer. */
  readonly base: BaseRevision;
  /** Cells that differ from the base, by number. Entries for cells that the base lacks are ignored. */
  readonly cells: Readonly<Record<string, OverlayCell>>;
  /**
   * With algorithm `slots`, deals that replace the base's for the same localities, or add one that it lacks. Weights move
   * tenants only through them, so that the writer decides once which tenants move. A deal is ignored unless its cells are
   * those that can be a home now.
   */
  readonly deals?: readonly Deal[];
  /** Explicit homes of tenants. Each overrides the base's pin unless that has the higher epoch. */
  readonly pins: Pins;
  /** An operator's permission: this overlay may change more than routers otherwise accept at once. */
  readonly allow?: OverlayAllowance;
}

/** One cell in an overlay. Each member has one writer, so that no writer undoes another's change. */
export interface OverlayCell {
  /** Set by operations: drain, quarantine, return. */
  readonly state?: CellState;
  readonly weight?: number;
  /** Set by health checks: the cell serves no tenants until they find it healthy again. Its tenants' homes stay. */
  readonly down?: boolean;
  /** Set by capacity: its tenants overflow to other cells of their candidate set while some have room. */
  readonly full?: boolean;
}

/** See `step.ts`. */
export interface OverlayAllowance {
  /** Revision of the overlay that it replaces: the permission is for this one step. */
  readonly from: OverlayRevision;
  /** Candidate sets that it is for, each by its localities. */
  readonly sets: readonly (readonly string[])[];
  /** Share of the tenants of these sets that may move, 0 to 1. */
  readonly moved: number;
  /** Cells of each of these sets that may go out of service, or no longer stand in for others; the last one too. */
  readonly cells: number;
}

export type OverlayDecoded =
  { readonly ok: true; readonly overlay: Overlay } | { readonly ok: false; readonly mistakes: readonly Mistake[] };

/**
 * Reads an overlay from its published text, which must be canonical ({@link encodeOverlay}), so that no tenant occurs
 * twice. Never throws. An overlay with any mistake is refused whole.
 */
export function decodeOverlayText(text: string): OverlayDecoded {
  const parsed = parseCanonical(text);
  return "value" in parsed
    ? decodeOverlay(parsed.value)
    : { ok: false, mistakes: [{ path: "", message: parsed.mistake }] };
}

function decodeOverlay(value: unknown): OverlayDecoded {
  const check = new Check();
  const root = check.object("", value);
  if (root["schema"] !== overlaySchema) check.fail("schema", `must be ${overlaySchema}`);
  const deals = root["deals"] === undefined ? undefined : decodeDeals(check, root["deals"]);
  const allow = root["allow"] === undefined ? undefined : decodeAllowance(check, root["allow"]);
  const overlay: Overlay = {
    schema: overlaySchema,
    environment: check.word("environment", root["environment"]),
    revision: check.integer("revision", root["revision"], 1, Number.MAX_SAFE_INTEGER),
    base: check.integer("base", root["base"], 0, Number.MAX_SAFE_INTEGER),
    cells: decodeCells(check, root["cells"]),
    ...(deals === undefined ? {} : { deals }),
    pins: Pins.decode(check, "pins", root["pins"]),
    ...(allow === undefined ? {} : { allow }),
  };
  return check.mistakes.length > 0 ? { ok: false, mistakes: check.listed() } : { ok: true, overlay };
}

function decodeCells(check: Check, value: unknown): Overlay["cells"] {
  return check.entries("cells", value, (at, number, item) => {
    if (!/^(0|[1-9]\d{0,6})$/.test(number)) check.fail(at, "must be a cell's number");
    const { state, weight, down, full } = check.object(at, item);
    return {
      ...(state === undefined ? {} : { state: check.oneOf(`${at}.state`, state, cellStates) }),
      ...(weight === undefined ? {} : { weight: check.number(`${at}.weight`, weight, 0, 100) }),
      ...(down === undefined ? {} : { down: check.boolean(`${at}.down`, down) }),
      ...(full === undefined ? {} : { full: check.boolean(`${at}.full`, full) }),
    };
  });
}

function decodeAllowance(check: Check, value: unknown): OverlayAllowance {
  const allow = check.object("allow", value);
  return {
    from: check.integer("allow.from", allow["from"], 0, Number.MAX_SAFE_INTEGER),
    sets: check.list("allow.sets", allow["sets"]).map((set, at) => check.words(`allow.sets[${at}]`, set)),
    moved: check.number("allow.moved", allow["moved"], 0, 1),
    cells: check.integer("allow.cells", allow["cells"], 0, highestCellNumber),
  };
}

function decodeDeals(check: Check, value: unknown): readonly Deal[] {
  const sets = new Set<string>();
  return check.list("deals", value).map((item, index): Deal => {
    const at = `deals[${index}]`;
    const raw = check.object(at, item);
    const localities = check.words(`${at}.localities`, raw["localities"]);
    const key = localitiesKey(localities);
    if (sets.has(key)) check.fail(`${at}.localities`, "has two deals");
    sets.add(key);
    const cells = check.ascending(`${at}.cells`, raw["cells"], highestCellNumber);
    const slots = check.text(`${at}.slots`, raw["slots"], longestSlots);
    if (Array.isArray(raw["cells"]) && cells.length === 0) check.fail(`${at}.cells`, "is empty");
    const indexes = unpackIndexes(slots, cells.length);
    if (indexes === undefined) check.fail(`${at}.slots`, `must be 65,536 indexes below ${cells.length}, packed`);
    const deal = { localities, cells, slots };
    return indexes === undefined ? deal : rememberIndexes(deal, indexes);
  });
}

/** The published text of an overlay: canonical, so that equal overlays have equal bytes. */
export function encodeOverlay(overlay: Overlay): string {
  return `${canonicalJson({ ...overlay, pins: overlay.pins.packed() })}\n`;
}

/**
 * The table and the pins that routers answer from: a pin of the base counts where the overlay has none or a lower epoch.
 * Entries for cells that the base lacks are ignored: the two objects have different writers and arrive in either order. A
 * pin to such a cell is a mistake: hashing that tenant would send it to a cell without its data.
 *
 * @returns mistakes when the two do not fit together; the router then keeps the last good pair.
 */
export function applyOverlay(
  base: RoutingTable,
  overlay: Overlay,
):
  | { readonly ok: true; readonly table: RoutingTable; readonly pins: Pins }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] } {
  const check = new Check();
  if (overlay.environment !== base.environment) {
    check.fail("environment", `must be ${base.environment}`);
  }
  if (overlay.base > base.version.revision) {
    check.fail("base", `needs base revision ${overlay.base}; this is ${base.version.revision}`);
  }
  const cells = base.cells.map((cell): TableCell => {
    const { state = cell.state, weight = cell.weight } = overlay.cells[String(cell.number)] ?? {};
    return { ...cell, state, weight };
  });
  const numbers = new Set(cells.map(({ number }) => number));
  overlay.pins.cells.forEach((number, at) => {
    if (!numbers.has(number)) check.fail(`pins.cells[${at}]`, "is not a cell of the base table");
  });
  const pins = overlay.pins.over(base.pins);
  if (pins === undefined) check.fail("pins", "cannot be distinguished from the base's: they need another key");
  if (pins === undefined || check.mistakes.length > 0) return { ok: false, mistakes: check.listed() };
  const deals = base.deals === undefined ? {} : { deals: dealsOf(base, overlay, cells) };
  return { ok: true, table: { ...base, cells, ...deals }, pins };
}

/** Conditions of cells in an overlay; the table of {@link applyOverlay} holds the rest. */
export function conditionsOf(overlay: Overlay | undefined): Conditions {
  const those = (is: (cell: OverlayCell) => boolean | undefined): ReadonlySet<CellNumber> =>
    new Set(
      Object.entries(overlay?.cells ?? {}).flatMap(([number, cell]) => (is(cell) === true ? [Number(number)] : [])),
    );
  return { down: those(({ down }) => down), full: those(({ full }) => full) };
}

/** For each set of localities the overlay's deal, if it fits, or else the base's, if any. */
function dealsOf(base: RoutingTable, overlay: Overlay, cells: readonly TableCell[]): readonly Deal[] {
  const sets = new Map(
    Object.values(base.jurisdictions).map(({ localities }) => [localitiesKey(localities), localities]),
  );
  const known = new Map(base.deals?.map((deal) => [localitiesKey(deal.localities), deal]));
  return [...sets]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, localities]): readonly Deal[] => {
      const deal = usable(overlay.deals, localities, cells) ?? known.get(key);
      return deal === undefined ? [] : [deal];
    });
}

/** The overlay's deal for the same localities, if its cells are those that can be a home now. */
function usable(
  deals: readonly Deal[] | undefined,
  of: readonly string[],
  cells: readonly TableCell[],
): Deal | undefined {
  const deal = dealFor(deals, of);
  if (deal === undefined) return undefined;
  const members = cells.filter((cell) => of.includes(cell.locality) && canBeHome(cell));
  const same = members.length === deal.cells.length && members.every(({ number }, at) => number === deal.cells[at]);
  return same ? deal : undefined;
}

/** `3-1f0c9a7b2d4e` of a base table alone, `3-1f0c9a7b2d4e+12` under overlay 12. */
export function effectiveVersion(base: RoutingTable, overlay: Overlay | undefined): string {
  const version = formatVersion(base.version);
  return overlay === undefined ? version : `${version}+${overlay.revision}`;
}
