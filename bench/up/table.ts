import Table from "cli-table3";

import type { EngineRow } from "./engine";
import type { PlanRow } from "./plan";

const style = { head: [], border: [], compact: true };

/** Plans with mocks, one row a count; growth is from the row above, where 1.00 is linear. */
export function planTable(rows: readonly PlanRow[]): string {
  const head = [
    "cells",
    "resources",
    "plan s",
    "CPU s",
    "ms each",
    "MB",
    "SDK CPU s",
    "SDK MB",
    "× SDK",
    "× quick SDK",
    "growth",
  ];
  const table = new Table({ head, style, colAligns: head.map(() => "right") });
  for (const [at, { cells, plan, floor, quickFloor, ratio }] of rows.entries()) {
    const before = rows[at - 1]?.plan;
    table.push([
      cells,
      plan.resources,
      plan.seconds.toFixed(1),
      plan.cpuSeconds.toFixed(1),
      ((plan.cpuSeconds * 1000) / plan.resources).toFixed(2),
      plan.peakMegabytes.toFixed(0),
      floor.cpuSeconds.toFixed(1),
      floor.peakMegabytes.toFixed(0),
      ratio.toFixed(2),
      (plan.cpuSeconds / quickFloor.cpuSeconds).toFixed(2),
      before === undefined
        ? ""
        : (plan.cpuSeconds / plan.resources / (before.cpuSeconds / before.resources)).toFixed(2),
    ]);
  }
  return `Plan with mocks, beside as many bare resources in the SDK\n${table.toString()}`;
}

/** The real engine, one row a count. */
export function engineTable(rows: readonly EngineRow[]): string {
  const head = [
    "cells",
    "resources",
    "npm start s",
    "again s",
    "MB",
    "up s",
    "floor s",
    "× floor",
    "preview s",
    "× floor",
  ];
  const table = new Table({ head, style, colAligns: head.map(() => "right") });
  for (const { cells, resources, start, again, steps, floor, ratio, previewAgain, previewRatio } of rows) {
    table.push([
      cells,
      resources,
      start.seconds.toFixed(1),
      again.seconds.toFixed(1),
      start.peakMegabytes.toFixed(0),
      (steps.find(({ title }) => title === "up")?.seconds ?? NaN).toFixed(1),
      floor.up.seconds.toFixed(1),
      ratio.toFixed(2),
      previewAgain.toFixed(1),
      previewRatio.toFixed(2),
    ]);
  }
  return `Real engine and local cloud, beside as many bare resources on a provider that does nothing\n${table.toString()}`;
}
