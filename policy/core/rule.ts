import type { Graph } from "./graph";
import type { Resource } from "./resource";

/** Severity as CrossGuard has it. */
export type Severity = "low" | "medium" | "high" | "critical";

/** What a rule says about one property of one resource. Silence is "clean"; values are never quoted. */
export interface Verdict {
  readonly kind: "violation" | "undecided";
  readonly urn: string;
  /** Property path, where there is one. */
  readonly path?: string;
  /** What is wrong, or why it cannot be told yet. */
  readonly message: string;
}

/** A rule: data that documents it, and pure functions that decide. */
export interface Rule {
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
  /** Decides on one resource alone, before it is created: these stop a create in `up`. */
  readonly resource?: {
    readonly types: readonly string[];
    readonly check: (resource: Resource) => readonly Verdict[];
  };
  /** Decides with all resources, their owners and what they depend on: runs in previews, and after an `up`. */
  readonly stack?: (graph: Graph) => readonly Verdict[];
}

/** A property breaks the rule. */
export function violation(resource: Resource, path: string | undefined, message: string): Verdict {
  return { kind: "violation", urn: resource.urn, ...(path === undefined ? {} : { path }), message };
}

/** A property cannot be judged yet. Never the same as clean. */
export function undecided(resource: Resource, path: string | undefined, message: string): Verdict {
  return { kind: "undecided", urn: resource.urn, ...(path === undefined ? {} : { path }), message };
}

/** `ENC-01: message (path). Fix: …`, the one form in which verdicts are shown. */
export function sentence(rule: Rule, verdict: Verdict): string {
  const path = verdict.path === undefined ? "" : ` (${verdict.path})`;
  return `${rule.id}: ${verdict.message}${path}. Fix: ${rule.fix}.`;
}
