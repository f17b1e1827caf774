import { UserError } from "../contract/user-error";

/** One mistake in a catalog. */
export interface CatalogIssue {
  /** Where, as a person would write it: `cells[3].weight`; empty for the whole file. */
  readonly path: string;
  /** Line in the file, from 1. */
  readonly line: number;
  /** What is written there; undefined when something is missing. */
  readonly value: unknown;
  /** What is wrong with it and what to write instead. */
  readonly message: string;
}

/** A mistake before it has a line: what the checks return. */
export interface DraftIssue {
  /** Keys and list indices from the top of the file. */
  readonly path: readonly (string | number)[];
  readonly value: unknown;
  readonly message: string;
}

/** A catalog that cannot be used. `message` lists every mistake, one a line, for a person to read. */
export class CatalogError extends UserError {
  override readonly name = "CatalogError";

  /**
   * @param source name of the file, as the person wrote it.
   * @param issues at least one.
   */
  constructor(
    readonly source: string,
    readonly issues: readonly CatalogIssue[],
  ) {
    super(formatIssues(source, issues));
  }
}

/** One mistake in a generated catalog is a mistake of every cell. */
const mostLines = 50;

/** A title and one line for each mistake; of very many, the number of the others. */
export function formatIssues(source: string, issues: readonly CatalogIssue[]): string {
  const count = issues.length === 1 ? "1 mistake" : `${issues.length} mistakes`;
  const left = issues.length - mostLines;
  return [
    `${source} has ${count}:`,
    ...issues.slice(0, mostLines).map((issue) => `  ${formatIssue(source, issue)}`),
    ...(left > 0 ? [`  and ${left} more; npx cells catalog check ${source} --json lists all`] : []),
  ].join("\n");
}

/** One mistake on one line: `catalog/dev.yaml:12: cells[3].weight: -1: write 0 to 100`. */
function formatIssue(source: string, issue: CatalogIssue): string {
  const parts = [`${source}:${issue.line}`, issue.path, formatValue(issue.value), issue.message];
  return parts.filter((text) => text !== "").join(": ");
}

/** `cells[3].weight` of `["cells", 3, "weight"]`. */
export function formatPath(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

/** A value short enough for a message; empty when there is none. */
export function formatValue(value: unknown): string {
  if (value === undefined) return "";
  const text = typeof value === "number" ? numberText(value) : (JSON.stringify(value, written) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** JSON has no word for these numbers, and YAML has. */
function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? ".nan" : value > 0 ? ".inf" : "-.inf";
}

/** A replacer for JSON that shows what YAML calls `.nan` and `.inf`, which JSON would show as null. */
export function written(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? numberText(value) : value;
}

/** The candidate that a person most likely meant: at most two edits (one in short words) away, case aside. */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = word.length < 5 ? 2 : 3;
  for (const candidate of candidates) {
    const distance = edits(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** Levenshtein distance. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** `a, b or c`. */
export function either(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
