import { makeClock } from "../../lambda/router/clock";
import { makeHandler } from "../../lambda/router/handler";
import { guardedHeaders, makeIdentityReader } from "../../lambda/router/identity-reader";
import { TableSource } from "../../lambda/router/source";
import { Telemetry } from "../../lambda/router/telemetry";
import { makeTokenVerifier } from "../../lambda/router/tokens";
import type { RoutingTable } from "../../routing";
import { defaultIdentity, type IdentitySettings } from "../../routing/identity";

/** Of the shape that the program makes. */
export const edgeSecret = "Zk3vQ8mW1xN6cT5bR2yH9dL4sJ7gF0aPeUiOoKqV";

/** Variables of the deployed function: it does not start without them. */
export const variables: Readonly<Record<string, string>> = {
  ROUTER_IDENTITY: JSON.stringify(defaultIdentity),
  ROUTER_EDGE_SECRETS: edgeSecret,
  ROUTER_LOG_KEY: edgeSecret,
  ROUTER_ENVIRONMENT: "dev",
  ROUTER_TABLE_KEYS: "{}",
};

/** The request half of the router as it is deployed, but for its log, which goes nowhere, and S3, which never changes. */
function parts(table: RoutingTable, now: () => number) {
  const source = new TableSource({
    base: table,
    fetch: () => Promise.resolve({ found: "same" }),
    signatureMistake: () => undefined,
    pollMs: 1e12,
    now,
    random: () => 0.5,
    log: () => undefined,
  });
  const telemetry = new Telemetry({
    environment: "dev",
    region: "eu-west-1",
    logKey: edgeSecret,
    logEvery: 1000,
    write: () => undefined,
    now,
    clock: Date.now,
  });
  return { source, telemetry };
}

/** A router behind an edge that shows {@link edgeSecret}. */
export function edgeRouter(
  table: RoutingTable,
  now = makeClock(() => performance.now(), Date.now),
): ReturnType<typeof makeHandler> {
  const { source, telemetry } = parts(table, now);
  return makeHandler(source, makeIdentityReader(defaultIdentity, { secrets: [edgeSecret] }), telemetry, {
    vary: guardedHeaders(defaultIdentity),
    secretHeader: "x-router-secret",
  });
}

/** A router that reads tenant and country from the claims `tenant` and `country` of a token. */
export function tokenRouter(table: RoutingTable, settings: IdentitySettings, nowSeconds: () => number) {
  const { source, telemetry } = parts(table, () => performance.now());
  const verify = makeTokenVerifier({
    issuers: settings.issuers,
    tenantClaim: "tenant",
    countryClaim: "country",
    now: nowSeconds,
  });
  return makeHandler(source, makeIdentityReader(settings, { secrets: [], verify }), telemetry, {
    vary: guardedHeaders(settings),
  });
}
