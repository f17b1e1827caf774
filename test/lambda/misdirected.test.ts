import { describe, expect, it } from "vitest";

import { signingKey } from "../../catalog/table-signing";
import { makeSignatureCheck } from "../../lambda/router/signature";
import {
  checkArrival,
  correctionBody,
  encodeOverlay,
  encodeTable,
  formatVersion,
  noPins,
  overlaySchema,
  type Correction,
  type OwnerRow,
} from "../../routing";
import { cell, exampleContent, exampleTable } from "../routing/tables";
import { ask, object, same, setup } from "./fixture";

const key = signingKey("m".repeat(32));
const signed = (correction: Correction, by = key, environment = "test"): string => {
  const body = correctionBody(correction);
  return `${body} ${by.sign("move", environment, body)}`;
};
const check = makeSignatureCheck({ move: { [key.id]: key.publicKey } }, "test");
const isSigned = ({ body, signature }: { readonly body: string; readonly signature: string }): boolean =>
  check("move", Buffer.from(body), signature) === undefined;

/** `acme` of CN was moved from cell 7 to cell 8 by order 2. */
const table = exampleTable(
  { cells: [...exampleContent().cells, cell(8, { locality: "CN" })], pins: { acme: { cell: 7, epoch: 1 } } },
  2,
);
const toCell8 = signed({ tenant: "acme", cell: 8, epoch: 2 });
const serve = { serve: true, as: "owner" };
const wait = { serve: false, status: 503, headers: { "retry-after": "1", "x-routing-arrival": "wait" } };
const misdirected = { serve: false, status: 421, headers: { "x-routing-arrival": "misdirected" } };

describe("a cell's check of a request", () => {
  const moved: OwnerRow = { epoch: 1, state: "moved", correction: toCell8 };
  const elsewhere = { ...misdirected, headers: { ...misdirected.headers, "x-routing-correction": toCell8 } };

  it.each<[string, OwnerRow | undefined, string | undefined, unknown]>([
    ["serves its own tenant", { epoch: 1, state: "open" }, "1", serve],
    ["serves it for a router that is older", { epoch: 1, state: "open" }, "0", serve],
    ["serves it for a client that passes no epoch on", { epoch: 1, state: "open" }, undefined, serve],
    ["waits for a home that the router has before it", { epoch: 1, state: "open" }, "2", wait],
    ["waits while a move has stopped writes", { epoch: 1, state: "frozen" }, "1", wait],
    ["names the new home after a move", moved, "1", elsewhere],
    ["names it to a client without an epoch", moved, undefined, elsewhere],
    ["waits when the tenant has moved back and is not here yet", moved, "3", wait],
    ["waits when its correction cannot be read", { epoch: 1, state: "moved", correction: "8" }, "1", wait],
    ["waits when it lost its correction", { epoch: 1, state: "moved", correction: null }, "1", wait],
    ["waits for a tenant that is on its way", undefined, "2", wait],
    ["refuses a tenant that was never here", undefined, "0", misdirected],
    ["reads no malformed epoch", undefined, "2, 3", misdirected],
    ["reads no negative epoch", undefined, "-1", misdirected],
    ["waits in a state that it does not know", { epoch: 1, state: "later" as "open" }, "1", wait],
    ["stands in where the operator permits it", { epoch: 1, state: "stand-in" }, "1", { serve: true, as: "stand-in" }],
    ["stands in for no newer home", { epoch: 1, state: "stand-in" }, "2", wait],
  ])("%s", (_title, row, epoch, expected) => {
    expect(checkArrival(row, { epoch })).toEqual(expected);
  });

  it("sends a tenant whose home is down into a wait, since the router is not wrong", () => {
    expect(checkArrival(undefined, { epoch: "0", standIn: "cell-7" })).toEqual(wait);
    // The claim of a client opens nothing.
    expect(checkArrival(moved, { epoch: "1", standIn: "cell-7" })).toEqual(elsewhere);
  });
});

