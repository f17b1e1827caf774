import type { Command } from "commander";
import { print } from "../print";

/** `cells status`: what runs, and where. */
export function register(program: Command): void {
  program
    .command("status")
    .description(
      "Show what is running: endpoint of the local cloud, regions, cells and routers. Exit code 1 when nothing is.",
    )
    .option("-e, --environment <name>", "environment, as in catalog/<name>.yaml", "dev")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample:\n  npx cells status --json")
    .action(async (options: { environment: string; json?: boolean }) => {
      const { status, describeStatus } = require("../../local/status") as typeof import("../../local/status");
      const result = await status(options.environment);
      print(options.json === true ? `${JSON.stringify(result, null, 2)}\n` : `${describeStatus(result)}\n`);
      if (!result.running) process.exitCode = 1;
    });
}
