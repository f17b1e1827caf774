import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import fc from "fast-check";
import { unzipSync } from "fflate";
import { describe, expect, it, vi } from "vitest";

import { buildRouterBundle } from "../../components/cell-router/bundle";
import { isWorthCaching } from "../../lambda/router/worth-caching";
import { HomeCache } from "../../lambda/router/home-cache";
import {
  encodeOverlay,
  makeRouter,
  makeRoutes,
  overlaySchema,
  sealTable,
  type AlgorithmName,
  type Overlay,
  type RoutingTable,
} from "../../routing";
import { anyCountry, anyTable, anyTenant, cell, exampleContent, exampleTable, pinned } from "../routing/tables";
import { ask, edgeSecret, object, same, setup, variables } from "./fixture";

const slow: RoutingTable = exampleTable({ algorithm: "sha256" });

/** A fleet of one jurisdiction. */
function fleet(algorithm: AlgorithmName, weights: readonly number[], revision = 1): RoutingTable {
  const cells = weights.map((weight, number) => cell(number, { weight }));
  const eu = { localities: ["EU"] };
  return sealTable(revision, {
    ...exampleContent({ algorithm, cells }),
    jurisdictions: { eu },
    countries: { DE: "eu" },
  });
}

/** HomeCache of the tenants in a table, and the cache's counts. */
function placed(homes: HomeCache, table: RoutingTable, tenants: readonly string[]) {
  const { place } = makeRouter(table, { front: homes.front(table) }).candidates("eu").homes!;
  const numbers = tenants.map((tenant) => place(tenant));
  return { numbers, ...homes.takeStatistics() };
}

const bare = (table: RoutingTable, tenants: readonly string[]): number[] =>
  tenants.map((tenant) => makeRouter(table).candidates("eu").homes!.place(tenant));

const tenants = Array.from({ length: 500 }, (_, i) => `tenant-${i}`);

