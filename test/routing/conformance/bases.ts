import { canonicalJson, encodeBinary, longestObject, type RoutingTable } from "../../../routing";
import type { Indexes } from "../../../routing/slots/pack";
import { sha256Hex } from "../../../routing/sha256";
import { expand, put, type Bytes } from "./bytes";
import { cell, dealOf, names, patterned, seal, slotCount, textOf, type Content, type Document } from "./documents";

/** A published object, and what a reader must make of it: `at` is the place of its only mistake. */
export interface ObjectCase {
  readonly name: string;
  readonly bytes: Bytes;
  readonly endpointSuffix?: string;
  /** By hand, from the documentation; undefined: it is accepted. */
  readonly at?: string;
}

/** Two cells, no slots. */
export const small: Content = {
  environment: "test",
  algorithm: "rendezvous",
  cells: [cell(0), cell(1)],
  jurisdictions: { eu: { localities: ["EU"] } },
  countries: { DE: "eu" },
  pins: {},
};

names.name("cells 0 and 1", canonicalJson(small.cells).slice(1, -1));
for (const each of small.cells) names.name(each.id, canonicalJson(each));
/** Two cells and one bit for each slot. */
const two = dealOf(["EU"], [0, 1], patterned(2, "two"), "two cells");
const dealt: Content = { ...small, algorithm: "slots", deals: [two] };

const wideCells = Array.from({ length: 257 }, (_, number) => cell(number));
const [beforeNumber, betweenCells] = canonicalJson([cell(7), cell(8)])
  .split(/"c7",|"number":[78]/)
  .slice(1, 3) as [string, string];
names.name("cell, before its number", beforeNumber);
names.name("cell, after its number", betweenCells.split("c8")[0]!);
names.name("257 cells", canonicalJson(wideCells));
const wideIndexes = patterned(257, "wide", 509);
const wideDeal = dealOf(
  ["EU"],
  wideCells.map(({ number }) => number),
  wideIndexes,
  "257 cells",
);
/** More cells than a byte can count. */
export const wide: Content = { ...small, algorithm: "slots", cells: wideCells, deals: [wideDeal] };

const extremes = {
  numbers: [1e21, 1e-7, 0.000001, 123456789012345680000, 5e-324, 1.7976931348623157e308, -1.5, 0, 9007199254740992],
  strings: ["<>&/\u007f\u0085\u2028\u2029", '\b\t\n\f\r\u0000\u001f"\\', "é日😀", "\ud800", "\udfff\ud800x"],
  "\ue000": 1,
  "😀": 2,
  "": 3,
  Z: [],
  a: { "2": null, "10": true },
};

const change = (edit: (base: Document) => void, of: Document = small, revision = 1): string => {
  const base = structuredClone(seal(of, revision)) as Document;
  edit(base);
  const sealed = seal(base, revision) as Document;
  return textOf({ ...sealed, schema: base.schema, version: { ...base.version, digest: sealed.version.digest } });
};

function accepted(name: string, edit: (base: Document) => void = () => undefined, of: Document = small): ObjectCase {
  return { name, bytes: names.write(change(edit, of)) };
}

function refused(name: string, at: string, edit: (base: Document) => void, of: Document = small): ObjectCase {
  return { name, at, bytes: names.write(change(edit, of)) };
}

function text(name: string, at: string | undefined, value: string): ObjectCase {
  return { name, bytes: names.write(value), ...(at === undefined ? {} : { at }) };
}

const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);
const smallText = textOf(seal(small));

/** One level more than our own writer writes, and with its digest, so that only the depth is wrong. */
function tooDeep(): string {
  const deepest = "[".repeat(63) + "1" + "]".repeat(63);
  const content = { ...small, zzz: nested(63) };
  const digest = sha256Hex(canonicalJson(content).replace(deepest, `[${deepest}]`)).slice(0, 12);
  return textOf({ schema: 1, version: { revision: 1, digest }, ...content }).replace(deepest, `[${deepest}]`);
}

