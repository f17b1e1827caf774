/** Unsigned integers of 128 or 256 bits as 32-bit words, most significant first: the form of the hashes. */

/**
 * Makes `value mod divisor`, exact for divisors up to 2^20 and an even number of words. Takes two words at a time, each
 * with its place value, and multiplies by the inverse, because the `%` of doubles is a library call.
 */
export function moduloBy(divisor: number): (words: Uint32Array) => number {
  const inverse = 1 / divisor;
  // Place value of a word modulo the divisor, by its distance from the end. It is below 2^20, so two words and a rest
  // stay below 2^53, where doubles are exact.
  const worths: number[] = [1 % divisor];
  while (worths.length < 8) worths.push((worths.at(-1)! * 4294967296) % divisor);
  const worth = Float64Array.from(worths);
  return (words) => {
    let rest = 0;
    for (let i = 0, at = words.length - 1; i < words.length; i += 2, at -= 2) {
      const value = rest + words[i]! * worth[at]! + words[i + 1]! * worth[at - 1]!;
      // The quotient is below 2^34, so it is off by one at most.
      rest = value - Math.floor(value * inverse) * divisor;
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
