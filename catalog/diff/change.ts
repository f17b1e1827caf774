/** Whether a change may be made: `warning` means that a person must read its message first. */
export type ChangeVerdict = "allowed" | "warning" | "forbidden";

/** What one change to a catalog means. */
export interface CatalogChange {
  readonly verdict: ChangeVerdict;
  /** What kind of change: `added`, `drained`, `cidr`, ... */
  readonly kind: string;
  /** Id of the cell; absent where the change concerns the whole environment. */
  readonly cell?: string;
  readonly from?: unknown;
  readonly to?: unknown;
  /** What it does; for a forbidden change, what to do instead. */
  readonly message: string;
}
