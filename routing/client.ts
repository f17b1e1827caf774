import type { Epoch } from "../contract/numbers";
import { RouterHeader } from "../contract/router";

/**
 * A client for browsers and services: asks the router where the tenant's cell is, and then calls the cell itself.
 * Following the router's redirect would lose the token, which clients do not send to another host, and in a browser the
 * answer. `cells module` writes this file as `cells-client.mjs`.
 */

/** Where the router sends the tenant. */
export interface Home {
  readonly endpoint: string;
  /** Of the table that the answer follows from. */
  readonly version: string;
  readonly epoch: Epoch;
  /** Id of the home that this cell stands in for, while that is down or full. */
  readonly standsInFor?: string;
}

/** A cell's 421. */
interface Refused {
  /** Of the table that led to it. */
  readonly version: string;
  /** Where the tenant has moved, signed, if the cell has it. */
  readonly correction?: string;
}

/** What a client remembers between two requests. Without a home it asks the router. */
export interface Known {
  readonly home?: Home | undefined;
  readonly refused?: Refused | undefined;
}

/** What follows an answer: another request, at once or after a wait, or it is the result. */
export interface Reaction {
  readonly then: "request" | "wait" | "end";
  readonly known: Known;
  /** Least time before the next request. */
  readonly seconds?: number;
}

/** Status and headers of an answer. */
interface Answer {
  readonly status: number;
  readonly header: (name: string) => string | null;
}

/** Headers of the next request, which goes to the cell if there is a home, and otherwise to the router's `/classify`. */
export function nextHeaders({ home, refused }: Known): Readonly<Record<string, string>> {
  if (home !== undefined) {
    const { epoch, standsInFor } = home;
    return {
      [RouterHeader.epoch]: String(epoch),
      ...(standsInFor === undefined ? {} : { [RouterHeader.standIn]: standsInFor }),
    };
  }
  if (refused === undefined) return {};
  const { version, correction } = refused;
  return {
    [RouterHeader.refused]: version,
    ...(correction === undefined ? {} : { [RouterHeader.correction]: correction }),
  };
}

/** @param home from the body of a 200. */
export function afterRouter({ refused }: Known, answer: Answer, home: Home | undefined): Reaction {
  if (answer.status === 200 && home !== undefined) return { then: "request", known: { home, refused } };
  if (answer.status !== 503 && answer.status !== 429) return { then: "end", known: {} };
  return { then: "wait", known: { refused }, seconds: retryAfter(answer) };
}

export function afterCell({ home, refused }: Known, answer: Answer): Reaction {
  const { status } = answer;
  if (status === 421) {
    const correction = answer.header(RouterHeader.correction) ?? undefined;
    const version = home?.version ?? "";
    // The router had this refusal and repeated its answer: it has confirmed its table, or it would have answered 503.
    const isFinal = refused?.version === version && refused.correction === correction;
    if (isFinal) return { then: "end", known: {} };
    return { then: "request", known: { refused: { version, ...(correction === undefined ? {} : { correction }) } } };
  }
  // The cell did nothing with the request, so that any method may be repeated. Other errors are for the caller.
  if (status === 503 && answer.header(RouterHeader.arrival) === "wait") {
    return { then: "wait", known: { refused }, seconds: retryAfter(answer) };
  }
  // The cell may be failing: the next request asks the router.
  return { then: "end", known: status >= 502 && status <= 504 ? {} : { home } };
}

function retryAfter(answer: Answer): number {
  const text = answer.header("retry-after") ?? "";
  return /^\d{1,6}$/.test(text) ? Number(text) : 1;
}

export interface ClientOptions {
  /** Origin of the router or of its edge, e.g. `https://go.example.com`. */
  readonly router: string;
  /** `Authorization` for router and cell, e.g. `Bearer …`; called for each request. One client is for one tenant. */
  readonly authorization?: () => string | undefined | Promise<string | undefined>;
  /** Most seconds that one request waits for others, in all; 30 by default. Then it returns the last answer. */
  readonly patienceSeconds?: number;
  readonly fetch?: typeof fetch;
  /** Milliseconds. */
  readonly now?: () => number;
  readonly sleep?: (ms: number) => Promise<void>;
  /** 0 to 1; spreads the requests of many clients that wait. */
  readonly random?: () => number;
}

