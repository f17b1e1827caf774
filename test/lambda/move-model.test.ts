import { describe, expect, it } from "vitest";

import { signingKey } from "../../catalog/table-signing";
import type { HttpAnswer } from "../../lambda/router/event";
import { makeSignatureCheck } from "../../lambda/router/signature";
import {
  checkArrival,
  conditionsOf,
  correctionBody,
  formatVersion,
  makeRouter,
  makeRoutes,
  type CellNumber,
  type Epoch,
  type OwnerRow,
  type Pin,
  type SignedCorrection,
} from "../../routing";
import {
  afterCell,
  afterRouter,
  homeOf,
  mostRequests,
  nextHeaders,
  type Known,
  type Reaction,
} from "../../routing/client";
import { cell, exampleContent, exampleTable } from "../routing/tables";
import { ask, setup } from "./fixture";

/**
 * Every interleaving of moves and requests, by a breadth-first search: the mover orders, freezes, commits, aborts and
 * opens; the publisher publishes late, or never; each request is answered by a router with any table that was ever
 * published, or with the base alone, confirmed just now or long ago. Router, cells and client are the real code.
 */

const tenant = "acme";
const cells: readonly CellNumber[] = [7, 8, 9];
const mostOrders = 4;
const content = { cells: [...exampleContent().cells, cell(8, { locality: "CN" }), cell(9, { locality: "CN" })] };
const tableWith = (pin: Pin | undefined) =>
  exampleTable({ ...content, pins: pin === undefined ? {} : { [tenant]: pin } }, 1 + (pin?.epoch ?? 0));

const key = signingKey("m".repeat(32));
const check = makeSignatureCheck({ move: { [key.id]: key.publicKey } }, "test");
const sign = remember((body: string) => `${body} ${key.sign("move", "test", body)}`);
const isValid = remember((text: string) => {
  const at = text.lastIndexOf(" ");
  return check("move", Buffer.from(text.slice(0, at)), text.slice(at + 1)) === undefined;
});

function remember<T>(of: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text) ?? of(text);
    known.set(text, found);
    return found;
  };
}

type Rows = Readonly<Record<CellNumber, OwnerRow>>;
/** All of the world but the client. */
interface World {
  readonly rows: Rows;
  readonly orders: number;
  readonly move?: { readonly from: CellNumber; readonly to: CellNumber; readonly epoch: Epoch; readonly step: string };
  /** The newest home, and whether it is published. */
  readonly home: Pin;
  readonly published: readonly Pin[];
}
interface State {
  readonly world: World;
  readonly client: Known;
}

const base = makeRoutes(makeRouter(tableWith(undefined))).decide({ tenant, country: "CN" });
const first = base.ok ? base.home.number : NaN;
const start: State = {
  world: { rows: { [first]: { epoch: 0, state: "open" } }, orders: 0, home: { cell: first, epoch: 0 }, published: [] },
  client: {},
};

/** What mover and publisher may do next. */
function worlds(world: World): readonly World[] {
  const { rows, orders, move, home, published } = world;
  const next: World[] = [];
  const set = (number: CellNumber, row: OwnerRow): Rows => ({ ...rows, [number]: row });
  if (home.epoch > (published.at(-1)?.epoch ?? 0)) next.push({ ...world, published: [...published, home] });
  const { move: _, ...rest } = world;
  if (move === undefined) {
    if (orders === mostOrders) return next;
    const epoch = orders + 1;
    for (const to of cells.filter((number) => number !== home.cell)) {
      next.push({ ...world, orders: epoch, move: { from: home.cell, to, epoch, step: "ordered" } });
    }
    return next;
  }
  const { from, to, epoch, step } = move;
  const source = rows[from]!;
  const abort = (): void => void next.push({ ...rest, rows: set(from, { ...source, state: "open" }) });
  if (step === "ordered") {
    next.push({ ...world, rows: set(from, { ...source, state: "frozen" }), move: { ...move, step: "frozen" } });
    abort();
  }
  if (step === "frozen") {
    const correction = sign(correctionBody({ tenant, cell: to, epoch }));
    const moved: OwnerRow = { epoch: source.epoch, state: "moved", correction };
    next.push({ ...world, rows: set(from, moved), move: { ...move, step: "committed" }, home: { cell: to, epoch } });
    abort();
  }
  if (step === "committed") next.push({ ...rest, rows: set(to, { epoch, state: "open" }) });
  return next;
}

const isSigned = ({ body, signature }: SignedCorrection): boolean => isValid(`${body} ${signature}`);
const routers = new Map<string, (headers: Readonly<Record<string, string>>) => HttpAnswer>();
/** The real handler over one table, confirmed just now or long ago. */
function router(pin: Pin | undefined, isFresh: boolean) {
  const name = JSON.stringify([pin, isFresh]);
  const known = routers.get(name);
  if (known !== undefined) return known;
  const table = tableWith(pin);
  const { handler } = setup({
    isSigned,
    tables: () => ({
      routes: makeRoutes(makeRouter(table)),
      conditions: conditionsOf(undefined),
      version: formatVersion(table.version),
      source: "s3",
      age: isFresh ? 0 : 60,
    }),
  });
  const event = ask(tenant, "CN", "/classify");
  const made = (headers: Readonly<Record<string, string>>): HttpAnswer =>
    handler({ ...event, headers: { ...event.headers, ...headers } });
  routers.set(name, made);
  return made;
}

