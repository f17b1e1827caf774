import { describe, expect, it } from "vitest";

import { checkArrival, encodeTable, formatVersion, makeRouter, makeRoutes, type RoutingTable } from "../../routing";
import { cell, exampleContent, exampleTable } from "../routing/tables";
import { ask, object, same, setup } from "./fixture";

/** Tables before and after `acme` has moved from cell 7 to cell 8. */
const before = exampleTable(
  { cells: [...exampleContent().cells, cell(8, { locality: "CN" })], pins: { acme: { cell: 7, epoch: 1 } } },
  2,
);
const after = exampleTable({ ...before, pins: { acme: { cell: 8, epoch: 2 } } }, 3);
const routesOf = (table: RoutingTable) => makeRoutes(makeRouter(table));
const acme = { tenant: "acme", country: "CN" };

describe("a router whose table is older than a move", () => {
  it("polls once, answers 503 until then and the new cell afterwards, so the client retries once", async () => {
    let published = before;
    const fetch = () => Promise.resolve(object(encodeTable(published), String(published.version.revision)));
    const { handler, source, clock } = setup({ base: before, fetch });
    handler(ask("acme", "CN"));
    await source.idle();
    clock.ms = 2000;

    // The move, and a request by the old answer.
    published = after;
    const old = handler(ask("acme", "CN", "/classify"));
    expect(old.headers["x-cell"]).toBe("cell-7");
    const refusedBy7 = checkArrival(routesOf(after), 7, { ...acme, routedBy: old.headers["x-routing-version"] });
    expect(refusedBy7).toEqual({ serve: false, status: 421, version: formatVersion(after.version) });

    const event = ask("acme", "CN", "/classify");
    const again = { ...event, headers: { ...event.headers, "x-routing-refused": old.headers["x-routing-version"] } };
    const first = handler(again);
    expect(first).toMatchObject({ statusCode: 503, headers: { "retry-after": "1" } });
    expect(first.headers["x-cell"]).toBeUndefined();

    clock.ms = 3000;
    handler(again);
    await source.idle();
    const second = handler(again);
    expect(second.headers["x-cell"]).toBe("cell-8");
    expect(checkArrival(routesOf(after), 8, { ...acme, routedBy: second.headers["x-routing-version"] })).toEqual({
      serve: true,
    });
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

describe("a valid token at the wrong cell", () => {
  it("is served by the tenant's own cell and by no other", () => {
    const routes = routesOf(after);
    for (const [tenant, country] of [
      ["acme", "CN"],
      ["globex", "US"],
      ["initech", "DE"],
    ] as const) {
      const home = routes.decide({ tenant, country });
      if (!home.ok) throw new Error("a tenant of the table");
      const serving = after.cells.filter(({ number }) => checkArrival(routes, number, { tenant, country }).serve);
      expect(serving.map(({ number }) => number)).toEqual([home.cell.number]);
    }
  });

  it("waits for its own table when the router's is newer, and refuses tenants that no cell may serve", () => {
    const behind = routesOf(before);
    const routedBy = formatVersion(after.version);
    expect(checkArrival(behind, 8, { ...acme, routedBy })).toMatchObject({ serve: false, status: 503 });
    expect(checkArrival(behind, 8, acme)).toMatchObject({ serve: false, status: 421 });
    expect(checkArrival(behind, 8, { ...acme, routedBy: "9".repeat(40) })).toMatchObject({ status: 421 });
    expect(checkArrival(behind, 7, { tenant: "acme", country: "KP" })).toMatchObject({ serve: false, status: 421 });
  });
});
