import { readFileSync } from "node:fs";

import { parse } from "yaml";
import { z } from "zod";

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "write a day as YYYY-MM-DD");
const words = z.string().min(10, "write a sentence");
const exact = z.string().min(3).regex(/^[^*?]*$/, "name one thing; wildcards are not allowed");

const schema = z.strictObject({
  /** What lies outside all cells and may be used by several. */
  sharing: z
    .array(
      z.strictObject({
        /** URN, or a Pulumi type of the foundation. */
        what: exact,
        direction: z.enum(["cell-reads", "cell-writes"]),
        /** What happens to cells when it is gone. */
        failure: words,
        reason: words,
        owner: z.string().min(2),
        expires: day,
      }),
    )
    .default([]),
  /** Findings that a person has accepted for a while: one rule at one place. */
  exceptions: z
    .array(z.strictObject({ rule: exact, urn: exact, path: exact.optional(), reason: words, owner: z.string().min(2), expires: day }))
    .default([]),
  /** Stacks that a cell may read: the foundation's. */
  stacks: z.array(exact).default([]),
});

/** What people have agreed may be shared or excepted, until a day. */
export type Register = Readonly<z.output<typeof schema>>;

/** Nothing is shared, nothing excepted. */
export const emptyRegister: Register = { sharing: [], exceptions: [], stacks: [] };

/** A register that cannot be used: every mistake, each with its path. */
export class RegisterError extends Error {
  override readonly name = "RegisterError";
}

/**
 * Reads a register's YAML.
 *
 * @throws RegisterError listing every mistake.
 */
export function parseRegister(text: string, source: string): Register {
  const parsed = schema.safeParse(parse(text) ?? {});
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(({ path, message }) => `  ${path.join(".")}: ${message}`);
  throw new RegisterError([`${source} cannot be used:`, ...lines].join("\n"));
}

/** Reads a register's file; a file that is not there is an empty register. */
export function loadRegister(file: string): Register {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return emptyRegister;
    throw error;
  }
  return parseRegister(text, file);
}
