import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { edgeCheck } from "../../lambda/router/edge-secret";
import { defaultIdentity } from "../../routing/identity";
import { ask, edgeSecret, setup, settingsOf } from "./fixture";

const newSecret = "newSecretOfTheEdgeWith40CharactersInItAbc";
const behindEdge = (secrets = [edgeSecret]) => setup({ identity: defaultIdentity, secrets }).handler;
const from = (secret: string | undefined, more: Readonly<Record<string, string>> = {}) => {
  const event = ask("acme", "CN", "/classify");
  return {
    ...event,
    headers: { ...event.headers, ...(secret === undefined ? {} : { "x-router-secret": secret }), ...more },
  };
};

describe("the edge's secret", () => {
  it("is required before tenant and country are accepted", () => {
    const handler = behindEdge();
    expect(handler(from(edgeSecret)).headers["x-cell"]).toBe("cell-7");
    const refused = handler(from(undefined));
    expect(refused).toMatchObject({ statusCode: 403, body: '{"message":"Forbidden"}' });
    // Wrong, similar and missing secrets get the same answer.
    for (const wrong of ["", edgeSecret.slice(1), `${edgeSecret}x`, edgeSecret.toUpperCase(), ` ${edgeSecret}`]) {
      expect(handler(from(wrong))).toEqual(refused);
    }
  });

  it("may be one of two while it is changed, and only then", () => {
    const both = behindEdge([newSecret, edgeSecret]);
    expect([both(from(newSecret)).statusCode, both(from(edgeSecret)).statusCode]).toEqual([200, 200]);
    const after = behindEdge([newSecret]);
    expect([after(from(newSecret)).statusCode, after(from(edgeSecret)).statusCode]).toEqual([200, 403]);
  });

  it("equals itself and no other text", () => {
    const isEdge = edgeCheck([edgeSecret, newSecret]);
    const anywhere = fc.tuple(fc.nat(edgeSecret.length - 1), fc.integer({ min: 1, max: 65535 }));
    fc.assert(
      fc.property(anywhere, ([at, flip]) => {
        const code = String.fromCharCode(edgeSecret.charCodeAt(at) ^ flip);
        expect(isEdge(edgeSecret.slice(0, at) + code + edgeSecret.slice(at + 1))).toBe(false);
      }),
      { numRuns: 20_000 },
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(isEdge(text)).toBe(false);
      }),
    );
    expect([isEdge(edgeSecret), isEdge(newSecret), isEdge(undefined)]).toEqual([true, true, false]);
    expect(edgeCheck([])("")).toBe(false);
  });

  it("is in no answer and in no log line", () => {
    const { handler, lines } = setup({ identity: defaultIdentity, logEvery: 1 });
    for (const path of ["/", "/classify", "/route", "/health"]) {
      expect(JSON.stringify(handler({ ...from(edgeSecret), rawPath: path }))).not.toContain(edgeSecret);
      handler({ ...from(`${edgeSecret}x`), rawPath: path });
    }
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.join("\n")).not.toContain(edgeSecret);
  });
});

describe("another tenant in the request", () => {
  it("must repeat the proven tenant of any source in X-Tenant-Id", () => {
    const identity = settingsOf({ tenant: { header: "x-account" }, edge: { header: "x-router-secret" } });
    const base = setup({ identity }).handler;
    const status = (headers: Record<string, string>) =>
      base({ rawPath: "/", headers: { "x-router-secret": edgeSecret, "x-account": "acme", ...headers } });
    // No country and no default: refused all the same, but by the table.
    expect(status({}).statusCode).toBe(403);
    expect(status({ "x-tenant-id": "globex,acme" }).statusCode).toBe(400);
  });

  it("is one label in lower case before the domain of the host", () => {
    const identity = settingsOf({
      tenant: { host: "app.example.com", header: "x-forwarded-host" },
      country: { header: "cloudfront-viewer-country" },
      edge: { header: "x-router-secret" },
    });
    const { handler } = setup({ identity });
    const status = (host: string, more: Record<string, string> = {}) =>
      handler({
        rawPath: "/classify",
        headers: {
          "x-router-secret": edgeSecret,
          "cloudfront-viewer-country": "CN",
          "x-forwarded-host": host,
          host: "abc.execute-api.eu-west-1.amazonaws.com",
          ...more,
        },
      }).statusCode;
    expect([status("acme.app.example.com"), status("acme.app.example.com:443")]).toEqual([200, 200]);
    for (const host of [
      "app.example.com",
      ".app.example.com",
      "acme.app.example.com.evil.org",
      "acme.evil.org",
      "a.b.app.example.com",
      "ACME.app.example.com",
      "acme.app.example.com:8080",
      "acme.app.example.com.",
      "acme@app.example.com",
      "xn--app.example.com",
      "",
    ]) {
      expect([host, status(host)]).toEqual([host, 403]);
    }
    expect(status("acme.app.example.com,globex.app.example.com")).toBe(400);
    expect(status("acme.app.example.com", { "x-tenant-id": "globex" })).toBe(403);
  });
});

describe("repeated and conflicting headers", () => {
  it.each(["x-tenant-id", "cloudfront-viewer-country", "x-router-secret"])(
    "two of %s get 400, valid or not",
    (name) => {
      const handler = behindEdge();
      const event = from(edgeSecret);
      const value = (event.headers as Record<string, string>)[name]!;
      for (const twice of [`${value},${value}`, `${value}, x`, `x,${value}`, ","]) {
        expect(handler({ ...event, headers: { ...event.headers, [name]: twice } }).statusCode).toBe(400);
      }
    },
  );

  it("are ignored where they give another path, host or method", () => {
    const handler = behindEdge();
    const plain = handler(from(edgeSecret));
    for (const name of [
      "x-original-url",
      "x-rewrite-url",
      "x-http-method-override",
      "x-method-override",
      "x-forwarded-host",
    ]) {
      expect(handler(from(edgeSecret, { [name]: "/health,DELETE" }))).toEqual(plain);
    }
  });
});

describe("a cell that the client names", () => {
  it("is ignored in a header, a query and a cookie", () => {
    const handler = behindEdge();
    const plain = handler(from(edgeSecret));
    const more = {
      "x-cell": "cell-1",
      "x-cell-endpoint": "https://evil.org",
      "x-routing-version": "9-x",
      cookie: "cell=1",
    };
    expect(handler({ ...from(edgeSecret, more), rawQueryString: "cell=cell-1&x-cell=1" })).toEqual(plain);
  });
});
