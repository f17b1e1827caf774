import { parseArgs } from "node:util";

import { runCheckov } from "./checkov";
import { fuzz } from "./fuzz";
import { measurePack } from "./measure";
import { mutation, mutationText } from "./mutation";
import { beyond, packTable } from "./table";

export const description = "how long the policy pack takes, beside policies that do nothing, and its memory";

const help = `npm run bench -- policy [options]

Judges environments of many cells with the whole pack as the SDK calls it: each resource alone, then the stack. Beside it
as many policies that do nothing, and the pack in a process of its own, asked over gRPC. Exit code 1 when 3,000 resources
take the pack's thread more than 1.5 s, or when many take more than their share.

  --resources N,…    least numbers of resources (default 3000,30000)
  --rounds N         rounds of each; the least counts (default 3)
  --checkov COMMAND  run the leak corpus, as Terraform, through Checkov instead, and record what it finds
  --fuzz N           judge so many hostile bags of properties instead (100000 takes an hour on two busy cores)
  --mutation         change the pack's code in small ways instead, and count the mistakes that the fast tests notice
    --sample N       how many changes, drawn from all (default 300: hours on a busy machine)
    --seed S         which ones (default 1)
    --files GLOB     only of these files, such as "policy/rules/*.ts"
  --no-runner        without the process of its own
  --json             figures as JSON
`;

/** Measures, and prints tables or JSON; progress goes to standard error. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      resources: { type: "string", default: "3000,30000" },
      rounds: { type: "string", default: "3" },
      "no-runner": { type: "boolean", default: false },
      checkov: { type: "string" },
      fuzz: { type: "string" },
      mutation: { type: "boolean", default: false },
      sample: { type: "string", default: "300" },
      seed: { type: "string", default: "1" },
      files: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  if (values.checkov !== undefined) {
    const results = runCheckov(values.checkov);
    const found = Object.entries(results.cases).filter(([, { ofTheLeak }]) => ofTheLeak.length > 0);
    const said = `Checkov ${results.version}: something about the leak in ${found.length} of ${Object.keys(results.cases).length} cases\n`;
    process.stdout.write(values.json ? `${JSON.stringify(results, null, 2)}\n` : said);
    return;
  }
  const report = (line: string): void => void process.stderr.write(`${line}\n`);
  if (values.fuzz !== undefined) {
    const fuzzed = await fuzz(whole("--fuzz", values.fuzz), report);
    const said = `${fuzzed.judged} hostile bags judged in ${fuzzed.seconds.toFixed(0)} s: none crashed the pack, no planted leak passed as clean\n`;
    process.stdout.write(values.json ? `${JSON.stringify(fuzzed, null, 2)}\n` : said);
    return;
  }
  if (values.mutation) {
    const result = await mutation(whole("--sample", values.sample), values.seed, values.files, report);
    process.stdout.write(`${values.json ? JSON.stringify(result, null, 2) : mutationText(result)}\n`);
    return;
  }
  const sizes = values.resources.split(",").map((text) => whole("--resources", text));
  const rows = await measurePack(sizes, whole("--rounds", values.rounds), !values["no-runner"], report);
  const broken = beyond(rows);
  process.stdout.write(
    `${values.json ? JSON.stringify({ rows, beyond: broken }, null, 2) : [packTable(rows), ...broken].join("\n")}\n`,
  );
  if (broken.length > 0) process.exitCode = 1;
}

function whole(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new Error(`${option} ${text}: write whole numbers such as 3000,30000`);
  return number;
}
