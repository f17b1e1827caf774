import { readFileSync } from "node:fs";
import { join } from "node:path";

import { bundledTable, RouterVariable } from "../../contract/router";
import { decodeBinary, formatMistakes, makeRouter } from "../../routing";
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

/** The Lambda's entry: environment and bundled table in, `handler` out. `components/cell-router` sets the environment. */

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
  // Straight to the log: the runtime's console would wrap a line that is JSON already.
  write: (line) => process.stdout.write(`${line}\n`),
  now,
  clock: Date.now,
  homes: () => homes?.takeStatistics(),
});
const endpointSuffix = env[RouterVariable.endpointSuffix];
const endpoint = env["AWS_ENDPOINT_URL_S3"] ?? env["AWS_ENDPOINT_URL"];
/** Longest poll: past it the instance keeps what it has and asks again at the next interval. */
const fetchTimeoutMs = 2000;
const largestTable = 16 * 1024 * 1024;

// The table lies beside this file in the zip, so that the code's bytes do not depend on the table.
const base = decodeBinary(
  readFileSync(join(__dirname, bundledTable)),
  endpointSuffix === undefined ? {} : { endpointSuffix },
);
if (!base.ok) throw new Error(`the bundled routing table is broken:\n${formatMistakes(base.mistakes)}`);

const source = new TableSource({
  base: base.table,
  endpointSuffix,
  pollMs: Number(env[RouterVariable.pollSeconds] ?? "10") * 1000,
  router: (table) => {
    // A file of its own in the zip: routers that look homes up do not load what keeps computed ones.
    if (homes === undefined && isWorthCaching(table.algorithm, table.cells.length)) {
      homes = new (require("./home-cache") as typeof import("./home-cache")).HomeCache();
    }
    return makeRouter(table, homes?.front(table));
  },
  // Read at each poll: nothing of it is needed to answer.
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
      { signal: AbortSignal.timeout(fetchTimeoutMs), maxBytes: largestTable },
    ),
  signatureMistake: makeSignatureCheck(readVerifyingKeys(env[RouterVariable.verifyingKeys]), settings.environment),
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
    : // A file of its own in the zip: routers that read no tokens do not load what verifies them.
      (require("./tokens") as typeof import("./tokens")).makeTokenVerifier({
        issuers: identity.issuers,
        tenantClaim: "claim" in identity.tenant ? identity.tenant.claim : undefined,
        countryClaim: claimOf(identity.country),
        now: () => Math.floor(Date.now() / 1000),
      });
const answer = makeHandler(source, makeIdentityReader(identity, { secrets: settings.edgeSecrets, verify }), telemetry, {
  vary: guardedHeaders(identity),
  secretHeader: typeof identity.edge === "object" ? identity.edge.header : undefined,
});

/**
 * How long a request waits for a poll, at most. Lambda runs an instance only while it answers: before the first answer no
 * pin is known, and a tenant that has been moved would be sent to its old cell; after a sleep the table is as old as the
 * sleep was long; and a poll that nobody waits for is frozen with the instance. So the first request waits, and the first
 * after a pause, if a poll is due. Where requests follow each other none waits: the polls run beside them.
 */
const firstPollMs = 400;
/** Longest pause in which a poll still comes to its end beside the requests: it needs four of them, in two seconds. */
const pauseMs = 250;
let askedAt = -Infinity;

/** What API Gateway invokes. */
export async function handler(event: HttpEvent): Promise<HttpAnswer> {
  const wall = Date.now();
  if (wall - askedAt > pauseMs) await source.renew(firstPollMs);
  askedAt = wall;
  return answer(event);
}
