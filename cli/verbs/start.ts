import type { Command } from "commander";

/** `cells start`: brings an environment up in the local cloud. */
export function register(program: Command): void {
  program
    .command("start")
    .description(
      "Start an environment in the local cloud: every cell and the routers, by the real engine with the policy pack.",
    )
    .option("-e, --environment <name>", "environment, as in catalog/<name>.yaml", "dev")
    .option("--catalog <file>", "catalog to use instead of catalog/<environment>.yaml")
    .option("--cloud-port <port>", "port of the local cloud (default 4577, or CELLS_CLOUD_PORT)", port)
    .option("--router-port <port>", "port of the first router; the others follow (default 4580)", port)
    .option(
      "--kubernetes",
      "run each cell's cluster as a real Kubernetes with the official provider; the first time builds it",
    )
    .option("--dry-run", "preview only: nothing is created or changed")
    .option("--json", "print the result as JSON, and no progress")
    .addHelpText("after", "\nExample:\n  npm start\n  npx cells start --environment production --dry-run")
    .action(
      async (options: {
        environment: string;
        catalog?: string;
        cloudPort?: number;
        routerPort?: number;
        kubernetes?: boolean;
        dryRun?: boolean;
        json?: boolean;
      }) => {
        const { start } = require("../../local/start") as typeof import("../../local/start");
        const { summarise, toJson } = require("../../local/summary") as typeof import("../../local/summary");
        const interruption = new AbortController();
        const interrupt = (): void => {
          if (interruption.signal.aborted) process.exit(130);
          process.stderr.write("\nending after the calls under way; press Ctrl-C again to end at once\n");
          interruption.abort();
        };
        process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
        const started = await start({ ...options, quiet: options.json, signal: interruption.signal });
        process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
        process.stdout.write(
          options.json === true
            ? `${JSON.stringify(await toJson(started), null, 2)}\n`
            : `${await summarise(started)}\n`,
        );
      },
    );
}

/** A port number of an option. */
function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65535) {
    // Commander turns this into its own message and exit code 1.
    throw new (require("commander") as typeof import("commander")).InvalidArgumentError(
      "write a port number from 1 to 65535",
    );
  }
  return value;
}
