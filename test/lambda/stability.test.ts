import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { Worker } from "node:worker_threads";

import { afterEach, describe, expect, it } from "vitest";

import { signingKey } from "../../catalog/table-signing";
import { makeClock } from "../../lambda/router/clock";
import { fetchObject } from "../../lambda/router/s3";
import { makeSignatureCheck } from "../../lambda/router/signature";
import { TableSource, type SourceOptions } from "../../lambda/router/source";
import {
  canonicalJson,
  encodeOverlay,
  encodeTable,
  formatVersion,
  overlaySchema,
  sealTable,
  type Overlay,
  type RoutingTable,
  type TableKind,
  noPins,
} from "../../routing";
import { cell, exampleContent, exampleTable, pinned } from "../routing/tables";
import { ask, nothing, object, same, setup } from "./fixture";

const keys = { base: signingKey("b".repeat(32)), overlay: signingKey("o".repeat(32)) };

function overlay(change: Partial<Overlay> = {}): Overlay {
  return { schema: overlaySchema, environment: "test", revision: 1, base: 1, cells: {}, pins: noPins, ...change };
}

/** An object as its writer publishes it. */
function signed(kind: TableKind, text: string, key = keys[kind], environment = "test") {
  return object(text, "x", key.sign(kind, environment, text));
}

/** A source that trusts {@link keys}, with the test's clock and the test's objects in S3. */
function store(base: RoutingTable = exampleTable()) {
  const held = { base: same, overlay: nothing };
  const clock = { ms: 0 };
  const logs: Readonly<Record<string, string | number>>[] = [];
  const cost = { requests: 0, bytes: 0 };
  const options: SourceOptions = {
    base,
    fetch: (kind) => {
      const found = held[kind];
      cost.requests++;
      cost.bytes += found.found === "object" ? found.body.length : 0;
      return Promise.resolve(found);
    },
    signatureMistake: makeSignatureCheck(
      {
        base: { [keys.base.id]: keys.base.publicKey },
        overlay: { [keys.overlay.id]: keys.overlay.publicKey },
      },
      "test",
    ),
    pollMs: 10_000,
    endpointSuffix: "cells.example.com",
    now: () => clock.ms,
    random: () => 0.5,
    log: (entry) => logs.push(entry),
  };
  const source = new TableSource(options);
  const cycle = async (): Promise<void> => {
    clock.ms += 11_000;
    source.tick();
    await source.idle();
  };
  return { source, held, clock, logs, cost, cycle };
}

describe("a router without its dependencies", () => {
  it("keeps moved tenants moved for 24 hours, answers every request and reports the table's age", async () => {
    const calls = { count: 0 };
    const moved = encodeOverlay(overlay({ pins: pinned({ acme: { cell: 3, epoch: 1 } }) }));
    const answer = (what: () => Promise<ReturnType<typeof object>>) => {
      calls.count++;
      return calls.count <= 2 ? what() : Promise.reject(new Error("dead"));
    };
    const { handler, source, clock, logs } = setup({
      fetch: () => answer(() => Promise.resolve(same)),
      overlay: () => answer(() => Promise.resolve(object(moved))),
    });
    handler(ask("acme", "US"));
    await source.idle();
    for (let second = 5; second <= 86_400; second += 5) {
      clock.ms = second * 1000;
      const { statusCode, headers } = handler(ask("acme", "US", "/classify"));
      await source.idle();
      expect([statusCode, headers["x-cell"], headers["x-routing-age"]]).toEqual([200, "cell-3", String(second)]);
    }
    expect(logs.filter(({ event }) => event === "poll-failed").length).toBe(2 * 8640);
  });

  it("answers from the bundled table, from the first request on", async () => {
    const { handler, source, clock } = setup();
    await source.renew(400);
    clock.ms = 3000;
    expect(handler(ask("acme", "CN", "/classify")).headers).toMatchObject({
      "x-cell": "cell-7",
      "x-routing-source": "bundle",
      "x-routing-age": "3",
    });
  });

  it("does not wait for a slow S3, and polls it at the same rate", async () => {
    let polls = 0;
    const never = new Promise<never>(() => undefined);
    const { handler, clock } = setup({ fetch: () => (polls++, never), overlay: () => never });
    for (let second = 0; second < 3600; second++) {
      clock.ms = second * 1000;
      expect(handler(ask(`t-${second}`, "DE")).statusCode).toBe(307);
    }
    expect(polls).toBe(360);
  });

  it("starts no second poll while one may still end, even when a request asks for it", () => {
    let polls = 0;
    const { handler, source, clock } = setup({ fetch: () => (polls++, new Promise<never>(() => undefined)) });
    for (clock.ms = 0; clock.ms < 5000; clock.ms += 100) {
      handler(ask("acme", "DE"));
      source.hurry();
    }
    expect(polls).toBe(1);
  });
});

