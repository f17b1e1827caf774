import type { CellNumber } from "../contract/numbers";

/** A cell as an algorithm sees it. State, health and residency are decided before and after. */
export interface Member {
  readonly number: CellNumber;
  /** Relative share, above 0. */
  readonly weight: number;
}

/** An algorithm prepared for one set of members. Pure: the same key always gives the same number. */
export interface Placement {
  /** Cell number of the key's home, one of the members'. */
  place(key: string): CellNumber;
}

/**
 * How homes are chosen among cells. `prepare` may be slow and is called once for each candidate set of a table;
 * `place` is the request path. Members' order never matters.
 *
 * @throws RangeError when there are no members.
 */
export interface Algorithm {
  /** Whether weights change the shares; the modulo algorithms ignore them. */
  readonly weighted: boolean;
  prepare(members: readonly Member[]): Placement;
}

/** Members by number, and at least one. */
export function sortedMembers(members: readonly Member[]): readonly Member[] {
  if (members.length === 0) throw new RangeError("an algorithm needs at least one cell");
  return [...members].sort((a, b) => a.number - b.number);
}
