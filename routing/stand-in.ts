import { rendezvous, unit } from "./algorithms/rendezvous";
import { slotOf } from "./algorithms/slots";
import { canBeHome } from "./homes";
import { murmur128 } from "./murmur3";
import type { TableCell } from "./table";

/** How much weighted rendezvous wants a cell for a key: −w / ln u. For explanations; the algorithm is faster. */
export function rendezvousScore(key: string, { number, weight }: Pick<TableCell, "number" | "weight">): number {
  return -weight / Math.log(unit(murmur128(`${key}:${number}`, new Uint32Array(4))));
}

/** How much a cell wants to stand in for a tenant's home: the score of rendezvous, by the tenant's slot. */
export function standInScore(tenant: string, cell: Pick<TableCell, "number" | "weight">): number {
  return rendezvousScore(String(slotOf(tenant)), cell);
}

/**
 * A cell to stand in for the home of the tenants of one slot: one that may take others' tenants. Weighted rendezvous
 * over the slot's number, so that one cell's tenants spread over all that fit; by slot and not by tenant, so that a
 * router can remember the answers. A canary is asked only when no active cell is left.
 */
export function standIn(
  slot: number,
  cells: readonly TableCell[],
  fits: (cell: TableCell) => boolean,
): TableCell | undefined {
  const fitting = cells.filter((cell) => canBeHome(cell) && fits(cell));
  for (const asked of ["active", "canary"] as const) {
    const some = fitting.filter(({ state }) => state === asked);
    if (some.length === 0) continue;
    const number = rendezvous.prepare(some).place(String(slot));
    return some.find((cell) => cell.number === number);
  }
  return undefined;
}
