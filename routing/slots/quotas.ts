import type { Member } from "../algorithm";

/**
 * How many of `seats` each member gets, in the members' order, in proportion to the weights: Webster's method for
 * parliaments (https://en.wikipedia.org/wiki/Webster/Sainte-Lagu%C3%AB_method). Members of similar weights are within
 * about one seat of their exact shares. A share below half a seat gets none, and one above it a whole seat, which a large
 * member pays: beside fifty members of weight 0.0008, one of 100 has 24 of 65,536 seats less than its share. A new member never raises another's number, which rounding each share does not guarantee: therefore
 * a change moves only what it must.
 *
 * Seat k of a member has the price `weight / (2k − 1)`; the highest prices win, ties go to the lowest number.
 */
export function quotas(members: readonly Member[], seats: number): Int32Array {
  const given = new Int32Array(members.length);
  const worth = (at: number, seat: number): number => members[at]!.weight / (2 * seat - 1);
  // Seats above a price are given at once. The search ends slightly too high, so a few seats are left to give singly.
  const total = members.reduce((sum, { weight }) => sum + weight, 0);
  let low = 0;
  let high = total;
  for (let round = 0; round < 64; round++) {
    const price = (low + high) / 2;
    let count = 0;
    for (const { weight } of members) count += Math.floor((weight / price + 1) / 2);
    if (count > seats) low = price;
    else high = price;
  }
  let left = seats;
  for (let at = 0; at < given.length; at++) {
    given[at] = Math.floor((members[at]!.weight / high + 1) / 2);
    left -= given[at]!;
  }
  while (left > 0) {
    // Only ties are left, so one round nearly always suffices.
    const order = Array.from(given.keys()).sort(
      (a, b) => worth(b, given[b]! + 1) - worth(a, given[a]! + 1) || members[a]!.number - members[b]!.number,
    );
    const least = worth(order[0]!, given[order[0]!]! + 1);
    for (const at of order) {
      if (left === 0 || worth(at, given[at]! + 1) < least) break;
      given[at]!++;
      left--;
    }
  }
  return given;
}
