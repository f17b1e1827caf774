import type { Known } from "../fingerprints/known";
import { nothingKnown } from "../fingerprints/known";
import { noQuotas } from "../quotas/quotas";
import { Graph } from "./graph";
import { settingsOf } from "../settings/settings";
import { acceptance } from "../register/acceptance";
import type { Resource } from "./resource";
import { blocks, type Rule, type Verdict } from "./rule";

/** A verdict, who said it, and what it was said about: the catalog, one resource, the whole stack. */
export interface Judged {
  readonly rule: Rule;
  readonly verdict: Verdict;
  readonly phase: "catalog" | "resource" | "stack";
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
export function judgeOne(
  rules: readonly Rule[],
  alone: readonly Rule[],
  resource: Resource,
  graph: Graph,
): readonly Judged[] {
  // What is read is nobody's to set right; ISO-08 says that it is read.
  if (resource.isRead === true) return [];
  const context = graph.context(resource);
  const phase = "resource" as const;
  const { settings } = graph.known;
  const found: Judged[] = [];
  for (const rule of alone) {
    for (const verdict of rule.resource!.check(resource, settingsOf(rule, settings)))
      found.push({ rule, verdict, phase });
  }
  if (context === undefined) return found;
  for (const rule of owning(rules)) {
    for (const verdict of rule.owned!(resource, context, settingsOf(rule, settings)))
      found.push({ rule, verdict, phase });
  }
  return found;
}

const owners = new WeakMap<readonly Rule[], readonly Rule[]>();

/** Rules that decide with the owning cell; every resource of a cell meets them all. */
function owning(rules: readonly Rule[]): readonly Rule[] {
  let known = owners.get(rules);
  if (known === undefined) owners.set(rules, (known = rules.filter(({ owned }) => owned !== undefined)));
  return known;
}

/** What the catalog's own rules say; nothing where no catalog is known. */
export function judgeCatalog(rules: readonly Rule[], { catalog, settings, quotas, now }: Known): readonly Judged[] {
  if (catalog === undefined) return [];
  const facts = { source: catalog.source, catalog: catalog.model, quotas: quotas ?? noQuotas, now };
  return rules.flatMap((rule) =>
    (rule.catalog?.(facts, settingsOf(rule, settings)) ?? []).map((said) => ({
      rule,
      verdict: said,
      phase: "catalog" as const,
    })),
  );
}

/**
 * Every verdict of every rule on a catalog and its whole stack: by rule, then by URN and path, each place of a rule
 * once. What the register accepts is taken out; an entry that nothing needs is told.
 */
export function judge(
  rules: readonly Rule[],
  resources: readonly Resource[],
  known: Known = nothingKnown,
): readonly Judged[] {
  const graph = new Graph(resources, known);
  return settled(rules, judgements(rules, graph), graph);
}

/** Every verdict as it was given: neither sorted nor excepted, the same place perhaps twice. */
export function judgements(rules: readonly Rule[], graph: Graph): readonly Judged[] {
  const { resources, known } = graph;
  const types = byType(rules);
  const found: Judged[] = [
    ...judgeCatalog(rules, known),
    ...resources.flatMap((resource) => judgeOne(rules, types.get(resource.type) ?? [], resource, graph)),
  ];
  for (const rule of rules) {
    for (const said of rule.stack?.(graph, settingsOf(rule, known.settings)) ?? [])
      found.push({ rule, verdict: said, phase: "stack" });
  }
  return found;
}

/**
 * Verdicts, perhaps of several looks at the same stack, without what the register accepts, each once and in order.
 *
 * @param graph what the register's entries are looked up in.
 */
export function settled(rules: readonly Rule[], found: readonly Judged[], graph: Graph): readonly Judged[] {
  return sorted(rules, once(accepted(rules, found, graph)));
}

/** The gravest verdict of a rule at a place stands for the others. */
function once(found: readonly Judged[]): readonly Judged[] {
  const gravity = ["violation", "coupling", "undecided", "advisory"];
  const kept = new Map<string, Judged>();
  for (const one of found) {
    const key = keyOf(one);
    const before = kept.get(key);
    if (before === undefined || gravity.indexOf(one.verdict.kind) < gravity.indexOf(before.verdict.kind))
      kept.set(key, one);
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

/** The findings that the register does not accept, and a finding for each entry of the register that nothing needs. */
function accepted(rules: readonly Rule[], found: readonly Judged[], graph: Graph): readonly Judged[] {
  const register = acceptance(graph.known);
  const kept = found.filter(({ rule, verdict }) => !blocks(verdict) || !register.accepts(rule, verdict, graph));
  const reporting = rules.find(({ reportsUnusedEntries }) => reportsUnusedEntries === true);
  if (reporting === undefined) return kept;
  return [
    ...kept,
    ...register.unused(graph).map((said): Judged => ({ rule: reporting, verdict: said, phase: "stack" })),
  ];
}
