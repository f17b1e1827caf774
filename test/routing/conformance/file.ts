import { join } from "node:path";

import {
  arrivalOf,
  baseOf,
  clientOf,
  compiledOf,
  correctionOf,
  hashesOf,
  overlayOf,
  pairOf,
  signatureOf,
  stepsOf,
} from "./answers";
import { bases, binaries } from "./bases";
import { names, pinKey } from "./documents";
import { overlays } from "./overlays";
import { pairs } from "./pairs";
import { arrivals, clients, corrected, corrections, signatures, verifyingKeys } from "./protocol";
import { stepsCases } from "./steps";

export const conformanceFile = join(__dirname, "..", "..", "..", "routing", "conformance.json");

const texts = [...new Set(pairs.flatMap(({ questions }) => questions.map(({ tenant }) => tenant)))];

/** A case as the file has it: without what only this program needs. */
function of<T extends { readonly at?: string }>({ at: _, ...rest }: T): Omit<T, "at"> {
  return rest;
}

export type Conformance = Awaited<ReturnType<typeof conformance>>;

/** The file's content: the cases, and the answers of our own reader. */
export async function conformance() {
  const { parts } = names;
  return {
    about:
      "Cases for readers of the routing table in any language: docs/routing-table.md. Written by test/routing/conformance.",
    format: 1,
    parts,
    hashes: { key: pinKey, cases: texts.map(hashesOf) },
    bases: bases.map((each) => ({ ...of(each), ...baseOf(each, parts) })),
    compiled: binaries.map((each) => ({ ...of(each), ...compiledOf(each, parts) })),
    overlays: overlays.map((each) => ({ ...of(each), ...overlayOf(each, parts) })),
    decisions: pairs.map((each) => {
      const { questions: _, ...rest } = of(each);
      return { ...rest, ...pairOf(each, parts) };
    }),
    signatures: {
      keys: verifyingKeys,
      cases: signatures.map((each) => ({ ...each, accepted: signatureOf(each, parts) })),
    },
    corrections: {
      environment: "test",
      keys: verifyingKeys,
      ...corrected,
      cases: corrections.map((each) => ({ ...each, ...correctionOf(each, corrected, parts) })),
    },
    steps: await Promise.all(
      stepsCases.map(async ({ steps, ...each }) => {
        const answers = await stepsOf({ steps, ...each }, parts);
        return {
          ...each,
          environment: "test",
          steps: steps.map(({ at, kind, bytes }, index) => ({ at, kind, bytes, ...answers[index] })),
        };
      }),
    ),
    arrivals: arrivals.map(({ expected: _, ...each }) => ({ ...each, ...arrivalOf(each) })),
    clients: clients.map(({ then: _, ...each }) => ({ ...each, answer: clientOf(each) })),
  };
}

/** One case on each line, so that a change is small. */
export function format(value: unknown, levels = 3): string {
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const isNested =
    typeof value === "object" && value !== null && Object.values(value).some((each) => typeof each === "object");
  if (levels === 0 || !isNested) return JSON.stringify(value);
  const items = Array.isArray(value)
    ? value.map((each) => format(each, levels - 1))
    : Object.entries(value as object)
        .filter(([, each]) => each !== undefined)
        .map(([key, each]) => `${JSON.stringify(key)}: ${format(each, isLong(key) ? levels - 1 : 0)}`);
  return `${open}\n${items.join(",\n")}\n${close}`;
}

/** Members whose items stand on lines of their own. */
function isLong(key: string): boolean {
  return !["bytes", "base", "overlay", "keys"].includes(key);
}
