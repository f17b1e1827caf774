/** Big unsigned integers as 32-bit words, most significant first: what the hashes give and the algorithms compare. */

/**
 * Makes `value mod divisor`, exact for divisors up to 2^20. By division and multiplication, which the processor has for
 * doubles; the `%` of doubles is a slow library call.
 */
export function moduloBy(divisor: number): (words: Uint32Array) => number {
  const shift = 4294967296 % divisor;
  return (words) => {
    let rest = 0;
    for (let i = 0; i < words.length; i++) {
      // Below 2^41, so the quotient is at most one off.
      const value = rest * shift + words[i]!;
      rest = value - Math.floor(value / divisor) * divisor;
      if (rest < 0) rest += divisor;
      else if (rest >= divisor) rest -= divisor;
    }
    return rest;
  };
}

/** Negative, zero or positive as 128-bit `a` is less than, equal to or greater than the one at `at` in `list`. */
export function compareAt(a: Uint32Array, list: Uint32Array, at: number): number {
  for (let i = 0; i < 4; i++) {
    const difference = a[i]! - list[at + i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
