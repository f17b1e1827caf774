import type { RoutingTable } from "../../routing";

/**
 * Cells from which `rendezvous`, whose cost grows with them, is slower than reading a kept home and paying for the ones
 * that were not kept (docs/decisions/0016-home-cache.md).
 */
const gainingCells = 8;

/** Whether homes among so many cells are worth keeping. With the other algorithms a hit costs what it saves, or more. */
export function isWorthCaching(algorithm: RoutingTable["algorithm"], cells: number): boolean {
  return algorithm === "sha256" || (algorithm === "rendezvous" && cells >= gainingCells);
}
