import { RouterHeader } from "../../contract/router";
import type { Decision, Epoch, Refused, Routed } from "../../routing";
import type { HttpAnswer } from "./event";
import type { Current } from "./source";

/** Seconds a client should wait after a 503: failed cells come back, or a new table comes, in about this time. */
const retryAfterSeconds = 30;

/** Constant bodies: an error reveals its status and nothing else. */
const messages = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  413: "Content Too Large",
  503: "Service Unavailable",
} as const;
export type FailureStatus = keyof typeof messages;

export const refusalStatus: Readonly<Record<Refused["reason"], 403 | 503>> = {
  "unknown-country": 403,
  "no-cell-allowed": 403,
  "pin-outside-residency": 503,
  "no-healthy-cell": 503,
};

/**
 * Headers that a proxy must remove from the client's request before it passes it on: other names for the target, and the
 * edge's secret. Envoy reads this list from the answer; it overwrites `x-cell` and the like with ours.
 */
const strippedByProxy = [
  "x-original-url",
  "x-rewrite-url",
  "x-original-host",
  "x-http-method-override",
  "x-http-method",
  "x-method-override",
  RouterHeader.refused,
  RouterHeader.correction,
];

const tokenWarning =
  "clients do not send Authorization to another host after a redirect: ask /classify and call the cell (docs/router.md)";

/** Makes answers; for one table and one second, one for each decision. */
export class Answers {
  private readonly base: Readonly<Record<string, string>>;
  private readonly stripped: string;
  private now: Current | undefined;
  private shared: Readonly<Record<string, string>> = {};
  private classified = new WeakMap<Decision, HttpAnswer>();

  /**
   * @param vary names of the headers that the answer depends on.
   * @param secretHeader header that a proxy must not pass on.
   */
  constructor({ vary, secretHeader }: { readonly vary: readonly string[]; readonly secretHeader: string | undefined }) {
    this.base = { "cache-control": "no-store", "content-type": "application/json", vary: vary.join(", ") };
    this.stripped = [...strippedByProxy, ...(secretHeader === undefined ? [] : [secretHeader])].join(",");
  }

  health({ version, age, source }: Current): HttpAnswer {
    return { statusCode: 200, headers: this.headers(), body: JSON.stringify({ status: "ok", version, age, source }) };
  }

  /** @param epoch of the tenant's home. */
  classify(decision: Routed, { version }: Current, epoch: Epoch): HttpAnswer {
    // Tenants that share a decision have no pin, so they share its epoch.
    const known = this.classified.get(decision);
    if (known !== undefined) return known;
    const { cell, home, reason } = decision;
    const { id, number, region, locality, endpoint } = cell;
    const standIn = home.number === number ? {} : { standsInFor: home.id };
    const body = JSON.stringify({ cell: id, number, region, locality, endpoint, version, epoch, reason, ...standIn });
    const made = { statusCode: 200, headers: this.routed(decision, epoch), body };
    this.classified.set(decision, made);
    return made;
  }

  /** @param dropsToken whether the request has a token, which clients do not send to another host after a redirect. */
  redirect(decision: Routed, location: string, epoch: Epoch, dropsToken: boolean): HttpAnswer {
    const headers: Record<string, string> = { ...this.routed(decision, epoch), location };
    if (dropsToken) headers[RouterHeader.warning] = tokenWarning;
    return { statusCode: 307, headers, body: "" };
  }

  /** What a proxy sets on the request that it sends to the cell. */
  proxy(decision: Routed, tenant: string, epoch: Epoch): HttpAnswer {
    const { cell, jurisdiction } = decision;
    const headers = {
      ...this.routed(decision, epoch),
      "x-cell-endpoint": cell.endpoint,
      "x-cell-host": cell.endpoint.slice("https://".length),
      [RouterHeader.tenant]: tenant,
      "x-tenant-jurisdiction": jurisdiction,
      "x-envoy-auth-headers-to-remove": this.stripped,
    };
    return { statusCode: 200, headers, body: "" };
  }

  /** For every origin alike: `cors.ts` adds the headers that permit one. */
  preflight(): HttpAnswer {
    return { statusCode: 204, headers: this.headers(), body: "" };
  }

  /** @param wait seconds after which a client may retry a 503. */
  fail(status: FailureStatus, wait: number = retryAfterSeconds): HttpAnswer {
    const headers = { ...this.headers() };
    if (status === 503) headers["retry-after"] = String(wait);
    // RFC 9110, section 15.5.2: a 401 names the scheme.
    if (status === 401) headers["www-authenticate"] = "Bearer";
    return { statusCode: status, headers, body: JSON.stringify({ message: messages[status] }) };
  }

  /** Later answers are made from this table, at this age. */
  at(current: Current): void {
    const { now } = this;
    if (now?.version === current.version && now.age === current.age && now.source === current.source) return;
    this.now = current;
    this.classified = new WeakMap();
    this.shared = {
      ...this.base,
      [RouterHeader.version]: current.version,
      "x-routing-age": String(current.age),
      "x-routing-source": current.source,
    };
  }

  private routed({ cell, home }: Routed, epoch: Epoch): Readonly<Record<string, string>> {
    const headers = { ...this.headers(), "x-cell": cell.id, [RouterHeader.epoch]: String(epoch) };
    return home.number === cell.number ? headers : { ...headers, [RouterHeader.standIn]: home.id };
  }

  private headers(): Readonly<Record<string, string>> {
    return this.shared;
  }
}
