import { checkChanges, type Change, type ChangeFinding, type Held, type HeldParts } from "../../catalog/changes";
import { compareVersions } from "../../catalog/versions";
import { nameOf, type Step } from "./events";
import { UpRefused } from "./refused";
import { readState } from "./state";

/** A plan's resources before and after, as change rules read them. */
function changesIn(steps: readonly Step[]): readonly Change[] {
  return steps
    .filter(({ op }) => op !== "create-replacement" && op !== "delete-replaced")
    .map(({ op, urn, type, old, new: next }) => ({
      urn,
      type,
      name: nameOf(urn),
      ...(old?.inputs === undefined ? {} : { before: old.inputs }),
      ...(next?.inputs === undefined || op === "delete" ? {} : { after: next.inputs }),
      ...(old?.outputs === undefined ? {} : { reported: old.outputs }),
    }));
}

/** URNs of what ran another version than its own when the state was written: a maintenance window changes it later. */
export function waitingIn(state: string): readonly string[] {
  return readState(state)
    .resources.filter(({ inputs, outputs }) => {
      const [wanted, runs] = [inputs?.["engineVersion"], outputs?.["engineVersionActual"]];
      return wanted !== undefined && runs !== undefined && compareVersions(wanted, runs) !== 0;
    })
    .map(({ urn }) => urn);
}

/**
 * Holds a plan against what AWS demands of changes (DUR-05).
 *
 * @param cellOf the cell of a resource.
 * @param isStaged whether this update may take a part of the plan, and the next one the rest.
 * @returns what cells must keep for now; undefined when AWS takes the whole plan.
 * @throws UpRefused where AWS refuses a change, or takes it in two updates and none is allowed.
 */
export function stageOf(
  steps: readonly Step[],
  cellOf: (urn: string) => string | undefined,
  isStaged: boolean,
): Held | undefined {
  const found = checkChanges(changesIn(steps));
  const never = found.filter(({ hold }) => hold === undefined);
  if (never.length > 0) {
    throw new UpRefused(
      "aws-refuses",
      ["AWS would refuse this update, and nothing was changed:", ...never.map(line)].join("\n"),
    );
  }
  if (found.length === 0) return undefined;
  if (!isStaged) {
    const text = ["AWS takes this update in two, one after the other, and nothing was changed:", ...found.map(line)];
    throw new UpRefused("stages", [...text, "Run it with --stage next, and again until nothing is left"].join("\n"));
  }
  const held: Record<string, HeldParts> = {};
  for (const { urn, hold } of found) {
    const cell = cellOf(urn);
    if (cell !== undefined) held[cell] = { ...held[cell], ...hold };
  }
  return held;
}

function line({ resource, property, message, source, rule }: ChangeFinding): string {
  return `  ${resource}.${property}: ${message}; see ${source} [${rule}]`;
}