/** A promise, and what resolves it. */
function later() {
  let resolve: (found: typeof nothing) => void = () => undefined;
  return {
    promise: new Promise<typeof nothing>((done) => (resolve = done)),
    resolve: (found: typeof nothing) => resolve(found),
  };
}

describe("an instance that Lambda freezes", () => {
  const moved = (revision: number, number: number) =>
    object(encodeOverlay(overlay({ revision, pins: pinned({ acme: { cell: number, epoch: revision } }) })));
  const hour = 3_600_000;

  it("counts a table that it receives hours later from its request", async () => {
    const answers = [later()];
    const { handler, source, clock } = setup({
      fetch: () => Promise.resolve(same),
      overlay: () => answers.at(-1)!.promise,
    });
    handler(ask("acme", "US"));
    clock.ms = 5 * hour;
    answers[0]!.resolve(moved(1, 3));
    await source.idle();
    expect(source.current()).toMatchObject({ source: "s3", age: 5 * 3600, version: expect.stringMatching(/\+1$/) });
  });

  it("starts another poll after a frozen one, and drops the old one's result", async () => {
    const [old, next] = [later(), later()];
    const calls = [old, next];
    const { handler, source, clock, logs } = setup({
      fetch: () => Promise.resolve(same),
      overlay: () => calls.shift()!.promise,
    });
    handler(ask("acme", "US"));
    clock.ms = 5 * hour;
    handler(ask("acme", "US"));
    next.resolve(moved(2, 3));
    await source.idle();
    const taken = source.current();
    expect(taken).toMatchObject({ age: 0, version: expect.stringMatching(/\+2$/) });
    old.resolve(moved(1, 2));
    await old.promise;
    await new Promise((resolve) => setImmediate(resolve));
    expect(source.current()).toEqual(taken);
    expect(logs.map(({ event }) => event)).toEqual(["table-taken"]);
  });

  it("waits for a poll before it answers, for a bounded time, and only once while S3 is gone", async () => {
    let answer = (): Promise<typeof nothing> => Promise.resolve(moved(1, 3));
    const { source, clock } = setup({ fetch: () => Promise.resolve(same), overlay: () => answer() });
    await source.renew(1000);
    expect(source.current()).toMatchObject({ source: "s3", age: 0 });
    answer = () => Promise.resolve(moved(2, 2));
    clock.ms = 5 * hour;
    await source.renew(1000);
    expect(source.current()).toMatchObject({ age: 0, version: expect.stringMatching(/\+2$/) });

    answer = () => new Promise<never>(() => undefined);
    const waited: boolean[] = [];
    for (let i = 0; i < 12; i++) {
      clock.ms += 30_000;
      const began = Date.now();
      await source.renew(60);
      waited.push(Date.now() - began >= 50);
    }
    // Half a minute apart: one in five minutes waits.
    expect(waited).toEqual([true, ...Array<boolean>(9).fill(false), true, false]);
    expect(source.current().age).toBe(360);

    answer = () => Promise.resolve(moved(3, 3));
    clock.ms += 300_000;
    await source.renew(1000);
    expect(source.current()).toMatchObject({ age: 0, version: expect.stringMatching(/\+3$/) });
  });

  it("counts the time it was frozen by a wall clock that advances, not by one that is set back", () => {
    const at = { mono: 1000, wall: Date.UTC(2026, 0, 1) };
    const clock = makeClock(
      () => at.mono,
      () => at.wall,
    );
    const began = clock();
    const pass = (mono: number, wall: number): number => {
      at.mono += mono;
      at.wall += wall;
      return clock() - began;
    };
    expect(pass(500, 500)).toBe(500);
    expect(pass(5, hour)).toBe(500 + hour);
    expect(pass(5, -2 * hour)).toBe(505 + hour);
    expect(pass(5, hour)).toBe(505 + 2 * hour);
    expect(pass(1000, 0)).toBeLessThanOrEqual(1505 + 2 * hour);
    for (let i = 0, last = clock(); i < 1000; i++, last = clock()) {
      at.mono += 0.3;
      at.wall += i % 3 === 0 ? 1 : 0;
      expect(clock()).toBeGreaterThanOrEqual(last);
    }
  });
});

