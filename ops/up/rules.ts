/** Why an update is refused, or its result serves no traffic. */
export type Reason =
  | "pack-missing"
  | "pack-altered"
  | "pack-settings"
  | "no-preview"
  | "other-catalog"
  | "no-engine"
  | "preview-failed"
  | "not-proven"
  | "wave"
  | "unclean"
  | "opening"
  | "residency"
  | "locked"
  | "interrupted"
  | "data-loss"
  | "aws-refuses"
  | "stages"
  | "up-failed"
  | "not-clean";

/** A rule of the gate: it judges an update's steps, where the pack judges the result. */
export interface GateRule {
  readonly id: string;
  readonly severity: "critical" | "high";
  readonly title: string;
  /** What it does not let through. */
  readonly blocks: string;
  /** What to do instead. */
  readonly fix: string;
  /** Where it comes from. */
  readonly origin: string;
  /** The refusals that it gives. */
  readonly reasons: readonly Reason[];
}

/** Rules on the plan of `cells up`; `docs/policies.md` is generated from them, too. */
export const gateRules: readonly GateRule[] = [
  {
    id: "DUR-04",
    severity: "critical",
    title: "An update loses data, credentials and service only with approval",
    blocks:
      "a plan that deletes or replaces a resource with data or credentials, or one through which tenants are served before its successor is there (`lossTypes` and `serviceTypes` in `catalog/stateful.ts`), that no --approve names",
    fix: "keep the resource, or approve its URN, or the token of exactly this list of losses",
    origin: "pattern: update cell",
    reasons: ["data-loss"],
  },
  {
    id: "DUR-05",
    severity: "critical",
    title: "An update requests only changes that AWS makes",
    blocks:
      "a plan with a change that AWS refuses or makes by an outage (the changes in `docs/aws-constraints.md`), and one that AWS takes in two updates only",
    fix: "write what the message says; for a change in two updates run `cells up --stage next` until none is left",
    origin: "pattern: update cell; AWS's documentation of each change",
    reasons: ["aws-refuses", "stages"],
  },
  {
    id: "SIZ-07",
    severity: "high",
    title: "One update changes one cell with tenants",
    blocks:
      "a plan that changes more than one cell with tenants, or a clean cell after an update that left something unclean; cells to which no router has sent tenants yet do not count",
    fix: "change one cell after another (with --only where the program has changed), fix unclean cells first; or name those that must change together with --cells",
    origin: "pattern: update cell; AWS Well-Architected REL10-BP03: bulkheads limit the scope of impact",
    reasons: ["wave", "unclean"],
  },
  {
    id: "RTR-08",
    severity: "critical",
    title: "Routers send tenants only to a cell that was judged, and no cell leaves with its tenants",
    blocks:
      "a plan after which routers send tenants to a cell that is not there yet, is changed by the same plan (but for updates in place of a cell that --cells names), or was not found clean as it is; and a catalog that sets a cell with tenants back to `provisioning`, or no longer has a cell that routers have tenants in",
    fix: "write `state: provisioning` for the cell and run up; when it reports clean, write the state that you want and run up again. Drain and disable a cell before you remove it, or name its URN with --approve",
    origin: "pattern: add cell; only what was verified takes traffic",
    reasons: ["opening"],
  },
  {
    id: "RTR-09",
    severity: "critical",
    title: "Tenants change residency only with approval",
    blocks:
      "a catalog after which tenants of some country may be served from a locality where they may not be served by the deployed table, without an entry under residency.approvals for its revision",
    fix: "undo the change of the jurisdiction, country or cell, or approve it in the catalog and plan how the data moves",
    origin: "GDPR articles 44 to 46: personal data leaves its area only on a documented basis",
    reasons: ["residency"],
  },
  {
    id: "GOV-05",
    severity: "critical",
    title: "The pack proves that it ran",
    blocks:
      "an update whose pack is missing, is not the reviewed one by the hash of the bytes that run, gets settings from outside, did not run in the preview, or previewed another plan than the one that is applied",
    fix: "restore the pack with its settings and packages from the main branch, or have the change reviewed and write the manifest again",
    origin: "Pulumi: a policy that is disabled, or whose pack is not given, reports nothing in a preview",
    reasons: ["pack-missing", "pack-altered", "pack-settings", "no-preview", "other-catalog", "not-proven"],
  },
];

/** Id of the rule behind a refusal; undefined where there is none: the engine is missing or has failed. */
export function ruleOf(reason: Reason): string | undefined {
  return gateRules.find(({ reasons }) => reasons.includes(reason))?.id;
}
