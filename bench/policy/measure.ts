import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { run, type Report } from "../../adapters/processes/process";
import type { PackFigures } from "./child";
import { measureRunner, type RunnerFigures } from "./runner";

/** The pack at one size: beside policies that do nothing, and as the engine runs it. */
export interface PackRow {
  readonly cells: number;
  readonly phase: "preview" | "up";
  /** The round that took the thread the least: what a machine that is busy with other things adds is no part of the pack. */
  readonly pack: PackFigures;
  readonly floor: PackFigures;
  /** Over gRPC, in a process of its own; undefined where it was not asked for. */
  readonly runner?: RunnerFigures;
}

/** Resources of a cell of the dev environment, rounded down, so that a size is at least what was asked for. */
const perCell = 200;

/** Judges environments of at least so many resources, as previews and as updates see them. */
export async function measurePack(
  sizes: readonly number[],
  rounds: number,
  withRunner: boolean,
  report: Report,
): Promise<readonly PackRow[]> {
  const directory = mkdtempSync(join(tmpdir(), "cells-bench-policy-"));
  const rows: PackRow[] = [];
  try {
    for (const size of sizes) {
      const cells = Math.ceil(size / perCell);
      for (const phase of ["preview", "up"] as const) {
        const files = { catalog: join(directory, `${cells}.yaml`), request: join(directory, `${cells}-${phase}.bin`) };
        report(`planning ${cells} cells, ${phase} …`);
        await child("requests-child.ts", String(cells), phase, files.catalog, files.request);
        const found: Record<"pack" | "floor", PackFigures[]> = { pack: [], floor: [] };
        for (let round = 1; round <= rounds; round += 1) {
          report(`judging ${cells} cells, ${phase}, round ${round} of ${rounds} …`);
          for (const what of ["floor", "pack"] as const) {
            found[what].push(JSON.parse(await child("child.ts", what, files.request, files.catalog)) as PackFigures);
          }
        }
        if (withRunner) report(`judging ${cells} cells, ${phase}, over gRPC …`);
        rows.push({
          cells,
          phase,
          pack: least(found.pack),
          floor: least(found.floor),
          ...(withRunner ? { runner: await measureRunner(files.request, files.catalog) } : {}),
        });
        rmSync(files.request);
      }
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return rows;
}

function least(figures: readonly PackFigures[]): PackFigures {
  return [...figures].sort((a, b) => a.threadSeconds - b.threadSeconds)[0]!;
}

async function child(file: string, ...args: readonly string[]): Promise<string> {
  const { code, output } = await run(process.execPath, [
    "--max-old-space-size=8192",
    ...["--import", require.resolve("tsx")],
    join(__dirname, file),
    ...args,
  ]);
  const line = output.split("\n").find((each) => each.startsWith("{"));
  if (code !== 0 || line === undefined) throw new Error(`${file} ${args.join(" ")} failed:\n${output}`);
  return line;
}
