import { createHmac, randomUUID } from "node:crypto";

import { describe, expect, it } from "vitest";

import type { HttpAnswer, HttpEvent } from "../../lambda/router/event";
import { decodeTable, encodeTable, makeRouter, makeRoutes } from "../../routing";
import { defaultIdentity } from "../../routing/identity";
import { cell, exampleContent, exampleTable } from "../routing/tables";
import { ask, edgeSecret, object, setup } from "./fixture";
import { sign, tokenIdentity, withToken } from "./keys";

describe("a forged table", () => {
  it.each([
    "http://cell-1.cells.example.com",
    "https://169.254.169.254",
    "https://[fd00:ec2::254]",
    "https://0xa9fea9fe.cells.example.com.",
    "https://10.2.0.5",
    "https://2852039166",
    "https://cell-1.cells.example.com:8443",
    "https://user:pw@cell-1.cells.example.com",
    "https://cell-1.cells.example.com@evil.org",
    "https://cell-1.cells.example.com.evil.org",
    "https://evilcells.example.com",
    "https://localhost",
    "https://cell-1.cells.example.com/path",
    "https://CELL-1.cells.example.com",
    "https://cell-1.cells.example.com\n",
    "file:///etc/passwd",
    "//cell-1.cells.example.com",
  ])("that points at %s is refused, at the deployment and at a poll", async (endpoint) => {
    const [first, ...rest] = exampleContent().cells;
    const poisoned = exampleTable({ cells: [{ ...first!, endpoint }, ...rest] }, 2);
    expect(decodeTable(JSON.parse(encodeTable(poisoned)), { endpointSuffix: "cells.example.com" }).ok).toBe(false);
    const fetch = () => Promise.resolve(object(encodeTable(poisoned)));
    const { handler, source, logs } = setup({ fetch });
    const before = handler(ask("acme", "DE", "/classify"));
    await source.idle();
    expect(handler(ask("acme", "DE", "/classify"))).toEqual(before);
    expect(logs[0]).toMatchObject({ event: "table-refused" });
  });
});

/** A shared cache as RFC 9111 allows one to be: it keys by method, URL and what `vary` names, and keeps what it may. */
class SharedCache {
  hits = 0;
  private readonly kept = new Map<
    string,
    { readonly vary: readonly string[]; readonly event: HttpEvent; readonly answer: HttpAnswer }[]
  >();

  constructor(
    private readonly origin: (event: HttpEvent) => HttpAnswer,
    /** As many caches are configured: it keeps answers in spite of no-store, if only for a moment. */
    private readonly ignoresNoStore: boolean,
  ) {}

  get(event: HttpEvent): HttpAnswer {
    const url = `${event.rawPath ?? ""}?${event.rawQueryString ?? ""}`;
    const entries = this.kept.get(url) ?? [];
    const same = (vary: readonly string[], other: HttpEvent): boolean =>
      vary.every((name) => event.headers?.[name] === other.headers?.[name]);
    const hit = entries.find(({ vary, event: other }) => same(vary, other));
    if (hit !== undefined) {
      this.hits++;
      return hit.answer;
    }
    const answer = this.origin(event);
    const mayKeep = this.ignoresNoStore || !/no-store/.test(answer.headers["cache-control"] ?? "");
    const vary = (answer.headers["vary"] ?? "").split(", ").filter((name) => name !== "");
    if (mayKeep) this.kept.set(url, [...entries, { vary, event, answer }]);
    return answer;
  }
}

describe("caches before the router", () => {
  const requests = (): HttpEvent[] =>
    ["acme", "globex", "initech"].flatMap((tenant) =>
      ["DE", "US", "CN", "ZZ"].flatMap((country) =>
        [edgeSecret, "wrong", undefined].flatMap((secret) =>
          ["/", "/classify", "/route/a"].map((rawPath) => {
            const event = ask(tenant, country, rawPath);
            return {
              ...event,
              headers: { ...event.headers, ...(secret === undefined ? {} : { "x-router-secret": secret }) },
            };
          }),
        ),
      ),
    );

  it.each([false, true])(
    "never return another tenant's answer, even if they ignore no-store (%s)",
    (ignoresNoStore) => {
      const { handler } = setup({ identity: defaultIdentity });
      const cache = new SharedCache(handler, ignoresNoStore);
      // Twice, in another order: the cache answers the second round.
      const all = requests();
      for (const event of [...all, ...[...all].reverse()]) expect(cache.get(event)).toEqual(handler(event));
      expect(cache.hits).toBe(ignoresNoStore ? all.length : 0);
    },
  );

  it("get no-store, and no header of the answer contains what a client sent", () => {
    const { handler } = setup({ identity: defaultIdentity });
    const marker = "q7marker";
    for (const event of requests()) {
      const answer = handler({
        ...event,
        headers: { ...event.headers, "x-forwarded-host": marker, origin: marker, "x-cell": marker },
      });
      expect(answer.headers["cache-control"]).toBe("no-store");
      expect(answer.headers["vary"]).toContain("x-tenant-id");
      expect(JSON.stringify(answer)).not.toContain(marker);
    }
  });

  it("get vary: authorization where tenants come from tokens", async () => {
    const { answer } = setup({ identity: tokenIdentity });
    expect((await answer(withToken(await sign()))).headers["vary"]).toBe("x-tenant-id, authorization");
  });
});

