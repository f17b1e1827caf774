import { createHash, createHmac } from "node:crypto";

import { signatureMetadata } from "../../contract/router";

/**
 * One signed GET of one S3 object, without the SDK, whose client costs more cold-start time than the whole router, and
 * without aws4fetch, whose first signature takes 45 ms (docs/decisions/0010-identity-and-guard.md).
 * Signature Version 4: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */

interface S3Object {
  readonly bucket: string;
  readonly key: string;
  readonly region: string;
  /** Replaces AWS's endpoint (`AWS_ENDPOINT_URL_S3`); the bucket is then part of the path. */
  readonly endpoint?: string | undefined;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** The object; `same` when it still has the given ETag; `nothing` when there is none. */
export type Fetched =
  | { readonly found: "same" }
  | { readonly found: "nothing" }
  | {
      readonly found: "object";
      readonly body: Uint8Array;
      readonly etag: string;
      /** From the object's metadata, see {@link signatureMetadata}. */
      readonly signature: string | undefined;
    };

const emptyHash = createHash("sha256").update("").digest("hex");

/** Address of the object: virtual-hosted on AWS, path style elsewhere. */
function objectUrl({ bucket, key, region, endpoint }: S3Object): URL {
  const path = key.split("/").map(encodeURIComponent).join("/");
  if (endpoint !== undefined) return new URL(`/${bucket}/${path}`, endpoint);
  const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return new URL(`https://${bucket}.s3.${region}.${suffix}/${path}`);
}

/** Headers that sign a GET of `url` at `now`. */
export function signedHeaders(url: URL, region: string, credentials: Credentials, now: Date): Record<string, string> {
  const stamp = now.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const day = stamp.slice(0, 8);
  const headers: Record<string, string> = { host: url.host, "x-amz-content-sha256": emptyHash, "x-amz-date": stamp };
  if (credentials.sessionToken !== undefined) headers["x-amz-security-token"] = credentials.sessionToken;
  const names = Object.keys(headers).sort();
  const canonical = [
    "GET",
    url.pathname,
    "",
    ...names.map((name) => `${name}:${headers[name]}`),
    "",
    names.join(";"),
    emptyHash,
  ].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", stamp, scope, createHash("sha256").update(canonical).digest("hex")].join("\n");
  const key = [day, region, "s3", "aws4_request"].reduce(
    (secret: string | Buffer, part) => createHmac("sha256", secret).update(part).digest(),
    `AWS4${credentials.secretAccessKey}`,
  );
  const signature = createHmac("sha256", key).update(toSign).digest("hex");
  const { host: _host, ...sent } = headers;
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`,
  };
}

/** What `fetch` reports when the other side has closed a connection that was kept. */
const closed: ReadonlySet<unknown> = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);

/**
 * `fetch`, repeated once on a new connection when the kept one turns out to be closed: S3 closes idle connections, and an
 * instance that Lambda has frozen notices only when it sends.
 */
async function fetchTwice(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const { cause } = error as { readonly cause?: { readonly code?: unknown } };
    if (!closed.has(cause?.code)) throw error;
    return fetch(url, init);
  }
}

/**
 * Fetches the object unless its ETag is still `etag`.
 *
 * @throws Error for every other answer, also for one that is denied, and when `signal` aborts or the object is longer
 * than `maxBytes`.
 */
export async function fetchObject(
  object: S3Object,
  credentials: Credentials,
  etag: string | undefined,
  { signal, maxBytes }: { readonly signal: AbortSignal; readonly maxBytes: number },
): Promise<Fetched> {
  const url = objectUrl(object);
  const headers = signedHeaders(url, object.region, credentials, new Date());
  const response = await fetchTwice(url, {
    headers: etag === undefined ? headers : { ...headers, "if-none-match": etag },
    redirect: "error",
    signal,
  });
  // Without a condition nothing was compared, and a 304 confirms nothing.
  if (response.status === 304 && etag !== undefined) return { found: "same" };
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    // The role may list the bucket, so S3 answers 403 only for what is denied.
    if (response.status === 404) return { found: "nothing" };
    throw new Error(`S3 answered ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`the object is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  // S3 always sends the object's length, so fetch reports a connection that ends early as an error.
  const signature = response.headers.get(`x-amz-meta-${signatureMetadata}`) ?? undefined;
  return { found: "object", body: Buffer.concat(chunks), etag: response.headers.get("etag") ?? "", signature };
}
