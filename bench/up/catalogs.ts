import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse, stringify } from "yaml";

import { parseCatalog } from "../../catalog/load";
import type { Catalog } from "../../catalog/model";
import { projectDirectory } from "../../adapters/files/paths";

/** The text of a catalog of `count` cells: those of the dev environment over and over, under numbers of their own. */
export function catalogText(count: number): string {
  const text = readFileSync(join(projectDirectory, "catalog", "dev.yaml"), "utf8");
  const dev = parse(text) as { cells: readonly Record<string, unknown>[] };
  const cells = Array.from({ length: count }, (_, number) => ({ ...dev.cells[number % dev.cells.length], number }));
  // Aliases would stand for what cells share, and the reader refuses a file with too many.
  return stringify({ ...dev, cells }, { aliasDuplicateObjects: false });
}

/** The same, read and checked as any other catalog. */
export function catalogOf(count: number): Catalog {
  return parseCatalog(catalogText(count), `${count} cells`);
}
