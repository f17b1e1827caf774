import { readFileSync } from "node:fs";
import { join } from "node:path";

import { decodeBinary, formatMistakes } from "../../routing";
import type { HttpAnswer, HttpEvent } from "./event";
import { makeHandler } from "./handler";
import { guardedHeaders, makeIdentityReader } from "./identity";
import { fetchObject } from "./s3";
import { readSettings } from "./settings";
import { TableSource } from "./source";
import { Telemetry } from "./telemetry";
import { makeTokenVerifier } from "./tokens";

/** The Lambda's entry: environment and bundled table in, `handler` out. `components/cell-router` sets the environment. */

const { env } = process;
const settings = readSettings(env);
const telemetry = new Telemetry({
  ...settings,
  // Straight to the log: the runtime's console would wrap a line that is JSON already.
  write: (line) => process.stdout.write(`${line}\n`),
  now: () => performance.now(),
  clock: Date.now,
});
const endpointSuffix = env["ROUTER_ENDPOINT_SUFFIX"];
const endpoint = env["AWS_ENDPOINT_URL_S3"] ?? env["AWS_ENDPOINT_URL"];
/** Longest poll: past it the instance keeps what it has and asks again at the next interval. */
const fetchTimeoutMs = 2000;
const largestTable = 16 * 1024 * 1024;

// `base.bin` lies beside this file in the zip, so that the code's bytes do not depend on the table.
const base = decodeBinary(
  readFileSync(join(__dirname, "base.bin")),
  endpointSuffix === undefined ? {} : { endpointSuffix },
);
if (!base.ok) throw new Error(`the bundled routing table is broken:\n${formatMistakes(base.mistakes)}`);

const source = new TableSource({
  base: base.table,
  endpointSuffix,
  pollMs: Number(env["ROUTER_POLL_SECONDS"] ?? "10") * 1000,
  // Read at each poll: nothing of it is needed to answer.
  fetch: (etag) =>
    fetchObject(
      {
        bucket: env["ROUTER_TABLE_BUCKET"] ?? "",
        key: env["ROUTER_TABLE_KEY"] ?? "",
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
  now: () => performance.now(),
  random: Math.random,
  log: (entry) => telemetry.table(entry),
});

const claimOf = (wanted: typeof settings.identity.country): string | undefined =>
  wanted !== undefined && "claim" in wanted ? wanted.claim : undefined;
const { identity } = settings;
const verify =
  identity.issuers.length === 0
    ? undefined
    : makeTokenVerifier({
        issuers: identity.issuers,
        tenantClaim: "claim" in identity.tenant ? identity.tenant.claim : undefined,
        countryClaim: claimOf(identity.country),
        now: () => Math.floor(Date.now() / 1000),
      });
const answer = makeHandler(source, makeIdentityReader(identity, { secrets: settings.edgeSecrets, verify }), telemetry, {
  vary: guardedHeaders(identity),
  secretHeader: typeof identity.edge === "object" ? identity.edge.header : undefined,
});

/** What API Gateway invokes. */
export const handler = (event: HttpEvent): Promise<HttpAnswer> => Promise.resolve(answer(event));