/** Most requests for one call: five moves in a row, and some waits. */
export const mostRequests = 20;
/** Milliseconds after which the router is asked again, though the cell answers; for a cell that stands in, the second. */
const keptMs = 300_000;
const standInKeptMs = 10_000;

/**
 * Makes a `fetch` for paths at the tenant's cell. A 421 leads back to the router with the cell's correction, a 503 of the
 * router or of the cell's arrival check to a wait. It ends after {@link mostRequests} requests or the patience, with the
 * last answer. A body that is a stream is sent once.
 */
export function makeClient(options: ClientOptions): (path: string, init?: RequestInit) => Promise<Response> {
  const { router, authorization = () => undefined, patienceSeconds = 30, random = Math.random } = options;
  const { now = Date.now, sleep = (ms: number) => new Promise((resolve) => void setTimeout(resolve, ms)) } = options;
  const get: typeof fetch = options.fetch ?? ((...request) => fetch(...request));
  let kept: { readonly home: Home; readonly until: number } | undefined;

  const keep = (home: Home | undefined): void => {
    if (home === kept?.home) return;
    const ms = home?.standsInFor === undefined ? keptMs : standInKeptMs;
    kept = home === undefined ? undefined : { home, until: now() + ms };
  };

  const send = async (known: Known, path: string, init: RequestInit): Promise<[Response, Reaction]> => {
    const token = await authorization();
    const headers = new Headers(known.home === undefined ? {} : init.headers);
    if (token !== undefined && !headers.has("authorization")) headers.set("authorization", token);
    for (const [name, value] of Object.entries(nextHeaders(known))) headers.set(name, value);
    if (known.home !== undefined) {
      const url = new URL(path, known.home.endpoint);
      // `//other.example` is a path to some, and a host to URLs: it must not get the token.
      if (url.origin !== new URL(known.home.endpoint).origin) throw new TypeError("the path leads to another host");
      const response = await get(url, { ...init, headers });
      return [response, afterCell(known, answerOf(response))];
    }
    // Never followed: the token is for the router.
    const response = await get(new URL("/classify", router), {
      headers,
      redirect: "error",
      ...(init.signal === undefined ? {} : { signal: init.signal }),
    });
    const home = response.status === 200 ? homeOf(await response.json()) : undefined;
    return [response, afterRouter(known, answerOf(response), home)];
  };

  return async (path, init = {}) => {
    const isOnce = typeof ReadableStream !== "undefined" && init.body instanceof ReadableStream;
    let known: Known = { home: kept !== undefined && now() < kept.until ? kept.home : undefined };
    let patienceMs = patienceSeconds * 1000;
    for (let left = mostRequests - 1; ; left--) {
      const isCell = known.home !== undefined;
      let response: Response;
      let reaction: Reaction;
      try {
        [response, reaction] = await send(known, path, init);
      } catch (error) {
        // No answer: the cell may be down, and the next call asks the router.
        keep(undefined);
        throw error;
      }
      known = reaction.known;
      keep(known.home);
      const waitMs = (reaction.seconds ?? 0) * 1000 * (1 + random());
      if (reaction.then === "end" || left === 0 || (isCell && isOnce) || waitMs > patienceMs) return response;
      if (!response.bodyUsed) await response.body?.cancel();
      patienceMs -= waitMs;
      if (waitMs > 0) await sleep(waitMs);
    }
  };
}

function answerOf({ status, headers }: Response): Answer {
  return { status, header: (name) => headers.get(name) };
}

/** @throws Error when the body is not that of `/classify`. */
export function homeOf(body: unknown): Home {
  const { endpoint, version, epoch, standsInFor } = (body ?? {}) as Partial<Record<keyof Home, unknown>>;
  if (typeof endpoint !== "string" || typeof version !== "string" || typeof epoch !== "number") {
    throw new Error("the router's answer names no cell");
  }
  return { endpoint, version, epoch, ...(typeof standsInFor === "string" ? { standsInFor } : {}) };
}
