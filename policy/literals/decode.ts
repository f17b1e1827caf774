import { parseAllDocuments } from "yaml";

import { opened, Room, type Bytes } from "./bytes";
import { limits } from "./limits";

/** One layer inside a text. */
type Layer = Bytes | { readonly kind: "tree"; readonly value: unknown };

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
    for (const layer of [...yaml(text), ...environment(text)]) found.push(layer);
    const joined = wrapped(text);
    if (joined !== undefined) found.push({ kind: "text", text: joined });
  }
  if (/%[0-9A-Fa-f]{2}/.test(text)) {
    const plain = percent(text);
    if (plain !== text) found.push({ kind: "text", text: plain });
  }
  const plain = unescaped(text);
  if (plain !== text) found.push({ kind: "text", text: plain });
  const room = new Room();
  for (const [run] of text.matchAll(encoded)) {
    for (const layer of binary(run, room)) found.push(layer);
    // A segment of a URL's path: the run begins before it.
    if (run.length < longestPath && run.includes("/"))
      for (const part of run.split("/"))
        if (part.length >= 10) for (const layer of binary(part, room)) found.push(layer);
  }
  for (const [run] of text.matchAll(hexadecimal))
    for (const layer of opened(Buffer.from(run, "hex"), room)) found.push(layer);
  return found;
}

/** Long enough to hold an address: ten characters of base64 are seven bytes. */
const encoded = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{10,}={0,2}(?![A-Za-z0-9+/_=])/g;

/** Longer runs are data. */
const longestPath = 2048;

/** Two digits a byte, as many as the shortest address needs. */
const hexadecimal = /(?<![A-Za-z0-9])(?:[0-9a-f]{2}){8,}(?![A-Za-z0-9])/gi;

/** `\u002d`, `\x2d`, `\055`, `&#45;`, `&#x2d;` and, in a mail's part, `=2D`: one character each. */
function unescaped(text: string): string {
  // As resolvers read a host's letters: the full-width ones are the plain ones.
  let plain = /[\uff01-\uff5e]/.test(text) ? text.normalize("NFKC") : text;
  if (plain.includes("\\")) {
    plain = plain.replace(
      /\\(?:u\{?([0-9a-f]{4})\}?|x([0-9a-f]{2})|([0-3][0-7]{2}))/gi,
      (_, four?: string, two?: string, octal?: string) =>
        String.fromCharCode(octal === undefined ? parseInt(four ?? two!, 16) : parseInt(octal, 8)),
    );
  }
  if (plain.includes("&")) {
    plain = plain.replace(
      /&(?:#(\d{1,6})|#x([0-9a-f]{1,5})|(period|hyphen|dash|colon|sol|amp));/gi,
      (_, decimal?: string, hex?: string, name?: string) =>
        name === undefined
          ? String.fromCodePoint(decimal === undefined ? parseInt(hex!, 16) : Number(decimal))
          : entities[name.toLowerCase()]!,
    );
  }
  if (/quoted-printable/i.test(plain)) {
    plain = plain
      .replace(/=\r?\n/g, "")
      .replace(/=([2-7][0-9A-F])/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  }
  return plain;
}

const entities: Readonly<Record<string, string>> = {
  period: ".",
  hyphen: "-",
  dash: "-",
  colon: ":",
  sol: "/",
  amp: "&",
};

function binary(run: string, room: Room): readonly Bytes[] {
  // Unlike base64, plain words, paths and ids do not mix capitals with digits or small letters.
  if (run.replace(/=+$/, "").length % 4 === 1 || !/[A-Z]/.test(run) || !/[a-z0-9]/.test(run)) return [];
  return opened(Buffer.from(run, "base64"), room);
}

/** Joins base64 in lines, as in MIME parts and PEM blocks, into one run. */
function wrapped(text: string): string | undefined {
  // A run is tried only from its beginning: trying a long one from each character would take hours.
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
  // Matches within single lines: blanks that span lines would be read again from each line.
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
    // What is not YAML is read as text. YAML whose aliases multiply cannot be read to its end.
    return error instanceof ReferenceError ? [{ kind: "limit", reason: "its YAML aliases expand too far" }] : [];
  }
}
