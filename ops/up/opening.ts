import type { Catalog } from "../../catalog/model";
import type { Finding } from "./finding";
import { stepsText, type Reach, type TouchedCell } from "./reach";
import type { Served } from "./served";

/** What is there before an update: whom tenants are sent to, and what is wrong with it. */
export interface Before {
  readonly served: Served;
  readonly findings: readonly Finding[];
  /** Cell of a finding's resource; undefined for what is shared. */
  readonly cellOf: (urn: string) => string | undefined;
}

/**
 * Why a plan opens a cell too early (RTR-08); undefined when it does not. Routers learn of a cell in the same update
 * that makes it, before anybody can have judged it, so a cell is opened by an update that leaves the cell as it is.
 *
 * @param named cells that a person has named: these may be updated in place all the same. Providers find a difference
 *   in some resources each time, and such a cell could never be opened otherwise.
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
      if (!served.made.has(id)) return [`  ${id}: not there yet, and the catalog says ${state}`];
      const steps = changed.get(id);
      if (steps !== undefined)
        return [`  ${id}: the plan also changes it (${stepsText(steps)}), and the catalog says ${state}`];
      return dirty.has(id) ? [`  ${id}: it is not clean, and the catalog says ${state}`] : [];
    });
  if (early.length === 0) return undefined;
  return [
    "routers would send tenants to a cell that nobody has judged as it will be:",
    ...early,
    "Write `state: provisioning` for it and run up; when up has said clean, write the state that it shall have, and run up again.",
    ...(changed.size === 0
      ? []
      : [
          `A cell that each plan updates in place, whatever was done before, is opened by its name: --cells ${[...changed.keys()].join(",")}`,
        ]),
  ].join("\n");
}

/**
 * Why what is there must be mended before this plan (SIZ-07); undefined when it need not. A wave that left something
 * unclean is not over; the plan may change the cells that are not clean, and whichever a person names.
 */
export function mendFirst(
  { cells }: Reach,
  { findings, cellOf, served }: Before,
  named: readonly string[] = [],
): string | undefined {
  // What nobody is served from harms nobody: a first update that broke half way is simply finished.
  if (findings.length === 0 || served.cells.size === 0) return undefined;
  const dirty = new Set(findings.map(({ urn }) => cellOf(urn)));
  const others = cells.map(({ id }) => id).filter((id) => !dirty.has(id) && !named.includes(id));
  if (others.length === 0) return undefined;
  const where = [...dirty]
    .map((id) => id ?? "what is shared")
    .sort()
    .join(", ");
  return (
    `what is there is not clean (${where}), and the plan changes ${others.join(", ")}. ` +
    `Mend that first, in an update of its own; or, where these must change now, write --cells ${cells.map(({ id }) => id).join(",")}`
  );
}
