import { algorithms, canonicalJson, slotOf, type AlgorithmName, type Pin } from "../../../routing";
import type { Bytes } from "./bytes";
import {
  cell,
  dealOf,
  inTurn,
  names,
  overlay,
  packed,
  pinKey,
  seal,
  slotCount,
  textOf,
  type Content,
  type Document,
} from "./documents";

/** What a reader gets one after another, and what it must do. `base` is the one that it begins with. */
export interface StepsCase {
  readonly name: string;
  readonly base: Bytes;
  readonly steps: readonly Step[];
}

export interface Step {
  /** Seconds since the beginning. */
  readonly at: number;
  /** The object that is new; the other one stays. */
  readonly kind: "base" | "overlay";
  readonly bytes: Bytes;
  /** The rule that refuses it, by hand from the documentation; undefined: it is taken. */
  readonly refused?: Rule;
  /** Taken without some health marks, for this rule. */
  readonly ignores?: Rule;
}

/** Rules of "One table after another", by the words that our own reader uses for each. */
export const rules = {
  environment: /environment/,
  order: /is older than|has other content|the object is gone/,
  epochs: /older epochs/,
  pair: /needs base revision|is not a cell of the base/,
  residency: /without approval/,
  cells: /out of service|no cell of .* in service/,
  standIns: /stand-ins from|to stand in for another/,
  pins: /by pins|drops \d+ pins/,
  refusals: /it refuses/,
  homes: /it moves/,
} as const;
export type Rule = keyof typeof rules;

/** EU 0 and 1, US 10 to 19, AP 20 to 22. */
const cells = [
  ...[0, 1].map((number) => cell(number)),
  ...Array.from({ length: 10 }, (_, at) => cell(10 + at, { locality: "US", region: "us-1" })),
  ...[20, 21, 22].map((number) => cell(number, { locality: "AP", region: "ap-1" })),
];
const numbersIn = (...localities: readonly string[]) =>
  cells.filter((each) => localities.includes(each.locality)).map(({ number }) => number);
const turn = (localities: readonly string[], moved = 0, numbers = numbersIn(...localities)) =>
  dealOf(
    localities,
    numbers,
    inTurn(numbers.length, moved),
    `${localities.join(", ")}, ${numbers.length} in turn${moved > 0 ? `, ${moved} moved` : ""}`,
  );
const jurisdictions = {
  eu: { localities: ["EU"] },
  us: { localities: ["US"] },
  ap: { localities: ["AP"] },
  west: { localities: ["EU", "US"] },
};
const start: Content = {
  environment: "test",
  algorithm: "slots",
  cells,
  jurisdictions,
  countries: { DE: "eu", FR: "eu", US: "us", JP: "ap", BR: "west" },
  deals: [turn(["AP"]), turn(["EU"]), turn(["EU", "US"]), turn(["US"])],
  pins: {},
};
names.name("EU", canonicalJson(cells.slice(0, 2)).slice(1, -1));
names.name("US", canonicalJson(cells.slice(2, 12)).slice(1, -1));
names.name("AP", canonicalJson(cells.slice(12)).slice(1, -1));
for (const one of cells) names.name(`${one.locality} ${one.number}`, canonicalJson(one));

const of = (change: Document = {}, revision = 2): Document => seal({ ...start, ...change }, revision);
names.name("base of the steps", textOf(of({}, 1)));
const base = (at: number, document: Document, more: Partial<Step> = {}): Step => ({
  at,
  kind: "base",
  bytes: names.write(textOf(document)),
  ...more,
});
const over = (at: number, revision: number, change: Document = {}, more: Partial<Step> = {}): Step => ({
  at,
  kind: "overlay",
  bytes: names.write(textOf(overlay({ revision, ...change }))),
  ...more,
});
const no = (refused: Rule): Partial<Step> => ({ refused });
const but = (ignores: Rule): Partial<Step> => ({ ignores });
const steps = (name: string, list: readonly Step[], first: Document = of({}, 1)): StepsCase => ({
  name,
  base: names.write(textOf(first)),
  steps: list,
});

