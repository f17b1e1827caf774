import { canonicalJson, sealTable, type AlgorithmName } from "../../../routing";
import { slotsWithoutCell, wide, wideBinary } from "./bases";
import type { Bytes } from "./bytes";
import {
  cell,
  dealOf,
  names,
  overlay,
  packed,
  patterned,
  seal,
  textOf,
  type Content,
  type Document,
} from "./documents";

/** A base, an overlay if there is one, and questions; or the place where the two do not fit together. */
export interface PairCase {
  readonly name: string;
  readonly base: Bytes;
  /** The base is in the compiled form. */
  readonly compiled?: true;
  readonly overlay?: Bytes;
  readonly at?: string;
  readonly questions: readonly Question[];
}

export interface Question {
  readonly tenant: string;
  /** Absent: the request has none. */
  readonly country?: string;
}

const plain = ["acme", "globex", "initech", "umbrella", "t-1", "t-2", "t-3", "tenant-7", "hooli", "stark"];
const unusual = [
  "",
  "a",
  "ab",
  "abc",
  "abcd",
  "ACME",
  " acme",
  "tenant:7",
  "x\u0000y",
  "line\nfeed",
  "é",
  "e\u0301",
  "日本語",
  "😀",
  "\ud800",
  "\udc00",
  "\ud83d😀",
  "__proto__",
  "constructor",
  "a".repeat(15),
  "a".repeat(16),
  "a".repeat(17),
  "b".repeat(334),
  "é".repeat(400),
];

const ask = (tenants: readonly string[], ...countries: readonly (string | undefined)[]): readonly Question[] =>
  tenants.flatMap((tenant) =>
    countries.map((country): Question => ({ tenant, ...(country === undefined ? {} : { country }) })),
  );

function pair(
  name: string,
  base: Document,
  change: Document | undefined,
  questions: readonly Question[],
  at?: string,
): PairCase {
  return {
    name,
    base: names.write(textOf(base)),
    ...(change === undefined ? {} : { overlay: names.write(textOf(overlay(change))) }),
    ...(at === undefined ? {} : { at }),
    questions,
  };
}

/** As the product deals slots. */
const published = sealTable(1, {
  environment: "test",
  algorithm: "slots",
  cells: [cell(0), cell(1, { weight: 1.5 }), cell(2), cell(3, { locality: "US" })],
  jurisdictions: { eu: { localities: ["EU"] }, us: { localities: ["US"] } },
  countries: { DE: "eu", US: "us" },
  pins: {},
});
for (const { localities, slots } of published.deals!) {
  if (slots !== "") names.name(`slots as published: ${localities.join(", ")}`, slots);
}
names.name("base as published", textOf(published));

const localities = ["EU", "EU", "EU", "US", "US", "US", "US", "AP", "AP", "CN"];
const weights = [1, 1, 2, 1, 1, 0.5, 2, 1, 1, 1];
const cells = localities.map((locality, number) => cell(number, { locality, weight: weights[number]! }));
names.name("ten cells", canonicalJson(cells));
const deals = [
  dealOf(["AP"], [7, 8], patterned(2, "AP"), "AP"),
  dealOf(["AP", "EU", "US"], [0, 1, 2, 3, 4, 5, 6, 7, 8], patterned(9, "any"), "AP, EU, US"),
  dealOf(["CN"], [9], patterned(1, "CN")),
  dealOf(["EU"], [0, 1, 2], patterned(3, "EU"), "EU"),
  dealOf(["US"], [3, 4, 5, 6], patterned(4, "US"), "US"),
];
export const content: Content = {
  environment: "test",
  algorithm: "slots",
  cells,
  jurisdictions: {
    eu: { localities: ["EU"] },
    us: { localities: ["US"] },
    ap: { localities: ["AP"] },
    cn: { localities: ["CN"] },
    any: { localities: ["US", "EU", "AP"] },
    world: { localities: ["AP", "US", "EU", "US"] },
    none: { localities: [] },
    mars: { localities: ["MARS"] },
  },
  countries: { DE: "eu", US: "us", JP: "ap", CN: "cn", BR: "any", AR: "world", KP: "none", MR: "mars" },
  deals,
  pins: {},
};
const slots = seal(content);
names.name("base with slots", textOf(slots));
const everywhere = ["DE", "US", "JP", "CN", "BR", "AR", "KP", "MR", "ZZ", "de", "FR", undefined] as const;

const withPins = seal({
  ...content,
  pins: {
    acme: { cell: 1, epoch: 3 },
    globex: { cell: 2, epoch: 3 },
    initech: { cell: 0, epoch: 3 },
    umbrella: { cell: 4, epoch: 1 },
    é: { cell: 2, epoch: 0 },
    "": { cell: 0, epoch: 4294967295 },
    __proto__x: { cell: 0, epoch: 1 },
  },
});
names.name("base with slots and pins", textOf(withPins));

