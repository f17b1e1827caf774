import { changeRules } from "./changes";
import { cacheConstraints } from "./constraints/cache";
import { computeConstraints } from "./constraints/compute";
import { databaseConstraints } from "./constraints/database";
import { messagingConstraints } from "./constraints/messaging";
import { networkConstraints } from "./constraints/network";
import { securityConstraints } from "./constraints/security";
import { Inventory, type Constraint, type ConstraintFinding, type Planned } from "./constraints/words";

export { mostVariableBytes, variableBytes } from "./constraints/compute";
export type { Constraint, ConstraintFinding, Planned } from "./constraints/words";

/** What AWS demands and neither types, nor moto, nor cfn-lint check. `docs/aws-constraints.md` is this table. */
export const constraints: readonly Constraint[] = [
  ...networkConstraints,
  ...databaseConstraints,
  ...cacheConstraints,
  ...messagingConstraints,
  ...computeConstraints,
  ...securityConstraints,
];

/**
 * Holds a plan against the constraints. Pure.
 *
 * @param planned every resource of the plan; what a resource refers to is found by its dependencies.
 * @param now decides which versions are still supported.
 */
export function checkConstraints(planned: readonly Planned[], now: Date): readonly ConstraintFinding[] {
  const inventory = new Inventory(planned, now);
  return constraints.flatMap((constraint) =>
    planned
      .filter(({ type }) => type === constraint.type)
      .flatMap((resource) =>
        constraint.check(resource, inventory).map(({ level = "error", ...breach }) => ({
          ...breach,
          level,
          constraint: constraint.id,
          source: constraint.source,
          resource: resource.name,
          urn: resource.urn,
        })),
      ),
  );
}

/** The document: one row a constraint. */
export function constraintsMarkdown(): string {
  const row = ({ id, type, rule, source }: Pick<Constraint, "id" | "type" | "rule" | "source">): string =>
    `| ${id} | \`${type}\` | ${rule} | ${source} |`;
  const rows = constraints.map(row);
  return [
    "# AWS constraints",
    "",
    "What AWS demands of a cell and neither the SDK's types, nor the local cloud, nor cfn-lint check. Each row is a pure",
    "check in `catalog/constraints.ts`, run on the plan before anything is created. This file is generated from the same",
    "data: `UPDATE_DOCS=1 npx vitest run test/conformance/constraints.test.ts`.",
    "",
    "| id | resource | rule | source |",
    "|---|---|---|---|",
    ...rows,
    "",
    "## Changes",
    "",
    "What AWS demands of a change where the result alone is legal; `catalog/changes.ts`, run on the resources before and",
    "after. What an edit of a cell does is in [changing a cell](changing-a-cell.md).",
    "",
    "| id | resource | rule | source |",
    "|---|---|---|---|",
    ...changeRules.map(row),
    "",
  ].join("\n");
}
