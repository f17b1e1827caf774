import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { CellState } from "../../contract/cells";
import {
  accept,
  applyOverlay,
  begin,
  conditionsOf,
  decide,
  decodeOverlayText,
  effectiveVersion,
  encodeOverlay,
  makeRouter,
  makeRoutes,
  overlaySchema,
  sealTable,
  type Acceptance,
  type Overlay,
  type RoutingTable,
  noPins,
  canonicalJson,
  type Pins,
  ownersOf,
  slotOf,
} from "../../routing";
import { packDeal } from "../../routing/slots/pack";
import { anyCountry, anyTable, anyTenant, cell, exampleContent, exampleTable, pinned } from "./tables";

function overlay(change: Partial<Overlay> = {}): Overlay {
  return { schema: overlaySchema, environment: "test", revision: 1, base: 1, cells: {}, pins: noPins, ...change };
}

function over(base: RoutingTable, change: Partial<Overlay>): { readonly table: RoutingTable; readonly pins: Pins } {
  const applied = applyOverlay(base, overlay(change));
  if (!applied.ok) throw new Error(JSON.stringify(applied.mistakes));
  return applied;
}

const cellOf = (
  { table, pins }: { readonly table: RoutingTable; readonly pins?: Pins },
  tenant: string,
  country: string,
): number | string => {
  const decision = decide(makeRouter(table, { pins }), { tenant, country });
  return decision.ok ? decision.cell.number : decision.reason;
};

describe("an overlay's text", () => {
  it("reads back as it was written", () => {
    const written = overlay({
      cells: { "3": { state: "draining" }, "4": { weight: 0.5, down: true }, "5": { full: false } },
      pins: pinned({ acme: { cell: 2, epoch: 7 } }),
      deals: exampleTable().deals!.slice(0, 1),
      allow: { from: 0, sets: [["EU"]], moved: 0.2, cells: 1 },
    });
    expect(decodeOverlayText(encodeOverlay(written))).toEqual({ ok: true, overlay: written });
  });

  it("lists every mistake", () => {
    const broken = {
      schema: 2,
      environment: "",
      revision: 0,
      base: -1,
      cells: { "03": {}, "4": { state: "gone", weight: 101, down: 1, full: "no" } },
      deals: [{ localities: ["EU"], cells: [1, 1], slots: "!" }],
      pins: { ...noPins.packed(), key: "short", cells: [2, 1] },
      allow: { from: 1, sets: ["EU"], moved: 2, cells: 0 },
    };
    const decoded = decodeOverlayText(`${canonicalJson(broken)}\n`);
    expect(decoded.ok ? [] : decoded.mistakes.map(({ path }) => path)).toEqual([
      "schema",
      "deals[0].cells[1]",
      "deals[0].slots",
      "allow.sets[0]",
      "allow.moved",
      "environment",
      "revision",
      "base",
      'cells["4"].state',
      'cells["4"].weight',
      'cells["4"].down',
      'cells["4"].full',
      'cells["03"]',
      "pins.key",
      "pins.cells[1]",
    ]);
  });

  it.each([
    ["empty", ""],
    ["half", encodeOverlay(overlay()).slice(0, 20)],
    ["a cell twice", encodeOverlay(overlay()).replace('"cells":{}', '"cells":{"1":{"down":true},"1":{"down":false}}')],
    ["other spaces", JSON.stringify(overlay(), null, 1)],
    ["no object", "[]\n"],
  ])("is refused: %s", (_, text) => {
    expect(decodeOverlayText(text).ok).toBe(false);
  });

  it("never throws for any text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => typeof decodeOverlayText(`${text}\n`).ok === "boolean"),
    );
    // JSON.parse takes it; a function that calls itself for each level would not.
    expect(decodeOverlayText(`{"a":${"[".repeat(1e5)}${"]".repeat(1e5)}}\n`)).toEqual({
      ok: false,
      mistakes: [{ path: "", message: "is nested too deep" }],
    });
  });
});

