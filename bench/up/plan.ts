import { join } from "node:path";

import { run, type Report } from "../../adapters/processes/process";

/** One plan in a process of its own. */
export interface PlanFigures {
  readonly resources: number;
  /** CPU seconds of loading the program, before the plan. */
  readonly loadSeconds: number;
  /** Wall clock of the plan. */
  readonly seconds: number;
  /** CPU of the plan: what stays comparable on a machine that is busy with other things. */
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
}

/** A plan of so many cells beside the floor: the same number of bare resources, in the same run. */
export interface PlanRow {
  readonly cells: number;
  readonly plan: PlanFigures;
  /** With the SDK as it comes. */
  readonly floor: PlanFigures;
  /** With the SDK as `quickenSdk` leaves it: the lowest floor we know. */
  readonly quickFloor: PlanFigures;
  /** CPU seconds of the plan by those of the floor: the median of the rounds' ratios. */
  readonly ratio: number;
}

/**
 * Plans each count with mocks, each beside its floor, `rounds` times in turn.
 *
 * @returns figures of the round whose ratio is the median.
 */
export async function measurePlans(
  counts: readonly number[],
  rounds: number,
  report: Report,
): Promise<readonly PlanRow[]> {
  const rows: PlanRow[] = [];
  for (const cells of counts) {
    const pairs: PlanRow[] = [];
    for (let round = 1; round <= rounds; round++) {
      report(`plan with mocks: ${cells} cells, round ${round} of ${rounds} …`);
      const plan = await child("cells", cells);
      const floor = await child("sdk", plan.resources);
      const quickFloor = await child("bare", plan.resources);
      pairs.push({ cells, plan, floor, quickFloor, ratio: plan.cpuSeconds / floor.cpuSeconds });
    }
    pairs.sort((a, b) => a.ratio - b.ratio);
    rows.push(pairs[Math.floor((pairs.length - 1) / 2)]!);
  }
  return rows;
}

async function child(what: "cells" | "sdk" | "bare", count: number): Promise<PlanFigures> {
  const { code, output } = await run(process.execPath, [
    // 128 cells outgrow Node's default heap on a machine with little memory.
    "--max-old-space-size=8192",
    ...["--import", require.resolve("tsx")],
    join(__dirname, "plan-child.ts"),
    what,
    String(count),
  ]);
  const line = output.split("\n").find((each) => each.startsWith("{"));
  if (code !== 0 || line === undefined) throw new Error(`planning ${count} ${what} failed:\n${output}`);
  return JSON.parse(line) as PlanFigures;
}
