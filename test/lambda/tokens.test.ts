import { createHmac, sign as signBytes } from "node:crypto";

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { makeTokenVerifier, mostRemembered } from "../../lambda/router/tokens";
import { encodeTable } from "../../routing";
import { cell, exampleContent, exampleTable } from "../routing/tables";
import { object, same, settingsOf, setup } from "./fixture";
import {
  began,
  forge,
  goodClaims,
  goodHeader,
  issuerInput,
  others,
  ours,
  published,
  rsa,
  sign,
  tokenIdentity,
  withToken,
} from "./keys";

const router = () => setup({ identity: tokenIdentity });
const unauthorized = { statusCode: 401, body: '{"message":"Unauthorized"}' };

let outbound: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  outbound = vi.spyOn(globalThis, "fetch").mockRejectedValue(new Error("no outbound call is allowed"));
});
afterEach(() => {
  expect(outbound).not.toHaveBeenCalled();
  outbound.mockRestore();
});

describe("a good token", () => {
  it("is its tenant, at the tenant's cell, by each of the issuer's algorithms", async () => {
    const { answer } = router();
    for (const token of [await sign(), await sign({}, { alg: "RS256", kid: "rsa-1" }, rsa.privateKey)]) {
      const given = await answer(withToken(token));
      expect(given.statusCode).toBe(200);
      expect(given.headers["x-cell"]).toBe("cell-7");
    }
  });

  it("may name several audiences, and any claims beside", async () => {
    const { answer } = router();
    const token = await sign({ aud: ["other", "cells"], scope: "a b", constructor: "x" });
    expect((await answer(withToken(token))).statusCode).toBe(200);
  });

  it("needs no nbf and no typ when its issuer writes none; they are checked when present", async () => {
    const identity = settingsOf({
      tenant: { claim: "tenant" },
      country: { claim: "country" },
      issuers: [{ ...issuerInput, without: ["nbf", "typ"] }],
    });
    const { answer } = setup({ identity });
    const status = async (claims: object, header: object) =>
      (await answer(withToken(await sign(claims, header)))).statusCode;
    expect(await status({ nbf: undefined }, { typ: undefined })).toBe(200);
    expect(await status({ nbf: began + 300 }, { typ: undefined })).toBe(401);
    expect(await status({ nbf: undefined }, { typ: "dpop+jwt" })).toBe(401);
  });
});

describe("the key decides the algorithm, not the token", () => {
  const publicPem = ours.publicKey.export({ format: "pem", type: "spki" }) as string;
  const hmac = (header: object): string => {
    const unsigned = forge(header, goodClaims).slice(0, -1);
    return `${unsigned}.${createHmac("sha256", publicPem).update(unsigned).digest("base64url")}`;
  };

  it.each([
    ["alg none", () => forge({ ...goodHeader, alg: "none" }, goodClaims)],
    ["alg None, with a signature", () => forge({ ...goodHeader, alg: "None" }, goodClaims, "AAAA")],
    ["HMAC with the public key as its secret", () => hmac({ ...goodHeader, alg: "HS256" })],
    ["the same under the other key's id", () => hmac({ ...goodHeader, alg: "HS256", kid: "rsa-1" })],
    ["an algorithm of another key", () => sign({}, { alg: "RS256", kid: "ec-1" }, rsa.privateKey)],
    ["an algorithm that the issuer does not use", () => sign({}, { alg: "PS256", kid: "rsa-1" }, rsa.privateKey)],
    ["a key of the same kind that is not pinned", () => sign({}, {}, others.privateKey)],
    ["no signature", async () => `${(await sign()).split(".").slice(0, 2).join(".")}.`],
    ["no algorithm", () => forge({ kid: "ec-1", typ: "at+jwt" }, goodClaims, "AAAA")],
    ["a critical extension", () => forge({ ...goodHeader, crit: ["b64"], b64: false }, goodClaims, "AAAA")],
  ])("%s: 401", async (_, token) => {
    expect(await router().answer(withToken(await token()))).toMatchObject(unauthorized);
  });
});

