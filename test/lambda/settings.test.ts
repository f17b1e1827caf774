import { generateKeyPairSync, type KeyObject } from "node:crypto";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { signingKey } from "../../catalog/table-signing";
import { routerVariables } from "../../components/cell-router/variables";
import { secretLength } from "../../components/router-secrets";
import { StackSettingsError, readSettings as readStackSettings } from "../../components/settings";
import { readSettings } from "../../lambda/router/settings";
import { checkIdentity, defaultIdentity, type IdentitySettings } from "../../routing/identity";
import { edgeSecret, logKey, variables } from "./fixture";
import { issuerInput, ours, published, rsa, tokenIdentity } from "./keys";

/** The setting as the program reads it. */
const parseIdentity = (value: unknown) =>
  readStackSettings("dev", value === undefined ? {} : { "cells:identity": JSON.stringify(value) }).identity;

const mistakesOf = (value: unknown): string[] => {
  const checked = checkIdentity(value);
  return checked.ok ? [] : checked.mistakes.map(({ path, message }) => `${path} ${message}`);
};
const tenant = { claim: "tenant" };
const routerValues = {
  environment: "dev",
  domain: "example.com",
  identity: defaultIdentity,
  bucket: "b",
  verifyingKeys: "{}",
  edgeSecrets: edgeSecret,
  logKey,
};
const withKey = (key: object, algorithms = ["ES256", "RS256"]) => ({
  tenant,
  issuers: [{ ...issuerInput, algorithms, keys: [key] }],
});

