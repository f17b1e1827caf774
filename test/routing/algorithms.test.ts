import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { algorithms } from "../../routing";
import type { AlgorithmName } from "../../routing";

const names = Object.keys(algorithms) as AlgorithmName[];
const anyMembers = fc.uniqueArray(
  fc.record({ number: fc.nat({ max: 5000 }), weight: fc.constantFrom(0.25, 0.5, 1, 1, 1, 3) }),
  { minLength: 1, maxLength: 20, selector: ({ number }) => number },
);
const anyKey = fc.string({ unit: "binary" });
const keys = (count: number): string[] => Array.from({ length: count }, (_, i) => `tenant-${i}`);
const even = (count: number) => Array.from({ length: count }, (_, number) => ({ number: number * 3 + 1, weight: 1 }));

function shares(
  name: AlgorithmName,
  members: { number: number; weight: number }[],
  ids: string[],
): Map<number, number> {
  const { place } = algorithms[name].prepare(members);
  const counts = new Map(members.map(({ number }) => [number, 0]));
  for (const id of ids) {
    const number = place(id);
    counts.set(number, counts.get(number)! + 1 / ids.length);
  }
  return counts;
}

describe.each(names)("%s", (name) => {
  it("places on a member, for any order of members and any instance", () => {
    fc.assert(
      fc.property(anyMembers, anyKey, (members, key) => {
        const home = algorithms[name].prepare(members).place(key);
        expect(members.map(({ number }) => number)).toContain(home);
        expect(algorithms[name].prepare([...members].reverse()).place(key)).toBe(home);
      }),
      { numRuns: 60 },
    );
  });

  it("gives the same answer after any other keys", () => {
    fc.assert(
      fc.property(anyMembers, anyKey, fc.array(anyKey, { maxLength: 5 }), (members, key, others) => {
        const { place } = algorithms[name].prepare(members);
        const home = place(key);
        others.forEach(place);
        expect(place(key)).toBe(home);
      }),
      { numRuns: 60 },
    );
  });

  it("treats a lone surrogate as U+FFFD", () => {
    const { place } = algorithms[name].prepare(even(50));
    for (const lone of ["\ud800", "a\udc00b", "\ude00\ud83d", "x\ud83d"]) {
      expect(place(lone)).toBe(place(lone.replace(/[\ud800-\udfff]/g, "\ufffd")));
    }
  });

  it("throws without members", () => {
    expect(() => algorithms[name].prepare([])).toThrow(RangeError);
  });

  it("spreads keys evenly over equal cells", () => {
    const counts = [...shares(name, even(10), keys(20_000)).values()];
    // 150 points a cell spread by about 8 %; the others by sampling noise only.
    const tolerance = name === "ring" ? 0.3 : 0.1;
    for (const share of counts) expect(Math.abs(share * 10 - 1)).toBeLessThan(tolerance);
  });
});

describe.each(names.filter((name) => algorithms[name].weighted))("%s, weighted", (name) => {
  it("moves keys only to a cell that is added, and from a cell that is removed", () => {
    fc.assert(
      fc.property(
        anyMembers,
        fc.constantFrom(0.5, 1, 2),
        fc.array(anyKey, { minLength: 30 }),
        (members, weight, ids) => {
          const before = algorithms[name].prepare(members);
          const after = algorithms[name].prepare([...members, { number: 9999, weight }]);
          for (const id of ids) if (after.place(id) !== before.place(id)) expect(after.place(id)).toBe(9999);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("moves about 1/N on adding one", () => {
    const ids = keys(20_000);
    const before = algorithms[name].prepare(even(9));
    const after = algorithms[name].prepare(even(10));
    const moved = ids.filter((id) => before.place(id) !== after.place(id)).length / ids.length;
    expect(moved).toBeGreaterThan(0.07);
    expect(moved).toBeLessThan(0.13);
  });

  it("gives shares in proportion to weights", () => {
    const members = [1, 2, 3, 4].map((weight) => ({ number: weight, weight }));
    const tolerance = name === "ring" ? 0.15 : 0.04;
    for (const [number, share] of shares(name, members, keys(50_000))) {
      expect(Math.abs((share * 10) / number - 1), `weight ${number}`).toBeLessThan(tolerance);
    }
  });
});

it("weighted rendezvous is the argmax of -w/ln(u) over the cells", async () => {
  const { unit } = await import("../../routing/algorithms/rendezvous");
  const { murmur128 } = await import("../../routing/murmur3");
  fc.assert(
    fc.property(anyMembers, anyKey, (members, key) => {
      const score = ({ number, weight }: { number: number; weight: number }) =>
        -weight / Math.log(unit(murmur128(`${key}:${number}`, new Uint32Array(4))));
      const best = Math.max(...members.map(score));
      const winners = members.filter((member) => score(member) === best).map(({ number }) => number);
      expect(algorithms.rendezvous.prepare(members).place(key)).toBe(Math.min(...winners));
    }),
  );
});
