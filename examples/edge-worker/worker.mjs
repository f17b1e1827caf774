/**
 * A router as a worker with a fetch handler (Cloudflare Workers, Deno, Fastly and the like). It sends a tenant to its home
 * cell with 307 and trusts no client about cells. The tenant must be proven before: here by an edge that sets
 * `x-tenant-id`; see docs/router.md.
 */
import { decideCorrected, decodeCorrection, epochOf } from "./cells-routing.mjs";
import { makeTables } from "./tables.mjs";

/** As routers answer: a home that cannot serve is not the client's mistake. */
const refusalStatus = {
  "unknown-country": 403,
  "no-cell-allowed": 403,
  "pin-outside-residency": 503,
  "no-healthy-cell": 503,
};
/** Seconds. */
const retryAfter = "30";

/** @param settings of `makeTables`; clock and fetch are the runtime's when left out */
export function makeWorker(settings) {
  const tables = makeTables({ now: Date.now, fetch: (...request) => fetch(...request), ...settings });
  /** The decision by a cell's correction, if it is newer than the table, allowed and signed. */
  const correct = async ({ routes, conditions }, question, text) => {
    const correction = decodeCorrection(text);
    if (correction === undefined) return undefined;
    const decision = decideCorrected(routes.router, question, conditions, correction);
    if (decision === undefined || !(await tables.isMove(correction))) return undefined;
    return { decision, epoch: correction.epoch };
  };
  return {
    tables,
    /** @param {Request} request */
    async fetch(request) {
      await tables.tick();
      const now = tables.current();
      if (!now) return new Response(null, { status: 503, headers: { "retry-after": "1" } });
      const tenant = request.headers.get("x-tenant-id") ?? "";
      if (!/^[a-z0-9-]{1,64}$/.test(tenant)) return new Response(null, { status: 403 });
      const question = { tenant, country: request.headers.get("cf-ipcountry") ?? undefined };
      const corrected = await correct(now, question, request.headers.get("x-routing-correction") ?? "");
      const decision = corrected?.decision ?? now.routes.decide(question);
      if (!decision.ok) {
        const status = refusalStatus[decision.reason];
        return new Response(null, { status, headers: status === 503 ? { "retry-after": retryAfter } : {} });
      }
      const epoch = corrected?.epoch ?? epochOf(now.routes.router, tenant);
      const url = new URL(request.url);
      const location = new URL(decision.cell.endpoint);
      location.pathname = url.pathname;
      location.search = url.search;
      const table = {
        "x-cell": decision.cell.id,
        "x-routing-version": now.version,
        "x-routing-age": String(now.age),
        "x-routing-epoch": String(epoch),
        ...(decision.home.number === decision.cell.number ? {} : { "x-routing-stand-in": decision.home.id }),
      };
      return new Response(null, {
        status: 307,
        headers: { location: location.href, ...table, "cache-control": "no-store" },
      });
    },
  };
}
