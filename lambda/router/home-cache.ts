import { LRUCache } from "lru-cache";

import type { CellNumber, HomesFront, Member, Placement, RoutingTable } from "../../routing";
import { isWorthCaching } from "./worth-caching";

/** What the caches of homes did since the last time somebody asked. */
export interface HomeCacheStatistics {
  readonly hits: number;
  readonly misses: number;
  /** Homes that are kept now. */
  readonly kept: number;
}

/**
 * Homes that are kept at most, over all jurisdictions of a table: 7 MB with ids of 36 characters
 * (docs/decisions/0016-home-cache.md). While a new table takes over, those of the one before are kept beside them.
 */
const mostHomes = 65_536;

/**
 * Keeps the homes of the tenants that were asked for last, for algorithms slow enough to gain by it. A home depends on
 * the algorithm, the members and their weights alone, and those are what a cache is known by: another table with the
 * same ones goes on with it, any other begins an empty one. Pins, health and states are decided around it, each time.
 */
export class HomeCache {
  private caches = new Map<string, LRUCache<string, CellNumber>>();
  private hits = 0;
  private misses = 0;

  /** @param most homes that are kept, at least one a jurisdiction. */
  constructor(private readonly most: number = mostHomes) {}

  /**
   * What stands before the homes of this table, for `makeRouter`. It begins a generation: caches that the table before
   * did not use are forgotten.
   */
  front({ algorithm, jurisdictions }: Pick<RoutingTable, "algorithm" | "jurisdictions">): HomesFront {
    const before = this.caches;
    const caches = (this.caches = new Map<string, LRUCache<string, CellNumber>>());
    const max = Math.max(1, Math.floor(this.most / Object.keys(jurisdictions).length));
    return (placement, members) => {
      if (!isWorthCaching(algorithm, members.length)) return placement;
      const version = `${algorithm} ${max} ${versionOf(members)}`;
      // Two jurisdictions with the same cells have the same homes.
      const cache = caches.get(version) ?? before.get(version) ?? new LRUCache<string, CellNumber>({ max });
      caches.set(version, cache);
      return this.kept(placement, cache);
    };
  }

  /** Counts since the last call, and what is kept. */
  takeStatistics(): HomeCacheStatistics {
    const { hits, misses } = this;
    this.hits = this.misses = 0;
    return { hits, misses, kept: [...this.caches.values()].reduce((sum, { size }) => sum + size, 0) };
  }

  private kept(placement: Placement, cache: LRUCache<string, CellNumber>): Placement {
    return {
      place: (key) => {
        const known = cache.get(key);
        if (known !== undefined) {
          this.hits++;
          return known;
        }
        this.misses++;
        const home = placement.place(key);
        cache.set(key, home);
        return home;
      },
    };
  }
}

function versionOf(members: readonly Member[]): string {
  return members
    .map(({ number, weight }) => `${number}:${weight}`)
    .sort()
    .join(" ");
}
