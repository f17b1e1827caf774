/**
 * A cell's service: it serves the tenants whose home is this cell and refuses others with 421, so that a router with an
 * old table, or a stolen address, never writes to the wrong cell. The tenant must come from a verified token.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

import { checkArrival, decodeTableText, makeRouter, makeRoutes } from "./cells-routing.mjs";

/**
 * @param {string} file the routing table, kept up to date by the service's deployment
 * @param {number} cell number of the cell that this service runs in
 */
export function makeService(file, cell) {
  const decoded = decodeTableText(readFileSync(file, "utf8"));
  if (!decoded.ok) throw new Error(`${file} is no routing table: ${JSON.stringify(decoded.mistakes)}`);
  const routes = makeRoutes(makeRouter(decoded.table));
  return createServer((request, response) => {
    const tenant = String(request.headers["x-tenant-id"] ?? "");
    const country = request.headers["x-tenant-country"];
    const routedBy = request.headers["x-routing-version"];
    const arrival = checkArrival(routes, cell, { tenant, country, routedBy });
    if (arrival.serve) return void response.end(`hello ${tenant} from cell ${cell}\n`);
    response.writeHead(arrival.status, { "x-routing-version": arrival.version });
    response.end();
  });
}
