import type { Command } from "commander";
import { print } from "../print";

/** `cells fingerprints [STATE]`: what identifies a stack's cells, for the policies of other stacks. */
export function register(program: Command): void {
  program
    .command("fingerprints")
    .description(
      "Print what identifies the cells of an exported stack: the file that other stacks name in CELLS_FINGERPRINTS.",
    )
    .argument("[state]", "output of pulumi stack export; - reads standard input", "-")
    .option("--catalog <file>", "the stack's catalog", "catalog/dev.yaml")
    .option("--json", "print JSON, which is the only form")
    .addHelpText("after", "\nExample:\n  pulumi stack export | npx cells fingerprints - > /tmp/fingerprints.dev.json")
    .action(async (state: string, { catalog }: { catalog: string }) => {
      const { exportFingerprints } =
        require("../../adapters/policy/fingerprints") as typeof import("../../adapters/policy/fingerprints");
      print(`${await exportFingerprints(state, catalog)}\n`);
    });
}
