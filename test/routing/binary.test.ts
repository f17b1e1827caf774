import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { decide, decodeBinary, encodeBinary, encodeTable, makeRouter, makeRoutes, sealTable } from "../../routing";
import { anyCountry, anyTable, anyTenant, cell, exampleContent, exampleTable } from "./tables";

describe("compiled table", () => {
  it("equals its JSON and decides the same", () => {
    fc.assert(
      fc.property(anyTable, anyTenant(), anyCountry, (table, tenant, country) => {
        const decoded = decodeBinary(encodeBinary(table));
        if (!decoded.ok) throw new Error(JSON.stringify(decoded.mistakes));
        expect(encodeTable(decoded.table)).toBe(encodeTable(table));
        const answer = makeRoutes(makeRouter(decoded.table)).decide({ tenant, country });
        expect(answer).toEqual(decide(makeRouter(table), { tenant, country }));
      }),
      { numRuns: 60 },
    );
  });

  it("holds more than 256 cells, at any address in memory", () => {
    const cells = Array.from({ length: 300 }, (_, number) => cell(number, { locality: "US" }));
    const table = sealTable(1, {
      ...exampleContent(),
      cells,
      jurisdictions: { us: { localities: ["US"] } },
      countries: { US: "us" },
    });
    const bytes = encodeBinary(table);
    const odd = new Uint8Array(bytes.length + 1);
    odd.set(bytes, 1);
    for (const each of [bytes, odd.subarray(1)]) {
      const decoded = decodeBinary(each);
      expect(decoded.ok && encodeTable(decoded.table) === encodeTable(table)).toBe(true);
    }
  });

  it("is refused with any mistake of a table, when it is cut off anywhere, and when it is not a table", () => {
    const bytes = encodeBinary(exampleTable());
    for (const length of [0, 7, 15, 16, 200, bytes.length - 1])
      expect(decodeBinary(bytes.subarray(0, length)).ok).toBe(false);
    expect(decodeBinary(new Uint8Array([...bytes, 0])).ok).toBe(false);
    expect(decodeBinary(new TextEncoder().encode(encodeTable(exampleTable()))).ok).toBe(false);
    const wrong = { ...exampleTable(), deals: exampleTable().deals!.slice(1) };
    expect(decodeBinary(encodeBinary(wrong))).toMatchObject({ ok: false, mistakes: [{ path: "deals" }] });
    expect(decodeBinary(bytes, { endpointSuffix: "other.example" }).ok).toBe(false);
  });

  it("never throws, and a slot without a cell is refused", () => {
    const bytes = encodeBinary(exampleTable());
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 }), (at, value) => {
        const broken = bytes.slice();
        broken[at] = value;
        decodeBinary(broken);
      }),
      { numRuns: 200 },
    );
    const wild = bytes.slice();
    wild.fill(255, bytes.length - 65536);
    const decoded = decodeBinary(wild);
    if (!decoded.ok) throw new Error("the last array is the US's");
    const routes = makeRoutes(makeRouter(decoded.table));
    expect(routes.decide({ tenant: "t", country: "US" })).toMatchObject({ ok: false, reason: "no-cell-allowed" });
  });
});

it("prepared routes answer as the plain decision does, under any conditions and repeatedly", () => {
  const anyNumbers = fc.array(fc.nat(), { maxLength: 6 });
  fc.assert(
    fc.property(
      anyTable,
      anyNumbers,
      anyNumbers,
      fc.array(fc.tuple(anyTenant(), anyCountry), { maxLength: 12 }),
      (table, downs, fulls, asked) => {
        const pick = (picks: number[]) => new Set(picks.map((at) => table.cells[at % table.cells.length]!.number));
        const conditions = { down: pick(downs), full: pick(fulls) };
        const router = makeRouter(table);
        const routes = makeRoutes(router, conditions);
        for (const [tenant, country] of [...asked, ...asked]) {
          expect(routes.decide({ tenant, country })).toEqual(decide(router, { tenant, country }, conditions));
        }
      },
    ),
    { numRuns: 150 },
  );
});
