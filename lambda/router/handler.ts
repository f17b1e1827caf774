import { RouterHeader } from "../../contract/router";
import {
  decideCorrected,
  decodeCorrection,
  epochOf,
  type Decision,
  type Epoch,
  type SignedCorrection,
} from "../../routing";
import { Answers, refusalStatus, type FailureStatus } from "./answers";
import { headerOf, type HttpAnswer, type HttpEvent } from "./event";
import type { Identity, ReadIdentity } from "./identity-reader";
import { isPreflight, makeCors } from "./cors";
import { locationAt } from "./location";
import type { Current } from "./source";
import type { Outcome, Telemetry } from "./telemetry";

/** The current table; see `TableSource`. */
export interface Tables {
  /** @param now milliseconds of the monotonic clock; read again when left out. */
  tick(now?: number): void;
  current(now?: number): Current;
  /** Requests a poll soon: a cell reported that this table is out of date. */
  hurry(): void;
}

/** Seconds after which to retry when the router's table is out of date. */
const staleWaitSeconds = 1;
/** A table that was confirmed less than this number of seconds ago is the published one: its answer may be repeated. */
const freshSeconds = 2;
/** Longest body, in bytes. A redirected body is sent twice, so a large one belongs straight to the cell. */
const longestBody = 1024 * 1024;

const outcomeOf: Readonly<Record<FailureStatus, Outcome>> = {
  400: "malformed",
  401: "unauthenticated",
  403: "forbidden",
  404: "not-found",
  413: "too-large",
  503: "unavailable",
};

type Mode = "classify" | "proxy" | "redirect";

interface HandlerOptions {
  /** Headers that identity is read from. */
  readonly vary: readonly string[];
  /** Header that a proxy must not pass on to a cell. */
  readonly secretHeader?: string | undefined;
  /** Whether the signature of a correction is valid; without it none is accepted. */
  readonly isSigned?: ((correction: SignedCorrection) => boolean) | undefined;
  /** Origins whose pages may call the router. */
  readonly corsOrigins?: readonly string[] | undefined;
}

/**
 * Answers one request: `/classify` with the tenant's cell as JSON, `/route` and paths below it with headers for a proxy,
 * `/health` with the table's version and age, every other path with a redirect (307, so that method and body are kept)
 * to the same path at the tenant's cell. Waits only for the check of a token's signature: it decides from the table in
 * memory. Never reads what a client claims about cells, original paths or methods, except for a correction that the control
 * plane has signed.
 */