describe("laid over a base", () => {
  it("changes states, and the tenants of a cell that is down come back with it", () => {
    const base = exampleTable();
    expect(cellOf({ table: base }, "acme", "CN")).toBe(7);
    expect(cellOf(over(base, { cells: { "7": { state: "disabled" } } }), "acme", "CN")).toBe("no-healthy-cell");
    expect(cellOf(over(base, { cells: { "7": { state: "draining" } } }), "acme", "CN")).toBe(7);
  });

  it("excludes cells while they are down or full, inside the candidate set, and moves no home", () => {
    const base = exampleTable();
    const home = cellOf({ table: base }, "acme", "US") as number;
    for (const [trouble, reason] of [
      ["down", "failover"],
      ["full", "overflow"],
    ] as const) {
      const ill = overlay({ cells: { [home]: { [trouble]: true } } });
      const applied = applyOverlay(base, ill);
      expect(applied.ok && applied.table.cells).toEqual(base.cells);
      const routes = makeRoutes(makeRouter(base), conditionsOf(ill));
      const decision = routes.decide({ tenant: "acme", country: "US" });
      expect(decision).toMatchObject({ ok: true, reason, home: { number: home }, cell: { locality: "US" } });
      expect(decision.ok && decision.cell.number).not.toBe(home);
      expect(conditionsOf(overlay({ cells: { [home]: { [trouble]: false } } }))).toEqual(conditionsOf(undefined));
    }
  });

  it("pins tenants, the higher epoch first", () => {
    const home = cellOf({ table: exampleTable() }, "acme", "US") as number;
    const [one, two] = [2, 3, 4].filter((number) => number !== home) as [number, number];
    const base = exampleTable({ pins: { acme: { cell: one, epoch: 5 } } });
    expect(cellOf(over(base, { pins: pinned({ acme: { cell: two, epoch: 6 } }) }), "acme", "US")).toBe(two);
    expect(cellOf(over(base, { pins: pinned({ acme: { cell: two, epoch: 4 } }) }), "acme", "US")).toBe(one);
  });

  it("ignores cells that the base does not have, but refuses such pins", () => {
    const base = exampleTable();
    expect(over(base, { cells: { "99": { state: "active" } } }).table).toEqual(base);
    expect(applyOverlay(base, overlay({ pins: pinned({ acme: { cell: 99, epoch: 1 } }) }))).toMatchObject({
      ok: false,
    });
    expect(applyOverlay(base, overlay({ environment: "prod" }))).toMatchObject({ ok: false });
  });

  it("moves tenants by weights only with a deal, and only as the deal has them", () => {
    const base = exampleTable();
    const cells = exampleContent().cells.map((each) => (each.number === 0 ? { ...each, weight: 1.1 } : each));
    const dealt = sealTable(2, exampleContent({ cells }), base.deals);
    const changed = { cells: { "0": { weight: 1.1 } } };
    expect(over(base, changed).table.deals).toEqual(base.deals);
    expect(over(base, { ...changed, deals: dealt.deals! }).table.deals).toEqual(dealt.deals);
    // With a newer base: its own deal, not one among other cells.
    const newer = exampleTable({ cells: [...exampleContent().cells, cell(8)] }, 2);
    expect(over(newer, { ...changed, deals: dealt.deals! }).table.deals?.[1]).toEqual(newer.deals?.[1]);
  });

  it("decides alike with and without prepared routes, for any conditions of cells", () => {
    const anyCells = fc.dictionary(
      fc.constantFrom("0", "1", "2", "3", "4", "5", "6", "7"),
      fc.record(
        {
          state: fc.constantFrom<CellState>("provisioning", "canary", "active", "draining", "disabled"),
          weight: fc.constantFrom(0, 0, 1, 2),
          down: fc.boolean(),
          full: fc.boolean(),
        },
        { requiredKeys: [], noNullPrototype: true },
      ),
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(
        anyCells,
        fc.constantFrom("DE", "US", "JP", "CN", "BR", "KP"),
        anyTenant(),
        (cells, country, tenant) => {
          const router = makeRouter(over(exampleTable(), { cells }).table);
          const question = { tenant, country };
          const conditions = conditionsOf(overlay({ cells }));
          expect(makeRoutes(router, conditions).decide(question)).toEqual(decide(router, question, conditions));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("keeps tenants at home when it sets every weight to 0, since no deal moves them", () => {
    const base = exampleTable();
    const { table } = over(base, { cells: { "0": { weight: 0 }, "1": { weight: 0 } } });
    for (const tenant of ["a", "b", "c", "d"]) {
      const before = decide(makeRouter(base), { tenant, country: "DE" });
      expect(decide(makeRouter(table), { tenant, country: "DE" })).toMatchObject({
        ok: true,
        reason: "home",
        cell: { number: before.ok ? before.cell.number : NaN },
      });
    }
  });

  it("opens the first cell of a locality by its own deal, and refuses until then", () => {
    const closed = exampleTable({
      cells: exampleContent().cells.map((each) => (each.number === 7 ? { ...each, state: "provisioning" } : each)),
    });
    const question = { tenant: "acme", country: "CN" };
    const open = { cells: { "7": { state: "active" as const } } };
    const ask = (change: Partial<Overlay>) => {
      const router = makeRouter(over(closed, change).table);
      expect(makeRoutes(router).decide(question)).toEqual(decide(router, question));
      return decide(router, question);
    };
    expect(ask(open)).toMatchObject({ ok: false, reason: "no-cell-allowed" });
    expect(ask({ ...open, deals: exampleTable().deals! })).toMatchObject({ ok: true, cell: { number: 7 } });
  });

  it("reports both revisions", () => {
    const base = exampleTable({}, 3);
    expect(effectiveVersion(base, undefined)).toMatch(/^3-[0-9a-f]{12}$/);
    expect(effectiveVersion(base, overlay({ revision: 12 }))).toMatch(/^3-[0-9a-f]{12}\+12$/);
  });

  it("never leads a tenant out of its residency, for any content", () => {
    const states = fc.constantFrom("canary", "active", "draining", "disabled", "quarantined", "provisioning");
    const changes = fc.dictionary(
      fc.nat({ max: 400 }).map(String),
      fc.record(
        { state: states, weight: fc.constantFrom(0, 1, 2), down: fc.boolean(), full: fc.boolean() },
        { requiredKeys: [], noNullPrototype: true },
      ),
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(anyTable, changes, anyTenant(), anyCountry, fc.nat(), (base, cells, tenant, country, pick) => {
        const pin = { cell: base.cells[pick % base.cells.length]!.number, epoch: 1 };
        const change = overlay({ cells: cells as Overlay["cells"], pins: pinned({ [tenant]: pin }) });
        const applied = applyOverlay(base, change);
        if (!applied.ok) throw new Error("refused");
        const [router, conditions] = [makeRouter(applied.table, applied), conditionsOf(change)];
        const decision = decide(router, { tenant, country }, conditions);
        expect(makeRoutes(router, conditions).decide({ tenant, country })).toEqual(decision);
        if (!decision.ok) return;
        const allowed = base.jurisdictions[router.jurisdiction(country)!]!.localities;
        expect(allowed).toContain(decision.cell.locality);
        expect(allowed).toContain(decision.home.locality);
      }),
      { numRuns: 40 },
    );
  });
});

describe("replacing an overlay", () => {
  const base = exampleTable();
  const pins = (count: number, cell = 2, epoch = 1): Overlay["pins"] =>
    pinned(Object.fromEntries(Array.from({ length: count }, (_, i) => [`t-${i}`, { cell, epoch }])));
  const taken = (last: Partial<Overlay>, next: Partial<Overlay>): Acceptance => {
    const [one, two] = [overlay(last), overlay({ revision: 2, ...next })];
    const first = accept(begin(base, 0), { base, overlay: one }, 0);
    if (!first.ok) throw new Error(first.reason);
    return accept(first.accepted, { base, overlay: two }, 0);
  };
  const refusal = (last: Partial<Overlay>, next: Partial<Overlay>): string | undefined => {
    const result = taken(last, next);
    return result.ok ? result.accepted.ignores : result.reason;
  };
  const disabled = (...numbers: number[]) => ({
    cells: Object.fromEntries(numbers.map((n) => [n, { state: "disabled" as const }])),
  });
  const down = (...numbers: number[]) => ({ cells: Object.fromEntries(numbers.map((n) => [n, { down: true }])) });

  it("accepts no older revision", () => {
    expect(refusal({ revision: 3 }, { revision: 2 })).toMatch("older than 3");
    expect(refusal({ revision: 3 }, { revision: 3 })).toBeUndefined();
    expect(refusal({ revision: 3 }, { revision: 9 })).toBeUndefined();
  });

  it("lets a fifth of the cells of the fleet and of each candidate set go out of service, or one", () => {
    for (const gone of [disabled, down]) {
      expect(refusal({}, gone(3))).toBeUndefined();
      expect(refusal({}, gone(3, 4))).toMatch("takes 2 of 8 cells of the fleet out of service at once");
      expect(refusal(gone(3), gone(4))).toBeUndefined();
    }
    const allow = { from: 1, sets: [["US"], ["US", "APAC", "EU"]], moved: 0, cells: 2 };
    expect(refusal({}, { ...disabled(3, 4), allow })).toBeUndefined();
    expect(refusal({}, { ...disabled(3, 4), allow: { ...allow, cells: 1 } })).toMatch("of the fleet");
    expect(refusal({}, { ...disabled(3, 4), allow: { ...allow, from: 7 } })).toMatch("out of service");
    expect(refusal({}, { ...disabled(3, 4), allow: { ...allow, sets: [["US"]] } })).toMatch("EU and 2 more");
    expect(refusal({}, { ...disabled(3, 4), allow: { ...allow, sets: [["EU"]] } })).toMatch("2 of 3 cells of US");
  });

  it("lets one of two cells go, and never the last one of a candidate set, unless an operator allows it", () => {
    for (const gone of [disabled, down]) {
      expect(refusal({}, gone(0))).toBeUndefined();
      expect(refusal({}, gone(7))).toMatch("leaves no cell of CN in service");
      expect(refusal(gone(0), gone(0, 1))).toMatch("leaves no cell of EU in service");
      expect(refusal({}, { ...gone(7), allow: { from: 1, sets: [["CN"]], moved: 0, cells: 1 } })).toBeUndefined();
    }
  });

  it("limits how many cells may stop standing in for others", () => {
    const idle = { weight: 0 };
    expect(refusal({}, { cells: { "3": idle } })).toBeUndefined();
    expect(refusal({}, { cells: { "0": idle, "1": { state: "draining" } } })).toMatch("takes 2 of 8 stand-ins");
    expect(refusal({ cells: { "0": idle } }, { cells: { "0": idle, "1": idle } })).toMatch(
      "leaves no cell of EU to stand in for another",
    );
    const all = Object.fromEntries(Array.from({ length: 8 }, (_, number) => [number, idle]));
    expect(refusal({}, { cells: all })).toMatch("leaves no cell of the fleet to stand in");
    expect(refusal({}, { cells: { "7": { state: "draining" } } })).toBeUndefined();
  });

  it("takes a pair without the health marks that exceed the limits, and follows the others", () => {
    const result = taken({}, { cells: { "0": { down: true }, "1": { down: true }, "2": { state: "draining" } } });
    expect(result).toMatchObject({
      ok: true,
      accepted: { ignores: expect.stringContaining("of the fleet") as string },
    });
    const next = taken(down(0), { cells: { "0": { down: true }, "1": { down: true }, "5": { full: true } } });
    expect(next.ok && next.accepted.overlay?.revision).toBe(2);
    expect(next.ok && next.accepted.conditions).toEqual({ down: new Set([0]), full: new Set([5]) });
    // The marks of other candidate sets hold.
    const two = taken(down(0), down(0, 1, 2));
    expect(two.ok && [...two.accepted.conditions.down!].sort()).toEqual([0, 2]);
  });

  it("refuses to drop many pins, and an older epoch", () => {
    expect(refusal({ pins: pins(1000) }, { pins: pins(960) })).toBeUndefined();
    expect(refusal({ pins: pins(1000) }, { pins: pins(900) })).toMatch(
      /it drops \d\d pins of tenants of \w+, who would have another home/,
    );
    expect(refusal({ pins: pins(1000) }, { pins: noPins })).toMatch(/it moves \d+\.\d % of the tenants of \w+ by pins/);
    expect(refusal({ pins: pins(5) }, { pins: noPins })).toBeUndefined();
    expect(refusal({ pins: pins(3, 2, 5) }, { pins: pins(3, 2, 4) })).toMatch("older epochs of 3 tenants");
  });

  it("drops any number of pins once the deal sends their slots to the same cell: slots grow old, pins go", () => {
    const some = Array.from({ length: 400 }, (_, i) => `t-${i}`);
    const deals = base.deals!.map((deal) => {
      if (!deal.cells.includes(2)) return deal;
      const owners = Int32Array.from(ownersOf(deal));
      for (const tenant of some) owners[slotOf(tenant)] = 2;
      return packDeal(deal.localities, deal.cells, owners);
    });
    expect(refusal({ pins: pins(400), deals }, { deals })).toBeUndefined();
    const [before, after] = [over(base, { pins: pins(400), deals }), over(base, { deals })];
    for (const tenant of some) expect(cellOf(after, tenant, "US")).toBe(cellOf(before, tenant, "US"));
    expect(refusal({ pins: pins(400), deals }, {})).toMatch("who would have another home");
  });

  it("refuses to drop a pin that hides an older one of the base, until a base without it is served", () => {
    const pinnedBase = exampleTable({ pins: { acme: { cell: 1, epoch: 1 } } });
    const step = (from: RoutingTable, to: RoutingTable): Acceptance => {
      const [one, two] = [
        overlay({ pins: pinned({ acme: { cell: 0, epoch: 2 } }) }),
        overlay({ revision: 2, pins: pinned({}) }),
      ];
      const first = accept(begin(from, 0), { base: from, overlay: one }, 0);
      if (!first.ok) throw new Error(first.reason);
      const next = accept(first.accepted, { base: to, overlay: one }, 1);
      if (!next.ok) throw new Error(next.reason);
      return accept(next.accepted, { base: to, overlay: two }, 2);
    };
    expect(step(pinnedBase, pinnedBase)).toMatchObject({ ok: false, reason: "it has older epochs of 1 tenants" });
    expect(step(pinnedBase, exampleTable({}, 2)).ok).toBe(true);
  });

  it("waits for the base that it needs", () => {
    expect(applyOverlay(base, overlay({ base: 2 }))).toMatchObject({ ok: false, mistakes: [{ path: "base" }] });
    expect(applyOverlay(exampleTable({}, 2), overlay({ base: 2 }))).toMatchObject({ ok: true });
  });

  it("moves no more than a twentieth of a candidate set's planned tenants at once, unless an operator allows it", () => {
    // Three cells of 1,000 tenants: 150, and ten that may always move. A third of the new pins changes no home.
    const homes = Array.from({ length: 600 }, (_, i) => `t-${i}`).filter((t) => cellOf({ table: base }, t, "US") !== 2);
    const some = (count: number) =>
      pinned(Object.fromEntries(homes.slice(0, count).map((t) => [t, { cell: 2, epoch: 1 }])));
    const allow = { from: 1, sets: [["US"]], moved: 0.06, cells: 0 };
    expect(refusal({}, { pins: some(160) })).toBeUndefined();
    expect(refusal({}, { pins: some(170) })).toMatch("it moves 5.3 % of the tenants of US by pins");
    expect(refusal({}, { pins: some(170), allow })).toBeUndefined();
    expect(refusal({}, { pins: some(170), allow: { ...allow, sets: [["EU"]] } })).toMatch("it moves 5.3 %");
    const cells = exampleContent().cells.map((each) => (each.number === 0 ? { ...each, weight: 2 } : each));
    const deals = sealTable(2, exampleContent({ cells }), base.deals).deals!;
    expect(refusal({}, { cells: { "0": { weight: 2 } }, deals })).toMatch(/it moves 1\d\.\d %/);
  });

  it("is accepted without comparison when it is an instance's first: the base alone lacks earlier moves", () => {
    const first = overlay({ pins: pins(4000) });
    expect(accept(begin(base, 0), { base, overlay: first }, 0).ok).toBe(true);
  });
});
