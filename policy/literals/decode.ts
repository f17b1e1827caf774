import { decompressSync, unzipSync } from "fflate";
import { parseAllDocuments } from "yaml";

/** Where decoding ends; beyond it a text is undecided, never clean. */
export const limits = {
  /** Encodings inside encodings. */
  depth: 4,
  /** Characters of one text, decoded or not. */
  characters: 1 << 20,
  /** Decompressed to compressed size. */
  expansion: 200,
  /** Texts out of one property. */
  texts: 20_000,
} as const;

/** One layer inside a text. */
export type Layer =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "tree"; readonly value: unknown }
  | { readonly kind: "limit"; readonly reason: string };

/** What is inside a text besides the text itself: JSON, YAML, base64, hex, gzip, zip, escapes of every kind, env files. */
export function layers(text: string): readonly Layer[] {
  const head = text.slice(0, 64).trimStart();
  if (/^[[{"]/.test(head)) {
    try {
      return [{ kind: "tree", value: JSON.parse(text) as unknown }];
    } catch {
      // Not JSON as a whole; perhaps YAML's braces, or text.
    }
  }
  const found: Layer[] = [];
  if (text.includes("\n")) {
    found.push(...yaml(text), ...environment(text));
    const joined = wrapped(text);
    if (joined !== undefined) found.push({ kind: "text", text: joined });
  }
  if (/%[0-9A-Fa-f]{2}/.test(text)) {
    const plain = percent(text);
    if (plain !== text) found.push({ kind: "text", text: plain });
  }
  const plain = unescaped(text);
  if (plain !== text) found.push({ kind: "text", text: plain });
  for (const [run] of text.matchAll(encoded)) found.push(...binary(run));
  if (text.length >= 16) for (const [run] of text.matchAll(hexadecimal)) found.push(...opened(Buffer.from(run, "hex")));
  return found;
}

/** Long enough to hold an address: ten characters of base64 are seven bytes. */
const encoded = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{10,}={0,2}(?![A-Za-z0-9+/_=])/g;

/** Two digits a byte, as many as the shortest address needs. */
const hexadecimal = /(?<![A-Za-z0-9])(?:[0-9a-f]{2}){8,}(?![A-Za-z0-9])/gi;

/** `\u002d`, `\x2d`, `\055`, `&#45;`, `&#x2d;` and, in a mail's part, `=2D`: one sign each. */
function unescaped(text: string): string {
  let plain = text;
  if (plain.includes("\\")) {
    plain = plain.replace(/\\(?:u\{?([0-9a-f]{4})\}?|x([0-9a-f]{2})|([0-3][0-7]{2}))/gi, (_, four?: string, two?: string, octal?: string) =>
      String.fromCharCode(octal === undefined ? parseInt(four ?? two!, 16) : parseInt(octal, 8)),
    );
  }
  if (plain.includes("&")) {
    plain = plain.replace(/&(?:#(\d{1,6})|#x([0-9a-f]{1,5})|(period|hyphen|dash|colon|sol|amp));/gi, (_, decimal?: string, hex?: string, name?: string) =>
      name === undefined ? String.fromCodePoint(decimal === undefined ? parseInt(hex!, 16) : Number(decimal)) : entities[name.toLowerCase()]!,
    );
  }
  if (/quoted-printable/i.test(plain)) {
    plain = plain.replace(/=\r?\n/g, "").replace(/=([2-7][0-9A-F])/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  }
  return plain;
}

const entities: Readonly<Record<string, string>> = { period: ".", hyphen: "-", dash: "-", colon: ":", sol: "/", amp: "&" };

function binary(run: string): readonly Layer[] {
  // Plain words, paths and ids have no digits and capitals mixed as base64 has.
  if (run.replace(/=+$/, "").length % 4 === 1 || !/[A-Z]/.test(run) || !/[a-z0-9]/.test(run)) return [];
  return opened(Buffer.from(run, "base64"));
}

/** Text of bytes, packed or not. An archive may hold itself, so the depth has an end. */
function opened(bytes: Buffer, depth = 0): readonly Layer[] {
  if (depth > limits.depth) return [{ kind: "limit", reason: "it is wrapped too many times" }];
  if (isPacked(bytes)) return inflate(bytes, depth);
  if (bytes.subarray(0, 4).equals(zipped)) return unzip(bytes, depth);
  if (foreignPacking.some((magic) => bytes.subarray(0, magic.length).equals(magic))) return [{ kind: "limit", reason: "it is compressed and cannot be read" }];
  const text = readable(bytes);
  return text === undefined ? strings(bytes) : [{ kind: "text", text }];
}

const zipped = Buffer.from("504b0304", "hex");

/** How zstd, xz and bzip2 begin: compressed, and nothing here opens them. */
const foreignPacking = [Buffer.from("28b52ffd", "hex"), Buffer.from("fd377a585a00", "hex"), Buffer.from("BZh9")];

/** What stands in clear in bytes that are no text: names in a certificate, hosts in a message. */
function strings(bytes: Buffer): readonly Layer[] {
  const runs = bytes.toString("latin1").match(/[\x20-\x7e]{8,}/g) ?? [];
  return runs.filter((run) => /[a-z0-9][.:_-]/i.test(run)).map((text) => ({ kind: "text", text }));
}

/** The files of an archive, as far as they are text. */
function unzip(bytes: Buffer, depth: number): readonly Layer[] {
  let size = 0;
  try {
    const files = unzipSync(bytes, {
      filter: ({ originalSize }) => {
        size += originalSize;
        return size <= limits.characters;
      },
    });
    if (size > limits.characters) return [{ kind: "limit", reason: "it expands too far" }];
    return Object.entries(files).flatMap(([name, content]) => [{ kind: "text" as const, text: name }, ...opened(Buffer.from(content), depth + 1)]);
  } catch {
    return [{ kind: "limit", reason: "it is compressed and cannot be read" }];
  }
}

/** Gzip, or zlib at its usual levels. */
function isPacked(bytes: Buffer): boolean {
  return (bytes[0] === 0x1f && bytes[1] === 0x8b) || (bytes[0] === 0x78 && [0x01, 0x5e, 0x9c, 0xda].includes(bytes[1] ?? 0));
}

function inflate(bytes: Buffer, depth: number): readonly Layer[] {
  // The last four bytes of a gzip say its size; a bomb is refused before it goes off.
  const said = bytes[0] === 0x1f && bytes.length > 18 ? bytes.readUInt32LE(bytes.length - 4) : 0;
  if (said > limits.characters || said > bytes.length * limits.expansion) return [{ kind: "limit", reason: "it expands too far" }];
  try {
    const plain = decompressSync(bytes, { out: new Uint8Array(limits.characters + 1) });
    if (plain.length > limits.characters) return [{ kind: "limit", reason: "it expands too far" }];
    return opened(Buffer.from(plain), depth + 1);
  } catch {
    return [{ kind: "limit", reason: "it is compressed and cannot be read" }];
  }
}

/** Text of bytes that are text: UTF-8, or UTF-16 as PowerShell encodes commands. */
function readable(given: Buffer): string | undefined {
  // A mark of the order of bytes, as Windows writes it.
  const bytes = given[0] === 0xff && given[1] === 0xfe ? given.subarray(2) : given;
  const wide = bytes.length >= 8 && bytes.length % 2 === 0 && bytes.every((byte, at) => at % 2 === 0 || byte === 0);
  const text = bytes.toString(wide ? "utf16le" : "utf8");
  return text.includes("\uFFFD") || /[\x00-\x08\x0e-\x1f]/.test(text) ? undefined : text;
}

/** base64 in lines, as MIME parts and PEM-like blocks have it, in one run. */
function wrapped(text: string): string | undefined {
  // A run is tried from its beginning alone: from each of its signs, a long one would take hours.
  const joined = text.replace(/(?<![A-Za-z0-9+/])([A-Za-z0-9+/]{40,})\r?\n[ \t]*(?=[A-Za-z0-9+/=]{4,})/g, "$1");
  return joined === text ? undefined : joined;
}

function percent(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}

/** `NAME=value` lines of env files and shell scripts: each value by itself. */
function environment(text: string): readonly Layer[] {
  const values = [...text.matchAll(/^[ \t]*(?:export[ \t]+)?[A-Za-z_][A-Za-z0-9_.-]*[ \t]*=[ \t]*(.*)$/gm)];
  return values.map(([, value]) => ({ kind: "text", text: value!.trimEnd().replace(/^(["'])(.*)\1;?$/, "$2") }));
}

function yaml(text: string): readonly Layer[] {
  // Line by line: blanks that run over lines would be read again from each of them.
  if (!/^[^\S\r\n]*(?:- |[\w."'/-]+\s*:(?:\s|$)|---)/m.test(text)) return [];
  if (text.length > limits.characters / 4) return [{ kind: "limit", reason: "its YAML is too long" }];
  try {
    const documents = parseAllDocuments(text, { logLevel: "silent", uniqueKeys: false });
    if (!Array.isArray(documents)) return [];
    return documents
      .filter((document) => document.errors.length === 0)
      .map((document) => document.toJS({ maxAliasCount: 100 }) as unknown)
      .filter((value) => typeof value === "object" && value !== null)
      .map((value) => ({ kind: "tree", value }));
  } catch (error) {
    // What is no YAML is read as text. Aliases that multiply are YAML, and nobody will read them to their end.
    return error instanceof ReferenceError ? [{ kind: "limit", reason: "its YAML's aliases expand too far" }] : [];
  }
}
