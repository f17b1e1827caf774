import { errorsOf, nameOf, type EngineEvent } from "../ops/up/events";
import { UserError } from "../contract/user-error";
import { withLocalStack } from "./pulumi";

/** A resource that the cloud no longer has as the stack's state has it. */
export interface Drifted {
  readonly urn: string;
  /** `delete`: it is gone; `update`: it was changed. */
  readonly op: string;
  /** Properties that differ. */
  readonly properties: readonly string[];
}

/**
 * Compares every resource of a running local environment with the cloud. Changes neither.
 *
 * @throws UserError when the environment is not running, or the engine cannot read a resource.
 */
export function findDrift(environment: string, signal?: AbortSignal): Promise<readonly Drifted[]> {
  return withLocalStack(environment, async (stack) => {
    const run = await stack.engine.run(["refresh", "--preview-only"], { signal });
    if (run.code !== 0) {
      throw new UserError(["the engine could not compare all resources:", ...errorsOf(run.events)].join("\n  "));
    }
    return driftIn(run.events);
  });
}

/** What a refresh found: its first event of a resource says `refresh`, the last one what differs. */
function driftIn(events: readonly EngineEvent[]): readonly Drifted[] {
  return events.flatMap(({ resOutputsEvent }) => {
    const step = resOutputsEvent?.metadata;
    if (step === undefined || !["update", "delete"].includes(step.op)) return [];
    return [{ urn: step.urn, op: step.op, properties: step.diffs ?? [] }];
  });
}

/** One line for each resource, and what to do. */
export function describeDrift(drifted: readonly Drifted[]): string {
  if (drifted.length === 0) return "no drift: the cloud has every resource as the stack's state has it";
  return [
    ...drifted.map(({ urn, op, properties }) =>
      op === "delete"
        ? `${nameOf(urn)}: deleted in the cloud`
        : `${nameOf(urn)}: changed in the cloud${properties.length === 0 ? "" : ` (${properties.join(", ")})`}`,
    ),
    "To restore what the catalog describes: npx cells pulumi refresh --yes, then npm start.",
  ].join("\n");
}
