import type { HttpAnswer, HttpEvent } from "../../lambda/router/event";
import { makeRouter, makeRoutes, sealTable, type RoutingTable } from "../../routing";
import { edgeRequest, seeded, Tokens, type Hostile } from "./hostile";
import { fleet } from "./ours";
import { edgeRouter, edgeSecret, tokenRouter } from "./request";

/** What hostile requests did. All but `requests`, the statuses and the times must be 0. */
export interface FuzzResult {
  readonly requests: number;
  readonly statuses: Readonly<Record<number, number>>;
  readonly crashes: number;
  /** Answers with a cell for requests that prove no tenant, and refusals of requests that prove one. */
  readonly misjudged: number;
  readonly foreignOrigins: number;
  readonly foreignCells: number;
  readonly leaks: number;
  /** Microseconds of requests to a router behind an edge. */
  readonly p50Us: number;
  readonly p99Us: number;
  readonly normalP99Us: number;
}

/** Every tenth request has a token. */
const tokensEvery = 10;

/** Sends `count` hostile requests to the handler, from one seed, and as many normal ones to compare times with. */
export async function fuzz(count: number, seed = 1): Promise<FuzzResult> {
  const table = twoJurisdictions();
  const routes = makeRoutes(makeRouter(table));
  const random = seeded(seed);
  const tokens = await Tokens.make(200);
  const behindEdge = edgeRouter(table);
  const withTokens = tokenRouter(table, tokens.settings, () => tokens.nowSeconds);
  const usual: HttpEvent = JSON.parse(
    JSON.stringify({
      rawPath: "/orders/7",
      rawQueryString: "page=2",
      headers: { "x-router-secret": edgeSecret, "x-tenant-id": "t-7", "cloudfront-viewer-country": "DE" },
    }),
  ) as HttpEvent;
  const found = { crashes: 0, misjudged: 0, foreignOrigins: 0, foreignCells: 0, leaks: 0 };
  const statuses: Record<number, number> = {};
  const times: number[] = [];
  const normal: number[] = [];

  const judge = ({ true: truth }: Hostile, { statusCode, headers, body }: HttpAnswer): void => {
    statuses[statusCode] = (statuses[statusCode] ?? 0) + 1;
    const decision = truth === undefined ? undefined : routes.decide(truth);
    const cell = decision?.ok === true ? decision.cell : undefined;
    // A path that fits no Location, or a reserved one, is refused for every tenant.
    if (statusCode < 400 !== (cell !== undefined) && !(truth !== undefined && [400, 404].includes(statusCode))) {
      found.misjudged++;
    }
    const { location } = headers;
    if (statusCode < 400 && headers["x-cell"] !== cell?.id) found.foreignCells++;
    if (statusCode === 307) {
      if (location === undefined || new URL(location).origin !== cell?.endpoint) found.foreignOrigins++;
      else if (!location.startsWith(`${cell.endpoint}/`) || /[^\x21-\x7e]/.test(location)) found.foreignOrigins++;
    } else if (location !== undefined) found.foreignOrigins++;
    const told = JSON.stringify(headers) + body;
    if (told.includes(edgeSecret) || told.includes("evil.org") !== (location ?? "").includes("evil.org")) found.leaks++;
    if (statusCode >= 400 && /cell-|example\.|"EU"|"US"|t-victim/.test(told)) found.leaks++;
  };

  for (let i = 0; i < count; i++) {
    const hasToken = i % tokensEvery === 0;
    const hostile = hasToken ? tokens.request(random) : edgeRequest(random);
    try {
      const start = process.hrtime.bigint();
      const answer = hasToken ? await withTokens(hostile.event) : behindEdge(hostile.event);
      if (!hasToken) times.push(Number(process.hrtime.bigint() - start) / 1000);
      judge(hostile, await answer);
    } catch {
      found.crashes++;
    }
    const began = process.hrtime.bigint();
    void behindEdge(usual);
    normal.push(Number(process.hrtime.bigint() - began) / 1000);
  }
  return {
    requests: count,
    statuses,
    ...found,
    p50Us: at(times, 0.5),
    p99Us: at(times, 0.99),
    normalP99Us: at(normal, 0.99),
  };
}

export interface MemoryResult {
  readonly tenants: number;
  /** MiB resident after the first tenth, when everything is warm, and at the end. */
  readonly earlyMiB: number;
  readonly lateMiB: number;
}

/** Asks for `count` tenants that no request has named before, and looks at the process's memory. */
export function memory(count: number): MemoryResult {
  const handle = edgeRouter(twoJurisdictions());
  const random = seeded(7);
  const resident = (): number => process.memoryUsage.rss() / 2 ** 20;
  let earlyMiB = 0;
  for (let i = 0; i < count; i++) {
    if (i === Math.floor(count / 10)) earlyMiB = resident();
    void handle({
      rawPath: i % 2 === 0 ? "/classify" : "/orders",
      headers: {
        "x-router-secret": edgeSecret,
        "x-tenant-id": `${random(2 ** 31).toString(36)}-${i.toString(36)}`,
        "cloudfront-viewer-country": i % 3 === 0 ? "US" : "DE",
      },
    });
  }
  return { tenants: count, earlyMiB, lateMiB: resident() };
}

function at(times: number[], share: number): number {
  const sorted = Float64Array.from(times).sort();
  return sorted[Math.floor(sorted.length * share)] ?? 0;
}

export function twoJurisdictions(): RoutingTable {
  const one = fleet(8);
  return sealTable(1, {
    ...one,
    cells: one.cells.map((cell) => (cell.number < 4 ? cell : { ...cell, locality: "US" })),
    jurisdictions: { eu: { localities: ["EU"] }, us: { localities: ["US"] } },
    countries: { DE: "eu", US: "us" },
    deals: [],
  });
}
