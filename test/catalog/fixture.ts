import { readFileSync } from "node:fs";
import { join } from "node:path";

import { CatalogError, parseCatalog, type CatalogIssue } from "../../catalog/load";
import type { Catalog } from "../../catalog/model";

/** The dev catalog's text: the happy path that tests break in one place. */
export const devText = readFileSync(join(__dirname, "../../catalog/dev.yaml"), "utf8");

/** A text of the catalog, and what it becomes. */
export type Edit = readonly [from: string, to: string];

/** A day on which tests happen. */
export const now = new Date("2026-06-01T12:00:00Z");

/** The dev catalog with texts replaced; each must be there exactly once, so that no test breaks nothing. */
export function edited(...edits: readonly Edit[]): string {
  return edits.reduce((text, [from, to]) => {
    const parts = text.split(from);
    if (parts.length !== 2) throw new Error(`"${from}" is ${parts.length - 1} times in the catalog`);
    return parts.join(to);
  }, devText);
}

/** The catalog of a text that must be right. */
export function catalogOf(text: string): Catalog {
  return parseCatalog(text, "test.yaml", { now });
}

/** The dev catalog, edited, that must be right. */
export function catalog(...edits: readonly Edit[]): Catalog {
  return catalogOf(edited(...edits));
}

/** The error of a text that must be wrong. */
export function errorOf(text: string): CatalogError {
  try {
    catalogOf(text);
  } catch (error) {
    if (error instanceof CatalogError) return error;
    throw error;
  }
  throw new Error("the catalog was accepted");
}

/** The mistakes of a text that must be wrong. */
export function issuesOf(text: string): readonly CatalogIssue[] {
  return errorOf(text).issues;
}

/** Line, from 1, of the first place where a text stands. */
export function lineOf(text: string, part: string): number {
  const offset = text.indexOf(part);
  if (offset < 0) throw new Error(`"${part}" is not in the text`);
  return text.slice(0, offset).split("\n").length;
}
