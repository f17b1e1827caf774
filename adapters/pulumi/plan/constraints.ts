import { checkConstraints, type ConstraintFinding } from "../../../catalog/constraints";
import type { Catalog } from "../../../catalog/model";
import { UserError } from "../../../contract/user-error";
import type { Planned } from "../../../catalog/constraints/words";
import { planFleet, type PlannedResources } from "./batches";

/** What AWS would refuse to create of a plan. */
export function breachesOf({ resources }: PlannedResources, now: Date): readonly ConstraintFinding[] {
  return checkConstraints(resources as readonly Planned[], now).filter(({ level }) => level === "error");
}

/**
 * Holds what a catalog would create against the constraints of AWS that no preview checks: the engine would meet them half
 * way through an update.
 *
 * @param now decides which versions are still supported.
 * @throws UserError listing every breach.
 */
export async function refuseConstraints(catalog: Catalog, now: Date = new Date()): Promise<void> {
  const breaches = breachesOf(await planFleet(catalog), now);
  if (breaches.length === 0) return;
  throw new UserError(
    [
      "AWS would refuse this environment; nothing was changed:",
      ...breaches.map(
        ({ resource, property, message, source, constraint }) =>
          `  ${resource}.${property}: ${message}; see ${source} [${constraint}]`,
      ),
    ].join("\n"),
  );
}
