import { residencySteps } from "../../catalog/diff/environment";
import type { Catalog } from "../../catalog/model";
import { baseRoutingTable } from "../../catalog/routing-table";
import type { Finding } from "./finding";
import { stepsText, type Reach, type TouchedCell } from "./reach";
import type { Served } from "./served";

/** The environment before an update: the cells that get tenants, and the findings. */
export interface Before {
  readonly served: Served;
  readonly findings: readonly Finding[];
  /** Cell of a finding's resource; undefined for a shared one. */
  readonly cellOf: (urn: string) => string | undefined;
}

/**
 * Why a plan opens a cell too early (RTR-08); undefined when it does not. Routers get a cell in the same update
 * that creates it, before it can be judged, so only an update that leaves the cell unchanged may open it.
 *
 * @param named cells named by the user: these may be updated in place too. Providers find a difference in some
 *   resources each time, and such a cell could never be opened otherwise.
 */
export function opensTooEarly(
  catalog: Catalog,
  reach: Reach,
  { served, findings, cellOf }: Before,
  named: readonly string[] = [],
): string | undefined {
  const isAgreed = ({ id, steps }: TouchedCell): boolean =>
    named.includes(id) && Object.keys(steps).every((op) => op === "update");
  const changed = new Map(reach.cells.filter((cell) => !isAgreed(cell)).map(({ id, steps }) => [id, steps]));
  const dirty = new Set(findings.map(({ urn }) => cellOf(urn)));
  const early = catalog.cells
    .filter(({ id, state }) => state !== "provisioning" && !served.cells.has(id))
    .flatMap(({ id, state }) => {
      if (!served.made.has(id)) return [`  ${id}: not created yet, and the catalog says ${state}`];
      const steps = changed.get(id);
      if (steps !== undefined)
        return [`  ${id}: the plan also changes it (${stepsText(steps)}), and the catalog says ${state}`];
      return dirty.has(id) ? [`  ${id}: it is not clean, and the catalog says ${state}`] : [];
    });
  if (early.length === 0) return undefined;
  return [
    "routers would send tenants to a cell that was not judged in this form:",
    ...early,
    "Write `state: provisioning` for it and run up; when up reports clean, write the state that you want, and run up again.",
    ...(changed.size === 0
      ? []
      : [`If every plan updates the cell in place, open it by name: --cells ${[...changed.keys()].join(",")}`]),
  ].join("\n");
}

/** Why a catalog moves tenants out of their residency (RTR-09); undefined when it does not, or has no tenants yet. */
export function leavesResidency(catalog: Catalog, { served }: Before): string | undefined {
  if (served.table === undefined || served.cells.size === 0) return undefined;
  const found = residencySteps(served.table, baseRoutingTable(catalog)).filter(
    ({ verdict }) => verdict === "forbidden",
  );
  if (found.length === 0) return undefined;
  return ["the catalog changes residency:", ...found.map(({ message }) => `  ${message}`)].join("\n");
}

/**
 * Why cells with tenants may not be set back to `provisioning` or leave the catalog (RTR-08); undefined when none is set
 * back, and a person named each that leaves. Routers would lose their tenants' home; the next update would take the one
 * that is set back for a new one.
 *
 * @param approvals URNs of cells that may leave, among others.
 */
export function dropsTenants(
  catalog: Catalog,
  { served }: Before,
  approvals: readonly string[] | "all",
): string | undefined {
  const back = catalog.cells.filter(({ id, state }) => state === "provisioning" && served.cells.has(id));
  if (back.length > 0) {
    const names = back.map(({ id }) => id).join(", ");
    return `the catalog sets ${names} back to \`provisioning\`, but routers send tenants there: write \`draining\` to take no new tenants, or \`quarantined\` to keep traffic out`;
  }
  const kept = new Set(catalog.cells.map(({ id }) => id));
  const lost = [...served.made].filter(
    ([id, urn]) => served.inUse.has(id) && !kept.has(id) && approvals !== "all" && !approvals.includes(urn),
  );
  if (lost.length === 0) return undefined;
  const names = lost.map(([id]) => id).join(", ");
  return [
    `the catalog no longer has ${names}, but routers have tenants there: write \`draining\`, move the tenants, write \`disabled\` and run up; then remove it.`,
    ...lost.map(([, urn]) => `To remove it with its tenants, write --approve '${urn}'`),
  ].join("\n");
}

/**
 * Why the environment must be fixed before this plan (SIZ-07); undefined when it is clean enough. A wave ends when its
 * cells are clean; until then a plan may change only the cells that are not clean and those that the user names.
 */
export function fixFirst(
  { cells }: Reach,
  { findings, cellOf, served }: Before,
  named: readonly string[] = [],
): string | undefined {
  // An environment without tenants may be unclean: after a first update that failed half way, the next one completes it.
  if (findings.length === 0 || served.cells.size === 0) return undefined;
  const dirty = new Set(findings.map(({ urn }) => cellOf(urn)));
  const others = cells.map(({ id }) => id).filter((id) => !dirty.has(id) && !named.includes(id));
  if (others.length === 0) return undefined;
  const where = [...dirty]
    .map((id) => id ?? "shared resources")
    .sort()
    .join(", ");
  return (
    `the environment is not clean (${where}), and the plan changes ${others.join(", ")}. ` +
    `Fix it first, in a separate update; or, if these cells must change now, write --cells ${cells.map(({ id }) => id).join(",")}`
  );
}
