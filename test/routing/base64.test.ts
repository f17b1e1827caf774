import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { decodeBase64, encodeBase64 } from "../../routing/base64";

describe("base64", () => {
  it("writes what Node writes, and reads it back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = encodeBase64(bytes);
        expect(text).toBe(Buffer.from(bytes).toString("base64"));
        expect(decodeBase64(text)).toEqual(bytes);
      }),
    );
  });

  it("reads no other text: each one that it reads is what it writes", () => {
    const letter = fc.constantFrom(..."AZaz09+/=-_ é\n");
    fc.assert(
      fc.property(fc.string({ unit: letter, maxLength: 12 }), (text) => {
        const bytes = decodeBase64(text);
        if (bytes !== undefined) expect(encodeBase64(bytes)).toBe(text);
      }),
      { numRuns: 2000 },
    );
    for (const text of ["AB==", "AAB=", "A===", "=AAA", "AAA", "AA=A", "AAAA====", "AA-_"]) {
      expect(decodeBase64(text), text).toBeUndefined();
    }
  });
});
