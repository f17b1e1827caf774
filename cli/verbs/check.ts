import { Option, type Command } from "commander";

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
    .description("Judge a catalog and everything that it would make by the policy pack's rules, offline.")
    .argument("[catalog]", "catalog file", "catalog/dev.yaml")
    .addOption(new Option("--json", "print the report as JSON").conflicts(["sarif", "markdown"]))
    .addOption(new Option("--sarif", "print SARIF 2.1.0, for code scanning").conflicts(["json", "markdown"]))
    .addOption(new Option("--markdown", "print a summary for a pull request's comment").conflicts(["json", "sarif"]))
    .option(
      "--state <file>",
      "judge an exported stack too (pulumi stack export --show-secrets); - for standard input; may be given again",
      collect,
      [],
    )
    .addOption(
      new Option(
        "--since <commit>",
        "judge only what the catalog's change since then touches; everything when code has changed",
      ).conflicts("base"),
    )
    .addOption(
      new Option("--base <file>", "the same, compared with a catalog that was kept; the code must be the same as then"),
    )
    .addHelpText(
      "after",
      "\nExamples:\n  npm run -s cells -- check catalog/dev.yaml --markdown\n  npm run -s cells -- check catalog/prod.yaml --since origin/main\n  pulumi stack export --show-secrets | npm run -s cells -- check --state -",
    )
    .action(async (file: string, options: Options) => {
      (require("../../adapters/pulumi/lean-sdk") as typeof import("../../adapters/pulumi/lean-sdk")).leanSdk();
      const { checkEnvironment, formatReport } =
        require("../../adapters/policy/check") as typeof import("../../adapters/policy/check");
      const format = options.json ? "json" : options.sarif ? "sarif" : options.markdown ? "markdown" : "text";
      const base =
        options.since !== undefined
          ? { since: options.since }
          : options.base !== undefined
            ? { file: options.base }
            : undefined;
      const report = await checkEnvironment(file, { states: options.state, ...(base === undefined ? {} : { base }) });
      process.stdout.write(`${formatReport(report, format)}\n`);
      if (report.findings.length > 0) process.exitCode = 1;
    });
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
