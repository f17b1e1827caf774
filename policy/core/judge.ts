import type { Known } from "../fingerprints/known";
import { nothingKnown } from "../fingerprints/known";
import { Graph } from "./graph";
import type { Resource } from "./resource";
import { blocks, verdict, type Rule, type Verdict } from "./rule";

/** A verdict, who said it, and whether it needed the whole stack. */
export interface Judged {
  readonly rule: Rule;
  readonly verdict: Verdict;
  readonly phase: "resource" | "stack";
}

/** Rules by the types they look at alone, so that a resource meets only its own. */
export function byType(rules: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> {
  const found = new Map<string, Rule[]>();
  for (const rule of rules) {
    for (const type of rule.resource?.types ?? []) found.set(type, [...(found.get(type) ?? []), rule]);
  }
  return found;
}

/** What one resource is told before it is created; `graph` knows its owner. */
export function judgeOne(rules: readonly Rule[], alone: readonly Rule[], resource: Resource, graph: Graph): readonly Judged[] {
  // What is read is nobody's to set right; ISO-08 says that it is read.
  if (resource.isRead === true) return [];
  const context = graph.context(resource);
  const phase = "resource" as const;
  const single = alone.flatMap((rule) => (rule.resource?.check(resource) ?? []).map((said) => ({ rule, verdict: said, phase })));
  if (context === undefined) return single;
  return [...single, ...rules.flatMap((rule) => (rule.owned?.(resource, context) ?? []).map((said) => ({ rule, verdict: said, phase })))];
}

/**
 * Every verdict of every rule on a whole stack: by rule, then by URN and path, each place of a rule once. Exceptions of
 * the register are taken out; one that nothing needs is told.
 */
export function judge(rules: readonly Rule[], resources: readonly Resource[], known: Known = nothingKnown): readonly Judged[] {
  return settled(rules, judgements(rules, resources, known), known);
}

/** Every verdict as it was given: neither sorted nor excepted, the same place perhaps twice. */
export function judgements(rules: readonly Rule[], resources: readonly Resource[], known: Known): readonly Judged[] {
  const graph = new Graph(resources, known);
  const types = byType(rules);
  const found: Judged[] = resources.flatMap((resource) => judgeOne(rules, types.get(resource.type) ?? [], resource, graph));
  for (const rule of rules) {
    for (const said of rule.stack?.(graph) ?? []) found.push({ rule, verdict: said, phase: "stack" });
  }
  return found;
}

/** Verdicts, perhaps of several looks at the same stack, without what the register excepts, each once and in order. */
export function settled(rules: readonly Rule[], found: readonly Judged[], known: Known): readonly Judged[] {
  return sorted(rules, once(excepted(rules, found, known)));
}

/** The gravest verdict of a rule at a place stands for the others. */
function once(found: readonly Judged[]): readonly Judged[] {
  const gravity = ["violation", "coupling", "undecided", "advisory"];
  const kept = new Map<string, Judged>();
  for (const one of found) {
    const key = keyOf(one);
    const before = kept.get(key);
    if (before === undefined || gravity.indexOf(one.verdict.kind) < gravity.indexOf(before.verdict.kind)) kept.set(key, one);
  }
  return [...kept.values()];
}

/** Rule, resource and property: what makes two findings the same. */
export function keyOf({ rule, verdict: { urn, path } }: Judged): string {
  return `${rule.id}\n${urn}\n${path ?? ""}`;
}

function sorted(rules: readonly Rule[], found: readonly Judged[]): readonly Judged[] {
  const order = new Map(rules.map((rule, at) => [rule, at]));
  const text = ({ verdict: { urn, path } }: Judged): string => `${urn}\n${path ?? ""}`;
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return [...found].sort((a, b) => order.get(a.rule)! - order.get(b.rule)! || compare(text(a), text(b)));
}

function excepted(rules: readonly Rule[], found: readonly Judged[], { register, now }: Known): readonly Judged[] {
  if (register.exceptions.length === 0) return found;
  const used = new Set<number>();
  const live = register.exceptions.map((one, at) => ({ one, at })).filter(({ one }) => Date.parse(one.expires) + 86_400_000 > now.getTime());
  const kept = found.filter(({ rule, verdict: said }) => {
    if (!blocks(said)) return true;
    const match = live.find(({ one }) => one.rule === rule.id && one.urn === said.urn && (one.path === undefined || one.path === said.path));
    if (match !== undefined) used.add(match.at);
    return match === undefined;
  });
  const governance = rules.find(({ id }) => id === "GOV-04");
  if (governance === undefined) return kept;
  const unused = live.filter(({ at }) => !used.has(at)).map(({ at }): Judged => {
    const said = verdict("violation", { urn: "policy/register.yaml" }, `exceptions.${at}`, "nothing needs it", { evidence: "register" });
    return { rule: governance, verdict: said, phase: "stack" };
  });
  return [...kept, ...unused];
}
