import { canonicalJson } from "../../../routing";
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

export const stepsCases: readonly StepsCase[] = [
  steps("a newer base, an older one, and another one of the same revision", [
    base(60, of({}, 3)),
    base(120, of({}, 2), no("order")),
    base(180, of({ countries: { ...start.countries, AT: "eu" } }, 3), no("order")),
    base(240, of({ countries: { ...start.countries, AT: "eu" } }, 4), no("residency")),
    base(300, of({}, 3)),
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
  steps("the locality of a cell's former number", [
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
  steps("one of two cells may go", [over(60, 1), over(120, 2, out(0))]),
  steps("a set is never emptied, however slowly", [
    over(60, 1),
    over(120, 2, out(0)),
    over(120 + 2 * hour, 3, out(0, 1), no("cells")),
    over(180 + 2 * hour, 4, out(1)),
  ]),
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
