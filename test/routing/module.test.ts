import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { budget } from "../../cli/routing/module";
import { decide, encodeTable, formatVersion, makeRouter, makeRoutes, type Routes } from "../../routing";
import golden from "./fixtures/golden.json";
import { anyCountry, anyTable, anyTenant, cell, seedContent, seedTable } from "./tables";

const root = join(__dirname, "..", "..");
const out = mkdtempSync(join(tmpdir(), "cells-module-"));
let summary: { bytes: number; gzipBytes: number; files: string[] };

beforeAll(() => {
  const json = execFileSync(process.execPath, [join(root, "cli", "bin.js"), "module", "--out", out, "--json"], { encoding: "utf8" });
  summary = JSON.parse(json) as typeof summary;
}, 60_000);
afterAll(() => rmSync(out, { recursive: true }));

const seed = seedTable();

describe("the routing core as an ES module", () => {
  it("stays within its budget, which is at most a tenth more than it needs", () => {
    expect(summary.bytes).toBeLessThanOrEqual(budget.bytes);
    expect(summary.gzipBytes).toBeLessThanOrEqual(budget.gzipBytes);
    expect(budget.bytes).toBeLessThan(summary.bytes * 1.1);
    expect(budget.gzipBytes).toBeLessThan(summary.gzipBytes * 1.1);
  });

  it("needs nothing of Node: places the golden ids and decides alike where there are two globals only", () => {
    const jobs = fc
      .sample(fc.tuple(anyTable, fc.array(fc.record({ tenant: anyTenant(), country: anyCountry }), { minLength: 5 })), 40)
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

  it("has types that a strict program without Node's compiles with", () => {
    writeFileSync(
      join(out, "consumer.ts"),
      'import { decodeTableText, makeRouter, makeRoutes } from "./cells-routing.mjs";\n' +
        'const decoded = decodeTableText("{}");\n' +
        "export const cell: string | undefined = decoded.ok\n" +
        '  ? (({ ok, ...rest }) => (ok && "cell" in rest ? rest.cell.id : undefined))(makeRoutes(makeRouter(decoded.table)).decide({ tenant: "acme" }))\n' +
        "  : decoded.mistakes[0]?.message;\n" +
        "// @ts-expect-error a tenant is a text\n" +
        'export const wrong = decoded.ok && makeRoutes(makeRouter(decoded.table)).decide({ tenant: 7 });\n',
    );
    const flags = ["--strict", "--noEmit", "--module", "preserve", "--target", "es2022", "--lib", "es2022"];
    const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
    expect(execFileSync(process.execPath, [tsc, ...flags, "consumer.ts"], { cwd: out, encoding: "utf8" })).toBe("");
  }, 60_000);
});

describe("the examples", () => {
  const load = async <T>(example: string, file: string): Promise<T> => {
    const folder = join(root, "examples", example);
    for (const name of readdirSync(folder)) copyFileSync(join(folder, name), join(out, name));
    return (await import(/* @vite-ignore */ pathToFileURL(join(out, file)).href)) as T;
  };
  const home = (tenant: string, country: string) => {
    const decision = makeRoutes(makeRouter(seed)).decide({ tenant, country });
    if (!decision.ok) throw new Error(decision.reason);
    return decision.cell;
  };

  it("browser: says where a tenant lives, or why nowhere", async () => {
    const page = await load<{
      loadRoutes: (url: string, get: typeof fetch) => Promise<Routes>;
      homeOf: (routes: Routes, tenant: string, country: string) => string;
    }>("browser", "home.mjs");
    const routes = await page.loadRoutes("table.json", () => Promise.resolve(new Response(encodeTable(seed))));
    const { id, region, endpoint } = home("acme", "DE");
    expect(page.homeOf(routes, "acme", "de")).toBe(`${id} in ${region}: ${endpoint}`);
    expect(page.homeOf(routes, "acme", "ZZ")).toBe("nowhere: unknown-country");
    await expect(page.loadRoutes("x", () => Promise.resolve(new Response("{}")))).rejects.toThrow("no routing table");
  });

  it("edge worker: redirects, and keeps its table when the next one fails, is broken, older or moves too many", async () => {
    const { makeWorker } = await load<{
      makeWorker: (settings: object) => { fetch(request: Request): Promise<Response> };
    }>("edge-worker", "worker.mjs");
    const state = { now: 0, answer: (): Response => new Response(encodeTable(seed), { headers: { etag: "a" } }) };
    const worker = makeWorker({
      tableUrl: "https://tables.example.com/base.json",
      endpointSuffix: "example.com",
      now: () => state.now,
      fetch: () => Promise.resolve().then(() => state.answer()),
    });
    const ask = async (tenant: string, country = "DE"): Promise<Response> => {
      const headers = { "x-tenant-id": tenant, "cf-ipcountry": country, "x-cell": "cell-7" };
      return worker.fetch(new Request("https://app.example.com/orders?x=1", { headers }));
    };
    const expected = { cell: home("acme", "DE"), version: formatVersion(seed.version) };
    const good = async (): Promise<void> => {
      const answer = await ask("acme");
      expect([answer.status, answer.headers.get("location")]).toEqual([307, `${expected.cell.endpoint}/orders?x=1`]);
      expect(answer.headers.get("x-routing-version")).toBe(expected.version);
    };
    await good();
    expect((await ask("Acme")).status).toBe(403);
    expect((await ask("acme", "ZZ")).status).toBe(403);
    const bad: readonly (() => Response)[] = [
      () => new Response("down", { status: 500 }),
      () => {
        throw new TypeError("network");
      },
      () => new Response("{}"),
      () => new Response(encodeTable(seedTable({}, 0))),
      () => new Response(encodeTable(seedTable({ cells: [...seedContent().cells, cell(8)] }, 2))),
      () => new Response(encodeTable(seedTable({ environment: "prod" }, 2))),
    ];
    for (const answer of bad) {
      state.answer = answer;
      state.now += 20_000;
      await good();
      await new Promise((resolve) => setTimeout(resolve, 5));
      await good();
    }
    // A good one is taken, by the request after the one that asked for it.
    state.answer = () => new Response(encodeTable(seedTable({ pins: { acme: { cell: 1 - expected.cell.number, epoch: 1 } } }, 2)));
    state.now += 20_000;
    await good();
    await vi.waitFor(async () => {
      expect((await ask("acme")).headers.get("x-cell")).toBe(`cell-${1 - expected.cell.number}`);
    });
  });

  it("edge worker: without any table it says so", async () => {
    const { makeWorker } = await load<{
      makeWorker: (settings: object) => { fetch(request: Request): Promise<Response> };
    }>("edge-worker", "worker.mjs");
    const worker = makeWorker({ tableUrl: "https://x.example.com", endpointSuffix: "example.com", fetch: () => Promise.reject(new TypeError("down")) });
    expect((await worker.fetch(new Request("https://app.example.com/"))).status).toBe(503);
  });

  it("service: serves its own tenants, and sends the others away with 421", async () => {
    const { makeService } = await load<{ makeService: (file: string, cell: number) => Server }>("service", "service.mjs");
    writeFileSync(join(out, "table.json"), encodeTable(seed));
    const own = home("acme", "DE").number;
    const server = makeService(join(out, "table.json"), own);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const ask = (tenant: string, more: Record<string, string> = {}) =>
        fetch(address, { headers: { "x-tenant-id": tenant, "x-tenant-country": "DE", ...more } });
      expect(await (await ask("acme")).text()).toBe(`hello acme from cell ${own}\n`);
      const stranger = Array.from({ length: 50 }, (_, i) => `t-${i}`).find((id) => home(id, "DE").number !== own)!;
      const refused = await ask(stranger);
      expect([refused.status, refused.headers.get("x-routing-version")]).toEqual([421, formatVersion(seed.version)]);
      expect((await ask(stranger, { "x-routing-version": "9-0123456789ab" })).status).toBe(503);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
