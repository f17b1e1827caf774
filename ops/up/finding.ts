/** A violation in the environment after an `up`. */
export interface Finding {
  readonly rule: string;
  readonly urn: string;
  /** The violation, without any value. */
  readonly message: string;
}
