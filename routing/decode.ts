import { cellStates } from "../contract/cells";
import { algorithms } from "./algorithms";
import { Check, type Mistake } from "./check";
import { endpointMistake } from "./endpoint";
import { canBeHome, localitiesKey } from "./homes";
import { digestOf } from "./seal";
import { unlistedCountry } from "./residency";
import { lazyDeal, rememberIndexes, unpackIndexes, type Indexes } from "./slots/pack";
import {
  highestCellNumber,
  highestEpoch,
  tableSchema,
  type AlgorithmName,
  type Deal,
  type Pin,
  type ResidencyApproval,
  type RoutingTable,
  type TableCell,
} from "./table";

export type Decoded =
  { readonly ok: true; readonly table: RoutingTable } | { readonly ok: false; readonly mistakes: readonly Mistake[] };

export interface DecodeOptions {
  /** Parent domain of every cell's endpoint. */
  readonly endpointSuffix?: string;
  /** Longest text that is parsed, in UTF-16 units; 16 Mi by default. */
  readonly maxLength?: number;
}

/** A UTF-16 surrogate without its partner. */
const loneSurrogate = /[\ud800-\udfff]/u;

/** Longest base64 text of slots: those of 65,536 cells. */
export const longestSlots = 174_764;

/** Reads a table from its published text. Never throws. A table with any mistake is refused whole. */
export function decodeTableText(text: string, options: DecodeOptions = {}): Decoded {
  const limit = options.maxLength ?? 16 * 1024 * 1024;
  if (text.length > limit) return refuse("", `is longer than ${limit} characters`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse("", "is not JSON");
  }
  return decodeTable(value, options);
}

/** Checks a parsed table and copies the known members of it; unknown members are dropped. Lists every mistake. */
export function decodeTable(value: unknown, options: DecodeOptions = {}): Decoded {
  return decodeSealed(value, options);
}

/**
 * The same for a table whose slots are already unpacked.
 *
 * @param unpacked indexes of each deal, in the table's order. The digest covers their text, so it is then not checked.
 */
export function decodeSealed(value: unknown, options: DecodeOptions, unpacked?: readonly Indexes[]): Decoded {
  const check = new Check();
  const root = check.object("", value);
  if (root["schema"] !== tableSchema) return refuse("schema", `must be ${tableSchema}`);

  const version = check.object("version", root["version"]);
  const algorithm = check.oneOf("algorithm", root["algorithm"], Object.keys(algorithms) as AlgorithmName[]);
  const cells = decodeCells(check, root["cells"], options.endpointSuffix);
  const jurisdictions = decodeJurisdictions(check, root["jurisdictions"]);
  // A mistake in a cell would be reported a second time by its deals.
  const sound = check.mistakes.length === 0;
  const revision = check.integer("version.revision", version["revision"], 0, Number.MAX_SAFE_INTEGER);
  const content = {
    environment: check.word("environment", root["environment"]),
    algorithm,
    cells,
    jurisdictions,
    ...(algorithm === "slots" && sound
      ? { deals: decodeDeals(check, root["deals"], cells, jurisdictions, unpacked) }
      : {}),
    countries: decodeCountries(check, root["countries"], root["jurisdictions"]),
    ...decodeDefault(check, root["defaultJurisdiction"], root["jurisdictions"]),
    ...decodeApprovals(check, root["approvals"], revision),
    pins: decodePins(check, root["pins"], root["cells"]),
  };
  const digest = check.text("version.digest", version["digest"]);
  if (unpacked === undefined && check.mistakes.length === 0) checkDigest(check, root, digest);
  if (check.mistakes.length > 0) return { ok: false, mistakes: check.listed() };
  return { ok: true, table: { schema: tableSchema, version: { revision, digest }, ...content } };
}

function checkDigest(check: Check, document: object, digest: string): void {
  let found: string;
  try {
    found = digestOf(document);
  } catch {
    check.fail("", "is nested too deep");
    return;
  }
  if (digest !== found) {
    check.fail("version.digest", "is not the digest of the content: the table was changed after it was sealed");
  }
}

function refuse(path: string, message: string): Decoded {
  return { ok: false, mistakes: [{ path, message }] };
}

function decodeCells(check: Check, value: unknown, suffix?: string): TableCell[] {
  const list = check.list("cells", value);
  if (list.length === 0 && Array.isArray(value)) check.fail("cells", "is empty");
  const numbers = new Set<number>();
  const ids = new Set<string>();
  const endpoints = new Set<string>();
  let last = -1;
  return list.map((item, index): TableCell => {
    const at = `cells[${index}]`;
    const cell = check.object(at, item);
    const capacity = check.object(`${at}.capacity`, cell["capacity"]);
    const number = check.integer(`${at}.number`, cell["number"], 0, highestCellNumber);
    const id = check.word(`${at}.id`, cell["id"]);
    if (number >= 0 && numbers.has(number)) check.fail(`${at}.number`, "is used twice");
    else if (number >= 0 && number < last) check.fail(`${at}.number`, "breaks the order: cells are sorted by number");
    if (id !== "" && ids.has(id)) check.fail(`${at}.id`, "is used twice");
    numbers.add(number);
    ids.add(id);
    last = Math.max(last, number);
    const endpoint = check.text(`${at}.endpoint`, cell["endpoint"]);
    const mistake = endpointMistake(endpoint, suffix);
    if (mistake !== undefined) check.fail(`${at}.endpoint`, mistake);
    else if (endpoints.has(endpoint)) check.fail(`${at}.endpoint`, "is used twice");
    endpoints.add(endpoint);
    return {
      number,
      id,
      locality: check.word(`${at}.locality`, cell["locality"]),
      region: check.word(`${at}.region`, cell["region"]),
      partition: check.word(`${at}.partition`, cell["partition"]),
      state: check.oneOf(`${at}.state`, cell["state"], cellStates),
      weight: check.number(`${at}.weight`, cell["weight"], 0, 100),
      tier: check.word(`${at}.tier`, cell["tier"]),
      capacity: {
        tenants: check.number(`${at}.capacity.tenants`, capacity["tenants"], 0, Number.MAX_SAFE_INTEGER),
        requestsPerSecond: check.number(
          `${at}.capacity.requestsPerSecond`,
          capacity["requestsPerSecond"],
          0,
          Number.MAX_SAFE_INTEGER,
        ),
      },
      endpoint,
    };
  });
}

