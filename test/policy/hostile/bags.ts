import { gzipSync, zlibSync } from "fflate";
import fc from "fast-check";

/** Keys that a careless reader trips over. */
const nastyKeys = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "__defaults",
  "then",
  "",
  ".",
  "a.b",
  "0",
  "length",
  "\ud800",
  "Statement",
];

const key = fc.oneof(
  { weight: 3, arbitrary: fc.stringMatching(/^[a-z][a-zA-Z]{1,7}$/) },
  { weight: 1, arbitrary: fc.constantFrom(...nastyKeys) },
);

const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString("base64");
const bytes = (text: string): Uint8Array => Buffer.from(text, "utf8");

/** One more wrapping of a text, of those that must be opened. */
const wrappings: readonly ((text: string) => string)[] = [
  base64,
  (text) => base64(gzipSync(bytes(text))),
  (text) => base64(zlibSync(bytes(text))),
  (text) => JSON.stringify({ inner: [text] }),
  (text) => JSON.stringify(text),
  (text) => `---\nanchor: &a\n  - ${JSON.stringify(text)}\nalias: *a\n`,
  (text) =>
    `first: 1\ntext: |\n${text
      .split("\n")
      .map((line) => `  ${line}`)
      .join("\n")}\n`,
  (text) => `export A=1\nTARGET=${JSON.stringify(text)}\n`,
  (text) => `x=${encodeURIComponent(text)}&y=1`,
];

/** Texts that are hard to read, none of which says anything of a cell. */
const hardTexts: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "\ud800",
      "\udfff\ud800",
      "%E0%A4%A",
      "&a [*a]",
      "a: &a [*a, *a]\nb: *a",
      "{",
      "arn:",
      "arn:::::::",
      "::",
      "1.2.3.4/99",
      "\0",
      "http://[",
      "%".repeat(400),
      "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7x",
    ),
  },
  { weight: 1, arbitrary: fc.nat({ max: 2000 }).map((depth) => "[".repeat(depth)) },
  { weight: 1, arbitrary: fc.nat({ max: 400 }).map((depth) => "[".repeat(depth) + "]".repeat(depth)) },
  {
    weight: 1,
    arbitrary: fc
      .nat({ max: 300 })
      .map((depth) => "a:\n".repeat(1) + Array.from({ length: depth }, (_, at) => `${" ".repeat(at)}a:`).join("\n")),
  },
);

const leaf: fc.Arbitrary<unknown> = fc.oneof(hardTexts, fc.constantFrom(0, -1, 1e308, true, false, null));

/** A bag with own keys only, `__proto__` among them, as a decoder of JSON makes it. */
function bag(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const [name, value] of entries)
    Object.defineProperty(made, name, { value, enumerable: true, configurable: true, writable: true });
  return made;
}

const shallow: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie("value")), { maxLength: 5 }).map(bag),
  ),
})).value;

/** Inside so many lists and objects. */
function deep(value: unknown, steps: readonly (string | undefined)[]): unknown {
  return steps.reduceRight<unknown>((inner, step) => (step === undefined ? [inner] : bag([[step, inner]])), value);
}

const way = fc.array(fc.option(key, { nil: undefined, freq: 3 }), { maxLength: 50 });

/** Properties of a resource, as hostile as a program or a provider may make them. */
export const bags: fc.Arbitrary<Record<string, unknown>> = fc
  .array(
    fc.tuple(
      key,
      fc.oneof(
        { weight: 4, arbitrary: shallow },
        { weight: 1, arbitrary: fc.tuple(shallow, way).map(([value, steps]) => deep(value, steps)) },
      ),
    ),
    { maxLength: 5 },
  )
  .map(bag);

/** A text wrapped this many times, beyond the limit too. */
function wrapped(text: string): fc.Arbitrary<string> {
  return fc
    .array(fc.constantFrom(...wrappings), { maxLength: 8 })
    .map((list) => list.reduce((inner, wrap) => wrap(inner), text));
}

/** The same bag with a text somewhere in it; the key is one that a provider reads. */
export function planted(text: string): fc.Arbitrary<Record<string, unknown>> {
  return fc
    .tuple(bags, wrapped(text), way, fc.constantFrom("planted", "__planted", "__proto__"))
    .map(([given, inner, steps, name]) => bag([...Object.entries(given), [name, deep(inner, steps)]]));
}

/** Texts that must not be opened to their end. */
export const bombs: fc.Arbitrary<string> = fc.oneof(
  fc.integer({ min: 21, max: 24 }).map((bits) => base64(gzipSync(new Uint8Array(1 << bits)))),
  fc.integer({ min: 21, max: 23 }).map((bits) => base64(zlibSync(new Uint8Array(1 << bits)))),
  // Says in its last bytes that it is small.
  fc.constant(0).map(() => {
    const bomb = gzipSync(new Uint8Array(1 << 22));
    bomb.fill(0, bomb.length - 4);
    return base64(bomb);
  }),
  fc.integer({ min: 9, max: 12 }).map((levels) => {
    const names = Array.from({ length: levels }, (_, at) => String.fromCharCode(97 + at));
    return names
      .map((name, at) => `${name}: &${name} ${at === 0 ? '["x"]' : `[${`*${names[at - 1]},`.repeat(9)}]`}`)
      .join("\n");
  }),
  fc
    .integer({ min: 6, max: 9 })
    .map((times) => Array.from({ length: times }).reduce<string>((inner) => base64(inner), "nothing of anybody here")),
  fc.integer({ min: 1 << 20, max: (1 << 20) + 9 }).map((length) => "x ".repeat(length / 2 + 1)),
);
