import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { CidrError, contains, formatCidr, overlaps, parseCidr, subnetPlan, type CidrBlock } from "../../catalog/cidr";

/** A canonical block of a prefix, anywhere. */
const block = (min: number, max: number): fc.Arbitrary<CidrBlock> =>
  fc.tuple(fc.integer({ min, max }), fc.nat(2 ** 32 - 1)).map(([prefix, address]) => {
    const size = 2 ** (32 - prefix);
    return { first: Math.floor(address / size) * size, prefix, size };
  });

const letters = fc.uniqueArray(fc.constantFrom(..."abcdef"), { minLength: 1 });

describe("a CIDR", () => {
  it("reads and writes the same text", () => {
    fc.assert(
      fc.property(block(0, 32), (each) => {
        expect(parseCidr(formatCidr(each))).toEqual(each);
      }),
    );
  });

  it.each(["10.0.0.1/16", "10.1.2.3/31", "11.0.0.0/7"])("%s has host bits: refused, and says the block", (text) => {
    expect(() => parseCidr(text)).toThrow(/host bits; write \d/);
  });

  it.each([
    "010.0.0.0/16",
    "10.0.0.0/016",
    "10.0.0/16",
    "10.0.0.0",
    "256.0.0.0/8",
    "10.0.0.0/33",
    " 10.0.0.0/16",
    "0xa.0.0.0/8",
    "::/0",
    "",
  ])("%j is refused", (text) => {
    expect(() => parseCidr(text)).toThrow(CidrError);
  });

  it("overlap is symmetric, and containment is overlap", () => {
    fc.assert(
      fc.property(block(8, 24), block(8, 24), (a, b) => {
        expect(overlaps(a, b)).toBe(overlaps(b, a));
        if (contains(a, b)) expect(overlaps(a, b)).toBe(true);
        // Canonical blocks nest or are apart: there is no third way.
        expect(overlaps(a, b)).toBe(contains(a, b) || contains(b, a));
      }),
    );
  });
});

describe("the subnets of a cell", () => {
  it("are the documented ones", () => {
    expect(subnetPlan("10.3.0.0/16", ["eu-west-1a", "eu-west-1b", "eu-west-1c"])).toEqual([
      { zone: "eu-west-1a", letter: "a", app: "10.3.0.0/19", public: "10.3.192.0/22", data: "10.3.224.0/22" },
      { zone: "eu-west-1b", letter: "b", app: "10.3.32.0/19", public: "10.3.196.0/22", data: "10.3.228.0/22" },
      { zone: "eu-west-1c", letter: "c", app: "10.3.64.0/19", public: "10.3.200.0/22", data: "10.3.232.0/22" },
    ]);
  });

  it("are in the cell's block and apart from each other", () => {
    fc.assert(
      fc.property(block(16, 21), letters, (cell, zones) => {
        const all = subnetPlan(formatCidr(cell), zones).flatMap((each) =>
          [each.app, each.public, each.data].map(parseCidr),
        );
        expect(all).toHaveLength(3 * zones.length);
        for (const [index, subnet] of all.entries()) {
          expect(contains(cell, subnet)).toBe(true);
          expect(all.slice(index + 1).some((other) => overlaps(subnet, other))).toBe(false);
        }
      }),
    );
  });

  it("do not depend on the other zones, nor on their order", () => {
    fc.assert(
      fc.property(block(16, 21), letters, (cell, zones) => {
        const cidr = formatCidr(cell);
        const plan = subnetPlan(cidr, zones);
        expect(subnetPlan(cidr, [...zones].reverse())).toEqual(plan);
        for (const each of plan) expect(subnetPlan(cidr, each.letter)).toEqual(each);
      }),
    );
  });

  it("are large enough for a load balancer in the smallest block", () => {
    const [subnets] = subnetPlan("10.0.0.0/21", ["eu-west-1a"]);
    expect(subnets?.public).toMatch(/\/27$/);
    expect(subnets?.data).toMatch(/\/27$/);
  });

  it.each([
    ["10.0.0.0/15", ["eu-west-1a"]],
    ["10.0.0.0/22", ["eu-west-1a"]],
    ["10.0.0.1/16", ["eu-west-1a"]],
    ["10.0.0.0/16", ["eu-west-1g"]],
    ["10.0.0.0/16", [""]],
  ])("%s in %j is refused", (cidr, zones) => {
    expect(() => subnetPlan(cidr, zones)).toThrow();
  });
});
