import { CatalogError, formatIssues, written, type CatalogIssue } from "./issues";
import { loadCatalog, type LoadOptions } from "./load";

/** What `cells catalog check` finds. */
export interface CheckResult {
  readonly source: string;
  readonly valid: boolean;
  readonly issues: readonly CatalogIssue[];
  /** Version of a valid catalog. */
  readonly version?: string;
  /** Cells of a valid catalog. */
  readonly cells?: number;
}

/** Loads a catalog and returns its mistakes instead of throwing them. */
export function checkCatalog(file: string, options: LoadOptions = {}): CheckResult {
  try {
    const catalog = loadCatalog(file, options);
    return { source: file, valid: true, issues: [], version: catalog.version, cells: catalog.cells.length };
  } catch (error) {
    if (!(error instanceof CatalogError)) throw error;
    return { source: file, valid: false, issues: error.issues };
  }
}

/** The result as lines for a person. */
export function formatCheck(result: CheckResult): string {
  if (result.valid) return `${result.source} is valid: ${result.cells} cells, version ${result.version}`;
  return formatIssues(result.source, result.issues);
}

/** The result for tools, with every mistake. */
export function jsonOfCheck(result: CheckResult): string {
  return JSON.stringify(result, written, 2);
}
