import type { RoutingTable } from "../../routing";

/**
 * From this number of cells on, `rendezvous`, whose cost grows with them, is slower than a cache of homes with its misses
 * (docs/decisions/0016-home-cache.md).
 */
const gainingCells = 8;

/** Whether to cache homes among this number of cells. With the other algorithms a hit costs what it saves, or more. */
export function isWorthCaching(algorithm: RoutingTable["algorithm"], cells: number): boolean {
  return algorithm === "sha256" || (algorithm === "rendezvous" && cells >= gainingCells);
}
