import type { Command } from "commander";

/** `cells status`: what is running, in a form that any AWS client can be pointed at. */
export function register(program: Command): void {
  program
    .command("status")
    .description("Show what is running: the local cloud's endpoint, its regions, cells and routers.")
    .option("-e, --environment <name>", "environment, as in catalog/<name>.yaml", "dev")
    .option("--json", "print endpoint, regions, cells and routers as JSON")
    .addHelpText(
      "after",
      "\nExample:\n  aws ec2 describe-vpcs --region eu-west-1 \\\n" +
        '    --endpoint-url "$(npm run -s cells -- status --json | jq -r .endpoint)"',
    )
    .action(async (options: { environment: string; json?: boolean }) => {
      const { status, describeStatus } = require("../../local/status") as typeof import("../../local/status");
      const result = await status(options.environment);
      process.stdout.write(
        options.json === true ? `${JSON.stringify(result, null, 2)}\n` : `${describeStatus(result)}\n`,
      );
      if (!result.running) process.exitCode = 1;
    });
}