/** The same without deals for EU: no cell there has a weight. */
const closed = (() => {
  const changed = cells.map((each) => (each.locality === "EU" ? { ...each, weight: 0 } : each));
  const any = dealOf(["AP", "EU", "US"], [3, 4, 5, 6, 7, 8], patterned(6, "closed"), "AP, EU, US without EU");
  return seal({ ...content, cells: changed, deals: [deals[0]!, any, deals[2]!, deals[4]!] });
})();
names.name("base with slots, EU without weight", textOf(closed));

const down = (...numbers: readonly number[]): Document =>
  Object.fromEntries(numbers.map((number) => [number, { down: true }]));
const full = (...numbers: readonly number[]): Document =>
  Object.fromEntries(numbers.map((number) => [number, { full: true }]));

const health: readonly (readonly [name: string, cells: Document])[] = [
  ["one cell is down", down(0)],
  ["two of three are down", down(0, 2)],
  ["all of a set are down", down(0, 1, 2)],
  ["one is full", full(0)],
  ["all of a set are full: tenants stay", full(0, 1, 2)],
  ["one is down and the others are full", { ...down(0), ...full(1, 2) }],
  ["a cell that is down and full", { "0": { down: true, full: true } }],
  ["a draining cell serves its own tenants and does not stand in", { "0": { state: "draining" }, "1": { down: true } }],
  ["a draining cell that is full", { "0": { state: "draining", full: true } }],
  ["disabled", { "1": { state: "disabled" } }],
  ["quarantined", { "1": { state: "quarantined" } }],
  ["a home that is provisioning again", { "1": { state: "provisioning" } }],
  [
    "a canary serves its own tenants, and stands in only when no active cell can",
    { "2": { state: "canary" }, "0": { down: true } },
  ],
  [
    "a canary stands in when no active cell is up",
    { "2": { state: "canary" }, "1": { state: "disabled" }, "0": { down: true } },
  ],
  [
    "a canary with room stands in before a full active cell",
    { "2": { state: "canary" }, "1": { full: true }, "0": { down: true } },
  ],
  [
    "a full active cell stands in before a full canary",
    { "2": { state: "canary", full: true }, "1": { full: true }, "0": { down: true } },
  ],
  [
    "a canary takes what overflows when it alone has room",
    { "2": { state: "canary" }, "1": { full: true }, "0": { full: true } },
  ],
  ["a cell without weight does not stand in", { "2": { weight: 0 }, "0": { down: true } }],
  [
    "no cell can stand in: without weight, draining",
    { "2": { weight: 0 }, "1": { state: "draining" }, "0": { down: true } },
  ],
  ["another weight changes stand-ins and no home", { "1": { weight: 0.01 }, "0": { down: true } }],
  ["a cell that the base does not have", { "77": { down: true } }],
];

const eu = (indexes: readonly number[], salt: string) =>
  dealOf(["EU"], indexes, patterned(indexes.length, salt), `EU: ${salt}`);
const zero = (...numbers: readonly number[]): Document =>
  Object.fromEntries(numbers.map((number) => [number, { weight: 0 }]));

const pinTenants = ["acme", "globex", "initech", "umbrella", "é", "", "__proto__x", "hooli"];
/** Two tenants with one hash. */
const twins = ["t-31881", "t-49134"] as const;

const mixed = [
  cell(0),
  cell(1, { weight: 2 }),
  cell(2, { weight: 0.5 }),
  cell(3, { state: "canary" }),
  cell(7, { state: "provisioning" }),
  cell(10, { state: "draining" }),
  cell(11, { weight: 0 }),
  cell(99, { weight: 0.001 }),
  cell(100, { locality: "US" }),
  cell(1000, { locality: "US", weight: 3 }),
  cell(99999, { state: "disabled" }),
  cell(1000000, { weight: 1.5 }),
];
names.name("cells of all sizes", canonicalJson(mixed));
const others = (algorithm: AlgorithmName, change: Document = {}): Document =>
  seal({
    environment: "test",
    algorithm,
    cells: mixed,
    jurisdictions: { eu: { localities: ["EU"] }, all: { localities: ["US", "EU"] }, none: { localities: ["MARS"] } },
    countries: { DE: "eu", US: "all", MR: "none" },
    defaultJurisdiction: "eu",
    pins: { pinned: { cell: 11, epoch: 2 }, early: { cell: 7, epoch: 1 }, far: { cell: 100, epoch: 1 } },
    ...change,
  });

