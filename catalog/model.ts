/**
 * The words of the catalog as plain, read-only data: what the loader returns and every other room reads.
 * Nothing here depends on Pulumi, AWS or zod; `catalog/schema.ts` validates the YAML into these shapes.
 */

import type { CellState } from "../contract/cells";
import type { Deal, ResidencyApproval } from "../routing/table";
import type { ReleasedBlock } from "./ledger";
import type { OwnSizes, SizeClass } from "./sizes";

/** An AWS partition: its own credentials, its own endpoints, its own ARN prefix. */
export type Partition = "aws" | "aws-cn" | "aws-us-gov";

/** What a cell is planned to carry; the control plane compares live load with it. */
export interface CellCapacity {
  /** Tenants that may call this cell home. */
  readonly tenants: number;
  /** Requests per second at which the cell counts as full. */
  readonly requestsPerSecond: number;
}

/** The account a cell lives in, when it is not the account of the deploying credentials. */
export interface CellAccount {
  /** Twelve digits. */
  readonly id: string;
  /** Role that the cell's provider assumes, in the same partition and account. */
  readonly roleArn: string;
}

/** The two node groups of a cell. */
export type Colour = "blue" | "green";

/** One cell, complete: defaults filled in, CIDR taken from the ledger. */
export interface Cell {
  /** Stable, assigned once, never reused; a DNS label, by convention `cell-<number>`. */
  readonly id: string;
  /** Stable, assigned once, never reused; hashing, CIDRs and physical names derive from it. */
  readonly number: number;
  /** Residency group, e.g. `EU`. */
  readonly locality: string;
  readonly region: string;
  /** Full names (`eu-west-1a`), sorted. Three where the region has three, two where it has two. */
  readonly availabilityZones: readonly string[];
  readonly partition: Partition;
  /** Name of a built-in size class, or of one of the environment. */
  readonly sizeClass: string;
  /** The size class as the cell's region offers it. */
  readonly size: SizeClass;
  /** Relative share of new tenants inside a candidate set; 1 is normal, 0 takes none. */
  readonly weight: number;
  /** Customer tier this cell is kept for, e.g. `standard`. */
  readonly tier: string;
  readonly capacity: CellCapacity;
  /** Who answers for the cell, how its data must be handled, who pays: tags of everything that it has. */
  readonly owner: string;
  readonly dataClass: string;
  readonly costCenter: string;
  /** Application release the cell runs: an image tag. */
  readonly release: string;
  readonly state: CellState;
  /** The cell's IPv4 block, from the ledger; canonical form, /16 to /21. */
  readonly cidr: string;
  /** True where the catalog asks for RabbitMQ beside Kafka. */
  readonly rabbitmq: boolean;
  /** Node group that carries the application; blue when left out. */
  readonly liveNodes?: Colour;
  /** True while changing over: the other group has the class's nodes too. */
  readonly bothNodes?: boolean;
  readonly account?: CellAccount;
}

/** A region that runs a router. Routers are shared by design; they are not part of any cell. */
export interface RouterSite {
  readonly region: string;
  readonly partition: Partition;
}

/** What a tenant's country maps to, and the localities it allows. An empty list means: refuse. */
export interface Jurisdiction {
  readonly name: string;
  /** Localities whose cells may hold this jurisdiction's tenants; the candidate set is all their cells. */
  readonly localities: readonly string[];
}

/** Who may live where. Closed: a country that is not listed is refused unless `defaultJurisdiction` is set. */
export interface Residency {
  readonly jurisdictions: readonly Jurisdiction[];
  /** ISO 3166-1 alpha-2, upper case, to the name of a jurisdiction. Every assigned code is present. */
  readonly countries: Readonly<Record<string, string>>;
  readonly defaultJurisdiction?: string;
  /** Changes of residency that a person has approved; absent when there are none. */
  readonly approvals?: readonly ResidencyApproval[];
}

/** Who owned which slots when that was last written down: `catalog/<env>.deals.json` (`catalog/deals.ts`). */
export type RememberedDeals = readonly Deal[];

/** A whole environment, validated. */
export interface Catalog {
  /** Environment name: the Pulumi stack, part of physical names; a DNS label. */
  readonly environment: string;
  /** Raised by a person with every change that routers must see; part of the routing table's version. */
  readonly revision: number;
  /** Revision and a digest of the content, e.g. `3-1f0c9a7b2d4e`: equal exactly when the catalogs are equal. */
  readonly version: string;
  /** Parent domain of the cells' public endpoints: cell 3 answers at `cell-3.<domain>`. */
  readonly domain: string;
  /** Sorted by number. */
  readonly cells: readonly Cell[];
  /** Size classes of the environment, as they are written; absent when there are none. */
  readonly sizes?: OwnSizes;
  readonly routers: readonly RouterSite[];
  readonly residency: Residency;
  /** What the routing table's slots are dealt from, so that a change moves only what it must; absent: from nothing. */
  readonly deals?: RememberedDeals;
  /** Cells that are gone: their numbers stay used, their blocks rest (`catalog/ledger.ts`). Sorted by cell. */
  readonly released: readonly ReleasedBlock[];
}
