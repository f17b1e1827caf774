import { decodeTableText, type Decoded, type DecodeOptions } from "./decode";
import { decodeOverlayText, type OverlayDecoded } from "./overlay";
import { canonicalJson } from "./seal";

/** Longest object that readers accept, in bytes. */
export const longestObject = 16 * 1024 * 1024;

/**
 * Reads a base from the bytes of the published object, which must be canonical: languages differ in which member they read
 * where a key occurs twice. Never throws. The caller checks the signature first.
 */
export function decodePublishedTable(bytes: Uint8Array, options: DecodeOptions = {}): Decoded {
  const text = textOf(bytes);
  if (typeof text === "object") return refuse(text.mistake);
  const decoded = decodeTableText(text, options);
  if (!decoded.ok) return decoded;
  return `${canonicalJson(JSON.parse(text))}\n` === text ? decoded : refuse("is not canonical JSON");
}

/** The same for an overlay. */
export function decodePublishedOverlay(bytes: Uint8Array): OverlayDecoded {
  const text = textOf(bytes);
  return typeof text === "object" ? refuse(text.mistake) : decodeOverlayText(text);
}

function textOf(bytes: Uint8Array): string | { readonly mistake: string } {
  if (bytes.length > longestObject) return { mistake: `is longer than ${longestObject} bytes` };
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { mistake: "is not UTF-8" };
  }
}

function refuse(message: string) {
  return { ok: false as const, mistakes: [{ path: "", message }] };
}
