import { maxUtf8Bytes, writeUtf8 } from "./utf8";

/**
 * MurmurHash3 of a string's UTF-8 bytes, seed 0: the x64 128-bit and the x86 32-bit variant of Austin Appleby's
 * public-domain code (https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp), equal to Python's mmh3.
 * 64-bit lanes are BigInts kept in range by `asUintN`, which V8 compiles to plain 64-bit arithmetic.
 */

const c1 = 0x87c37b91114253d5n;
const c2 = 0x4cf5ad432745937fn;

/** Enough for ids of 340 UTF-16 units; longer ones get a buffer of their own, so that none stays in memory. */
const scratch = new ArrayBuffer(1024);
const scratchBytes = new Uint8Array(scratch);
const scratchView = new DataView(scratch);

function rotate64(value: bigint, by: bigint): bigint {
  return BigInt.asUintN(64, (value << by) | (value >> (64n - by)));
}

function mix64(value: bigint): bigint {
  let k = value;
  k = BigInt.asUintN(64, (k ^ (k >> 33n)) * 0xff51afd7ed558ccdn);
  k = BigInt.asUintN(64, (k ^ (k >> 33n)) * 0xc4ceb9fe1a85ec53n);
  return k ^ (k >> 33n);
}

/**
 * The 128-bit hash as four 32-bit words, most significant first, of the integer that Python's
 * `mmh3.hash128(key, signed=False)` returns: the second 64-bit half of the algorithm's state is the upper one.
 */
export function murmur128(key: string, out: Uint32Array): Uint32Array {
  const room = maxUtf8Bytes(key.length) + 16;
  const small = room <= scratchBytes.length;
  const bytes = small ? scratchBytes : new Uint8Array(room);
  const view = small ? scratchView : new DataView(bytes.buffer);
  const length = writeUtf8(key, bytes);
  const tail = length & ~15;
  // Zero bytes after the end read as the missing tail bytes, which the algorithm treats as zero too.
  bytes.fill(0, length, tail + 16);

  let h1 = 0n;
  let h2 = 0n;
  for (let at = 0; at < tail; at += 16) {
    const k1 = BigInt.asUintN(64, view.getBigUint64(at, true) * c1);
    h1 = BigInt.asUintN(64, h1 ^ BigInt.asUintN(64, rotate64(k1, 31n) * c2));
    h1 = BigInt.asUintN(64, rotate64(h1, 27n) + h2);
    h1 = BigInt.asUintN(64, h1 * 5n + 0x52dce729n);
    const k2 = BigInt.asUintN(64, view.getBigUint64(at + 8, true) * c2);
    h2 = BigInt.asUintN(64, h2 ^ BigInt.asUintN(64, rotate64(k2, 33n) * c1));
    h2 = BigInt.asUintN(64, rotate64(h2, 31n) + h1);
    h2 = BigInt.asUintN(64, h2 * 5n + 0x38495ab5n);
  }
  if (length > tail) {
    const k2 = BigInt.asUintN(64, view.getBigUint64(tail + 8, true) * c2);
    h2 = BigInt.asUintN(64, h2 ^ BigInt.asUintN(64, rotate64(k2, 33n) * c1));
    const k1 = BigInt.asUintN(64, view.getBigUint64(tail, true) * c1);
    h1 = BigInt.asUintN(64, h1 ^ BigInt.asUintN(64, rotate64(k1, 31n) * c2));
  }
  const size = BigInt(length);
  h1 = BigInt.asUintN(64, h1 ^ size);
  h2 = BigInt.asUintN(64, h2 ^ size);
  h1 = BigInt.asUintN(64, h1 + h2);
  h2 = BigInt.asUintN(64, h2 + h1);
  h1 = mix64(h1);
  h2 = mix64(h2);
  h1 = BigInt.asUintN(64, h1 + h2);
  h2 = BigInt.asUintN(64, h2 + h1);
  out[0] = Number(BigInt.asUintN(32, h2 >> 32n));
  out[1] = Number(BigInt.asUintN(32, h2));
  out[2] = Number(BigInt.asUintN(32, h1 >> 32n));
  out[3] = Number(BigInt.asUintN(32, h1));
  return out;
}

/** The x86 32-bit hash, 0 to 2^32 − 1: Python's `mmh3.hash(key, signed=False)`. */
export function murmur32(key: string): number {
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
  h ^= length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function scramble32(k: number): number {
  const mixed = Math.imul(k, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}
