import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { signingKey } from "../../catalog/table-signing";
import { buildRouterBundle, bundleHandler } from "../../components/cell-router/bundle";
import { instantiate } from "../../local/router";
import { encodeOverlay, encodeTable, overlaySchema } from "../../routing";
import { exampleTable, pinned } from "../routing/tables";
import { edgeSecret, variables } from "./fixture";

/** The deployed bundle with an S3 on loopback and the test's wall clock: an instance that is frozen between requests. */

const table = exampleTable();
const keys = { base: signingKey("b".repeat(32)), overlay: signingKey("o".repeat(32)) };
const mover = signingKey("m".repeat(32));
type Kind = keyof typeof keys;

type Answer = (response: ServerResponse, kind: Kind) => void;
const s3 = { revision: 1, requests: 0, answer: undefined as Answer | undefined };
const server = createServer((request, response) => {
  s3.requests++;
  const kind: Kind = request.url?.includes("overlay") === true ? "overlay" : "base";
  if (s3.answer !== undefined) return s3.answer(response, kind);
  publish(response, kind);
});

function publish(response: ServerResponse, kind: Kind): void {
  const { revision } = s3;
  const pins = pinned({ acme: { cell: 2 + (revision % 2), epoch: revision } });
  const text =
    kind === "base"
      ? encodeTable(table)
      : encodeOverlay({ schema: overlaySchema, environment: "test", revision, base: 1, cells: {}, pins });
  response.setHeader("x-amz-meta-signature", keys[kind].sign(kind, "test", text)).end(text);
}

let skew = 0;
const realNow = Date.now;
beforeEach(async () => {
  Object.assign(s3, { revision: 1, requests: 0, answer: undefined });
  skew = 0;
  vi.spyOn(Date, "now").mockImplementation(() => realNow() + skew);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  vi.restoreAllMocks();
  server.close().closeAllConnections();
});

const hour = 3_600_000;

/** A cold instance; `ask` gives cell, age in seconds, and how long the answer took. */
function instance() {
  const lines: string[] = [];
  const handler = instantiate(
    {
      address: {
        endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        region: "eu-west-1",
        functionName: "router",
      },
      zip: buildRouterBundle(table, "cells.example.com").bytes,
      codeSha256: "",
      version: "1",
      handler: bundleHandler,
      environment: {
        ...variables,
        ROUTER_ENVIRONMENT: "test",
        ROUTER_ENDPOINT_SUFFIX: "cells.example.com",
        ROUTER_TABLE_BUCKET: "b",
        ROUTER_TABLE_KEY: "tables/base.json",
        ROUTER_OVERLAY_KEY: "tables/overlay.json",
        ROUTER_TABLE_KEYS: JSON.stringify({
          base: { [keys.base.id]: keys.base.publicKey },
          overlay: { [keys.overlay.id]: keys.overlay.publicKey },
          move: { [mover.id]: mover.publicKey },
        }),
        ROUTER_CORS_ORIGINS: "https://app.example.com",
      },
      bucket: "b",
      key: "router.zip",
    },
    (line) => lines.push(line),
  );
  const ask = async (more: Readonly<Record<string, string>> = {}) => {
    const began = realNow();
    const { statusCode, headers } = await handler({
      rawPath: "/classify",
      headers: { "x-router-secret": edgeSecret, "x-tenant-id": "acme", "cloudfront-viewer-country": "US", ...more },
    });
    expect(statusCode).toBe(200);
    const { "x-cell": cell, "x-routing-age": age, "x-routing-source": source } = headers;
    return { cell, source, age: Number(age), ms: realNow() - began };
  };
  return { ask, lines, handler };
}

it("follows a move in the first answer after hours frozen, with no request to S3 in between", async () => {
  const { ask } = instance();
  expect(await ask()).toMatchObject({ cell: "cell-3", age: 0 });
  await ask();
  expect(s3.requests).toBe(2);
  s3.revision = 2;
  skew += 5 * hour;
  expect(await ask()).toMatchObject({ cell: "cell-2", age: 0 });
  expect(s3.requests).toBe(4);
});

it("completes its polls with one request in half a minute, frozen in between", async () => {
  const { ask } = instance();
  for (s3.revision = 1; s3.revision < 6; s3.revision++) {
    expect(await ask()).toMatchObject({ cell: `cell-${2 + (s3.revision % 2)}`, age: 0 });
    skew += 30_000;
  }
});

