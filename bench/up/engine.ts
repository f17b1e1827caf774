import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ensureEngine } from "../../local/engine/engine";
import { projectDirectory } from "../../adapters/files/paths";
import type { Report } from "../../adapters/processes/process";
import { serveProvider } from "../../local/providers/server";
import { attach } from "../../local/providers/serve";
import { LocalStack } from "../../local/stack";
import { catalogText } from "./catalogs";
import { nullBackend } from "./floor/backend";
import { watched, type Watched } from "./watched";

/** The real engine on the environment of so many cells, beside its floor. Seconds are wall clock. */
export interface EngineRow {
  readonly cells: number;
  readonly resources: number;
  /** `npm start` with nothing running: engine built and conformance judged before. */
  readonly start: Watched;
  /** `npm start` again: a preview that finds nothing to change. */
  readonly again: Watched;
  readonly steps: readonly { readonly title: string; readonly seconds: number }[];
  readonly previewAgain: number;
  readonly floor: { readonly up: Watched; readonly preview: Watched };
  /** `up` alone by the floor's `up`, in wall clock; the floor's provider does nothing, ours makes everything in moto. */
  readonly ratio: number;
  /** No-change preview by the floor's. */
  readonly previewRatio: number;
}

interface StartJson {
  readonly changes: Readonly<Record<string, number>>;
  readonly timings: readonly { readonly title: string; readonly seconds: number }[];
}

/** Brings each count of cells up from nothing in a local cloud of its own, and takes it down again. */
export async function measureEngine(counts: readonly number[], report: Report): Promise<readonly EngineRow[]> {
  const rows: EngineRow[] = [];
  for (const cells of counts) {
    const folder = mkdtempSync(join(tmpdir(), "cells-bench-"));
    try {
      rows.push(await measure(cells, folder, report));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return rows;
}

async function measure(cells: number, folder: string, report: Report): Promise<EngineRow> {
  const catalog = join(folder, "catalog.yaml");
  writeFileSync(catalog, catalogText(cells));
  const env = {
    ...process.env,
    CELLS_STATE_DIR: folder,
    CELLS_CLOUD_PORT: String(await freePort()),
    CELLS_ROUTER_PORT: String(await freePort(4)),
  };
  const command = (...args: string[]): Promise<Watched> =>
    watched(process.execPath, [join(projectDirectory, "cli", "bin.js"), ...args], { cwd: projectDirectory, env });
  const start = (): Promise<Watched> => command("start", "--catalog", catalog, "--json");
  try {
    // The first pays for what is judged once a catalog; the second is what a warm start is.
    report(`${cells} cells: conformance …`);
    await command("start", "--catalog", catalog, "--json", "--dry-run");
    report(`${cells} cells: npm start …`);
    const first = await start();
    report(`${cells} cells: npm start again …`);
    const again = await start();
    const json = parsed(first);
    const resources = json.changes["create"] ?? 0;
    report(`${cells} cells: the engine's floor, ${resources} bare resources …`);
    const floor = await measureFloor(resources, join(folder, "floor"));
    const previewAgain = seconds(parsed(again), "preview with policies");
    return {
      cells,
      resources,
      start: first,
      again,
      steps: json.timings,
      previewAgain,
      floor,
      ratio: seconds(json, "up") / floor.up.seconds,
      previewRatio: previewAgain / floor.preview.seconds,
    };
  } finally {
    await command("stop");
  }
}

/** `up` and a no-change preview of bare resources: same engine and flags, a pack and a provider that do nothing. */
async function measureFloor(resources: number, directory: string): Promise<EngineRow["floor"]> {
  mkdirSync(directory, { recursive: true });
  const provider = await serveProvider(nullBackend);
  try {
    const engine = await ensureEngine(() => undefined);
    const stack = new LocalStack("dev", engine, "http://127.0.0.1:9", attach([provider]), undefined, directory);
    await stack.prepare();
    // Our own pack refuses a type that it does not know, so this one has no rules.
    const floor = join(__dirname, "floor");
    const flags = ["--policy-pack", join(floor, "pack"), "--cwd", floor];
    const once = (args: readonly string[]): Promise<Watched> =>
      watched(engine.command, [...args, ...flags, "--config-file", join(directory, "Pulumi.dev.yaml")], {
        cwd: projectDirectory,
        env: { ...process.env, ...stack.variables(), BENCH_RESOURCES: String(resources) },
      });
    const common = ["--stack", "dev", "--non-interactive", "--color", "never"];
    const up = await once(["up", "--yes", "--skip-preview", ...common]);
    const preview = await once(["preview", ...common]);
    return { up, preview };
  } finally {
    await provider.close();
  }
}

function parsed({ output }: Watched): StartJson {
  return JSON.parse(output.slice(output.indexOf("{"), output.lastIndexOf("}") + 1)) as StartJson;
}

function seconds({ timings }: StartJson, title: string): number {
  return timings.find((timing) => timing.title === title)?.seconds ?? NaN;
}

/** A loopback port with `run - 1` free ones behind it. */
async function freePort(run = 1): Promise<number> {
  for (;;) {
    const port = await listen(0);
    const rest = Array.from({ length: run - 1 }, (_, at) => listen(port + 1 + at));
    if ((await Promise.allSettled(rest)).every(({ status }) => status === "fulfilled")) return port;
  }
}

function listen(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const bound = (server.address() as { port: number }).port;
      server.close(() => resolve(bound));
    });
  });
}
