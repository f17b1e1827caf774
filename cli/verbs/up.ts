import { Option, type Command } from "commander";

interface Options {
  readonly stack: string;
  readonly local?: boolean;
  readonly cells?: readonly string[];
  readonly only?: readonly string[];
  readonly approve?: readonly string[];
  readonly found?: readonly string[];
  readonly gone?: readonly string[];
  readonly policyPackConfig?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly skipPreview?: boolean;
  readonly plan?: string;
}

/** `cells up --stack S`: the safe way to run an environment. */
export function register(program: Command): void {
  program
    .command("up")
    .description("Run an environment through the gate: preview with policies, proof, wave, saved plan, up, verdict.")
    .requiredOption("-s, --stack <name>", "the Pulumi stack, which is the environment")
    .option("--local", "on the running local cloud (npm start) instead of pulumi on PATH and its backend")
    .option("--cells <ids>", "cells that may change together, e.g. cell-1,cell-2; no other may", ids)
    .addOption(
      new Option("--only <ids>", "change these cells and leave the others and the routers as they are")
        .argParser(ids)
        .conflicts("cells"),
    )
    .option(
      "--approve <urn-or-token>",
      "let the plan replace or delete this resource with data; may be repeated",
      collect,
    )
    .option(
      "--found <urn=id>",
      "after an update that was killed: the cloud has this, by this id; may be repeated",
      collect,
    )
    .option("--gone <urn>", "after an update that was killed: the cloud does not have this; may be repeated", collect)
    .option(
      "--policy-pack-config <file>",
      "settings of the policies, in Pulumi's form, with what they were reviewed for",
    )
    .option("--dry-run", "judge the plan, change nothing")
    .option("--json", "print the result as JSON, and no progress")
    // Known, so that asking for them gets the reason and not a spelling hint.
    .addOption(new Option("-f, --skip-preview").hideHelp())
    .addOption(new Option("--plan <file>").hideHelp())
    .addHelpText(
      "after",
      "\nOne update may change one cell that has tenants; new cells do not count. A change of the program goes from cell to" +
        "\ncell with --only, and to the routers by a last run without it. CELLS_POLICY_PIN, when set, is the only hash of the" +
        "\npolicy pack that is run.\n\nExample:\n  npm run -s cells -- up --stack production --dry-run",
    )
    .action(async (options: Options) => {
      const interruption = new AbortController();
      const interrupt = (): void => interruption.abort();
      process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
      const { skipPreview, plan, json, local, ...rest } = options;
      const update =
        local === true
          ? (require("../../local/up") as typeof import("../../local/up")).updateLocal
          : (require("../../adapters/pulumi/update") as typeof import("../../adapters/pulumi/update")).updateStack;
      const skipping = [...(skipPreview === true ? ["--skip-preview"] : []), ...(plan === undefined ? [] : ["--plan"])];
      const result = await update({
        ...rest,
        skipping,
        quiet: json === true,
        signal: interruption.signal,
        report: (line) => void (json === true || process.stderr.write(`${line}\n`)),
      }).finally(() => process.off("SIGINT", interrupt).off("SIGTERM", interrupt));
      process.stdout.write(json === true ? `${JSON.stringify(result, null, 2)}\n` : describe(result));
    });
}

function describe(result: import("../../adapters/pulumi/update").UpdateResult): string {
  const { percent, stepsText } = require("../../ops/up/reach") as typeof import("../../ops/up/reach");
  const lines = result.cells.map(({ id, steps, isNew, share }) => {
    return `  ${id}: ${stepsText(steps)}; ${isNew ? "new, no tenants" : `${percent(share)} of the tenants`}`;
  });
  const shared = result.shared === 0 ? [] : [`  shared by all cells: ${result.shared} steps`];
  const loses = result.losses.map(({ op, urn }) => `  loses data: ${op} ${urn}`);
  return [`${result.stack}: ${result.outcome}, ${result.changes} steps`, ...lines, ...shared, ...loses, ""].join("\n");
}

function ids(text: string): readonly string[] {
  return text
    .split(",")
    .map((id) => id.trim())
    .filter((id) => id !== "");
}

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
