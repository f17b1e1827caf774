import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { signingKey } from "../../catalog/table-signing";
import { budget } from "../../cli/routing/module";
import {
  decide,
  encodeOverlay,
  encodeTable,
  formatVersion,
  makeRouter,
  makeRoutes,
  overlaySchema,
  type Conditions,
  type Overlay,
  type OwnerRow,
  type Routes,
  type TableKind,
  noPins,
} from "../../routing";
import { typecheck } from "../harness/typecheck";
import { expand, type Bytes } from "./conformance/bytes";
import { conformanceFile, type Conformance } from "./conformance/file";
import golden from "./fixtures/golden.json";
import { anyCountry, anyTable, anyTenant, cell, exampleContent, exampleTable, pinned } from "./tables";

const root = join(__dirname, "..", "..");
const out = mkdtempSync(join(tmpdir(), "cells-module-"));
let summary: { bytes: number; gzipBytes: number; files: string[] };

beforeAll(() => {
  const json = execFileSync(process.execPath, [join(root, "cli", "bin.js"), "module", "--out", out, "--json"], {
    encoding: "utf8",
  });
  summary = JSON.parse(json) as typeof summary;
}, 60_000);
afterAll(() => rmSync(out, { recursive: true }));

const example = exampleTable();
const file = JSON.parse(readFileSync(conformanceFile, "utf8")) as Conformance;

describe("the routing core as an ES module", () => {
  it("stays within its budget, which is at most a tenth more than it needs", () => {
    expect(summary.bytes).toBeLessThanOrEqual(budget.bytes);
    expect(summary.gzipBytes).toBeLessThanOrEqual(budget.gzipBytes);
    expect(budget.bytes).toBeLessThan(summary.bytes * 1.1);
    expect(budget.gzipBytes).toBeLessThan(summary.gzipBytes * 1.1);
  });

  it.skipIf(!existsSync("/proc/self"))("reports a folder that cannot be created, and ends", () => {
    const args = [join(root, "cli", "bin.js"), "module", "--out", "/proc/nope/routing"];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 30_000 });
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^--out \/proc\/nope\/routing: ENOENT/)]);
  });

  it("needs nothing of Node: it places the golden ids and decides alike with two globals only", () => {
    const jobs = fc
      .sample(
        fc.tuple(anyTable, fc.array(fc.record({ tenant: anyTenant(), country: anyCountry }), { minLength: 5 })),
        40,
      )
      .map(([table, questions]) => ({ text: encodeTable(table), table, questions }));
    const child = `
      const vm = require("node:vm"), fs = require("node:fs");
      const { file, jobs, ids } = JSON.parse(fs.readFileSync(0, "utf8"));
      const context = vm.createContext({ TextEncoder, TextDecoder });
      const core = new vm.SourceTextModule(fs.readFileSync(file, "utf8"), { context });
      (async () => {
        await core.link(() => { throw new Error("it imports something"); });
        await core.evaluate();
        const { algorithms, decide, decodeTableText, makeRouter } = core.namespace;
        const members = Array.from({ length: 100 }, (_, number) => ({ number, weight: 1 }));
        const places = ["ring", "rendezvous", "murmur3", "sha256"].map((name) => ids.map(algorithms[name].prepare(members).place));
        const answers = jobs.map(({ text, questions }) => {
          const router = makeRouter(decodeTableText(text).table);
          return questions.map((question) => decide(router, question));
        });
        process.stdout.write(JSON.stringify({ places, answers }));
      })();`;
    const input = JSON.stringify({
      file: join(out, "cells-routing.mjs"),
      jobs: jobs.map(({ text, questions }) => ({ text, questions })),
      ids: golden.rows.map(({ id }) => id),
    });
    const args = ["--no-warnings", "--experimental-vm-modules", "-e", child];
    const { places, answers } = JSON.parse(execFileSync(process.execPath, args, { input, encoding: "utf8" })) as {
      places: unknown;
      answers: unknown;
    };
    const names = ["consistent", "rendezvous", "murmur3", "sha256"] as const;
    expect(places).toEqual(names.map((name) => golden.rows.map(({ cells }) => cells["100"][name])));
    const ours = jobs.map(({ table, questions }) => questions.map((question) => decide(makeRouter(table), question)));
    expect(answers).toEqual(JSON.parse(JSON.stringify(ours)));
  });

  it("has types for a strict program without Node's types, which reject one kind of number for another", () => {
    const program =
      'import { decodeTableText, makeRouter, makeRoutes } from "./cells-routing.mjs";\n' +
      'const decoded = decodeTableText("{}");\n' +
      "export const cell: string | undefined = decoded.ok\n" +
      '  ? (({ ok, ...rest }) => (ok && "cell" in rest ? rest.cell.id : undefined))(makeRoutes(makeRouter(decoded.table)).decide({ tenant: "acme" }))\n' +
      "  : decoded.mistakes[0]?.message;\n" +
      "// @ts-expect-error a tenant is a text\n" +
      "export const wrong = decoded.ok && makeRoutes(makeRouter(decoded.table)).decide({ tenant: 7 });\n" +
      'import { slotOf, type CellNumber, type Conditions, type Overlay, type Pin, type TableVersion } from "./cells-routing.mjs";\n' +
      "// @ts-expect-error a slot is no cell\n" +
      'export const slot: CellNumber = slotOf("acme");\n' +
      "// @ts-expect-error nor in a set\n" +
      'export const down: Conditions = { down: new Set([slotOf("acme")]) };\n' +
      "// @ts-expect-error a cell's number is no epoch\n" +
      "export const pin = ({ cell }: Pin): Pin => ({ cell, epoch: cell });\n" +
      "// @ts-expect-error the overlay's revision is not the base's\n" +
      'export const base = ({ revision }: Overlay): TableVersion => ({ revision, digest: "" });\n' +
      "export const plain: Pin = { cell: 3, epoch: 1 };\n";
    expect(typecheck(out, program, "es2022")).toBe("");
  }, 60_000);
});

