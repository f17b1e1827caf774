import type { CellNumber } from "../../contract/numbers";
import { decodeBase64, encodeBase64 } from "../base64";
import type { Deal } from "../table";
import { slotCount, type Owners } from "./deal";

/** For each slot the index of its owner among the deal's cells; one byte each up to 256 cells. */
export type Indexes = Uint8Array | Uint16Array;

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
  const bytes = new Uint8Array((slotCount * bits) / 8);
  let [held, filled, at] = [0, 0, 0];
  for (let slot = 0; slot < slotCount && bits > 0; slot++) {
    held |= indexes[slot]! << filled;
    for (filled += bits; filled >= 8; filled -= 8, held >>>= 8) bytes[at++] = held;
  }
  return encodeBase64(bytes);
}

/** Reads the text of {@link packIndexes}; undefined when it is anything else. */
export function unpackIndexes(text: string, count: number): Indexes | undefined {
  const bits = bitsFor(count);
  const bytes = decodeBase64(text);
  if (bytes?.length !== (slotCount * bits) / 8) return undefined;
  const indexes = roomFor(count);
  const mask = (1 << bits) - 1;
  let [held, filled, slot] = [0, 0, 0];
  for (const byte of bytes) {
    held |= byte << filled;
    for (filled += 8; filled >= bits; filled -= bits, held >>>= bits) {
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
