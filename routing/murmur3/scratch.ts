import { maxUtf8Bytes, writeUtf8 } from "../utf8";

/**
 * Where keys lie as bytes while they are hashed: one buffer, as bytes, words and 64-bit lanes. The lanes are what was
 * written as bytes and words, so the machine is little-endian, as every one is that Node and browsers run on.
 */
export const scratchLanes = new BigUint64Array(128);
const scratchWords = new Int32Array(scratchLanes.buffer);
export const scratchBytes = new Uint8Array(scratchLanes.buffer);

/** Zero bytes behind a key: the rest of its last block, and of the block that one more byte may begin. */
const zeros = 20;
/** Most UTF-16 units of a key that fits, whatever they are: 334. */
export const longestInScratch = Math.floor((scratchBytes.length - zeros) / 3);

/**
 * Writes the key's UTF-8 bytes to the scratch buffer, and zeros behind them to the end of the block, or of the next
 * block where the key ends with one or a byte before; returns the number of bytes. Keys must not be longer than
 * {@link longestInScratch}.
 *
 * ASCII is put together to words, hardly slower than reading it: lanes that were written byte by byte are not ready
 * when they are read.
 */
export function writeScratch(key: string): number {
  const length = key.length;
  const tail = length & ~3;
  let seen = 0;
  let word = 0;
  for (let at = 0; at < tail; at += 4) {
    const a = key.charCodeAt(at);
    const b = key.charCodeAt(at + 1);
    const c = key.charCodeAt(at + 2);
    const d = key.charCodeAt(at + 3);
    seen |= a | b | c | d;
    scratchWords[word++] = a | (b << 8) | (c << 16) | (d << 24);
  }
  const rest = length & 3;
  if (rest > 0) {
    const a = key.charCodeAt(tail);
    const b = rest > 1 ? key.charCodeAt(tail + 1) : 0;
    const c = rest > 2 ? key.charCodeAt(tail + 2) : 0;
    seen |= a | b | c;
    scratchWords[word++] = a | (b << 8) | (c << 16);
  }
  if (seen > 0x7f) return writeBytes(key);
  scratchWords[word] = 0;
  scratchWords[word + 1] = 0;
  scratchWords[word + 2] = 0;
  scratchWords[word + 3] = 0;
  return length;
}

function writeBytes(key: string): number {
  const length = writeUtf8(key, scratchBytes);
  scratchBytes.fill(0, length, length + zeros);
  return length;
}

/** Lanes of their own for a key of any length, with as many zeros behind. */
export function longLanes(key: string): { readonly lanes: BigUint64Array; readonly length: number } {
  const lanes = new BigUint64Array((maxUtf8Bytes(key.length) >> 3) + 3);
  return { lanes, length: writeUtf8(key, new Uint8Array(lanes.buffer)) };
}
