/**
 * The routing table in its JSON form: everything that a router needs, and nothing else. `pulumi up` derives it from the
 * catalog (`catalog/routing-table.ts`); routers in any language read it (`docs/routing-table.md`). Plain data: this
 * file defines the types, `decode.ts` checks a value against them, `seal.ts` makes the version.
 */

import type { CellState } from "../contract/cells";
import type { BaseRevision, CellNumber, Epoch } from "../contract/numbers";

/** The only table format; a router refuses any other. */
export const tableSchema = 1;

/** Every language's integers and the ring's keys can hold it. */
export const highestCellNumber = 1_000_000;
/** Four bytes hold it. */
export const highestEpoch = 4_294_967_295;

/** How a tenant's home is chosen inside its candidate set. `ring` is consistent hashing. */
export type AlgorithmName = "slots" | "ring" | "rendezvous" | "murmur3" | "sha256";

/** One cell as a router sees it. */
export interface TableCell {
  /** Stable, never reused; hashing uses it. */
  readonly number: CellNumber;
  /** Stable id, `cell-<number>` by convention. */
  readonly id: string;
  /** Residency group, e.g. `EU`. */
  readonly locality: string;
  readonly region: string;
  readonly partition: string;
  readonly state: CellState;
  /** Relative share of tenants inside a candidate set, 0 to 100. 1 is normal; with 0 only pinned tenants live there. */
  readonly weight: number;
  readonly tier: string;
  readonly capacity: {
    /** Tenants that may have their home here. */
    readonly tenants: number;
    readonly requestsPerSecond: number;
  };
  /** Origin of the cell: `https://cell-3.example.com`, no port, path, user or IP address. */
  readonly endpoint: string;
}

/** An explicit home, set by a move; it overrides hashing. */
export interface Pin {
  readonly cell: CellNumber;
  readonly epoch: Epoch;
}

/** A person's approval that tenants may be served from other localities than before. */
export interface ResidencyApproval {
  /** Revision of the base that makes the change: the approval is for the step to it, from any older one. */
  readonly revision: BaseRevision;
  /** A jurisdiction whose localities change: its countries before and after. Either this or `country`. */
  readonly jurisdiction?: string;
  /** A country whose jurisdiction changes; `ZZ` for all that are not listed. */
  readonly country?: string;
  /** The localities that are new to its tenants. */
  readonly localities: readonly string[];
}

/** Which cell of some localities owns each slot: `slots` finds homes by it. Made by `slots/deals.ts`. */
export interface Deal {
  /** Localities whose cells own the slots, sorted: those of one or more jurisdictions. */
  readonly localities: readonly string[];
  /** Numbers of the cells that can be a home there, sorted. */
  readonly cells: readonly CellNumber[];
  /** For each of the 65,536 slots, the index of its owner in `cells`, packed (`slots/pack.ts`). */
  readonly slots: string;
}

/** Version of a table. Written as `<revision>-<digest>`, see {@link formatVersion}. */
export interface TableVersion {
  /** A router never goes back to a smaller one. */
  readonly revision: BaseRevision;
  /** First 12 hex digits of the SHA-256 of the content (`seal.ts`): equal exactly when the contents are equal. */
  readonly digest: string;
}

/** The table without its digest. */
export interface RoutingTableContent {
  readonly environment: string;
  readonly algorithm: AlgorithmName;
  /** Sorted by number. */
  readonly cells: readonly TableCell[];
  /** Localities that each jurisdiction allows; refuse when the list is empty. */
  readonly jurisdictions: Readonly<Record<string, { readonly localities: readonly string[] }>>;
  /** ISO 3166-1 alpha-2, upper case, to the name of a jurisdiction. */
  readonly countries: Readonly<Record<string, string>>;
  /** For unlisted countries and requests without a country; refuse those when it is absent. */
  readonly defaultJurisdiction?: string;
  /** Changes of residency that a person has approved. */
  readonly approvals?: readonly ResidencyApproval[];
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

/** `3-1f0c9a7b2d4e`, as in logs, headers and object keys. */
export function formatVersion(version: TableVersion): string {
  return `${version.revision}-${version.digest}`;
}
