import { LRUCache } from "lru-cache";

import type { CellNumber, HomesFront, Member, Placement, RoutingTable } from "../../routing";
import { isWorthCaching } from "./worth-caching";

/** Counts of the caches of homes since the last call. */
export interface HomeCacheStatistics {
  readonly hits: number;
  readonly misses: number;
  /** Homes in the caches now. */
  readonly kept: number;
}

/**
 * Most homes in the caches, over all jurisdictions of a table: 7 MB with ids of 36 characters
 * (docs/decisions/0016-home-cache.md). While a new table replaces one, the old one's caches stay beside them.
 */
const mostHomes = 65_536;

/**
 * Caches the homes of the most recent tenants, for algorithms slow enough to gain by it. A home depends only on the
 * algorithm, the members and their weights, which are the cache's key: a table with the same ones keeps the cache, any
 * other starts an empty one. Pins, health and states are decided outside it, each time.
 */
export class HomeCache {
  private caches = new Map<string, LRUCache<string, CellNumber>>();
  private hits = 0;
  private misses = 0;

  /** @param most homes in the caches, at least one for each jurisdiction. */
  constructor(private readonly most: number = mostHomes) {}

  /**
   * Wraps the homes of this table, for `makeRouter`. Drops the caches that the previous table did not use.
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

  /** Counts since the last call, and the size now. */
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
