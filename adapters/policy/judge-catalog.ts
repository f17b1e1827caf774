import type { Catalog } from "../../catalog/model";
import type { EnvironmentSettings } from "../../components/environment";
import { judge, type Judged } from "../../policy/core/judge";
import type { Known } from "../../policy/fingerprints/known";
import { fromPlan } from "../../policy/front/plan";
import type { Extent } from "../../policy/report/report";
import { rules } from "../../policy/rules";
import { planFleet, type PlannedResources } from "../pulumi/plan/batches";
import { refusedResources } from "./refusals";
import { scopeOf } from "../../ops/check/scope";

/** Findings in the resources of a catalog, and how many of these were judged. */
export interface CatalogJudgement {
  readonly found: readonly Judged[];
  readonly resources: number;
  /** Why everything was judged, or what was. */
  readonly extent: Extent;
}

/** What a judgement may be given besides the catalog and the facts. */
export interface JudgeOptions {
  readonly settings?: EnvironmentSettings;
  /** Plans cells of a catalog, and everything that no cell owns; {@link planFleet} when left out. */
  readonly plan?: (
    catalog: Catalog,
    settings: EnvironmentSettings,
    only?: readonly string[],
  ) => Promise<PlannedResources>;
  /** Why everything is judged, if less was requested. */
  readonly reason?: string;
}

/** Judges every resource of a catalog. */
export async function judgeWhole(
  catalog: Catalog,
  known: Known,
  options: JudgeOptions = {},
): Promise<CatalogJudgement> {
  const { reason } = options;
  const { found, resources } = await judgePlanned(catalog, known, options);
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
  options: JudgeOptions = {},
): Promise<CatalogJudgement> {
  const whole = (reason: string): Promise<CatalogJudgement> => judgeWhole(after, known, { ...options, reason });
  const scope = scopeOf(before, after);
  if (scope === undefined) return whole("environment or domain has changed, and every cell depends on them");
  const only = [...scope.touched, ...scope.witnesses];
  if (only.length === after.cells.length) return whole("the change and its witnesses include every cell");
  const { found, resources } = await judgePlanned(after, known, options, only);
  // Findings in the catalog itself are the same either way.
  if (found.some(({ phase }) => phase !== "catalog"))
    return whole("the change has findings, and only the whole gives them exactly");
  return { found, resources, extent: { kind: "change", ...scope } };
}

async function judgePlanned(
  catalog: Catalog,
  known: Known,
  { settings = {}, plan = planFleet }: JudgeOptions,
  only?: readonly string[],
): Promise<Pick<CatalogJudgement, "found" | "resources">> {
  const planned = await plan(catalog, settings, only);
  const { resources, reads } = planned;
  return {
    found: [...judge(rules, fromPlan(resources, reads), known), ...refusedResources(planned, known.now)],
    resources: resources.length,
  };
}