describe("keys are pinned and nothing is fetched", () => {
  it.each([
    ["an unknown key id", { kid: "ec-2" }],
    ["a key id with a path", { kid: "../../ec-1" }],
    ["a key id in other case", { kid: "EC-1" }],
    ["a key id of 5,000 characters", { kid: "k".repeat(5000) }],
    ["a key id that is no text", { kid: ["ec-1"] }],
    ["a key id from the prototype", { kid: "constructor" }],
    ["no key id", { kid: undefined }],
    ["jku", { jku: "https://evil.org/jwks.json" }],
    ["x5u", { x5u: "https://evil.org/cert.pem" }],
    ["a certificate in the token", { x5c: ["AAAA"] }],
    ["a key in the token", { jwk: others.publicKey.export({ format: "jwk" }) }],
  ])("%s: 401, also when the rest is valid", async (_, header) => {
    expect(await router().answer(withToken(await sign({}, header)))).toMatchObject(unauthorized);
    expect(await router().answer(withToken(await sign({}, header, others.privateKey)))).toMatchObject(unauthorized);
  });

  it("does not take one issuer's key for another's token", async () => {
    const identity = settingsOf({
      tenant: { claim: "tenant" },
      country: { claim: "country" },
      issuers: [
        { ...issuerInput, keys: [published(ours.publicKey, "same")], algorithms: ["ES256"] },
        { ...issuerInput, issuer: "https://second.example.org/", keys: [published(others.publicKey, "same")] },
      ],
    });
    const { answer } = setup({ identity });
    const status = async (iss: string, key: typeof ours.privateKey) =>
      (await answer(withToken(await sign({ iss }, { kid: "same" }, key)))).statusCode;
    expect(await status(issuerInput.issuer, ours.privateKey)).toBe(200);
    expect(await status("https://second.example.org/", others.privateKey)).toBe(200);
    expect(await status(issuerInput.issuer, others.privateKey)).toBe(401);
    expect(await status("https://second.example.org/", ours.privateKey)).toBe(401);
  });
});

describe("issuer, audience, type and times are all required", () => {
  it.each([
    ["another issuer", { iss: "https://login.example.org" }, {}],
    ["no issuer", { iss: undefined }, {}],
    ["another audience", { aud: "cell" }, {}],
    ["no audience", { aud: undefined }, {}],
    ["another type", {}, { typ: "JWT" }],
    ["no type", {}, { typ: undefined }],
    ["expired longer ago than clocks may differ", { exp: began - 30 }, {}],
    ["no end", { exp: undefined }, {}],
    ["an end that is no number", { exp: "4000000000" }, {}],
    ["not yet valid", { nbf: began + 31 }, {}],
    ["no beginning", { nbf: undefined }, {}],
  ])("%s: 401", async (_, claims, header) => {
    expect(await router().answer(withToken(await sign(claims, header)))).toMatchObject(unauthorized);
  });

  it("an infinite exp: 401", async () => {
    const text = JSON.stringify(goodClaims).replace(/"exp":\d+/, '"exp":1e309');
    const part = (value: string): string => Buffer.from(value).toString("base64url");
    const signed = `${part(JSON.stringify(goodHeader))}.${part(text)}`;
    const signature = signBytes("sha256", Buffer.from(signed), { key: ours.privateKey, dsaEncoding: "ieee-p1363" });
    expect(await router().answer(withToken(`${signed}.${signature.toString("base64url")}`))).toMatchObject(
      unauthorized,
    );
  });

  it("accepts clocks that differ by 30 seconds, and a token in memory still expires", async () => {
    const { answer, clock } = router();
    const token = await sign({ exp: began + 10 });
    const at = async (seconds: number) => {
      clock.ms = seconds * 1000;
      return (await answer(withToken(token))).statusCode;
    };
    expect([await at(0), await at(39), await at(40), await at(41)]).toEqual([200, 200, 401, 401]);
  });

  it("requires a token", async () => {
    const { answer } = router();
    for (const headers of [{}, { authorization: "" }, { authorization: "Basic YTpi" }, { authorization: "Bearer" }]) {
      const given = await answer({ rawPath: "/", headers });
      expect(given).toMatchObject(unauthorized);
      expect(given.headers["www-authenticate"]).toBe("Bearer");
    }
  });
});

describe("the tenant claim is accepted unchanged or refused", () => {
  it.each([
    ["missing", undefined],
    ["null", null],
    ["an array", ["acme"]],
    ["a number", 7],
    ["an object", { toString: "acme" }],
    ["empty", ""],
    ["65 characters", "a".repeat(65)],
    ["5 KB", "a".repeat(5 * 1024)],
    ["full-width letters", "ａｃｍｅ"],
    ["a Cyrillic letter", "аcme"],
    ["upper case", "Acme"],
    ["a line break", "acme\n"],
    ["a NUL", "acme\0"],
    ["a dot", "acme.eu"],
    ["a comma", "acme,other"],
    ["a space before", " acme"],
    ["a combining mark", "acme\u0301"],
  ])("%s: 403", async (_, tenant) => {
    const { answer, lines } = router();
    const given = await answer(withToken(await sign({ tenant })));
    expect(given).toMatchObject({ statusCode: 403, body: '{"message":"Forbidden"}' });
    expect(lines.join("")).not.toContain("acme");
  });
});

