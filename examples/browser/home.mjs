/** Lets a page call a tenant's cell without a router. */
import { decodeTableText, makeRouter, makeRoutes } from "./cells-routing.mjs";

/** @param {string} url of the table, e.g. beside the page */
export async function loadRoutes(url, get = fetch) {
  const response = await get(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const decoded = decodeTableText(await response.text());
  if (!decoded.ok) throw new Error(`${url} is no routing table`);
  return makeRoutes(makeRouter(decoded.table));
}

/** A sentence for people. */
export function homeOf(routes, tenant, country) {
  const decision = routes.decide({ tenant, country: country === "" ? undefined : country.toUpperCase() });
  return decision.ok
    ? `${decision.cell.id} in ${decision.cell.region}: ${decision.cell.endpoint}`
    : `nowhere: ${decision.reason}`;
}
