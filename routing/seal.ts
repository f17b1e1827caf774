import type { BaseRevision } from "../contract/numbers";
import { sha256Hex } from "./sha256";
import { dealAll } from "./slots/deals";
import { tableSchema, type Deal, type RoutingTable, type RoutingTableContent } from "./table";

/** Length of the digest in a version, in hex digits. */
const digestLength = 12;

/**
 * Gives a table its schema and version, sorts its cells by number, and drops `undefined` members. Every table is made
 * here: the decoder recomputes the digest and refuses a table that was changed afterwards.
 *
 * @param revision raised with every change that routers must see.
 * @param before deals of the previous table, from which the new deals start; those of `content`, if any, by default.
 */
export function sealTable(
  revision: BaseRevision,
  content: RoutingTableContent,
  before: readonly Deal[] = content.deals ?? [],
): RoutingTable {
  const { environment, algorithm, jurisdictions, countries, defaultJurisdiction, approvals, pins } = content;
  const cells = [...content.cells].sort((a, b) => a.number - b.number);
  const deals = algorithm === "slots" ? dealAll({ cells, jurisdictions }, before) : undefined;
  const members = {
    environment,
    algorithm,
    cells,
    jurisdictions,
    countries,
    defaultJurisdiction,
    approvals,
    deals,
    pins,
  };
  const plain = JSON.parse(JSON.stringify(members)) as RoutingTableContent;
  return { schema: tableSchema, version: { revision, digest: digestOf(plain) }, ...plain };
}

/**
 * Digest of a document: every member except `schema` and `version`, those that this version does not know included, so
 * that a reader accepts tables of later versions.
 */
export function digestOf(document: object): string {
  return sha256Hex(canonicalJson({ ...document, schema: undefined, version: undefined })).slice(0, digestLength);
}

/**
 * Parses a published text, which must be canonical: languages differ in which member they read where a key occurs twice.
 * Never throws.
 */
export function parseCanonical(text: string): { readonly value: unknown } | { readonly mistake: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { mistake: "is not JSON" };
  }
  try {
    return `${canonicalJson(value)}\n` === text
      ? { value }
      : { mistake: "is not canonical JSON: e.g. a key occurs twice, or out of order" };
  } catch {
    return { mistake: "is nested too deep" };
  }
}

/** The published text of a table: canonical, so that equal tables have equal bytes. */
export function encodeTable(table: RoutingTable): string {
  return `${canonicalJson(table)}\n`;
}

/** Most objects and lists inside each other. A fixed number, so that all readers refuse the same documents. */
const mostLevels = 64;

/**
 * JSON without spaces and with the keys of every object sorted by UTF-16 units; `undefined` members are left out.
 *
 * @throws RangeError for more than {@link mostLevels} objects and lists inside each other.
 */
export function canonicalJson(value: unknown): string {
  return write(value, mostLevels);
}

function write(value: unknown, levels: number): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (levels === 0) throw new RangeError("nested too deep");
  if (Array.isArray(value)) return `[${value.map((item) => write(item, levels - 1)).join(",")}]`;
  const members = value as Record<string, unknown>;
  const keys = Object.keys(members).filter((key) => members[key] !== undefined);
  return `{${keys
    .sort()
    .map((key) => `${JSON.stringify(key)}:${write(members[key], levels - 1)}`)
    .join(",")}}`;
}
