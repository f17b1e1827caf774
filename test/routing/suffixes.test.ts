import fc from "fast-check";
import { expect, it } from "vitest";

import { hashPrefix, murmur128, Suffixes } from "../../routing/murmur3";
import { compareAt } from "../../routing/wide-integers";

const anyKey = fc.oneof(
  fc.string({ unit: "binary", maxLength: 70 }),
  // Around every block's end, and around the end of the scratch buffer.
  fc.nat({ max: 40 }).map((length) => "k".repeat(length)),
  fc
    .integer({ min: 320, max: 350 })
    .chain((length) => fc.constantFrom("a", "é", "\u20ac", "\ud83d").map((unit) => unit.repeat(length))),
);
const anyTexts = fc.integer({ min: 1, max: 9 }).chain((width) =>
  fc.array(
    fc.nat({ max: 10 ** width - 1 }).map((number) => String(number).padStart(width, "0")),
    { minLength: 1, maxLength: 8 },
  ),
);

it("finds the suffix with the highest hash, if it is above the given one", () => {
  fc.assert(
    fc.property(anyKey, anyTexts, fc.boolean(), (key, texts, begun) => {
      const floor = begun ? murmur128(`${key}:begun`, new Uint32Array(4)) : new Uint32Array(4);
      let best: Uint32Array = floor.slice();
      let won = -1;
      texts.forEach((text, index) => {
        const hash = murmur128(`${key}:${text}`, new Uint32Array(4));
        if (compareAt(hash, best, 0) <= 0) return;
        best = hash;
        won = index;
      });
      const found = floor.slice();
      hashPrefix(key);
      expect(new Suffixes(texts).above(found)).toBe(won);
      expect(found).toEqual(best);
    }),
    { numRuns: 1500 },
  );
});

it.each([[[]], [["1", "10"]], [["1234567890"]], [["é"]], [[""]]])("refuses %j", (texts) => {
  expect(() => new Suffixes(texts)).toThrow(RangeError);
});
