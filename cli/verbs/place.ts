import type { Command } from "commander";

/** What people call the algorithms: the table's names, and the pattern's own name of the ring. */
const aliases: Readonly<Record<string, string>> = { consistent: "ring" };

/** Most cells that a ring of 150 points each is built for in a moment. */
const mostCells = 100_000;

/** `cells place`: the algorithms alone, without a catalog, for scripts and for comparing with other languages. */
export function register(program: Command): void {
  program
    .command("place")
    .description("Read a JSON array of ids on standard input and print the number of each one's cell, 0 to N-1.")
    .option("-a, --algorithm <name>", "slots, ring (also called consistent), rendezvous, murmur3 or sha256", "slots")
    .option("-n, --cells <count>", "how many cells there are", "8")
    .option("--json", "print a JSON array; without it one number a line")
    .addHelpText(
      "after",
      '\nExample:\n  echo \'["tenant-1", "tenant-2"]\' | npm run -s cells -- place --cells 8 --json',
    )
    .action(async (options: { algorithm: string; cells: string; json?: boolean }) => {
      const { algorithms } = require("../../routing") as typeof import("../../routing");
      const { UserError } = require("../../local/user-error") as typeof import("../../local/user-error");
      const name = aliases[options.algorithm] ?? options.algorithm;
      if (!Object.hasOwn(algorithms, name)) {
        const known = [...Object.keys(algorithms), ...Object.keys(aliases)].join(", ");
        throw new UserError(`--algorithm ${options.algorithm}: there is no such algorithm; write one of ${known}`);
      }
      const count = Number(options.cells);
      if (!Number.isInteger(count) || count < 1 || count > mostCells) {
        throw new UserError(`--cells ${options.cells}: write a whole number from 1 to ${mostCells}`);
      }
      const ids = readIds(await standardInput());
      if (typeof ids === "string") throw new UserError(`standard input ${ids}`);
      const members = Array.from({ length: count }, (_, number) => ({ number, weight: 1 }));
      const { place } = algorithms[name as keyof typeof algorithms].prepare(members);
      const numbers = ids.map(place);
      process.stdout.write(
        options.json === true ? `${JSON.stringify(numbers)}\n` : numbers.map((n) => `${n}\n`).join(""),
      );
    });
}

async function standardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** The ids, or what is wrong with the text. */
function readIds(text: string): readonly string[] | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "is not JSON: write an array of strings";
  }
  if (!Array.isArray(value)) return "is not a JSON array: write an array of strings";
  const wrong = value.findIndex((id) => typeof id !== "string");
  if (wrong >= 0) return `has an element that is no string, at index ${wrong}: write ids as strings`;
  return value as string[];
}
