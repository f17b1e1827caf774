import type { Catalog } from "../../catalog/model";
import type { EnvironmentSettings } from "../../components/environment";
import { judge, type Judged } from "../../policy/core/judge";
import type { Known } from "../../policy/fingerprints/known";
import { fromPlan } from "../../policy/front/plan";
import type { Extent } from "../../policy/report/report";
import { rules } from "../../policy/rules";
import { planEnvironment } from "../pulumi/plan/environment";
import { scopeOf } from "../../ops/check/scope";

/** What was said about the resources that a catalog makes, and how many of them were looked at. */
export interface CatalogJudgement {
  readonly found: readonly Judged[];
  readonly resources: number;
  /** Why everything was judged, or what was. */
  readonly extent: Extent;
}

/** Judges everything that a catalog makes. */
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
 * fingerprints of all. When nothing is said about these, nothing would be said about the others. When something is,
 * everything is judged, so that each verdict is the whole's own.
 */
export async function judgeChange(
  before: Catalog,
  after: Catalog,
  known: Known,
  settings: EnvironmentSettings = {},
): Promise<CatalogJudgement> {
  const scope = scopeOf(before, after);
  if (scope === undefined)
    return judgeWhole(after, known, settings, "environment or domain has changed, which every cell is made from");
  const only = [...scope.touched, ...scope.witnesses];
  if (only.length === after.cells.length)
    return judgeWhole(after, known, settings, "the change and its witnesses are every cell");
  const { found, resources } = await judgePlanned(after, known, settings, only);
  // What is said of the catalog itself is said of all of it either way.
  if (found.some(({ phase }) => phase !== "catalog"))
    return judgeWhole(after, known, settings, "there is something to say, and the whole says it exactly");
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