const changed = (edit: Readonly<Record<number, Document>>): Document => ({
  cells: cells.map((each) => ({ ...each, ...(edit[each.number] ?? {}) })),
});
const each = (numbers: readonly number[], change: Document): Document => ({
  cells: Object.fromEntries(numbers.map((number) => [number, change])),
});
const out = (...numbers: readonly number[]): Document => each(numbers, { state: "disabled" });
const down = (...numbers: readonly number[]): Document => each(numbers, { down: true });
const zero = (...numbers: readonly number[]): Document => each(numbers, { weight: 0 });
const pinned = (count: number, number: number, epoch = 1): Document => ({
  pins: packed(Object.fromEntries(Array.from({ length: count }, (_, at) => [`pin-${at}`, { cell: number, epoch }]))),
});
const deals = (moved: number): Document => ({
  deals: [turn(["AP"]), turn(["EU"]), turn(["EU", "US"]), turn(["US"], moved)],
});
const opened = (revision: number, approvals: Document): Document =>
  of({ countries: { ...start.countries, JP: "us" }, ...(approvals === undefined ? {} : { approvals }) }, revision);
const widened = (approvals?: Document, revision = 2): Document =>
  of(
    {
      jurisdictions: { ...jurisdictions, ap: { localities: ["AP", "EU"] } },
      deals: [turn(["AP", "EU"], 0, [0, 1, 20, 21, 22]), turn(["EU"]), turn(["EU", "US"]), turn(["US"])],
      ...(approvals === undefined ? {} : { approvals }),
    },
    revision,
  );
const allow = (from: number, sets: readonly (readonly string[])[], more: Document = {}): Document => ({
  allow: { from, sets, moved: 0, cells: 0, ...more },
});
const usSets = [["US"], ["US", "EU"]];
const hour = 3600;
/** A twentieth of the slots, rounded down. */
const twentieth = Math.floor(slotCount / 20);

const rendezvous = (change: Document = {}, revision = 1): Document => {
  const { deals: _, ...rest } = start;
  return seal({ ...rest, algorithm: "rendezvous", ...change }, revision);
};

/** Tenants of odd slots: with two cells in turn, those of the second. */
const odd = Array.from({ length: 1000 }, (_, at) => `pin-${at}`).filter((tenant) => slotOf(tenant) % 2 === 1);
const pinsOf = (tenants: readonly string[], number: number, epoch = 1): Readonly<Record<string, Pin>> =>
  Object.fromEntries(tenants.map((tenant) => [tenant, { cell: number, epoch }]));

/** A base without slots, so that it is short: `locality` names each cell's, by number. */
const plain = (
  sets: Readonly<Record<string, readonly string[]>>,
  locality: readonly string[],
  change: Document = {},
  edit: Readonly<Record<number, Document>> = {},
  revision = 1,
): Document =>
  seal(
    {
      environment: "test",
      algorithm: "rendezvous" satisfies AlgorithmName,
      cells: locality.map((each, number) => cell(number, { locality: each, region: `${each}-1`, ...edit[number] })),
      jurisdictions: Object.fromEntries(Object.entries(sets).map(([name, localities]) => [name, { localities }])),
      countries: Object.fromEntries(Object.keys(sets).map((name) => [name.toUpperCase(), name])),
      pins: {},
      ...change,
    },
    revision,
  );
/** Nearly all tenants are those of cell 1. */
const lopsided = plain({ eu: ["EU"] }, ["EU", "EU"], {}, { 0: { weight: 0.001 } });
const pairs = plain({ aa: ["A"], bb: ["B"], cc: ["C"], dd: ["D"] }, ["A", "A", "B", "B", "C", "C", "D", "D"]);
const draining = { state: "draining" };
const disabled = { state: "disabled" };

/** One cell with a weight, and one for pinned tenants only. */
const narrow = (country: Document, change: Document = {}, revision = 1): Document =>
  plain(
    { eu: ["EU"], both: ["EU", "US"], us: ["US"] },
    ["EU", "EU", "US"],
    { countries: country, ...change },
    { 2: { weight: 0 } },
    revision,
  );
/** The samples that another weight moves. */
const heavier = 1.25;
const moving = ((): readonly string[] => {
  const [old, next] = [1, heavier].map((weight) =>
    algorithms.rendezvous.prepare([
      { number: 0, weight: 1 },
      { number: 1, weight },
    ]),
  );
  return Array.from({ length: 1000 }, (_, at) => `sample-${at}`).filter((id) => old!.place(id) !== next!.place(id));
})();
const twoPlain = (change: Document, edit: Readonly<Record<number, Document>>, revision: number): Document =>
  plain({ de: ["EU"] }, ["EU", "EU"], change, edit, revision);
const singles = (algorithm: AlgorithmName, change: Document, revision: number): Document => {
  const deal = { deals: [{ localities: ["EU"], cells: [0], slots: "" }] };
  return plain({ de: ["EU"] }, ["EU"], { algorithm, ...(algorithm === "slots" ? deal : {}), ...change }, {}, revision);
};
const withoutAp = (change: Document = {}, revision = 1): Document =>
  of(
    {
      ...changed({ 20: { weight: 0 }, 21: { weight: 0 }, 22: { weight: 0 } }),
      deals: [turn(["EU"]), turn(["EU", "US"]), turn(["US"])],
      ...change,
    },
    revision,
  );
