import { isChange, nameOf, stepsOf, type EngineEvent, type PolicySummary } from "./events";

/** What a pack must run, as it was reviewed. */
export interface PackManifest {
  readonly name: string;
  /** What the pack reports as its version; see `admitPack`. */
  readonly version: string;
  readonly policies: readonly ManifestPolicy[];
  /** Ids of the rules inside the policies. */
  readonly rules: readonly string[];
  /** Digest of the pack's bundle. */
  readonly hash: string;
}

/** One CrossGuard policy. */
export interface ManifestPolicy {
  readonly name: string;
  readonly kind: "resource" | "stack";
  readonly level: "mandatory" | "advisory";
}

/**
 * The gaps in the proof that the whole pack judged a preview; empty when it did. A green tick proves
 * nothing: a pack whose policies are all disabled has one too. The proof is the engine's own record of which policies
 * passed or failed, for the stack and for each resource that the plan creates or changes.
 */
export function missingProof(events: readonly EngineEvent[], manifest: PackManifest): readonly string[] {
  const ours = (summary: PolicySummary | undefined): summary is PolicySummary =>
    summary?.policyPackName === manifest.name && summary.policyPackVersion === manifest.version;
  const stack = events.map((event) => event.policyAnalyzeStackSummaryEvent).filter(ours);
  const resources = events.map((event) => event.policyAnalyzeSummaryEvent).filter(ours);
  if (stack.length === 0 && resources.length === 0) {
    const others = events.flatMap(({ policyAnalyzeSummaryEvent: one, policyAnalyzeStackSummaryEvent: all }) =>
      [one, all].flatMap((summary) => (summary === undefined ? [] : [packOf(summary)])),
    );
    const instead = [...new Set(others)].slice(0, mostPacks).map((pack) => `the preview ran the pack ${pack}`);
    return [`no event of the preview names the pack ${manifest.name} ${manifest.version}`, ...instead];
  }
  return [
    ...manifest.policies.flatMap(({ name, kind }) =>
      kind === "stack"
        ? stack.length > 0 && stack.every((summary) => ran(summary, name))
          ? []
          : [`policy ${name} did not judge the stack`]
        : notJudged(name, resources, events),
    ),
    ...failedOpen(events, manifest),
  ];
}

/** Most other packs that a message names. */
const mostPacks = 3;

function packOf({ policyPackName, policyPackVersion = "without a version" }: PolicySummary): string {
  return `${policyPackName} ${policyPackVersion}`;
}

function ran({ passed, failed }: PolicySummary, policy: string): boolean {
  return passed?.includes(policy) === true || failed?.includes(policy) === true;
}

/** Resources that are created or changed and that a policy did not see; the engine shows deletes to no policy. */
function notJudged(
  policy: string,
  summaries: readonly PolicySummary[],
  events: readonly EngineEvent[],
): readonly string[] {
  const seen = new Set(summaries.filter((summary) => ran(summary, policy)).map(({ resourceUrn }) => resourceUrn));
  const due = new Set(
    stepsOf(events)
      .filter((step) => isChange(step) && !step.op.includes("delete") && !step.op.startsWith("discard"))
      .map(({ urn }) => urn),
  );
  const unseen = [...due].filter((urn) => !seen.has(urn));
  // Even when nothing changes a policy judges one resource: the engine always shows it the stack.
  if (seen.size === 0) return [`policy ${policy} judged no resource`];
  return unseen.length === 0 ? [] : [`policy ${policy} did not judge ${count(unseen.map(nameOf))}`];
}

/** The SDK lets a policy that meets an unknown value pass with a remark; for a mandatory one that is no judgement. */
function failedOpen(events: readonly EngineEvent[], { policies, name: pack }: PackManifest): readonly string[] {
  const mandatory = new Set(policies.filter(({ level }) => level === "mandatory").map(({ name }) => name));
  const remarks = events.flatMap(({ policyEvent }) =>
    policyEvent !== undefined &&
    (policyEvent.policyPackName ?? pack) === pack &&
    mandatory.has(policyEvent.policyName) &&
    !["mandatory", "remediate"].includes(policyEvent.enforcementLevel)
      ? [
          `policy ${policyEvent.policyName} gave up on ${nameOf(policyEvent.resourceUrn ?? "the stack")} or is no longer mandatory`,
        ]
      : [],
  );
  return [...new Set(remarks)];
}

/** Some names, and how many more. */
function count(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(", ");
  return names.length <= 3 ? shown : `${shown} and ${names.length - 3} more`;
}