/** The text with an unknown string that makes it this long. */
function long(length: number): Bytes {
  const mark = "PADDING";
  const padded = (pad: string): string => textOf(seal({ ...small, zzz: pad }));
  const count = length - padded("").length;
  const whole = padded("x".repeat(count));
  const [before, after] = textOf({ ...seal({ ...small, zzz: mark }), version: JSON.parse(whole).version }).split(mark);
  return [before!, { repeat: "x", times: count }, after!];
}

const words: readonly (readonly [name: string, word: unknown])[] = [
  ["empty", ""],
  ["64 characters", "a".repeat(64)],
  ["a space", "a b"],
  ["a line feed at its end", "EU\n"],
  ["a letter outside ASCII", "É"],
  ["a hyphen first", "-EU"],
  ["a comma", "EU,US"],
  ["a number", 7],
];

const endpoints: readonly (readonly [name: string, endpoint: unknown])[] = [
  ["http", "http://c0.example.com"],
  ["upper case", "https://C0.example.com"],
  ["a port", "https://c0.example.com:443"],
  ["a path", "https://c0.example.com/"],
  ["a user", "https://a@c0.example.com"],
  ["an IPv4 address", "https://10.0.0.1"],
  ["an IPv6 address", "https://[::1]"],
  ["one label", "https://localhost"],
  ["a dot at its end", "https://c0.example.com."],
  ["an empty label", "https://c0..example.com"],
  ["a label that begins with a hyphen", "https://-c0.example.com"],
  ["a label that ends with a hyphen", "https://c0-.example.com"],
  ["a label of 64 characters", `https://${"a".repeat(64)}.example.com`],
  ["an underscore", "https://c_0.example.com"],
  ["a last label that begins with a digit", "https://c0.example.1com"],
  ["254 characters", `https://${"a.".repeat(125)}abcd`],
  ["a line feed at its end", "https://c0.example.com\n"],
  ["no string", null],
];

const pinAt = (tenant: string): string => `pins[${JSON.stringify(tenant)}]`;
const oneCell = (base: Document): void => void base.cells.pop();

