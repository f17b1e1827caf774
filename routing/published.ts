import { decodeTable, type Decoded, type DecodeOptions } from "./decode";
import { decodeOverlayText, type OverlayDecoded } from "./overlay";
import { parseCanonical } from "./seal";

/** Longest object that readers accept, in bytes. */
export const longestObject = 16 * 1024 * 1024;

/** Reads a base from the bytes of the published object. Never throws. The caller checks the signature first. */
export function decodePublishedTable(bytes: Uint8Array, options: DecodeOptions = {}): Decoded {
  const read = textOf(bytes);
  if ("mistake" in read) return refuse(read.mistake);
  const parsed = parseCanonical(read.text);
  return "value" in parsed ? decodeTable(parsed.value, options) : refuse(parsed.mistake);
}

/** The same for an overlay. */
export function decodePublishedOverlay(bytes: Uint8Array): OverlayDecoded {
  const read = textOf(bytes);
  return "text" in read ? decodeOverlayText(read.text) : refuse(read.mistake);
}

function textOf(bytes: Uint8Array): { readonly text: string } | { readonly mistake: string } {
  if (bytes.length > longestObject) return { mistake: `is longer than ${longestObject} bytes` };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { mistake: "is not UTF-8" };
  }
}

function refuse(message: string) {
  return { ok: false as const, mistakes: [{ path: "", message }] };
}
