import type { Routes } from "./routes";
import { formatVersion } from "./table";

/** What a cell does with a request that has come to it. */
export type Arrival =
  /** The tenant is this cell's. */
  | { readonly serve: true }
  /**
   * The tenant is not: 421 Misdirected Request, with `version` in `x-routing-version`. 503 when the cell only does not
   * know better yet, because who sent the request has a newer table than the cell.
   */
  | { readonly serve: false; readonly status: 421 | 503; readonly version: string };

/**
 * What every cell must ask of every request, beside the token's signature: is this tenant mine? A valid token says who
 * somebody is, not where; without this check it opens every cell, and a router with an old table writes to the old cell
 * after a move. A cell asks its own copy of the table, so that no router is believed.
 *
 * @param own number of the cell.
 * @param request.tenant from the verified token.
 * @param request.country of the tenant, as the router was told.
 * @param request.routedBy `x-routing-version` of the router's answer, when the client brings it.
 */
export function checkArrival(
  routes: Routes,
  own: number,
  request: { readonly tenant: string; readonly country?: string | undefined; readonly routedBy?: string | undefined },
): Arrival {
  const decision = routes.decide(request);
  if (decision.ok && decision.cell.number === own) return { serve: true };
  const { version } = routes.router.table;
  const revision = /^(\d{1,15})-/.exec(request.routedBy ?? "")?.[1];
  const isBehind = revision !== undefined && Number(revision) > version.revision;
  return { serve: false, status: isBehind ? 503 : 421, version: formatVersion(version) };
}
