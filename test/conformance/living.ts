import { planPlainly } from "../../adapters/pulumi/plan/plain";
import { pairs } from "../../adapters/pulumi/plan/changes";
import type { PlannedResources } from "../../adapters/pulumi/plan/batches";
import { compareResources } from "../../catalog/diff/resources";
import type { CatalogChange } from "../../catalog/diff/change";
import type { Catalog } from "../../catalog/model";
import type { OwnSize, SizeClassName } from "../../catalog/sizes";
import { fleet } from "../policy/fleets";

/** The members of a cell that an operator edits and that reach its resources. */
export interface CellEdit {
  readonly sizeClass: SizeClassName;
  /** What differs from that class: the cell has a class of its environment then. */
  readonly own?: OwnSize;
  readonly liveNodes?: "blue" | "green";
  readonly bothNodes?: boolean;
  readonly rabbitmq?: boolean;
  readonly release?: string;
  readonly state?: "provisioning" | "active" | "disabled";
  readonly owner?: string;
}

const plans = new Map<string, Promise<PlannedResources>>();

export function catalogOf({ own, ...cell }: CellEdit): Catalog {
  const edited = { owner: "team", dataClass: "internal", costCenter: "4711", ...cell };
  if (own === undefined) return fleet([edited]);
  return fleet([{ ...edited, sizeClass: "own" }], 1, { own: { from: cell.sizeClass, ...own } });
}

/** The plan of one cell; kept, as many tests want the same one. */
export function planOf(cell: CellEdit): Promise<PlannedResources> {
  const { state: _state, ...shape } = cell;
  const key = JSON.stringify(shape);
  const plan = plans.get(key) ?? planPlainly(catalogOf(cell), {});
  plans.set(key, plan);
  return plan;
}

/** What a change of the cell does to its resources. */
export async function consequencesOf(before: CellEdit, after: CellEdit): Promise<readonly CatalogChange[]> {
  // One after the other: Pulumi's runtime is one for the whole process.
  const olds = await planOf(before);
  const news = await planOf(after);
  const changes = pairs(["cell-0"], olds, news).get("cell-0")!;
  return compareResources(catalogOf(before).cells[0]!, changes);
}
