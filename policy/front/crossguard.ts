import type { PolicyResource, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";

import { Graph } from "../core/graph";
import { byType, judge, judgeCatalog, judgeOne, keyOf, type Judged } from "../core/judge";
import type { Resource } from "../core/resource";
import { blocks, sentence, type Rule } from "../core/rule";
import type { Known } from "../fingerprints/known";
import { nothingKnown } from "../fingerprints/known";
import { acceptance } from "../register/acceptance";
import { addsToFingerprints } from "../fingerprints/of-graph";
import { withTags } from "../rules/remedy";
import { readSettings, settingsSchema, type Settings } from "../settings/settings";

/**
 * The object behind the SDK's proxy. The proxy throws for unknown values and wraps each value at every read; `read`
 * recognizes the engine's marks of unknown values itself. An object without a proxy is returned as it is.
 */
function bare(props: object): object {
  const { __isSpecialProxy: isProxy, __getSpecialProxyTarget: target } = props as Readonly<Record<string, unknown>>;
  return isProxy === true && typeof target === "object" && target !== null ? target : props;
}

/**
 * CrossGuard's resources in the rules' form. Each parent and dependency is wrapped once.
 *
 * @param asked names of each resource's inputs by URN, as far as they are known: CrossGuard passes a whole stack with its outputs.
 */
export function neutral(resources: readonly PolicyResource[], asked: Asked = new Map()): readonly Resource[] {
  const wrapped = new Map<PolicyResource, Resource>();
  const wrap = (given: PolicyResource): Resource => {
    const known = wrapped.get(given);
    if (known !== undefined) return known;
    const made = new Wrapped(given, wrap, asked.get(given.urn));
    wrapped.set(given, made);
    return made;
  };
  return resources.map(wrap);
}

type Asked = ReadonlyMap<string, ReadonlySet<string>>;

/** Lazy, and each part is computed once: the SDK makes these lists at every read. */
class Wrapped implements Resource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly props: object;
  readonly provider?: { readonly urn: string; readonly props: object };
  readonly parentUrn?: string;
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  readonly asked?: ReadonlySet<string>;
  #dependencies: readonly Resource[] | undefined;
  #inputs: Readonly<Record<string, readonly Resource[]>> | undefined;

  constructor(
    private readonly given: PolicyResource,
    private readonly wrap: (given: PolicyResource) => Resource,
    asked: ReadonlySet<string> | undefined,
  ) {
    const { urn, type, name, props, provider, opts } = given;
    this.urn = urn;
    this.type = type;
    this.name = name;
    this.props = bare(props);
    if (provider !== undefined) this.provider = { urn: provider.urn, props: bare(provider.props) };
    if (opts.parent !== undefined) this.parentUrn = opts.parent;
    if (asked !== undefined) this.asked = asked;
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

/** The facts besides the resources; called once, when the first resource names the stack. */
type Load = (stack: string) => Known;

/**
 * The rules as CrossGuard policies. Each policy makes the SDK decode every resource again, so there are only three: one
 * for single resources, one for the stack, and one that reports what is undecided.
 */
export function policies(
  rules: readonly Rule[],
  load: Load = () => nothingKnown,
): (ResourceValidationPolicy | StackValidationPolicy)[] {
  const types = byType(rules);
  /** Resources in the order of their analysis: parents come first. */
  const ancestry = new Map<string, Resource>();
  /** Findings reported for single resources; the stack policy does not report them again. */
  let reported = new Set<string>();
  // The stack policy stores the undecided verdicts here for the policy that reports them.
  let undecided: readonly Judged[] = [];
  let loaded: Known | undefined;
  let base: Graph | undefined;
  /** The resources among them that add to the fingerprints. */
  let contributing: readonly Resource[] = [];
  let isCatalogJudged = false;
  const known = (urn: string): Known => (loaded ??= load(urn.split(":")[2] ?? ""));
  // CrossGuard gives each policy its own configuration, so a rule must be set for both policies.
  const configSchema = {
    properties: settingsSchema(rules) as NonNullable<ResourceValidationPolicy["configSchema"]>["properties"],
  };
  const configured = new Map<string, Known>();
  const knownWith = (urn: string, config: object): Known => {
    const plain = known(urn);
    const key = JSON.stringify(config);
    if (key === "{}") return plain;
    const settings = (): Settings =>
      readSettings(rules, "the pack's configuration", Object.fromEntries(plain.settings ?? []), config);
    const made = configured.get(key) ?? { ...plain, settings: settings() };
    configured.set(key, made);
    return made;
  };

  return [
    {
      name: "cells-resource",
      description:
        "Rules that judge one resource and its owner, and the catalog; a violation stops the resource's creation.",
      enforcementLevel: "mandatory",
      severity: "critical",
      configSchema,
      // The engine calls this only if a configuration raises this policy to "remediate".
      remediateResource: (args) => {
        base ??= new Graph(contributing, knownWith(args.urn, args.getConfig()), ancestry);
        const parent = ancestry.get(args.opts.parent ?? "");
        const cell = parent === undefined ? undefined : base.cell(parent);
        return cell === undefined ? undefined : withTags(args.type, args.props, args.provider?.props, cell, base.known);
      },
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
          ...(args.provider === undefined
            ? {}
            : { provider: { urn: args.provider.urn, props: bare(args.provider.props) } }),
        };
        ancestry.set(args.urn, resource);
        base ??= new Graph(contributing, knownWith(args.urn, args.getConfig()), ancestry);
        // The catalog's cells are known from the start; the stack's own networks and zones from their analysis on.
        if (addsToFingerprints(resource, base)) {
          contributing = [...contributing, resource];
          base = new Graph(contributing, base.known, ancestry);
        }
        // A violation in the catalog stops the first resource.
        const first = isCatalogJudged ? [] : judgeCatalog(rules, base.known);
        isCatalogJudged = true;
        const found = [...first, ...judgeOne(rules, types.get(args.type) ?? [], resource, base)];
        for (const one of found) {
          if (!blocks(one.verdict)) continue;
          const { accepts } = acceptance(base.known);
          if (accepts(one.rule, one.verdict, new Graph([resource], base.known))) continue;
          reported.add(keyOf(one));
          report(messageOf(one));
        }
      },
    },
    {
      name: "cells-stack",
      description: "Rules that need the owner of every resource and what it depends on.",
      enforcementLevel: "mandatory",
      severity: "critical",
      configSchema,
      validateStack: (args, report) => {
        const asked = new Map([...ancestry].map(([urn, { props }]) => [urn, new Set(Object.keys(props))]));
        const resources = neutral(args.resources, asked);
        const found = judge(rules, resources, knownWith(resources[0]?.urn ?? "", args.getConfig()));
        undecided = found.filter(({ verdict }) => !blocks(verdict));
        for (const one of found) {
          if (blocks(one.verdict) && !reported.has(keyOf(one))) report(messageOf(one), urnOf(one));
        }
        reported = new Set();
        ancestry.clear();
        base = undefined;
        contributing = [];
        isCatalogJudged = false;
      },
    },
    {
      name: "cells-undecided",
      description: "What could not be judged because its value is not known yet; it does not count as clean.",
      enforcementLevel: "advisory",
      severity: "low",
      validateStack: (_args, report) => {
        for (const one of undecided) report(messageOf(one), urnOf(one));
      },
    },
  ];
}

/** The engine takes a URN or nothing: findings on the catalog and the register have a file instead. */
function urnOf({ verdict: { urn } }: Judged): string | undefined {
  return urn.startsWith("urn:") ? urn : undefined;
}

function messageOf(one: Judged): string {
  const text = sentence(one.rule, one.verdict);
  return urnOf(one) === undefined ? `${text} In ${one.verdict.urn}.` : text;
}
