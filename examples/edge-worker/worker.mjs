/**
 * A router as a worker with a fetch handler (Cloudflare Workers, Deno, Fastly and the like). It sends a tenant to its home
 * cell with 307, keeps the last good table when the next one cannot be had or is refused, and believes no client about
 * cells. Who the tenant is must be proven before: here by an edge that sets `x-tenant-id`; see docs/router.md.
 */
import { decodeTableText, formatVersion, makeRouter, makeRoutes, refusalToReplace } from "./cells-routing.mjs";

/** Milliseconds between two looks at the table, whatever comes of them. */
const pollMs = 10_000;

/** @param {{ tableUrl: string, endpointSuffix: string, now?: () => number, fetch?: typeof fetch }} settings */
export function makeWorker({ tableUrl, endpointSuffix, now = Date.now, fetch: get = fetch }) {
  let routes;
  let etag;
  let nextPollAt = 0;

  async function poll() {
    nextPollAt = now() + pollMs;
    try {
      const response = await get(tableUrl, { headers: etag === undefined ? {} : { "if-none-match": etag } });
      if (response.status !== 200) return;
      const decoded = decodeTableText(await response.text(), { endpointSuffix });
      if (!decoded.ok) return;
      if (routes !== undefined && refusalToReplace(routes.router.table, decoded.table) !== undefined) return;
      routes = makeRoutes(makeRouter(decoded.table));
      etag = response.headers.get("etag") ?? undefined;
    } catch {
      // The last good table stays.
    }
  }

  return {
    /** @param {Request} request */
    async fetch(request) {
      const due = now() >= nextPollAt ? poll() : undefined;
      // Only the first request waits: without a table there is nothing to say.
      if (routes === undefined) await due;
      if (routes === undefined) return new Response(null, { status: 503, headers: { "retry-after": "1" } });
      const tenant = request.headers.get("x-tenant-id") ?? "";
      if (!/^[a-z0-9-]{1,64}$/.test(tenant)) return new Response(null, { status: 403 });
      const decision = routes.decide({ tenant, country: request.headers.get("cf-ipcountry") ?? undefined });
      if (!decision.ok) return new Response(null, { status: decision.reason === "no-healthy-cell" ? 503 : 403 });
      const url = new URL(request.url);
      const location = new URL(decision.cell.endpoint);
      location.pathname = url.pathname;
      location.search = url.search;
      const version = formatVersion(routes.router.table.version);
      const headers = { location: location.href, "x-cell": decision.cell.id, "x-routing-version": version };
      return new Response(null, { status: 307, headers: { ...headers, "cache-control": "no-store" } });
    },
  };
}