describe("headers beside a token", () => {
  it("may repeat the tenant, not contradict it", async () => {
    const { answer } = router();
    const token = await sign();
    const status = async (more: Record<string, string>, path?: string) =>
      (await answer(withToken(token, path, more))).statusCode;
    expect(await status({ "x-tenant-id": "acme" })).toBe(200);
    expect(await status({ "x-tenant-id": "globex" })).toBe(403);
    expect(await status({ "x-tenant-id": "" })).toBe(403);
    expect(await status({ "x-tenant-id": "acme,acme" })).toBe(400);
    // A country that no token proves is not read.
    expect((await answer(withToken(token, "/classify", { "cloudfront-viewer-country": "DE" }))).headers["x-cell"]).toBe(
      "cell-7",
    );
    expect(await status({ host: "globex.example.com", cookie: "tenant=globex" }, "/tenants/globex")).toBe(307);
  });

  it("must not bring two tokens", async () => {
    const { answer } = router();
    const token = await sign();
    const other = await sign({ tenant: "globex" });
    const headers = { authorization: `Bearer ${token},Bearer ${other}` };
    expect((await answer({ rawPath: "/", headers })).statusCode).toBe(400);
  });
});

describe("verified tokens in memory", () => {
  it("are bounded: the least recently used is dropped and verified again", async () => {
    const verify = makeTokenVerifier({
      issuers: tokenIdentity.issuers,
      tenantClaim: "tenant",
      countryClaim: undefined,
      now: () => began,
    });
    const tokens = await Promise.all(Array.from({ length: mostRemembered + 1 }, (_, i) => sign({ tenant: `t-${i}` })));
    for (const token of tokens.slice(0, -1)) await verify(token);
    const [first = "", second = ""] = tokens;
    // Used just now, so the second is the oldest.
    expect(verify(first)).toEqual({ tenant: "t-0" });
    await verify(tokens.at(-1)!);
    expect(verify(second)).toBeInstanceOf(Promise);
    expect(await verify(second)).toEqual({ tenant: "t-1" });
    expect(verify(first)).toEqual({ tenant: "t-0" });
  });

  it("are never refusals: a refused token is checked again", async () => {
    const { answer, clock } = router();
    const early = await sign({ nbf: began + 60 });
    expect((await answer(withToken(early))).statusCode).toBe(401);
    clock.ms = 60_000;
    expect((await answer(withToken(early))).statusCode).toBe(200);
  });

  it("hold the tenant, never the cell: a new table applies at once", async () => {
    const next = exampleTable(
      {
        cells: [...exampleContent().cells, cell(8, { locality: "CN", weight: 0 })],
        pins: { acme: { cell: 8, epoch: 1 } },
      },
      2,
    );
    const published = object(encodeTable(next), "2");
    const { answer, source, clock } = setup({
      identity: tokenIdentity,
      fetch: () => Promise.resolve(clock.ms === 0 ? same : published),
    });
    const token = await sign();
    expect((await answer(withToken(token))).headers["x-cell"]).toBe("cell-7");
    clock.ms = 20_000;
    await answer(withToken(token));
    await source.idle();
    expect((await answer(withToken(token))).headers["x-cell"]).toBe("cell-8");
  });
});

describe("texts that are not tokens", () => {
  const deep = Buffer.from(`${"[".repeat(3000)}${"]".repeat(3000)}`).toString("base64url");
  it.each([
    ["empty", ""],
    ["one part", "abc"],
    ["five parts, as encrypted ones have", "a.b.c.d.e"],
    ["no base64url", "a+/=.b.c"],
    ["no JSON", "YWJj.YWJj.YWJj"],
    ["JSON that is null", `${Buffer.from("null").toString("base64url")}.bnVsbA.AA`],
    ["deep JSON", `${deep}.${deep}.AA`],
    ["8 KiB and more", `${"a".repeat(8200)}.b.c`],
    ["__proto__", forge(JSON.parse('{"__proto__":{"kid":"ec-1"},"alg":"ES256"}') as object, goodClaims, "AA")],
  ])("%s: 401", async (_, token) => {
    expect(await router().answer(withToken(token))).toMatchObject(unauthorized);
  });
});
