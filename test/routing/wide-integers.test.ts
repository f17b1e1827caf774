import fc from "fast-check";
import { expect, it } from "vitest";

import { moduloBy } from "../../routing/wide-integers";

const word = fc.oneof(fc.nat(0xffffffff), fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff));
const divisor = fc.oneof(fc.integer({ min: 1, max: 1 << 20 }), fc.constantFrom(1, 2, 3, 1000, (1 << 20) - 1, 1 << 20));

it.each([2, 4, 8])("moduloBy is exact: %i words", (count) => {
  fc.assert(
    fc.property(fc.array(word, { minLength: count, maxLength: count }), divisor, (words, by) => {
      const value = words.reduce((sum, each) => (sum << 32n) | BigInt(each), 0n);
      expect(moduloBy(by)(Uint32Array.from(words))).toBe(Number(value % BigInt(by)));
    }),
    { numRuns: 2000 },
  );
});