describe("S3, as it is reached", () => {
  let close: () => void = () => undefined;
  afterEach(() => close());

  async function from(answer: RequestListener, more: { ms?: number; maxBytes?: number; etag?: string } = {}) {
    const server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    close = () => server.close().closeAllConnections();
    return fetchFrom((server.address() as AddressInfo).port, more);
  }

  function fetchFrom(port: number, more: { ms?: number; maxBytes?: number; etag?: string } = {}) {
    return fetchObject(
      { bucket: "b", key: "k", region: "eu-west-1", endpoint: `http://127.0.0.1:${port}` },
      { accessKeyId: "a", secretAccessKey: "s" },
      more.etag,
      { signal: AbortSignal.timeout(more.ms ?? 5000), maxBytes: more.maxBytes ?? 1000 },
    );
  }

  it("returns the object with its signature, that it is unchanged, or that there is none", async () => {
    const whole = await from((_, response) =>
      response.setHeader("x-amz-meta-signature", "k:s").setHeader("etag", '"1"').end("{}"),
    );
    expect(whole).toMatchObject({ found: "object", etag: '"1"', signature: "k:s" });
    close();
    expect(
      await from(
        (request, response) => response.writeHead(request.headers["if-none-match"] === '"1"' ? 304 : 200).end(),
        { etag: '"1"' },
      ),
    ).toEqual(same);
    close();
    expect(await from((_, response) => response.writeHead(404).end("<Error/>"))).toEqual(nothing);
  });

  it("asks again, once, on a new connection where the kept one was closed meanwhile", async () => {
    // In a thread of its own, as S3 is elsewhere: it closes connections while this one is frozen.
    const server = new Worker(
      `const { createServer } = require("node:http");
       const { parentPort } = require("node:worker_threads");
       // As S3 does: without the hint by which a client would close the connection first.
       const server = createServer(({ socket }, response) => {
         response.writeHead(200, { connection: "keep-alive" }).end("{}");
         setTimeout(() => socket.end(), 300);
       });
       server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));`,
      { eval: true },
    );
    close = () => void server.terminate();
    const port = await new Promise<number>((resolve) => server.once("message", resolve));
    const get = () => fetchFrom(port);
    expect(await get()).toMatchObject({ found: "object" });
    // Time in which the connection is put by, then the freeze.
    await new Promise((resolve) => setTimeout(resolve, 50));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    expect(await get()).toMatchObject({ found: "object" });
  });

  it("asks twice and not three times where every connection is closed", async () => {
    let requests = 0;
    await expect(
      from((request) => {
        requests++;
        request.socket.resetAndDestroy();
      }),
    ).rejects.toThrow("fetch failed");
    expect(requests).toBe(2);
  });

  it("fails when the answer ends early, takes too long, is too long, or is an error", async () => {
    await expect(
      from((_, response) => {
        response.writeHead(200, { "content-length": "500" });
        response.write("{", () => response.destroy());
      }),
    ).rejects.toThrow();
    close();
    await expect(from(() => undefined, { ms: 50 })).rejects.toThrow();
    close();
    // 100 MB are offered, and not read.
    let sent = 0;
    await expect(
      from((_, response) => {
        const more = (): void => {
          while (sent < 100e6 && !response.destroyed) {
            sent += 65_536;
            if (!response.write("x".repeat(65_536))) return void response.once("drain", more);
          }
          response.end();
        };
        more();
      }),
    ).rejects.toThrow("longer than 1000 bytes");
    expect(sent).toBeLessThan(20e6);
    close();
    for (const status of [403, 500]) {
      await expect(from((_, response) => response.writeHead(status).end())).rejects.toThrow(`S3 answered ${status}`);
      close();
    }
  });
});

