/**
 * `npm run bench -- NAME [arguments]` runs `bench/NAME/index.ts`, whose `run` is given the arguments.
 * `npm run bench -- --help` lists the names.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** What each benchmark's `index.ts` exports. */
export interface Benchmark {
  /** One line for the list. */
  readonly description: string;
  /** Measures and prints; `--json` prints the figures as JSON, `--help` says what else there is. */
  run(args: readonly string[]): Promise<void>;
}

async function main([name, ...args]: readonly string[]): Promise<void> {
  const names = readdirSync(__dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(__dirname, entry.name, "index.ts")))
    .map((entry) => entry.name)
    .sort();
  if (name !== undefined && names.includes(name)) {
    await load(name).run(args);
    return;
  }
  const asked = name === undefined || name === "--help" || name === "-h";
  const lines = names.map((each) => `  ${each.padEnd(10)}${load(each).description}`);
  const head = asked ? [] : [`there is no benchmark ${name}`];
  process[asked ? "stdout" : "stderr"].write(
    [...head, "npm run bench -- NAME [--json] [--help]", ...lines, ""].join("\n"),
  );
  if (!asked) process.exitCode = 1;
}

function load(name: string): Benchmark {
  const { description = "", run } = require(`./${name}/index`) as Partial<Benchmark>;
  if (run === undefined) throw new Error(`bench/${name}/index.ts exports no run(args)`);
  return { description, run };
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