export const pairs: readonly PairCase[] = [
  pair("slots as the program deals them", published, undefined, ask(plain, "DE", "US", undefined)),
  pair("every kind of country, without a default", slots, undefined, ask(plain.slice(0, 4), ...everywhere)),
  pair(
    "every kind of country, with a default",
    seal({ ...content, defaultJurisdiction: "any" }),
    undefined,
    ask(plain.slice(4, 7), ...everywhere),
  ),
  pair(
    "a default that allows nothing",
    seal({ ...content, defaultJurisdiction: "none" }),
    undefined,
    ask(plain.slice(0, 1), "DE", "ZZ", undefined),
  ),
  pair("unusual ids", slots, undefined, ask(unusual, "US", "BR")),
  pair("nine bits for each slot", seal(wide), undefined, ask([...plain, ...unusual.slice(0, 6)], "DE")),
  {
    name: "two bytes for each slot, compiled",
    compiled: true,
    base: wideBinary,
    questions: ask([...plain, ...unusual.slice(0, 6)], "DE"),
  },
  { name: "indexes without a cell, compiled", compiled: true, base: slotsWithoutCell, questions: ask(plain, "US") },
  pair("an overlay without changes", slots, {}, ask(plain.slice(0, 3), "DE", "BR")),
  ...health.map(([name, changes]) =>
    pair(name, slots, { cells: changes }, [...ask(plain.slice(0, 8), "DE"), ...ask(plain.slice(0, 2), "BR")]),
  ),
  ...health
    .slice(0, 6)
    .map(([name, changes]) =>
      pair(`with rendezvous: ${name}`, others("rendezvous"), { cells: changes }, ask(plain.slice(0, 5), "DE")),
    ),

  pair("pins of the base", withPins, undefined, ask(pinTenants, "DE", "US", undefined)),
  pair("a pin to a cell without weight", withPins, { cells: zero(1) }, ask(["acme"], "DE", "BR")),
  pair("a pin to a cell that is down", withPins, { cells: down(1) }, ask(["acme", "globex"], "DE", "US")),
  pair("a pin to a cell that is full", withPins, { cells: full(1) }, ask(["acme", "globex"], "DE")),
  pair(
    "a pin to a disabled cell, and no cell to stand in",
    withPins,
    { cells: { ...down(0, 2), "1": { state: "disabled" } } },
    ask(["acme", "globex"], "DE"),
  ),
  pair(
    "pins of base and overlay: lower, equal and higher epochs",
    withPins,
    {
      pins: packed({
        acme: { cell: 0, epoch: 2 },
        globex: { cell: 0, epoch: 3 },
        initech: { cell: 2, epoch: 4 },
        hooli: { cell: 9, epoch: 300 },
        stark: { cell: 3, epoch: 70000 },
      }),
    },
    ask([...pinTenants, "stark"], "DE", "CN"),
  ),
  pair(
    "the same pins under another key",
    slots,
    {
      pins: packed(
        {
          acme: { cell: 0, epoch: 2 },
          hooli: { cell: 9, epoch: 255 },
          日本語: { cell: 1, epoch: 1 },
          "\ud800": { cell: 2, epoch: 9 },
        },
        "k".repeat(64),
      ),
    },
    ask(["acme", "hooli", "日本語", "\ud800", "\udc00", "\ufffd", "acmf"], "DE", "CN"),
  ),
  pair(
    "two tenants with one hash, of whom one is pinned",
    slots,
    { pins: packed({ [twins[0]]: { cell: 9, epoch: 1 } }) },
    ask(twins, "DE", "CN"),
  ),
  pair(
    "two tenants with one hash, both pinned",
    slots,
    {
      pins: packed({ [twins[0]]: { cell: 0, epoch: 1 }, [twins[1]]: { cell: 1, epoch: 2 } }),
    },
    ask(twins, "DE"),
  ),
  pair(
    "a pin elsewhere in a slot leaves its other tenants",
    slots,
    { cells: down(0), pins: packed({ acme: { cell: 1, epoch: 1 } }) },
    ask(plain.slice(0, 4), "DE"),
  ),
  pair(
    "a pin to a cell that the base does not have",
    slots,
    { pins: packed({ acme: { cell: 77, epoch: 1 } }) },
    [],
    "pins.cells[0]",
  ),
  pair(
    "a cell of pins that the base does not have and no row names",
    slots,
    { pins: { ...packed({}), cells: [77] } },
    [],
    "pins.cells[0]",
  ),
  pair(
    "a pin that does not count, to a cell that the base does not have",
    withPins,
    { pins: packed({ acme: { cell: 77, epoch: 1 } }) },
    [],
    "pins.cells[0]",
  ),
  pair("an overlay of another environment", slots, { environment: "prod" }, [], "environment"),
  pair("an overlay that needs a newer base", slots, { base: 2 }, [], "base"),

  pair("weights alone move no tenant", slots, { cells: zero(2) }, ask(plain.slice(0, 6), "DE", "BR")),
  pair("all weights are 0: the deal decides", slots, { cells: zero(0, 1, 2) }, ask(plain.slice(0, 5), "DE")),
  pair(
    "all weights are 0, and one cell is down",
    slots,
    { cells: { ...zero(1, 2), "0": { weight: 0, down: true } } },
    ask(plain.slice(0, 5), "DE"),
  ),
  pair("a deal that fits", slots, { cells: zero(2), deals: [eu([0, 1], "fits")] }, ask(plain, "DE", "BR")),
  pair(
    "a deal that fits, its localities repeated",
    slots,
    { cells: zero(2), deals: [{ ...eu([0, 1], "fits"), localities: ["EU", "EU"] }] },
    ask(plain.slice(0, 5), "DE"),
  ),
  pair(
    "a deal of cells that cannot all be a home: the base's counts",
    slots,
    { cells: zero(2), deals: [eu([0, 1, 2], "does not fit")] },
    ask(plain.slice(0, 5), "DE"),
  ),
  pair(
    "a deal that lacks a cell: the base's counts",
    slots,
    { deals: [eu([0, 1], "fits")] },
    ask(plain.slice(0, 5), "DE"),
  ),
  pair(
    "a deal of the base's own cells",
    slots,
    { deals: [eu([0, 1, 2], "replaces")] },
    ask(plain.slice(0, 5), "DE", "BR"),
  ),
  pair(
    "a deal for a set that no jurisdiction has",
    slots,
    { deals: [dealOf(["CN", "EU"], [0, 1, 2, 9], patterned(4, "CN, EU"), "CN, EU")] },
    ask(plain.slice(0, 3), "DE", "CN"),
  ),
  pair(
    "a deal for localities without a cell",
    slots,
    { deals: [dealOf(["MARS"], [0], patterned(1, "MARS"))] },
    ask(plain.slice(0, 2), "MR"),
  ),
  pair("no cell has a weight, and there is no deal", closed, undefined, ask(plain.slice(0, 4), "DE", "BR")),
  pair(
    "cells get a weight without a deal: still no home",
    closed,
    { cells: { "0": { weight: 1 } } },
    ask(plain.slice(0, 3), "DE"),
  ),
  pair(
    "cells get a weight with a deal",
    closed,
    { cells: { "0": { weight: 1 }, "1": { weight: 1 } }, deals: [eu([0, 1], "fits")] },
    ask(plain.slice(0, 5), "DE", "BR"),
  ),

  pair(
    "ring: 4.5 points are 5, and the next point strictly above a key's counts",
    seal({
      environment: "test",
      algorithm: "ring",
      cells: [cell(0, { weight: 0.03 }), cell(1, { weight: 0.03 }), cell(2)],
      jurisdictions: { eu: { localities: ["EU"] } },
      countries: { DE: "eu" },
      pins: {},
    }),
    undefined,
    // The first belong to the fifth point of a cell; the others lie on a point.
    ask(["t-33", "t-55", "t-57", "t-70", "0:0", "0:4", "1:1", "2:30", "2:34", "2:58"], "DE"),
  ),
  ...(["ring", "rendezvous", "murmur3", "sha256"] as const).flatMap((algorithm) => [
    pair(`${algorithm}: weights, states and numbers of all sizes`, others(algorithm), undefined, [
      ...ask([...plain, ...unusual], "DE"),
      ...ask([...plain, "pinned", "early", "far"], "US"),
      ...ask(["acme", "pinned", "early", "far"], "MR", "ZZ", undefined),
    ]),
    pair(
      `${algorithm}: an overlay's weights and states count at once`,
      others(algorithm),
      {
        cells: {
          "1": { weight: 0 },
          "7": { state: "active" },
          "11": { weight: 5 },
          "99999": { state: "active" },
          "3": { down: true },
          "10": { full: true },
        },
        deals: [eu([0, 1], "fits")],
      },
      ask(plain, "DE"),
    ),
    pair(
      `${algorithm}: no cell can be a home`,
      others(algorithm, {
        cells: [cell(0, { state: "provisioning" }), cell(1, { weight: 0 })],
        pins: { pinned: { cell: 1, epoch: 1 } },
      }),
      undefined,
      ask(["acme", "pinned"], "DE"),
    ),
    pair(
      `${algorithm}: one cell`,
      others(algorithm, { cells: [cell(5, { weight: 0.001 })], pins: {} }),
      undefined,
      ask(["acme", ""], "DE"),
    ),
  ]),
];
