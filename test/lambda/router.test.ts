import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { HttpEvent } from "../../lambda/router/event";
import { locationAt } from "../../lambda/router/location";
import type { Fetched } from "../../lambda/router/s3";
import { encodeTable, formatVersion, type RoutingTable } from "../../routing";
import { cell, exampleContent, exampleTable } from "../routing/tables";
import { ask, object, same, setup } from "./fixture";

describe("answers", () => {
  it("redirects to the same path and query at the tenant's cell", () => {
    const { handler } = setup();
    const answer = handler(ask("acme", "CN", "/orders/7", "page=2&q=a%20b"));
    expect(answer.statusCode).toBe(307);
    expect(answer.headers).toMatchObject({
      location: "https://cell-7.cells.example.com/orders/7?page=2&q=a%20b",
      "x-cell": "cell-7",
      "x-routing-version": formatVersion(exampleTable().version),
      "x-routing-age": "0",
      "cache-control": "no-store",
    });
  });

  it("classifies as JSON", () => {
    const answer = setup().handler(ask("acme", "CN", "/classify"));
    expect(JSON.parse(answer.body)).toEqual({
      cell: "cell-7",
      number: 7,
      region: "eu-west-1",
      locality: "CN",
      endpoint: "https://cell-7.cells.example.com",
      epoch: 0,
      version: formatVersion(exampleTable().version),
      reason: "home",
    });
  });

  it.each([
    ["no tenant", { headers: { "cloudfront-viewer-country": "DE" } }, 403],
    ["no headers", {}, 403],
    ["a tenant of another form", ask("Acme", "DE"), 403],
    ["a tenant too long", ask("a".repeat(65), "DE"), 403],
    ["a tenant with a line break", ask("acme\n", "DE"), 403],
    [
      "a tenant from the prototype",
      { headers: Object.create({ "x-tenant-id": "acme" }) as Record<string, string> },
      403,
    ],
    ["two tenants", ask("acme,other", "DE"), 400],
    ["two countries", ask("acme", "DE,US"), 400],
    ["a malformed country", ask("acme", "deu"), 400],
    ["an unknown country", ask("acme", "ZZ"), 403],
    ["no country and no default", { headers: { "x-tenant-id": "acme" } }, 403],
    ["a jurisdiction without cells", ask("acme", "KP"), 403],
    ["a path below classify", ask("acme", "DE", "/classify/x"), 404],
  ] satisfies [string, HttpEvent, number][])("%s: the expected status, and no internals", (_, event, status) => {
    const answer = setup().handler(event);
    expect(answer.statusCode).toBe(status);
    expect(JSON.stringify({ ...answer.headers, body: answer.body })).not.toMatch(/cell-|example|acme|EU/);
    expect(answer.headers["location"]).toBeUndefined();
  });

  it("answers 503 with retry-after rather than leave the jurisdiction", () => {
    const content = exampleContent();
    const cells = content.cells.map((each) =>
      each.locality === "EU" ? { ...each, state: "disabled" as const } : each,
    );
    const answer = setup({ base: exampleTable({ cells }) }).handler(ask("acme", "DE"));
    expect(answer.statusCode).toBe(503);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
  });

  it("measures a body in bytes, however it arrives", () => {
    const { handler } = setup();
    const mib = 1024 * 1024;
    const status = (body: string, isBase64Encoded = false) =>
      handler({ ...ask("acme", "US"), body, isBase64Encoded }).statusCode;
    expect([status("x".repeat(mib)), status("x".repeat(mib + 1))]).toEqual([307, 413]);
    expect([status("\u20ac".repeat(mib / 3)), status("\u20ac".repeat(mib / 2))]).toEqual([307, 413]);
    const base64 = (bytes: number) => Buffer.alloc(bytes).toString("base64");
    expect([status(base64(mib), true), status(base64(mib + 1), true)]).toEqual([307, 413]);
  });

  it("survives events that API Gateway never sends", () => {
    const { handler } = setup();
    const odd = [null, 7, "x", {}, []] as unknown[];
    for (const member of ["rawPath", "rawQueryString", "body", "requestContext", "headers", "cookies"]) {
      for (const value of odd) {
        const event = { ...ask("acme", "US"), [member]: value } as HttpEvent;
        const { statusCode, headers } = handler(event);
        expect([307, 403], `${member} ${JSON.stringify(value)}`).toContain(statusCode);
        if (statusCode === 307)
          expect(new URL(headers["location"]!).origin).toMatch(/^https:\/\/cell-\d\.cells\.example\.com$/);
      }
    }
  });

  it("does not read a cell that the client names", () => {
    const { handler } = setup();
    const plain = handler(ask("acme", "US", "/classify"));
    const event = ask("acme", "US", "/classify", "cell=7");
    const named = handler({ ...event, headers: { ...event.headers, "x-cell": "cell-7", "x-original-url": "/x" } });
    expect(named).toEqual(plain);
  });
});

