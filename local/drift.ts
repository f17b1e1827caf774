import { driftedResources, errorsOf, nameOf, type ChangedResource } from "../ops/up/events";
import { UserError } from "../contract/user-error";
import { withLocalStack } from "./pulumi";

/**
 * Compares every resource of a running local environment with the cloud. Changes neither.
 *
 * @throws UserError when the environment is not running, or the engine cannot read a resource.
 */
export function findDrift(environment: string): Promise<readonly ChangedResource[]> {
  return withLocalStack(environment, async (stack) => {
    const run = await stack.engine.run(["refresh", "--preview-only"]);
    if (run.code !== 0) {
      throw new UserError(["the engine could not compare all resources:", ...errorsOf(run.events)].join("\n  "));
    }
    return driftedResources(run.events);
  });
}

/** One line for each resource, and what to do. */
export function describeDrift(drifted: readonly ChangedResource[]): string {
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
