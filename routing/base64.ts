/** Base64 of RFC 4648, section 4, padded. By hand: the core runs where `Buffer` is missing, and `atob` is slow. */

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const values = new Uint8Array(128).fill(255);
for (let at = 0; at < 64; at++) values[alphabet.charCodeAt(at)] = at;

/** The text of some bytes. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const three = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    text += alphabet[three >>> 18]! + alphabet[(three >>> 12) & 63]! + alphabet[(three >>> 6) & 63]!;
    text += alphabet[three & 63]!;
  }
  const padding = (3 - (bytes.length % 3)) % 3;
  return padding === 0 ? text : text.slice(0, -padding) + "=".repeat(padding);
}

/** The bytes of {@link encodeBase64}'s text; undefined for any other text, also one whose unused last bits are not 0. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const whole = text.length - (padding === 0 ? 0 : 4);
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  // Reading characters would cost more than the rest.
  const letters = new TextEncoder().encode(text);
  if (letters.length !== text.length) return undefined;
  // A letter outside the alphabet has a value above 63, which shows afterwards.
  let [found, out] = [0, 0];
  for (let at = 0; at < whole; at += 4) {
    const a = values[letters[at]!]!;
    const b = values[letters[at + 1]!]!;
    const c = values[letters[at + 2]!]!;
    const d = values[letters[at + 3]!]!;
    found |= a | b | c | d;
    bytes[out++] = (a << 2) | (b >>> 4);
    bytes[out++] = (b << 4) | (c >>> 2);
    bytes[out++] = (c << 6) | d;
  }
  if (found > 63) return undefined;
  if (padding > 0) {
    const last = decodeBase64(text.slice(whole, -padding) + "A".repeat(padding));
    // The letters that stand for the padding are zeros: so must be the bits before them.
    if (last === undefined || last.subarray(3 - padding).some((byte) => byte !== 0)) return undefined;
    bytes.set(last.subarray(0, 3 - padding), out);
  }
  return bytes;
}