export const bases: readonly ObjectCase[] = [
  accepted("two cells"),
  accepted("slots, two cells", undefined, dealt),
  accepted("slots, 257 cells: nine bits for each slot", undefined, wide),
  accepted(
    "slots, one cell: no bits",
    (base) => {
      base.cells.pop();
      base.deals = [{ localities: ["EU"], cells: [0], slots: "" }];
    },
    dealt,
  ),
  accepted(
    "slots, localities unsorted and repeated",
    (base) => {
      base.cells.push(cell(2, { locality: "US" }));
      base.jurisdictions = {
        eu: { localities: ["EU"] },
        any: { localities: ["US", "EU", "US"] },
        all: { localities: ["EU", "US"] },
      };
      base.deals.push(dealOf(["US", "EU", "EU"], [0, 1, 2], patterned(3, "three"), "three cells"));
    },
    dealt,
  ),
  accepted(
    "slots, a deal for a set without a possible home: no cells, no bits",
    (base) => {
      base.jurisdictions.us = { localities: ["US"] };
      base.deals.push({ localities: ["US"], cells: [], slots: "" });
    },
    dealt,
  ),
  accepted(
    "slots, no deal for a set without a possible home",
    (base) => {
      base.cells.push(cell(2, { locality: "US", weight: 0 }), cell(3, { locality: "US", state: "provisioning" }));
      base.jurisdictions.us = { localities: ["US"] };
    },
    dealt,
  ),
  accepted("deals that the algorithm does not use, not even checked", (base) => {
    base.deals = "none";
  }),
  accepted("every state, weights 0 and 100, highest number and epoch", (base) => {
    base.cells = ["provisioning", "canary", "active", "draining", "disabled", "quarantined"].map((state, at) =>
      cell(at === 5 ? 1_000_000 : at, { state: state as "active", weight: [0, 100, 0.001, 1, 2.5, 1][at]! }),
    );
    base.pins = {
      acme: { cell: 1_000_000, epoch: 4294967295 },
      "": { cell: 0, epoch: 0 },
      __proto__x: { cell: 1, epoch: 1 },
    };
  }),
  accepted("a pin of a tenant whose id is __proto__", (base) => {
    base.pins = JSON.parse('{"__proto__":{"cell":1,"epoch":1},"constructor":{"cell":0,"epoch":2}}');
  }),
  accepted("words of 63 characters with each character", (base) => {
    base.cells[0].tier = `9._-${"A".repeat(59)}`;
  }),
  accepted("a default and approvals", (base) => {
    base.defaultJurisdiction = "eu";
    base.jurisdictions.none = { localities: [] };
    base.approvals = [
      { revision: 1, jurisdiction: "eu", localities: ["EU"] },
      { revision: 0, country: "ZZ", localities: ["US", "EU"] },
    ];
  }),
  accepted("approvals of words that mean nothing here", (base) => {
    base.approvals = [
      { revision: 1, country: "Atlantis.1", localities: ["nowhere"] },
      { revision: 1, jurisdiction: "unknown", localities: [] },
    ];
  }),
  accepted("capacities with fractions, and the highest ones", (base) => {
    base.cells[0].capacity = { tenants: 0.5, requestsPerSecond: 9007199254740991 };
    base.cells[1].capacity = { tenants: 9007199254740991, requestsPerSecond: 0.25 };
  }),
  accepted("a pin of a tenant with a pair of surrogates", (base) => {
    base.pins = { "a😀": { cell: 0, epoch: 1 } };
  }),
  accepted("unknown members at every depth", (base) => {
    base.zzz = extremes;
    base.cells[0].zzz = 1;
    base.cells[0].capacity.zzz = [1];
    base.jurisdictions.eu.zzz = null;
    base.pins = { acme: { cell: 0, epoch: 1, zzz: "x" } };
  }),
  text(
    "an unknown member of `version`, which the digest does not cover",
    undefined,
    textOf({ ...seal(small), version: { ...seal(small).version, zzz: 1 } }),
  ),
  accepted("64 levels", (base) => {
    base.zzz = nested(63);
  }),
  accepted("an endpoint of 253 characters, with labels of 63", (base) => {
    const label = "a".repeat(63);
    base.cells[0].endpoint = `https://${label}.${label}.${label}.${"b".repeat(57)}.abc`;
  }),
  { ...accepted("endpoints under the domain that the reader expects"), endpointSuffix: "example.com" },
  { ...accepted("an endpoint under another domain", oneCell), endpointSuffix: "example.org", at: "cells[0].endpoint" },
  {
    ...accepted("an endpoint under a domain that only ends alike", oneCell),
    endpointSuffix: "ple.com",
    at: "cells[0].endpoint",
  },
  { name: "16 MiB", bytes: long(longestObject) },
  { name: "16 MiB and one byte", bytes: long(longestObject + 1), at: "" },

  text("nothing", "", ""),
  text("half of it", "", smallText.slice(0, 300)),
  text("a list", "schema", "[]\n"),
  text("null", "schema", "null\n"),
  { name: "a byte that is not UTF-8", bytes: [smallText.slice(0, -2), ',"zzz":"', { base64: "/w==" }, '"}\n'], at: "" },
  { name: "a byte order mark", bytes: [{ base64: "77u/" }, smallText], at: "" },
  text("no line feed at its end", "", smallText.slice(0, -1)),
  text("two line feeds", "", `${smallText}\n`),
  text("a space", "", put(smallText, ":", ": ")),
  text("members in another order", "", `${JSON.stringify({ ...seal(small) })}\n`),
  text(
    "keys in the order of code points, not of UTF-16 code units",
    "",
    put(
      change((base) => {
        base.zzz = { "\ue000": 1, "😀": 2 };
      }),
      '"😀":2,"\ue000":1',
      '"\ue000":1,"😀":2',
    ),
  ),
  text("a key that occurs twice", "", put(smallText, '"countries"', '"countries":{},"countries"')),
  text(
    "a key that occurs twice, in an unknown member",
    "",
    put(
      change((base) => {
        base.zzz = { a: 1 };
      }),
      '{"a":1}',
      '{"a":1,"a":1}',
    ),
  ),
  text("a number with a fraction of 0", "", put(smallText, '"weight":1}', '"weight":1.0}')),
  text("a number with an exponent", "", put(smallText, '"weight":1}', '"weight":1e0}')),
  text(
    "minus 0",
    "",
    put(
      change((base) => {
        base.cells[0].weight = 0;
      }),
      '"weight":0}',
      '"weight":-0}',
    ),
  ),
  text(
    "a number with more digits than a double has",
    "",
    put(
      change((base) => {
        base.zzz = 9007199254740992;
      }),
      "9007199254740992",
      "9007199254740993",
    ),
  ),
  text("a letter that is escaped without need", "", put(smallText, '"EU"', '"\\u0045U"')),
  text("a slash that is escaped", "", put(smallText, "https://", "https:\\/\\/")),
  text(
    "an escape in upper case",
    "",
    put(
      change((base) => {
        base.zzz = "\u001f";
      }),
      "\\u001f",
      "\\u001F",
    ),
  ),
  text(
    "U+2028 escaped",
    "",
    put(
      change((base) => {
        base.zzz = "\u2028";
      }),
      "\u2028",
      "\\u2028",
    ),
  ),
  text("65 levels", "", tooDeep()),
  text(
    "65 levels in a member that the digest does not cover",
    "",
    put(smallText, '"version":{', `"version":{"a":${"[".repeat(63)}1${"]".repeat(63)},`),
  ),
  text("5,000 levels", "", smallText.replace(/\}\n$/, `,"zzz":${"[".repeat(5000)}${"]".repeat(5000)}}\n`)),

  refused("schema 2", "schema", (base) => {
    base.schema = 2;
  }),
  refused("schema as a string", "schema", (base) => {
    base.schema = "1";
  }),
  refused("no schema", "schema", (base) => {
    delete base.schema;
  }),
  text("a digest of other content", "version.digest", put(smallText, '"DE"', '"FR"')),
  text("an unknown member that the digest does not cover", "version.digest", smallText.replace(/\}\n$/, ',"zzz":1}\n')),
  text(
    "a digest in upper case",
    "version.digest",
    smallText.replace(/"digest":"([0-9a-f]+)"/, (_, hex: string) => `"digest":"${hex.toUpperCase()}"`),
  ),
  refused("a negative revision", "version.revision", (base) => {
    base.version.revision = -1;
  }),
  refused("a revision with a fraction", "version.revision", (base) => {
    base.version.revision = 1.5;
  }),
  refused("a revision of 2^53", "version.revision", (base) => {
    base.version.revision = 2 ** 53;
  }),
  refused("an unknown algorithm", "algorithm", (base) => {
    base.algorithm = "random";
  }),
  refused("no cells", "cells", (base) => {
    base.cells = [];
  }),
  refused("cells out of order", "cells[1].number", (base) => {
    base.cells.reverse();
  }),
  refused("a number that occurs twice", "cells[1].number", (base) => {
    base.cells[1].number = 0;
  }),
  refused("a number above a million", "cells[1].number", (base) => {
    base.cells[1].number = 1_000_001;
  }),
  refused("a number as a string", "cells[1].number", (base) => {
    base.cells[1].number = "1";
  }),
  refused("an id that occurs twice", "cells[1].id", (base) => {
    base.cells[1].id = "c0";
  }),
  refused("an endpoint that occurs twice", "cells[1].endpoint", (base) => {
    base.cells[1].endpoint = base.cells[0].endpoint;
  }),
  refused("an unknown state", "cells[0].state", (base) => {
    base.cells[0].state = "ACTIVE";
  }),
  refused("a negative weight", "cells[0].weight", (base) => {
    base.cells[0].weight = -0.1;
  }),
  refused("a weight above 100", "cells[0].weight", (base) => {
    base.cells[0].weight = 100.1;
  }),
  refused("no capacity", "cells[0].capacity", (base) => {
    delete base.cells[0].capacity;
    base.cells[0].capacity = [];
  }),
  refused("a negative capacity", "cells[0].capacity.tenants", (base) => {
    base.cells[0].capacity.tenants = -1;
  }),
  refused("no requestsPerSecond", "cells[0].capacity.requestsPerSecond", (base) => {
    base.cells[0].capacity = { tenants: 1 };
  }),
  refused("requestsPerSecond of 2^53", "cells[0].capacity.requestsPerSecond", (base) => {
    base.cells[0].capacity.requestsPerSecond = 2 ** 53;
  }),
  ...words.map(([name, word]) =>
    refused(`a locality of a cell: ${name}`, "cells[0].locality", (base) => {
      base.cells[0].locality = word;
    }),
  ),
  ...(["id", "region", "partition", "tier"] as const).map((member) =>
    refused(`a cell without ${member}`, `cells[0].${member}`, (base) => {
      delete base.cells[0][member];
    }),
  ),
  ...endpoints.map(([name, endpoint]) =>
    refused(`an endpoint with ${name}`, "cells[0].endpoint", (base) => {
      base.cells[0].endpoint = endpoint;
    }),
  ),
  refused("no environment", "environment", (base) => {
    delete base.environment;
  }),
  refused("a jurisdiction without localities", 'jurisdictions["eu"].localities', (base) => {
    base.jurisdictions.eu = {};
  }),
  refused("a jurisdiction whose name is no word", 'jurisdictions["e u"] (its name)', (base) => {
    base.jurisdictions["e u"] = { localities: ["EU"] };
  }),
  refused("a country in lower case", 'countries["de"]', (base) => {
    base.countries = { de: "eu" };
  }),
  refused("a country of three letters", 'countries["DEU"]', (base) => {
    base.countries = { DEU: "eu" };
  }),
  refused("the country ZZ", 'countries["ZZ"]', (base) => {
    base.countries.ZZ = "eu";
  }),
  refused("a country of a jurisdiction that is missing", 'countries["DE"]', (base) => {
    base.countries.DE = "us";
  }),
  refused("a country of a jurisdiction that every object of some languages has", 'countries["DE"]', (base) => {
    base.countries.DE = "constructor";
  }),
  refused("a default that is missing", "defaultJurisdiction", (base) => {
    base.defaultJurisdiction = "us";
  }),
  refused("a default of null", "defaultJurisdiction", (base) => {
    base.defaultJurisdiction = null;
  }),
  refused("an approval of a later revision", "approvals[0].revision", (base) => {
    base.approvals = [{ revision: 2, country: "DE", localities: ["US"] }];
  }),
  refused("an approval for a country and a jurisdiction", "approvals[0]", (base) => {
    base.approvals = [{ revision: 1, country: "DE", jurisdiction: "eu", localities: ["US"] }];
  }),
  refused("an approval for neither", "approvals[0]", (base) => {
    base.approvals = [{ revision: 1, localities: ["US"] }];
  }),
  refused("an approval for a country that is no word", "approvals[0].country", (base) => {
    base.approvals = [{ revision: 1, country: "D E", localities: ["US"] }];
  }),
  refused("an approval of a locality that is no word", "approvals[0].localities[0]", (base) => {
    base.approvals = [{ revision: 1, country: "DE", localities: [""] }];
  }),
  refused("approvals that are no list", "approvals", (base) => {
    base.approvals = {};
  }),
  refused("a pin to a cell that is missing", 'pins["acme"].cell', (base) => {
    base.pins.acme = { cell: 2, epoch: 1 };
  }),
  refused("an epoch of 2^32", 'pins["acme"].epoch', (base) => {
    base.pins.acme = { cell: 1, epoch: 2 ** 32 };
  }),
  refused("a negative epoch", 'pins["acme"].epoch', (base) => {
    base.pins.acme = { cell: 1, epoch: -1 };
  }),
  ...["\ud800", "a\udc00", "\udc00\ud800"].map((tenant) =>
    refused(
      `a pin of a tenant with a surrogate without its partner: ${JSON.stringify(tenant)}`,
      pinAt(tenant),
      (base) => {
        base.pins = { [tenant]: { cell: 0, epoch: 1 } };
      },
    ),
  ),
  refused("no pins", "pins", (base) => {
    delete base.pins;
  }),

  refused(
    "slots without deals",
    "deals",
    (base) => {
      delete base.deals;
    },
    { ...dealt, jurisdictions: { none: { localities: [] } }, countries: { DE: "none" } },
  ),
  refused(
    "a missing deal",
    "deals",
    (base) => {
      base.deals = [];
    },
    dealt,
  ),
  refused(
    "two deals for one set",
    "deals[1].localities",
    (base) => {
      base.deals.push({ ...base.deals[0], localities: ["EU", "EU"] });
    },
    dealt,
  ),
  refused(
    "a deal for a set that no jurisdiction has",
    "deals[1].localities",
    (base) => {
      base.deals.push({ localities: ["US"], cells: [], slots: "" });
    },
    dealt,
  ),
  refused(
    "a deal without a cell that can be a home",
    "deals[0].cells",
    (base) => {
      base.cells.push(cell(2));
    },
    dealt,
  ),
  refused(
    "a deal with a cell that cannot be a home: weight 0",
    "deals[0].cells",
    (base) => {
      base.cells[1].weight = 0;
    },
    dealt,
  ),
  refused(
    "a deal with a cell that cannot be a home: provisioning",
    "deals[0].cells",
    (base) => {
      base.cells[1].state = "provisioning";
    },
    dealt,
  ),
  refused(
    "a deal with cells out of order",
    "deals[0].cells",
    (base) => {
      base.deals[0].cells.reverse();
    },
    dealt,
  ),
  refused(
    "an index without a cell",
    "deals[0].slots",
    (base) => {
      base.cells.push(cell(2));
      base.deals = [
        {
          localities: ["EU"],
          cells: [0, 1, 2],
          slots: dealOf(["EU"], [0, 1, 2, 3], patterned(4, "four"), "four cells").slots,
        },
      ];
    },
    dealt,
  ),
  refused(
    "slots with a bit more than the cells need",
    "deals[0].slots",
    (base) => {
      base.deals[0].slots = dealOf(["EU"], [0, 1, 2], patterned(3, "three"), "three cells").slots;
    },
    dealt,
  ),
  refused(
    "slots without padding",
    "deals[0].slots",
    (base) => {
      base.deals[0].slots = base.deals[0].slots.replace(/=+$/, "");
    },
    dealt,
  ),
  refused(
    "slots with one letter less",
    "deals[0].slots",
    (base) => {
      base.deals[0].slots = base.deals[0].slots.slice(4);
    },
    dealt,
  ),
  refused(
    "a bit of the last letter that belongs to no byte",
    "deals[0].slots",
    (base) => {
      base.deals[0].slots = withPaddingBit(base.deals[0].slots);
    },
    dealt,
  ),
  refused(
    "slots in base64url",
    "deals[0].slots",
    (base) => {
      base.deals[0].slots = `_${(base.deals[0].slots as string).slice(1)}`;
    },
    dealt,
  ),
  refused(
    "a line feed in the slots",
    "deals[0].slots",
    (base) => {
      base.deals[0].slots = `${(base.deals[0].slots as string).slice(0, 76)}\n${(base.deals[0].slots as string).slice(77)}`;
    },
    dealt,
  ),
];

