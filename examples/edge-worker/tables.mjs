/**
 * The two objects that a router answers from, for any runtime with WebCrypto: polled at a constant rate, accepted only
 * with a valid signature and by the rules of the routing core; the last good ones stay until then.
 */
import {
  accept,
  begin,
  decodePublishedOverlay,
  decodePublishedTable,
  effectiveVersion,
  longestObject,
  makeRouter,
  makeRoutes,
  signedMessage,
} from "./cells-routing.mjs";

/** Milliseconds between two polls, whatever their result. */
const pollMs = 10_000;

/**
 * @param {{
 *   urls: { base: string, overlay: string },
 *   keys: { base: Record<string, string>, overlay: Record<string, string>, move: Record<string, string> },
 *   environment: string, endpointSuffix: string, now: () => number, fetch: typeof fetch,
 * }} settings keys by kind and id: `pulumi stack output verifyingKeys --json`
 */
export function makeTables({ urls, keys, environment, endpointSuffix, now, fetch }) {
  /** What answers now; undefined before the first base. */
  let held;
  let overlayBody;
  let current;
  let etag;
  let confirmedAt = now();
  let nextPollAt = confirmedAt;
  let polling;
  let hasBegun = false;

  /** The bytes of an object, or undefined when it is unchanged. Throws when its signature is not valid. */
  async function read(kind) {
    const headers = kind === "base" && etag !== undefined ? { "if-none-match": etag } : {};
    const response = await fetch(urls[kind], { headers, signal: AbortSignal.timeout(2000) });
    if (response.status === 304 && "if-none-match" in headers) return undefined;
    // An overlay that existed stays valid. 403 is a failure: a worker that may not list the bucket gets it for both.
    if (kind === "overlay" && held?.overlay === undefined && response.status === 404) return undefined;
    if (response.status !== 200) throw new Error(`${kind}: ${response.status}`);
    const body = await limited(response);
    if (!(await isSigned(kind, body, response.headers.get("x-amz-meta-signature") ?? "")))
      throw new Error(`${kind}: not signed`);
    return { body, etag: response.headers.get("etag") ?? undefined };
  }

  async function isSigned(kind, body, signature) {
    const [, id, text] = /^([\w-]{1,64}):([A-Za-z0-9+/]{86}==)$/.exec(signature) ?? [];
    if (id === undefined || !Object.hasOwn(keys[kind] ?? {}, id)) return false;
    const key = await crypto.subtle.importKey("raw", bytesOf(keys[kind][id]), { name: "Ed25519" }, false, ["verify"]);
    return crypto.subtle.verify("Ed25519", key, bytesOf(text), signedMessage(kind, environment, body));
  }

  /** Makes a pair the one that answers, unless a router would refuse it. */
  function adopt(base, overlay) {
    // The first table has none to be compared with.
    held = held === undefined ? begin(base, now()) : good(accept(held, { base, overlay }, now())).accepted;
    const routes = makeRoutes(makeRouter(held.table, { pins: held.pins }), held.conditions);
    current = { routes, conditions: held.conditions, version: effectiveVersion(base, overlay) };
  }

  async function takeBase() {
    const found = await read("base");
    if (found === undefined) return;
    adopt(good(decodePublishedTable(found.body, { endpointSuffix })).table, held?.overlay);
    etag = found.etag;
  }

  async function takeOverlay() {
    const found = await read("overlay");
    if (found === undefined || held === undefined) return;
    const next = good(decodePublishedOverlay(found.body)).overlay;
    const isSame =
      overlayBody?.length === found.body.length && overlayBody.every((byte, at) => byte === found.body[at]);
    if (next.revision === held.overlay?.revision && !isSame) throw new Error("overlay: other content");
    adopt(held.base, next);
    overlayBody = found.body;
  }

  /** Whether it succeeded; otherwise the last good one stays, and the age grows. */
  async function attempt(take) {
    try {
      await take();
      return true;
    } catch {
      return false;
    }
  }

  async function poll() {
    const began = now();
    nextPollAt = began + pollMs;
    // In this order: an overlay needs a base.
    const took = [await attempt(takeBase), await attempt(takeOverlay)];
    // As old as the request: the runtime may stop a worker before it reads the answer.
    if (took.every(Boolean)) confirmedAt = began;
    // Only after the overlay was requested too: a base alone sends moved tenants to their old cells.
    hasBegun = true;
  }

  return {
    /** Starts a poll when one is due; resolves when it is done, for requests before the first table. */
    async tick() {
      if (polling === undefined && now() >= nextPollAt) polling = poll().finally(() => (polling = undefined));
      if (!hasBegun || current === undefined) await polling;
    },
    /** Whether the control plane signed this correction. */
    isMove: ({ body, signature }) => isSigned("move", new TextEncoder().encode(body), signature),
    /** Waits for the poll under way, as a test or a runtime's `waitUntil` does. */
    idle: async () => polling,
    /** The current routes; undefined before the first table. `age` in seconds since both objects were last confirmed. */
    current: () => hasBegun && current && { ...current, age: Math.floor((now() - confirmedAt) / 1000) },
  };
}

/** The body, unless it is too long: then it is not read to its end. */
async function limited(response) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    // Leaving the loop ends the transfer.
    if (bytes > longestObject) throw new Error(`longer than ${longestObject} bytes`);
    chunks.push(chunk);
  }
  const body = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function good(result) {
  if (!result.ok) throw new Error(result.reason ?? result.mistakes[0]?.message);
  return result;
}
