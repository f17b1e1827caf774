import { defaultTenantPattern, type HttpEvent } from "../../lambda/router/event";
import { makeHandler } from "../../lambda/router/handler";
import { TableSource } from "../../lambda/router/source";
import { makeRouter, sealTable, type RoutingTable } from "../../routing";
import { fleet } from "./ours";

/** What hostile requests did. All but `requests`, the statuses and the times must be 0. */
export interface FuzzResult {
  readonly requests: number;
  readonly statuses: Readonly<Record<number, number>>;
  readonly crashes: number;
  readonly foreignOrigins: number;
  readonly foreignCells: number;
  readonly leaks: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly normalP99Us: number;
}

const pieces = [
  "/",
  "\\",
  "//evil.org",
  "@evil.org",
  "%2f",
  "%5c",
  "..",
  "\r\nset-cookie: a=b",
  "\0",
  "?",
  "#",
  "é",
  "\ud800",
  "__proto__",
  "constructor",
  "{",
  "cell-1",
  "a".repeat(300),
  "DE",
  "US",
  ",",
  " ",
  "%",
  ":8080",
  "169.254.169.254",
  "$(id)",
  "' or 1=1--",
  "acme",
  "t-1",
];

/** Sends `count` hostile requests to the handler, from one seed, and as many normal ones to compare times with. */
export function fuzz(count: number, seed = 1): FuzzResult {
  const table = twoJurisdictions();
  const source = new TableSource({
    base: table,
    fetch: () => Promise.resolve({ changed: false }),
    pollMs: 1e12,
    now: () => 0,
    random: () => 0.5,
    log: () => undefined,
  });
  const handle = makeHandler(source, {
    tenant: "x-tenant-id",
    country: "cloudfront-viewer-country",
    tenantPattern: defaultTenantPattern,
  });
  const router = makeRouter(table);
  let state = seed >>> 0 || 1;
  const random = (below: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
  const mess = (): string => Array.from({ length: random(5) }, () => pieces[random(pieces.length)]!).join("");
  const statuses: Record<number, number> = {};
  let [crashes, foreignOrigins, foreignCells, leaks] = [0, 0, 0, 0];
  const times = new Float64Array(count);
  const normal = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const known = random(2) === 0;
    const country = known ? ["DE", "US"][random(2)]! : mess();
    const headers: Record<string, string> = {
      "x-tenant-id": random(3) === 0 ? mess() : `t-${random(1e9)}`,
      "cloudfront-viewer-country": country,
      "x-cell": "cell-1",
      [mess().toLowerCase()]: mess(),
    };
    const event = {
      rawPath: random(4) === 0 ? "/classify" : mess(),
      rawQueryString: mess(),
      headers,
      cookies: [mess()],
      body: mess(),
    } as HttpEvent;
    const start = process.hrtime.bigint();
    let answer: ReturnType<typeof handle>;
    try {
      answer = handle(event);
    } catch {
      crashes++;
      continue;
    }
    times[i] = Number(process.hrtime.bigint() - start) / 1000;
    statuses[answer.statusCode] = (statuses[answer.statusCode] ?? 0) + 1;
    const { location } = answer.headers;
    const allowed = country === "DE" || country === "US" ? router.candidates(country === "DE" ? "eu" : "us").cells : [];
    if (
      answer.statusCode < 300 &&
      event.rawPath === "/classify" &&
      !allowed.some(({ id }) => id === answer.headers["x-cell"])
    )
      foreignCells++;
    if (location !== undefined && !allowed.some(({ endpoint }) => new URL(location).origin === endpoint))
      foreignOrigins++;
    if (location !== undefined && /[^\x21-\x7e]/.test(location)) foreignOrigins++;
    if (answer.statusCode >= 400 && /cell-|example\.com|EU|US/.test(answer.body + JSON.stringify(answer.headers)))
      leaks++;
    const usual: HttpEvent = {
      rawPath: "/orders/7",
      rawQueryString: "page=2",
      headers: { "x-tenant-id": `t-${i}`, "cloudfront-viewer-country": "DE" },
    };
    const began = process.hrtime.bigint();
    handle(usual);
    normal[i] = Number(process.hrtime.bigint() - began) / 1000;
  }
  times.sort();
  normal.sort();
  const at = (sorted: Float64Array, share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  return {
    requests: count,
    statuses,
    crashes,
    foreignOrigins,
    foreignCells,
    leaks,
    p50Us: at(times, 0.5),
    p99Us: at(times, 0.99),
    normalP99Us: at(normal, 0.99),
  };
}

function twoJurisdictions(): RoutingTable {
  const one = fleet(8);
  return sealTable(1, {
    ...one,
    cells: one.cells.map((cell) => (cell.number < 4 ? cell : { ...cell, locality: "US" })),
    jurisdictions: { eu: { localities: ["EU"] }, us: { localities: ["US"] } },
    countries: { DE: "eu", US: "us" },
    deals: [],
  });
}
