import { Argument, type Command } from "commander";

/** `cells completion SHELL`: a script that completes verbs and options. */
export function register(program: Command): void {
  program
    .command("completion")
    .description("Print a script that completes the verbs and options of `cells` in a shell.")
    .addArgument(new Argument("<shell>", "the shell").choices(["bash", "zsh", "fish"]))
    .option("--json", "print the script as a JSON string")
    .addHelpText(
      "after",
      "\nIt completes the word `cells`, so give the shell one: alias cells='npx cells'.\n\n" +
        "Example:\n  source <(npx cells completion bash)",
    )
    .action((shell: "bash" | "zsh" | "fish", options: { json?: boolean }) => {
      const { programOf } = require("../program") as typeof import("../program");
      const { completionScript } = require("../completion") as typeof import("../completion");
      const script = completionScript(shell, programOf());
      process.stdout.write(options.json === true ? `${JSON.stringify({ shell, script })}\n` : script);
    });
}
