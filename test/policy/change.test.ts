import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Catalog, Cell } from "../../catalog/model";
import { changedCells, kindOf, routingOnly, scopeOf } from "../../ops/check/scope";
import { judgeChange, judgeWhole, type CatalogJudgement } from "../../adapters/policy/judge-catalog";
import { CellStack } from "../../components/cell-stack";
import { planEnvironment } from "../../adapters/pulumi/plan/environment";
import { planPlainly } from "../../adapters/pulumi/plan/plain";
import { plan } from "../../adapters/pulumi/plan/plan";
import type { Judged } from "../../policy/core/judge";
import type { Known } from "../../policy/fingerprints/known";
import { printsOfCatalog } from "../../policy/fingerprints/of-catalog";
import { emptyRegister } from "../../policy/register/register";
import { fleet } from "./fleets";

function knownOf(catalog: Catalog): Known {
  const facts = { source: "a fleet", model: catalog };
  return {
    ...printsOfCatalog(catalog, { EU: ["eu-west-1"] }),
    catalog: facts,
    register: emptyRegister,
    now: new Date("2026-06-01"),
  };
}

function told({ rule, verdict }: Judged): string {
  return `${rule.id} ${verdict.kind} ${verdict.urn} ${verdict.path ?? ""} ${verdict.message} ${verdict.owners?.join() ?? ""}`;
}

/** A plan's part in words that do not say which cell it is of: no number, block, made-up id or day of maintenance. */
function anonymous(value: unknown, number: number): unknown {
  if (typeof value === "string") {
    if (value === String(number)) return "#";
    const text = /^[A-Za-z0-9+/]{40,}={0,2}$/.test(value) ? Buffer.from(value, "base64").toString("utf8") : value;
    return text
      .replace(new RegExp(`cell-${number}(?!\\d)`, "g"), "cell-#")
      .replace(new RegExp(`\\b10\\.${number}\\.`, "g"), "10.#.")
      .replace(/^[A-Z]+DAY$|\b(?:mon|tue|wed|thu|fri|sat|sun)(?=:)/g, "day")
      .replace(/[0-9a-f]{6,}/gi, "hex");
  }
  if (Array.isArray(value)) return value.map((one) => anonymous(one, number));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [anonymous(key, number), anonymous(one, number)]),
  );
}

/** True when nothing is said of any resource; of the catalog, the same is said either way. */
function isClean({ found }: CatalogJudgement): boolean {
  return found.every(({ phase }) => phase === "catalog");
}

/** Verdicts on the cells that a change touches and on what no cell owns. */
function restricted({ found }: CatalogJudgement, touched: readonly string[], catalog: Catalog): readonly string[] {
  const others = catalog.cells.map(({ id }) => id).filter((id) => !touched.includes(id));
  return found
    .filter(({ verdict }) => !others.some((id) => new RegExp(`::(?:edge-delegation-)?${id}(?:$|-)`).test(verdict.urn)))
    .map(told);
}

describe("the cells that a change touches", () => {
  const before = fleet([{}, {}, {}, {}, { rabbitmq: true }, { rabbitmq: true }]);
  const edited = (at: number, change: object): Catalog =>
    fleet(
      [{}, {}, {}, {}, { rabbitmq: true }, { rabbitmq: true }].map((cell, n) =>
        n === at ? { ...cell, ...change } : cell,
      ),
    );

  it("are those whose entry has changed; two of each other kind are witnesses", () => {
    expect(scopeOf(before, before)).toEqual({ touched: [], witnesses: ["cell-0", "cell-1", "cell-4", "cell-5"] });
    expect(scopeOf(before, edited(1, { release: "6.9.3" }))).toEqual({
      touched: ["cell-1"],
      witnesses: ["cell-0", "cell-2", "cell-4", "cell-5"],
    });
    const grown = fleet([{}, {}, {}, {}, { rabbitmq: true }, { rabbitmq: true }, {}]);
    expect(scopeOf(before, grown)?.touched).toEqual(["cell-6"]);
    expect(scopeOf(grown, before)?.touched).toEqual([]);
  });

  it("are those of a class of the environment that has changed", () => {
    const cells = [{ sizeClass: "own" }, {}, { sizeClass: "own" }];
    const sized = (count: number): Catalog => fleet(cells, 1, { own: { from: "dev", nodes: { count } } });
    expect(changedCells(sized(2), sized(3))).toEqual(["cell-0", "cell-2"]);
    expect(scopeOf(sized(2), sized(3))).toEqual({ touched: ["cell-0", "cell-2"], witnesses: ["cell-1"] });
  });

  it("have witnesses in their own account too, and in the one that they leave: a wildcard may reach them there", () => {
    const inAccount = (digit: number): object => ({
      account: { id: String(digit).repeat(12), roleArn: `arn:aws:iam::${String(digit).repeat(12)}:role/cells` },
    });
    const accounts = (...digits: readonly number[]): Catalog => fleet(digits.map(inAccount));
    expect(scopeOf(accounts(1, 1, 1, 2, 3), accounts(1, 1, 1, 2, 3))?.witnesses).toEqual(["cell-0", "cell-1"]);
    const scope = scopeOf(accounts(1, 1, 1, 2, 3, 4, 3), accounts(1, 1, 1, 2, 3, 4, 2));
    expect(scope).toEqual({ touched: ["cell-6"], witnesses: ["cell-0", "cell-1", "cell-3", "cell-4"] });
  });

  it("are not those of which only routers have heard", () => {
    for (const change of [{ weight: 0 }, { state: "draining" }, { capacity: { tenants: 9, requestsPerSecond: 9 } }]) {
      expect(scopeOf(before, edited(2, change))?.touched).toEqual([]);
    }
  });

  it("are all when the environment or the domain is another", () => {
    expect(scopeOf(before, { ...before, domain: "other.example.com" })).toBeUndefined();
    expect(scopeOf(before, { ...before, environment: "prod" })).toBeUndefined();
  });

  it("use no field that only routers read", async () => {
    const catalog = fleet([{}, { rabbitmq: true }]);
    const made = new Set<string>();
    await plan(() => {
      for (const cell of catalog.cells) {
        const spy = new Proxy(cell, { get: (target, key) => (made.add(String(key)), target[key as keyof Cell]) });
        new CellStack(cell.id, { cell: spy, environment: "dev", domain: "dev.cells.example.com" });
      }
      return true;
    });
    expect(routingOnly.filter((key) => made.has(key))).toEqual([]);
    expect(made.has("release")).toBe(true);
  });
});

