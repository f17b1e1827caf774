import { readFileSync } from "node:fs";

import { build } from "./build";
import { addresses } from "./checks/addresses";
import { complete } from "./checks/complete";
import { naming } from "./checks/naming";
import { placement } from "./checks/placement";
import { residency } from "./checks/residency";
import { routers } from "./checks/routers";
import { sizeClasses } from "./checks/sizes";
import { dealsFile, parseDeals, readDeals } from "./deals";
import { read } from "./draft";
import { CatalogError, formatPath, type CatalogIssue, type DraftIssue } from "./issues";
import type { Catalog } from "./model";
import { CatalogSource } from "./source";

export { CatalogError, type CatalogIssue } from "./issues";

/** What reading a catalog depends on besides the file. */
export interface LoadOptions {
  /** The day that quarantines are judged by; now when left out. */
  readonly now?: Date;
}

/** A catalog's files, read once: all that judge by them judge by the same bytes. */
export interface CatalogTexts {
  /** Path, as the person wrote it: messages name it so. */
  readonly file: string;
  readonly text: string;
  /** Text of the remembered deals, if there are any. */
  readonly deals?: string;
}

/**
 * Reads and checks a catalog file.
 *
 * @param file path, as the person wrote it: messages name it so.
 * @throws CatalogError with every mistake at once, also when the file cannot be read.
 */
export function loadCatalog(file: string, options: LoadOptions = {}): Catalog {
  return catalogOf(readCatalog(file), options);
}

/**
 * Reads a catalog's files without checking them.
 *
 * @throws CatalogError when the file cannot be read.
 */
export function readCatalog(file: string): CatalogTexts {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === "ENOENT" ? "no such file" : "the file cannot be read";
    throw new CatalogError(file, [
      { path: "", line: 1, value: undefined, message: `${reason}; write the path of a catalog, e.g. catalog/dev.yaml` },
    ]);
  }
  const deals = readDeals(file);
  return { file, text, ...(deals === undefined ? {} : { deals }) };
}

/**
 * Checks a catalog's files.
 *
 * @throws CatalogError with every mistake at once.
 */
export function catalogOf({ file, text, deals }: CatalogTexts, options: LoadOptions = {}): Catalog {
  const catalog = parseCatalog(text, file, options);
  return deals === undefined ? catalog : { ...catalog, deals: parseDeals(deals, dealsFile(file)) };
}

/**
 * Checks the text of a catalog.
 *
 * @param source what messages call it.
 * @throws CatalogError with every mistake at once.
 */
export function parseCatalog(text: string, source: string, options: LoadOptions = {}): Catalog {
  const yaml = new CatalogSource(text);
  const raw = yaml.value;
  if (raw === undefined) throw new CatalogError(source, yaml.issues);
  if (raw === null) {
    const message = "the file is empty; write environment, revision, domain, localities, residency, routers and cells";
    throw new CatalogError(source, [{ path: "", line: 1, value: undefined, message }]);
  }
  const { input, draft, findings } = read(raw);
  const all: DraftIssue[] = [
    ...findings,
    ...naming(draft),
    ...complete(draft, raw),
    ...sizeClasses(draft),
    ...placement(draft),
    ...residency(draft),
    ...routers(draft),
    ...addresses(draft, options.now ?? new Date()),
  ];
  const issues = [...yaml.issues, ...all.map((finding) => locate(finding, yaml))].sort((a, b) => a.line - b.line);
  if (issues.length > 0 || input === undefined) throw new CatalogError(source, issues);
  return build(input);
}

function locate({ path, value, message }: DraftIssue, yaml: CatalogSource): CatalogIssue {
  return { path: formatPath(path), line: yaml.lineOf(path), value, message };
}
