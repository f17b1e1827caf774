import { decodeSealed, type Decoded, type DecodeOptions } from "./decode";
import { canonicalJson } from "./seal";
import { slotCount } from "./slots/deal";
import { indexesOf, type Indexes } from "./slots/pack";
import type { RoutingTable } from "./table";

/**
 * The table as a router loads it: JSON, which engines parse natively, followed by the slots as plain arrays, which need
 * no unpacking. The program writes it at deploy time, beside the router's code.
 *
 *     0   8 bytes   "CELLSRT1"
 *     8   uint32    length of the JSON in bytes
 *     12  uint32    length of everything
 *     16  JSON      the table, without the `slots` of its deals
 *         arrays    for each deal, from the next multiple of 8 on: 65,536 indexes into its cells, each one byte up to
 *                   256 cells and a uint16 above
 *
 * All numbers are little-endian. The machine must be too, as every machine is that runs Node or a browser.
 */
const magic = "CELLSRT1";
const headerLength = 16;
/** Refuses bytes that are not UTF-8, and leaves a byte order mark, which is not JSON. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The compiled form of a table. */
export function encodeBinary(table: RoutingTable): Uint8Array {
  const deals = table.deals?.map(({ localities, cells }) => ({ localities, cells }));
  const json = new TextEncoder().encode(canonicalJson({ ...table, deals }));
  const arrays = (table.deals ?? []).map(indexesOf);
  const start = headerLength + json.length;
  const length = arrays.reduce((at, { byteLength }) => aligned(at) + byteLength, start);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < magic.length; i++) bytes[i] = magic.charCodeAt(i);
  view.setUint32(8, json.length, true);
  view.setUint32(12, length, true);
  bytes.set(json, headerLength);
  let at = start;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    at = aligned(at);
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes;
}

/**
 * Reads a compiled table. Never throws. It checks every member of the JSON, but not what would cost more than all that
 * together: the digest, whether the JSON is canonical, and whether each slot's index has a cell. The file is built and
 * shipped with the code, and a decision for a slot without a cell is a refusal.
 */
export function decodeBinary(bytes: Uint8Array, options: DecodeOptions = {}): Decoded {
  const broken = (message: string): Decoded => ({ ok: false, mistakes: [{ path: "", message }] });
  if (bytes.length < headerLength) return broken("is cut off");
  for (let i = 0; i < magic.length; i++) if (bytes[i] !== magic.charCodeAt(i)) return broken(`is not a ${magic} file`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = headerLength + view.getUint32(8, true);
  if (view.getUint32(12, true) !== bytes.length || end > bytes.length) return broken("is cut off");
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(bytes.subarray(headerLength, end)));
  } catch {
    return broken("has a part that is not JSON");
  }
  const arrays = readArrays(bytes, end, value);
  return arrays === undefined
    ? broken("has fewer or more slots than its deals need")
    : decodeSealed(value, options, arrays);
}

function readArrays(bytes: Uint8Array, from: number, value: unknown): readonly Indexes[] | undefined {
  const deals = (value as { readonly deals?: unknown } | null)?.deals;
  const arrays: Indexes[] = [];
  let at = from;
  for (const deal of Array.isArray(deals) ? (deals as unknown[]) : []) {
    const cells = (deal as { readonly cells?: unknown } | null)?.cells;
    const wide = Array.isArray(cells) && cells.length > 256;
    at = aligned(at);
    const part = bytes.subarray(at, (at += wide ? slotCount * 2 : slotCount));
    if (at > bytes.length) return undefined;
    // A uint16 array must begin at an even offset, and the file may begin anywhere in its buffer.
    const { buffer, byteOffset } = part.byteOffset % 2 === 0 ? part : part.slice();
    arrays.push(wide ? new Uint16Array(buffer, byteOffset, slotCount) : part);
  }
  return at === bytes.length ? arrays : undefined;
}

function aligned(at: number): number {
  return (at + 7) & ~7;
}
