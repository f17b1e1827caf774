import { Option, type Command } from "commander";
import { print } from "../print";

interface Options {
  readonly json?: boolean;
  readonly sarif?: boolean;
  readonly markdown?: boolean;
  readonly state: readonly string[];
  readonly since?: string;
  readonly base?: string;
}

/** `cells check CATALOG`: the whole judgement without engine, cloud or account; exit code 1 for a finding. */
export function register(program: Command): void {
  program
    .command("check")
    .description(
      "Check a catalog and everything that it would create against the policy rules, offline. Exit code 1 for a finding.",
    )
    .argument("[catalog]", "catalog file", "catalog/dev.yaml")
    .addOption(new Option("--json", "print the report as JSON").conflicts(["sarif", "markdown"]))
    .addOption(new Option("--sarif", "print SARIF 2.1.0, for code scanning").conflicts(["json", "markdown"]))
    .addOption(new Option("--markdown", "print a summary for a pull request's comment").conflicts(["json", "sarif"]))
    .option(
      "--state <file>",
      "check an exported stack too (pulumi stack export --show-secrets); - reads standard input; repeatable",
      collect,
      [],
    )
    .addOption(
      new Option(
        "--since <commit>",
        "check only what the catalog's change since this commit touches; everything if code has changed",
      ).conflicts("base"),
    )
    .addOption(
      new Option("--base <file>", "the same, compared with an earlier catalog file; the code must be unchanged"),
    )
    .addHelpText(
      "after",
      "\nExamples:\n  npx cells check catalog/dev.yaml --markdown\n  npx cells check catalog/production.yaml --since origin/main\n  pulumi stack export --show-secrets | npx cells check catalog/production.yaml --state -",
    )
    .action(async (file: string, options: Options) => {
      const { checkEnvironment, formatReport } =
        require("../../adapters/policy/check") as typeof import("../../adapters/policy/check");
      const format = options.json ? "json" : options.sarif ? "sarif" : options.markdown ? "markdown" : "text";
      const base =
        options.since !== undefined
          ? { since: options.since }
          : options.base !== undefined
            ? { file: options.base }
            : undefined;
      const given = { states: options.state, ...(base === undefined ? {} : { base }) };
      const report = await checkEnvironment(file, given).catch((error: unknown) => {
        // Every mistake of a catalog, where the message lists the first ones.
        if (options.json === true) printIssues(error);
        throw error;
      });
      print(`${formatReport(report, format)}\n`);
      if (report.findings.length > 0) process.exitCode = 1;
    });
}

function printIssues(error: unknown): void {
  const { CatalogError } = require("../../catalog/issues") as typeof import("../../catalog/issues");
  const { jsonOfCheck } = require("../../catalog/check") as typeof import("../../catalog/check");
  if (!(error instanceof CatalogError)) return;
  const { source, issues } = error;
  process.stdout.write(`${jsonOfCheck({ source, valid: false, issues })}\n`);
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
