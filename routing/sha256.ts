import { maxUtf8Bytes, writeUtf8 } from "./utf8";

/**
 * SHA-256 (FIPS 180-4) of a string's UTF-8 bytes. By hand because this room runs in browsers and edge workers too,
 * where `node:crypto` is missing and WebCrypto only answers asynchronously.
 */

/** Fractional parts of the cube (roots 3) or square (2) roots of the first primes: the standard's constants. */
function primeRoots(count: number, root: 2 | 3): Int32Array {
  const words = new Int32Array(count);
  for (let candidate = 2, found = 0; found < count; candidate++) {
    let prime = true;
    for (let divisor = 2; divisor * divisor <= candidate; divisor++) if (candidate % divisor === 0) prime = false;
    if (!prime) continue;
    words[found++] = fraction32(candidate, root);
  }
  return words;
}

/** First 32 bits after the point of the root, by integers: `Math.pow` may differ in the last bit between engines. */
function fraction32(value: number, root: 2 | 3): number {
  const target = BigInt(value) << BigInt(32 * root);
  let low = 0n;
  let high = 1n << 40n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** BigInt(root) <= target) low = middle;
    else high = middle;
  }
  return Number(BigInt.asIntN(32, low));
}

const initial = primeRoots(8, 2);
const constants = primeRoots(64, 3);
const schedule = new Int32Array(64);
const scratch = new Uint8Array(1024);

/** The digest as eight 32-bit words, most significant first. */
export function sha256Words(text: string, out: Uint32Array = new Uint32Array(8)): Uint32Array {
  const room = maxUtf8Bytes(text.length) + 73;
  // Long texts get a buffer of their own, so that one of them does not stay in memory.
  const bytes = room <= scratch.length ? scratch : new Uint8Array(room);
  const length = writeUtf8(text, bytes);
  const padded = ((length + 8) >> 6) * 64 + 64;
  bytes[length] = 0x80;
  bytes.fill(0, length + 1, padded);
  const bits = length * 8;
  const high = Math.floor(bits / 2 ** 32);
  for (let i = 0; i < 4; i++) {
    bytes[padded - 5 - i] = high >>> (8 * i);
    bytes[padded - 1 - i] = bits >>> (8 * i);
  }
  const state = Int32Array.from(initial);
  for (let block = 0; block < padded; block += 64) compress(state, bytes, block);
  for (let i = 0; i < 8; i++) out[i] = state[i]!;
  return out;
}

/** The digest as 64 hex digits. */
export function sha256Hex(text: string): string {
  let hex = "";
  for (const word of sha256Words(text)) hex += word.toString(16).padStart(8, "0");
  return hex;
}

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

function compress(state: Int32Array, bytes: Uint8Array, from: number): void {
  for (let i = 0; i < 16; i++) {
    const at = from + i * 4;
    schedule[i] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  }
  for (let i = 16; i < 64; i++) {
    const w15 = schedule[i - 15]!;
    const w2 = schedule[i - 2]!;
    const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
    const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
    schedule[i] = (schedule[i - 16]! + s0 + schedule[i - 7]! + s1) | 0;
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let i = 0; i < 64; i++) {
    const t1 =
      (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + constants[i]! + schedule[i]!) | 0;
    const t2 = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
  state[4]! += e;
  state[5]! += f;
  state[6]! += g;
  state[7]! += h;
}
