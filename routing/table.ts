/**
 * The routing table in its JSON form: everything a router must know, and nothing else. `pulumi up` projects it from the
 * catalog (`catalog/routing-table.ts`); routers in any language read it (`docs/routing-table.md`). Plain data: this
 * file holds types only, `decode.ts` checks a value against them, `seal.ts` makes the version.
 */

import type { CellState } from "../contract/cells";

/** The only table format there is; a router refuses any other. */
export const tableSchema = 1;

/** How a tenant's home is chosen inside its candidate set. The seed's name of `ring` is "consistent". */
export type AlgorithmName = "slots" | "ring" | "rendezvous" | "murmur3" | "sha256";

/** One cell as a router sees it. */
export interface TableCell {
  /** Stable, never reused: what hashing uses. */
  readonly number: number;
  /** Stable id, `cell-<number>` by convention. */
  readonly id: string;
  /** Residency group, e.g. `EU`. */
  readonly locality: string;
  readonly region: string;
  readonly partition: string;
  readonly state: CellState;
  /** Relative share of tenants inside a candidate set, 0 to 100; 1 is normal, 0 is no home but by a pin. */
  readonly weight: number;
  readonly tier: string;
  readonly capacity: {
    /** Tenants that may call this cell home. */
    readonly tenants: number;
    readonly requestsPerSecond: number;
  };
  /** Origin where the cell answers: `https://cell-3.example.com`, no port, path, user or IP address. */
  readonly endpoint: string;
}

/** An explicit home, set by a move; it beats hashing. */
export interface Pin {
  /** Number of the cell. */
  readonly cell: number;
  /** Ownership epoch of the tenant, raised by each move. */
  readonly epoch: number;
}

/** Who owns which slots among the cells of some localities: how `slots` finds homes. Made by `slots/deals.ts`. */
export interface Deal {
  /** Localities whose cells were dealt to, sorted: those of one or more jurisdictions. */
  readonly localities: readonly string[];
  /** Numbers of the cells that can be a home there, sorted. */
  readonly cells: readonly number[];
  /** For each of the 65,536 slots the index of its owner in `cells`, packed (`slots/pack.ts`). */
  readonly slots: string;
}

/** Which table this is. Written as `<revision>-<digest>`, see {@link formatVersion}. */
export interface TableVersion {
  /** Monotonic: a router never goes back to a smaller one. */
  readonly revision: number;
  /** First 12 hex digits of the SHA-256 of the content (`seal.ts`): equal exactly when the contents are equal. */
  readonly digest: string;
}

/** The table without its digest. */
export interface RoutingTableContent {
  readonly environment: string;
  readonly algorithm: AlgorithmName;
  /** Sorted by number. */
  readonly cells: readonly TableCell[];
  /** Localities that each jurisdiction allows; an empty list means: refuse. */
  readonly jurisdictions: Readonly<Record<string, { readonly localities: readonly string[] }>>;
  /** ISO 3166-1 alpha-2, upper case, to the name of a jurisdiction. A country that is not here is refused. */
  readonly countries: Readonly<Record<string, string>>;
  /** For countries that are not listed, and requests without a country. Absent: refuse those. */
  readonly defaultJurisdiction?: string;
  /** With algorithm `slots`: a deal for each set of localities that has a home; absent with the others. */
  readonly deals?: readonly Deal[];
  /** Tenant id to its explicit home. */
  readonly pins: Readonly<Record<string, Pin>>;
}

/** The whole table. */
export interface RoutingTable extends RoutingTableContent {
  readonly schema: typeof tableSchema;
  readonly version: TableVersion;
}

/** `3-1f0c9a7b2d4e`: what logs, headers and object keys carry. */
export function formatVersion(version: TableVersion): string {
  return `${version.revision}-${version.digest}`;
}
