import { maxUtf8Bytes, writeUtf8 } from "../utf8";

/**
 * Holds a key's bytes while it is hashed: one buffer, seen as bytes, words and 64-bit lanes. Lanes are read that were
 * written as bytes and words, so the machine must be little-endian, as every machine is that runs Node or a browser.
 */
export const scratchLanes = new BigUint64Array(128);
const scratchWords = new Int32Array(scratchLanes.buffer);
export const scratchBytes = new Uint8Array(scratchLanes.buffer);

/** Zero bytes after a key: the rest of its last block, and of the block that one more byte may start. */
const zeros = 20;
/** UTF-16 units of the longest key that always fits: 334. */
export const longestInScratch = Math.floor((scratchBytes.length - zeros) / 3);

/**
 * Writes the key's UTF-8 bytes to the scratch buffer, and zeros after them to the end of the block, or of the next
 * block if the key ends with a block or one byte before; returns the number of bytes. Keys must not be longer than
 * {@link longestInScratch}.
 *
 * ASCII is written as words, hardly slower than reading it: a lane that was written byte by byte stalls the read that
 * follows.
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

/** Separate lanes for a key of any length, with the same zeros after it. */
export function longLanes(key: string): { readonly lanes: BigUint64Array; readonly length: number } {
  const lanes = new BigUint64Array((maxUtf8Bytes(key.length) >> 3) + 3);
  return { lanes, length: writeUtf8(key, new Uint8Array(lanes.buffer)) };
}
