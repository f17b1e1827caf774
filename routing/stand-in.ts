import type { Slot } from "../contract/numbers";
import { rendezvous, unit } from "./algorithms/rendezvous";
import { slotOf } from "./algorithms/slots";
import { canBeHome } from "./homes";
import { murmur128 } from "./murmur3";
import type { TableCell } from "./table";

/** Score of a cell for a key in weighted rendezvous: −w / ln u. For explanations; the algorithm is faster. */
export function rendezvousScore(key: string, { number, weight }: Pick<TableCell, "number" | "weight">): number {
  return -weight / Math.log(unit(murmur128(`${key}:${number}`, new Uint32Array(4))));
}

/** Score of a cell as stand-in for a tenant's home: rendezvous by the tenant's slot. */
export function standInScore(tenant: string, cell: Pick<TableCell, "number" | "weight">): number {
  return rendezvousScore(String(slotOf(tenant)), cell);
}

/**
 * A cell to stand in for the home of the tenants of one slot. Weighted rendezvous by the slot's number, so that one cell's
 * tenants spread over all fitting cells; by slot and not by tenant, so that a router can keep the answers. A canary stands
 * in only when no active cell fits.
 */
export function standIn(
  slot: Slot,
  cells: readonly TableCell[],
  fits: (cell: TableCell) => boolean,
): TableCell | undefined {
  const fitting = cells.filter((cell) => canBeHome(cell) && fits(cell));
  for (const wanted of ["active", "canary"] as const) {
    const some = fitting.filter(({ state }) => state === wanted);
    if (some.length === 0) continue;
    const number = rendezvous.prepare(some).place(String(slot));
    return some.find((cell) => cell.number === number);
  }
  return undefined;
}
