import type { CellNumber } from "../../contract/numbers";
import type { Deal } from "../table";
import { slotCount, type Owners } from "./deal";

/** For each slot the index of its owner among the deal's cells; one byte each up to 256 cells. */
export type Indexes = Uint8Array | Uint16Array;

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Bits of an index into `count` cells; none for one cell. */
export function bitsFor(count: number): number {
  return count <= 1 ? 0 : 32 - Math.clz32(count - 1);
}

/** An array for the indexes of `count` cells. */
export function roomFor(count: number): Indexes {
  return count <= 256 ? new Uint8Array(slotCount) : new Uint16Array(slotCount);
}

/** A deal in the form of the table. */
export function packDeal(localities: readonly string[], members: readonly CellNumber[], owners: Owners): Deal {
  const cells = [...members].sort((a, b) => a - b);
  const index = new Map(cells.map((number, at) => [number, at]));
  const indexes = roomFor(cells.length);
  for (let slot = 0; slot < slotCount; slot++) indexes[slot] = index.get(owners[slot]!)!;
  return rememberIndexes({ localities: [...localities], cells, slots: packIndexes(indexes, cells.length) }, indexes);
}

/** The slots' indexes, {@link bitsFor} bits each, the first in the lowest bits of the first byte, as base64. */
export function packIndexes(indexes: Indexes, count: number): string {
  const bits = bitsFor(count);
  let text = "";
  let sextets = 0;
  let byte = 0;
  let [held, filled] = [0, 0];
  const put = (value: number): void => {
    // Three bytes are four letters, most significant bits first.
    byte = (byte << 8) | value;
    sextets += 8;
    for (; sextets >= 6; sextets -= 6) text += alphabet[(byte >>> (sextets - 6)) & 63];
    byte &= 63;
  };
  for (let slot = 0; slot < slotCount && bits > 0; slot++) {
    held |= indexes[slot]! << filled;
    for (filled += bits; filled >= 8; filled -= 8, held >>>= 8) put(held & 255);
  }
  if (sextets > 0) text += alphabet[(byte << (6 - sextets)) & 63];
  return text.padEnd(Math.ceil(text.length / 4) * 4, "=");
}

/** Reads the text of {@link packIndexes}; undefined when it is anything else. */
export function unpackIndexes(text: string, count: number): Indexes | undefined {
  const bits = bitsFor(count);
  const bytes = (slotCount * bits) / 8;
  const letters = Math.ceil((bytes * 8) / 6);
  const indexes = roomFor(count);
  if (text.length !== Math.ceil(letters / 4) * 4) return undefined;
  for (let at = letters; at < text.length; at++) if (text[at] !== "=") return undefined;
  const value = letterValues();
  const mask = (1 << bits) - 1;
  let [held, filled, slot] = [0, 0, 0];
  let [byte, sextets] = [0, 0];
  for (let at = 0; at < letters; at++) {
    const code = text.charCodeAt(at);
    if (code > 127 || value[code]! > 63) return undefined;
    byte = ((byte << 6) | value[code]!) & 0xffff;
    sextets += 6;
    if (sextets < 8) continue;
    sextets -= 8;
    held |= ((byte >>> sextets) & 255) << filled;
    for (filled += 8; filled >= bits && slot < slotCount; filled -= bits, held >>>= bits) {
      const index = held & mask;
      if (index >= count) return undefined;
      indexes[slot++] = index;
    }
  }
  return indexes;
}

const known = new WeakMap<Deal, Indexes>();

/** Keeps indexes that are unpacked already. */
export function rememberIndexes(deal: Deal, indexes: Indexes): Deal {
  known.set(deal, indexes);
  return deal;
}

/** A deal from its indexes; its text is made when it is read. */
export function lazyDeal(localities: readonly string[], cells: readonly CellNumber[], indexes: Indexes): Deal {
  const lazy: Deal = {
    localities,
    cells,
    get slots() {
      return packIndexes(indexes, cells.length);
    },
  };
  return rememberIndexes(lazy, indexes);
}

/**
 * The indexes of a deal, unpacked once.
 *
 * @throws RangeError when they are invalid; the decoder refuses such a deal.
 */
export function indexesOf(deal: Deal): Indexes {
  const indexes = known.get(deal) ?? unpackIndexes(deal.slots, deal.cells.length);
  if (indexes === undefined) throw new RangeError(`the deal for ${deal.localities.join(", ")} is not valid`);
  rememberIndexes(deal, indexes);
  return indexes;
}

/** Number of the owner of each slot. */
export function ownersOf(deal: Deal): Owners {
  return Int32Array.from(indexesOf(deal), (index) => deal.cells[index]!);
}

let letters: Uint8Array | undefined;

function letterValues(): Uint8Array {
  if (letters === undefined) {
    letters = new Uint8Array(128).fill(255);
    for (let at = 0; at < 64; at++) letters[alphabet.charCodeAt(at)] = at;
  }
  return letters;
}
