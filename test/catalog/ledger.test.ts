import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { contains, formatCidr, overlaps, parseCidr, type CidrBlock } from "../../catalog/cidr";
import {
  blockOf,
  emptyLedger,
  inQuarantine,
  nextNumber,
  quarantineEnd,
  ruleBlock,
  ruleEnd,
  ruleOwners,
  whyNot,
  type Ledger,
} from "../../catalog/ledger";
import { now } from "./fixture";

const ruled = fc.integer({ min: 0, max: ruleEnd - 1 });
const rule = (number: number) => ruleBlock(number) as CidrBlock;
const day = (offset: number) => new Date(now.getTime() + offset * 86_400_000).toISOString().slice(0, 10);

describe("the rule", () => {
  it.each([
    [0, "10.0.0.0/16"],
    [3, "10.3.0.0/16"],
    [255, "10.255.0.0/16"],
    [256, "100.64.0.0/20"],
    [257, "100.64.16.0/20"],
    [1279, "100.127.240.0/20"],
  ])("gives number %d the block %s", (number, cidr) => {
    expect(formatCidr(rule(number))).toBe(cidr);
  });

  it("ends where its pool ends", () => {
    expect(ruleEnd).toBe(1280);
    for (const number of [-1, 1280, 1.5, NaN]) expect(ruleBlock(number)).toBeUndefined();
  });

  it("gives no address twice", () => {
    const blocks = Array.from({ length: ruleEnd }, (_, number) => rule(number));
    const ends = blocks.map((each) => each.first + each.size);
    for (let number = 1; number < ruleEnd; number++)
      expect(blocks[number]?.first).toBeGreaterThanOrEqual(ends[number - 1] ?? 0);
  });

  it("finds the owner of a block", () => {
    fc.assert(
      fc.property(ruled, fc.integer({ min: 12, max: 24 }), (number, prefix) => {
        expect(ruleOwners(rule(number))).toEqual([number]);
        const size = 2 ** (32 - prefix);
        const block = { first: Math.floor(rule(number).first / size) * size, prefix, size };
        const owners = Array.from({ length: ruleEnd }, (_, each) => each).filter((each) => overlaps(rule(each), block));
        expect(ruleOwners(block)).toEqual(owners);
      }),
      { numRuns: 50 },
    );
    expect(ruleOwners(parseCidr("192.168.0.0/16"))).toEqual([]);
  });
});

describe("a cell's block", () => {
  it("does not change when other cells come or go", () => {
    fc.assert(
      fc.property(fc.uniqueArray(ruled, { minLength: 2, maxLength: 20 }), fc.nat(), (numbers, index) => {
        const gone = numbers[index % numbers.length] as number;
        const before = new Map(numbers.map((number) => [number, blockOf(number, emptyLedger)]));
        const ledger: Ledger = {
          ...emptyLedger,
          released: [{ cell: gone, cidr: formatCidr(rule(gone)), released: day(-1) }],
        };
        for (const number of numbers.filter((each) => each !== gone))
          expect(blockOf(number, ledger)).toEqual(before.get(number));
      }),
    );
  });

  it("is the reserved one where there is one", () => {
    const ledger: Ledger = { ...emptyLedger, reserved: [{ cell: 2000, cidr: "172.20.0.0/20" }] };
    expect(blockOf(2000, ledger)).toEqual(parseCidr("172.20.0.0/20"));
    expect(blockOf(2001, ledger)).toBeUndefined();
  });
});

describe("quarantine", () => {
  const entry = { cell: 3, cidr: "10.3.0.0/16", released: "2026-03-03" };
  const ledger: Ledger = { quarantineDays: 90, reserved: [], released: [entry] };

  it("ends a given number of days after the release", () => {
    expect(quarantineEnd(entry, 90)).toBe("2026-06-01");
    expect(inQuarantine(entry, 90, new Date("2026-05-31T23:59:59Z"))).toBe(true);
    expect(inQuarantine(entry, 90, new Date("2026-06-01T00:00:00Z"))).toBe(false);
    expect(quarantineEnd({ ...entry, released: "2028-02-28" }, 2)).toBe("2028-03-01");
  });

  it("keeps a block, whole or in part, from being reserved until it ends", () => {
    for (const cidr of ["10.3.0.0/16", "10.3.128.0/20"]) {
      expect(whyNot(300, parseCidr(cidr), ledger, new Date("2026-05-31T00:00:00Z"))).toMatch(/rests until 2026-06-01/);
      expect(whyNot(300, parseCidr(cidr), ledger, now)).toBeUndefined();
    }
  });

  it("never lets a block be used before its end, whatever the days", () => {
    fc.assert(
      fc.property(ruled, fc.integer({ min: 1, max: 400 }), fc.integer({ min: 0, max: 500 }), (number, days, ago) => {
        const released = { cell: number, cidr: formatCidr(rule(number)), released: day(-ago) };
        const reason = whyNot(5000, rule(number), { quarantineDays: days, reserved: [], released: [released] }, now);
        expect(reason === undefined).toBe(ago >= days);
      }),
    );
  });

  it("only ever opens with time", () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (a, b) => {
        const at = (days: number) =>
          whyNot(300, parseCidr(entry.cidr), ledger, new Date(now.getTime() + (days - 500) * 86_400_000));
        const [early, late] = [Math.min(a, b), Math.max(a, b)];
        if (at(early) === undefined) expect(at(late)).toBeUndefined();
      }),
    );
  });
});

describe("a reserved block", () => {
  it("may be any private block that no rule gives, of a cell's size", () => {
    fc.assert(
      fc.property(fc.integer({ min: 16, max: 21 }), fc.nat(2 ** 32 - 1), (prefix, address) => {
        const size = 2 ** (32 - prefix);
        const block = { first: Math.floor(address / size) * size, prefix, size };
        const home = ["172.16.0.0/12", "192.168.0.0/16"].map(parseCidr).some((range) => contains(range, block));
        const docker = overlaps(parseCidr("172.17.0.0/16"), block);
        expect(whyNot(5000, block, emptyLedger, now) === undefined).toBe(home && !docker);
      }),
    );
  });

  it("may be the cell's own by rule", () => {
    expect(whyNot(7, rule(7), emptyLedger, now)).toBeUndefined();
    expect(whyNot(8, rule(7), emptyLedger, now)).toMatch(/belongs by rule to cell 7/);
  });
});

it("the next number is one that no cell has or had", () => {
  expect(nextNumber([], emptyLedger)).toBe(0);
  expect(nextNumber([0, 5, 2], emptyLedger)).toBe(6);
  expect(nextNumber([0, 5], { ...emptyLedger, released: [{ cell: 9, cidr: "10.9.0.0/16", released: day(-1) }] })).toBe(
    10,
  );
});