describe("a router whose table is older than a move", () => {
  const corrected = (value: string, tenant = "acme", country = "CN", options: Parameters<typeof setup>[0] = {}) => {
    const { handler } = setup({ base: table, isSigned, ...options });
    const event = ask(tenant, country, "/classify");
    const headers = { "x-routing-refused": formatVersion(table.version), "x-routing-correction": value };
    return handler({ ...event, headers: { ...event.headers, ...headers } });
  };
  const stale = { statusCode: 503, headers: { "retry-after": "1" } };

  it("answers with the correction's home and epoch, without a poll", () => {
    const answer = corrected(toCell8);
    expect(answer).toMatchObject({ statusCode: 200, headers: { "x-cell": "cell-8", "x-routing-epoch": "2" } });
    expect(JSON.parse(answer.body)).toMatchObject({ number: 8, epoch: 2, reason: "pin" });
  });

  it.each<[string, string]>([
    ["by another key", signed({ tenant: "acme", cell: 8, epoch: 2 }, signingKey("o".repeat(32)))],
    ["for another environment", signed({ tenant: "acme", cell: 8, epoch: 2 }, key, "prod")],
    ["as an overlay", `acme 8 2 ${key.sign("overlay", "test", "acme 8 2")}`],
    ["and then changed", toCell8.replace("acme 8 2", "acme 8 3")],
    ["for another tenant", signed({ tenant: "globex", cell: 8, epoch: 2 })],
    ["for the epoch that the table has", signed({ tenant: "acme", cell: 8, epoch: 1 })],
    ["for a cell outside the tenant's residency", signed({ tenant: "acme", cell: 0, epoch: 2 })],
    ["for a cell that the table lacks", signed({ tenant: "acme", cell: 99, epoch: 2 })],
    ["without a signature", "acme 8 2"],
    ["twice", `${toCell8},${toCell8}`],
  ])("ignores a correction that is signed %s", (_title, value) => {
    expect(corrected(value)).toMatchObject(stale);
  });

  it("ignores a correction when no key is pinned", () => {
    expect(corrected(toCell8, "acme", "CN", { isSigned: undefined })).toMatchObject(stale);
  });

  it("polls soon after a valid correction, and not after a forged one, also without the version", async () => {
    const { handler, source, clock } = setup({ base: table, isSigned, fetch: () => Promise.resolve(same) });
    const event = ask("acme", "CN");
    const pollsAfter = async (correction: string) => {
      handler(event);
      await source.idle();
      const before = clock.polls;
      handler({ ...event, headers: { ...event.headers, "x-routing-correction": correction } });
      clock.ms += 1500;
      handler(event);
      await source.idle();
      return clock.polls - before;
    };
    expect([await pollsAfter(toCell8), await pollsAfter("acme 8 3")]).toEqual([1, 0]);
  });

  it("keeps to the conditions of cells: another cell stands in for the correction's home while that is down", async () => {
    const text = encodeOverlay({
      ...{ schema: overlaySchema, environment: "test", revision: 1, base: 2, pins: noPins },
      cells: { "8": { down: true } },
    });
    const { handler, source } = setup({
      base: table,
      isSigned,
      fetch: () => Promise.resolve(object(encodeTable(table))),
      overlay: () => Promise.resolve(object(text)),
    });
    source.tick();
    await source.idle();
    const event = ask("acme", "CN");
    const answer = handler({ ...event, headers: { ...event.headers, "x-routing-correction": toCell8 } });
    expect(answer.headers).toMatchObject({
      "x-cell": "cell-7",
      "x-routing-stand-in": "cell-8",
      "x-routing-epoch": "2",
    });
  });

  it("without a correction polls once, answers 503 until then, and afterwards repeats what is published", async () => {
    const fetch = (etag?: string) => Promise.resolve(etag === undefined ? object(encodeTable(table)) : same);
    const { handler, source, clock } = setup({ base: table, fetch });
    handler(ask("acme", "CN"));
    await source.idle();
    clock.ms = 5000;
    const event = ask("acme", "CN", "/classify");
    const again = { ...event, headers: { ...event.headers, "x-routing-refused": formatVersion(table.version) } };
    const first = handler(again);
    expect(first).toMatchObject(stale);
    expect(first.headers["x-cell"]).toBeUndefined();
    clock.ms = 6000;
    handler(again);
    await source.idle();
    // Ten minutes of the same request: the table is confirmed, so its answer is not withheld.
    for (; clock.ms < 600_000; clock.ms += 1000) {
      expect(handler(again).headers["x-cell"]).toBe("cell-7");
      await source.idle();
    }
  });

  it("cannot be made to poll more than once a second, nor to wait", async () => {
    const { handler, source, clock } = setup({ fetch: () => Promise.resolve(same) });
    const event = ask("acme", "US");
    const hurried = {
      ...event,
      headers: { ...event.headers, "x-routing-refused": formatVersion(exampleTable().version) },
    };
    for (clock.ms = 0; clock.ms <= 10_000; clock.ms += 10) {
      handler(hurried);
      await source.idle();
    }
    expect(clock.polls).toBeGreaterThan(5);
    expect(clock.polls).toBeLessThanOrEqual(11);
    // An unknown version is no reason to refuse.
    const other = { ...event, headers: { ...event.headers, "x-routing-refused": "0-cafe" } };
    expect(handler(other).statusCode).toBe(307);
  });
});

describe("the epoch in a router's answer", () => {
  it("is the one of the tenant's pin, and 0 without a pin, on every path and for every tenant", () => {
    const { handler } = setup({ base: table });
    for (const path of ["/", "/classify", "/route"]) {
      for (const [tenant, epoch] of [
        ["acme", "1"],
        ["globex", "0"],
        ["constructor", "0"],
      ] as const) {
        expect(handler(ask(tenant, "CN", path)).headers["x-routing-epoch"]).toBe(epoch);
      }
    }
  });
});
