import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { deal, decodeTableText, encodeTable, movedSlots, ownersOf, sealTable, slotCount } from "../../routing";
import { quotas } from "../../routing/slots/quotas";
import { bitsFor, packIndexes, roomFor, unpackIndexes } from "../../routing/slots/pack";
import { algorithms, type Member } from "../../routing";
import { cell, exampleContent, exampleTable } from "./tables";

const anyMembers = fc.uniqueArray(
  fc.record({ number: fc.nat({ max: 5000 }), weight: fc.constantFrom(0.25, 0.5, 1, 1, 1, 3, 0.1 + 0.2) }),
  { minLength: 2, maxLength: 12, selector: ({ number }) => number },
);
const even = (count: number): Member[] => Array.from({ length: count }, (_, number) => ({ number, weight: 1 }));
const counts = (owners: Int32Array): Map<number, number> => {
  const found = new Map<number, number>();
  for (const owner of owners) found.set(owner, (found.get(owner) ?? 0) + 1);
  return found;
};

describe("quotas", () => {
  it("give all seats, each within one of its share, and never fewer to others when a member leaves", () => {
    fc.assert(
      fc.property(anyMembers, fc.nat(), (members, pick) => {
        const all = quotas(members, slotCount);
        expect(all.reduce((a, b) => a + b)).toBe(slotCount);
        const total = members.reduce((sum, { weight }) => sum + weight, 0);
        members.forEach(({ weight }, at) => {
          expect(Math.abs(all[at]! - (slotCount * weight) / total)).toBeLessThan(2);
        });
        const without = members.filter((_, at) => at !== pick % members.length);
        quotas(without, slotCount).forEach((quota, at) => {
          expect(quota).toBeGreaterThanOrEqual(all[members.indexOf(without[at]!)]!);
        });
      }),
    );
  });

  it("are exact for weights 1:2:3:4 and break ties by number", () => {
    const members = [1, 2, 3, 4].map((weight) => ({ number: weight, weight }));
    expect([...quotas(members, 100)]).toEqual([10, 20, 30, 40]);
    expect([...quotas(even(3), 5)]).toEqual([2, 2, 1]);
  });
});

describe("deals", () => {
  it("are a pure function: neither the members' order nor dealing again changes anything", () => {
    fc.assert(
      fc.property(anyMembers, (members) => {
        const once = deal(members);
        expect(movedSlots(once, deal([...members].reverse()))).toBe(0);
        expect(movedSlots(once, deal(members, once))).toBe(0);
      }),
      { numRuns: 15 },
    );
  });

  it("move only what the quotas force, for any change", () => {
    fc.assert(
      fc.property(anyMembers, anyMembers, fc.boolean(), (before, other, keep) => {
        // Some members stay, leave, join or change weight; or some only join.
        const after = keep
          ? [...before, ...other.filter(({ number }) => before.every((m) => m.number !== number))]
          : other;
        const old = deal(before);
        const now = deal(after, old);
        const [was, is] = [counts(old), counts(now)];
        const sorted = [...after].sort((a, b) => a.number - b.number);
        const quota = quotas(sorted, slotCount);
        sorted.forEach(({ number }, at) => expect(is.get(number) ?? 0).toBe(quota[at]));
        const shared = after.some(({ number }) => was.has(number));
        const forced = [...is].reduce((sum, [number, count]) => sum + Math.max(0, count - (was.get(number) ?? 0)), 0);
        if (shared) expect(movedSlots(old, now)).toBe(forced);
      }),
      { numRuns: 25 },
    );
  });

  it("move slots from all to an added member only; removing it moves as few", () => {
    const old = deal(even(20));
    const now = deal([...even(20), { number: 77, weight: 1 }], old);
    let moved = 0;
    old.forEach((owner, slot) => {
      if (now[slot] === owner) return;
      moved++;
      expect(now[slot]).toBe(77);
    });
    expect(moved).toBeLessThanOrEqual(Math.ceil(slotCount / 21));
    expect(movedSlots(now, deal(even(20), now))).toBe(moved);
  });

  it("without a previous deal, adding at the end is exact and removing in the middle is close", () => {
    expect(movedSlots(deal(even(8)), deal(even(9)))).toBe(counts(deal(even(9))).get(8));
    const without = even(8).filter(({ number }) => number !== 3);
    expect(movedSlots(deal(even(8)), deal(without)) / slotCount).toBeLessThan(1.1 / 8);
  });

  it("hold weights within 1 % on 10^6 keys", () => {
    const members = [1, 2, 3, 4].map((weight) => ({ number: weight, weight }));
    const { place } = algorithms.slots.prepare(members);
    const found = new Map<number, number>();
    for (let i = 0; i < 1e6; i++) {
      const home = place(`tenant-${i}`);
      found.set(home, (found.get(home) ?? 0) + 1);
    }
    for (const { number, weight } of members)
      expect(Math.abs(found.get(number)! / 1e5 / weight - 1)).toBeLessThan(0.01);
  });
});