describe("identity settings", () => {
  it("are an edge with a secret by default", () => {
    for (const nothing of [undefined, {}]) expect(parseIdentity(nothing)).toEqual(defaultIdentity);
    expect(checkIdentity(defaultIdentity)).toEqual({ ok: true, settings: defaultIdentity });
  });

  it("are the same after a second check, as the function checks them after the program", () => {
    const identities: IdentitySettings[] = [defaultIdentity, tokenIdentity];
    for (const identity of identities) {
      const again = checkIdentity(JSON.parse(JSON.stringify(identity)));
      expect(again).toEqual({ ok: true, settings: identity });
    }
    expect(parseIdentity(JSON.parse(JSON.stringify(tokenIdentity)))).toEqual(tokenIdentity);
  });

  it("bind each key to one algorithm", () => {
    expect(tokenIdentity.issuers[0]!.keys.map(({ kid, alg }) => [kid, alg])).toEqual([
      ["ec-1", "ES256"],
      ["rsa-1", "RS256"],
    ]);
  });

  it.each([
    ["nothing known", 7, ["must be an object"]],
    ["no tenant", {}, ["tenant must be"]],
    [
      "a tenant from two places",
      { tenant: { claim: "a", header: "b" }, edge: "network", issuers: [issuerInput] },
      ["tenant must be one of"],
    ],
    [
      "a secret in a header that CloudFront cannot send",
      { tenant: { header: "x-tenant-id" }, edge: { header: "x-edge-secret" } },
      ["edge.header is a name that CloudFront cannot send"],
    ],
    [
      "a secret in a header of HTTP itself",
      { tenant: { header: "x-tenant-id" }, edge: { header: "via" } },
      ["edge.header is a name that CloudFront cannot send"],
    ],
    ["a header without a proof", { tenant: { header: "x-tenant-id" } }, ["edge is missing"]],
    ["a host without a proof", { tenant: { host: "app.example.com" } }, ["edge is missing"]],
    [
      "a country without a proof",
      { tenant, issuers: [issuerInput], country: { header: "x-country" } },
      ["edge is missing"],
    ],
    ["a claim without an issuer", { tenant }, ["issuers is missing"]],
    ["a claim and an empty list", { tenant, issuers: [] }, ["issuers is missing"]],
    [
      "the secret's header read as tenant",
      { tenant: { header: "x-a" }, edge: { header: "x-a" } },
      ["edge.header is read as"],
    ],
    [
      "a misspelt member",
      { tenant, issuers: [{ ...issuerInput, audiance: "x" }] },
      ["issuers[0].audiance is not known here"],
    ],
    [
      "__proto__",
      JSON.parse('{"tenant":{"header":"x"},"edge":"network","__proto__":{}}'),
      ["__proto__ is not known here"],
    ],
    ["a header in upper case", { tenant: { header: "X-Tenant-Id" }, edge: "network" }, ["tenant.header must be"]],
    ["an unknown edge", { tenant: { header: "x-t" }, edge: "trusted" }, ["edge must be"]],
    [
      "HS256",
      { tenant, issuers: [{ ...issuerInput, algorithms: ["HS256"] }] },
      ["issuers[0].algorithms[0] must be one of"],
    ],
    [
      "clocks an hour apart",
      { tenant, issuers: [{ ...issuerInput, skewSeconds: 3600 }] },
      ["issuers[0].skewSeconds must be"],
    ],
    [
      "doing without exp",
      { tenant, issuers: [{ ...issuerInput, without: ["exp"] }] },
      ["issuers[0].without[0] must be"],
    ],
    ["two issuers of one name", { tenant, issuers: [issuerInput, issuerInput] }, ["issuers[1].issuer occurs twice"]],
    ["a shared key", withKey({ kty: "oct", kid: "a", k: "c2VjcmV0" }), ["keys[0] has k, so it is not a public key"]],
    [
      "a private key",
      withKey({ ...ours.privateKey.export({ format: "jwk" }), kid: "a" }),
      ["keys[0] has d, so it is not a public key"],
    ],
    [
      "a key of a curve that is not used",
      withKey({ kty: "EC", crv: "secp256k1", x: "AA", y: "AA", kid: "a" }),
      ["keys[0].kty must be one of"],
    ],
    [
      "an RSA key for one of several algorithms",
      withKey(published(rsa.publicKey, "a"), ["RS256", "PS256"]),
      ["keys[0].alg must be RS256 or PS256"],
    ],
    ["an EC key for RSA", withKey(published(ours.publicKey, "a", { alg: "RS256" })), ["keys[0].alg must be ES256"]],
    [
      "an RSA key where only EC is allowed",
      withKey(published(rsa.publicKey, "a", { alg: "RS256" }), ["ES256"]),
      ["fits none of the issuer's algorithms"],
    ],
    ["a key for encryption", withKey(published(ours.publicKey, "a", { use: "enc" })), ["keys[0].use must be sig"]],
    ["a key id too long", withKey(published(ours.publicKey, "k".repeat(65))), ["keys[0].kid must be"]],
    [
      "a key id twice",
      {
        tenant,
        issuers: [
          { ...issuerInput, keys: [published(ours.publicKey, "a"), published(rsa.publicKey, "a", { alg: "RS256" })] },
        ],
      },
      ["keys[1].kid is used by another key"],
    ],
    [
      "jku beside a key",
      withKey(published(ours.publicKey, "a", { jku: "https://evil.org" })),
      ["keys[0].jku is not known here"],
    ],
    [
      "a short RSA key",
      withKey({
        ...generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey.export({ format: "jwk" }),
        kid: "a",
        alg: "RS256",
      }),
      ["keys[0].n must have 2,048 bits"],
    ],
  ])("refuse %s", (_, value, expected) => {
    const found = mistakesOf(value);
    for (const text of expected) expect(found.join("\n")).toContain(text);
  });

  it("list all mistakes in one message, without a value", () => {
    const value = {
      tenant: { header: "X" },
      country: { claim: "" },
      issuers: [{ issuer: "secret-value", algorithms: ["none"], keys: [] }],
    };
    expect(() => parseIdentity(value)).toThrow(StackSettingsError);
    try {
      parseIdentity(value);
    } catch (error) {
      const { message } = error as Error;
      expect(message).toMatch(
        /^the configuration of stack dev has \d mistakes:\n {2}cells:identity\.tenant\.header: must be/,
      );
      for (const path of ["country.claim", "issuers[0].audience", "issuers[0].algorithms[0]", "issuers[0].keys"])
        expect(message).toContain(path);
      expect(message).not.toContain("secret-value");
    }
  });

  it("refuse numbers that are no key, and text that is too long for a function's variables", () => {
    const off = {
      ...published(ours.publicKey, "a"),
      y: (published(rsa.publicKey, "b") as { n: string }).n.slice(0, 43),
    };
    expect(() => parseIdentity(withKey(off))).toThrow("issuers[0].keys[0]: is no key");
    const many = Array.from({ length: 8 }, (_, i) => published(rsa.publicKey, `k-${i}`, { alg: "RS256" }));
    expect(() => parseIdentity({ tenant, issuers: [{ ...issuerInput, keys: many }] })).toThrow(
      /issuers: is \d+ bytes long/,
    );
  });

  it("fit into the function's variables when they are accepted, whatever the other variables are", () => {
    const secret = "s".repeat(secretLength);
    const pin = ({ id, publicKey }: ReturnType<typeof signingKey>) => ({ [id]: publicKey });
    const pinned = {
      base: pin(signingKey("base")),
      overlay: pin(signingKey("overlay")),
      move: pin(signingKey("move")),
    };
    const others = {
      environment: "a".repeat(32),
      corsOrigins: [],
      domain: `${"d".repeat(63)}.`.repeat(3) + "d".repeat(48),
      bucket: "b".repeat(63),
      verifyingKeys: JSON.stringify(pinned),
      edgeSecrets: `${secret},${secret}`,
      logKey: secret,
    };
    expect(others.domain).toHaveLength(240);
    const mostKeys = (key: KeyObject, alg: string): number => {
      for (let count = 1; ; count++) {
        const keys = Array.from({ length: count }, (_, i) => published(key, `2026-11-${i}`, { alg }));
        const input = { ...edged, issuers: [{ ...issuerInput, algorithms: [alg], keys }] };
        const checked = checkIdentity(input);
        // As Lambda counts: one JSON text of names and values.
        const text = JSON.stringify(
          routerVariables({ ...others, identity: checked.ok ? checked.settings : tokenIdentity }),
        );
        if (Buffer.byteLength(text) > 4096) {
          expect(() => parseIdentity(input)).toThrow("a function's variables may have 4096 together");
          return count - 1;
        }
        expect(() => parseIdentity(input)).not.toThrow();
      }
    };
    const edged = { tenant, country: { header: "cloudfront-viewer-country" }, edge: { header: "x-router-secret" } };
    // What docs/router.md promises.
    expect(mostKeys(ours.publicKey, "ES256")).toBe(15);
    expect(mostKeys(rsa.publicKey, "RS256")).toBe(6);
  });

  it("never throw for any value", () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withMap: true }), (value) => {
        expect(checkIdentity(value).ok).toBe(false);
        expect(checkIdentity({ tenant: value, issuers: [value], edge: value, country: value }).ok).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("origins whose pages may call the routers", () => {
  const read = (origins: unknown, identity?: unknown) =>
    readStackSettings("dev", {
      "cells:corsOrigins": JSON.stringify(origins),
      ...(identity === undefined ? {} : { "cells:identity": JSON.stringify(identity) }),
    }).corsOrigins;

  it("reach the function and are read there", () => {
    const origins = ["https://app.example.com", "https://b.example.com:8443", "http://localhost:5173"];
    expect(read(origins)).toEqual(origins);
    const text = routerVariables({ ...routerValues, corsOrigins: origins })["ROUTER_CORS_ORIGINS"];
    expect(readSettings({ ...variables, ROUTER_CORS_ORIGINS: text }).corsOrigins).toEqual(origins);
    expect(routerVariables({ ...routerValues, corsOrigins: [] })).not.toHaveProperty("ROUTER_CORS_ORIGINS");
  });

  it.each(["*", "null", "", "https://*.example.com", "https://app.example.com/", "https://App.example.com"])(
    "are no %j",
    (origin) => {
      expect(() => read([origin])).toThrow(/cells:corsOrigins/);
      if (origin !== "")
        expect(() => readSettings({ ...variables, ROUTER_CORS_ORIGINS: origin })).toThrow("must be origins");
    },
  );

  it.each(["http://app.example.com", "https://app.example.com:443", "https://a.example.com,https://b.example.com"])(
    "are not %s either, and no more than ten",
    (origin) => {
      expect(() => read([origin])).toThrow("write an origin in lower case");
      expect(() => read(Array.from({ length: 11 }, (_, at) => `https://a${at}.example.com`))).toThrow("at most 10");
    },
  );

  it("leave less room for keys", () => {
    const keys = Array.from({ length: 14 }, (_, i) => published(ours.publicKey, `2026-11-${i}`, { alg: "ES256" }));
    const identity = { tenant, issuers: [{ ...issuerInput, algorithms: ["ES256"], keys }] };
    expect(() => read([], identity)).not.toThrow();
    const long = Array.from({ length: 10 }, (_, at) => `https://${String(at).repeat(60)}.example.com`);
    expect(() => read(long, identity)).toThrow("a function's variables may have 4096 together");
  });
});

describe("the function's variables", () => {
  it("are read as the program writes them", () => {
    expect(readSettings({ ...variables, AWS_REGION: "eu-west-1" })).toEqual({
      identity: defaultIdentity,
      edgeSecrets: [edgeSecret],
      logKey,
      logEvery: 1000,
      corsOrigins: [],
      environment: "dev",
      region: "eu-west-1",
    });
    expect(readSettings({ ...variables, ROUTER_EDGE_SECRETS: `${logKey},${edgeSecret}` }).edgeSecrets).toHaveLength(2);
  });

  it("are all required, and one message lists the missing ones, without a secret", () => {
    const wrong = {
      ROUTER_IDENTITY: '{"tenant": {"header": "x-tenant-id"}}',
      ROUTER_EDGE_SECRETS: "short,also-short",
      ROUTER_LOG_EVERY: "often",
    };
    expect(() => readSettings(wrong)).toThrow(/^the router's settings have 5 mistakes:\n/);
    for (const part of [
      "ROUTER_IDENTITY.edge is missing",
      "ROUTER_EDGE_SECRETS",
      "ROUTER_LOG_KEY",
      "ROUTER_LOG_EVERY",
      "ROUTER_ENVIRONMENT",
    ]) {
      expect(() => readSettings(wrong)).toThrow(part);
    }
    expect(() => readSettings(wrong)).not.toThrow("short");
    expect(() => readSettings({})).toThrow("ROUTER_IDENTITY must be JSON");
    expect(() => readSettings({ ...variables, ROUTER_EDGE_SECRETS: undefined })).toThrow(
      "ROUTER_EDGE_SECRETS is missing, though",
    );
  });
});
