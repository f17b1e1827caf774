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
 * The bag under the SDK's proxy, which throws for unknown values and wraps whatever is read anew each time. Our reader
 * knows the engine's marks of unknown values itself. A bag without a proxy is taken as it is.
 */
function bare(props: object): object {
  const { __isSpecialProxy: isProxy, __getSpecialProxyTarget: target } = props as Readonly<Record<string, unknown>>;
  return isProxy === true && typeof target === "object" && target !== null ? target : props;
}

/**
 * What CrossGuard gives of a resource, in our words. Parents and dependencies are wrapped once each.
 *
 * @param asked names of each resource's inputs by URN, where they were seen: a whole stack is shown with its outputs.
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

/** What is known besides the resources; asked once, when the first resource names the stack. */
type Ask = (stack: string) => Known;

/**
 * The rules as CrossGuard policies. Each policy makes the SDK decode every resource again, so there is one policy for
 * single resources, one for the stack, and one that tells what could not be decided.
 */
export function policies(
  rules: readonly Rule[],
  ask: Ask = () => nothingKnown,
): (ResourceValidationPolicy | StackValidationPolicy)[] {
  const types = byType(rules);
  /** Resources in the order in which they were analysed: parents come first. */
  const ancestry = new Map<string, Resource>();
  /** Findings that were reported for single resources; the stack policy does not say them again. */
  let said = new Set<string>();
  // The stack policy leaves its open questions here for the one that tells them.
  let open: readonly Judged[] = [];
  let answered: Known | undefined;
  let base: Graph | undefined;
  /** Of those, what the fingerprints of single resources are made from. */
  let telling: readonly Resource[] = [];
  let isCatalogTold = false;
  const known = (urn: string): Known => (answered ??= ask(urn.split(":")[2] ?? ""));
  // CrossGuard gives each policy its own configuration, so whoever sets a rule sets it for both.
  const configSchema = {
    properties: settingsSchema(rules) as NonNullable<ResourceValidationPolicy["configSchema"]>["properties"],
  };
  const configured = new Map<string, Known>();
  const told = (urn: string, config: object): Known => {
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
        "Rules that decide on one resource and its owner, and on the catalog; a violation stops its creation.",
      enforcementLevel: "mandatory",
      severity: "critical",
      configSchema,
      // Heard by the engine only where somebody raises this policy to "remediate".
      remediateResource: (args) => {
        base ??= new Graph(telling, told(args.urn, args.getConfig()), ancestry);
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
        base ??= new Graph(telling, told(args.urn, args.getConfig()), ancestry);
        // The catalog's cells are known before any resource; networks and zones that the stack shows beside them, from then on.
        if (addsToFingerprints(resource, base)) {
          telling = [...telling, resource];
          base = new Graph(telling, base.known, ancestry);
        }
        // What is wrong with the catalog stops the first resource, whatever it is.
        const first = isCatalogTold ? [] : judgeCatalog(rules, base.known);
        isCatalogTold = true;
        const found = [...first, ...judgeOne(rules, types.get(args.type) ?? [], resource, base)];
        for (const one of found) {
          if (!blocks(one.verdict)) continue;
          const { accepts } = acceptance(base.known);
          if (accepts(one.rule, one.verdict, new Graph([resource], base.known))) continue;
          said.add(keyOf(one));
          report(spoken(one));
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
        const found = judge(rules, resources, told(resources[0]?.urn ?? "", args.getConfig()));
        open = found.filter(({ verdict }) => !blocks(verdict));
        for (const one of found) {
          if (blocks(one.verdict) && !said.has(keyOf(one))) report(spoken(one), urnOf(one));
        }
        said = new Set();
        ancestry.clear();
        base = undefined;
        telling = [];
        isCatalogTold = false;
      },
    },
    {
      name: "cells-undecided",
      description: "What could not be judged because its value is not known yet: never the same as clean.",
      enforcementLevel: "advisory",
      severity: "low",
      validateStack: (_args, report) => {
        for (const one of open) report(spoken(one), urnOf(one));
      },
    },
  ];
}

/** The engine wants a URN or nothing: findings on the catalog and the register are at files. */
function urnOf({ verdict: { urn } }: Judged): string | undefined {
  return urn.startsWith("urn:") ? urn : undefined;
}

function spoken(one: Judged): string {
  const text = sentence(one.rule, one.verdict);
  return urnOf(one) === undefined ? `${text} In ${one.verdict.urn}.` : text;
}
