import { constants, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";

import { limits } from "./limits";

/** A text inside bytes, or why they could not be read. */
export type Bytes =
  { readonly kind: "text"; readonly text: string } | { readonly kind: "limit"; readonly reason: string };

const limit = (reason: string): readonly Bytes[] => [{ kind: "limit", reason }];
const tooFar = limit("it expands too far");
const unreadable = limit("it is compressed and cannot be read");

/** How many bytes may still be decoded from one text, over all packed parts. */
export class Room {
  #left: number = limits.opened;

  /** Takes bytes from the limit; false when it is exceeded. */
  holds(bytes: number): boolean {
    this.#left -= bytes;
    return this.#left >= 0;
  }
}

/** Text of bytes, packed or not. An archive may contain itself, so the depth is limited. */
export function opened(bytes: Buffer, room: Room, depth = 0): readonly Bytes[] {
  if (!room.holds(bytes.length)) return tooFar;
  if (depth > limits.depth) return limit("it is wrapped too many times");
  const unpack = packing(bytes);
  if (unpack !== undefined) {
    const plain = unpacked(bytes, unpack);
    if (plain === "long") return tooFar;
    if (plain !== "broken") return opened(plain, room, depth + 1);
    if (unpack === gunzipSync || beginsWithText(bytes)) return unreadable;
  }
  if (bytes.length >= 30 && bytes.subarray(0, 4).equals(zipped)) return unzip(bytes, room, depth);
  const head = bytes.toString("latin1", 0, 16);
  if (foreignPacking.some((header) => header.test(head))) return unreadable;
  const text = readable(bytes);
  return text === undefined ? strings(bytes) : [{ kind: "text", text }];
}

const zipped = Buffer.from("504b0304", "hex");

/** Headers of zstd, xz and bzip2, which are not decoded here. */
const foreignPacking = [/^\x28\xb5\x2f\xfd/, /^\xfd7zXZ\x00/, /^BZh[1-9]1AY&SY/];

type Unpack = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Buffer;

/**
 * The function that unpacks gzip (one member or several) or zlib at its usual levels. Of gzip the method, the reserved
 * flags and the length are checked too: two bytes alone are the start of many random ids.
 */
function packing(bytes: Buffer): Unpack | undefined {
  const [first, second, method, flags] = bytes;
  if (first === 0x1f && second === 0x8b)
    return method === 8 && ((flags ?? 0xff) & 0xe0) === 0 && bytes.length >= 18 ? gunzipSync : undefined;
  return first === 0x78 && [0x01, 0x5e, 0x9c, 0xda].includes(second ?? 0) ? inflateSync : undefined;
}

/** True for zlib that breaks off, or whose checksum is wrong, after readable text. Its two bytes alone prove nothing. */
function beginsWithText(bytes: Buffer): boolean {
  try {
    const start = inflateRawSync(bytes.subarray(2), {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: limits.characters,
    });
    return start.length >= 16 && /^[\t\n\r\x20-\x7e]{16}/.test(start.toString("latin1", 0, 16));
  } catch {
    return false;
  }
}

/** The unpacked bytes; `long` when they exceed the limit, which does not depend on the size that the packing declares. */
function unpacked(bytes: Buffer, unpack: Unpack): Buffer | "long" | "broken" {
  try {
    return unpack(bytes, { maxOutputLength: Math.min(limits.characters, bytes.length * limits.expansion) });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE" ? "long" : "broken";
  }
}

/** Readable strings in binary data: names in a certificate, hosts in a message. */
function strings(bytes: Buffer): readonly Bytes[] {
  const runs = bytes.toString("latin1").match(/[\x20-\x7e]{8,}/g) ?? [];
  return runs.filter((run) => /[a-z0-9][.:_-]/i.test(run)).map((text) => ({ kind: "text", text }));
}

/** The text files of an archive, by its directory at the end. The sizes that it declares are not trusted. */
function unzip(bytes: Buffer, room: Room, depth: number): readonly Bytes[] {
  const found: Bytes[] = [];
  try {
    const end = bytes.lastIndexOf("PK\x05\x06", undefined, "latin1");
    let at = bytes.readUInt32LE(end + 16);
    for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
      const [name, extra, comment] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field)) as [
        number,
        number,
        number,
      ];
      const [isEncrypted, method] = [(bytes.readUInt16LE(at + 8) & 1) === 1, bytes.readUInt16LE(at + 10)];
      if (bytes.toString("latin1", at, at + 4) !== "PK\x01\x02" || isEncrypted || (method !== 0 && method !== 8))
        return unreadable;
      const file = bytes.readUInt32LE(at + 42);
      const start = file + 30 + bytes.readUInt16LE(file + 26) + bytes.readUInt16LE(file + 28);
      const packed = bytes.subarray(start, start + bytes.readUInt32LE(at + 20));
      const plain = method === 0 ? packed : unpacked(packed, inflateRawSync);
      if (typeof plain === "string") return plain === "long" ? tooFar : unreadable;
      found.push({ kind: "text", text: bytes.toString("utf8", at + 46, at + 46 + name) });
      for (const layer of opened(plain, room, depth + 1)) found.push(layer);
      at += 46 + name + extra + comment;
    }
    return found;
  } catch {
    // An archive that is shorter than its directory says.
    return unreadable;
  }
}

/** Text of bytes that are text: UTF-8, or UTF-16 as PowerShell encodes commands. */
function readable(given: Buffer): string | undefined {
  // A byte order mark, as Windows writes it.
  const bytes = given[0] === 0xff && given[1] === 0xfe ? given.subarray(2) : given;
  const wide = bytes.length >= 8 && bytes.length % 2 === 0 && bytes.every((byte, at) => at % 2 === 0 || byte === 0);
  const text = bytes.toString(wide ? "utf16le" : "utf8");
  return text.includes("\uFFFD") || /[\x00-\x08\x0e-\x1f]/.test(text) ? undefined : text;
}
