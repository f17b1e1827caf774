import type { Command } from "commander";

import { commandsOf } from "./program";

/** Shells that get a completion script. */
export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** What can follow some words of a command line. */
interface Place {
  /** The words so far, each after a space: ` catalog check`; empty for the verbs. */
  readonly at: string;
  readonly words: readonly { readonly word: string; readonly text: string; readonly takesValue: boolean }[];
}

/** A script that completes verbs, subcommands and options in a shell, from commander's own tree. */
export function completionScript(shell: Shell, program: Command): string {
  const places = placesOf(program);
  return { bash, zsh, fish }[shell](places);
}

function placesOf(program: Command): readonly Place[] {
  return commandsOf(program).map(({ path, command }) => ({
    at: path.slice(program.name().length),
    words: [
      ...command.commands.map((each) => ({ word: each.name(), text: each.description(), takesValue: false })),
      ...command.options
        .filter(({ hidden, long }) => !hidden && long !== undefined)
        .map((option) => ({ word: option.long!, text: option.description, takesValue: option.required })),
      { word: "--help", text: "display help for command", takesValue: false },
    ],
  }));
}

/** Descriptions in single quotes; a description may hold anything. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Patterns of the words that lead deeper. */
function deeper(places: readonly Place[], separator: string): string {
  return places
    .filter(({ at }) => at !== "")
    .map(({ at }) => `'${at}'`)
    .join(separator);
}

function bash(places: readonly Place[]): string {
  const cases = places.map(
    ({ at, words }) => `    '${at}') list=${quoted(words.map(({ word }) => word).join(" "))} ;;`,
  );
  return [
    "# Completion of cells in bash: source <(npx cells completion bash)",
    "_cells() {",
    "  local at='' list='' word",
    '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
    `    case "$at $word" in ${deeper(places, "|")}) at="$at $word" ;; esac`,
    "  done",
    '  case "$at" in',
    ...cases,
    "  esac",
    '  COMPREPLY=($(compgen -W "$list" -- "${COMP_WORDS[COMP_CWORD]}"))',
    "}",
    "complete -o default -F _cells cells",
    "",
  ].join("\n");
}

function zsh(places: readonly Place[]): string {
  const cases = places.map(({ at, words }) => {
    // A colon ends the word in what _describe reads.
    const list = words.map(({ word, text }) => quoted(`${word}:${text.replaceAll(":", "\\:")}`));
    return `    ('${at}') list=(${list.join(" ")}) ;;`;
  });
  return [
    "#compdef cells",
    "# Completion of cells in zsh: source <(npx cells completion zsh)",
    "_cells() {",
    "  local at='' word",
    "  local -a list",
    '  for word in "${(@)words[2,CURRENT-1]}"; do',
    `    case "$at $word" in (${deeper(places, "|")}) at="$at $word" ;; esac`,
    "  done",
    '  case "$at" in',
    ...cases,
    "  esac",
    "  _describe 'cells' list || _files",
    "}",
    "compdef _cells cells",
    "",
  ].join("\n");
}

function fish(places: readonly Place[]): string {
  const lines = places.flatMap(({ at, words }) =>
    words.map(({ word, text, takesValue }) => {
      const what = word.startsWith("--") ? `-l ${word.slice(2)}${takesValue ? " -r" : ""}` : `-a ${word}`;
      return `complete -c cells -n "test (__cells_at) = '.${at}'" ${what} -d ${quoted(text).replaceAll("'\\''", "\\'")}`;
    }),
  );
  return [
    "# Completion of cells in fish: npx cells completion fish | source",
    "function __cells_at",
    "  set -l at ''",
    "  for word in (commandline -opc)[2..-1]",
    `    switch "$at $word"`,
    `      case ${deeper(places, " ")}`,
    `        set at "$at $word"`,
    "    end",
    "  end",
    `  echo ".$at"`,
    "end",
    ...lines,
    "",
  ].join("\n");
}
