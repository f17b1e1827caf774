import type { Report } from "../processes/process";
import type { EngineEvent } from "../../local/stack";

/** Milliseconds between two lines: enough to see life in a terminal, few enough for a log file. */
const interval = process.stdout.isTTY ? 100 : 5000;

/**
 * Turns engine events into one line of progress: how many resources are through, and which owner was last.
 *
 * @param total how many steps are expected, when known.
 */
export function progress(report: Report, total?: number): (event: EngineEvent) => void {
  let count = 0;
  let last = 0;
  return (event) => {
    if (event.resOutputsEvent === undefined) return;
    count += 1;
    if (Date.now() - last < interval) return;
    last = Date.now();
    const { urn } = event.resOutputsEvent.metadata;
    report(`${count}${total === undefined ? "" : ` of ${total}`} resources, last ${urn.split("::").at(-1) ?? ""}`);
  };
}

/** Errors that the engine reported, each once, in order; with the resource they belong to. */
export function errorsOf(events: readonly EngineEvent[]): readonly string[] {
  const errors = events.flatMap(({ diagnosticEvent, policyEvent }) => {
    if (diagnosticEvent?.severity === "error") {
      const owner = diagnosticEvent.urn?.split("::").at(-1);
      return [`${owner === undefined ? "" : `${owner}: `}${plain(diagnosticEvent.message)}`];
    }
    if (policyEvent?.enforcementLevel === "mandatory") {
      const owner = policyEvent.resourceUrn?.split("::").at(-1) ?? "stack";
      return [`policy ${policyEvent.policyName}: ${owner}: ${plain(policyEvent.message)}`];
    }
    return [];
  });
  return [...new Set(errors)];
}

/** Steps that change something, by operation. */
export function changesOf(events: readonly EngineEvent[]): Readonly<Record<string, number>> {
  const summary = events.map(({ summaryEvent }) => summaryEvent).findLast((event) => event !== undefined);
  const { same: _same, ...changes } = summary?.resourceChanges ?? {};
  return changes;
}

/** A resource that a command changes, and how. */
export interface Change {
  readonly op: string;
  readonly urn: string;
  /** Top-level inputs that differ. */
  readonly properties: readonly string[];
}

/** Every resource that is not left as it is, in the engine's order; a replacement is one entry of op `replace`. */
export function changedResources(events: readonly EngineEvent[]): readonly Change[] {
  return events.flatMap(({ resourcePreEvent }) => {
    const step = resourcePreEvent?.metadata;
    if (step === undefined || unchanged.has(step.op)) return [];
    return [{ op: step.op, urn: step.urn, properties: step.diffs ?? [] }];
  });
}

/** Steps that change nothing, and the two halves of a replacement. */
const unchanged = new Set(["same", "read", "refresh", "create-replacement", "delete-replaced"]);

/** The engine's messages carry colour marks such as `<{%reset%}>`. */
function plain(text: string): string {
  return text.replace(/<\{%.*?%\}>/g, "").trim();
}
