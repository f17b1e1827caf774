import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { signingKey } from "../../catalog/table-signing";
import { makeSignatureCheck } from "../../lambda/router/signature";
import { toEvent } from "../../local/router/event";
import { checkArrival, correctionBody, type OwnerRow } from "../../routing";
import type { makeClient } from "../../routing/client";
import { sign as token, tokenIdentity } from "../lambda/keys";
import { same, setup } from "../lambda/fixture";
import { typecheck } from "../harness/typecheck";
import { cell, exampleContent, exampleTable } from "./tables";

const root = join(__dirname, "..", "..");
const out = mkdtempSync(join(tmpdir(), "cells-client-"));
const origin = "https://app.example.com";
let published: { readonly makeClient: typeof makeClient };

beforeAll(async () => {
  execFileSync(process.execPath, [join(root, "cli", "bin.js"), "module", "--out", out], { encoding: "utf8" });
  published = (await import(/* @vite-ignore */ pathToFileURL(join(out, "cells-client.mjs")).href)) as typeof published;
}, 60_000);
afterAll(() => rmSync(out, { recursive: true }));

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

type Answer = { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

/** A server on loopback; its address. */
async function serve(answer: (request: IncomingMessage, body: Buffer) => Answer | Promise<Answer>): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      void Promise.resolve(answer(request, Buffer.concat(chunks))).then(({ status, headers = {}, body = "" }) =>
        response.writeHead(status, headers).end(body),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  servers.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const key = signingKey("m".repeat(32));
const check = makeSignatureCheck({ move: { [key.id]: key.publicKey } }, "test");

/** Two cells with a row each about acme, a router that sends acme to the first, and a client. */
async function fleet(rows: (OwnerRow | undefined)[], tenant = "acme") {
  const seen = { router: 0, cells: [] as string[], waits: [] as number[] };
  const cells = await Promise.all(
    [0, 1].map((at) =>
      serve(({ method, url, headers }, body) => {
        seen.cells.push(`${at} ${method} ${url} ${String(body)} ${headers.authorization?.slice(0, 7)}`);
        const [epoch, standIn] = ["x-routing-epoch", "x-routing-stand-in"].map((name) => headers[name] as string);
        const arrival = checkArrival(rows[at], { epoch, standIn });
        return arrival.serve ? { status: 200, body: `served by ${at}` } : arrival;
      }),
    ),
  );
  const base = exampleTable({
    cells: [
      ...exampleContent().cells.slice(2),
      cell(0, { endpoint: cells[0]!, locality: "EU" }),
      cell(1, { endpoint: cells[1]!, locality: "EU" }),
    ].sort((a, b) => a.number - b.number),
    pins: { acme: { cell: 0, epoch: 1 } },
    defaultJurisdiction: "eu",
  });
  const { answer, clock } = setup({
    base,
    fetch: () => Promise.resolve(same),
    identity: tokenIdentity,
    corsOrigins: [origin],
    isSigned: ({ body, signature }) => check("move", Buffer.from(body), signature) === undefined,
  });
  const router = await serve(async (request, body) => {
    seen.router++;
    const { statusCode, headers, body: text } = await answer(toEvent(request, body)!);
    return { status: statusCode, headers, body: text };
  });
  const bearer = await token({ tenant, country: "DE" });
  const client = published.makeClient({
    router,
    authorization: () => `Bearer ${bearer}`,
    random: () => 0.5,
    now: () => clock.ms,
    sleep: (ms) => {
      seen.waits.push(ms);
      return Promise.resolve();
    },
  });
  return { client, router, cells, seen, rows, clock, bearer };
}

const moved: OwnerRow = (() => {
  const body = correctionBody({ tenant: "acme", cell: 1, epoch: 2 });
  return { epoch: 1, state: "moved", correction: `${body} ${key.sign("move", "test", body)}` };
})();
const text = async (response: Promise<Response>) => [(await response).status, await (await response).text()] as const;

describe("the published client, with the router's handler and cells over HTTP", () => {
  it("asks the router once, then calls the cell itself, with the token, method and body", async () => {
    const { client, seen, clock } = await fleet([{ epoch: 1, state: "open" }, undefined]);
    expect(await text(client("/orders?x=1", { method: "POST", body: "a" }))).toEqual([200, "served by 0"]);
    expect(await text(client("/files/a%2Fb"))).toEqual([200, "served by 0"]);
    expect(seen.cells).toEqual(["0 POST /orders?x=1 a Bearer ", "0 GET /files/a%2Fb  Bearer "]);
    expect(seen.router).toBe(1);
    clock.ms = 301_000;
    await client("/");
    expect(seen.router).toBe(2);
  });

  it("follows a move by the cell's correction at once, while the router's table is old, and stays there", async () => {
    const { client, seen, rows } = await fleet([{ epoch: 1, state: "open" }, undefined]);
    await client("/");
    rows[0] = moved;
    rows[1] = { epoch: 2, state: "open" };
    expect(await text(client("/orders", { method: "POST", body: "b" }))).toEqual([200, "served by 1"]);
    // After a 421 `fetch` itself sends the request once more, on a new connection (https://fetch.spec.whatwg.org).
    expect([...new Set(seen.cells.slice(1))]).toEqual(["0 POST /orders b Bearer ", "1 POST /orders b Bearer "]);
    await client("/");
    expect(seen.cells.at(-1)).toMatch(/^1 GET/);
    expect([seen.router, seen.waits]).toEqual([2, []]);
  });

  it("waits with jitter while the cell does, and gives up when its patience ends", async () => {
    const { client, seen, rows } = await fleet([{ epoch: 1, state: "frozen" }, undefined]);
    const answer = await client("/orders", { method: "POST", body: "c" });
    expect([answer.status, answer.headers.get("x-routing-arrival")]).toEqual([503, "wait"]);
    expect(seen.cells.length).toBeLessThanOrEqual(10);
    expect(new Set(seen.waits)).toEqual(new Set([1500]));
    rows[0] = { epoch: 1, state: "open" };
    expect(await text(client("/"))).toEqual([200, "served by 0"]);
  });

  it.each<[string, string, OwnerRow | undefined]>([
    ["a tenant that no cell has", "globex", undefined],
    [
      "a correction that the router ignores",
      "acme",
      { ...moved, correction: moved.correction!.replace("acme 1 2", "acme 1 3") },
    ],
  ])("ends with the second 421 for %s", async (_title, tenant, row) => {
    const { client, seen, router } = await fleet([row, row], tenant);
    await fetch(`${router}/health`);
    expect((await client("/")).status).toBe(421);
    // Two requests, each sent twice by `fetch`.
    expect([seen.cells.length, seen.waits]).toEqual([4, []]);
  });

  it("sends a stream once, and returns the cell's refusal", async () => {
    const { client, seen } = await fleet([moved, { epoch: 2, state: "open" }]);
    const body = new Response("d").body!;
    const answer = await client("/", { method: "POST", body, duplex: "half" } as RequestInit);
    expect([answer.status, seen.cells.length]).toEqual([421, 1]);
    expect(await text(client("/"))).toEqual([200, "served by 1"]);
  });

  it("sends no token to another host, whatever the path is", async () => {
    const { client, router } = await fleet([{ epoch: 1, state: "open" }, undefined]);
    const asked: string[] = [];
    const other = await serve(({ headers }) => ({
      status: 200,
      body: String(asked.push(headers.authorization ?? "")),
    }));
    for (const path of [other, other.slice("http:".length), other.replace("http://", "\\\\"), `\t${other}`, router])
      await expect(client(path)).rejects.toThrow("another host");
    expect(asked).toEqual([]);
    expect(await text(client("/orders"))).toEqual([200, "served by 0"]);
  });

  it("returns the router's refusal without a token", async () => {
    const { router } = await fleet([undefined, undefined]);
    const client = published.makeClient({ router });
    expect((await client("/")).status).toBe(401);
  });

  it("asks the router after a cell failed or was not reached", async () => {
    const { client, seen, cells } = await fleet([{ epoch: 1, state: "open" }, undefined]);
    await client("/");
    const server = servers.find((one) => cells[0]!.endsWith(`:${(one.address() as AddressInfo).port}`))!;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    await expect(client("/")).rejects.toThrow();
    await expect(client("/")).rejects.toThrow();
    expect(seen.router).toBe(2);
  });

  it("has types for a strict program, without Node's", () => {
    const program =
      'import { makeClient } from "./cells-client.mjs";\n' +
      'const client = makeClient({ router: "https://go.example.com", authorization: () => "Bearer x" });\n' +
      'export const answer: Promise<Response> = client("/orders", { method: "POST", body: "x" });\n' +
      "// @ts-expect-error a path is a text\n" +
      "void client(7);\n";
    expect(typecheck(out, program, "es2022,dom")).toBe("");
  }, 60_000);
});

describe("a page of another origin", () => {
  const preflight = (router: string, from: string, path = "/classify") =>
    fetch(`${router}${path}`, {
      method: "OPTIONS",
      headers: {
        origin: from,
        "access-control-request-method": "GET",
        "access-control-request-headers": "authorization,x-routing-correction",
      },
      redirect: "manual",
    });

  it("gets 204 for its preflight where its origin is listed, and reads the answer", async () => {
    const { router, bearer } = await fleet([undefined, undefined]);
    for (const path of ["/classify", "/orders"]) {
      const { status, headers } = await preflight(router, origin, path);
      expect([status, headers.get("access-control-allow-origin"), headers.get("location")]).toEqual([
        204,
        origin,
        null,
      ]);
      expect(headers.get("access-control-allow-headers")).toMatch(/authorization.*x-routing-correction/);
      expect(headers.get("access-control-allow-credentials")).toBeNull();
      expect(headers.get("vary")).toMatch(/\borigin\b/);
    }
    const headers = { origin, authorization: `Bearer ${bearer}` };
    const answer = await fetch(`${router}/classify`, { headers });
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([200, origin]);
    expect(answer.headers.get("access-control-expose-headers")).toContain("x-routing-epoch");
    // The page must read why it was refused, too.
    const refused = await fetch(`${router}/classify`, { headers: { origin } });
    expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([401, origin]);
  });

  it("gets no permission where it is not listed, nor where none is", async () => {
    const { router, bearer } = await fleet([undefined, undefined]);
    for (const from of ["https://evil.org", `${origin}.evil.org`, "null", "*"]) {
      expect((await preflight(router, from)).headers.get("access-control-allow-origin")).toBeNull();
      const headers = { origin: from, authorization: `Bearer ${bearer}` };
      const answer = await fetch(`${router}/classify`, { headers });
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
      expect(answer.headers.get("vary")).toMatch(/\borigin\b/);
    }
    const { answer } = setup({ identity: tokenIdentity });
    const event = { rawPath: "/", headers: { origin, "access-control-request-method": "GET" } };
    const { statusCode, headers } = await answer({ ...event, requestContext: { http: { method: "OPTIONS" } } });
    expect([statusCode, headers["access-control-allow-origin"]]).toEqual([401, undefined]);
  });
});

describe("a redirect of a request with a token", () => {
  it("loses the token in Node, so the router warns in the answer and once in the log", async () => {
    const { router, bearer, seen } = await fleet([{ epoch: 1, state: "open" }, undefined]);
    const options = { headers: { authorization: `Bearer ${bearer}` } };
    const manual = await fetch(`${router}/orders`, { ...options, redirect: "manual" });
    expect([manual.status, manual.headers.get("x-routing-warning")]).toEqual([307, expect.stringMatching("/classify")]);
    await (await fetch(`${router}/orders`, options)).text();
    expect(seen.cells).toEqual(["0 GET /orders  undefined"]);

    const { answer, lines, clock } = setup({
      identity: tokenIdentity,
      base: exampleTable({ defaultJurisdiction: "eu" }),
    });
    const event = { rawPath: "/", headers: { authorization: `Bearer ${await token()}` } };
    for (let times = 0; times < 50; times++) await answer(event);
    clock.ms = 11_000;
    await answer(event);
    expect(lines.filter((line) => line.includes("redirect-drops-token"))).toHaveLength(2);
    expect(lines.join("\n")).toContain('"requests":50');
  });
});
