import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { unwrap } from "../../../local/providers/properties";
import { randomBackend } from "../../../local/providers/random/provider";
import { mistakes, password } from "../../../local/providers/random/random";

const token = "random:index/randomPassword:RandomPassword";

describe("password", () => {
  const wishes = fc.record({
    length: fc.integer({ min: 1, max: 64 }),
    lower: fc.boolean(),
    upper: fc.boolean(),
    numeric: fc.boolean(),
    special: fc.boolean(),
    minLower: fc.nat(8),
    minNumeric: fc.nat(8),
  });

  test("has the given length, allowed characters only, and the minimum of each kind", () => {
    fc.assert(
      fc.property(wishes, (inputs) => {
        fc.pre(mistakes(inputs).length === 0);
        const made = password(inputs);
        expect(made).toHaveLength(inputs.length);
        const count = (pattern: RegExp): number => made.match(pattern)?.length ?? 0;
        expect(count(/[a-z]/g)).toBeGreaterThanOrEqual(inputs.minLower);
        expect(count(/[0-9]/g)).toBeGreaterThanOrEqual(inputs.minNumeric);
        if (!inputs.upper) expect(made).not.toMatch(/[A-Z]/);
        if (!inputs.special) expect(made).toMatch(/^[A-Za-z0-9]*$/);
        if (!inputs.lower && inputs.minLower === 0) expect(made).not.toMatch(/[a-z]/);
      }),
    );
  });

  test("is random, not derived", () => {
    const made = new Set(Array.from({ length: 100 }, () => password({ length: 40, special: false })));
    expect(made.size).toBe(100);
    expect(password({ length: 3, upper: false, numeric: false, special: false }, () => 0)).toBe("aaa");
  });

  test("lists every mistake", () => {
    expect(mistakes({ length: 0, lower: false, upper: false, numeric: false, special: false, minSpecial: 3 })).toEqual([
      "length must be a whole number of at least 1",
      "length must be at least 3, the sum of the minimums",
      "at least one of lower, upper, numeric and special must be true",
    ]);
  });
});

describe("provider", () => {
  const backend = randomBackend();

  test("returns a secret, in the official provider's output only", async () => {
    const { outputs } = await backend.create({}, token, { length: 40, special: false }, "cell-0-postgres-password");
    expect(typeof outputs["result"], "wrapped").toBe("object");
    expect(unwrap(outputs["result"])).toMatch(/^[A-Za-z0-9]{40}$/);
    expect(outputs).toMatchObject({ length: 40, special: false, lower: true, minUpper: 0 });
    const read = await backend.read({}, token, "none", { ...outputs, result: unwrap(outputs["result"]) }, {});
    expect(typeof read?.outputs["result"], "wrapped again").toBe("object");
  });

  test("an explicit default is no change; a changed keeper creates a new password", () => {
    const olds = { length: 40, special: false };
    expect([...backend.diff({}, token, olds, {}, { ...olds, upper: true }).changed]).toEqual([]);
    expect(backend.diff({}, token, olds, {}, { ...olds, keepers: { round: "2" } }).replaces).toEqual(["keepers"]);
    expect(backend.diff({}, token, olds, {}, { ...olds, length: 41 }).replaces).toEqual(["length"]);
  });

  test("refuses an unsupported type, and bad inputs in the plan", () => {
    expect(() => backend.check({}, "random:index/randomUuid:RandomUuid", {})).toThrow("RandomUuid");
    expect(() => backend.check({}, token, { length: 0 })).toThrow("at least 1");
  });
});
