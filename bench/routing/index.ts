import { loadavg } from "node:os";
import { parseArgs } from "node:util";

import { balance, dealing, type Balance } from "./balance";
import { built } from "./built";
import { besideCPython, type BesideCPython } from "./cpython";
import { cycles } from "./cycle";
import { footprints, type Footprint } from "./footprint";
import { fuzz, memory } from "./fuzz";
import { handlerTimes } from "./handler";
import { race, shortKeys, uuidKeys, type Timing } from "./measure";
import { hashes, installPeers, placers } from "./peers";
import { pinCosts } from "./pins";
import { timing } from "./secrecy";
import { sizes } from "./size";

export const description = "hashing, placement, balance, handler and bundle, beside npm's hash rings";

const help = `npm run bench -- routing [--rounds 31] [--cells 8,100,1000] [--quick] [--python PATH] [--fuzz COUNT] [--pins COUNTS]
                                [--json]

All contenders run in one process, in turn, on the same new keys; a figure is the median over the rounds. Ratios are to
the floor: reading every character of the key once. --quick leaves out balance, sizes and the handler; --python names an interpreter that has mmh3,
to compare with CPython's hashes too; --fuzz sends that
many hostile requests to the handler instead, asks for ten times as many tenants to check that memory does not grow,
and measures whether the time of a refusal reveals its reason. --pins 1000,100000 measures instead what so many pins
cost a poll and a decision.
`;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: "string", default: "31" },
      cells: { type: "string", default: "8,100,1000" },
      fuzz: { type: "string" },
      pins: { type: "string" },
      python: { type: "string" },
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return void process.stdout.write(help);
  if (values.fuzz !== undefined)
    return void process.stdout.write(
      `${JSON.stringify({ ...(await fuzz(Number(values.fuzz))), memory: memory(10 * Number(values.fuzz)), timing: timing(1500) }, null, 2)}\n`,
    );
  if (values.pins !== undefined) {
    const costs = await pinCosts(values.pins.split(",").map(Number), Number(values.rounds));
    return void process.stdout.write(`${JSON.stringify(costs, null, 2)}\n`);
  }
  installPeers();
  const { floor, ours } = built<typeof import("./ours")>("bench/routing/ours.ts");
  const { kept } = built<typeof import("./kept")>("bench/routing/kept.ts");
  const rounds = Number(values.rounds);
  // First, while the heap is only a router's: collecting garbage of other contenders would distort the times.
  const polls = values.quick ? undefined : await cycles(3 * rounds);
  const load = loadavg()[0]!;
  const placement = values.cells.split(",").flatMap((text) => {
    const cells = Number(text);
    const contenders = [floor, ...ours(cells), ...hashes(cells), ...placers(cells)];
    return [
      { cells, keys: "11 characters", timings: race(contenders, (round) => shortKeys(round, 100_000), rounds) },
      { cells, keys: "UUIDs", timings: race(contenders, (round) => uuidKeys(round, 100_000), rounds) },
    ];
  });
  const rest = values.quick
    ? {}
    : {
        balance: [8, 100].map((cells) => ({ cells, rows: balance(cells, 1_000_000) })),
        dealing: [8, 100, 1000].map(dealing),
        memory: [8, 100, 1000].map((cells) => ({ cells, rows: footprints(cells) })),
        handler: await handlerTimes(rounds),
        // As many tenants as an instance may see again and again.
        kept: [8, 100].map((cells) => ({
          cells,
          timings: race([floor, ...kept(cells)], () => uuidKeys(1, 10_000), rounds),
        })),
        cycles: polls,
        sizes: sizes(Math.max(9, Math.floor(rounds / 2))),
      };
  const cpython = values.python === undefined ? {} : { cpython: await besideCPython(values.python, 100, rounds) };
  const result = { node: process.version, loadAverage: [load, loadavg()[0]!], rounds, placement, ...cpython, ...rest };
  process.stdout.write(values.json ? `${JSON.stringify(result, null, 2)}\n` : format(result));
}

interface Result {
  readonly node: string;
  readonly loadAverage: readonly number[];
  readonly rounds: number;
  readonly placement: readonly { readonly cells: number; readonly keys: string; readonly timings: readonly Timing[] }[];
  readonly cpython?: readonly BesideCPython[];
  readonly balance?: readonly { readonly cells: number; readonly rows: readonly Balance[] }[];
  readonly dealing?: readonly object[];
  readonly memory?: readonly { readonly cells: number; readonly rows: readonly Footprint[] }[];
  readonly handler?: readonly Timing[];
  readonly kept?: readonly { readonly cells: number; readonly timings: readonly Timing[] }[];
  readonly cycles?: object;
  readonly sizes?: object;
}

function format({
  node,
  loadAverage,
  rounds,
  placement,
  cpython,
  balance: shares,
  dealing: deals,
  memory,
  kept: homes,
  handler,
  cycles: polls,
  sizes: bytes,
}: Result): string {
  const lines = [
    `Node ${node}, ${rounds} rounds, load average ${loadAverage.map((load) => load.toFixed(1)).join(" to ")}`,
  ];
  const table = (timings: readonly Timing[]): void => {
    const slots = timings.find(({ name }) => name === "slots: hash to cell");
    for (const { name, nanoseconds, ratio } of timings) {
      const times = slots === undefined ? "" : `${(nanoseconds / slots.nanoseconds).toFixed(1)} × slots`;
      lines.push(
        `  ${name.padEnd(50)}${nanoseconds.toFixed(1).padStart(10)} ns${ratio.toFixed(2).padStart(10)} × floor  ${times}`,
      );
    }
  };
  for (const { cells, keys, timings } of placement) {
    lines.push("", `${cells} cells, keys: ${keys}`);
    table(timings);
  }
  for (const { algorithm, keys, ours, cpython: theirs, times } of cpython ?? []) {
    lines.push(
      "",
      `${algorithm} mod 100, ${keys}: ${ours.toFixed(0)} ns; CPython ${theirs.toFixed(0)} ns, ${times.toFixed(2)} × ours`,
    );
  }
  for (const { cells, rows } of shares ?? []) {
    lines.push("", `${cells} cells: fullest over mean; moved on adding one, × the least; moved needlessly`);
    for (const { name, peak, moved, needless } of rows) {
      lines.push(
        `  ${name.padEnd(30)}${peak.toFixed(3).padStart(8)}${moved.toFixed(3).padStart(10)}${(needless * 100).toFixed(2).padStart(10)} %`,
      );
    }
  }
  for (const each of deals ?? []) lines.push("", `dealing ${JSON.stringify(each)}`);
  for (const { cells, rows } of memory ?? []) {
    lines.push("", `${cells} cells: KiB that a placer keeps`);
    for (const { name, kib } of rows) lines.push(`  ${name.padEnd(50)}${kib.toFixed(0).padStart(10)}`);
  }
  for (const { cells, timings } of homes ?? []) {
    lines.push("", `${cells} cells, 10,000 UUIDs again and again: homes computed, and behind a cache of them`);
    table(timings);
  }
  if (handler !== undefined) {
    lines.push("", "handler at 100 cells; the floor here is JSON, for those that are awaited too");
    table(handler);
  }
  if (polls !== undefined) lines.push("", `a poll ${JSON.stringify(polls)}`);
  if (bytes !== undefined) lines.push("", JSON.stringify(bytes, null, 2));
  return `${lines.join("\n")}\n`;
}
