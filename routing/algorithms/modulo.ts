import { sortedMembers, type Algorithm } from "../algorithm";
import { murmur128 } from "../murmur3";
import { sha256Words } from "../sha256";
import { moduloBy } from "../wide-integers";

/**
 * Hash mod N over the members in order of their numbers. Even and fast, but it ignores weights, and nearly every key moves
 * when N changes. For comparison and for fleets that never change.
 */
function moduloOf(words: number, hash: (key: string, out: Uint32Array) => Uint32Array): Algorithm {
  return {
    weighted: false,
    prepare: (members) => {
      const numbers = Int32Array.from(sortedMembers(members), ({ number }) => number);
      const digest = new Uint32Array(words);
      const modulo = moduloBy(numbers.length);
      return { place: (key) => numbers[modulo(hash(key, digest))]! };
    },
  };
}

export const murmur3 = moduloOf(4, murmur128);
export const sha256 = moduloOf(8, sha256Words);
