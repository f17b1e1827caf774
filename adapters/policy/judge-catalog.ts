import type { Catalog } from "../../catalog/model";
import type { EnvironmentSettings } from "../../components/environment";
import { judge, type Judged } from "../../policy/core/judge";
import type { Known } from "../../policy/fingerprints/known";
import { fromPlan } from "../../policy/front/plan";
import type { Extent } from "../../policy/report/report";
import { rules } from "../../policy/rules";
import { planEnvironment } from "../pulumi/plan/environment";
import { scopeOf } from "../../ops/check/scope";

/** Findings in the resources of a catalog, and how many of these were judged. */
export interface CatalogJudgement {
  readonly found: readonly Judged[];
  readonly resources: number;
  /** Why everything was judged, or what was. */
  readonly extent: Extent;
}

/** Judges every resource of a catalog. */
export async function judgeWhole(
  catalog: Catalog,
  known: Known,
  settings: EnvironmentSettings = {},
  reason?: string,
): Promise<CatalogJudgement> {
  const { found, resources } = await judgePlanned(catalog, known, settings);
  return { found, resources, extent: { kind: "whole", ...(reason === undefined ? {} : { reason }) } };
}

/**
 * Judges what a change of the catalog touches, what all cells share, and witnesses of the untouched cells, against the
 * fingerprints of all. Without findings in these, the others have none either. With findings, everything is judged, so
 * that each verdict is the one of the whole.
 */
export async function judgeChange(
  before: Catalog,
  after: Catalog,
  known: Known,
  settings: EnvironmentSettings = {},
): Promise<CatalogJudgement> {
  const scope = scopeOf(before, after);
  if (scope === undefined)
    return judgeWhole(after, known, settings, "environment or domain has changed, and every cell depends on them");
  const only = [...scope.touched, ...scope.witnesses];
  if (only.length === after.cells.length)
    return judgeWhole(after, known, settings, "the change and its witnesses include every cell");
  const { found, resources } = await judgePlanned(after, known, settings, only);
  // Findings in the catalog itself are the same either way.
  if (found.some(({ phase }) => phase !== "catalog"))
    return judgeWhole(after, known, settings, "the change has findings, and only the whole gives them exactly");
  return { found, resources, extent: { kind: "change", ...scope } };
}

async function judgePlanned(
  catalog: Catalog,
  known: Known,
  settings: EnvironmentSettings,
  only?: readonly string[],
): Promise<Pick<CatalogJudgement, "found" | "resources">> {
  const { resources, reads } = await planEnvironment(catalog, settings, only === undefined ? {} : { only });
  return { found: judge(rules, fromPlan(resources, reads), known), resources: resources.length };
}
