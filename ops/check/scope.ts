import type { Catalog, Cell } from "../../catalog/model";

/** The cells to judge after a change of the catalog, when nothing else has changed. */
export interface Scope {
  /** Cells whose resources may differ from before: changed or new. Sorted by number, as the catalog is. */
  readonly touched: readonly string[];
  /**
   * Two untouched cells of each kind. They stand for the others of their kind, which differ from them by their own
   * number, name and block only: a leak that a change brings to an untouched cell shows in them too.
   */
  readonly witnesses: readonly string[];
}

/** A hub is a leak once two cells use it, so one witness of a kind would not show it. */
const witnessesOfAKind = 2;

/**
 * Members of a cell that only routers read: no resource of the cell depends on them, which a test checks. The routers are
 * judged after every change.
 */
export const routingOnly: readonly (keyof Cell)[] = ["weight", "capacity", "state"];

/** Members that identify a cell within its kind. */
const identity: readonly (keyof Cell)[] = ["id", "number", "cidr", "account"];

/** The cells to judge after a change; undefined when the change reaches every cell. Pure. */
export function scopeOf(before: Catalog, after: Catalog): Scope | undefined {
  if (before.environment !== after.environment || before.domain !== after.domain) return undefined;
  const old = new Map(before.cells.map((cell) => [cell.id, shape(cell, routingOnly)]));
  const touched = after.cells.filter((cell) => old.get(cell.id) !== shape(cell, routingOnly));
  const moved = new Set(touched.map(({ id }) => id));
  const accounts = new Set(
    [...before.cells, ...touched].flatMap(({ id, account }) =>
      moved.has(id) && account !== undefined ? [account.id] : [],
    ),
  );
  const kinds = new Map<string, number>();
  const witnesses = after.cells.filter((cell) => {
    if (moved.has(cell.id)) return false;
    const kind = kindOf(cell, accounts);
    const seen = kinds.get(kind) ?? 0;
    kinds.set(kind, seen + 1);
    return seen < witnessesOfAKind;
  });
  return { touched: touched.map(({ id }) => id), witnesses: witnesses.map(({ id }) => id) };
}

/** Members that no cell can change: another cell would stand in its place. */
const fixed: readonly (keyof Cell)[] = ["number", "region", "cidr", "availabilityZones"];

/** Ids of the cells that both catalogs have and whose resources may differ, in the order of their numbers. Pure. */
export function changedCells(before: Catalog, after: Catalog): readonly string[] {
  const old = new Map(before.cells.map((cell) => [cell.id, cell]));
  return after.cells
    .filter((cell) => {
      const was = old.get(cell.id);
      if (was === undefined || fixed.some((key) => String(was[key]) !== String(cell[key]))) return false;
      return before.domain !== after.domain || shape(was, routingOnly) !== shape(cell, routingOnly);
    })
    .map(({ id }) => id);
}

/**
 * Cells of one kind have the same size, place, release and options.
 *
 * @param accounts of touched cells, now or before: cells that share one with them may reach them by a wildcard, so these
 *   are a separate kind.
 */
export function kindOf(cell: Cell, accounts: ReadonlySet<string> = new Set()): string {
  const { account } = cell;
  const place = account === undefined ? "default" : accounts.has(account.id) ? account.id : "a separate account";
  return `${shape(cell, [...routingOnly, ...identity])} ${place}`;
}

function shape(cell: Cell, without: readonly (keyof Cell)[]): string {
  const kept = Object.entries(cell).filter(
    ([key, value]) => value !== undefined && !without.includes(key as keyof Cell),
  );
  return JSON.stringify(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}
