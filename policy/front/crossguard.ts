import type { PolicyResource, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";

import { Graph } from "../core/graph";
import type { Resource } from "../core/resource";
import { sentence, type Rule, type Verdict } from "../core/rule";

/** What CrossGuard gives of a resource, in our words. Parents and dependencies are wrapped once each. */
export function neutral(resources: readonly PolicyResource[]): readonly Resource[] {
  const wrapped = new Map<PolicyResource, Resource>();
  const wrap = (given: PolicyResource): Resource => {
    const known = wrapped.get(given);
    if (known !== undefined) return known;
    const made = new Wrapped(given, wrap);
    wrapped.set(given, made);
    return made;
  };
  return resources.map(wrap);
}

/** Lazy: most rules look at few resources. */
class Wrapped implements Resource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly props: object;
  readonly provider?: { readonly urn: string; readonly props: object };
  readonly parentUrn?: string;

  constructor(
    private readonly given: PolicyResource,
    private readonly wrap: (given: PolicyResource) => Resource,
  ) {
    const { urn, type, name, props, provider, opts } = given;
    this.urn = urn;
    this.type = type;
    this.name = name;
    this.props = props;
    if (provider !== undefined) this.provider = provider;
    if (opts.parent !== undefined) this.parentUrn = opts.parent;
  }

  get parent(): Resource | undefined {
    return this.given.parent === undefined ? undefined : this.wrap(this.given.parent);
  }

  get dependencies(): readonly Resource[] {
    return this.given.dependencies.map(this.wrap);
  }

  get propertyDependencies(): Readonly<Record<string, readonly Resource[]>> {
    const entries = Object.entries(this.given.propertyDependencies);
    return Object.fromEntries(entries.map(([input, list]) => [input, list.map(this.wrap)]));
  }
}

/**
 * The rules as CrossGuard policies. Each policy makes the SDK decode every resource again, so there is one policy for
 * all resource rules, one for all stack rules, and one that tells what could not be decided.
 */
export function policies(rules: readonly Rule[]): (ResourceValidationPolicy | StackValidationPolicy)[] {
  const byType = new Map<string, Rule[]>();
  for (const rule of rules) {
    for (const type of rule.resource?.types ?? []) byType.set(type, [...(byType.get(type) ?? []), rule]);
  }
  // The stack policy leaves its open questions here for the one that tells them.
  let open: { rule: Rule; verdict: Verdict }[] = [];

  return [
    {
      name: "cells-resource",
      description: "Rules that decide on one resource alone; a violation stops its creation.",
      enforcementLevel: "mandatory",
      severity: "critical",
      validateResource: (args, report) => {
        const resource: Resource = { ...args, dependencies: [], propertyDependencies: {} };
        for (const rule of byType.get(args.type) ?? []) {
          for (const verdict of rule.resource?.check(resource) ?? []) {
            if (verdict.kind === "violation") report(sentence(rule, verdict));
          }
        }
      },
    },
    {
      name: "cells-stack",
      description: "Rules that need the owner of every resource and what it depends on.",
      enforcementLevel: "mandatory",
      severity: "critical",
      validateStack: (args, report) => {
        open = [];
        for (const { rule, verdict, phase } of judge(rules, neutral(args.resources))) {
          // Violations of single resources were reported one by one, before.
          if (verdict.kind === "undecided") open.push({ rule, verdict });
          else if (phase === "stack") report(sentence(rule, verdict), verdict.urn);
        }
      },
    },
    {
      name: "cells-undecided",
      description: "What could not be judged because its value is not known yet: never the same as clean.",
      enforcementLevel: "advisory",
      severity: "low",
      validateStack: (_args, report) => {
        for (const { rule, verdict } of open) {
          const path = verdict.path === undefined ? "" : ` (${verdict.path})`;
          report(`${rule.id} undecided: ${verdict.message}${path}.`, verdict.urn);
        }
      },
    },
  ];
}

/** A verdict, who said it, and whether it needed the whole stack. */
export interface Judged {
  readonly rule: Rule;
  readonly verdict: Verdict;
  readonly phase: "resource" | "stack";
}

/** Every verdict of every rule on a whole stack, in the order of the rules. */
export function judge(rules: readonly Rule[], resources: readonly Resource[]): readonly Judged[] {
  const graph = new Graph(resources);
  return rules.flatMap((rule) => {
    const { resource: single, stack } = rule;
    const alone = single === undefined ? [] : graph.ofType(...single.types).flatMap(single.check);
    return [
      ...alone.map((verdict) => ({ rule, verdict, phase: "resource" as const })),
      ...(stack?.(graph) ?? []).map((verdict) => ({ rule, verdict, phase: "stack" as const })),
    ];
  });
}