describe("published objects that a router refuses", () => {
  const good = overlay({ revision: 5, pins: pinned({ acme: { cell: 3, epoch: 4 } }) });
  const cells = exampleContent().cells;
  const base = (text: string) => signed("base", text);
  const over = (change: Partial<Overlay>) => signed("overlay", encodeOverlay({ ...good, revision: 6, ...change }));
  const twice = encodeOverlay({ ...good, revision: 6 }).replace('"cells":{}', '"cells":{"1":{},"1":{"down":true}}');
  const evil = cells.map((each) => (each.number === 0 ? cell(0, { endpoint: "https://169.254.169.254" }) : each));

  it("sends a cell's tenants elsewhere while it is down or full, and home again after", async () => {
    const { source, held, cycle } = store();
    const decision = () => source.current().routes.decide({ tenant: "acme", country: "US" });
    const home = decision();
    const number = home.ok ? home.home.number : NaN;
    const say = async (revision: number, cells: Overlay["cells"]) => {
      held.overlay = signed("overlay", encodeOverlay(overlay({ revision, cells })));
      await cycle();
      return decision();
    };
    expect(await say(1, { [number]: { down: true } })).toMatchObject({ reason: "failover", home: { number } });
    expect(await say(2, { [number]: { full: true } })).toMatchObject({ reason: "overflow", home: { number } });
    expect(await say(3, { [number]: { down: false, full: false } })).toEqual(home);
  });

  it.each([
    ["unsigned", "base", object(encodeTable(exampleTable({}, 6)), "x", undefined), "not signed"],
    ["changed after it was signed", "overlay", { ...over({}), body: Buffer.from(twice) }, "does not hold"],
    [
      "signed by the other writer",
      "base",
      signed("base", encodeTable(exampleTable({}, 6)), keys.overlay),
      "not pinned",
    ],
    [
      "signed for another kind",
      "overlay",
      object(encodeOverlay(good), "x", keys.overlay.sign("base", "test", encodeOverlay(good))),
      "does not hold",
    ],
    [
      "signed for another environment",
      "overlay",
      signed("overlay", encodeOverlay(good), keys.overlay, "prod"),
      "does not hold",
    ],
    ["an older base", "base", base(encodeTable(exampleTable({}, 4))), "older than 5"],
    ["an older overlay", "overlay", signed("overlay", encodeOverlay({ ...good, revision: 4 })), "older than 5"],
    [
      "another overlay of the same revision",
      "overlay",
      signed("overlay", encodeOverlay({ ...good, pins: noPins })),
      "revision 5 has other content",
    ],
    ["an empty base", "base", base(""), "not JSON"],
    ["an empty overlay", "overlay", signed("overlay", ""), "not JSON"],
    [
      "a base of another shape",
      "base",
      base(`${canonicalJson({ ...exampleTable({}, 6), cells: {} })}\n`),
      "must be a list",
    ],
    [
      "an overlay of another shape",
      "overlay",
      over({ cells: { "3": { state: "gone" as "active" } } }),
      "must be one of",
    ],
    [
      "a fifth of the cells gone",
      "base",
      base(encodeTable(exampleTable({ cells: cells.slice(0, 6) }, 6))),
      "takes 2 of 8 cells of the fleet",
    ],
    [
      "a fifth of the cells out of service",
      "overlay",
      over({ cells: { "0": { state: "disabled" }, "1": { state: "disabled" } } }),
      "2 of 8 cells of the fleet out",
    ],
    ["many tenants moved", "base", base(encodeTable(exampleTable({ cells: [...cells, cell(8)] }, 6))), "it moves"],
    ["a cell twice", "overlay", signed("overlay", twice), "twice"],
    [
      "a pin on a cell that is not there",
      "overlay",
      over({ pins: pinned({ acme: { cell: 99, epoch: 4 } }) }),
      "not a cell of the base",
    ],
    ["a tenant's older epoch", "overlay", over({ pins: pinned({ acme: { cell: 2, epoch: 3 } }) }), "older epochs of 1"],
    [
      "another environment",
      "base",
      base(encodeTable(exampleTable({ environment: "prod" }, 6))),
      "for environment prod",
    ],
    ["an endpoint outside the domain", "base", base(encodeTable(exampleTable({ cells: evil }, 6))), "endpoint"],
    [
      "nested deeper than a stack is",
      "overlay",
      signed("overlay", `{"a":${"[".repeat(1e5)}${"]".repeat(1e5)}}\n`),
      "nested",
    ],
    [
      "the same of a base",
      "base",
      base(`{"a":${"[".repeat(1e5)}${"]".repeat(1e5)},${encodeTable(exampleTable({}, 6)).slice(1)}`),
      "nested",
    ],
    [
      "bytes that are no text",
      "overlay",
      { ...signed("overlay", "{}"), body: Buffer.from([0xff, 0xfe]) },
      "does not hold",
    ],
    ["an overlay that is gone", "overlay", nothing, "the object is gone"],
  ] as const)("%s", async (_, kind, found, why) => {
    const { source, held, logs, cycle } = store(exampleTable({}, 5));
    held.overlay = signed("overlay", encodeOverlay(good));
    await cycle();
    const before = source.current();
    expect(before.version).toMatch(/^5-\w+\+5$/);
    logs.length = 0;
    held[kind] = found as typeof same;
    await cycle();
    await cycle();
    expect(source.current()).toMatchObject({ version: before.version, age: 22 });
    expect(source.current().routes.router.table).toEqual(before.routes.router.table);
    expect(logs).toEqual(
      Array.from({ length: 2 }, () => ({
        event: "table-refused",
        table: kind,
        reason: expect.stringContaining(why),
        kept: before.version,
      })),
    );
    expect(JSON.stringify(logs)).not.toContain("acme");
  });

  it("a base that moves a country out of its residency, until it is approved", async () => {
    const now = exampleTable({}, 5);
    const { source, held, logs, cycle } = store(now);
    const jurisdictions = { ...now.jurisdictions, eu: { localities: ["US"] } };
    const cell = () => {
      const decision = source.current().routes.decide({ tenant: "acme", country: "DE" });
      return decision.ok ? decision.cell.locality : decision.reason;
    };
    held.base = base(encodeTable(sealTable(6, { ...now, jurisdictions }, now.deals)));
    await cycle();
    expect(logs.at(-1)).toMatchObject({
      reason: "it opens US to tenants of DE and 1 more, without approval",
    });
    expect([cell(), source.current().version]).toEqual(["EU", formatVersion(now.version)]);
    const approvals = [{ revision: 7, jurisdiction: "eu", localities: ["US"] }];
    held.base = base(encodeTable(sealTable(7, { ...now, jurisdictions, approvals }, now.deals)));
    await cycle();
    expect([cell(), source.current().version]).toEqual(["US", expect.stringMatching(/^7-/)]);
  });

  it("lose health marks that would empty a candidate set, and nothing else", async () => {
    const { source, held, logs, cycle } = store();
    const served = (country: string, tenant = "acme") => {
      const decision = source.current().routes.decide({ tenant, country });
      return decision.ok ? decision.cell.number : decision.reason;
    };
    const down = (...numbers: number[]) => Object.fromEntries(numbers.map((number) => [number, { down: true }]));
    const publish = async (revision: number, cells: Overlay["cells"], pins = pinned({})) => {
      held.overlay = signed("overlay", encodeOverlay(overlay({ revision, cells, pins })));
      await cycle();
    };
    await publish(1, {});
    await publish(2, down(0));
    const moved = served("US") === 2 ? 3 : 2;
    await publish(3, down(0, 1), pinned({ acme: { cell: moved, epoch: 1 } }));
    expect(source.current()).toMatchObject({ version: expect.stringMatching(/\+3$/), age: 0 });
    expect([served("DE", "other"), served("US")]).toEqual([1, moved]);
    expect(logs.at(-1)).toMatchObject({
      event: "table-refused",
      table: "overlay",
      reason: "health marks are ignored: with them it leaves no cell of EU in service",
    });
    await publish(4, down(1), pinned({ acme: { cell: moved, epoch: 1 } }));
    expect(served("DE", "other")).toBe(0);
  });

  it("do not delay the other object", async () => {
    const { source, held, cycle } = store(exampleTable({}, 5));
    held.base = object("<html>");
    held.overlay = signed("overlay", encodeOverlay(good));
    await cycle();
    expect(source.current()).toMatchObject({ version: expect.stringMatching(/^5-\w+\+5$/), source: "bundle" });
    held.base = base(encodeTable(exampleTable({ pins: { other: { cell: 0, epoch: 1 } } }, 6)));
    held.overlay = object("<html>");
    await cycle();
    expect(source.current().version).toMatch(/^6-\w+\+5$/);
    expect(source.current().routes.decide({ tenant: "acme", country: "US" })).toMatchObject({ cell: { number: 3 } });
  });

  it("a base that would undo the overlay's deal is refused; instances of its deployment start with it", async () => {
    const base = exampleTable({}, 5);
    const { source, held, logs, cycle } = store(base);
    // By small steps the overlay has given cell 0 twice the tenants of cell 1.
    const heavier = (weight: number) => cells.map((each) => (each.number === 0 ? { ...each, weight } : each));
    const dealt = sealTable(5, exampleContent({ cells: heavier(2) }), base.deals);
    const weighed = overlay({ revision: 5, cells: { "0": { weight: 2 } }, deals: dealt.deals! });
    held.overlay = signed("overlay", encodeOverlay(weighed));
    await cycle();
    const before = source.current();
    // One more cell in the EU, without a slot yet: small for the base alone.
    const grown = sealTable(6, exampleContent({ cells: [...cells, cell(8, { weight: 0.01 })] }), base.deals);
    held.base = signed("base", encodeTable(grown));
    await cycle();
    expect(source.current().version).toBe(before.version);
    expect(logs.at(-1)).toMatchObject({
      event: "table-refused",
      table: "base",
      reason: expect.stringContaining("it moves"),
    });
    const resealed = sealTable(6, exampleContent({ cells: [...heavier(2), cell(8, { weight: 0.01 })] }), dealt.deals);
    held.overlay = signed("overlay", encodeOverlay({ ...weighed, revision: 6, deals: resealed.deals! }));
    await cycle();
    expect(source.current().version).toBe(before.version);
    const deployed = store(grown);
    deployed.held.overlay = held.overlay;
    await deployed.cycle();
    expect(deployed.source.current().version).toMatch(/^6-\w+\+6$/);
  });

  it("a base without the cell of a moved tenant waits until the tenant has moved on", async () => {
    const { source, held, logs, cycle } = store(exampleTable({ cells: [...cells, cell(8, { weight: 0 })] }, 5));
    held.overlay = signed("overlay", encodeOverlay({ ...good, pins: pinned({ acme: { cell: 8, epoch: 1 } }) }));
    await cycle();
    held.base = base(encodeTable(exampleTable({}, 6)));
    await cycle();
    expect(source.current().version).toMatch(/^5-/);
    expect(logs.at(-1)).toMatchObject({ reason: expect.stringContaining("is not a cell of the base table") });
    held.overlay = signed(
      "overlay",
      encodeOverlay({ ...good, revision: 6, pins: pinned({ acme: { cell: 1, epoch: 2 } }) }),
    );
    await cycle();
    await cycle();
    expect(source.current().version).toMatch(/^6-\w+\+6$/);
  });
});

