import type { Command } from "commander";

/** `cells fingerprints [STATE]`: what a stack's cells can be told by, for the policies of other stacks. */
export function register(program: Command): void {
  program
    .command("fingerprints")
    .description(
      "Print what an exported stack's cells can be told by: the file for CELLS_FINGERPRINTS of other stacks.",
    )
    .argument("[state]", "output of pulumi stack export; - for standard input", "-")
    .option("--catalog <file>", "the stack's catalog", "catalog/dev.yaml")
    .option("--json", "print JSON, which is the only form")
    .addHelpText(
      "after",
      "\nExample:\n  pulumi stack export | npm run -s cells -- fingerprints - > fingerprints.dev.json",
    )
    .action((state: string, { catalog }: { catalog: string }) => {
      const { exportFingerprints } =
        require("../../adapters/policy/fingerprints") as typeof import("../../adapters/policy/fingerprints");
      process.stdout.write(`${exportFingerprints(state, catalog)}\n`);
    });
}
