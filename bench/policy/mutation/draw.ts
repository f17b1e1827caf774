import { createHash } from "node:crypto";
import { relative, resolve } from "node:path";

interface Position {
  readonly line: number;
  readonly column: number;
}

/** What Stryker says of a mutant, as far as it is read here. */
export interface Mutant {
  readonly fileName: string;
  readonly location: { readonly start: Position; readonly end: Position };
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status?: string;
}

/**
 * One mutant, told apart from all others whatever order Stryker numbers them in; `plugin.mjs` makes the same. What makes
 * mutants counts lines and columns from zero, and results count from one, as keys do: `first` says which it is.
 */
export function keyOf({ fileName, location, mutatorName, replacement }: Mutant, root: string, first: 0 | 1): string {
  const at = ({ line, column }: Position): string => `${line + 1 - first}:${column + 1 - first}`;
  const file = relative(root, resolve(root, fileName));
  return `${file}:${at(location.start)}-${at(location.end)} ${mutatorName} ${replacement ?? ""}`;
}

/**
 * So many of the keys, each equally likely, and the same ones for the same seed: those with the least hashes. A mutant
 * that comes or goes changes one place of a sample, and not all of it.
 */
export function draw(keys: readonly string[], count: number, seed: string): readonly string[] {
  const hash = (key: string): string => createHash("sha256").update(`${seed}\n${key}`).digest("hex");
  return [...keys]
    .map((key) => ({ key, hash: hash(key) }))
    .sort((a, b) => (a.hash < b.hash ? -1 : 1))
    .slice(0, count)
    .map(({ key }) => key);
}