describe("constant work", () => {
  it("sends as many requests and reads as many bytes in a cycle, whether nothing or everything has changed", async () => {
    const pins = (epoch: (i: number) => number): Overlay["pins"] =>
      pinned(
        Object.fromEntries(
          Array.from({ length: 150 }, (_, i) => [`t-${i}`, { cell: 2 + (epoch(i) % 2), epoch: epoch(i) }]),
        ),
      );
    const { held, cost, cycle, source } = store();
    const costs: (readonly [number, number])[] = [];
    const shares = [0, 0, 0.01, 1, 0, 1];
    const epochs = Array.from({ length: 150 }, () => 1);
    for (const [at, share] of shares.entries()) {
      for (let i = 0; i < 150 * share; i++) epochs[i]!++;
      held.overlay = signed("overlay", encodeOverlay(overlay({ revision: at + 1, pins: pins((i) => epochs[i]!) })));
      cost.requests = cost.bytes = 0;
      await cycle();
      expect(source.current().version).toMatch(new RegExp(`\\+${at + 1}$`));
      costs.push([cost.requests, cost.bytes]);
    }
    for (const [requests, bytes] of costs) {
      expect(requests).toBe(2);
      expect(Math.abs(bytes / costs[0]![1] - 1)).toBeLessThan(0.1);
    }
  });

  it("spreads the polls of a thousand instances that start together", async () => {
    const at: number[] = [];
    for (let instance = 0; instance < 1000; instance++) {
      const clock = { ms: 0 };
      const source = new TableSource({
        base: exampleTable(),
        fetch: (kind) => {
          if (kind === "base" && clock.ms > 0) at.push(clock.ms);
          return Promise.resolve(same);
        },
        signatureMistake: () => undefined,
        pollMs: 10_000,
        now: () => clock.ms,
        random: () => (instance * 0.618034) % 1,
        log: () => undefined,
      });
      source.tick();
      await source.idle();
      for (clock.ms = 8000; clock.ms <= 11_000; clock.ms += 100) source.tick();
      await source.idle();
    }
    expect(at.length).toBe(1000);
    const busiest = Math.max(
      ...Array.from({ length: 40 }, (_, i) => at.filter((ms) => Math.floor(ms / 100) === 80 + i).length),
    );
    expect(busiest).toBeLessThan(100);
  }, 20_000);
});
