import type { HttpAnswer, HttpEvent } from "../../lambda/router/event";
import { makeHandler } from "../../lambda/router/handler";
import type { HomeCache } from "../../lambda/router/home-cache";
import { guardedHeaders, makeIdentityReader } from "../../lambda/router/identity-reader";
import type { Fetched } from "../../lambda/router/s3";
import { TableSource, type Current } from "../../lambda/router/source";
import { Telemetry } from "../../lambda/router/telemetry";
import { makeTokenVerifier } from "../../lambda/router/tokens";
import { makeRouter, type RoutingTable, type SignedCorrection } from "../../routing";
import { checkIdentity, type IdentitySettings } from "../../routing/identity";
import { exampleTable } from "../routing/tables";

/** A secret of the edge and a key of the log, in the program's form. */
export const edgeSecret = "Zk3vQ8mW1xN6cT5bR2yH9dL4sJ7gF0aPeUiOoKqV";
export const logKey = "hJ2kL5mN8pQ1rS4tU7vW0xY3zA6bC9dE2fG5hI8j";

/** Environment variables of a router behind an edge that shows {@link edgeSecret}. */
export const variables = {
  ROUTER_IDENTITY: JSON.stringify({
    tenant: { header: "x-tenant-id" },
    country: { header: "cloudfront-viewer-country" },
    edge: { header: "x-router-secret" },
  }),
  ROUTER_EDGE_SECRETS: edgeSecret,
  ROUTER_LOG_KEY: logKey,
  ROUTER_ENVIRONMENT: "dev",
} as const;

/** Settings as a person writes them. */
export function settingsOf(value: unknown): IdentitySettings {
  const checked = checkIdentity(value);
  if (!checked.ok) throw new Error(checked.mistakes.map(({ path, message }) => `${path} ${message}`).join("\n"));
  return checked.settings;
}

/** Behind an edge that no client can bypass: for tests that are not about identity. */
const openIdentity = settingsOf({
  tenant: { header: "x-tenant-id" },
  country: { header: "cloudfront-viewer-country" },
  edge: "network",
});

/** S3's answer for an unchanged object. */
export const same: Fetched = { found: "same" };
/** S3's answer for a missing object. */
export const nothing: Fetched = { found: "nothing" };

/** An object as S3 gives it; its signature holds unless it is `bad`. */
export function object(text: string, etag = "x", signature: string | undefined = "good"): Fetched {
  return { found: "object", body: new TextEncoder().encode(text), etag, signature };
}

export interface Setup {
  readonly base?: RoutingTable;
  /** The published base table; S3 fails when left out. */
  readonly fetch?: (etag?: string) => Promise<Fetched>;
  /** The published overlay; when left out there is none, or S3 fails as for the base. */
  readonly overlay?: () => Promise<Fetched>;
  readonly identity?: IdentitySettings;
  readonly secrets?: readonly string[];
  readonly logEvery?: number;
  /** Answers from this instead of the polled table. */
  readonly tables?: () => Current;
  /** Check of corrections; without it none is accepted. */
  readonly isSigned?: ((correction: SignedCorrection) => boolean) | undefined;
  readonly corsOrigins?: readonly string[];
  /** Cache of homes, as the entry makes one for slow algorithms. */
  readonly homes?: HomeCache;
}

/** A router with the test's clock, the test's S3, and a recorded log. */
export function setup(of: Setup = {}) {
  const { base = exampleTable(), fetch, identity = openIdentity, secrets = [edgeSecret], logEvery = 0, homes } = of;
  const dead = () => Promise.reject(new Error("dead"));
  const overlay = of.overlay ?? (fetch === undefined ? dead : () => Promise.resolve(nothing));
  const clock = { ms: 0, polls: 0, epoch: Date.UTC(2026, 10, 22) };
  const lines: string[] = [];
  const logs: Readonly<Record<string, string | number>>[] = [];
  const telemetry = new Telemetry({
    environment: "dev",
    region: "eu-west-1",
    logKey,
    logEvery,
    write: (line) => lines.push(line),
    now: () => clock.ms,
    clock: () => clock.epoch + clock.ms,
    homes: homes === undefined ? undefined : () => homes.takeStatistics(),
  });
  const source = new TableSource({
    base,
    fetch: (kind, etag) => {
      if (kind === "overlay") return overlay();
      clock.polls++;
      return (fetch ?? dead)(etag);
    },
    signatureMistake: (_kind, _body, signature) => (signature === "good" ? undefined : "its signature does not hold"),
    router: homes === undefined ? undefined : (table, pins) => makeRouter(table, { pins, front: homes.front(table) }),
    pollMs: 10_000,
    endpointSuffix: "cells.example.com",
    now: () => clock.ms,
    random: () => 0.5,
    log: (entry) => {
      logs.push(entry);
      telemetry.table(entry);
    },
  });
  const claim = (source: IdentitySettings["country"]): string | undefined =>
    source !== undefined && "claim" in source ? source.claim : undefined;
  const verify =
    identity.issuers.length === 0
      ? undefined
      : makeTokenVerifier({
          issuers: identity.issuers,
          tenantClaim: "claim" in identity.tenant ? identity.tenant.claim : undefined,
          countryClaim: claim(identity.country),
          now: () => Math.floor((clock.epoch + clock.ms) / 1000),
        });
  const options = {
    vary: guardedHeaders(identity),
    secretHeader: typeof identity.edge === "object" ? identity.edge.header : undefined,
    isSigned: of.isSigned,
    corsOrigins: of.corsOrigins,
  };
  const tables = of.tables === undefined ? source : { tick: () => {}, hurry: () => {}, current: of.tables };
  /** Of settings that read tokens, ask `answer`. */
  const handler = makeHandler(tables, makeIdentityReader(identity, { secrets }), telemetry, options);
  const either = makeHandler(tables, makeIdentityReader(identity, { secrets, verify }), telemetry, options);
  const answer = async (event: HttpEvent): Promise<HttpAnswer> => either(event);
  return { handler, answer, source, telemetry, clock, logs, lines };
}

export const ask = (tenant: string, country: string, rawPath = "/", rawQueryString = ""): HttpEvent => ({
  rawPath,
  rawQueryString,
  headers: { "x-tenant-id": tenant, "cloudfront-viewer-country": country },
});
