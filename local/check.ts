import { resolve } from "node:path";

import { loadCatalog } from "../catalog/load";
import { judge } from "../policy/core/judge";
import { knownOfFile } from "../policy/front/known";
import { fromPlan } from "../policy/front/plan";
import { jsonOf, markdownOf, reportOf, sarifOf, textOf, type Report } from "../policy/report/report";
import { rules } from "../policy/rules";
import { planEnvironment } from "./plan/environment";

/** How a judgement is written. */
export type CheckFormat = "text" | "json" | "sarif" | "markdown";

/**
 * Judges what a catalog would make, without engine, cloud or account: the catalog's own rules (a broken one is not
 * planned at all), then the program under mocks with every rule of the policy pack.
 *
 * @param file path of the catalog; reports call it so.
 * @throws CatalogError with every mistake of the catalog.
 */
export async function checkEnvironment(file: string, now: Date = new Date()): Promise<Report> {
  const path = resolve(file);
  const catalog = loadCatalog(path, { now });
  const { resources, reads } = await planEnvironment(catalog);
  const found = judge(rules, fromPlan(resources, reads), knownOfFile(path, now));
  return reportOf(found, { source: file, cells: catalog.cells.length, resources: resources.length, rules: rules.length });
}

/** A report in one of its forms. */
export function formatReport(report: Report, format: CheckFormat): string {
  switch (format) {
    case "json":
      return jsonOf(report);
    case "sarif":
      return sarifOf(report, rules);
    case "markdown":
      return markdownOf(report);
    case "text":
      return textOf(report);
  }
}