type Step = Reaction & { readonly served?: CellNumber; readonly status: number };

const routerSteps = new Map<string, Step>();
/** What the client does with the answer of a router that has this table. */
function routerStep(client: Known, pin: Pin | undefined, isFresh: boolean): Step {
  const name = `${pin?.cell} ${pin?.epoch} ${isFresh} ${JSON.stringify(client)}`;
  const known = routerSteps.get(name);
  if (known !== undefined) return known;
  const { statusCode, headers, body } = router(pin, isFresh)(nextHeaders(client));
  const answer = { status: statusCode, header: (name: string) => headers[name] ?? null };
  const reaction = afterRouter(client, answer, statusCode === 200 ? homeOf(JSON.parse(body)) : undefined);
  const step = { ...reaction, status: statusCode };
  routerSteps.set(name, step);
  return step;
}

/** The client's next request, by every router that may answer it. */
function steps({ world, client }: State): readonly Step[] {
  const { home } = client;
  if (home === undefined) {
    return [undefined, ...world.published].flatMap((pin) =>
      [true, false].map((isFresh) => routerStep(client, pin, isFresh)),
    );
  }
  const number = Number(/cell-(\d+)/.exec(home.endpoint)?.[1]);
  const arrival = checkArrival(world.rows[number], { epoch: nextHeaders(client)["x-routing-epoch"] });
  const status = arrival.serve ? 200 : arrival.status;
  const header = (name: string): string | null => (arrival.serve ? null : (arrival.headers[name] ?? null));
  const reaction = afterCell(client, { status, header });
  return [{ ...reaction, status, ...(arrival.serve ? { served: number } : {}) }];
}

/** Gives equal values one object. */
function interning<T extends object>(): (value: T) => T {
  const known = new Map<string, T>();
  return (value) => {
    const name = JSON.stringify(value);
    const found = known.get(name) ?? value;
    known.set(name, found);
    return found;
  };
}

/** Every state that can be reached. */
function explore(): readonly State[] {
  const [world, client] = [interning<World>(), interning<Known>()];
  const nextWorlds = new Map<World, readonly World[]>();
  const seen = new Map<World, Set<Known>>();
  const states: State[] = [];
  const add = (state: State): void => {
    const clients = seen.get(state.world) ?? new Set();
    if (clients.has(state.client)) return;
    seen.set(state.world, clients.add(state.client));
    states.push(state);
  };
  add({ world: world(start.world), client: client(start.client) });
  // The list grows meanwhile.
  for (const state of states) {
    const next = nextWorlds.get(state.world) ?? worlds(state.world).map(world);
    nextWorlds.set(state.world, next);
    for (const one of next) add({ ...state, world: one });
    for (const { known } of steps(state)) add({ ...state, client: client(known) });
  }
  return states;
}

describe("moves of a tenant among three cells, under every interleaving with a client's requests", () => {
  const states = explore();

  it("reach states in which the tenant has moved, moved back, waits and was refused", () => {
    expect(states.length).toBeGreaterThan(10_000);
    const epochs = new Set(states.map(({ world }) => world.rows[first]!.epoch));
    expect(epochs).toEqual(new Set([0, 2, 3, 4]));
    const statuses = new Set(states.flatMap((state) => steps(state).map(({ status }) => status)));
    expect(statuses).toEqual(new Set([200, 421, 503]));
  });

  it("let the tenant's home serve while no move stops it, and no other cell, whatever a client sends", () => {
    for (const { rows, home, move } of new Set(states.map(({ world }) => world))) {
      for (let epoch = 0; epoch <= mostOrders + 1; epoch++) {
        const serving = cells.filter((number) => checkArrival(rows[number], { epoch: String(epoch) }).serve);
        const isStopped = move?.step === "frozen" || move?.step === "committed";
        expect(serving).toEqual(isStopped || epoch > home.epoch ? [] : [home.cell]);
      }
    }
  });

  it("never end a client's request with a refusal", () => {
    const ends = states.flatMap((state) => steps(state).filter((step) => step.then === "end"));
    expect(ends.every(({ served }) => served !== undefined)).toBe(true);
    expect(ends.length).toBeGreaterThan(1000);
  });

  it("answer every client by its home within a bounded number of requests once a move has ended, published or not", () => {
    /** Most requests to an answer, with the worst choice of routers; a client that comes back to a state never ends. */
    const longest = (state: State, path: readonly string[], known: Map<Known, number>): number => {
      const name = JSON.stringify(state.client);
      if (path.includes(name)) throw new Error(`it never ends: ${[...path, name].join("\n")}`);
      const found = known.get(state.client);
      if (found !== undefined) return found;
      const each = steps(state).map(({ then, known: client, served }) => {
        if (then !== "end") return 1 + longest({ ...state, client }, [...path, name], known);
        expect(served).toBe(state.world.home.cell);
        return 1;
      });
      const most = Math.max(...each);
      known.set(state.client, most);
      return most;
    };
    const byWorld = new Map<World, Map<Known, number>>();
    let most = 0;
    for (const state of states.filter(({ world }) => world.move === undefined)) {
      const known = byWorld.get(state.world) ?? new Map<Known, number>();
      byWorld.set(state.world, known);
      most = Math.max(most, longest(state, [], known));
    }
    // Its old cell, and for each order the router and a cell.
    expect(most).toBeLessThanOrEqual(1 + 2 * (mostOrders + 1));
    expect(most).toBeLessThan(mostRequests);
  });
});
