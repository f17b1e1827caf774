import type { Command } from "commander";
import { print } from "../print";

/** `cells drift`: what was changed in the cloud outside Pulumi. */
export function register(program: Command): void {
  program
    .command("drift")
    .description(
      "Show which resources of the running local environment were changed or deleted outside Pulumi, and how to restore them. Exit code 1 for drift.",
    )
    .option("-e, --environment <name>", "environment, as in catalog/<name>.yaml", "dev")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nOn AWS: pulumi refresh --preview-only --stack <name>\n\nExample:\n  npx cells drift --environment dev",
    )
    .action(async ({ environment, json }: { environment: string; json?: boolean }) => {
      const { describeDrift, findDrift } = require("../../local/drift") as typeof import("../../local/drift");
      const drifted = await findDrift(environment);
      print(`${json === true ? JSON.stringify(drifted, null, 2) : describeDrift(drifted)}\n`);
      if (drifted.length > 0) process.exitCode = 1;
    });
}