export function makeHandler(
  tables: Tables,
  readIdentity: (event: HttpEvent) => Identity,
  telemetry: Telemetry,
  options: HandlerOptions,
): (event: HttpEvent) => HttpAnswer;
export function makeHandler(
  tables: Tables,
  readIdentity: ReadIdentity,
  telemetry: Telemetry,
  options: HandlerOptions,
): (event: HttpEvent) => HttpAnswer | Promise<HttpAnswer>;
export function makeHandler(
  tables: Tables,
  readIdentity: ReadIdentity,
  telemetry: Telemetry,
  { vary, secretHeader, isSigned, corsOrigins = [] }: HandlerOptions,
): (event: HttpEvent) => HttpAnswer | Promise<HttpAnswer> {
  const cors = corsOrigins.length === 0 ? undefined : makeCors(corsOrigins);
  const answers = new Answers({ vary: cors === undefined ? vary : [...vary, "origin"], secretHeader });

  const note = (
    event: HttpEvent,
    current: Current,
    began: number,
    outcome: Outcome,
    why: string,
    tenant?: string,
    cell?: string,
  ): void => {
    const { version, age } = current;
    telemetry.end({ outcome, began, cell, why, tenant, requestId: event.requestContext?.requestId, version, age });
  };

  const fail = (
    event: HttpEvent,
    current: Current,
    began: number,
    status: FailureStatus,
    why: string,
    tenant?: string,
    wait?: number,
  ): HttpAnswer => {
    note(event, current, began, outcomeOf[status], why, tenant);
    return answers.fail(status, wait);
  };

  const respond = (event: HttpEvent, path: string, mode: Mode, began: number, identity: Identity): HttpAnswer => {
    const current = tables.current(began);
    answers.at(current);
    if (!identity.ok) return fail(event, current, began, identity.status, identity.why);
    const { tenant } = identity;
    const corrected = correct(event, current, identity);
    const decision = corrected?.decision ?? current.routes.decide(identity);
    if (!decision.ok) return fail(event, current, began, refusalStatus[decision.reason], decision.reason, tenant);

    const refused = headerOf(event, RouterHeader.refused);
    // A valid correction is newer than the table, whether or not the client repeats the version.
    if (refused !== undefined || corrected !== undefined) {
      tables.hurry();
      const isFresh = current.source === "s3" && current.age < freshSeconds;
      // A newer table may have another answer. One that was just confirmed has not: the cell does not have the tenant.
      if (corrected === undefined && refused === current.version && !isFresh) {
        return fail(event, current, began, 503, "table-out-of-date", tenant, staleWaitSeconds);
      }
    }
    const { cell } = decision;
    const reason = corrected === undefined ? decision.reason : "corrected";
    // At home by hash the tenant has no pin.
    const epoch = corrected?.epoch ?? (decision.reason === "home" ? 0 : epochOf(current.routes.router, tenant));
    if (mode === "redirect") {
      const query = typeof event.rawQueryString === "string" ? event.rawQueryString : "";
      const location = locationAt(cell.endpoint, path, query);
      if (location === undefined) return fail(event, current, began, 400, "bad-path", tenant);
      const dropsToken = headerOf(event, "authorization") !== undefined;
      if (dropsToken) telemetry.redirectWithToken();
      note(event, current, began, "redirected", reason, tenant, cell.id);
      return answers.redirect(decision, location, epoch, dropsToken);
    }
    note(event, current, began, mode === "classify" ? "classified" : "proxied", reason, tenant, cell.id);
    return mode === "classify" ? answers.classify(decision, current, epoch) : answers.proxy(decision, tenant, epoch);
  };

  /** The decision by the event's correction, if there is one that is newer than the table, allowed and signed. */
  const correct = (
    event: HttpEvent,
    { routes, conditions }: Current,
    question: Identity & { readonly ok: true },
  ): { readonly decision: Decision; readonly epoch: Epoch } | undefined => {
    const text = headerOf(event, RouterHeader.correction);
    const correction = text === undefined ? undefined : decodeCorrection(text);
    if (correction === undefined) return undefined;
    const decision = decideCorrected(routes.router, question, conditions, correction);
    // The signature last: checking it takes the longest.
    return decision !== undefined && isSigned?.(correction) === true
      ? { decision, epoch: correction.epoch }
      : undefined;
  };

  const answer = (event: HttpEvent): HttpAnswer | Promise<HttpAnswer> => {
    const began = telemetry.begin();
    tables.tick(began);
    const path = typeof event.rawPath === "string" ? event.rawPath : "/";
    const mode = modeOf(path);
    // A proxy asks about requests, and answers its clients' preflights itself.
    if (cors !== undefined && mode !== "proxy" && isPreflight(event)) {
      const current = tables.current(began);
      answers.at(current);
      note(event, current, began, "preflight", "preflight");
      return answers.preflight();
    }
    if (mode === "health" || mode === undefined || isLong(event)) {
      const current = tables.current(began);
      answers.at(current);
      if (mode === undefined) return fail(event, current, began, 404, "no-such-path");
      if (mode !== "health") return fail(event, current, began, 413, "long-body");
      note(event, current, began, "health", "health");
      return answers.health(current);
    }
    const identity = readIdentity(event);
    return identity instanceof Promise
      ? identity.then((known) => respond(event, path, mode, began, known))
      : respond(event, path, mode, began, identity);
  };
  return cors === undefined ? answer : (event) => cors(event, answer(event));
}

/** Whether the body is too long. In base64 four characters are three bytes; in text one is up to three. */
function isLong({ body, isBase64Encoded }: HttpEvent): boolean {
  if (typeof body !== "string" || body.length <= longestBody / 3) return false;
  return Buffer.byteLength(body, isBase64Encoded === true ? "base64" : "utf8") > longestBody;
}

/** The mode of a path; undefined below a path of ours that has no subpaths. */
function modeOf(path: string): Mode | "health" | undefined {
  if (path === "/classify") return "classify";
  if (path === "/health") return "health";
  // Envoy prefixes the client's path.
  if (path === "/route" || path.startsWith("/route/")) return "proxy";
  return path.startsWith("/classify/") || path.startsWith("/health/") ? undefined : "redirect";
}
