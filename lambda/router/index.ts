import { readFileSync } from "node:fs";
import { join } from "node:path";

import { decodeBinary, formatMistakes } from "../../routing";
import { defaultTenantPattern } from "./event";
import { makeHandler } from "./handler";
import { fetchObject } from "./s3";
import { TableSource } from "./source";

/** The Lambda's entry: environment and bundled table in, `handler` out. `components/cell-router` sets the environment. */

const { env } = process;
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
  log: (entry) => {
    console.log(JSON.stringify(entry));
  },
});

const answer = makeHandler(source, {
  tenant: env["ROUTER_TENANT_HEADER"] ?? "x-tenant-id",
  country: env["ROUTER_COUNTRY_HEADER"] ?? "cloudfront-viewer-country",
  tenantPattern:
    env["ROUTER_TENANT_PATTERN"] === undefined ? defaultTenantPattern : new RegExp(env["ROUTER_TENANT_PATTERN"]),
});

/** What API Gateway invokes. */
export const handler: (event: Parameters<typeof answer>[0]) => Promise<ReturnType<typeof answer>> = (event) =>
  Promise.resolve(answer(event));
