import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { beforeAll, describe, expect, it } from "vitest";

import { bases, binaries, shipped } from "./conformance/bases";
import { expand } from "./conformance/bytes";
import { names } from "./conformance/documents";
import { conformance, conformanceFile, format, type Conformance } from "./conformance/file";
import { overlays } from "./conformance/overlays";
import { pairs } from "./conformance/pairs";
import { arrivals, clients, corrections, signatures } from "./conformance/protocol";
import { stepsCases } from "./conformance/steps";

/** The cases for readers in other languages, written by UPDATE_DOCS=1 npx vitest run --project fast test/routing/conformance.test.ts */
let text: string;
let file: Conformance;
beforeAll(async () => {
  file = await conformance();
  text = `${format(file)}\n`;
  if (process.env["UPDATE_DOCS"] === "1") writeFileSync(conformanceFile, text);
});

const reasons = {
  home: 307,
  pin: 307,
  failover: 307,
  overflow: 307,
  "unknown-country": 403,
  "no-cell-allowed": 403,
  "pin-outside-residency": 503,
  "no-healthy-cell": 503,
};

const named = <T>(all: readonly { readonly name: string }[], value: (index: number) => T): Record<string, T> =>
  Object.fromEntries(all.map(({ name }, index) => [name, value(index)]));

describe("routing/conformance.json", () => {
  it("is up to date, and smaller than 700 KB", () => {
    expect(readFileSync(conformanceFile, "utf8") === text).toBe(true);
    expect(Buffer.byteLength(text)).toBeLessThan(700_000);
  });

  it("stands for the bytes that the product writes", () => {
    expect(expand(shipped[0], names.parts).equals(shipped[1])).toBe(true);
  });

  // Cases say by hand what must follow; the file has what our own reader answers.
  it.each([
    ["bases", bases, () => file.bases],
    ["compiled", binaries, () => file.compiled],
    ["overlays", overlays, () => file.overlays],
    ["decisions", pairs, () => file.decisions],
  ] as const)("has the answers that the documentation requires: %s", (_, cases, found) => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
    expect(named(cases, (index) => found()[index]!.refused?.at)).toEqual(named(cases, (index) => cases[index]!.at));
  });

  it("has the hashes and the decisions that a reader in Python finds in the objects' bytes", () => {
    const input = readFileSync(conformanceFile);
    const reader = join(__dirname, "fixtures", "reader.py");
    const python = JSON.parse(
      execFileSync("python3", [reader], { input, encoding: "utf8", maxBuffer: 16 * 1024 * 1024 }),
    ) as object;
    const answers = file.decisions.flatMap(({ questions }) => (questions === undefined ? [] : [questions]));
    expect(python).toEqual({
      hashes: file.hashes.cases.map((each) => [each.murmur128, each.murmur32, each.slot, each.sha256, each.tag]),
      decisions: answers.map((questions) =>
        questions.map(({ cell, home, reason, epoch }) =>
          cell === undefined ? [reason, expect.any(Number)] : [[cell, home, reason], epoch],
        ),
      ),
    });
    expect(answers.flat().length).toBeGreaterThan(800);
    for (const reason of Object.keys(reasons)) {
      expect(answers.flat().filter((each) => each.reason === reason).length, reason).toBeGreaterThan(5);
    }
    for (const { reason, status } of answers.flat()) expect(status).toBe(reasons[reason as keyof typeof reasons]);
  });

  it("has the answers that the documentation requires: the others", () => {
    expect(named(signatures, (index) => file.signatures.cases[index]!.accepted)).toEqual(
      named(signatures, (index) => signatures[index]!.accepted),
    );
    expect(named(corrections, (index) => file.corrections.cases[index]!.followed)).toEqual(
      named(corrections, (index) => corrections[index]!.followed),
    );
    const rulesOf = (steps: readonly { readonly refused?: string; readonly ignores?: string }[]) =>
      steps.map(({ refused, ignores }) => refused ?? (ignores === undefined ? "taken" : `without marks: ${ignores}`));
    expect(named(stepsCases, (index) => rulesOf(file.steps[index]!.steps))).toEqual(
      named(stepsCases, (index) => rulesOf(stepsCases[index]!.steps)),
    );
    expect(named(arrivals, (index) => file.arrivals[index]!.as ?? file.arrivals[index]!.status)).toEqual(
      named(arrivals, (index) => arrivals[index]!.expected),
    );
    expect(named(clients, (index) => file.clients[index]!.answer.then)).toEqual(
      named(clients, (index) => clients[index]!.then),
    );
  });
});
