import { Option, type Command } from "commander";

/** `cells check CATALOG`: the whole judgement without engine, cloud or account; exit code 1 for a finding. */
export function register(program: Command): void {
  program
    .command("check")
    .description("Judge a catalog and everything that it would make by the policy pack's rules, offline.")
    .argument("[catalog]", "catalog file", "catalog/dev.yaml")
    .addOption(new Option("--json", "print the report as JSON").conflicts(["sarif", "markdown"]))
    .addOption(new Option("--sarif", "print SARIF 2.1.0, for code scanning").conflicts(["json", "markdown"]))
    .addOption(new Option("--markdown", "print a summary for a pull request's comment").conflicts(["json", "sarif"]))
    .addHelpText("after", "\nExample:\n  npm run -s cells -- check catalog/dev.yaml --markdown")
    .action(async (file: string, options: { json?: boolean; sarif?: boolean; markdown?: boolean }) => {
      const { checkEnvironment, formatReport } = require("../../local/check") as typeof import("../../local/check");
      const format = options.json ? "json" : options.sarif ? "sarif" : options.markdown ? "markdown" : "text";
      const report = await checkEnvironment(file);
      process.stdout.write(`${formatReport(report, format)}\n`);
      if (report.findings.length > 0) process.exitCode = 1;
    });
}