describe("tenants that choose their ids", () => {
  const cells = Array.from({ length: 8 }, (_, number) => cell(number));
  const table = exampleTable({ cells });
  const routes = makeRoutes(makeRouter(table));
  /** The fullest cell's share, over the mean. */
  const peak = (ids: readonly string[]): number => {
    const counts = new Map<number, number>();
    for (const tenant of ids) {
      const decision = routes.decide({ tenant, country: "DE" });
      if (decision.ok) counts.set(decision.cell.number, (counts.get(decision.cell.number) ?? 0) + 1);
    }
    return Math.max(...counts.values()) / (ids.length / cells.length);
  };
  /** An attacker with the hash: tries names until they map to cell 0. */
  const chosen: string[] = [];
  for (let i = 0; chosen.length < 100_000; i++) {
    const id = `t-${i.toString(36)}`;
    const decision = routes.decide({ tenant: id, country: "DE" });
    if (decision.ok && decision.cell.number === 0) chosen.push(id);
  }

  it("can fill one cell, because the hash is public", () => {
    expect(peak(chosen)).toBe(cells.length);
  });

  it("cannot fill one when ids are issued at random, or as a keyed hash of the chosen name", () => {
    expect(peak(Array.from({ length: 100_000 }, () => randomUUID()))).toBeLessThan(1.2);
    const issue = (name: string): string =>
      createHmac("sha256", "key of the deployment").update(name).digest("hex").slice(0, 32);
    expect(peak(chosen.map(issue))).toBeLessThan(1.2);
  });

  it("are moved afterwards by pins, which come before the hash", () => {
    const pins = Object.fromEntries(chosen.slice(0, 7000).map((id, at) => [id, { cell: 1 + (at % 7), epoch: 1 }]));
    const moved = makeRoutes(makeRouter(exampleTable({ cells, pins })));
    const left = chosen.slice(0, 8000).filter((tenant) => {
      const decision = moved.decide({ tenant, country: "DE" });
      return decision.ok && decision.cell.number === 0;
    });
    expect(left).toHaveLength(1000);
  });
});

describe("the content of refusals", () => {
  it("is the same for no tenant, a malformed tenant, a country without cells and a wrong edge", () => {
    const { handler } = setup({ identity: defaultIdentity });
    const with_ = (headers: Record<string, string>) =>
      handler({ rawPath: "/", headers: { "x-router-secret": edgeSecret, ...headers } });
    const refusals = [
      with_({ "cloudfront-viewer-country": "DE" }),
      with_({ "x-tenant-id": "No Such", "cloudfront-viewer-country": "DE" }),
      with_({ "x-tenant-id": "acme", "cloudfront-viewer-country": "ZZ" }),
      with_({ "x-tenant-id": "acme", "cloudfront-viewer-country": "KP" }),
      with_({ "x-tenant-id": "acme" }),
      with_({ "x-tenant-id": "acme", "cloudfront-viewer-country": "DE", "x-router-secret": "wrong" }),
    ];
    for (const refusal of refusals) expect(refusal).toEqual(refusals[0]);
    expect(refusals[0]!.statusCode).toBe(403);
  });

  it("has no name of a cell, region, locality, tenant or reason in 10,000 answers", async () => {
    const content = exampleContent();
    const cells = content.cells.map((each) =>
      each.locality === "US" ? { ...each, state: "quarantined" as const } : each,
    );
    const { handler } = setup({ identity: defaultIdentity, base: exampleTable({ cells }) });
    const statuses = new Set<number>();
    for (let i = 0; i < 10_000; i++) {
      const event = ask(
        i % 7 === 0 ? `T-${i}` : `t-${i}`,
        ["US", "ZZ", "KP", "de", "DE,FR"][i % 5]!,
        ["/", "/classify", "/classify/x", "/health/x"][i % 4]!,
      );
      const { statusCode, headers, body } = handler({
        ...event,
        headers: { ...event.headers, "x-router-secret": i % 3 === 0 ? "x" : edgeSecret },
      });
      statuses.add(statusCode);
      expect(statusCode).toBeGreaterThanOrEqual(400);
      expect(Object.keys(headers).filter((name) => /cell|tenant|location/.test(name))).toEqual([]);
      expect(body + JSON.stringify({ ...headers, vary: "" })).not.toMatch(
        /cell|-west|-east|"EU"|"US"|t-\d|healthy|pin|quarant/i,
      );
    }
    expect([...statuses].sort()).toEqual([400, 403, 404, 503]);
  });
});