describe("locations", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary" }),
    fc
      .array(
        fc.constantFrom(
          "/",
          "\\",
          "@",
          "//",
          "%2f",
          "%5c",
          "evil.org",
          "http:",
          "https://",
          "..",
          "?",
          "#",
          "\r\n",
          "\t",
          ":",
          "%",
          "é",
          ";",
        ),
      )
      .map((parts) => parts.join("")),
  );

  it("never has another origin, a line break or a raw path, for any path and query", () => {
    fc.assert(
      fc.property(hostile, hostile, (path, query) => {
        for (const given of [path, `/${path}`]) {
          const location = locationAt("https://cell-1.cells.example.com", given, query);
          if (location === undefined) continue;
          expect(location.startsWith("https://cell-1.cells.example.com/")).toBe(true);
          expect(new URL(location).origin).toBe("https://cell-1.cells.example.com");
          expect(location).toMatch(/^[\x21-\x7e]+$/);
        }
      }),
      { numRuns: 20_000 },
    );
  });

  it("encodes again what the HTTP API has decoded", () => {
    const at = (path: string) => locationAt("https://c.example.com", path, "");
    expect(at("/a b/100%/é?x#y\\z")).toBe("https://c.example.com/a%20b/100%25/%C3%A9%3Fx%23y%5Cz");
    expect(at("//evil.org/")).toBe("https://c.example.com//evil.org/");
  });

  it("leads to the requested path and query, or nowhere", () => {
    fc.assert(
      fc.property(hostile, hostile, (path, query) => {
        const location = locationAt("https://c.example.com", `/${path}`, query);
        if (location === undefined) return;
        const [asked, ...rest] = location.slice("https://c.example.com".length).split("?");
        expect(decodeURIComponent(asked!)).toBe(`/${path}`.replace(/\p{Surrogate}/gu, "\ufffd"));
        // The query is passed on unchanged; a line break, which no query has, is dropped.
        if (/^[\w%&=?.~-]*$/.test(query)) expect(rest.join("?")).toBe(query);
      }),
      { numRuns: 20_000 },
    );
    const at = (path: string, query = "") => locationAt("https://c.example.com", path, query);
    expect(at("/ad\nm\tin\r")).toBe("https://c.example.com/ad%0Am%09in%0D");
    expect(at("/", "?a")).toBe("https://c.example.com/??a");
    for (const path of ["/..", "/../x", "/a/./b", "/a/..", ".", "/."]) expect(at(path), path).toBeUndefined();
    for (const path of ["/...", "/.well-known/x", "/a..b/.c"]) expect(at(path)).toBe(`https://c.example.com${path}`);
  });

  it("keeps apostrophes of a query, and those that came encoded", () => {
    const at = (query: string) => locationAt("https://c.example.com", "/o", query);
    expect(at("name=O'Brien&x=%27y%27")).toBe("https://c.example.com/o?name=O'Brien&x=%27y%27");
    expect(at("'a''b'")).toBe("https://c.example.com/o?'a''b'");
    expect(at("?'#x <'")).toBe("https://c.example.com/o??'%23x%20%3C'");
  });

  it("refuses a location that is too long", () => {
    expect(locationAt("https://c.example.com", `/${"é".repeat(3000)}`, "")).toBeUndefined();
  });
});

