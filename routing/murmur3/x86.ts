import { scratchBytes } from "./scratch";
import { maxUtf8Bytes, writeUtf8 } from "../utf8";

/** MurmurHash3 x86 32-bit, seed 0, of a string's UTF-8 bytes: the hash behind slots. */

/** The hash, 0 to 2^32 − 1: Python's `mmh3.hash(key, signed=False)`. */
export function murmur32(key: string): number {
  return slotHash(key) >>> 0;
}

/**
 * The same as a signed number, which fits V8's small integers: an unsigned one may need the heap, which costs half of the
 * hash. ASCII is hashed straight from the string, hardly slower than reading it. Other text is detected at the end and
 * hashed as bytes.
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
    h ^= scramble32(a | (b << 8) | (c << 16) | (d << 24));
    h = (h << 13) | (h >>> 19);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  const rest = length & 3;
  if (rest > 0) {
    // Each unit is read once: reading is nearly the whole cost.
    const a = key.charCodeAt(tail);
    const b = rest > 1 ? key.charCodeAt(tail + 1) : 0;
    const c = rest > 2 ? key.charCodeAt(tail + 2) : 0;
    seen |= a | b | c;
    h ^= scramble32(a | (b << 8) | (c << 16));
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
