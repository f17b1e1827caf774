/** Something that is wrong with what is there after an `up`. */
export interface Finding {
  readonly rule: string;
  readonly urn: string;
  /** What is wrong, without any value. */
  readonly message: string;
}