describe("packed slots", () => {
  it.each([1, 2, 3, 7, 8, 9, 100, 256, 257, 1000])("unpack to the same slots: %i cells", (count) => {
    const indexes = roomFor(count).map((_, slot) => (slot * 7919) % count);
    const text = packIndexes(indexes, count);
    expect(Buffer.from(unpackIndexes(text, count)!.buffer).equals(Buffer.from(indexes.buffer))).toBe(true);
    expect(Buffer.from(text, "base64").length).toBe((slotCount * bitsFor(count)) / 8);
    expect(text === "" || Buffer.from(text, "base64").toString("base64") === text).toBe(true);
  });

  it("are refused when too long, too short, of other letters or beyond the cells", () => {
    const text = packIndexes(
      roomFor(3).map((_, slot) => slot % 3),
      3,
    );
    expect(unpackIndexes(text, 3)).toBeDefined();
    for (const wrong of [
      text.slice(4),
      `${text}AAAA`,
      `!${text.slice(1)}`,
      `é${text.slice(1)}`,
      `//${text.slice(2)}`,
      "",
    ]) {
      expect(unpackIndexes(wrong, 3)).toBeUndefined();
    }
  });
});

describe("deals in a table", () => {
  it("are one for each set of localities, and start from the previous table", () => {
    const before = exampleTable();
    expect(before.deals!.map(({ localities }) => localities.join())).toEqual(["APAC", "APAC,EU,US", "CN", "EU", "US"]);
    const cells = exampleContent().cells.filter(({ number }) => number !== 3);
    const after = sealTable(2, { ...exampleContent(), cells }, before.deals);
    const us = (table: typeof before) => ownersOf(table.deals!.find(({ localities }) => localities.join() === "US")!);
    expect(movedSlots(us(before), us(after))).toBe(counts(us(before)).get(3));
  });

  it("must exist and fit the cells", () => {
    const table = JSON.parse(encodeTable(exampleTable())) as { deals: { cells: number[]; slots: string }[] };
    const mistakes = (change: (deals: typeof table.deals) => unknown) => {
      const copy = structuredClone(table);
      change(copy.deals);
      const decoded = decodeTableText(JSON.stringify(copy));
      return decoded.ok ? [] : decoded.mistakes.map(({ path }) => path);
    };
    expect(mistakes((deals) => deals.pop())).toContain("deals");
    expect(mistakes((deals) => deals.push(deals[0]!))).toContain("deals[5].localities");
    expect(mistakes((deals) => (deals[0]!.cells = [5]))).toContain("deals[0].cells");
    expect(mistakes((deals) => (deals[0]!.slots = "AAAA"))).toContain("deals[0].slots");
    const provisioning = sealTable(1, {
      ...exampleContent(),
      cells: [...exampleContent().cells, cell(9, { state: "provisioning" })],
    });
    expect(provisioning.deals).toEqual(exampleTable().deals);
  });
});
