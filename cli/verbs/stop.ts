import type { Command } from "commander";
import { print } from "../print";

/** `cells stop`: destroys the stack and ends what `cells start` started. */
export function register(program: Command): void {
  program
    .command("stop")
    .description("Destroy the environment in the local cloud and end the processes that `start` started, no others.")
    .option("-e, --environment <name>", "environment, as in catalog/<name>.yaml", "dev")
    .option("--force", "end the local cloud with all its contents, without destroy")
    .option("--dry-run", "print what would be destroyed and ended")
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExample:\n  npm stop")
    .action(async (options: { environment: string; force?: boolean; dryRun?: boolean; json?: boolean }) => {
      const { stopEnvironment } = require("../../local/stop") as typeof import("../../local/stop");
      const result = await stopEnvironment({ ...options, quiet: options.json });
      print(options.json === true ? `${JSON.stringify(result, null, 2)}\n` : `${result.message}\n`);
    });
}
