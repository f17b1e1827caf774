import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { CellState } from "../../contract/cells";
import { decide, decodeTableText, encodeTable, makeRouter, sealTable, type Stage } from "../../routing";
import { anyCountry, anyTable, anyTenant, cell, exampleContent, exampleTable } from "./tables";

const anyNumbers = fc.array(fc.nat({ max: 400 })).map((numbers) => new Set(numbers));
const tenants = Array.from({ length: 400 }, (_, i) => `tenant-${i}`);

describe("laws", () => {
  it("residency is closed: under any states and conditions, no answer lies outside the jurisdiction", () => {
    fc.assert(
      fc.property(
        anyTable,
        anyTenant(),
        anyCountry,
        fc.array(fc.nat()),
        anyNumbers,
        (table, tenant, country, downs, full) => {
          const down = new Set(downs.map((pick) => table.cells[pick % table.cells.length]!.number));
          const answer = decide(makeRouter(table), { tenant, country }, { down, full });
          const name = (country !== undefined && table.countries[country]) || table.defaultJurisdiction;
          if (name === undefined) {
            expect(answer).toEqual({ ok: false, reason: "unknown-country" });
            return;
          }
          if (!answer.ok) return;
          const { localities } = table.jurisdictions[name]!;
          expect(localities).toContain(answer.cell.locality);
          expect(localities).toContain(answer.home.locality);
          expect(down.has(answer.cell.number)).toBe(false);
          expect(["active", "canary", "draining"]).toContain(answer.cell.state);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("is deterministic: another process, another encoding and earlier questions do not change the answer", () => {
    fc.assert(
      fc.property(anyTable, anyTenant(), anyCountry, (table, tenant, country) => {
        const answer = decide(makeRouter(table), { tenant, country });
        const decoded = decodeTableText(encodeTable(table));
        expect(decoded).toMatchObject({ ok: true });
        if (!decoded.ok) return;
        const other = makeRouter(decoded.table);
        decide(other, { tenant: "another", country: "US" }, { down: new Set([0, 1, 2]) });
        expect(decide(other, { tenant, country })).toEqual(answer);
      }),
      { numRuns: 100 },
    );
  });

  it("the home is sticky: failure and overflow never change it, and the tenant returns", () => {
    const table = exampleTable();
    const router = makeRouter(table);
    for (const tenant of tenants) {
      const before = decide(router, { tenant, country: "US" });
      if (!before.ok) throw new Error(before.reason);
      const home = before.home.number;
      const failed = decide(router, { tenant, country: "US" }, { down: new Set([home]) });
      expect(failed).toMatchObject({ ok: true, reason: "failover", home: { number: home } });
      if (failed.ok) expect(failed.cell.number).not.toBe(home);
      const full = decide(router, { tenant, country: "US" }, { full: new Set([home]) });
      expect(full).toMatchObject({ ok: true, reason: "overflow", home: { number: home } });
      expect(decide(router, { tenant, country: "US" })).toEqual(before);
    }
  });

  it("adding a cell moves no pinned tenant, and others only to the new cell", () => {
    const pins = Object.fromEntries(tenants.slice(0, 50).map((tenant) => [tenant, { cell: 3, epoch: 1 }]));
    const before = makeRouter(exampleTable({ pins }));
    const content = exampleContent({ pins });
    const after = makeRouter(sealTable(2, { ...content, cells: [...content.cells, cell(8, { locality: "US" })] }));
    let moved = 0;
    for (const tenant of tenants) {
      const old = decide(before, { tenant, country: "US" });
      const now = decide(after, { tenant, country: "US" });
      if (!old.ok || !now.ok) throw new Error("refused");
      if (old.cell.number === now.cell.number) continue;
      moved++;
      expect(now.cell.number).toBe(8);
      expect(pins[tenant]).toBeUndefined();
    }
    expect(moved / (tenants.length - 50)).toBeGreaterThan(0.15);
    expect(moved / (tenants.length - 50)).toBeLessThan(0.35);
  });

  it("a change in another locality moves no tenant here", () => {
    const before = makeRouter(exampleTable());
    const content = exampleContent();
    const after = makeRouter(sealTable(2, { ...content, cells: content.cells.filter(({ number }) => number !== 3) }));
    for (const tenant of tenants) {
      expect(decide(after, { tenant, country: "DE" })).toMatchObject({
        cell: (decide(before, { tenant, country: "DE" }) as { cell: unknown }).cell,
      });
    }
  });
});

describe("failover", () => {
  it("spreads one cell's tenants over all the others, by hashing the tenant", () => {
    const router = makeRouter(exampleTable());
    const targets = new Map<number, number>();
    for (const tenant of tenants) {
      const answer = decide(router, { tenant, country: "US" }, { down: new Set([3]) });
      if (answer.ok && answer.reason === "failover") {
        targets.set(answer.cell.number, (targets.get(answer.cell.number) ?? 0) + 1);
      }
    }
    expect([...targets.keys()].sort()).toEqual([2, 4]);
    expect(Math.min(...targets.values()) / Math.max(...targets.values())).toBeGreaterThan(0.6);
  });

  it("refuses when no cell of the candidate set is healthy, though others are", () => {
    const router = makeRouter(exampleTable());
    expect(decide(router, { tenant: "t", country: "DE" }, { down: new Set([0, 1]) })).toEqual({
      ok: false,
      reason: "no-healthy-cell",
      jurisdiction: "eu",
    });
  });

  it("stays at home when every other cell is full or down", () => {
    const router = makeRouter(exampleTable());
    for (const tenant of tenants.slice(0, 20)) {
      const answer = decide(router, { tenant, country: "DE" }, { full: new Set([0, 1]) });
      expect(answer).toMatchObject({ ok: true, reason: "home" });
    }
  });

  it("uses a full cell before it refuses", () => {
    const router = makeRouter(exampleTable());
    for (const tenant of tenants.slice(0, 20)) {
      expect(decide(router, { tenant, country: "DE" }, { down: new Set([0]), full: new Set([1]) })).toMatchObject({
        ok: true,
        cell: { number: 1 },
      });
    }
  });
});

describe("states", () => {
  const withStates = (states: Record<number, CellState>, weights: Record<number, number> = {}) => {
    const content = exampleContent();
    return makeRouter(
      sealTable(1, {
        ...content,
        cells: content.cells.map((each) => ({
          ...each,
          state: states[each.number] ?? each.state,
          weight: weights[each.number] ?? each.weight,
        })),
      }),
    );
  };
  const homes = (router: ReturnType<typeof makeRouter>) =>
    new Set(
      tenants.map((tenant) => {
        const answer = decide(router, { tenant, country: "US" });
        return answer.ok ? answer.home.number : undefined;
      }),
    );

  it("no tenant has its home in a provisioning cell; every other state keeps its tenants", () => {
    expect(homes(withStates({ 3: "provisioning" }))).toEqual(new Set([2, 4]));
    for (const state of ["canary", "active", "draining", "disabled", "quarantined"] as const) {
      expect(homes(withStates({ 3: state })), state).toEqual(new Set([2, 3, 4]));
    }
  });

  it("a draining cell still serves its own tenants, and no others", () => {
    const router = withStates({ 3: "draining" });
    for (const tenant of tenants) {
      const answer = decide(router, { tenant, country: "US" });
      if (answer.ok && answer.home.number === 3) expect(answer.cell.number).toBe(3);
      const failed = decide(router, { tenant, country: "US" }, { down: new Set([2]) });
      if (failed.ok && failed.reason === "failover") expect(failed.cell.number).toBe(4);
    }
  });

  it("a canary stands in only when no active cell is left", () => {
    const router = withStates({ 3: "canary" });
    const targets = (down: number[]) =>
      new Set(
        tenants.flatMap((tenant) => {
          const answer = decide(router, { tenant, country: "US" }, { down: new Set(down) });
          return answer.ok && answer.reason === "failover" ? [answer.cell.number] : [];
        }),
      );
    expect(targets([2])).toEqual(new Set([4]));
    expect(targets([2, 4])).toEqual(new Set([3]));
  });

  it("a cell of weight 0 is a home only by a pin", () => {
    expect(homes(withStates({}, { 3: 0 }))).toEqual(new Set([2, 4]));
    const content = exampleContent({ pins: { vip: { cell: 3, epoch: 2 } } });
    const cells = content.cells.map((each) => (each.number === 3 ? { ...each, weight: 0 } : each));
    const router = makeRouter(sealTable(1, { ...content, cells }));
    expect(decide(router, { tenant: "vip", country: "US" })).toMatchObject({ cell: { number: 3 }, reason: "pin" });
  });
});

describe("refusals", () => {
  it("fails closed: unknown country, no country, a jurisdiction without cells", () => {
    const router = makeRouter(exampleTable());
    for (const country of ["ZZ", undefined, "de", "__proto__", "toString"]) {
      expect(decide(router, { tenant: "t", country })).toEqual({ ok: false, reason: "unknown-country" });
    }
    expect(decide(router, { tenant: "t", country: "KP" })).toMatchObject({ ok: false, reason: "no-cell-allowed" });
  });

  it("uses the default jurisdiction where the catalog names one", () => {
    const router = makeRouter(exampleTable({ defaultJurisdiction: "us" }));
    expect(decide(router, { tenant: "t", country: "ZZ" })).toMatchObject({ ok: true, jurisdiction: "us" });
  });

  it("refuses a tenant that is pinned outside its jurisdiction", () => {
    const router = makeRouter(exampleTable({ pins: { t: { cell: 2, epoch: 1 } } }));
    expect(decide(router, { tenant: "t", country: "DE" })).toEqual({
      ok: false,
      reason: "pin-outside-residency",
      jurisdiction: "eu",
    });
  });

  it("reports every stage", () => {
    const stages: Stage[] = [];
    decide(makeRouter(exampleTable()), { tenant: "t", country: "US" }, { down: new Set([2, 3]) }, (stage) =>
      stages.push(stage),
    );
    expect(stages.map(({ stage }) => stage)).toEqual(["residency", "pin", "hash", "health"]);
    expect(stages[0]!.cells).toEqual([2, 3, 4]);
  });
});