/** The same bytes for readers that drop what is left of the last letter. */
export function withPaddingBit(base64: string): string {
  const [, before, letter, padding] = /^(.*)(.)(=+)$/.exec(base64)!;
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return `${before}${alphabet[alphabet.indexOf(letter!) + 1]!}${padding}`;
}

/** A base as the zip has it. @param indexes of the deals, in order; periodic, with this period. */
function binary(
  document: Document,
  deals: readonly (readonly [indexes: Indexes, period: number])[],
  edit: Partial<Header> = {},
): Bytes {
  const { magic = "CELLSRT1", gapByte = 0, head = "", tail = "", slots } = edit;
  const plain = document.deals?.map(({ localities, cells }: Document) => ({ localities, cells, slots }));
  const json = canonicalJson({ ...document, ...(plain === undefined ? {} : { deals: plain }) });
  const parts: Bytes[] = tail === "" ? [names.write(head + json)] : [names.write(head + json.slice(0, -1)), tail, "}"];
  const jsonLength = expand(parts, names.parts).length;
  let length = 16 + jsonLength;
  for (const [indexes, period] of deals) {
    const gap = (8 - (length % 8)) % 8;
    const bytes = Buffer.from(indexes.buffer, indexes.byteOffset, indexes.byteLength);
    const once = (period * indexes.byteLength) / slotCount;
    const times = Math.floor(bytes.length / once);
    if (gap > 0) parts.push({ base64: Buffer.alloc(gap, gapByte).toString("base64") });
    parts.push({ repeat: { base64: bytes.subarray(0, once).toString("base64") }, times });
    parts.push({ base64: bytes.subarray(once * times).toString("base64") });
    length += gap + bytes.length;
  }
  const header = Buffer.alloc(16);
  header.write(magic, "latin1");
  header.writeUInt32LE(edit.json ?? jsonLength, 8);
  header.writeUInt32LE(edit.all ?? length, 12);
  return [{ base64: header.toString("base64") }, ...parts];
}

