import { sha256Hex } from "./sha256";
import { tableSchema, type RoutingTable, type RoutingTableContent } from "./table";

/** Length of the digest in a version, in hex digits. */
const digestLength = 12;

/**
 * Gives a table its schema and version, sorts its cells by number, and drops `undefined` members. The one way to make
 * a table: the decoder recomputes the digest and refuses a table that was changed afterwards.
 *
 * @param revision monotonic number, raised with every change that routers must see.
 */
export function sealTable(revision: number, content: RoutingTableContent): RoutingTable {
  const sorted = { ...content, cells: [...content.cells].sort((a, b) => a.number - b.number) };
  const plain = JSON.parse(JSON.stringify(sorted)) as RoutingTableContent;
  return { schema: tableSchema, version: { revision, digest: digestOf(plain) }, ...plain };
}

/** Digest of a table's content: every member but `schema` and `version`. */
export function digestOf(content: RoutingTableContent): string {
  const { environment, algorithm, cells, jurisdictions, countries, defaultJurisdiction, pins } = content;
  const members = { environment, algorithm, cells, jurisdictions, countries, defaultJurisdiction, pins };
  return sha256Hex(canonicalJson(members)).slice(0, digestLength);
}

/** The text of a table as it is published: canonical, so that equal tables are equal bytes. */
export function encodeTable(table: RoutingTable): string {
  return `${canonicalJson(table)}\n`;
}

/** JSON without spaces and with the keys of every object sorted by UTF-16 units; `undefined` members are left out. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const members = value as Record<string, unknown>;
    const keys = Object.keys(members).filter((key) => members[key] !== undefined);
    return `{${keys
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(members[key])}`)
      .join(",")}}`;
  }
  return JSON.stringify(value);
}
