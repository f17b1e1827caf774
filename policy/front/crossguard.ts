import type { PolicyResource, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";

import { Graph } from "../core/graph";
import { byType, judge, judgeOne, keyOf, type Judged } from "../core/judge";
import type { Resource } from "../core/resource";
import { blocks, sentence, type Rule } from "../core/rule";
import type { Known } from "../fingerprints/known";
import { nothingKnown } from "../fingerprints/known";

/**
 * The bag under the SDK's proxy, which throws for unknown values and wraps whatever is read anew each time. Our reader
 * knows the engine's marks of unknown values itself. A bag without a proxy is taken as it is.
 */
function bare(props: object): object {
  const { __isSpecialProxy: isProxy, __getSpecialProxyTarget: target } = props as Readonly<Record<string, unknown>>;
  return isProxy === true && typeof target === "object" && target !== null ? target : props;
}

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

/** Lazy, and each part worked out once: the SDK makes these lists anew at every look. */
class Wrapped implements Resource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly props: object;
  readonly provider?: { readonly urn: string; readonly props: object };
  readonly parentUrn?: string;
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  #dependencies: readonly Resource[] | undefined;
  #inputs: Readonly<Record<string, readonly Resource[]>> | undefined;

  constructor(
    private readonly given: PolicyResource,
    private readonly wrap: (given: PolicyResource) => Resource,
  ) {
    const { urn, type, name, props, provider, opts } = given;
    this.urn = urn;
    this.type = type;
    this.name = name;
    this.props = bare(props);
    if (provider !== undefined) this.provider = { urn: provider.urn, props: bare(provider.props) };
    if (opts.parent !== undefined) this.parentUrn = opts.parent;
    this.protect = opts.protect === true;
    this.ignoreChanges = opts.ignoreChanges ?? [];
  }

  get parent(): Resource | undefined {
    return this.given.parent === undefined ? undefined : this.wrap(this.given.parent);
  }

  get dependencies(): readonly Resource[] {
    return (this.#dependencies ??= this.given.dependencies.map(this.wrap));
  }

  get propertyDependencies(): Readonly<Record<string, readonly Resource[]>> {
    this.#inputs ??= Object.fromEntries(
      Object.entries(this.given.propertyDependencies).map(([input, list]) => [input, list.map(this.wrap)]),
    );
    return this.#inputs;
  }
}

/** What is known besides the resources; asked once, when the first resource names the stack. */
export type Ask = (stack: string) => Known;

/**
 * The rules as CrossGuard policies. Each policy makes the SDK decode every resource again, so there is one policy for
 * single resources, one for the stack, and one that tells what could not be decided.
 */
export function policies(rules: readonly Rule[], ask: Ask = () => nothingKnown): (ResourceValidationPolicy | StackValidationPolicy)[] {
  const types = byType(rules);
  /** Resources in the order in which they were analysed: parents come first. */
  const ancestry = new Map<string, Resource>();
  /** Findings that were reported for single resources; the stack policy does not say them again. */
  let told = new Set<string>();
  // The stack policy leaves its open questions here for the one that tells them.
  let open: readonly Judged[] = [];
  let answered: Known | undefined;
  let base: Graph | undefined;
  const known = (urn: string): Known => (answered ??= ask(urn.split(":")[2] ?? ""));

  return [
    {
      name: "cells-resource",
      description: "Rules that decide on one resource and its owner; a violation stops its creation.",
      enforcementLevel: "mandatory",
      severity: "critical",
      validateResource: (args, report) => {
        const parent = ancestry.get(args.opts.parent ?? "");
        const resource: Resource = {
          urn: args.urn,
          type: args.type,
          name: args.name,
          props: bare(args.props),
          dependencies: [],
          propertyDependencies: {},
          protect: args.opts.protect === true,
          ...(args.opts.parent === undefined ? {} : { parentUrn: args.opts.parent }),
          ...(parent === undefined ? {} : { parent }),
          ...(args.provider === undefined ? {} : { provider: { urn: args.provider.urn, props: bare(args.provider.props) } }),
        };
        ancestry.set(args.urn, resource);
        // The catalog's cells are known before any resource; what the stack shows beside them, the stack policy knows.
        base ??= new Graph([], known(args.urn));
        for (const one of judgeOne(rules, types.get(args.type) ?? [], resource, base)) {
          if (!blocks(one.verdict)) continue;
          told.add(keyOf(one));
          report(sentence(one.rule, one.verdict));
        }
      },
    },
    {
      name: "cells-stack",
      description: "Rules that need the owner of every resource and what it depends on.",
      enforcementLevel: "mandatory",
      severity: "critical",
      validateStack: (args, report) => {
        const resources = neutral(args.resources);
        const found = judge(rules, resources, known(resources[0]?.urn ?? ""));
        open = found.filter(({ verdict }) => !blocks(verdict));
        for (const one of found) {
          if (blocks(one.verdict) && !told.has(keyOf(one))) report(sentence(one.rule, one.verdict), one.verdict.urn);
        }
        told = new Set();
        ancestry.clear();
        base = undefined;
      },
    },
    {
      name: "cells-undecided",
      description: "What could not be judged because its value is not known yet: never the same as clean.",
      enforcementLevel: "advisory",
      severity: "low",
      validateStack: (_args, report) => {
        for (const { rule, verdict } of open) report(sentence(rule, verdict), verdict.urn);
      },
    },
  ];
}

