import { expect, it } from "vitest";

import { signedHeaders } from "../../lambda/router/s3";

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
