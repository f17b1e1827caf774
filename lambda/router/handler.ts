import { formatVersion, type Refused } from "../../routing";
import { readIdentity, type HttpAnswer, type HttpEvent, type IdentityHeaders } from "./event";
import { locationAt } from "./location";
import type { Current, TableSource } from "./source";

/** Seconds a client should wait after a 503: failed cells come back, or a new table comes, in about this time. */
const retryAfterSeconds = 30;

/** Constant bodies: an error tells its status and nothing else, whoever asks and whatever for. */
const messages = {
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  503: "Service Unavailable",
} as const;

const refusalStatus: Readonly<Record<Refused["reason"], 403 | 503>> = {
  "unknown-country": 403,
  "no-cell-allowed": 403,
  "pin-outside-residency": 503,
  "no-healthy-cell": 503,
};

/**
 * Answers one request: `/classify` with the tenant's cell as JSON, `/health` with the table's version and age, every
 * other path with a redirect (307, so that method and body are kept) to the same path at the tenant's cell. Never
 * waits: it decides from the table in memory. What a client says about cells is not read at all.
 */
export function makeHandler(source: TableSource, headers: IdentityHeaders): (event: HttpEvent) => HttpAnswer {
  return (event) => {
    source.tick();
    const current = source.current();
    const path = event.rawPath ?? "/";
    if (path === "/health") return answer(current, 200, {}, JSON.stringify({ status: "ok", ...about(current) }));
    if (path.startsWith("/classify/") || path.startsWith("/health/")) return fail(current, 404);

    const identity = readIdentity(event, headers);
    if (!identity.ok) return fail(current, identity.status);
    const decision = current.routes.decide(identity);
    if (!decision.ok) return fail(current, refusalStatus[decision.reason]);

    const { cell, reason } = decision;
    if (path === "/classify") {
      const { id, number, region, locality, endpoint } = cell;
      const { version } = about(current);
      const body = JSON.stringify({ cell: id, number, region, locality, endpoint, version, reason });
      return answer(current, 200, { "x-cell": id }, body);
    }
    const location = locationAt(cell.endpoint, path, event.rawQueryString ?? "");
    if (location === undefined) return fail(current, 400);
    return answer(current, 307, { "x-cell": cell.id, location }, "");
  };
}

function about(current: Current): { version: string; age: number; source: string } {
  return { version: formatVersion(current.routes.router.table.version), age: current.age, source: current.source };
}

function fail(current: Current, status: keyof typeof messages): HttpAnswer {
  const wait: Record<string, string> = status === 503 ? { "retry-after": String(retryAfterSeconds) } : {};
  return answer(current, status, wait, JSON.stringify({ message: messages[status] }));
}

function answer(
  current: Current,
  statusCode: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): HttpAnswer {
  const { version, age, source } = about(current);
  return {
    statusCode,
    headers: {
      "cache-control": "no-store",
      "content-type": "application/json",
      "x-routing-version": version,
      "x-routing-age": String(age),
      "x-routing-source": source,
      ...headers,
    },
    body,
  };
}
