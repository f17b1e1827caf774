// The verbs are TypeScript that cli/program.ts loads by name.
import "tsx/cjs";

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { completionScript, shells } from "../../cli/completion";
import { groups, leavesOf, programOf } from "../../cli/program";
import { cliMarkdown } from "../../cli/reference";

const root = join(__dirname, "../..");
const program = programOf();
const leaves = leavesOf(program);

/** Commands of another program, which has its own options. */
const passedOn = ["aws", "pulumi"];
const changing = ["start", "stop", "catalog new", "remap", "up", "module"];

function cells(...args: string[]) {
  return spawnSync(process.execPath, [join(root, "cli/bin.js"), ...args], { cwd: root, encoding: "utf8" });
}

describe("the verbs", () => {
  it("are the files of cli/verbs, each in one group", () => {
    const files = readdirSync(join(root, "cli/verbs")).map((file) => file.replace(/\.ts$/, ""));
    expect(Object.values(groups).flat().sort()).toEqual(files.sort());
  });

  it("take --json, have an example, and a dry run where they change something", () => {
    const has = (name: string) => (each: (typeof leaves)[number]) =>
      each.command.options.some(({ long }) => long === name);
    expect(
      leaves
        .filter((each) => !has("--json")(each))
        .map(({ path }) => path)
        .sort(),
    ).toEqual(passedOn);
    expect(
      leaves
        .filter(has("--dry-run"))
        .map(({ path }) => path)
        .sort(),
    ).toEqual([...changing].sort());
    for (const { path, command } of leaves) {
      let help = "";
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      expect(help, path).toMatch(/Examples?:\n {2}/);
      expect(help, path).not.toContain("npm run");
    }
  });

  it("are in docs/reference/cli.md: UPDATE_DOCS=1 npx vitest run test/cli", () => {
    const file = join(root, "docs/reference/cli.md");
    const text = cliMarkdown(programOf());
    if (process.env["UPDATE_DOCS"] === "1") writeFileSync(file, text);
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  it("load alone: one verb's help names no other", () => {
    expect(programOf("route").commands.map((verb) => verb.name())).toEqual(["route"]);
    expect(programOf("toString").commands).toHaveLength(Object.values(groups).flat().length);
  });
});

describe("cells", () => {
  it("alone prints its help, in groups, and succeeds", () => {
    const { status, stdout, stderr } = cells();
    expect([status, stderr]).toEqual([0, ""]);
    for (const group of Object.keys(groups)) expect(stdout).toContain(`\n${group}:\n`);
  });

  it("--version prints the version of package.json", () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    expect(cells("--version")).toMatchObject({ status: 0, stdout: `${version}\n` });
  });

  it.each([
    [["rout"], "npx cells --help"],
    [["route", "acme", "--contry", "DE"], "npx cells route --help"],
    [["catalog", "check"], "npx cells catalog check --help"],
  ])("%s: the hint names the verb's own help", (args, hint) => {
    expect(cells(...args)).toMatchObject({ status: 1, stderr: expect.stringContaining(`(${hint} lists`) });
  });
});

describe("cells completion", () => {
  /** Words that bash offers after a command line. */
  function offered(...line: string[]): string[] {
    const words = line.map((word) => `'${word}'`).join(" ");
    const script = `${completionScript("bash", program)}
      COMP_WORDS=(${words}); COMP_CWORD=${line.length - 1}; _cells; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return spawnSync("bash", ["-c", script], { encoding: "utf8" })
      .stdout.split("\n")
      .filter((word) => word !== "");
  }

  it("completes verbs, subcommands and options in bash", () => {
    expect(offered("cells", "ro")).toEqual(["route"]);
    expect(offered("cells", "catalog", "")).toEqual(["new", "check", "schema", "--help"]);
    expect(offered("cells", "catalog", "new", "x", "--do")).toEqual(["--domain"]);
    expect(offered("cells", "route", "acme", "--ten")).toEqual([]);
  });

  it.each(shells)("%s: every verb and every option is in the script", (shell) => {
    const script = completionScript(shell, program);
    for (const { path, command } of leaves) {
      expect(script).toContain(shell === "fish" ? `. ${path}'` : `' ${path}'`);
      for (const { long, hidden } of command.options) {
        if (!hidden) expect(script).toContain(shell === "fish" ? `-l ${long!.slice(2)}` : long!);
      }
    }
  });
});