describe("table source", () => {
  const published = (table: RoutingTable, etag = '"1"'): Fetched => object(encodeTable(table), etag);

  it("answers without S3 for 24 hours, reports its age, and polls at the same rate", async () => {
    const { handler, source, clock, logs } = setup();
    const first = handler(ask("acme", "US", "/classify")).body;
    for (let second = 0; second <= 86_400; second += 5) {
      clock.ms = second * 1000;
      const answer = handler(ask("acme", "US", "/classify"));
      await source.idle();
      expect(answer.statusCode).toBe(200);
      expect(answer.headers["x-routing-age"]).toBe(String(second));
      expect(answer.body).toBe(first);
    }
    expect(clock.polls).toBe(8641);
    expect(logs[0]).toMatchObject({ event: "poll-failed", reason: "dead" });
  });

  it("polls as often under any load, and never on the request path", async () => {
    let release: (fetched: Fetched) => void = () => undefined;
    const slow = new Promise<Fetched>((resolve) => (release = resolve));
    const { handler, source, clock } = setup({ fetch: () => slow });
    for (let i = 0; i < 1000; i++) expect(handler(ask(`t-${i}`, "US")).statusCode).toBe(307);
    clock.ms = 4000;
    handler(ask("t", "US"));
    expect(clock.polls).toBe(1);
    release(same);
    await source.idle();
    // As old as the request: S3's delay makes its answer no newer.
    expect(source.current()).toMatchObject({ source: "s3", age: 4 });
  });

  it("accepts a newer table, sends its ETag, and counts its age from the last confirmation", async () => {
    const next = exampleTable(
      {
        cells: [...exampleContent().cells, cell(8, { locality: "CN", weight: 0 })],
        pins: { acme: { cell: 8, epoch: 1 } },
      },
      2,
    );
    const etags: (string | undefined)[] = [];
    const { handler, source, clock } = setup({
      fetch: (etag) => {
        etags.push(etag);
        return Promise.resolve(etag === undefined ? published(next) : same);
      },
    });
    handler(ask("acme", "CN"));
    await source.idle();
    expect(handler(ask("acme", "CN")).headers["x-routing-version"]).toBe(formatVersion(next.version));
    clock.ms = 11_000;
    handler(ask("acme", "CN"));
    await source.idle();
    expect(etags).toEqual([undefined, '"1"']);
    clock.ms = 13_500;
    expect(handler(ask("acme", "CN")).headers["x-routing-age"]).toBe("2");
  });

  it.each([
    ["not JSON", "<html>"],
    ["half a table", encodeTable(exampleTable({}, 6)).slice(0, 500)],
    ["an older revision", encodeTable(exampleTable({}, 4))],
    ["another environment", encodeTable(exampleTable({ environment: "prod" }, 6))],
    ["most cells gone", encodeTable(exampleTable({ cells: exampleContent().cells.slice(0, 3) }, 6))],
    [
      "a foreign endpoint",
      encodeTable(
        exampleTable({ cells: [cell(0, { endpoint: "https://evil.org" }), ...exampleContent().cells.slice(1)] }, 6),
      ),
    ],
  ])("keeps the last good table: %s", async (_, text) => {
    const { handler, source, logs } = setup({
      base: exampleTable({}, 5),
      fetch: () => Promise.resolve(object(text)),
    });
    handler(ask("acme", "DE"));
    await source.idle();
    const answer = handler(ask("acme", "DE"));
    expect(answer.statusCode).toBe(307);
    expect(answer.headers).toMatchObject({
      "x-routing-version": formatVersion(exampleTable({}, 5).version),
      "x-routing-source": "bundle",
    });
    expect(logs[0]).toMatchObject({ event: "table-refused" });
  });
});
