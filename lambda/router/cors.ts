import { RouterHeader } from "../../contract/router";
import { headerOf, type HttpAnswer, type HttpEvent } from "./event";

/** What a page may send to the router: the token and our own headers. */
const allowedHeaders = [
  "authorization",
  "content-type",
  RouterHeader.tenant,
  RouterHeader.refused,
  RouterHeader.correction,
].join(", ");
/** What a page may read besides the body. */
const exposedHeaders = [
  "retry-after",
  "x-cell",
  RouterHeader.version,
  RouterHeader.epoch,
  RouterHeader.standIn,
  RouterHeader.warning,
].join(", ");
/** Seconds that a browser keeps the answer to a preflight: a removed origin may be admitted that long. */
const maxAgeSeconds = 600;

/** Whether a browser asks what a page of another origin may send (https://fetch.spec.whatwg.org/#cors-preflight-request). */
export function isPreflight(event: HttpEvent): boolean {
  return (
    event.requestContext?.http?.method === "OPTIONS" &&
    headerOf(event, "origin") !== undefined &&
    headerOf(event, "access-control-request-method") !== undefined
  );
}

/**
 * Makes the function that adds the CORS headers for a request of a listed origin. Never `*`, and no credentials: a page
 * sends its token itself, so no cookie of the browser opens the router.
 */
export function makeCors(
  origins: readonly string[],
): (event: HttpEvent, answer: HttpAnswer | Promise<HttpAnswer>) => HttpAnswer | Promise<HttpAnswer> {
  const listed = new Set(origins);
  return (event, answer) => {
    const origin = headerOf(event, "origin");
    if (origin === undefined || !listed.has(origin)) return answer;
    const more: Record<string, string> = {
      "access-control-allow-origin": origin,
      "access-control-expose-headers": exposedHeaders,
    };
    if (isPreflight(event)) {
      more["access-control-allow-methods"] = "GET, HEAD, POST, PUT, PATCH, DELETE";
      more["access-control-allow-headers"] = allowedHeaders;
      more["access-control-max-age"] = String(maxAgeSeconds);
    }
    const permit = (one: HttpAnswer): HttpAnswer => ({ ...one, headers: { ...one.headers, ...more } });
    return answer instanceof Promise ? answer.then(permit) : permit(answer);
  };
}
