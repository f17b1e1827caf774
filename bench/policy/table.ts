import Table from "cli-table3";

import type { PackRow } from "./measure";

const style = { head: [], border: [], compact: true };

/** What the pack may take: seconds for this many resources, and ten times as many in at most ten times the time. */
const limits = { resources: 3000, seconds: 1.5, growth: 1 } as const;

/** Every size and phase; `growth` is the time of a resource by that of the smallest size, where 1.00 is linear. */
export function packTable(rows: readonly PackRow[]): string {
  const head = [
    "resources",
    "phase",
    "wall s",
    "pack s",
    "stack s",
    "SDK s",
    "CPU s",
    "ms each",
    "growth",
    "MB",
    "SDK MB",
  ];
  const table = new Table({ head, style, colAligns: head.map(() => "right") });
  for (const row of rows) {
    const { phase, pack, floor } = row;
    table.push([
      pack.resources,
      phase,
      pack.seconds.toFixed(2),
      pack.threadSeconds.toFixed(2),
      pack.stackSeconds.toFixed(2),
      floor.threadSeconds.toFixed(2),
      pack.cpuSeconds.toFixed(2),
      ((pack.threadSeconds * 1000) / pack.resources).toFixed(2),
      growth(rows, row)?.toFixed(2) ?? "",
      pack.peakMegabytes.toFixed(0),
      floor.peakMegabytes.toFixed(0),
    ]);
  }
  const title =
    "The whole pack, called by the SDK in one process, in seconds of the thread that answers; SDK: as many policies that do nothing";
  return [title, table.toString(), ...runnerTable(rows)].join("\n");
}

function runnerTable(rows: readonly PackRow[]): readonly string[] {
  const head = ["resources", "phase", "start s", "start MB", "judged s", "CPU s", "peak MB"];
  const table = new Table({ head, style, colAligns: head.map(() => "right") });
  for (const { phase, pack, runner } of rows) {
    if (runner === undefined) continue;
    const { startSeconds, startMegabytes, seconds, cpuSeconds, peakMegabytes } = runner;
    const figures = [
      startSeconds.toFixed(2),
      startMegabytes.toFixed(0),
      seconds.toFixed(1),
      cpuSeconds.toFixed(1),
      peakMegabytes.toFixed(0),
    ];
    table.push([pack.resources, phase, ...figures]);
  }
  return table.length === 0
    ? []
    : ["In a process of its own, asked over gRPC as the engine asks, one request after another", table.toString()];
}

function growth(rows: readonly PackRow[], { phase, pack }: PackRow): number | undefined {
  const first = rows.find((one) => one.phase === phase)!.pack;
  return first === pack ? undefined : pack.threadSeconds / pack.resources / (first.threadSeconds / first.resources);
}

/** What is beyond the limits; nothing when all is within. The thread's seconds count, which a busy machine hardly changes. */
export function beyond(rows: readonly PackRow[]): readonly string[] {
  return rows.flatMap((row) => {
    const { phase, pack } = row;
    const allowed = (limits.seconds * pack.resources) / limits.resources;
    const grown = growth(rows, row);
    return [
      ...(pack.threadSeconds > allowed
        ? [
            `${pack.resources} resources, ${phase}: ${pack.threadSeconds.toFixed(2)} s are more than ${allowed.toFixed(2)} s`,
          ]
        : []),
      ...(grown !== undefined && grown > limits.growth
        ? [`${pack.resources} resources, ${phase}: grows by ${grown.toFixed(2)}, faster than linear`]
        : []),
    ];
  });
}
