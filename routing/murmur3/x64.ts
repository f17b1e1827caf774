import { longestInScratch, longLanes, scratchLanes, writeScratch } from "./scratch";

/**
 * MurmurHash3 x64 128-bit, seed 0, of a string's UTF-8 bytes.
 *
 * Lanes are BigInts kept in range by `asUintN`. V8 compiles them to plain 64-bit arithmetic under three conditions; each
 * broken condition doubles the time. Shifts are by constants, so rotations are written out. Conversions use arrays that
 * share a buffer, never `Number(bigint)` or `BigInt(number)`. And no BigInt stays in a variable across a turn of a loop, an
 * arm of a branch or a call, where it would become an object on the heap: so the functions here communicate through the
 * arrays `state`, `last` and `size`.
 */

const c1 = 0x87c37b91114253d5n;
const c2 = 0x4cf5ad432745937fn;

/** h1 and h2. */
export const state = new BigUint64Array(2);
/** The same as words, least significant first; the hash's upper half is h2. */
export const stateWords = new Uint32Array(state.buffer);
/** Lanes of the last block of the key, with zeros for missing bytes. */
export const last = new BigUint64Array(2);
const size = new BigUint64Array(1);
const sizeWords = new Uint32Array(size.buffer);

/**
 * The 128-bit hash as four 32-bit words, most significant first, of the integer that Python's
 * `mmh3.hash128(key, signed=False)` returns: the second 64-bit half of the algorithm's state is the upper one.
 */
export function murmur128(key: string, out: Uint32Array): Uint32Array {
  if (key.length <= longestInScratch) finish(mixBlocks(scratchLanes, writeScratch(key)));
  else finish(mixLong(key));
  return readState(out);
}

/** Starts a hash: mixes whole blocks and leaves the rest in {@link last}; returns `length`, for {@link finish}. */
export function mixBlocks(lanes: BigUint64Array, length: number): number {
  const end = (length >>> 4) << 1;
  state[0] = 0n;
  state[1] = 0n;
  for (let at = 0; at < end; at += 2) {
    last[0] = lanes[at]!;
    last[1] = lanes[at + 1]!;
    mixLast();
  }
  last[0] = lanes[end]!;
  last[1] = lanes[end + 1]!;
  return length;
}

/** {@link mixBlocks} for a key that is too long for the scratch buffer. */
export function mixLong(key: string): number {
  const { lanes, length } = longLanes(key);
  return mixBlocks(lanes, length);
}

/** Mixes {@link last} as a whole block. */
export function mixLast(): void {
  const k1 = BigInt.asUintN(64, last[0]! * c1);
  const k2 = BigInt.asUintN(64, last[1]! * c2);
  let h1 = BigInt.asUintN(64, state[0]! ^ BigInt.asUintN(64, BigInt.asUintN(64, (k1 << 31n) | (k1 >> 33n)) * c2));
  h1 = BigInt.asUintN(64, BigInt.asUintN(64, (h1 << 27n) | (h1 >> 37n)) + state[1]!);
  h1 = BigInt.asUintN(64, h1 * 5n + 0x52dce729n);
  let h2 = BigInt.asUintN(64, state[1]! ^ BigInt.asUintN(64, BigInt.asUintN(64, (k2 << 33n) | (k2 >> 31n)) * c1));
  h2 = BigInt.asUintN(64, BigInt.asUintN(64, (h2 << 31n) | (h2 >> 33n)) + h1);
  state[0] = h1;
  state[1] = BigInt.asUintN(64, h2 * 5n + 0x38495ab5n);
}

/** Ends a hash of `length` bytes; {@link last} holds those after the last whole block. */
export function finish(length: number): void {
  // The algorithm reads missing bytes as zero, and a block of zeros changes nothing: no length is a special case.
  const k1 = BigInt.asUintN(64, last[0]! * c1);
  const k2 = BigInt.asUintN(64, last[1]! * c2);
  sizeWords[0] = length;
  let h1 = BigInt.asUintN(64, BigInt.asUintN(64, (k1 << 31n) | (k1 >> 33n)) * c2);
  let h2 = BigInt.asUintN(64, BigInt.asUintN(64, (k2 << 33n) | (k2 >> 31n)) * c1);
  h1 = BigInt.asUintN(64, state[0]! ^ h1 ^ size[0]!);
  h2 = BigInt.asUintN(64, state[1]! ^ h2 ^ size[0]!);
  h1 = BigInt.asUintN(64, h1 + h2);
  h2 = BigInt.asUintN(64, h2 + h1);
  h1 = BigInt.asUintN(64, (h1 ^ (h1 >> 33n)) * 0xff51afd7ed558ccdn);
  h1 = BigInt.asUintN(64, (h1 ^ (h1 >> 33n)) * 0xc4ceb9fe1a85ec53n);
  h1 = BigInt.asUintN(64, h1 ^ (h1 >> 33n));
  h2 = BigInt.asUintN(64, (h2 ^ (h2 >> 33n)) * 0xff51afd7ed558ccdn);
  h2 = BigInt.asUintN(64, (h2 ^ (h2 >> 33n)) * 0xc4ceb9fe1a85ec53n);
  h2 = BigInt.asUintN(64, h2 ^ (h2 >> 33n));
  h1 = BigInt.asUintN(64, h1 + h2);
  state[0] = h1;
  state[1] = BigInt.asUintN(64, h2 + h1);
}

/** The finished hash, most significant word first. */
export function readState(out: Uint32Array): Uint32Array {
  out[0] = stateWords[3]!;
  out[1] = stateWords[2]!;
  out[2] = stateWords[1]!;
  out[3] = stateWords[0]!;
  return out;
}
