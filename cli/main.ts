import { Command, CommanderError } from "commander";

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { UserError } from "../contract/user-error";

/** What a file in `cli/verbs` exports: it adds its verb to the program and does nothing else when loaded. */
interface Verb {
  register(program: Command): void;
}

/** Runs the `cells` command line; sets the exit code: 0 done, 1 a mistake of the user's or a finding, 2 a bug of ours. */
export function main(argv: readonly string[]): void {
  const program = new Command("cells")
    .description("Operates a cell-based architecture: the local cloud, the catalog, routing and the fleet.")
    .showHelpAfterError("(cells --help lists the verbs)")
    .enablePositionalOptions()
    .exitOverride();
  for (const verb of verbs(argv[2])) verb.register(program);
  // `cells … | head`: whoever reads has had enough, and that is no mistake.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") fail(error);
    process.exit();
  });
  program.parseAsync([...argv]).catch(fail);
}

/** Only the verb asked for is loaded, so that a small verb starts fast; help loads them all. */
function verbs(asked: string | undefined): readonly Verb[] {
  const directory = join(__dirname, "verbs");
  const load = (name: string): Verb => require(join(directory, name)) as Verb;
  if (asked !== undefined && /^[a-z-]+$/.test(asked) && existsSync(join(directory, `${asked}.ts`))) {
    return [load(asked)];
  }
  return readdirSync(directory)
    .filter((file) => file.endsWith(".ts"))
    .sort()
    .map((file) => load(file.slice(0, -".ts".length)));
}

/** A user's mistake is its message alone; anything else is ours and shows where it happened. */
function fail(error: unknown): void {
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  // Commander has said it already, help and version included.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
  if (error instanceof UserError) {
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
  process.stderr.write(
    `this is a bug in cells, please report it:\n${error instanceof Error ? error.stack : String(error)}\n`,
  );
  return 2;
}
