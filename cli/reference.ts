import type { Command, Option } from "commander";

import { groups, leavesOf } from "./program";

/** `docs/reference/cli.md`: every verb with its options, from commander's own tree. */
export function cliMarkdown(program: Command): string {
  const rows = leavesOf(program).map(({ path, command }) => {
    const words = command.registeredArguments.map((argument) => {
      const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
      return argument.required ? `<${name}>` : `[${name}]`;
    });
    const call = ["cells", path, ...words].join(" ");
    const options = command.options.filter(({ hidden }) => !hidden).map(optionText);
    return `| \`${call}\` | ${cell(command.description())} | ${options.join("<br>")} |`;
  });
  return [
    "# Verbs of `cells`",
    "",
    "<!-- Made from the command line itself: UPDATE_DOCS=1 npx vitest run test/cli -->",
    "",
    "Write `npx cells` before each, in the checkout. `--help` after any of them shows an example.",
    "Exit code 0: done, and nothing was found. 1: a mistake of the user, a refusal or a finding. 2: a bug in `cells`.",
    "",
    "| verb | what it does | options |",
    "|---|---|---|",
    ...rows,
    "",
    ...Object.entries(groups).map(([group, verbs]) => `- ${group}: ${verbs.map((verb) => `\`${verb}\``).join(", ")}`),
    "",
  ].join("\n");
}

function optionText({ flags, description, defaultValue }: Option): string {
  const isShown = defaultValue !== undefined && !Array.isArray(defaultValue);
  return `\`${flags}\` ${cell(description)}${isShown ? ` (default \`${String(defaultValue)}\`)` : ""}`;
}

/** A pipe would end the table's cell. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
