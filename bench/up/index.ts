import { parseArgs } from "node:util";

import { measureEngine } from "./engine";
import { measurePlans } from "./plan";
import { engineTable, planTable } from "./table";

export const description = "how long plans and `npm start` take, beside the floors of SDK and engine";

const help = `npm run bench -- up [options]

Plans with mocks beside the same number of bare resources in the SDK; then the real engine in a local cloud of its own:
npm start from nothing, npm start again, and the same number of bare resources on a provider that does nothing.

  --plan CELLS,…     counts of cells to plan (default 8,32,128; none for no plans)
  --engine CELLS,…   counts of cells to bring up (default 8; none for no engine)
  --rounds N         rounds of each plan; the median counts (default 1)
  --json             figures as JSON
`;

/** Measures, and prints tables or JSON; progress goes to standard error. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      plan: { type: "string", default: "8,32,128" },
      engine: { type: "string", default: "8" },
      rounds: { type: "string", default: "1" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const report = (line: string): void => void process.stderr.write(`${line}\n`);
  const plans = await measurePlans(counts("--plan", values.plan), counts("--rounds", values.rounds)[0] ?? 1, report);
  if (!values.json && plans.length > 0) process.stdout.write(`${planTable(plans)}\n`);
  const engines = await measureEngine(counts("--engine", values.engine), report);
  if (!values.json && engines.length > 0) process.stdout.write(`${engineTable(engines)}\n`);
  if (values.json) process.stdout.write(`${JSON.stringify({ plans, engines }, null, 2)}\n`);
}

function counts(option: string, text: string): readonly number[] {
  if (text === "none") return [];
  return text.split(",").map((part) => {
    const count = Number(part);
    if (!Number.isInteger(count) || count < 1) throw new Error(`${option} ${text}: write whole numbers such as 8,32`);
    return count;
  });
}
