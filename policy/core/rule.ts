import type { z } from "zod";

import type { Catalog } from "../../catalog/model";
import type { Quotas } from "../quotas/quotas";
import type { OwnedContext } from "./context";
import type { Graph } from "./graph";
import type { Resource } from "./resource";

/** CrossGuard's severities. */
type Severity = "low" | "medium" | "high" | "critical";

/**
 * - `violation`: a leak, or a setting that must not get through.
 * - `coupling`: one cell waits for another, though perhaps no data passes; blocked too.
 * - `undecided`: the value is not known yet, or cannot be read. Never the same as clean.
 * - `advisory`: reported, never blocked.
 */
type VerdictKind = "violation" | "coupling" | "undecided" | "advisory";

/** What a rule says about one property of one resource. No verdict means clean; a value is never quoted. */
export interface Verdict {
  readonly kind: VerdictKind;
  readonly urn: string;
  /** Property path, where there is one. */
  readonly path?: string;
  /** What is wrong, or why it cannot be judged yet. */
  readonly message: string;
  /** Kind of evidence: `edge`, `literal:cidr`, `iam:wildcard`, … */
  readonly evidence?: string;
  /** Owner of the resource, and owner of what it refers to. */
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

/** How a rule decides; `T`: its settings. */
interface Decisions<T> {
  /** Judges one resource alone, before it is created: a violation stops its creation in `up`. */
  readonly resource?: {
    readonly types: readonly string[];
    readonly check: (resource: Resource, settings: T) => readonly Verdict[];
  };
  /** Judges a cell's resource with its cell and all fingerprints: a violation stops its creation in `up` too. */
  readonly owned?: (resource: Resource, context: OwnedContext, settings: T) => readonly Verdict[];
  /** Judges all resources with owners and dependencies: in previews, and after an `up`. */
  readonly stack?: (graph: Graph, settings: T) => readonly Verdict[];
  /** Judges the catalog, before any resource: a violation stops `cells check` and, in the pack, the first resource. */
  readonly catalog?: (facts: CatalogFacts, settings: T) => readonly Verdict[];
}

/** The documentation of a rule. */
export interface Description {
  /** `ENC-01`. It never changes: exceptions and reports refer to it. */
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  /** What the rule refuses. */
  readonly blocks: string;
  /** What to do instead. */
  readonly fix: string;
  /** Where the rule comes from: a part of cell-based architecture, AWS's advice, the id of a check of another scanner. */
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

/** A rule: its documentation as data, and pure functions that judge. */
export interface Rule extends Description, Registration, Decisions<unknown> {
  /** The settings, with defaults and bounds; without it the rule has none. */
  readonly config?: z.ZodType<object>;
}

/** A rule with settings: its functions get what its schema parsed. */
export function configured<S extends z.ZodType<object>>(
  config: S,
  rule: Description & Registration & Decisions<z.output<S>>,
): Rule {
  // The judge passes a rule only what this schema parsed.
  return { ...rule, config } as unknown as Rule;
}

/** What a verdict may contain besides its message. */
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

/** True for a verdict that blocks a deployment. */
export function blocks({ kind }: Verdict): boolean {
  return kind === "violation" || kind === "coupling";
}

const words = { violation: "", coupling: "coupling: ", undecided: "undecided: ", advisory: "note: " } as const;

/** `ENC-01: message (path; evidence; owner -> other). Fix: …`, the form in which the pack shows verdicts. */
export function sentence(rule: Rule, { kind, message, path, evidence, owners }: Verdict): string {
  const about = [path, evidence, owners?.join(" -> ")].filter((part) => part !== undefined).join("; ");
  const fix = kind === "violation" || kind === "coupling" ? ` Fix: ${rule.fix}.` : "";
  return `${rule.id}: ${words[kind]}${message}${about === "" ? "" : ` (${about})`}.${fix}`;
}
