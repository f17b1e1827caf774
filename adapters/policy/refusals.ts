import { checkChanges } from "../../catalog/changes";
import type { Catalog } from "../../catalog/model";
import { gateRules } from "../../ops/up/rules";
import type { Judged } from "../../policy/core/judge";
import type { Rule } from "../../policy/core/rule";
import { breachesOf } from "../pulumi/plan/constraints";
import { planChanges } from "../pulumi/plan/changes";
import type { PlannedResources } from "../pulumi/plan/batches";

/** The gate's rule against what AWS refuses: reports have it beside the pack's rules. */
export const refusalRule: Rule = gateRules.find(({ id }) => id === "DUR-05")!;

interface Refusal {
  readonly urn: string;
  readonly property: string;
  readonly message: string;
  readonly source: string;
}

function violation({ urn, property, message, source }: Refusal, id: string): Judged {
  const text = `${message}; see ${source} [${id}]`;
  return { rule: refusalRule, phase: "stack", verdict: { kind: "violation", urn, path: property, message: text } };
}

/** What AWS would refuse to create. */
export function refusedResources(planned: PlannedResources, now: Date): readonly Judged[] {
  return breachesOf(planned, now).map((finding) => violation(finding, finding.constraint));
}

/** What AWS would refuse to change. */
export async function refusedChanges(before: Catalog, after: Catalog): Promise<readonly Judged[]> {
  const changes = [...(await planChanges(before, after)).values()].flat();
  return checkChanges(changes)
    .filter(({ hold }) => hold === undefined)
    .map((finding) => violation(finding, finding.rule));
}
