import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { Cells } from "../harness/cells";

/**
 * Every command of the README, in its order, on a fresh environment in a copy of the checkout, and the output that the
 * README shows. A `sh` block holds commands; a `text` block after it holds the output of the last one, where a line
 * `…` stands for any lines.
 */
const root = join(__dirname, "../..");

/** Commands that the test's own run stands for. */
const skipped = ["npm ci"];
/** Sections whose commands need an account. */
const onAws = ["On AWS"];

interface Command {
  readonly line: string;
  readonly section: string;
  readonly shown?: string;
}

const commands = commandsOf(readFileSync(join(root, "README.md"), "utf8"));
let cells: Cells;
let checkout: string;

/** Commands of the page, each with the output that is shown for it. */
function commandsOf(page: string): readonly Command[] {
  let section = "";
  const found: Command[] = [];
  for (const [, heading, language, body = ""] of page.matchAll(/^## (.*)$|^```(\w+)\n([^]*?)^```$/gm)) {
    if (heading !== undefined) section = heading;
    const lines = body.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    if (language === "sh") found.push(...lines.map((line) => ({ line, section })));
    else if (language === "text") found.push({ ...found.pop()!, shown: body });
  }
  return found;
}

/** Figures aside: numbers of four digits or more, seconds, ages, digests. */
function plain(text: string): string {
  return text
    .replace(/\r/g, "")
    .replace(/\b\d+-[0-9a-f]{12}\b/g, "VERSION")
    .replace(/\b\d+(?:\.\d+)? ?s\b/g, "N s")
    .replace(/\b\d{4,}\b/g, "N");
}

/** The shown output as a pattern over whole lines. */
function pattern(shown: string): RegExp {
  const lines = plain(shown)
    .trimEnd()
    .split("\n")
    .map((line) => (line === "…" ? "(?:.*\\n)*?" : `${line.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\s*\\n`));
  return new RegExp(`^${lines.join("")}$`);
}

function run(line: string): Promise<{ code: number; output: string }> {
  const onOwnPorts = line.replace(/127\.0\.0\.1:45(8\d)/g, (_, at: string) => {
    return `127.0.0.1:${cells.routerPort + Number(at) - 80}`;
  });
  const child = spawn("sh", ["-c", `${onOwnPorts.replaceAll("/tmp/", `${cells.directory}/`)}`], {
    cwd: checkout,
    env: cells.variables,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr.on("data", (data: Buffer) => (output += data.toString()));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code: code ?? 130, output })));
}

beforeAll(async () => {
  cells = await Cells.create();
  checkout = mkdtempSync(join(tmpdir(), "cells-readme-"));
  const git = (cwd: string, ...args: string[]) => execFileSync("git", args, { cwd, encoding: "utf8" });
  for (const file of git(root, "ls-files", "-co", "--exclude-standard", "--deduplicate").split("\n")) {
    if (file === "") continue;
    mkdirSync(dirname(join(checkout, file)), { recursive: true });
    cpSync(join(root, file), join(checkout, file));
  }
  git(checkout, "init", "-q");
  const author = ["-c", "user.name=readme", "-c", "user.email=readme@example.com"];
  git(checkout, "add", "-A");
  git(checkout, ...author, "commit", "-qm", "as cloned");
  symlinkSync(join(root, "node_modules"), join(checkout, "node_modules"));
});

afterAll(async () => {
  await cells?.dispose();
  rmSync(checkout, { recursive: true, force: true });
});

describe("the README", () => {
  it("has at most 200 lines, commands and their output", () => {
    expect(commands.filter(({ line }) => /^(npx cells|npm)/.test(line)).length).toBeGreaterThan(10);
    expect(commands.filter(({ shown }) => shown !== undefined).length).toBeGreaterThan(4);
    expect(readFileSync(join(root, "README.md"), "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(200);
  });

  for (const { line, section, shown } of commands) {
    if (skipped.includes(line) || onAws.includes(section)) continue;
    it(`${section}: ${line}`, async () => {
      const { code, output } = await run(line);
      expect(code, output).toBe(0);
      if (shown !== undefined) expect(plain(`${output.trimEnd()}\n`)).toMatch(pattern(shown));
    });
  }
});
