import { signingKey } from "../../../catalog/table-signing";
import { type OwnerRow, type SignedKind } from "../../../routing";
import type { Known } from "../../../routing/client";
import { small } from "./bases";
import type { Bytes } from "./bytes";
import { names, overlay, packed, seal, textOf } from "./documents";
import { content } from "./pairs";

/** Signatures, corrections, and what clients and cells say to each other. */

/** Their secrets are public: they sign nothing but the conformance file. */
const keys = {
  base: signingKey("conformance: base"),
  overlay: signingKey("conformance: overlay"),
  move: signingKey("conformance: move"),
};
const next = signingKey("conformance: the next base key");
export const verifyingKeys = {
  base: { [keys.base.id]: keys.base.publicKey, [next.id]: next.publicKey },
  overlay: { [keys.overlay.id]: keys.overlay.publicKey },
  move: { [keys.move.id]: keys.move.publicKey },
};

export interface SignatureCase {
  readonly name: string;
  readonly kind: SignedKind;
  readonly environment: string;
  readonly bytes: Bytes;
  /** The value of the metadata; absent: the object has none. */
  readonly signature?: string;
  readonly accepted: boolean;
}

const base = textOf(seal(small));
const empty = textOf(overlay());
names.name("two cells", base);
const sign = (
  kind: SignedKind,
  text = kind === "base" ? base : empty,
  environment = "test",
  key = keys[kind],
): string => key.sign(kind, environment, text);
const signature = (name: string, accepted: boolean, change: Partial<SignatureCase> = {}): SignatureCase => {
  const kind = change.kind ?? "base";
  const bytes = kind === "base" ? base : empty;
  return { name, kind, environment: "test", bytes: names.write(bytes), signature: sign(kind), accepted, ...change };
};
const signed = sign("base");
const [id, value] = signed.split(":") as [string, string];
/** The same signature with the group's order added to S: some libraries accept it. */
const unreduced = ((): string => {
  const order = (1n << 252n) + 27742317777372353535851937790883648493n;
  const bytes = Buffer.from(value, "base64");
  let s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString("hex")}`) + order;
  for (let at = 32; at < 64; at++, s >>= 8n) bytes[at] = Number(s & 255n);
  return `${id}:${bytes.toString("base64")}`;
})();

export const signatures: readonly SignatureCase[] = [
  signature("a base", true),
  signature("a base by the next key", true, { signature: sign("base", base, "test", next) }),
  signature("an overlay", true, { kind: "overlay" }),
  signature("none", false, { signature: undefined as never }),
  signature("empty", false, { signature: "" }),
  signature("without a key's id", false, { signature: value }),
  signature("by a key that the reader does not have", false, {
    signature: sign("base", base, "test", signingKey("another")),
  }),
  signature("a base by the overlay's key", false, { signature: sign("base", base, "test", keys.overlay) }),
  signature("an overlay by the base's key", false, {
    kind: "overlay",
    signature: sign("overlay", empty, "test", keys.base),
  }),
  signature("of another kind", false, { signature: sign("overlay", base, "test", keys.base) }),
  signature("of another environment", false, { signature: sign("base", base, "prod") }),
  signature("of other bytes", false, { signature: sign("base", `${base} `) }),
  signature("of the bytes without the line feed", false, { signature: sign("base", base.slice(0, -1)) }),
  signature("the id of the other key", false, { signature: `${next.id}:${value}` }),
  signature("without padding", false, { signature: signed.replace(/=+$/, "") }),
  signature("in base64url", false, {
    signature: `${id}:${value.replaceAll("+", "-").replaceAll("/", "_").replace(/^./, "_")}`,
  }),
  signature("with a space after the colon", false, { signature: `${id}: ${value}` }),
  signature("one bit changed", false, { signature: `${id}:${value.startsWith("A") ? "B" : "A"}${value.slice(1)}` }),
  signature("the same signature with a number S that is not reduced (RFC 8032, section 5.1.7)", false, {
    signature: unreduced,
  }),
];

/** A question with a correction: the header as it comes. */
export interface CorrectionCase {
  readonly name: string;
  readonly tenant: string;
  readonly country: string;
  readonly header: string;
  /** By hand: whether it is followed. */
  readonly followed: boolean;
}

const move = (body: string, key = keys.move, environment = "test"): string =>
  `${body} ${key.sign("move", environment, body)}`;
const correction = (
  name: string,
  header: string,
  followed: boolean,
  tenant = "acme",
  country = "DE",
): CorrectionCase => ({
  name,
  tenant,
  country,
  header,
  followed,
});

/** The table of the corrections: acme is pinned to cell 1 with epoch 3, globex is not pinned; cell 2 is down. */
export const corrected = {
  base: names.write(textOf(seal(content))),
  overlay: names.write(
    textOf(overlay({ pins: packed({ acme: { cell: 1, epoch: 3 } }), cells: { "2": { down: true } } })),
  ),
};

export const corrections: readonly CorrectionCase[] = [
  correction("newer", move("acme 0 4"), true),
  correction("newer, to the same cell", move("acme 1 4"), true),
  correction("of the same epoch", move("acme 0 3"), false),
  correction("older", move("acme 0 2"), false),
  correction("of a tenant that is not pinned", move("globex 0 1"), true, "globex"),
  correction("with epoch 0", move("globex 0 0"), false, "globex"),
  correction("of another tenant", move("globex 0 4"), false),
  correction("outside the tenant's residency", move("acme 9 4"), false),
  correction("inside the residency of another country", move("acme 9 4"), true, "acme", "CN"),
  correction("to a cell that the base does not have", move("acme 77 4"), false),
  correction("to a cell that is down: another one stands in", move("acme 2 4"), true),
  correction("of a country without a jurisdiction", move("acme 0 4"), false, "acme", "FR"),
  correction("by the overlay's key", move("acme 0 4", keys.overlay), false),
  correction("of another environment", move("acme 0 4", keys.move, "prod"), false),
  correction("with another cell than was signed", move("acme 0 4").replace("acme 0", "acme 2"), false),
  correction("without a signature", "acme 0 4", false),
  correction("a cell with a leading zero", move("acme 00 4"), false),
  correction("an epoch with a leading zero", move("acme 0 04"), false),
  correction("an epoch of 15 digits", move("acme 0 999999999999999"), true),
  correction("an epoch of 16 digits", move("acme 0 1000000000000000"), false),
  correction("two spaces", move("acme 0  4"), false),
  correction("a tenant that no router accepts", move("Acme 0 4"), false, "Acme"),
];

export interface ArrivalCase {
  readonly name: string;
  /** The cell's row about the tenant; null: none. */
  readonly row: OwnerRow | null;
  /** `x-routing-epoch`. */
  readonly epoch?: string;
  /** `x-routing-stand-in`. */
  readonly standIn?: string;
  /** By hand: `owner` or `stand-in` where it serves, otherwise the status. */
  readonly expected: "owner" | "stand-in" | 421 | 503;
}

const moved: OwnerRow = { epoch: 3, state: "moved", correction: move("acme 8 4") };
export const arrivals: readonly ArrivalCase[] = [
  { name: "open, no epoch", row: { epoch: 0, state: "open" }, expected: "owner" },
  { name: "open, the same epoch", row: { epoch: 3, state: "open" }, epoch: "3", expected: "owner" },
  { name: "open, a lower epoch", row: { epoch: 3, state: "open" }, epoch: "2", expected: "owner" },
  { name: "open, a higher epoch", row: { epoch: 3, state: "open" }, epoch: "4", expected: 503 },
  {
    name: "open, sent as to a stand-in",
    row: { epoch: 3, state: "open" },
    epoch: "3",
    standIn: "c1",
    expected: "owner",
  },
  { name: "frozen", row: { epoch: 3, state: "frozen" }, epoch: "3", expected: 503 },
  { name: "frozen, no epoch", row: { epoch: 3, state: "frozen" }, expected: 503 },
  { name: "moved, a lower epoch than the correction's", row: moved, epoch: "3", expected: 421 },
  { name: "moved, no epoch", row: moved, expected: 421 },
  { name: "moved, the correction's epoch", row: moved, epoch: "4", expected: 503 },
  { name: "moved, a higher epoch", row: moved, epoch: "5", expected: 503 },
  { name: "no row, no epoch", row: null, expected: 421 },
  { name: "no row, epoch 0", row: null, epoch: "0", expected: 421 },
  { name: "no row, a higher epoch", row: null, epoch: "1", expected: 503 },
  { name: "no row, sent as to a stand-in", row: null, epoch: "0", standIn: "c1", expected: 503 },
  { name: "an epoch that is no number counts as 0", row: null, epoch: "x", expected: 421 },
  {
    name: "an epoch of 16 digits counts as 0",
    row: { epoch: 3, state: "open" },
    epoch: "1000000000000000",
    expected: "owner",
  },
  { name: "a negative epoch counts as 0", row: null, epoch: "-1", expected: 421 },
  { name: "stand-in", row: { epoch: 3, state: "stand-in" }, epoch: "3", standIn: "c1", expected: "stand-in" },
  { name: "stand-in, a higher epoch", row: { epoch: 3, state: "stand-in" }, epoch: "4", standIn: "c1", expected: 503 },
];

/** A client's state, and the answer to the request that follows from it. */
export interface ClientCase {
  readonly name: string;
  readonly known: Known;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Of a 200 of the router's `/classify`. */
  readonly body?: unknown;
  /** By hand. */
  readonly then: "request" | "wait" | "end";
}

const home = { endpoint: "https://c1.example.com", version: "7-0123456789ab+9", epoch: 3 };
const found = { cell: "c1", number: 1, region: "eu-1", locality: "EU", reason: "pin", ...home };
const text = move("acme 8 4");
export const clients: readonly ClientCase[] = [
  { name: "the router names a cell", known: {}, status: 200, headers: {}, body: found, then: "request" },
  {
    name: "the router names a stand-in",
    known: {},
    status: 200,
    headers: {},
    body: { ...found, standsInFor: "c0" },
    then: "request",
  },
  { name: "the router answers 403", known: {}, status: 403, headers: {}, then: "end" },
  { name: "the router answers 503", known: {}, status: 503, headers: { "retry-after": "30" }, then: "wait" },
  { name: "the router answers 429 without a time", known: {}, status: 429, headers: {}, then: "wait" },
  {
    name: "the router answers 503 with a date",
    known: {},
    status: 503,
    headers: { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" },
    then: "wait",
  },
  {
    name: "the router answers 503 after a refusal",
    known: { refused: { version: home.version } },
    status: 503,
    headers: { "retry-after": "1" },
    then: "wait",
  },
  {
    name: "the router names a cell after a refusal",
    known: { refused: { version: home.version, correction: text } },
    status: 200,
    headers: {},
    body: found,
    then: "request",
  },
  { name: "the cell answers", known: { home }, status: 201, headers: {}, then: "end" },
  { name: "the cell answers 404", known: { home }, status: 404, headers: {}, then: "end" },
  { name: "the cell answers 500", known: { home }, status: 500, headers: {}, then: "end" },
  { name: "the cell answers 502", known: { home }, status: 502, headers: {}, then: "end" },
  {
    name: "the cell answers 503 of its own",
    known: { home },
    status: 503,
    headers: { "retry-after": "5" },
    then: "end",
  },
  {
    name: "the cell's check answers 503",
    known: { home },
    status: 503,
    headers: { "retry-after": "1", "x-routing-arrival": "wait" },
    then: "wait",
  },
  { name: "the cell answers 504", known: { home }, status: 504, headers: {}, then: "end" },
  { name: "the cell answers 421", known: { home }, status: 421, headers: {}, then: "request" },
  {
    name: "the cell answers 421 with a correction",
    known: { home: { ...home, standsInFor: "c0" } },
    status: 421,
    headers: { "x-routing-correction": text },
    then: "request",
  },
  {
    name: "a second 421 for the same version and correction",
    known: { home, refused: { version: home.version, correction: text } },
    status: 421,
    headers: { "x-routing-correction": text },
    then: "end",
  },
  {
    name: "a second 421 for the same version, without a correction",
    known: { home, refused: { version: home.version } },
    status: 421,
    headers: {},
    then: "end",
  },
  {
    name: "a second 421 for another version",
    known: { home, refused: { version: "6-0123456789ab+9" } },
    status: 421,
    headers: {},
    then: "request",
  },
  {
    name: "a second 421 with another correction",
    known: { home, refused: { version: home.version, correction: text } },
    status: 421,
    headers: { "x-routing-correction": move("acme 0 5") },
    then: "request",
  },
];
