import type { CellNumber } from "../contract/numbers";
import type { Routes } from "./routes";
import { formatVersion } from "./table";

/** What a cell must do with a request that reached it. */
export type Arrival =
  /** The tenant belongs to this cell. */
  | { readonly serve: true }
  /**
   * It does not: 421 Misdirected Request, with `version` in `x-routing-version`. 503 when the router that sent the
   * request has a newer table than the cell, so that the cell cannot decide yet.
   */
  | { readonly serve: false; readonly status: 421 | 503; readonly version: string };

/**
 * The check that every cell must make for every request, besides the token's signature: does the tenant belong to this
 * cell? A valid token names the tenant, not its cell: without this check it opens every cell, and after a move a router
 * with an old table still writes to the old cell. A cell reads its own copy of the table and trusts no router.
 *
 * @param own number of this cell.
 * @param request.tenant from the verified token.
 * @param request.country of the tenant, as the router received it.
 * @param request.routedBy `x-routing-version` of the router's answer, if the client sends it.
 */
export function checkArrival(
  routes: Routes,
  own: CellNumber,
  request: { readonly tenant: string; readonly country?: string | undefined; readonly routedBy?: string | undefined },
): Arrival {
  const decision = routes.decide(request);
  if (decision.ok && decision.cell.number === own) return { serve: true };
  const { version } = routes.router.table;
  const revision = /^(\d{1,15})-/.exec(request.routedBy ?? "")?.[1];
  const isBehind = revision !== undefined && Number(revision) > version.revision;
  return { serve: false, status: isBehind ? 503 : 421, version: formatVersion(version) };
}
