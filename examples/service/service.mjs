/**
 * A cell's service: it serves the tenants whose home is this cell by its own database, and refuses others before it does
 * anything: with 421, and the new home where it has one, or with 503 while a move is under way. It reads no routing table.
 * The tenant must come from a verified token.
 */
import { createServer } from "node:http";

import { checkArrival } from "./cells-routing.mjs";

/**
 * @param {(tenant: string) => Promise<{ epoch: number, state: string, correction?: string | null } | undefined>} findRow
 * reads the cell's row about a tenant, in the request's transaction (docs/router.md has the SQL)
 * @param {string} name of the cell
 */
export function makeService(findRow, name) {
  return createServer(async (request, response) => {
    try {
      const tenant = String(request.headers["x-tenant-id"] ?? "");
      const epoch = request.headers["x-routing-epoch"];
      const standIn = request.headers["x-routing-stand-in"];
      const arrival = checkArrival(await findRow(tenant), { epoch, standIn });
      if (!arrival.serve) return void response.writeHead(arrival.status, arrival.headers).end();
      response.end(`hello ${tenant} from ${name}${arrival.as === "stand-in" ? ", which stands in" : ""}\n`);
    } catch {
      // Without its database a cell cannot decide.
      response.writeHead(503, { "retry-after": "5" }).end();
    }
  });
}
