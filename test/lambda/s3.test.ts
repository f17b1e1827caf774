import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { expect, it } from "vitest";

import { fetchObject, signedHeaders } from "../../lambda/router/s3";

/** Signatures of aws4fetch 1.0.20 for the same request. */
it.each([
  ["session/token+=", "d5b19aff4e2362782810d462668c769ec588631ce9119782b640e514bb199f81"],
  [undefined, "22603ad2990b2493e4f6b8ca376773ce3d36c4f0c4ce3551196c51c0d5c14fa2"],
])("signs a GET as aws4fetch does, with session token %s", (sessionToken, signature) => {
  const { authorization } = signedHeaders(
    new URL("https://bucket.s3.eu-west-1.amazonaws.com/tables/base.json"),
    "eu-west-1",
    // AWS's example credentials.
    { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", sessionToken },
    new Date("2026-11-22T10:11:12.345Z"),
  );
  expect(authorization).toMatch(`Signature=${signature}`);
});

it("accepts a 304 only where it sent an ETag: without a condition nothing was compared", async () => {
  const server = createServer((_request, response) => void response.writeHead(304).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const get = (etag: string | undefined) =>
    fetchObject(
      { bucket: "bucket", key: "tables/overlay.json", region: "eu-west-1", endpoint },
      { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "x" },
      etag,
      { signal: AbortSignal.timeout(5000), maxBytes: 1000 },
    );
  try {
    await expect(get(undefined)).rejects.toThrow("S3 answered 304");
    expect(await get('"a"')).toEqual({ found: "same" });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
