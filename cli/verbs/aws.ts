import type { Command } from "commander";

/** `cells aws …`: the AWS CLI on the local cloud. */
export function register(program: Command): void {
  program
    .command("aws")
    .description("Run the AWS CLI on the local cloud; no variables, profiles or credentials are needed.")
    .option("-e, --environment <name>", "environment, as in catalog/<name>.yaml", "dev")
    .argument("<command...>", "the AWS CLI's command with its options")
    .passThroughOptions()
    .allowUnknownOption()
    .addHelpText("after", "\nExample:\n  npx cells aws rds describe-db-instances --region us-east-2 --output json")
    .action(async (command: string[], options: { environment: string }) => {
      const { runAws } = require("../../local/aws") as typeof import("../../local/aws");
      process.exitCode = await runAws(options.environment, command);
    });
}
