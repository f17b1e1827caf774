import { readFileSync } from "node:fs";
import { join } from "node:path";

import { bundledTable, RouterVariable } from "../../contract/router";
import { decodeBinary, formatMistakes, longestObject, makeRouter } from "../../routing";
import { makeClock } from "./clock";
import type { HttpAnswer, HttpEvent } from "./event";
import { isWorthCaching } from "./worth-caching";
import { makeHandler } from "./handler";
import type { HomeCache } from "./home-cache";
import { guardedHeaders, makeIdentityReader } from "./identity-reader";
import { fetchObject } from "./s3";
import { readSettings } from "./settings";
import { makeSignatureCheck, readVerifyingKeys } from "./signature";
import { TableSource } from "./source";
import { Telemetry } from "./telemetry";

/** Entry of the Lambda: reads environment and bundled table, exports `handler`. `components/cell-router` sets both. */

const { env } = process;

/** Not `performance.now()`, whose first call loads a millisecond of Node. */
const now = makeClock(() => {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}, Date.now);

const settings = readSettings(env);
let homes: HomeCache | undefined;
const telemetry = new Telemetry({
  ...settings,
  // Straight to the log: the runtime's console would wrap the line, which is JSON already.
  write: (line) => process.stdout.write(`${line}\n`),
  now,
  clock: Date.now,
  homes: () => homes?.takeStatistics(),
});
const endpointSuffix = env[RouterVariable.endpointSuffix];
const endpoint = env["AWS_ENDPOINT_URL_S3"] ?? env["AWS_ENDPOINT_URL"];
/** Longest poll: after it the instance keeps its tables and polls again at the next interval. */
const fetchTimeoutMs = 2000;

// The table lies beside this file in the zip, so that the code's bytes do not depend on the table.
const base = decodeBinary(
  readFileSync(join(__dirname, bundledTable)),
  endpointSuffix === undefined ? {} : { endpointSuffix },
);
if (!base.ok) throw new Error(`the bundled routing table is not valid:\n${formatMistakes(base.mistakes)}`);

const signatureMistake = makeSignatureCheck(readVerifyingKeys(env[RouterVariable.verifyingKeys]), settings.environment);
const source = new TableSource({
  base: base.table,
  endpointSuffix,
  pollMs: Number(env[RouterVariable.pollSeconds] ?? "10") * 1000,
  router: (table, pins) => {
    // A separate file in the zip: routers that need no cache do not load it.
    if (homes === undefined && isWorthCaching(table.algorithm, table.cells.length)) {
      homes = new (require("./home-cache") as typeof import("./home-cache")).HomeCache();
    }
    return makeRouter(table, { pins, front: homes?.front(table) });
  },
  // Read at each poll: answers need none of it.
  fetch: (kind, etag) =>
    fetchObject(
      {
        bucket: env[RouterVariable.bucket] ?? "",
        key: env[kind === "base" ? RouterVariable.basePath : RouterVariable.overlayPath] ?? "",
        region: env["AWS_REGION"] ?? "",
        endpoint,
      },
      {
        accessKeyId: env["AWS_ACCESS_KEY_ID"] ?? "",
        secretAccessKey: env["AWS_SECRET_ACCESS_KEY"] ?? "",
        sessionToken: env["AWS_SESSION_TOKEN"],
      },
      etag,
      { signal: AbortSignal.timeout(fetchTimeoutMs), maxBytes: longestObject },
    ),
  signatureMistake,
  now,
  random: Math.random,
  log: (entry) => telemetry.table(entry),
});

const claimOf = (wanted: typeof settings.identity.country): string | undefined =>
  wanted !== undefined && "claim" in wanted ? wanted.claim : undefined;
const { identity } = settings;
const verify =
  identity.issuers.length === 0
    ? undefined
    : // A separate file in the zip: routers that read no tokens do not load it.
      (require("./tokens") as typeof import("./tokens")).makeTokenVerifier({
        issuers: identity.issuers,
        tenantClaim: "claim" in identity.tenant ? identity.tenant.claim : undefined,
        countryClaim: claimOf(identity.country),
        now: () => Math.floor(Date.now() / 1000),
      });
const answer = makeHandler(source, makeIdentityReader(identity, { secrets: settings.edgeSecrets, verify }), telemetry, {
  vary: guardedHeaders(identity),
  secretHeader: typeof identity.edge === "object" ? identity.edge.header : undefined,
  isSigned: ({ body, signature }) => signatureMistake("move", Buffer.from(body), signature) === undefined,
  corsOrigins: settings.corsOrigins,
});

/**
 * Longest time that a request waits for a poll. Lambda runs an instance only while it answers. Before the first poll the
 * instance has no pins from the overlay and would send a moved tenant to its old cell; after a pause its table is as old as
 * the pause; and without a waiting request a poll is frozen with the instance. So the first request waits, and the first
 * after a pause if a poll is due. When requests follow each other none waits: polls run beside them.
 */
const firstPollMs = 400;
/** Longest pause at which a poll still ends beside the requests: it needs four of them, in two seconds. */
const pauseMs = 250;
let askedAt = -Infinity;

/** API Gateway invokes this. */
export async function handler(event: HttpEvent): Promise<HttpAnswer> {
  const wall = Date.now();
  if (wall - askedAt > pauseMs) await source.renew(firstPollMs);
  askedAt = wall;
  return answer(event);
}
