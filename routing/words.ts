/** Big unsigned integers as 32-bit words, most significant first: what the hashes give and the algorithms compare. */

/** `value mod divisor`, exact for divisors up to 2^21. */
export function modulo(words: Uint32Array, divisor: number): number {
  let rest = 0;
  for (let i = 0; i < words.length; i++) rest = (rest * 4294967296 + words[i]!) % divisor;
  return rest;
}

/** Negative, zero or positive as 128-bit `a` is less than, equal to or greater than the one at `at` in `list`. */
export function compareAt(a: Uint32Array, list: Uint32Array, at: number): number {
  for (let i = 0; i < 4; i++) {
    const difference = a[i]! - list[at + i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
