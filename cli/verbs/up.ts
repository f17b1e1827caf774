import { InvalidArgumentError, Option, type Command } from "commander";

import type { UpdateOptions } from "../../adapters/pulumi/update";
import { note, print } from "../print";

interface Options extends Omit<UpdateOptions, "refused" | "quiet" | "signal" | "report"> {
  readonly local?: boolean;
  readonly json?: boolean;
  readonly skipPreview?: boolean;
  readonly plan?: string;
  readonly policyPackConfig?: string;
}

/** `cells up --stack S`: the safe way to run an environment. */
export function register(program: Command): void {
  program
    .command("up")
    .description(
      "Update an environment through the gate: preview with policies, proof, saved plan, update, check of the state.",
    )
    .requiredOption("-s, --stack <name>", "the Pulumi stack; it has the environment's name")
    .option("--local", "update the running local environment (npm start) instead of a stack of the pulumi on PATH")
    .option("--cells <ids>", "cells that may change together, e.g. cell-1,cell-2; no other cell may", ids)
    .addOption(
      new Option("--only <ids>", "change these cells; leave the others and the routers as they are")
        .argParser(ids)
        .conflicts("cells"),
    )
    .option(
      "--approve <urn-or-token>",
      "let the plan replace or delete this resource, which holds data or credentials, or serves tenants, or remove this cell with its tenants; repeatable",
      collect,
    )
    .addOption(
      new Option("--stage <which>", "where AWS takes a change in two updates only, make the next one").choices([
        "next",
      ]),
    )
    .option(
      "--found <urn=id>",
      "after an update that was killed: this resource exists, with this id; repeatable",
      collect,
    )
    .option("--gone <urn>", "after an update that was killed: this resource does not exist; repeatable", collect)
    .option("--dry-run", "check the plan, change nothing")
    .option("--json", "print the result as JSON, and no progress")
    // Accepted, so that the refusal gives its reason instead of a spelling hint.
    .addOption(new Option("-f, --skip-preview").hideHelp())
    .addOption(new Option("--plan <file>").hideHelp())
    .addOption(new Option("--policy-pack-config <file>").hideHelp())
    .addHelpText(
      "after",
      "\nOne update may change one cell that has tenants; new cells do not count. To roll out a change of the program, run" +
        "\n--only for one cell after another, then once without it for the routers. If CELLS_POLICY_PIN is set, only the policy" +
        "\npack with that hash is run.\n\nExample:\n  npx cells up --stack production --dry-run",
    )
    .action(async (options: Options) => {
      const interruption = new AbortController();
      const interrupt = (): void => interruption.abort();
      process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
      const { skipPreview, plan, policyPackConfig, json, local, ...rest } = options;
      const update =
        local === true
          ? (require("../../local/up") as typeof import("../../local/up")).updateLocal
          : (require("../../adapters/pulumi/update") as typeof import("../../adapters/pulumi/update")).updateStack;
      const refused = [
        ...(skipPreview === true ? ["--skip-preview"] : []),
        ...(plan === undefined ? [] : ["--plan"]),
        ...(policyPackConfig === undefined ? [] : ["--policy-pack-config"]),
      ];
      const result = await update({
        ...rest,
        refused,
        quiet: json === true,
        signal: interruption.signal,
        report: (line) => void (json === true || note(`${line}\n`)),
      }).finally(() => process.off("SIGINT", interrupt).off("SIGTERM", interrupt));
      print(json === true ? `${JSON.stringify(result, null, 2)}\n` : describe(result));
    });
}

function describe(result: import("../../adapters/pulumi/update").UpdateResult): string {
  const { percent, stepsText } = require("../../ops/up/reach") as typeof import("../../ops/up/reach");
  const lines = result.cells.map(({ id, steps, isNew, share }) => {
    return `  ${id}: ${stepsText(steps)}; ${isNew ? "new, no tenants" : `${percent(share)} of the tenants`}`;
  });
  const shared = result.shared === 0 ? [] : [`  shared by all cells: ${result.shared} steps`];
  const loses = result.losses.map(({ op, urn }) => `  loses data, credentials or service: ${op} ${urn}`);
  const next = result.hasNextStage
    ? ["  AWS takes the rest of the change in the next update: run it again with --stage next"]
    : [];
  return [
    `${result.stack}: ${result.outcome}, ${result.changes} steps`,
    ...lines,
    ...shared,
    ...loses,
    ...next,
    "",
  ].join("\n");
}

function ids(text: string): readonly string[] {
  const list = text
    .split(",")
    .map((id) => id.trim())
    .filter((id) => id !== "");
  // An empty shell variable would otherwise ask for an update without limits.
  if (list.length === 0) throw new InvalidArgumentError("Write cell ids, separated by commas.");
  return list;
}

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
