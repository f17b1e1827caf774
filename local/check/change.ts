import type { Catalog, Cell } from "../../catalog/model";

/** What must be judged after a change of the catalog, when nothing else has changed. */
export interface Scope {
  /** Cells whose resources may differ from before: changed or new. Sorted by number, as the catalog is. */
  readonly touched: readonly string[];
  /**
   * Two untouched cells of each kind. They stand for the others of their kind, which differ from them by their own
   * number, name and block only: a leak that a change brings to an untouched cell shows in them too.
   */
  readonly witnesses: readonly string[];
}

/** A hub is a leak as soon as two cells use it, so one witness of a kind would not show it. */
const witnessesOfAKind = 2;

/**
 * What routers read of a cell and the cell itself does not: no resource of a cell is made from these, which a test
 * watches. What routers are made from is judged after every change.
 */
export const routingOnly: readonly (keyof Cell)[] = ["weight", "capacity", "state"];

/** What makes a cell this one and not another of its kind. */
const identity: readonly (keyof Cell)[] = ["id", "number", "cidr", "account"];

/** The cells to judge after a change; undefined when the change reaches every cell. Pure. */
export function scopeOf(before: Catalog, after: Catalog): Scope | undefined {
  if (before.environment !== after.environment || before.domain !== after.domain) return undefined;
  const old = new Map(before.cells.map((cell) => [cell.id, shape(cell, routingOnly)]));
  const touched = after.cells.filter((cell) => old.get(cell.id) !== shape(cell, routingOnly));
  const kinds = new Map<string, number>();
  const witnesses = after.cells.filter((cell) => {
    if (touched.includes(cell)) return false;
    const kind = kindOf(cell);
    const seen = kinds.get(kind) ?? 0;
    kinds.set(kind, seen + 1);
    return seen < witnessesOfAKind;
  });
  return { touched: touched.map(({ id }) => id), witnesses: witnesses.map(({ id }) => id) };
}

/** Cells of one kind are made alike: same size, place, release and options. */
export function kindOf(cell: Cell): string {
  return `${shape(cell, [...routingOnly, ...identity])} ${cell.account === undefined ? "" : "in an account of its own"}`;
}

function shape(cell: Cell, without: readonly (keyof Cell)[]): string {
  const kept = Object.entries(cell).filter(([key, value]) => value !== undefined && !without.includes(key as keyof Cell));
  return JSON.stringify(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}
