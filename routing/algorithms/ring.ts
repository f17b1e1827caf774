import { sortedMembers, type Algorithm, type Member } from "../algorithm";
import { murmur128 } from "../murmur3";
import { compareAt } from "../wide-integers";

/** Points of a cell of weight 1 on the ring, also called virtual nodes. */
const pointsPerWeight = 150;

/** Points of a cell: proportional to its weight, at least one. */
function pointCount({ weight }: Member): number {
  return Math.max(1, Math.round(weight * pointsPerWeight));
}

/**
 * Consistent hashing: each cell owns points `murmur128("<number>:<point>")` on a ring of 2^128; a key belongs to the
 * first point strictly greater than its hash, wrapping. Adding or removing a cell moves about 1/N of the keys.
 */
export const ring: Algorithm = {
  weighted: true,
  prepare: (members) => {
    const { points, owners } = buildRing(sortedMembers(members));
    const total = owners.length;
    // The points' first words in an array of their own: they nearly always decide, and a quarter of the memory fits caches.
    const tops = Uint32Array.from(owners, (_, at) => points[at * 4]!);
    // Bucket b starts at the first point whose top bits are at least b, so a lookup starts next to its result.
    const bits = Math.min(20, Math.ceil(Math.log2(total)) + 1);
    const shift = 32 - bits;
    const starts = new Uint32Array(1 << bits);
    for (let bucket = 0, at = 0; bucket < starts.length; bucket++) {
      while (at < total && tops[at]! >>> shift < bucket) at++;
      starts[bucket] = at;
    }
    const hash = new Uint32Array(4);
    return {
      place: (key) => {
        murmur128(key, hash);
        const top = hash[0]!;
        let at = starts[top >>> shift]!;
        while (at < total && (tops[at]! < top || (tops[at] === top && compareAt(hash, points, at * 4) >= 0))) at++;
        return owners[at === total ? 0 : at]!;
      },
    };
  },
};

/** Points in ascending order, four words each, and their owners. Of equal points the highest number's comes first. */
function buildRing(members: readonly Member[]): { points: Uint32Array; owners: Int32Array } {
  const total = members.reduce((sum, member) => sum + pointCount(member), 0);
  const unsorted = new Uint32Array(total * 4);
  const unsortedOwners = new Int32Array(total);
  let next = 0;
  for (const member of members) {
    for (let point = 0; point < pointCount(member); point++, next++) {
      murmur128(`${member.number}:${point}`, unsorted.subarray(next * 4, next * 4 + 4));
      unsortedOwners[next] = member.number;
    }
  }
  const order = Uint32Array.from({ length: total }, (_, i) => i).sort(
    (a, b) => compareAt(unsorted.subarray(a * 4, a * 4 + 4), unsorted, b * 4) || b - a,
  );
  const points = new Uint32Array(total * 4);
  const owners = new Int32Array(total);
  order.forEach((from, to) => {
    points.set(unsorted.subarray(from * 4, from * 4 + 4), to * 4);
    owners[to] = unsortedOwners[from]!;
  });
  return { points, owners };
}
