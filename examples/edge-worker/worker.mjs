/**
 * A router as a worker with a fetch handler (Cloudflare Workers, Deno, Fastly and the like). It sends a tenant to its home
 * cell with 307 and trusts no client about cells. The tenant must be proven before: here by an edge that sets
 * `x-tenant-id`; see docs/router.md.
 */
import { makeTables } from "./tables.mjs";

/** @param settings of `makeTables`; clock and fetch are the runtime's when left out */
export function makeWorker(settings) {
  const tables = makeTables({ now: Date.now, fetch: (...request) => fetch(...request), ...settings });
  return {
    tables,
    /** @param {Request} request */
    async fetch(request) {
      await tables.tick();
      const now = tables.current();
      if (!now) return new Response(null, { status: 503, headers: { "retry-after": "1" } });
      const tenant = request.headers.get("x-tenant-id") ?? "";
      if (!/^[a-z0-9-]{1,64}$/.test(tenant)) return new Response(null, { status: 403 });
      const decision = now.routes.decide({ tenant, country: request.headers.get("cf-ipcountry") ?? undefined });
      if (!decision.ok) return new Response(null, { status: decision.reason === "no-healthy-cell" ? 503 : 403 });
      const url = new URL(request.url);
      const location = new URL(decision.cell.endpoint);
      location.pathname = url.pathname;
      location.search = url.search;
      const table = { "x-cell": decision.cell.id, "x-routing-version": now.version, "x-routing-age": String(now.age) };
      return new Response(null, {
        status: 307,
        headers: { location: location.href, ...table, "cache-control": "no-store" },
      });
    },
  };
}
