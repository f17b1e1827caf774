import { CommanderError } from "commander";

import { UserError } from "../contract/user-error";
import { note } from "./print";
import { programOf } from "./program";

/** Runs the `cells` command line; sets the exit code: 0 done, 1 a user's mistake or a finding, 2 a bug in `cells`. */
export function main(argv: readonly string[]): void {
  const program = programOf(argv[2]);
  // `cells … | head`: the reader has ended, which is no mistake.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") fail(error);
    process.exit();
  });
  if (argv.length <= 2) program.outputHelp();
  else program.parseAsync([...argv]).catch(fail);
}

/** A user's mistake is its message alone; anything else is ours and shows where it happened. */
function fail(error: unknown): void {
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  // Commander has printed it already, help and version included.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
  if (error instanceof UserError) {
    note(`${error.message}\n`);
    return 1;
  }
  note(`this is a bug in cells, please report it:\n${error instanceof Error ? error.stack : String(error)}\n`);
  return 2;
}
