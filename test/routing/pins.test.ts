import { createHash } from "node:crypto";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { Check } from "../../routing/check";
import { murmur32 } from "../../routing/murmur3";
import { noPins, PinCollision, Pins } from "../../routing/pins";
import type { Pin } from "../../routing/table";

const key = "k".repeat(22);
const pin = fc.record({ cell: fc.nat(1_000_000), epoch: fc.oneof(fc.nat(3), fc.nat(2 ** 32 - 1)) });
const tenants = fc.dictionary(fc.string({ unit: "binary", minLength: 1, maxLength: 60 }), pin, { maxKeys: 40 });

function decoded(value: unknown): { readonly pins: Pins; readonly mistakes: readonly string[] } {
  const check = new Check();
  const pins = Pins.decode(check, "pins", value);
  return { pins, mistakes: check.mistakes.map(({ path, message }) => `${path} ${message}`) };
}

describe("packed pins", () => {
  it("find the pin of every tenant, and of no other, also after publishing", () => {
    fc.assert(
      fc.property(tenants, fc.array(fc.string({ maxLength: 12 })), (entries, others) => {
        const packed = Pins.pack(key, Object.entries(entries));
        const { pins, mistakes } = decoded(JSON.parse(JSON.stringify(packed.packed())));
        expect(mistakes).toEqual([]);
        expect(pins.packed()).toEqual(packed.packed());
        expect(pins.size).toBe(Object.keys(entries).length);
        for (const tenant of [...Object.keys(entries), ...others]) {
          const expected = Object.hasOwn(entries, tenant) ? entries[tenant] : undefined;
          expect(pins.find(tenant)).toEqual(expected);
          expect(packed.find(tenant, murmur32(tenant) | 0)).toEqual(expected);
          if (expected !== undefined) expect(pins.hasSlot(murmur32(tenant) >>> 16)).toBe(true);
        }
      }),
    );
  });

  it("distinguish tenants whose hash is equal by a tag that only the key gives", () => {
    const [first, second] = twins();
    const pins = Pins.pack(key, [[first, { cell: 1, epoch: 1 }]]);
    expect(pins.find(first)).toEqual({ cell: 1, epoch: 1 });
    expect(pins.find(second)).toBeUndefined();
    const tag = createHash("sha256").update(`${key}${first}`).digest().readUInt32BE();
    expect(Buffer.from(pins.packed().tags, "base64").readUInt32LE()).toBe(tag);
  });

  it("refuse two tenants that a reader could not distinguish", () => {
    // A surrogate without its partner has the bytes of U+FFFD.
    const entries = ["\ud800", "\ufffd"].map((tenant, at): [string, Pin] => [tenant, { cell: at, epoch: 1 }]);
    expect(() => Pins.pack(key, entries)).toThrow(PinCollision);
  });

  it("take ten bytes a pin up to 256 cells and 255 moves of a tenant: 100,000 in 1.34 MB", () => {
    const entries = Array.from({ length: 100_000 }, (_, at): [string, Pin] => [
      `tenant-${at}`,
      { cell: at % 200, epoch: 1 + (at % 9) },
    ]);
    const text = JSON.stringify(Pins.pack(key, entries).packed());
    expect(text.length).toBeLessThan(1_340_000);
  });

  it("are refused with any mistake", () => {
    const good = Pins.pack(key, [
      ["a", { cell: 3, epoch: 1 }],
      ["b", { cell: 4, epoch: 2 }],
    ]).packed();
    expect(decoded(good).mistakes).toEqual([]);
    const column = (...values: number[]) => Buffer.from(Uint32Array.from(values).buffer).toString("base64");
    const bad: [object, RegExp][] = [
      [{ key: "short" }, /pins.key must be 22 to 64/],
      [{ cells: [4, 3] }, /pins.cells\[1\] breaks the order/],
      [{ hashes: "AAA" }, /pins.hashes must be base64/],
      [{ hashes: column(1, 2, 3) }, /pins.tags must have 4 bytes for each pin/],
      [{ hashes: column(2, 1) }, /pins breaks the order/],
      [{ hashes: column(1, 1), tags: column(7, 7) }, /pins breaks the order/],
      [{ homes: "AAI=" }, /pins.homes must be indexes below 2/],
      [{ homes: "AA==" }, /pins.homes must have 1 bytes/],
      [{ epochs: "AAAA" }, /pins.epochs must have 1 or 2 or 4 bytes/],
      [{ tags: 1 }, /pins.tags must be a string/],
    ];
    for (const [change, message] of bad) {
      const { pins, mistakes } = decoded({ ...good, ...change });
      expect(mistakes.join("\n"), JSON.stringify(change)).toMatch(message);
      expect(pins.size).toBe(0);
    }
  });

  it("compare as two maps compare", () => {
    fc.assert(
      fc.property(tenants, tenants, fc.boolean(), (before, after, sameKey) => {
        const [old, next] = [
          Pins.pack(key, Object.entries(before)),
          Pins.pack(sameKey ? key : `${key}2`, Object.entries(after)),
        ];
        const seen: string[] = [];
        next.compare(old, (hash, _tag, from, to) => seen.push(JSON.stringify([hash, from, to])));
        const both = [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((tenant) => {
          const [from, to] = [before, after].map((map) => (Object.hasOwn(map, tenant) ? map[tenant] : undefined));
          const pairs = sameKey
            ? [[from, to]]
            : [
                [from, undefined],
                [undefined, to],
              ];
          return pairs
            .filter((pair) => pair.some((each) => each !== undefined))
            .map((pair) => [murmur32(tenant), ...pair]);
        });
        expect(seen.sort()).toEqual(both.map((each) => JSON.stringify(each)).sort());
      }),
    );
  });

  it("are none without entries", () => {
    expect(noPins.find("a")).toBeUndefined();
    expect(decoded(noPins.packed()).mistakes).toEqual([]);
  });
});

/** Two ids with one murmur32. */
function twins(): readonly [string, string] {
  const seen = new Map<number, string>();
  for (let at = 0; ; at++) {
    const tenant = `tenant-${at}`;
    const twin = seen.get(murmur32(tenant));
    if (twin !== undefined) return [twin, tenant];
    seen.set(murmur32(tenant), tenant);
  }
}
