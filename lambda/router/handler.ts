import type { Decision, Refused } from "../../routing";
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
  /** Bodies of `/classify` by decision: routes give the same few decisions again and again, each of one table. */
  const classified = new WeakMap<Decision, string>();
  return (event) => {
    source.tick();
    const current = source.current();
    const path = event.rawPath ?? "/";
    if (path === "/health") {
      const { version, age, source } = current;
      return answer(current, 200, JSON.stringify({ status: "ok", version, age, source }));
    }
    if (path.startsWith("/classify/") || path.startsWith("/health/")) return fail(current, 404);

    const identity = readIdentity(event, headers);
    if (!identity.ok) return fail(current, identity.status);
    const decision = current.routes.decide(identity);
    if (!decision.ok) return fail(current, refusalStatus[decision.reason]);

    const { cell, reason } = decision;
    if (path === "/classify") {
      let body = classified.get(decision);
      if (body === undefined) {
        const { id, number, region, locality, endpoint } = cell;
        const { version } = current;
        body = JSON.stringify({ cell: id, number, region, locality, endpoint, version, reason });
        classified.set(decision, body);
      }
      return answer(current, 200, body, cell.id);
    }
    const location = locationAt(cell.endpoint, path, event.rawQueryString ?? "");
    if (location === undefined) return fail(current, 400);
    return answer(current, 307, "", cell.id, { location });
  };
}

function fail(current: Current, status: keyof typeof messages): HttpAnswer {
  const wait = status === 503 ? { "retry-after": String(retryAfterSeconds) } : undefined;
  return answer(current, status, JSON.stringify({ message: messages[status] }), undefined, wait);
}

function answer(
  { version, age, source }: Current,
  statusCode: number,
  body: string,
  cell?: string,
  more?: Readonly<Record<string, string>>,
): HttpAnswer {
  const headers: Record<string, string> = {
    "cache-control": "no-store",
    "content-type": "application/json",
    "x-routing-version": version,
    "x-routing-age": String(age),
    "x-routing-source": source,
  };
  if (cell !== undefined) headers["x-cell"] = cell;
  return { statusCode, headers: more === undefined ? headers : Object.assign(headers, more), body };
}