/** How it differs from what the product writes. */
interface Header {
  readonly magic: string;
  readonly json: number;
  readonly all: number;
  /** Byte between two deals. */
  readonly gapByte: number;
  /** What stands before the JSON, and before its last brace. */
  readonly head: string;
  readonly tail: Bytes;
  /** A member of each deal. */
  readonly slots: string;
}

const three = patterned(3, "three in the zip");
const threeDealt: Content = {
  ...dealt,
  cells: [cell(0), cell(1), cell(2, { locality: "US" })],
  jurisdictions: { all: { localities: ["EU", "US"] }, eu: { localities: ["EU"] } },
  countries: { DE: "eu", US: "all" },
  deals: [two, dealOf(["EU", "US"], [0, 1, 2], three, "three in the zip")],
};
const twoIndexes = patterned(2, "two");
const zeros = patterned(1, "zeros");
/** EU has one cell, US none that can be a home. */
const fewDealt: Content = {
  ...dealt,
  cells: [cell(0), cell(1, { locality: "US", weight: 0 })],
  jurisdictions: { eu: { localities: ["EU"] }, us: { localities: ["US"] } },
  deals: [
    { localities: ["EU"], cells: [0], slots: "" },
    { localities: ["US"], cells: [], slots: "" },
  ],
};
const unused: Content = { ...small, deals: [{ localities: ["EU"], cells: [0, 1] }] };
const levels = (count: number): string => `${"[".repeat(count)}1${"]".repeat(count)}`;
const withoutCell = three.map((index, slot) => (slot % 3 === 0 ? 255 : index)) as Indexes;
/** What `encodeBinary` writes, to check the form that is written here. */
export const shipped: readonly [Bytes, Uint8Array] = [
  binary(seal(threeDealt), [
    [twoIndexes, 251],
    [three, 251],
  ]),
  encodeBinary(seal(threeDealt) as RoutingTable),
];