describe("the examples", () => {
  const load = async <T>(example: string, file: string): Promise<T> => {
    const folder = join(root, "examples", example);
    for (const name of readdirSync(folder)) copyFileSync(join(folder, name), join(out, name));
    return (await import(/* @vite-ignore */ pathToFileURL(join(out, file)).href)) as T;
  };
  const home = (tenant: string, country: string) => {
    const decision = makeRoutes(makeRouter(example)).decide({ tenant, country });
    if (!decision.ok) throw new Error(decision.reason);
    return decision.cell;
  };

  it("browser: shows a tenant's cell, or the reason for none", async () => {
    const page = await load<{
      loadRoutes: (url: string, get: typeof fetch) => Promise<Routes>;
      homeOf: (routes: Routes, tenant: string, country: string) => string;
    }>("browser", "home.mjs");
    const routes = await page.loadRoutes("table.json", () => Promise.resolve(new Response(encodeTable(example))));
    const { id, region, endpoint } = home("acme", "DE");
    expect(page.homeOf(routes, "acme", "de")).toBe(`${id} in ${region}: ${endpoint}`);
    expect(page.homeOf(routes, "acme", "ZZ")).toBe("nowhere: unknown-country");
    await expect(page.loadRoutes("x", () => Promise.resolve(new Response("{}")))).rejects.toThrow("no routing table");
  });

  interface Worker {
    readonly fetch: (request: Request) => Promise<Response>;
    readonly tables: {
      readonly idle: () => Promise<void>;
      readonly current: () => { readonly version: string; readonly conditions: Conditions } | undefined;
    };
  }
  const keys = {
    base: signingKey("the base's secret"),
    overlay: signingKey("the overlay's secret"),
    move: signingKey("the mover's"),
  };
  /** An object in S3's answer, signed by its writer by default. */
  const published = (kind: TableKind, text: string, signature = keys[kind].sign(kind, "test", text)): Response =>
    new Response(text, { headers: { etag: "a", "x-amz-meta-signature": signature } });
  const overlay = (change: Partial<Overlay> = {}): Overlay => ({
    schema: overlaySchema,
    environment: "test",
    revision: 1,
    base: 1,
    cells: {},
    pins: noPins,
    ...change,
  });
  const away = { acme: { cell: 1 - home("acme", "DE").number, epoch: 1 } };

  /** An edge worker over objects that the test holds, and its clock. */
  async function edge(
    base: () => Response,
    over: () => Response = () => new Response(null, { status: 404 }),
    settings: object = {},
  ) {
    const { makeWorker } = await load<{ makeWorker: (settings: object) => Worker }>("edge-worker", "worker.mjs");
    const held = { now: 0, base, over, asked: [] as string[] };
    const worker = makeWorker({
      urls: { base: "https://tables.example.com/base.json", overlay: "https://tables.example.com/overlay.json" },
      keys: {
        base: { [keys.base.id]: keys.base.publicKey },
        overlay: { [keys.overlay.id]: keys.overlay.publicKey },
        move: { [keys.move.id]: keys.move.publicKey },
      },
      environment: "test",
      endpointSuffix: "example.com",
      now: () => held.now,
      fetch: (url: string) => {
        held.asked.push(url);
        return Promise.resolve().then(() => (url.endsWith("base.json") ? held.base() : held.over()));
      },
      ...settings,
    });
    const ask = async (tenant: string, country = "DE", more: Record<string, string> = {}): Promise<Response> => {
      const headers = { "x-tenant-id": tenant, "cf-ipcountry": country, "x-cell": "cell-7", ...more };
      return worker.fetch(new Request("https://app.example.com/orders?x=1", { headers }));
    };
    /** Cell of acme, version and age, after a poll. */
    const seen = async (): Promise<readonly (string | null)[]> => {
      held.now += 20_000;
      await ask("acme");
      await worker.tables.idle();
      const { headers } = await ask("acme");
      return ["x-cell", "x-routing-version", "x-routing-age"].map((name) => headers.get(name));
    };
    return { held, ask, seen, tables: worker.tables };
  }

  it("edge worker: redirects, and keeps its table when the next one fails, is broken, older, unsigned or moves too many", async () => {
    const { held, ask, seen } = await edge(() => published("base", encodeTable(example)));
    const { id, endpoint } = home("acme", "DE");
    const answer = await ask("acme");
    expect([answer.status, answer.headers.get("location")]).toEqual([307, `${endpoint}/orders?x=1`]);
    expect((await ask("Acme")).status).toBe(403);
    expect((await ask("acme", "ZZ")).status).toBe(403);
    const version = formatVersion(example.version);
    expect(await seen()).toEqual([id, version, "0"]);

    const next = encodeTable(exampleTable({}, 2));
    const bad: readonly (() => Response)[] = [
      () => new Response("down", { status: 500 }),
      () => {
        throw new TypeError("network");
      },
      () => published("base", "{}"),
      () => published("base", encodeTable(exampleTable({}, 0))),
      () => published("base", encodeTable(exampleTable({ cells: [...exampleContent().cells, cell(8)] }, 2))),
      () => published("base", encodeTable(exampleTable({ environment: "prod" }, 2))),
      () => new Response(next),
      () => published("base", next, keys.base.sign("base", "test", encodeTable(example))),
      () => published("base", next, keys.overlay.sign("base", "test", next)),
      () => published("base", next, keys.base.sign("base", "prod", next)),
      () => published("base", next, keys.base.sign("overlay", "test", next)),
    ];
    for (const [at, base] of bad.entries()) {
      held.base = base;
      expect(await seen(), String(base)).toEqual([id, version, String(20 * (at + 1))]);
    }
    held.base = () => published("base", next);
    expect(await seen()).toEqual([id, formatVersion(exampleTable({}, 2).version), "0"]);
  });

  it("edge worker: sends moved tenants to their new cell from its first answer on, and no forged overlay moves one back", async () => {
    const moved = encodeOverlay(overlay({ revision: 2, pins: pinned(away) }));
    const { held, ask, seen } = await edge(
      () => published("base", encodeTable(example)),
      () => published("overlay", moved),
    );
    const there = `cell-${away.acme.cell}`;
    // Two at once: the second must not be answered from the base alone.
    const both = await Promise.all([ask("acme"), ask("acme")]);
    expect(both.map(({ headers }) => headers.get("x-cell"))).toEqual([there, there]);
    const [, version] = await seen();
    const back = encodeOverlay(
      overlay({ revision: 3, pins: pinned({ acme: { cell: home("acme", "DE").number, epoch: 2 } }) }),
    );
    const bad: readonly (() => Response)[] = [
      () => new Response(null, { status: 404 }),
      () => new Response(null, { status: 403 }),
      () => published("overlay", encodeOverlay(overlay({ revision: 1 }))),
      () =>
        published(
          "overlay",
          encodeOverlay(overlay({ revision: 3, pins: pinned({ acme: { ...away.acme, epoch: 0 } }) })),
        ),
      () => published("overlay", back, keys.base.sign("overlay", "test", back)),
      () => new Response(back),
    ];
    for (const over of bad) {
      held.over = over;
      expect((await seen()).slice(0, 2), String(over)).toEqual([there, version]);
    }
    // The overlay is independent: it is accepted while the base cannot be fetched.
    held.over = () => published("overlay", back);
    held.base = () => new Response("down", { status: 500 });
    expect((await seen())[0]).toBe(home("acme", "DE").id);
  });

  it("edge worker: its table's age grows while the overlay is denied, since pins may be missing", async () => {
    const { seen } = await edge(
      () => published("base", encodeTable(example)),
      () => new Response(null, { status: 403 }),
    );
    expect(await seen()).toEqual([home("acme", "DE").id, formatVersion(example.version), "20"]);
  });

  it("edge worker: without any table it answers 503, and polls at a constant rate", async () => {
    const { held, ask } = await edge(() => {
      throw new TypeError("down");
    });
    for (let times = 0; times < 20; times++) expect((await ask("acme")).status).toBe(503);
    expect(held.asked).toHaveLength(2);
    held.now += 20_000;
    held.base = () => published("base", encodeTable(example));
    expect((await ask("acme")).status).toBe(307);
  });

  it("edge worker: keeps its table when the next one has a key twice, other bytes for its revision, or no end", async () => {
    const overlayText = encodeOverlay(overlay({ revision: 2 }));
    const { held, seen } = await edge(
      () => published("base", encodeTable(example)),
      () => published("overlay", overlayText),
    );
    const [id, version] = await seen();
    const twice = encodeTable(exampleTable({}, 2)).replace('{"algorithm"', '{"algorithm":"ring","algorithm"');
    const long = new ReadableStream<Uint8Array>({
      // 40 MB, a megabyte at a time; only the first 17 are read.
      pull: (controller) => (sent++ < 40 ? controller.enqueue(new Uint8Array(1024 * 1024)) : controller.close()),
    });
    let sent = 0;
    for (const [at, base] of [() => published("base", twice), () => new Response(long)].entries()) {
      held.base = base;
      expect(await seen()).toEqual([id, version, String(20 * (at + 1))]);
    }
    expect(sent).toBeLessThan(20);
    held.base = () => new Response(null, { status: 304 });
    expect(await seen()).toEqual([id, version, "0"]);
    held.over = () => published("overlay", encodeOverlay(overlay({ revision: 2, pins: pinned(away) })));
    expect(await seen()).toEqual([id, version, "20"]);
    // The overlay is requested without a condition, so a 304 confirms nothing.
    held.over = () => new Response(null, { status: 304 });
    expect(await seen()).toEqual([id, version, "40"]);
  });

  it("edge worker: answers 503 for a pin outside the tenant's residency, and follows a signed correction", async () => {
    const elsewhere = overlay({ revision: 2, pins: pinned({ acme: { cell: 7, epoch: 1 } }) });
    const { held, ask } = await edge(
      () => published("base", encodeTable(example)),
      () => published("overlay", encodeOverlay(elsewhere)),
    );
    const refused = await ask("acme");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "30"]);
    expect((await ask("globex", "KP")).status).toBe(403);
    const body = "acme 1 2";
    const follow = async (correction: string) => {
      const { headers } = await ask("acme", "DE", { "x-routing-correction": correction });
      return [headers.get("x-cell"), headers.get("x-routing-epoch")];
    };
    expect(held.asked.length).toBe(2);
    expect(await follow(`${body} ${keys.move.sign("move", "test", body)}`)).toEqual(["cell-1", "2"]);
    expect(await follow(`${body} ${keys.overlay.sign("move", "test", body)}`)).toEqual([null, null]);
    expect(await follow(`acme 7 2 ${keys.move.sign("move", "test", "acme 7 2")}`)).toEqual([null, null]);
  });

  describe("on the conformance file", () => {
    const bytes = (each: Bytes): string => expand(each, file.parts).toString("utf8");
    const pair = (base: Bytes, over: Bytes | undefined) =>
      edge(
        () => published("base", bytes(base)),
        over === undefined ? undefined : () => published("overlay", bytes(over)),
      );
    const route = (answer: Response): readonly unknown[] => {
      const host = new URL(answer.headers.get("location") ?? "https://none").origin;
      return answer.status === 307
        ? [307, answer.headers.get("x-cell"), host, Number(answer.headers.get("x-routing-epoch"))]
        : [answer.status];
    };
    const expected = ({ status, cell: number, endpoint, epoch }: Expected): readonly unknown[] =>
      status === 307 ? [307, `c${number}`, endpoint, epoch] : [status];
    interface Expected {
      readonly status: number;
      readonly cell?: number;
      readonly endpoint?: string;
      readonly epoch?: number;
    }
    const routable = /^[a-z0-9-]{1,64}$/;

    it("browser: finds the homes of bases without an overlay", async () => {
      const page = await load<{
        loadRoutes: (url: string, get: typeof fetch) => Promise<Routes>;
        homeOf: (routes: Routes, tenant: string, country: string) => string;
      }>("browser", "home.mjs");
      let asked = 0;
      for (const { base, compiled, overlay: over, questions } of file.decisions) {
        if (compiled || over !== undefined || questions === undefined) continue;
        const routes = await page.loadRoutes("table.json", () => Promise.resolve(new Response(bytes(base))));
        for (const { tenant, country = "", reason, endpoint } of questions) {
          // The page accepts a country in lower case.
          if (country !== country.toUpperCase()) continue;
          const text = page.homeOf(routes, tenant, country);
          expect(text.endsWith(endpoint === undefined ? `nowhere: ${reason}` : `: ${endpoint}`), text).toBe(true);
          asked++;
        }
      }
      expect(asked).toBeGreaterThan(300);
    });

    it("edge worker: decides alike, and uses the base alone where an overlay does not fit", async () => {
      let asked = 0;
      for (const { name, base, compiled, overlay: over, questions, version } of file.decisions) {
        if (compiled) continue;
        const { ask, tables } = await pair(base, over);
        for (const { tenant, country, ...answer } of (questions ?? []).filter((each) => routable.test(each.tenant))) {
          const found = await ask(tenant, country ?? "", country === undefined ? { "cf-ipcountry": "" } : {});
          expect([name, tenant, country, ...route(found)]).toEqual([name, tenant, country, ...expected(answer)]);
          asked++;
        }
        if (questions === undefined) await ask("acme");
        await tables.idle();
        if (version === undefined) expect(tables.current()!.version).not.toContain("+");
        else expect(tables.current()!.version).toBe(version);
      }
      expect(asked).toBeGreaterThan(500);
    });

    it("edge worker: accepts the same signatures", async () => {
      const { keys: pins, cases } = file.signatures;
      const good = cases.find(({ kind, accepted }) => kind === "base" && accepted)!;
      for (const { name, kind, bytes: body, signature, accepted } of cases) {
        const object = (of: Bytes, value: string | undefined) => () =>
          new Response(bytes(of), { headers: value === undefined ? {} : { "x-amz-meta-signature": value } });
        const { ask, tables } = await edge(
          kind === "base" ? object(body, signature) : object(good.bytes, good.signature),
          kind === "overlay" ? object(body, signature) : undefined,
          { keys: pins },
        );
        await ask("acme");
        const version = tables.current()?.version ?? "";
        expect([name, kind === "base" ? version !== "" : version.includes("+")]).toEqual([name, accepted]);
      }
    });

    it("edge worker: follows the same corrections", async () => {
      const { keys: pins, base, overlay: over, cases } = file.corrections;
      const signing = { base: keys.base, overlay: keys.overlay };
      const { ask } = await edge(
        () => published("base", bytes(base)),
        () => published("overlay", bytes(over)),
        {
          keys: {
            base: { [signing.base.id]: signing.base.publicKey },
            overlay: { [signing.overlay.id]: signing.overlay.publicKey },
            move: pins.move,
          },
        },
      );
      for (const { name, tenant, country, header, answer } of cases) {
        if (!routable.test(tenant)) continue;
        const found = await ask(tenant, country, { "x-routing-correction": header });
        expect([name, ...route(found)]).toEqual([name, ...expected(answer)]);
      }
    });

    it("edge worker: takes and refuses the same steps", async () => {
      for (const { name, base, steps } of file.steps) {
        const { held, ask, tables } = await pair(base, undefined);
        await ask("acme");
        for (const { at, kind, bytes: body, version, down } of steps) {
          const fails = () => new Response(null, { status: 500 });
          held.base = kind === "base" ? () => published("base", bytes(body)) : fails;
          held.over = kind === "overlay" ? () => published("overlay", bytes(body)) : fails;
          held.now = at * 1000;
          await ask("acme");
          await tables.idle();
          const current = tables.current()!;
          expect([name, at, current.version, [...(current.conditions.down ?? [])]]).toEqual([name, at, version, down]);
        }
      }
    }, 60_000);

    it("service: serves, refuses and waits as the cases require", async () => {
      const { makeService } = await load<{
        makeService: (findRow: (tenant: string) => Promise<OwnerRow | undefined>, name: string) => Server;
      }>("service", "service.mjs");
      const server = makeService((tenant) => Promise.resolve(file.arrivals[Number(tenant)]!.row ?? undefined), "c0");
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      try {
        const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
        for (const [at, { name, epoch, standIn, as, status = 200, headers = {} }] of file.arrivals.entries()) {
          const answer = await fetch(address, {
            headers: {
              "x-tenant-id": String(at),
              ...(epoch === undefined ? {} : { "x-routing-epoch": epoch }),
              ...(standIn === undefined ? {} : { "x-routing-stand-in": standIn }),
            },
          });
          expect([name, answer.status, (await answer.text()).includes("stands in")]).toEqual([
            name,
            status,
            as === "stand-in",
          ]);
          for (const [header, value] of Object.entries(headers)) expect(answer.headers.get(header), name).toBe(value);
        }
      } finally {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    });
  });

  it("service: serves the tenants of its own rows, sends moved ones to their new home, and waits where it must", async () => {
    const { makeService } = await load<{
      makeService: (findRow: (tenant: string) => Promise<OwnerRow | undefined>, name: string) => Server;
    }>("service", "service.mjs");
    const body = "acme 1 2";
    const correction = `${body} ${keys.move.sign("move", "test", body)}`;
    const rows = new Map<string, OwnerRow>([["acme", { epoch: 1, state: "open" }]]);
    const findRow = (tenant: string) =>
      tenant === "broken" ? Promise.reject(new Error("no database")) : Promise.resolve(rows.get(tenant));
    const server = makeService(findRow, "cell-0");
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const ask = (tenant: string, more: Record<string, string> = {}) =>
        fetch(address, { headers: { "x-tenant-id": tenant, ...more } });
      expect(await (await ask("acme", { "x-routing-epoch": "1" })).text()).toBe("hello acme from cell-0\n");
      // The router's overlay is newer than what is here.
      expect((await ask("acme", { "x-routing-epoch": "3" })).status).toBe(503);
      rows.set("acme", { epoch: 1, state: "moved", correction });
      const refused = await ask("acme", { "x-routing-epoch": "1" });
      expect([refused.status, refused.headers.get("x-routing-correction")]).toEqual([421, correction]);
      expect((await ask("stranger")).status).toBe(421);
      rows.set("guest", { epoch: 0, state: "stand-in" });
      expect(await (await ask("guest")).text()).toBe("hello guest from cell-0, which stands in\n");
      expect((await ask("broken")).status).toBe(503);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
