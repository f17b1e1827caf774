import { decide, makeRouter, type Router } from "../routing";
import type { Catalog } from "./model";
import { baseRoutingTable } from "./routing-table";

/** How many tenants of a jurisdiction get another home by a change. */
export interface Movement {
  readonly jurisdiction: string;
  /** Share of its tenants whose home by hashing changes, 0 to 1. Pinned tenants never move and are not counted. */
  readonly moved: number;
  /** Share that had a home and is refused afterwards, 0 to 1; part of `moved`. */
  readonly refused: number;
}

/** Tenants asked about for each jurisdiction; a share is then right within about two points. */
export const sampleSize = 2000;

/**
 * Asks the routing core itself where sample tenants live before and after. Jurisdictions where nothing changes are left
 * out; so are those that exist only after, whose tenants had no home.
 */
export function movement(before: Catalog, after: Catalog): readonly Movement[] {
  const [old, next] = [before, after].map((catalog) => makeRouter(baseRoutingTable(catalog))) as [Router, Router];
  return before.residency.jurisdictions.flatMap(({ name }): Movement[] => {
    const country = Object.entries(before.residency.countries).find(([, jurisdiction]) => jurisdiction === name)?.[0];
    if (country === undefined) return [];
    let [homes, moved, refused] = [0, 0, 0];
    for (let index = 0; index < sampleSize; index++) {
      const question = { tenant: `sample-${index}`, country };
      const from = home(old, question);
      if (from === undefined) continue;
      const to = home(next, question);
      homes += 1;
      if (to !== from) moved += 1;
      if (to === undefined) refused += 1;
    }
    return moved === 0 ? [] : [{ jurisdiction: name, moved: moved / homes, refused: refused / homes }];
  });
}

/** Number of the home; a tenant whose home cannot answer for the moment still has it. */
function home(router: Router, question: { tenant: string; country: string }): number | undefined {
  const decision = decide(router, question);
  return decision.ok ? decision.home.number : undefined;
}
