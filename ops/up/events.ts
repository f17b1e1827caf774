/** Type of the resource that holds a stack's outputs. */
export const stackType = "pulumi:pulumi:Stack";

/** A resource before or after a step; only the members that are read here. */
export interface StepState {
  readonly type?: string;
  readonly parent?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** One step of a plan. */
export interface Step {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly old?: StepState | null;
  readonly new?: StepState | null;
  /** Top-level inputs that differ, for updates and replacements. */
  readonly diffs?: readonly string[] | null;
}

/** What a pack reports that it ran. Both lists are absent where every policy of the pack is disabled. */
export interface PolicySummary {
  readonly resourceUrn?: string;
  readonly policyPackName: string;
  readonly policyPackVersion?: string;
  readonly passed?: readonly string[] | null;
  readonly failed?: readonly string[] | null;
}

/**
 * One line of the engine's event log, as far as this project reads it. See apitype.EngineEvent in
 * https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/events.go
 */
export interface EngineEvent {
  readonly resourcePreEvent?: { readonly metadata: Step };
  readonly resOutputsEvent?: { readonly metadata: Step };
  readonly diagnosticEvent?: { readonly urn?: string; readonly message: string; readonly severity: string };
  readonly policyEvent?: {
    readonly resourceUrn?: string;
    readonly message: string;
    readonly policyName: string;
    readonly policyPackName?: string;
    readonly enforcementLevel: string;
  };
  readonly policyAnalyzeSummaryEvent?: PolicySummary;
  readonly policyAnalyzeStackSummaryEvent?: PolicySummary;
  readonly summaryEvent?: { readonly resourceChanges: Readonly<Record<string, number>> };
}

/** Every step of a run, in the engine's order, including those that leave a resource as it is. */
export function stepsOf(events: readonly EngineEvent[]): readonly Step[] {
  return events.flatMap(({ resourcePreEvent }) => (resourcePreEvent === undefined ? [] : [resourcePreEvent.metadata]));
}

/** The stack's output `catalogVersion`, as the program that the engine ran gave it; undefined when it gave none. */
export function catalogVersionOf(events: readonly EngineEvent[]): unknown {
  const stack = events.findLast(({ resOutputsEvent }) => resOutputsEvent?.metadata.type === stackType);
  return stack?.resOutputsEvent?.metadata.new?.outputs?.["catalogVersion"];
}

/** Operations that change nothing in the cloud. */
const noopOps = new Set(["same", "read", "refresh", "read-discard"]);

/** True for a step that changes something. */
export function isChange({ op }: Step): boolean {
  return !noopOps.has(op);
}

/** Last part of a URN: the name that the program gave to the resource. */
export function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

/** Errors that the engine or a policy reported, each once, in order, with the name of the resource. */
export function errorsOf(events: readonly EngineEvent[]): readonly string[] {
  const errors = events.flatMap(({ diagnosticEvent, policyEvent }) => {
    if (diagnosticEvent?.severity === "error") return [lineOf(diagnosticEvent.urn, diagnosticEvent.message)];
    if (policyEvent === undefined || !["mandatory", "remediate"].includes(policyEvent.enforcementLevel)) return [];
    return [`policy ${policyEvent.policyName}: ${lineOf(policyEvent.resourceUrn, policyEvent.message)}`];
  });
  return [...new Set(errors)];
}

/** The engine's messages carry colour marks such as `<{%reset%}>`. */
function lineOf(urn: string | undefined, message: string): string {
  return `${urn === undefined ? "" : `${nameOf(urn)}: `}${message.replace(/<\{%.*?%\}>/g, "").trim()}`;
}

/** Number of resources that a run changes, by operation, as the engine counts them. */
export function changesOf(events: readonly EngineEvent[]): Readonly<Record<string, number>> {
  const summary = events.map(({ summaryEvent }) => summaryEvent).findLast((event) => event !== undefined);
  const { same: _same, ...changes } = summary?.resourceChanges ?? {};
  return changes;
}

/** A resource that a run changes, and how. */
export interface ChangedResource {
  readonly op: string;
  readonly urn: string;
  /** Top-level inputs that differ. */
  readonly properties: readonly string[];
}

/** The two halves of a replacement; the engine also sends one step of op `replace`. */
const halves = new Set(["create-replacement", "delete-replaced"]);

/** Every resource that a run does not leave as it is, in the engine's order; a replacement is one entry. */
export function changedResources(events: readonly EngineEvent[]): readonly ChangedResource[] {
  return stepsOf(events)
    .filter((step) => isChange(step) && !halves.has(step.op))
    .map(changedResource);
}

/** Every resource that a refresh found changed (`update`) or gone (`delete`): only its last event of a resource says which. */
export function driftedResources(events: readonly EngineEvent[]): readonly ChangedResource[] {
  return events
    .flatMap(({ resOutputsEvent }) => (resOutputsEvent === undefined ? [] : [resOutputsEvent.metadata]))
    .filter(({ op }) => op === "update" || op === "delete")
    .map(changedResource);
}

function changedResource({ op, urn, diffs }: Step): ChangedResource {
  return { op, urn, properties: diffs ?? [] };
}
