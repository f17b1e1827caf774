import type { z } from "zod";

import type { Catalog } from "../../catalog/model";
import type { Quotas } from "../quotas/quotas";
import type { OwnedContext } from "./context";
import type { Graph } from "./graph";
import type { Resource } from "./resource";

/** Severity as CrossGuard has it. */
type Severity = "low" | "medium" | "high" | "critical";

/**
 * - `violation`: a leak, or a setting that must not get through.
 * - `coupling`: cells wait for each other, though perhaps no data passes; blocked too.
 * - `undecided`: the value is not known yet, or cannot be read. Never the same as clean.
 * - `advisory`: told, never blocked.
 */
type VerdictKind = "violation" | "coupling" | "undecided" | "advisory";

/** What a rule says about one property of one resource. Silence is "clean"; values are never quoted. */
export interface Verdict {
  readonly kind: VerdictKind;
  readonly urn: string;
  /** Property path, where there is one. */
  readonly path?: string;
  /** What is wrong, or why it cannot be told yet. */
  readonly message: string;
  /** Kind of evidence: `edge`, `literal:cidr`, `iam:wildcard`, … */
  readonly evidence?: string;
  /** Who owns the resource, and whose the thing is that it refers to. */
  readonly owners?: readonly [own: string, other: string];
}

/** What catalog rules decide on, before Pulumi runs. */
export interface CatalogFacts {
  /** The catalog's path, as findings name it. */
  readonly source: string;
  readonly catalog: Catalog;
  readonly quotas: Quotas;
  readonly now: Date;
}

/** How a rule decides; `T` is what its settings say. */
interface Decisions<T> {
  /** Decides on one resource alone, before it is created: these stop a create in `up`. */
  readonly resource?: {
    readonly types: readonly string[];
    readonly check: (resource: Resource, settings: T) => readonly Verdict[];
  };
  /** Decides on one resource of a cell, knowing the cell and the others' fingerprints: stops a create in `up` too. */
  readonly owned?: (resource: Resource, context: OwnedContext, settings: T) => readonly Verdict[];
  /** Decides with all resources, their owners and what they depend on: runs in previews, and after an `up`. */
  readonly stack?: (graph: Graph, settings: T) => readonly Verdict[];
  /** Decides on the catalog, before any resource: stops `cells check` and, in the pack, the first resource. */
  readonly catalog?: (facts: CatalogFacts, settings: T) => readonly Verdict[];
}

/** What documents a rule. */
export interface Description {
  /** `ENC-01`. Stable: exceptions and reports name it. */
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  /** What does not get through. */
  readonly blocks: string;
  /** What to do instead. */
  readonly fix: string;
  /** Where the rule comes from: a section of the pattern, AWS's advice, the number of a known scanner. */
  readonly origin: string;
}

/** How a rule and `policy/register.yaml` work together. */
interface Registration {
  /**
   * Entries of the register that can accept a finding of this rule, besides exceptions. `nothing`: not even an
   * exception can.
   */
  readonly acceptedBy?: "conduits" | "transfers" | "nothing";
  /** True for the rule that reports entries of the register that no finding and no resource needs. */
  readonly reportsUnusedEntries?: true;
}

/** A rule: data that documents it, and pure functions that decide. */
export interface Rule extends Description, Registration, Decisions<unknown> {
  /** What may be set, with defaults and bounds; without it the rule takes no settings. */
  readonly config?: z.ZodType<object>;
}

/** A rule with settings: what its functions are given is what its schema makes. */
export function configured<S extends z.ZodType<object>>(
  config: S,
  rule: Description & Registration & Decisions<z.output<S>>,
): Rule {
  // The judge hands a rule nothing but what this schema parsed.
  return { ...rule, config } as unknown as Rule;
}

/** What a verdict may say besides its message. */
type Details = Pick<Verdict, "evidence" | "owners">;

/** A property breaks the rule. */
export function violation(
  resource: Resource,
  path: string | undefined,
  message: string,
  details: Details = {},
): Verdict {
  return verdict("violation", resource, path, message, details);
}

/** A property cannot be judged yet. Never the same as clean. */
export function undecided(
  resource: Resource,
  path: string | undefined,
  message: string,
  details: Details = {},
): Verdict {
  return verdict("undecided", resource, path, message, details);
}

/** A verdict of any kind. */
export function verdict(
  kind: VerdictKind,
  { urn }: { urn: string },
  path: string | undefined,
  message: string,
  details: Details = {},
): Verdict {
  return { kind, urn, ...(path === undefined ? {} : { path }), message, ...details };
}

/** True for what must not get through. */
export function blocks({ kind }: Verdict): boolean {
  return kind === "violation" || kind === "coupling";
}

const words = { violation: "", coupling: "coupling: ", undecided: "undecided: ", advisory: "note: " } as const;

/** `ENC-01: message (path; evidence; owner -> other). Fix: …`, the one form in which verdicts are shown. */
export function sentence(rule: Rule, { kind, message, path, evidence, owners }: Verdict): string {
  const about = [path, evidence, owners?.join(" -> ")].filter((part) => part !== undefined).join("; ");
  const fix = kind === "violation" || kind === "coupling" ? ` Fix: ${rule.fix}.` : "";
  return `${rule.id}: ${words[kind]}${message}${about === "" ? "" : ` (${about})`}.${fix}`;
}