/** A slot in three has an index without a cell: 753 slots until it repeats. */
export const slotsWithoutCell = binary(seal(threeDealt), [
  [twoIndexes, 251],
  [withoutCell, 753],
]);
export const wideBinary = binary(seal(wide), [[wideIndexes, 509]]);

export const binaries: readonly ObjectCase[] = [
  { name: "two deals, each at a multiple of 8", bytes: shipped[0] },
  { name: "257 cells: two bytes for each slot", bytes: wideBinary },
  { name: "no slots", bytes: binary(seal(small), []) },
  {
    name: "another digest, which cannot be checked here",
    bytes: binary({ ...seal(small), version: { revision: 7, digest: "0123456789ab" } }, []),
  },
  { name: "indexes without a cell, which are not checked here", bytes: slotsWithoutCell },
  {
    name: 'a member "slots" of deals, which is unknown here; bytes between deals that are not 0',
    bytes: binary(
      seal(threeDealt),
      [
        [twoIndexes, 251],
        [three, 251],
      ],
      { slots: "x", gapByte: 255 },
    ),
  },
  {
    name: "deals of one cell and of none: one byte for each slot",
    bytes: binary(seal(fewDealt), [
      [zeros, 1],
      [zeros, 1],
    ]),
  },
  { name: "deals that the algorithm does not use have their bytes", bytes: binary(seal(unused), [[zeros, 1]]) },
  { name: "no bytes of deals that the algorithm does not use", bytes: binary(seal(unused), []), at: "" },
  { name: "65 levels: canonical JSON has limits", bytes: binary(seal(small), [], { tail: `,"zzz":${levels(64)}` }) },
  {
    name: "JSON that is not canonical: a space, minus 0, a number with an exponent",
    bytes: binary(seal(small), [], { tail: ' ,"zzz":[-0,1e0]' }),
  },
  { name: "a byte order mark", bytes: binary(seal(small), [], { head: "\ufeff" }), at: "" },
  {
    name: "a byte that is not UTF-8",
    bytes: binary(seal(small), [], { tail: [',"zzz":"', { base64: "/w==" }, '"'] }),
    at: "",
  },
  {
    name: "a pin of a tenant with a surrogate without its partner",
    bytes: binary(seal({ ...small, pins: { "\ud800": { cell: 0, epoch: 1 } } }), []),
    at: pinAt("\ud800"),
  },
  { name: "nothing", bytes: "", at: "" },
  { name: "another magic", bytes: binary(seal(small), [], { magic: "CELLSRT2" }), at: "" },
  { name: "another length than it has", bytes: binary(seal(small), [], { all: 16 }), at: "" },
  { name: "JSON beyond its end", bytes: binary(seal(small), [], { json: 1_000_000 }), at: "" },
  { name: "JSON that ends too early", bytes: binary(seal(small), [], { json: 100 }), at: "" },
  { name: "fewer slots than its deals need", bytes: binary(seal(threeDealt), [[twoIndexes, 251]]), at: "" },
  {
    name: "more slots than its deals need",
    bytes: binary(seal(dealt), [
      [twoIndexes, 251],
      [three, 251],
    ]),
    at: "",
  },
  { name: "schema 2", bytes: binary({ ...seal(small), schema: 2 }, []), at: "schema" },
  {
    name: "a pin to a cell that is missing",
    bytes: binary(seal({ ...small, pins: { acme: { cell: 9, epoch: 1 } } }), []),
    at: 'pins["acme"].cell',
  },
];
