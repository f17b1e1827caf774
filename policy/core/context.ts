import type { CellPrint, Fingerprints } from "../fingerprints/fingerprints";
import type { Owner } from "./owners";
import type { Scan } from "./scan";

/** What a rule can use to judge a cell's resource, besides the resource itself. */
export interface OwnedContext {
  /** Id of the cell that owns the resource. */
  readonly cell: string;
  readonly print: CellPrint | undefined;
  readonly prints: Fingerprints;
  /** Owner of the resource's provider; undefined for a default provider, or one that is not among the resources. */
  readonly maker?: Owner;
  /** What the resource's texts refer to; computed once for all rules. */
  readonly scan: Scan;
}