describe("cells of one kind", () => {
  it("are built alike, so that two stand for all: they differ only in number, block, invented ids and days", async () => {
    // Numbers that nothing else in a plan happens to be.
    const numbers = [17, 94, 142];
    const catalog = fleet(numbers.map((number) => ({ number, rabbitmq: true })));
    expect(new Set(catalog.cells.map((cell) => kindOf(cell))).size).toBe(1);
    const { resources } = await planEnvironment(catalog, { apiCidrs: ["203.0.113.0/24"] }, { preview: true });
    const [one, ...others] = numbers.map((number) =>
      resources
        .filter(({ urn }) => new RegExp(`::cell-${number}(?!\\d)`).test(urn))
        .map((resource) => anonymous(resource, number)),
    );
    expect(one!.length).toBeGreaterThan(150);
    for (const other of others) expect(other).toEqual(one);
  });
});

describe("a judgement of a change", () => {
  const kinds = [{}, { rabbitmq: true }] as const;
  const edits = fc.constantFrom<readonly [string, object]>(
    ["release", { release: "6.9.3" }],
    ["weight", { weight: 0 }],
    ["option", { rabbitmq: true }],
    ["nothing", {}],
  );
  const changes = fc.record({
    cells: fc.array(fc.constantFrom(...kinds), { minLength: 4, maxLength: 5 }),
    edits: fc.array(fc.tuple(fc.nat({ max: 4 }), edits), { minLength: 1, maxLength: 2 }),
    // Its block is 10.<number>.0.0/16.
    added: fc.constantFrom(undefined, 200, 201),
    // An address that every cell's Kubernetes API lets in: a leak as soon as it is some cell's.
    office: fc.constantFrom(undefined, "10.200.4.0/24"),
  });

  it("says what the judgement of the whole says of what it looks at, and is clean only when the whole is", async () => {
    const extents: string[] = [];
    await fc.assert(
      fc.asyncProperty(changes, async ({ cells, edits: list, added, office }) => {
        const before = fleet(cells);
        const entries = cells.map(
          (cell, at) =>
            Object.assign({}, cell, ...list.filter(([n]) => n === at).map(([, [, change]]) => change)) as object,
        );
        const after = fleet(added === undefined ? entries : [...entries, { number: added }], 2);
        const settings = office === undefined ? {} : { apiCidrs: [office] };
        const partial = await judgeChange(before, after, knownOf(after), { settings, plan: planPlainly });
        const whole = await judgeWhole(after, knownOf(after), { settings, plan: planPlainly });
        const touched = scopeOf(before, after)!.touched;
        expect(restricted(partial, touched, after)).toEqual(restricted(whole, touched, after));
        expect(isClean(partial)).toBe(isClean(whole));
        if (partial.extent.kind === "change") expect(partial.resources).toBeLessThan(whole.resources);
        extents.push(`${partial.extent.kind} ${isClean(whole) ? "clean" : "leaks"}`);
      }),
      {
        // A plan of each kind is seconds; CELLS_RUNS asks for more.
        numRuns: Number(process.env["CELLS_RUNS"] ?? 4),
        endOnFailure: true,
        examples: [
          [
            {
              cells: [{}, {}, {}, {}, {}],
              edits: [[3, ["release", { release: "6.9.3" }]]],
              added: undefined,
              office: "10.200.4.0/24",
            },
          ],
          [
            {
              cells: [{}, {}, {}, {}],
              edits: [[1, ["option", { rabbitmq: true }]]],
              added: 200,
              office: "10.200.4.0/24",
            },
          ],
        ],
      },
    );
    // Otherwise nothing was compared.
    expect(new Set(extents)).toContain("change clean");
    expect(new Set(extents)).toContain("whole leaks");
  }, 600_000);

  it("sees the leak that an untouched cell gets because another one changed", async () => {
    const settings = { apiCidrs: ["10.200.4.0/24"] };
    const before = fleet([{}, {}, {}, {}]);
    const harmless = fleet([{}, {}, {}, {}, { number: 201 }], 2);
    const clean = await judgeChange(before, harmless, knownOf(harmless), { settings, plan: planPlainly });
    expect(clean).toMatchObject({ extent: { kind: "change", touched: ["cell-201"] } });
    expect(isClean(clean)).toBe(true);
    const after = fleet([{}, {}, {}, {}, { number: 200 }], 2);
    const { found, extent } = await judgeChange(before, after, knownOf(after), { settings, plan: planPlainly });
    expect(extent).toMatchObject({ kind: "whole", reason: expect.stringContaining("has findings") });
    // A private block is a rule of a security group.
    const leaks = found.filter(({ rule, verdict }) => rule.id === "ISO-12" && verdict.kind === "violation");
    expect(leaks.map(({ verdict }) => verdict.owners)).toEqual(
      [0, 1, 2, 3].map((cell) => [`cell-${cell}`, "cell-200"]),
    );
  });
});
