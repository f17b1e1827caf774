import { Command } from "commander";

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { note, print } from "./print";

/** What a file in `cli/verbs` exports: it adds its verb to the program and does nothing else when loaded. */
interface Verb {
  register(program: Command): void;
}

/** The verbs as `cells --help` shows them: each is a file in `cli/verbs`. */
export const groups: Readonly<Record<string, readonly string[]>> = {
  "Local cloud": ["start", "status", "stop", "drift", "aws", "pulumi"],
  Catalog: ["catalog", "diff", "remap"],
  Checks: ["check", "verify-residency", "fingerprints"],
  Deployment: ["up"],
  Routing: ["route", "place", "module"],
  Shell: ["completion"],
};

/**
 * The command line as commander has it.
 *
 * @param asked the verb that will run: only that one is loaded, so that a small verb starts fast. Without it, or where
 * there is no such verb, all are loaded.
 */
export function programOf(asked?: string): Command {
  const { version } = JSON.parse(readFileSync(join(__dirname, "..", "package.json"), "utf8")) as { version: string };
  const program = new Command("cells")
    .description("Cell-based architecture on AWS: the local cloud, the catalog, its checks, deployment and routing.")
    .version(version, "-v, --version", "print the version")
    .commandsGroup("Shell:")
    .helpCommand(true)
    .showHelpAfterError("(npx cells --help lists the verbs)")
    .configureOutput({ writeOut: print, writeErr: note })
    .enablePositionalOptions()
    .exitOverride();
  const known = Object.values(groups).some((verbs) => verbs.includes(asked ?? ""));
  for (const [group, verbs] of Object.entries(groups)) {
    for (const name of known ? verbs.filter((verb) => verb === asked) : verbs) {
      const file = join(__dirname, "verbs", `${name}.ts`);
      if (!existsSync(file)) throw new Error(`cli/program.ts names ${name}, and there is no ${file}`);
      (require(file) as Verb).register(program);
      const verb = program.commands.at(-1)!;
      verb.helpGroup(`${group}:`);
      for (const { path, command } of commandsOf(verb)) {
        command.showHelpAfterError(`(npx cells ${path} --help lists its options)`);
      }
    }
  }
  return program;
}

/** A command and its subcommands, with the words that call them. */
export function commandsOf(command: Command, before = ""): readonly { path: string; command: Command }[] {
  const path = `${before} ${command.name()}`.trim();
  return [{ path, command }, ...command.commands.flatMap((each) => commandsOf(each, path))];
}

/** Every command that does something, by its words: `catalog check`, and not `catalog`. */
export function leavesOf(program: Command): readonly { path: string; command: Command }[] {
  return program.commands.flatMap((verb) => commandsOf(verb)).filter(({ command }) => command.commands.length === 0);
}
