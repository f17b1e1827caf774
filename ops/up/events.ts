/** What the engine tells of a resource as it was or as it shall be; only what is read here. */
export interface StepState {
  readonly type?: string;
  readonly parent?: string;
}

/** One step of a plan. */
export interface Step {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly old?: StepState | null;
  readonly new?: StepState | null;
}

/** What a pack says that it ran. Both lists are absent where every policy of the pack is disabled. */
export interface PolicySummary {
  readonly resourceUrn?: string;
  readonly policyPackName: string;
  readonly policyPackVersion?: string;
  readonly passed?: readonly string[] | null;
  readonly failed?: readonly string[] | null;
}

/**
 * One line of the engine's event log, as far as the gate reads it. See apitype.EngineEvent in
 * https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/events.go
 */
export interface GateEvent {
  readonly resourcePreEvent?: { readonly metadata: Step };
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
}

/** Every step of a run, in the engine's order, those that leave a resource as it is included. */
export function stepsOf(events: readonly GateEvent[]): readonly Step[] {
  return events.flatMap(({ resourcePreEvent }) => (resourcePreEvent === undefined ? [] : [resourcePreEvent.metadata]));
}

/** Steps that change nothing in the cloud. */
const still = new Set(["same", "read", "refresh", "read-discard"]);

/** True for a step that changes something. */
export function isChange({ op }: Step): boolean {
  return !still.has(op);
}

/** Last part of a URN: what a person calls the resource. */
export function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}
