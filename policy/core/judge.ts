import type { Known } from "../fingerprints/known";
import { nothingKnown } from "../fingerprints/known";
import { noQuotas } from "../quotas/quotas";
import { Graph } from "./graph";
import { settingsOf } from "../settings/settings";
import { acceptance } from "../register/acceptance";
import type { Resource } from "./resource";
import { blocks, type Rule, type Verdict } from "./rule";

/** A verdict, the rule that gave it, and what was judged: the catalog, one resource or the whole stack. */
export interface Judged {
  readonly rule: Rule;
  readonly verdict: Verdict;
  readonly phase: "catalog" | "resource" | "stack";
}

/** Rules that judge single resources, by type, so that each resource is judged by its own rules only. */
export function byType(rules: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> {
  const found = new Map<string, Rule[]>();
  for (const rule of rules) {
    for (const type of rule.resource?.types ?? []) found.set(type, [...(found.get(type) ?? []), rule]);
  }
  return found;
}

/** The verdicts on one resource before it is created; `graph` has its owner. */
export function judgeOne(
  rules: readonly Rule[],
  alone: readonly Rule[],
  resource: Resource,
  graph: Graph,
): readonly Judged[] {
  // The stack cannot change what it only reads; ISO-08 reports the read itself.
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

/** Rules that need the owning cell; every resource of a cell is judged by all of them. */
function owning(rules: readonly Rule[]): readonly Rule[] {
  let known = owners.get(rules);
  if (known === undefined) owners.set(rules, (known = rules.filter(({ owned }) => owned !== undefined)));
  return known;
}

/** The verdicts of the catalog rules; none without a catalog. */
export function judgeCatalog(rules: readonly Rule[], { catalog, settings, quotas, now }: Known): readonly Judged[] {
  if (catalog === undefined) return [];
  const facts = { source: catalog.source, catalog: catalog.model, quotas: quotas ?? noQuotas, now };
  return rules.flatMap((rule) =>
    (rule.catalog?.(facts, settingsOf(rule, settings)) ?? []).map((verdict) => ({
      rule,
      verdict,
      phase: "catalog" as const,
    })),
  );
}

/**
 * Every verdict of every rule on a catalog and its whole stack: sorted by rule, URN and path, with one verdict for each
 * place of a rule. What the register accepts is left out; an entry that nothing needs is reported.
 */
export function judge(
  rules: readonly Rule[],
  resources: readonly Resource[],
  known: Known = nothingKnown,
): readonly Judged[] {
  const graph = new Graph(resources, known);
  return settled(rules, judgements(rules, graph), graph);
}

/** All verdicts, unsorted and without the register; the same place may appear twice. */
export function judgements(rules: readonly Rule[], graph: Graph): readonly Judged[] {
  const { resources, known } = graph;
  const types = byType(rules);
  const found: Judged[] = [
    ...judgeCatalog(rules, known),
    ...resources.flatMap((resource) => judgeOne(rules, types.get(resource.type) ?? [], resource, graph)),
  ];
  for (const rule of rules) {
    for (const verdict of rule.stack?.(graph, settingsOf(rule, known.settings)) ?? [])
      found.push({ rule, verdict, phase: "stack" });
  }
  return found;
}

/**
 * Verdicts, perhaps of several judgements of the same stack: sorted, each once, without what the register accepts.
 *
 * @param graph what the register's entries are looked up in.
 */
export function settled(rules: readonly Rule[], found: readonly Judged[], graph: Graph): readonly Judged[] {
  return sorted(rules, once(accepted(rules, found, graph)));
}

/** Keeps the most severe verdict of a rule at a place. */
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

/** Rule, resource and property: two findings with the same key are the same finding. */
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
  return [...kept, ...register.unused(graph).map((verdict): Judged => ({ rule: reporting, verdict, phase: "stack" }))];
}
