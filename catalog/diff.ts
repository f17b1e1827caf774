import { canonicalJson } from "../routing/seal";
import type { Change } from "./changes";
import { compareCells } from "./diff/cells";
import type { CatalogChange, ChangeVerdict } from "./diff/change";
import { compareResources } from "./diff/resources";
import { compareRest } from "./diff/environment";
import type { Catalog } from "./model";
import { movement, type Movement } from "./movement";

/** What the change from one catalog to another means. */
export interface CatalogDiff {
  /** Versions of the two catalogs. */
  readonly from: string;
  readonly to: string;
  /** Forbidden ones first, then warnings, each in the order of cell numbers. */
  readonly changes: readonly CatalogChange[];
  /** Tenants whose home changes, for each jurisdiction where any does. */
  readonly movement: readonly Movement[];
  /** True when no change is forbidden. */
  readonly allowed: boolean;
}

/**
 * Compares two valid catalogs of one environment.
 *
 * @param resources of cells that differ, before and after, by cell id. Left out: the diff says nothing of resources.
 */
export function diffCatalogs(
  before: Catalog,
  after: Catalog,
  resources: ReadonlyMap<string, readonly Change[]> = new Map(),
): CatalogDiff {
  const changes = [
    ...compareRest(before, after),
    ...compareCells(before, after),
    ...before.cells.flatMap((cell) => compareResources(cell, resources.get(cell.id) ?? [])),
  ];
  if (content(before) !== content(after) && after.revision === before.revision) {
    const message = `raise revision to ${before.revision + 1}: routers recognize a new catalog by its revision`;
    changes.push({ verdict: "warning", kind: "revision", from: before.revision, message });
  }
  const rank: Record<ChangeVerdict, number> = { forbidden: 0, warning: 1, allowed: 2 };
  return {
    from: before.version,
    to: after.version,
    changes: changes.sort((a, b) => rank[a.verdict] - rank[b.verdict]),
    movement: movement(before, after),
    allowed: !changes.some((change) => change.verdict === "forbidden"),
  };
}

function content({ version: _version, revision: _revision, ...rest }: Catalog): string {
  return canonicalJson(rest);
}