function decodeJurisdictions(check: Check, value: unknown): Record<string, { localities: string[] }> {
  return check.entries("jurisdictions", value, (at, name, item) => {
    check.word(`${at} (its name)`, name);
    const { localities } = check.object(at, item);
    return { localities: check.words(`${at}.localities`, localities) };
  });
}

/** Deals for exactly the sets of localities that need one, among exactly the cells that can be a home there. */
function decodeDeals(
  check: Check,
  value: unknown,
  cells: readonly TableCell[],
  jurisdictions: RoutingTable["jurisdictions"],
  unpacked: readonly Indexes[] | undefined,
): Deal[] {
  const needed = new Set(Object.values(jurisdictions).map(({ localities }) => localitiesKey(localities)));
  const deals = check.list("deals", value).map((item, index): Deal => {
    const at = `deals[${index}]`;
    const raw = check.object(at, item);
    const localities = check.words(`${at}.localities`, raw["localities"]);
    const key = localitiesKey(localities);
    if (!needed.delete(key))
      check.fail(`${at}.localities`, "is not the set of localities of any jurisdiction, or it has two deals");
    const members = cells.filter((cell) => localities.includes(cell.locality) && canBeHome(cell));
    const numbers = check.list(`${at}.cells`, raw["cells"]) as number[];
    if (numbers.length !== members.length || members.some(({ number }, i) => number !== numbers[i])) {
      check.fail(
        `${at}.cells`,
        `must be the cells that can be a home there: ${members.map((m) => m.number).join(", ")}`,
      );
      return { localities, cells: [], slots: "" };
    }
    if (unpacked !== undefined) return lazyDeal(localities, numbers, unpacked[index]!);
    const slots = check.text(`${at}.slots`, raw["slots"], longestSlots);
    const indexes = unpackIndexes(slots, numbers.length);
    if (indexes === undefined) check.fail(`${at}.slots`, `must be 65,536 indexes below ${numbers.length}, packed`);
    const deal = { localities, cells: [...numbers], slots };
    return indexes === undefined ? deal : rememberIndexes(deal, indexes);
  });
  for (const key of needed) {
    const home = cells.some((cell) => key.split(",").includes(cell.locality) && canBeHome(cell));
    if (home) check.fail("deals", `must have one for ${key}`);
  }
  return deals;
}

function decodeCountries(check: Check, value: unknown, jurisdictions: unknown): Record<string, string> {
  return check.entries("countries", value, (at, country, name) => {
    if (!/^[A-Z]{2}$/.test(country)) check.fail(at, "must be two capital letters (ISO 3166-1)");
    else if (country === unlistedCountry) check.fail(at, "stands for the countries that are not listed");
    return check.memberOf(at, name, jurisdictions, "a jurisdiction of this table");
  });
}

function decodeDefault(check: Check, value: unknown, jurisdictions: unknown): { defaultJurisdiction?: string } {
  if (value === undefined) return {};
  return {
    defaultJurisdiction: check.memberOf("defaultJurisdiction", value, jurisdictions, "a jurisdiction of this table"),
  };
}

/** An approval of a later revision would be a permission for a step that is not decided yet. */
function decodeApprovals(
  check: Check,
  value: unknown,
  newest: number,
): { readonly approvals?: readonly ResidencyApproval[] } {
  if (value === undefined) return {};
  const approvals = check.list("approvals", value).map((item, index): ResidencyApproval => {
    const at = `approvals[${index}]`;
    const { revision, jurisdiction, country, localities } = check.object(at, item);
    if ((jurisdiction === undefined) === (country === undefined))
      check.fail(at, "must name a jurisdiction or a country");
    return {
      revision: check.integer(`${at}.revision`, revision, 0, newest),
      ...(jurisdiction === undefined ? {} : { jurisdiction: check.word(`${at}.jurisdiction`, jurisdiction) }),
      ...(country === undefined ? {} : { country: check.word(`${at}.country`, country) }),
      localities: check.words(`${at}.localities`, localities),
    };
  });
  return { approvals };
}

function decodePins(check: Check, value: unknown, cells: unknown): Record<string, Pin> {
  const numbers = new Set(
    Array.isArray(cells) ? cells.map((cell) => (cell as { number?: unknown } | null)?.number) : [],
  );
  return check.entries("pins", value, (at, tenant, item) => {
    // Two such ids can be the same tenant: they have the same UTF-8, and so the same hash and tag.
    if (loneSurrogate.test(tenant)) check.fail(at, "has a UTF-16 surrogate without its partner");
    const pin = check.object(at, item);
    const cell = check.integer(`${at}.cell`, pin["cell"], 0, highestCellNumber);
    if (!numbers.has(cell)) check.fail(`${at}.cell`, "is not a cell of this table");
    return { cell, epoch: check.integer(`${at}.epoch`, pin["epoch"], 0, highestEpoch) };
  });
}