it.each([
  ["a redirect", (response: ServerResponse) => void response.writeHead(301, { location: "http://127.0.0.1:1/" }).end()],
  ["403 after it was 200", (response: ServerResponse) => void response.writeHead(403).end("<Error/>")],
  ["200 without a body", (response: ServerResponse) => void response.writeHead(200).end()],
  [
    "fewer bytes than announced",
    (response: ServerResponse) =>
      void response.writeHead(200, { "content-length": "999" }).write("{", () => response.destroy()),
  ],
  [
    "a byte now and then",
    (response: ServerResponse) => void response.writeHead(200, { "content-length": "999" }).write("{"),
  ],
  ["nothing", () => undefined],
])(
  "S3 gives %s: one request waits for a moment, the next does not, and both report the table's age",
  async (_, answer) => {
    const { ask, lines } = instance();
    await ask();
    s3.answer = answer;
    skew += hour;
    const first = await ask();
    expect(first).toMatchObject({ cell: "cell-3", age: 3600 });
    expect(first.ms).toBeLessThan(2000);
    skew += 60_000;
    const { age, ms } = await ask();
    expect(age).toBeGreaterThanOrEqual(3660);
    expect(ms).toBeLessThan(300);
    s3.answer = undefined;
    s3.revision = 2;
    skew += 400_000;
    expect(await ask()).toMatchObject({ cell: "cell-2", age: 0 });
    // One line for each poll and object.
    expect(lines.filter((line) => /"(poll-failed|table-refused)"/.test(line)).length).toBeLessThanOrEqual(6);
  },
);

it("starts without the pins of a denied overlay, and reports it in the answer, the log and the metrics", async () => {
  const metrics = (lines: readonly string[]) => lines.find((line) => line.includes("TablePollFailures")) ?? "{}";
  s3.answer = (response, kind) => {
    if (kind === "base") publish(response, kind);
    else response.writeHead(403).end("<Error/>");
  };
  const denied = instance();
  expect(await denied.ask()).toMatchObject({ source: "bundle" });
  expect(denied.lines.filter((line) => line.includes("poll-failed")).join()).toContain("S3 answered 403");
  expect(JSON.parse(metrics(denied.lines))).toMatchObject({ TablePollFailures: 1 });
  // Where there is no overlay, the base alone is the whole table.
  s3.answer = (response, kind) => {
    if (kind === "base") publish(response, kind);
    else response.writeHead(404).end("<Error/>");
  };
  const missing = instance();
  expect(await missing.ask()).toMatchObject({ source: "s3", age: 0 });
  expect(JSON.parse(metrics(missing.lines))).toMatchObject({ TablePollFailures: 0 });
  // Allowed again.
  s3.answer = undefined;
  skew += 400_000;
  expect(await denied.ask()).toMatchObject({ source: "s3", cell: "cell-3", age: 0 });
});

it("is led to a tenant's new home by its old cell's correction while the overlay with its pin is denied", async () => {
  s3.answer = (response, kind) => {
    if (kind === "base") publish(response, kind);
    else response.writeHead(403).end("<Error/>");
  };
  const { ask } = instance();
  const { cell: old } = await ask();
  const home = old === "cell-3" ? 4 : 3;
  const follow = async (epoch: number, by = mover) => {
    const body = `acme ${home} ${epoch}`;
    return (await ask({ "x-routing-correction": `${body} ${by.sign("move", "test", body)}` })).cell;
  };
  expect(await follow(1)).toBe(`cell-${home}`);
  expect(await follow(1, keys.overlay)).toBe(old);
});

it("answers a page's preflight from the origins in its environment", async () => {
  const { handler } = instance();
  const ask = (origin: string) =>
    handler({
      rawPath: "/classify",
      requestContext: { http: { method: "OPTIONS" } },
      headers: { origin, "access-control-request-method": "GET" },
    });
  const { statusCode, headers } = await ask("https://app.example.com");
  expect([statusCode, headers["access-control-allow-origin"]]).toEqual([204, "https://app.example.com"]);
  expect((await ask("https://evil.org")).headers["access-control-allow-origin"]).toBeUndefined();
});

it("keeps polling and counts the table's age when the clock is set back", async () => {
  const { ask } = instance();
  await ask();
  s3.answer = () => undefined;
  skew += hour;
  await ask();
  skew -= 30 * 24 * hour;
  expect((await ask()).age).toBeGreaterThanOrEqual(3600);
  s3.answer = undefined;
  s3.revision = 2;
  skew += 400_000;
  expect(await ask()).toMatchObject({ cell: "cell-2", age: 0 });
});
