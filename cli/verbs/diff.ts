import type { Command } from "commander";
import { print } from "../print";

/** `cells diff OLD NEW`: what a catalog change means; exit code 1 when some of it is forbidden. */
export function register(program: Command): void {
  program
    .command("diff")
    .description(
      "Show what a change of the catalog means for cells and tenants. Exit code 1 when some of it is forbidden.",
    )
    .argument("<old>", "the catalog as it is deployed")
    .argument("<new>", "the catalog as it is to be")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nExample:\n  git show main:catalog/dev.yaml > /tmp/deployed.yaml\n" +
        "  npx cells diff /tmp/deployed.yaml catalog/dev.yaml",
    )
    .action(async (before: string, after: string, options: { json?: boolean }) => {
      const { diffCatalogs } = require("../../catalog/diff") as typeof import("../../catalog/diff");
      const { formatDiff } = require("../../catalog/diff/text") as typeof import("../../catalog/diff/text");
      const { loadCatalog } = require("../../catalog/load") as typeof import("../../catalog/load");
      const { planChanges } =
        require("../../adapters/pulumi/plan/changes") as typeof import("../../adapters/pulumi/plan/changes");
      const [old, next] = [loadCatalog(before), loadCatalog(after)];
      const diff = diffCatalogs(old, next, await planChanges(old, next));
      print(`${options.json === true ? JSON.stringify(diff, null, 2) : formatDiff(diff)}\n`);
      if (!diff.allowed) process.exitCode = 1;
    });
}
