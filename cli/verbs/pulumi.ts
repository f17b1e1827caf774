import type { Command } from "commander";

/** `cells pulumi …`: any engine command on the local stack, with the local providers attached. */
export function register(program: Command): void {
  program
    .command("pulumi")
    .description("Run any pulumi command on the local stack, with the local providers attached.")
    .option("-e, --environment <name>", "environment, as in catalog/<name>.yaml", "dev")
    .argument("<command...>", "the pulumi command with its options, --json included")
    .passThroughOptions()
    .allowUnknownOption()
    .addHelpText("after", "\nExample:\n  npx cells pulumi stack output routingTable --json")
    .action(async (command: string[], options: { environment: string }) => {
      const { runPulumi } = require("../../local/pulumi") as typeof import("../../local/pulumi");
      process.exitCode = await runPulumi(options.environment, command);
    });
}