describe("cache of homes", () => {
  it("changes no decision, for any sequence of tables and any size", () => {
    const tenant = fc.oneof(
      fc.integer({ min: 0, max: 8 }).map((n) => `t${n}`),
      anyTenant(),
    );
    const asked = fc.array(fc.record({ tenant, country: anyCountry }), { minLength: 1, maxLength: 30 });
    const step = fc.record({ table: anyTable, slow: fc.boolean(), asked });
    let hits = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 30 }), (steps, most) => {
        const homes = new HomeCache(most);
        for (const { table, slow, asked } of steps) {
          const used = slow ? sealTable(1, { ...table, algorithm: "sha256" }) : table;
          const plain = makeRoutes(makeRouter(used));
          const kept = makeRoutes(makeRouter(used, { front: homes.front(used) }));
          for (const question of [...asked, ...asked]) expect(kept.decide(question)).toEqual(plain.decide(question));
          const statistics = homes.takeStatistics();
          hits += statistics.hits;
          // At least one a jurisdiction, so that each can be served.
          expect(statistics.kept).toBeLessThanOrEqual(Math.max(most, Object.keys(used.jurisdictions).length));
        }
      }),
      { numRuns: 60 },
    );
    expect(hits).toBeGreaterThan(100);
  });

  it("is kept for a table with the same members, and starts empty for other members, weights or algorithms", () => {
    const homes = new HomeCache();
    const even = Array.from({ length: 9 }, () => 1);
    const seen = (table: RoutingTable) => {
      const { numbers, hits, misses } = placed(homes, table, tenants);
      expect(numbers).toEqual(bare(table, tenants));
      return { hits, misses };
    };
    const all = { hits: tenants.length, misses: 0 };
    const none = { hits: 0, misses: tenants.length };
    expect(seen(fleet("rendezvous", even))).toEqual(none);
    expect(seen(fleet("rendezvous", even, 2))).toEqual(all);
    expect(seen(fleet("rendezvous", [...even.slice(1), 2]))).toEqual(none);
    expect(seen(fleet("rendezvous", [...even, 1]))).toEqual(none);
    expect(seen(fleet("sha256", even))).toEqual(none);
    expect(seen(fleet("sha256", even, 3))).toEqual(all);
  });

  it("is not used where a hit costs as much as it saves", () => {
    const even = (count: number) => Array.from({ length: count }, () => 1);
    for (const table of [
      fleet("slots", even(9)),
      fleet("ring", even(9)),
      fleet("murmur3", even(9)),
      fleet("rendezvous", even(7)),
    ]) {
      expect(isWorthCaching(table.algorithm, table.cells.length)).toBe(false);
      expect(placed(new HomeCache(), table, tenants)).toEqual({
        numbers: bare(table, tenants),
        hits: 0,
        misses: 0,
        kept: 0,
      });
    }
    for (const table of [fleet("sha256", even(2)), fleet("rendezvous", even(8))]) {
      expect(isWorthCaching(table.algorithm, table.cells.length)).toBe(true);
    }
  });

  it("drops the least recently used home", () => {
    const homes = new HomeCache(2);
    const { hits, misses, kept } = placed(homes, fleet("sha256", [1, 1]), ["a", "b", "a", "c", "a", "b"]);
    expect({ hits, misses, kept }).toEqual({ hits: 2, misses: 4, kept: 2 });
  });

  it("divides its size among the jurisdictions of a table, and keeps one home for cells that two of them share", () => {
    const homes = new HomeCache(60);
    const router = makeRouter(slow, { front: homes.front(slow) });
    for (const jurisdiction of Object.keys(slow.jurisdictions)) {
      for (const tenant of tenants) router.candidates(jurisdiction).homes?.place(tenant);
    }
    // Six jurisdictions of ten homes each; one of them allows no cell.
    expect(homes.takeStatistics()).toEqual({ hits: 0, misses: 5 * tenants.length, kept: 50 });

    const twins = sealTable(1, {
      ...exampleContent({ algorithm: "sha256" }),
      jurisdictions: { eu: { localities: ["EU"] }, de: { localities: ["EU"] } },
      countries: {},
    });
    const both = makeRouter(twins, { front: homes.front(twins) });
    both.candidates("eu").homes!.place("acme");
    both.candidates("de").homes!.place("acme");
    expect(homes.takeStatistics()).toEqual({ hits: 1, misses: 1, kept: 1 });
  });

  it("sends no tenant to a cell that went out of service since", async () => {
    const homes = new HomeCache();
    const overlay: Overlay = {
      schema: overlaySchema,
      environment: "test",
      revision: 1,
      base: 1,
      cells: { "0": { state: "disabled" } },
      pins: pinned({ "tenant-1": { cell: 1, epoch: 1 } }),
    };
    const text = { now: undefined as string | undefined };
    const { handler, source, clock } = setup({
      base: slow,
      homes,
      fetch: () => Promise.resolve(same),
      overlay: () => Promise.resolve(text.now === undefined ? { found: "nothing" } : object(text.now)),
    });
    const cells = () => tenants.map((tenant) => handler(ask(tenant, "DE")).headers?.["x-cell"]);
    const before = cells();
    expect(new Set(before)).toEqual(new Set(["cell-0", "cell-1"]));
    await source.idle();
    text.now = encodeOverlay(overlay);
    clock.ms += 11_000;
    source.tick();
    await source.idle();
    expect(new Set(cells())).toEqual(new Set(["cell-1"]));
    expect(homes.takeStatistics().kept).toBeGreaterThan(0);
  });

  it("is counted in each line of metrics", async () => {
    const { handler, source, clock, lines } = setup({ base: slow, homes: new HomeCache() });
    const told = () => {
      const metrics = lines.splice(0).map((line) => JSON.parse(line) as { _aws?: object; homes?: object });
      return metrics.filter((line) => line._aws !== undefined).map(({ homes }) => homes);
    };
    handler(ask("acme", "DE"));
    await source.idle();
    expect(told()).toEqual([{ hits: 0, misses: 1, kept: 1 }]);
    for (const tenant of ["acme", "globex", "globex"]) handler(ask(tenant, "DE"));
    clock.ms += 11_000;
    handler(ask("acme", "DE"));
    expect(told()).toEqual([{ hits: 3, misses: 1, kept: 2 }]);
  });

  it("is absent from the metrics of a router without one", () => {
    const { handler, lines } = setup();
    handler(ask("acme", "DE"));
    expect(lines.filter((line) => line.includes("_aws"))).toHaveLength(1);
    expect(lines.join("")).not.toContain("homes");
  });

  it.each<[AlgorithmName, boolean]>([
    ["slots", false],
    ["sha256", true],
  ])("is loaded by a deployed router of %s: %s", async (algorithm, isLoaded) => {
    const table = exampleTable({ algorithm });
    const directory = mkdtempSync(join(tmpdir(), "cells-homes-"));
    try {
      const files = unzipSync(buildRouterBundle(table, "cells.example.com").bytes);
      for (const [name, bytes] of Object.entries(files)) writeFileSync(join(directory, name), bytes);
      for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
      vi.stubEnv("ROUTER_TABLE_KEYS", JSON.stringify({ base: {}, overlay: {} }));
      const load = createRequire(join(directory, "index.js"));
      const { handler } = load("./index.js") as {
        handler: (event: object) => Promise<{ headers: Record<string, string> }>;
      };
      const event = ask("acme", "DE");
      const headers = { ...event.headers, "x-router-secret": edgeSecret };
      const decision = makeRoutes(makeRouter(table)).decide({ tenant: "acme", country: "DE" });
      expect((await handler({ ...event, headers })).headers["x-cell"]).toBe(decision.ok ? decision.cell.id : "none");
      expect(Object.keys(load.cache).some((file) => file.endsWith(join(basename(directory), "home-cache.js")))).toBe(
        isLoaded,
      );
    } finally {
      vi.unstubAllEnvs();
      rmSync(directory, { recursive: true });
    }
  });

  it("does not grow over a million tenants", () => {
    const homes = new HomeCache(4096);
    const table = fleet("sha256", [1, 1, 1]);
    const { place } = makeRouter(table, { front: homes.front(table) }).candidates("eu").homes!;
    const rounds = [0, 1].map((round) => {
      for (let i = 0; i < 500_000; i++) place(`${round}-${i}`);
      return homes.takeStatistics().kept;
    });
    expect(rounds).toEqual([4096, 4096]);
  });
});
