import { maxUtf8Bytes, writeUtf8 } from "./utf8";

/**
 * MurmurHash3 of a string's UTF-8 bytes, seed 0: the x64 128-bit and the x86 32-bit variant of Austin Appleby's
 * public-domain code (https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp), equal to Python's mmh3.
 * 64-bit lanes are BigInts kept in range by `asUintN`, which V8 compiles to plain 64-bit arithmetic.
 */

const c1 = 0x87c37b91114253d5n;
const c2 = 0x4cf5ad432745937fn;

/** Enough for ids of 330 UTF-16 units; longer ones get a buffer of their own, so that none stays in memory. */
const scratchLanes = new BigUint64Array(128);
const scratchBytes = new Uint8Array(scratchLanes.buffer);
/** The state, readable as words: `Number(bigint)` and `BigInt(number)` would each call out of the compiled code. */
const state = new BigUint64Array(2);
const stateWords = new Uint32Array(state.buffer);

function mix64(value: bigint): bigint {
  let k = BigInt.asUintN(64, (value ^ (value >> 33n)) * 0xff51afd7ed558ccdn);
  k = BigInt.asUintN(64, (k ^ (k >> 33n)) * 0xc4ceb9fe1a85ec53n);
  return BigInt.asUintN(64, k ^ (k >> 33n));
}

/**
 * The 128-bit hash as four 32-bit words, most significant first, of the integer that Python's
 * `mmh3.hash128(key, signed=False)` returns: the second 64-bit half of the algorithm's state is the upper one.
 *
 * Lanes are read and written through typed arrays, so the machine is little-endian, as every one that Node and browsers
 * run on is. Rotations are written out because V8 only lowers shifts by constants: a helper costs half the speed.
 */
export function murmur128(key: string, out: Uint32Array): Uint32Array {
  const room = (maxUtf8Bytes(key.length) + 23) & ~7;
  const small = room <= scratchBytes.length;
  const lanes = small ? scratchLanes : new BigUint64Array(room >> 3);
  const bytes = small ? scratchBytes : new Uint8Array(lanes.buffer);
  const length = writeUtf8(key, bytes);
  const tail = length & ~15;
  // Zero bytes after the end read as the missing tail bytes, which the algorithm treats as zero too.
  for (let at = length; at < tail + 16; at++) bytes[at] = 0;

  let h1 = 0n;
  let h2 = 0n;
  for (let at = 0; at < tail >> 3; at += 2) {
    const k1 = BigInt.asUintN(64, lanes[at]! * c1);
    h1 = BigInt.asUintN(64, h1 ^ BigInt.asUintN(64, BigInt.asUintN(64, (k1 << 31n) | (k1 >> 33n)) * c2));
    h1 = BigInt.asUintN(64, BigInt.asUintN(64, (h1 << 27n) | (h1 >> 37n)) + h2);
    h1 = BigInt.asUintN(64, h1 * 5n + 0x52dce729n);
    const k2 = BigInt.asUintN(64, lanes[at + 1]! * c2);
    h2 = BigInt.asUintN(64, h2 ^ BigInt.asUintN(64, BigInt.asUintN(64, (k2 << 33n) | (k2 >> 31n)) * c1));
    h2 = BigInt.asUintN(64, BigInt.asUintN(64, (h2 << 31n) | (h2 >> 33n)) + h1);
    h2 = BigInt.asUintN(64, h2 * 5n + 0x38495ab5n);
  }
  if (length > tail) {
    const k2 = BigInt.asUintN(64, lanes[(tail >> 3) + 1]! * c2);
    h2 = BigInt.asUintN(64, h2 ^ BigInt.asUintN(64, BigInt.asUintN(64, (k2 << 33n) | (k2 >> 31n)) * c1));
    const k1 = BigInt.asUintN(64, lanes[tail >> 3]! * c1);
    h1 = BigInt.asUintN(64, h1 ^ BigInt.asUintN(64, BigInt.asUintN(64, (k1 << 31n) | (k1 >> 33n)) * c2));
  }
  stateWords[0] = length;
  stateWords[1] = 0;
  const size = state[0]!;
  h1 = BigInt.asUintN(64, h1 ^ size);
  h2 = BigInt.asUintN(64, h2 ^ size);
  h1 = BigInt.asUintN(64, h1 + h2);
  h2 = BigInt.asUintN(64, h2 + h1);
  h1 = mix64(h1);
  h2 = mix64(h2);
  h1 = BigInt.asUintN(64, h1 + h2);
  h2 = BigInt.asUintN(64, h2 + h1);
  state[0] = h1;
  state[1] = h2;
  out[0] = stateWords[3]!;
  out[1] = stateWords[2]!;
  out[2] = stateWords[1]!;
  out[3] = stateWords[0]!;
  return out;
}

/** The x86 32-bit hash, 0 to 2^32 − 1: Python's `mmh3.hash(key, signed=False)`. */
export function murmur32(key: string): number {
  return slotHash(key) >>> 0;
}

/**
 * The same as a signed number, which fits V8's small integers: an unsigned one may have to be put on the heap, and that
 * costs half of the hash. ASCII is hashed straight from the string, hardly slower than reading it; what else there is,
 * is noticed at the end and hashed as bytes.
 */
export function slotHash(key: string): number {
  const length = key.length;
  const tail = length & ~3;
  let seen = 0;
  let h = 0;
  for (let at = 0; at < tail; at += 4) {
    const a = key.charCodeAt(at);
    const b = key.charCodeAt(at + 1);
    const c = key.charCodeAt(at + 2);
    const d = key.charCodeAt(at + 3);
    seen |= a | b | c | d;
    let k = Math.imul(a | (b << 8) | (c << 16) | (d << 24), 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    h ^= k;
    h = (h << 13) | (h >>> 19);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  const rest = length & 3;
  if (rest > 0) {
    // No unit is read twice: reading them is nearly all that this costs.
    const a = key.charCodeAt(tail);
    const b = rest > 1 ? key.charCodeAt(tail + 1) : 0;
    const c = rest > 2 ? key.charCodeAt(tail + 2) : 0;
    seen |= a | b | c;
    const k = Math.imul(a | (b << 8) | (c << 16), 0xcc9e2d51);
    h ^= Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  }
  return seen > 0x7f ? murmur32OfBytes(key) : finish32(h, length);
}

function murmur32OfBytes(key: string): number {
  const room = maxUtf8Bytes(key.length);
  const bytes = room <= scratchBytes.length ? scratchBytes : new Uint8Array(room);
  const length = writeUtf8(key, bytes);
  const tail = length & ~3;
  let h = 0;
  for (let at = 0; at < tail; at += 4) {
    h ^= scramble32(bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
    h = (h << 13) | (h >>> 19);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  if (length > tail) {
    let k = bytes[tail]!;
    if (length - tail > 1) k |= bytes[tail + 1]! << 8;
    if (length - tail > 2) k |= bytes[tail + 2]! << 16;
    h ^= scramble32(k);
  }
  return finish32(h, length);
}

function scramble32(k: number): number {
  const mixed = Math.imul(k, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}

function finish32(hash: number, length: number): number {
  let h = hash ^ length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