/** EU and US, with capacity for this number of tenants in each EU cell. */
const roomy = (tenants: number, change: Document = {}, revision = 1): Document =>
  of(
    {
      ...changed({
        0: { capacity: { tenants, requestsPerSecond: 1 } },
        1: { capacity: { tenants, requestsPerSecond: 1 } },
      }),
      ...change,
    },
    revision,
  );

export const stepsCases: readonly StepsCase[] = [
  steps("a newer base, an older one, and another one of the same revision", [
    base(60, of({}, 3)),
    base(120, of({}, 2), no("order")),
    base(180, of({ countries: { ...start.countries, AT: "eu" } }, 3), no("order")),
    base(240, of({ countries: { ...start.countries, AT: "eu" } }, 4), no("residency")),
    base(300, of({}, 3)),
  ]),
  steps("other bytes with the same revision and digest are the same base", [
    base(60, of({}, 3)),
    base(120, { ...of({}, 3), version: { ...of({}, 3).version, zzz: 1 } }),
  ]),
  steps("another environment", [
    base(60, of({ environment: "prod" }), no("environment")),
    over(120, 1, { environment: "prod" }, no("environment")),
  ]),
  steps("a newer overlay, an older one, and other bytes for the same revision", [
    over(60, 5),
    over(120, 4, {}, no("order")),
    over(180, 5, down(0), no("order")),
    over(240, 5),
    over(300, 9, down(0)),
  ]),
  steps("the first overlay is not compared", [over(60, 1, out(0, 1, 10, 11, 12)), over(120, 2)]),
  steps("the first overlay begins a window", [
    over(3000, 1),
    over(3590, 2, out(10, 11)),
    over(3610, 3, out(10, 11, 12), no("cells")),
  ]),
  steps("the window that the first overlay begins does not compare with the base", [
    over(60, 1, out(0, 1, 10, 11, 12)),
    over(120, 2, out(0, 1, 10, 11, 12)),
  ]),
  steps("an overlay waits for its base", [
    over(60, 1, { base: 2 }, no("pair")),
    base(120, of()),
    over(180, 1, { base: 2 }),
  ]),
  steps("a base without a cell that a pin names", [
    over(60, 1, { pins: packed({ acme: { cell: 22, epoch: 1 } }) }),
    base(
      120,
      of({
        cells: cells.slice(0, -1),
        deals: [turn(["AP"], 0, [20, 21]), ...(start["deals"] as Document[])].filter((_, at) => at !== 1),
      }),
      no("pair"),
    ),
    over(180, 2, { pins: packed({ acme: { cell: 99, epoch: 2 } }) }, no("pair")),
  ]),
  steps("epochs of pins", [
    over(60, 1, { pins: packed({ acme: { cell: 0, epoch: 5 } }) }),
    over(120, 2, { pins: packed({ acme: { cell: 1, epoch: 4 } }) }, no("epochs")),
    over(180, 3, { pins: packed({ acme: { cell: 0, epoch: 4 } }) }, no("epochs")),
    over(240, 4, { pins: packed({ acme: { cell: 1, epoch: 5 } }) }),
    over(300, 5, { pins: packed({ acme: { cell: 0, epoch: 6 } }) }),
    over(360, 6),
  ]),
  steps("epochs of pins that disappear for a while", [
    over(60, 1, { pins: packed({ acme: { cell: 0, epoch: 5 } }) }),
    over(3720, 2),
    over(3780, 3, { pins: packed({ acme: { cell: 1, epoch: 4 } }) }, no("epochs")),
    over(3840, 4, { pins: packed({ acme: { cell: 1, epoch: 6 } }) }),
  ]),
  steps(
    "a pin that hid an older one of the base",
    [
      over(60, 1, { pins: packed({ acme: { cell: 1, epoch: 5 } }) }),
      over(120, 2, {}, no("epochs")),
      base(180, of({ pins: {} })),
      over(240, 3),
    ],
    of({ pins: { acme: { cell: 0, epoch: 1 } } }, 1),
  ),

  steps("a country of another jurisdiction, without approval", [base(60, opened(2, undefined), no("residency"))]),
  steps("the same, approved for the country", [
    base(60, opened(2, [{ revision: 2, country: "JP", localities: ["US"] }])),
  ]),
  steps("the same, approved for the new jurisdiction, which the country did not have", [
    base(60, opened(2, [{ revision: 2, jurisdiction: "us", localities: ["US"] }]), no("residency")),
  ]),
  steps("a jurisdiction is widened, approved for it", [
    base(60, widened([{ revision: 2, jurisdiction: "ap", localities: ["EU"] }])),
  ]),
  steps("a jurisdiction is widened, without approval", [base(60, widened(), no("residency"))]),
  steps("approved by a revision that the reader skips", [
    base(60, widened([{ revision: 2, jurisdiction: "ap", localities: ["EU"] }], 5)),
  ]),
  steps("approved by the revision that the reader has", [
    base(60, widened([{ revision: 1, jurisdiction: "ap", localities: ["EU"] }]), no("residency")),
  ]),
  steps("approved for another locality", [
    base(60, widened([{ revision: 2, jurisdiction: "ap", localities: ["US"] }]), no("residency")),
  ]),
  steps("approved by two entries of which each covers one country", [
    base(
      60,
      of({
        countries: { ...start.countries, DE: "west", FR: "west" },
        approvals: [
          { revision: 2, country: "DE", localities: ["US"] },
          { revision: 2, country: "FR", localities: ["US", "AP"] },
        ],
      }),
    ),
  ]),
  steps("approved for one of two countries", [
    base(
      60,
      of({
        countries: { ...start.countries, DE: "west", FR: "west" },
        approvals: [{ revision: 2, country: "DE", localities: ["US"] }],
      }),
      no("residency"),
    ),
  ]),
  steps("a country that was refused", [base(60, of({ countries: { ...start.countries, KP: "eu" } }), no("residency"))]),
  steps("a default, approved for ZZ", [
    base(60, of({ defaultJurisdiction: "eu", approvals: [{ revision: 2, country: "ZZ", localities: ["EU"] }] })),
    // Only now is a country that is not listed before and after one that has the default.
    base(120, of({ defaultJurisdiction: "eu", countries: { ...start.countries, AT: "eu" } }, 3)),
  ]),
  steps("a default without approval", [base(60, of({ defaultJurisdiction: "eu" }), no("residency"))]),
  steps(
    "the locality of a cell's former number, at another endpoint",
    [
      base(
        60,
        plain(
          { eu: ["EU"], ap: ["AP"] },
          ["EU", "EU", "AP", "AP", "EU"],
          {},
          { 4: { weight: 0, endpoint: "https://d4.example.com" } },
          2,
        ),
        no("residency"),
      ),
    ],
    plain({ eu: ["EU"], ap: ["AP"] }, ["EU", "EU", "AP", "AP", "AP"], {}, { 4: { weight: 0 } }),
  ),
  steps(
    "a new cell in a region where its locality and another one have cells",
    [
      base(
        60,
        plain(
          { eu: ["EU"], ap: ["AP"] },
          ["EU", "AP", "EU"],
          {},
          { 0: { region: "x-1" }, 1: { region: "x-1" }, 2: { region: "x-1", weight: 0 } },
          2,
        ),
      ),
    ],
    plain({ eu: ["EU"], ap: ["AP"] }, ["EU", "AP"], {}, { 0: { region: "x-1" }, 1: { region: "x-1" } }),
  ),
  steps("the locality of a cell's former number and endpoint", [
    base(
      60,
      of({
        ...changed({ 22: { locality: "EU", region: "eu-1" } }),
        deals: [
          turn(["AP"], 0, [20, 21]),
          turn(["EU"], 0, [0, 1, 22]),
          turn(["EU", "US"], 0, [0, 1, ...numbersIn("US"), 22]),
          turn(["US"]),
        ],
      }),
      no("residency"),
    ),
  ]),
  steps("the locality of a cell's former endpoint", [
    base(
      60,
      of(changed({ 0: { endpoint: "https://c20.example.com" }, 20: { endpoint: "https://c0.example.com" } })),
      no("residency"),
    ),
  ]),
  steps("a new cell in the region of another locality", [
    base(60, of({ cells: [...cells, cell(30, { region: "ap-1", weight: 0 })] }), no("residency")),
    base(120, of({ cells: [...cells, cell(30, { region: "eu-2", weight: 0 })] })),
  ]),
  steps(
    "a cell that was away for a step, in another locality",
    [
      base(60, of()),
      base(120, of({ cells: [...cells, cell(30, { region: "new-1", weight: 0 })] }, 3), no("residency")),
      base(180, of({ cells: [...cells, cell(30, { locality: "AP", region: "new-1", weight: 0 })] }, 4)),
    ],
    of({ cells: [...cells, cell(30, { locality: "AP", region: "ap-1", weight: 0 })] }, 1),
  ),

  steps("two of ten cells go, and not three", [
    over(60, 1),
    over(120, 2, out(10, 11, 12), no("cells")),
    over(180, 3, out(10, 11)),
    over(240, 4, out(10, 11, 12), no("cells")),
    over(300, 5),
  ]),
  steps("a fifth of the fleet", [over(60, 1), over(120, 2, out(0, 2), no("cells")), over(180, 3, out(0))], pairs),
  steps("one of two cells may go", [over(60, 1), over(120, 2, out(0))]),
  steps("a set is never emptied, however slowly", [
    over(60, 1),
    over(120, 2, out(0)),
    over(120 + 2 * hour, 3, out(0, 1), no("cells")),
    over(180 + 2 * hour, 4, out(1)),
  ]),
  steps(
    "the only cell in service may go when another one returns",
    [over(60, 1, out(1)), over(120, 2, out(0)), over(120 + 2 * hour, 3, out(0, 1), no("cells"))],
    plain({ eu: ["EU"] }, ["EU", "EU"]),
  ),
  steps("a draining cell is in service, but does not stand in", [
    over(60, 1),
    over(120, 2, each([10, 11, 12], { state: "draining" }), no("standIns")),
    over(180, 3, each([10, 11], { state: "draining" })),
  ]),
  steps("cells without weight do not stand in", [
    over(60, 1),
    over(120, 2, zero(10, 11, 12), no("standIns")),
    over(180, 3, zero(10, 11)),
  ]),
  steps("the last stand-in of two cells", [
    over(60, 1),
    over(120, 2, zero(0)),
    over(120 + hour, 3, zero(0, 1), no("standIns")),
  ]),
  steps(
    "the last stand-in may go when one cell in service is left",
    [over(60, 1, { cells: { "1": draining } }), over(120, 2, { cells: { "0": disabled, "1": draining } })],
    lopsided,
  ),
  steps(
    "the last stand-in may not go when a second cell returns to service",
    [
      over(60, 1, { cells: { "1": disabled } }),
      over(120, 2, { cells: { "0": draining, "1": draining } }, no("standIns")),
    ],
    lopsided,
  ),
  steps(
    "a twentieth of the tenants may be refused: half of them lose their cell, and none can stand in",
    [
      over(60, 1, { cells: { "1": draining } }),
      over(120, 2, { cells: { "0": disabled, "1": draining } }, no("refusals")),
      over(180, 3, { cells: { "0": disabled, "1": draining }, ...allow(1, [["EU"]], { moved: 0.3 }) }, no("refusals")),
      over(240, 4, { cells: { "0": disabled, "1": draining }, ...allow(1, [["EU"]], { moved: 0.7 }) }),
    ],
    plain({ eu: ["EU"] }, ["EU", "EU"]),
  ),
  steps(
    "the same with a permission for the cell",
    [
      over(60, 1, { cells: { "1": draining } }),
      over(120, 2, { cells: { "0": disabled, "1": draining }, ...allow(1, [["EU"]], { cells: 1 }) }),
    ],
    plain({ eu: ["EU"] }, ["EU", "EU"]),
  ),
  steps(
    "pinned tenants who are refused count as moved, also with a permission for the cell",
    [
      over(60, 1, { cells: { "1": draining }, ...pinned(21, 0) }),
      over(120, 2, { cells: { "0": disabled, "1": draining }, ...pinned(21, 0) }, no("pins")),
      over(
        180,
        3,
        { cells: { "0": disabled, "1": draining }, ...pinned(21, 0), ...allow(1, [["EU"]], { cells: 1 }) },
        no("pins"),
      ),
    ],
    lopsided,
  ),
  steps(
    "one pinned tenant less may be refused",
    [
      over(60, 1, { cells: { "1": draining }, ...pinned(20, 0) }),
      over(120, 2, { cells: { "0": disabled, "1": draining }, ...pinned(20, 0) }),
    ],
    lopsided,
  ),
  steps("cells at another endpoint have gone", [
    base(
      60,
      of(
        changed({
          10: { endpoint: "https://d10.example.com" },
          11: { endpoint: "https://d11.example.com" },
          12: { endpoint: "https://d12.example.com" },
        }),
      ),
      no("cells"),
    ),
  ]),
  steps("one cell at another endpoint: a tenth of the set's tenants move", [
    base(60, of(changed({ 10: { endpoint: "https://d10.example.com" } })), no("homes")),
  ]),

  steps("one cell in another region: the same", [base(60, of(changed({ 10: { region: "us-2" } })), no("homes"))]),

  steps("a twentieth of the slots may move, and not one more", [
    base(60, of(deals(twentieth + 1)), no("homes")),
    base(120, of(deals(twentieth))),
  ]),
  steps("moved slots count since the window began", [
    base(60, of(deals(twentieth - 1))),
    base(120, of(deals(2 * twentieth - 2), 3), no("homes")),
    base(60 + hour, of(deals(2 * twentieth - 2), 4)),
  ]),
  steps(
    "with rendezvous 1,000 samples count",
    [
      base(60, rendezvous({ cells: cells.map((one) => (one.number === 10 ? { ...one, weight: 1.2 } : one)) }, 2)),
      base(
        120,
        rendezvous({ cells: cells.map((one) => (one.number === 10 ? { ...one, weight: 9 } : one)) }, 3),
        no("homes"),
      ),
    ],
    rendezvous(),
  ),

  steps(
    "samples count by hash, as if they had no pins",
    [base(60, twoPlain({ pins: pinsOf(moving.slice(0, 10), 0) }, { 1: { weight: heavier } }, 2), no("homes"))],
    twoPlain({ pins: pinsOf(moving.slice(0, 10), 0) }, {}, 1),
  ),
  steps(
    "another algorithm: samples count, and slots are looked up",
    [base(60, singles("ring", {}, 2)), base(120, singles("slots", {}, 3)), base(180, singles("murmur3", {}, 4))],
    singles("slots", {}, 1),
  ),
  steps(
    "another algorithm that moves half of the tenants",
    [base(60, twoPlain({ algorithm: "sha256" }, {}, 2), no("homes"))],
    twoPlain({}, {}, 1),
  ),

  steps("pins: ten, plus a twentieth of the set's planned tenants", [
    over(60, 1, pinned(60, 10)),
    // US is for 1,000 tenants: 60 pins may change, all to one country's set.
    over(120, 2, pinned(60, 11, 2)),
    over(120 + 2 * hour, 3, pinned(60, 12, 3)),
  ]),
  steps("one pin more than that", [over(60, 1, pinned(61, 10)), over(120, 2, pinned(61, 11, 2), no("pins"))]),
  steps("pins that disappear where the tenants' slots have another owner", [
    over(60, 1, pinned(40, 10)),
    over(120, 2, {}, no("pins")),
    over(180, 3, pinned(32, 10)),
  ]),
  steps("pins that disappear count as moved too", [
    over(60, 1, { pins: packed(pinsOf(odd.slice(0, 21), 0)) }),
    // EU is for 200 tenants: 20 pins may change, and 10 may disappear.
    over(120, 2, { pins: packed(pinsOf(odd.slice(10, 21), 1, 2)) }, no("pins")),
    over(180, 3, {
      pins: packed({ ...pinsOf(odd.slice(10, 20), 1, 2), ...pinsOf(odd.slice(20, 21), 0) }),
    }),
  ]),
  steps("a twentieth of many pins may disappear", [
    over(60, 1, { pins: packed(pinsOf(odd.slice(0, 220), 0)) }),
    over(120, 2, { pins: packed(pinsOf(odd.slice(12, 220), 0)) }, no("pins")),
    over(180, 3, { pins: packed(pinsOf(odd.slice(11, 220), 0)) }),
  ]),
  steps("pins that disappear where the slots' owner is the pins' cell", [
    over(60, 1, { pins: packed(pinsOf(odd.slice(0, 30), 1)) }),
    over(120, 2, {}, no("pins")),
  ]),
  steps(
    "the same for a country without other candidates: no change",
    [over(60, 1, { pins: packed(pinsOf(odd.slice(0, 30), 1)) }), over(120, 2)],
    of(
      {
        jurisdictions: { ...jurisdictions, west: { localities: ["US"] } },
        deals: [turn(["AP"]), turn(["EU"]), turn(["US"])],
      },
      1,
    ),
  ),
  steps(
    "planned tenants are those before",
    [base(60, roomy(10000, { pins: pinsOf(odd.slice(0, 21), 1, 2) }, 2), no("pins"))],
    roomy(100, { pins: pinsOf(odd.slice(0, 21), 0) }),
  ),
  steps("new pins where no tenant had a home", [over(60, 1), over(120, 2, pinned(40, 20))], withoutAp()),
  steps(
    "with rendezvous a pin that is new or disappears always counts",
    [
      over(60, 1, pinned(11, 0)),
      over(120, 2, pinned(32, 0), no("pins")),
      over(180, 3, pinned(31, 0)),
      over(180 + 2 * hour, 4, pinned(20, 0), no("pins")),
      over(240 + 2 * hour, 5, pinned(21, 0)),
    ],
    twoPlain({}, {}, 1),
  ),
  steps(
    "another algorithm: a pin that disappears counts, although its cell is the only one",
    [base(60, singles("ring", {}, 2), no("pins"))],
    singles("slots", { pins: pinsOf(odd.slice(0, 11), 0) }, 1),
  ),
  steps(
    "new pins count for countries that allow their cell afterwards",
    [base(60, narrow({ BR: "eu", US: "us" }, { pins: pinsOf(odd.slice(0, 26), 2) }, 2))],
    narrow({ BR: "both", US: "us" }),
  ),
  steps(
    "new pins that no country allows afterwards count for all",
    [base(60, narrow({ BR: "eu" }, { pins: pinsOf(odd.slice(0, 26), 2) }, 2), no("pins"))],
    narrow({ BR: "both" }),
  ),
  steps(
    "pins under another key count twice as moved",
    [
      over(60, 1, { pins: packed(pinsOf(odd.slice(0, 6), 0)) }),
      over(120, 2, { pins: packed(pinsOf(odd.slice(0, 6), 0), `${pinKey}-2`) }, no("pins")),
      over(180, 3, { pins: packed(pinsOf(odd.slice(0, 5), 0)) }),
      over(180 + 2 * hour, 4, { pins: packed(pinsOf(odd.slice(0, 5), 0), `${pinKey}-2`) }),
    ],
    roomy(0),
  ),
  steps(
    "pins of the base under another key of the overlay count so too",
    [over(60, 1), over(120, 2, { pins: packed({}, `${pinKey}-2`) }, no("pins"))],
    roomy(0, { pins: pinsOf(odd.slice(0, 6), 0) }),
  ),
  steps("pins under another key all count as changed, and keep their homes", [
    over(60, 1, pinned(20, 10)),
    over(
      120,
      2,
      {
        pins: {
          ...packed(
            Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`pin-${at}`, { cell: 10, epoch: 1 }])),
            `${pinKey}-2`,
          ),
        },
      },
      no("pins"),
    ),
  ]),

  steps("the limits count since the window began, and a step after an hour begins another", [
    over(60, 1),
    over(120, 2, out(10)),
    over(180, 3, out(10, 11)),
    over(59 * 60, 4, out(10, 11, 12), no("cells")),
    over(60 + hour, 5, out(10, 11, 12)),
    over(61 + hour + 60, 6, out(10, 11, 12, 13, 14), no("cells")),
  ]),

  steps("a refused step begins no window", [
    over(60, 1),
    over(120, 2, out(10)),
    over(100 + hour, 3, out(10, 11, 12, 13), no("cells")),
    over(50 + 2 * hour, 4, out(10, 11)),
    over(110 + 2 * hour, 5, out(10, 11, 12), no("cells")),
  ]),
  steps("an overlay that the reader has is a step", [
    over(60, 1),
    over(120, 2, out(10)),
    over(100 + hour, 2, out(10)),
    over(90 + 2 * hour, 3, out(10, 11)),
    over(110 + 2 * hour, 4, out(10, 11, 12)),
  ]),
  steps("an approval exempts from the limits since the window began too", [
    base(60, of(deals(100))),
    base(
      120,
      of(
        {
          ...deals(100),
          countries: { ...start.countries, JP: "us" },
          approvals: [{ revision: 3, country: "JP", localities: ["US"] }],
        },
        3,
      ),
    ),
  ]),
  steps("a step with an approval begins a window", [
    base(60, of(deals(twentieth - 1))),
    base(
      120,
      of(
        {
          ...deals(twentieth - 1),
          countries: { ...start.countries, KP: "eu" },
          approvals: [{ revision: 3, country: "KP", localities: ["EU"] }],
        },
        3,
      ),
    ),
    base(180, of({ ...deals(2 * twentieth - 2), countries: { ...start.countries, KP: "eu" } }, 4)),
  ]),

  steps("a permission counts since the window began too", [
    over(60, 1),
    over(120, 2, out(10, 11)),
    over(180, 3, { ...out(10, 11, 12), ...allow(2, usSets, { cells: 3 }) }),
    over(240, 4, out(10, 11, 12, 13)),
  ]),
  steps("a permission that a step does not need begins no window", [
    over(60, 1),
    over(120, 2, { ...out(10, 11), ...allow(1, usSets, { cells: 4 }) }),
    over(180, 3, out(10, 11, 12), no("cells")),
  ]),
  steps(
    "a permission for no cell does not cover the last one",
    [over(60, 1, out(1)), over(120, 2, { ...out(0, 1), ...allow(1, [["EU"]], { moved: 1 }) }, no("cells"))],
    plain({ eu: ["EU"] }, ["EU", "EU"]),
  ),
  steps("a permission to drop pins", [
    over(60, 1, pinned(40, 10)),
    over(120, 2, allow(1, usSets, { moved: 0.5 }), no("pins")),
    over(180, 3, allow(1, usSets, { moved: 1 })),
  ]),
  steps("a permission", [
    over(60, 1),
    over(120, 2, { ...out(10, 11, 12, 13), ...allow(1, usSets, { cells: 4 }) }),
    over(180, 3, out(10, 11, 12, 13)),
    // It began a window, in which one more may go: a fifth of the six that were left.
    over(240, 4, out(10, 11, 12, 13, 14)),
    over(300, 5, out(10, 11, 12, 13, 14, 15, 16), no("cells")),
  ]),
  steps("a permission from another revision", [
    over(60, 1),
    over(120, 3, { ...out(10, 11, 12), ...allow(2, usSets, { cells: 4 }) }, no("cells")),
  ]),
  steps("a permission from the overlay's own revision", [
    over(60, 1),
    over(120, 2, allow(2, usSets, { moved: 1 })),
    over(180, 2, allow(2, usSets, { moved: 1 })),
    base(240, of(deals(twentieth + 1)), no("homes")),
  ]),
  steps("a permission for fewer cells", [
    over(60, 1),
    over(120, 2, { ...out(10, 11, 12), ...allow(1, usSets, { cells: 2 }) }, no("cells")),
  ]),
  steps("a permission that lacks a set", [
    over(60, 1),
    over(120, 2, { ...out(0, 1), ...allow(1, [["EU", "US"]], { cells: 2 }) }, no("cells")),
  ]),
  steps("a permission for the last cell", [
    over(60, 1),
    over(120, 2, { ...out(0, 1), ...allow(1, [["EU"], ["EU", "US"]], { cells: 2 }) }),
  ]),
  steps("a permission to move pins", [
    over(60, 1, pinned(100, 10)),
    over(120, 2, { ...pinned(100, 11, 2), ...allow(1, usSets, { moved: 0.09 }) }),
  ]),
  steps("a permission to move fewer pins", [
    over(60, 1, pinned(101, 10)),
    over(120, 2, { ...pinned(101, 11, 2), ...allow(1, usSets, { moved: 0.09 }) }, no("pins")),
  ]),

  steps("health marks are never a reason to refuse", [
    over(60, 1),
    over(120, 2, down(0)),
    over(180, 3, down(0, 1), but("cells")),
    over(240, 4, down(1)),
    over(300, 5),
  ]),
  steps("marks of one set are ignored, those of another are followed", [
    over(60, 1),
    over(
      120,
      2,
      { cells: { ...(down(0, 1) as { cells: object }).cells, ...(down(20) as { cells: object }).cells } },
      but("cells"),
    ),
  ]),
  steps(
    "marks of a set first, then those of the fleet",
    [over(60, 1), over(120, 2, down(0, 1, 2), but("cells"))],
    pairs,
  ),
  steps("marks that only the fleet is too small for", [over(60, 1), over(120, 2, down(0, 2), but("cells"))], pairs),
  steps(
    "marks of the set with fewer localities first, although it has more cells",
    [over(60, 1), over(120, 2, down(0, 5, 7), but("cells"))],
    plain({ aa: ["T", "R", "Q"], bb: ["P", "Q"] }, ["P", "P", "P", "P", "P", "Q", "Q", "R", "T"]),
  ),
  steps(
    "marks of the first set by name, of two with as many localities",
    [over(60, 1), over(120, 2, down(0, 3, 6), but("cells"))],
    plain({ aa: ["R", "Q"], bb: ["Q", "P", "P"] }, ["P", "P", "P", "Q", "Q", "Q", "R", "R", "R"]),
  ),
  steps(
    "a mark that leaves one cell in service, so that its set needs no stand-in",
    [
      over(60, 1, { cells: { "0": draining } }),
      over(120, 2, { cells: { "0": { ...draining, down: true }, "1": draining } }),
    ],
    lopsided,
  ),
  steps("too many marks in an hour", [
    over(60, 1),
    over(120, 2, down(10, 11)),
    over(180, 3, down(10, 11, 12), but("cells")),
    over(120 + hour, 4, down(10, 11, 12)),
  ]),
  steps("marks with another change that breaks a limit", [
    over(60, 1),
    over(
      120,
      2,
      { cells: { ...(down(0) as { cells: object }).cells, ...(out(10, 11, 12) as { cells: object }).cells } },
      no("cells"),
    ),
  ]),
];
