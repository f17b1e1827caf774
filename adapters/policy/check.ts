import { resolve } from "node:path";

import type { Catalog } from "../../catalog/model";
import { cellType } from "../../contract/components";
import type { Known } from "../../policy/fingerprints/known";
import { knownOfFile } from "../../policy/front/known";
import { judgeState, parseState } from "../../policy/front/state";
import { jsonOf, markdownOf, reportOf, textOf, type Extent, type Part, type Report } from "../../policy/report/report";
import { sarifOf } from "../../policy/report/sarif";
import { rules } from "../../policy/rules";
import { inputName, readInput } from "../files/input";
import { readBase, type Base } from "../git/base";
import { refusalRule, refusedChanges } from "./refusals";
import { judgeChange, judgeWhole, type CatalogJudgement } from "./judge-catalog";

export type { Base } from "../git/base";

/** What a report can find: the pack's rules, and what AWS refuses. */
const allRules = [...rules, refusalRule];

/** How a judgement is written. */
export type CheckFormat = "text" | "json" | "sarif" | "markdown";

/** What else is judged, and what need not be. */
export interface CheckOptions {
  /** Outputs of `pulumi stack export`, by path; `-` for standard input. Judged beside the catalog's resources. */
  readonly states?: readonly string[];
  /** What the catalog is compared from, so that only what a change touches is judged; everything when left out. */
  readonly base?: Base;
  readonly now?: Date;
}

/**
 * Judges what a catalog would make, without engine, cloud or account: the catalog's own rules (a broken one is not
 * planned at all), then the program under mocks with every rule of the policy pack and AWS's constraints, what AWS refuses
 * of the change where there is a base, then each exported state.
 *
 * @param file path of the catalog; reports call it so.
 * @throws CatalogError with every mistake of the catalog; StateError, UserError for what cannot be read.
 */
export async function checkEnvironment(file: string, options: CheckOptions = {}): Promise<Report> {
  const { now = new Date(), states = [], base } = options;
  const path = resolve(file);
  const known = knownOfFile(path, now);
  const catalog = known.catalog!.model;
  // Before the long work begins: a file may not be there.
  const exported: { state: string; parsed: ReturnType<typeof parseState> }[] = [];
  for (const state of states) exported.push({ state, parsed: parseState(await readInput(state), inputName(state)) });
  const before = base === undefined ? undefined : readBase(base, path, now);

  const judged =
    before !== undefined && "catalog" in before
      ? await judgeWithRefusals(before.catalog, catalog, known)
      : await judgeWhole(catalog, known, before === undefined ? {} : { reason: before.reason });
  return reportOf(allRules, [
    catalogPart(file, catalog.cells.length, judged),
    ...exported.map(({ state, parsed }) => statePart(state, parsed, known)),
  ]);
}

async function judgeWithRefusals(before: Catalog, after: Catalog, known: Known): Promise<CatalogJudgement> {
  const judged = await judgeChange(before, after, known);
  return { ...judged, found: [...judged.found, ...(await refusedChanges(before, after))] };
}

function catalogPart(file: string, cells: number, { found, resources, extent }: CatalogJudgement): Part {
  return { source: { name: file, kind: "catalog", cells, resources, extent }, found };
}

function statePart(state: string, parsed: ReturnType<typeof parseState>, known: Known): Part {
  const resources = parsed.deployment.resources ?? [];
  const cells = resources.filter(({ type }) => type === cellType).length;
  const extent: Extent = { kind: "whole" };
  return {
    source: { name: inputName(state), kind: "state", cells, resources: resources.length, extent },
    found: judgeState(parsed, known),
  };
}

/** A report in one of its forms. */
export function formatReport(report: Report, format: CheckFormat): string {
  switch (format) {
    case "json":
      return jsonOf(report);
    case "sarif":
      return sarifOf(report, allRules);
    case "markdown":
      return markdownOf(report);
    case "text":
      return textOf(report);
  }
}
