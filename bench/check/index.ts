import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import Table from "cli-table3";

import { projectDirectory } from "../../adapters/files/paths";
import type { Report } from "../../policy/report/report";
import { catalogText } from "../up/catalogs";
import { watched } from "../up/watched";

export const description = "how time and memory of `cells check` grow with the cells";

const help = `npm run bench -- check [options]

Runs cells check on catalogs of so many cells, each in a process of its own, with all the processes that it starts.

  --cells CELLS,…    counts of cells (default 25,50,100,200)
  --json             figures as JSON
`;

interface Row {
  readonly cells: number;
  readonly resources: number;
  readonly findings: number;
  /** Wall clock. */
  readonly seconds: number;
  /** CPU of all processes; undefined where the system does not report it. */
  readonly cpuSeconds: number | undefined;
  /** Most resident memory of all processes together. */
  readonly peakMegabytes: number;
}

/** Measures, and prints a table or JSON; progress goes to standard error. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cells: { type: "string", default: "25,50,100,200" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const directory = mkdtempSync(join(tmpdir(), "cells-bench-check-"));
  const rows: Row[] = [];
  try {
    for (const cells of values.cells.split(",").map(Number)) {
      process.stderr.write(`cells check: ${cells} cells …\n`);
      const file = join(directory, `${cells}.yaml`);
      writeFileSync(file, catalogText(cells));
      rows.push(await measure(cells, file));
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  process.stdout.write(`${values.json ? JSON.stringify(rows, null, 2) : table(rows)}\n`);
}

async function measure(cells: number, file: string): Promise<Row> {
  const before = cpuOfChildren();
  const { seconds, peakMegabytes, output } = await watched(
    process.execPath,
    [join(projectDirectory, "cli", "bin.js"), "check", file, "--json"],
    // So many cells exceed AWS's default quotas, which is a finding.
    { cwd: projectDirectory, env: process.env, codes: [0, 1] },
  );
  const after = cpuOfChildren();
  const { sources, findings } = JSON.parse(output) as Report;
  const cpuSeconds = before === undefined || after === undefined ? undefined : after - before;
  return { cells, resources: sources[0]!.resources, findings: findings.length, seconds, cpuSeconds, peakMegabytes };
}

/** CPU seconds of all processes that this one has started and that have ended, and of theirs; on Linux. */
function cpuOfChildren(): number | undefined {
  try {
    const fields = readFileSync("/proc/self/stat", "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    // Linux counts in hundredths of a second.
    return (Number(fields[13]) + Number(fields[14])) / 100;
  } catch {
    return undefined;
  }
}

/** One row a count; growth is CPU a cell by that of the row above, where 1.00 is linear. */
function table(rows: readonly Row[]): string {
  const head = ["cells", "resources", "findings", "s", "CPU s", "ms a cell", "MB", "growth"];
  const style = { head: [], border: [], compact: true };
  const made = new Table({ head, style, colAligns: head.map(() => "right") });
  for (const [at, { cells, resources, findings, seconds, cpuSeconds = NaN, peakMegabytes }] of rows.entries()) {
    const before = rows[at - 1];
    const growth = before === undefined ? NaN : cpuSeconds / cells / ((before.cpuSeconds ?? NaN) / before.cells);
    made.push([
      cells,
      resources,
      findings,
      seconds.toFixed(1),
      cpuSeconds.toFixed(1),
      ((cpuSeconds * 1000) / cells).toFixed(0),
      peakMegabytes.toFixed(0),
      before === undefined ? "" : growth.toFixed(2),
    ]);
  }
  return `cells check\n${made.toString()}`;
}
