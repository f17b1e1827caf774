import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = join(__dirname, "../..");

/** A line of a `sh` block; `shown` is the `text` block after it, where a line `…` stands for any lines. */
export interface Command {
  readonly line: string;
  readonly section: string;
  readonly shown?: string;
}

/** Commands of the page, each with the output that is shown for it. */
export function commandsOf(page: string): readonly Command[] {
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
export function plain(text: string): string {
  return text
    .replace(/\r/g, "")
    .replace(/\b\d+-[0-9a-f]{12}\b/g, "VERSION")
    .replace(/\b\d+(?:\.\d+)? ?s\b/g, "N s")
    .replace(/\b\d{4,}\b/g, "N");
}

/** The shown output as a pattern over whole lines. */
export function pattern(shown: string): RegExp {
  const lines = plain(shown)
    .trimEnd()
    .split("\n")
    .map((line) => (line === "…" ? "(?:.*\\n)*?" : `${line.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\s*\\n`));
  return new RegExp(`^${lines.join("")}$`);
}

/** A copy of the working tree with the history of a fresh clone. */
export function copyOfCheckout(): string {
  const copy = mkdtempSync(join(tmpdir(), "cells-readme-"));
  const git = (cwd: string, ...args: string[]) => execFileSync("git", args, { cwd, encoding: "utf8" });
  for (const file of git(root, "ls-files", "-co", "--exclude-standard", "--deduplicate").split("\n")) {
    if (file === "") continue;
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  const author = ["-c", "user.name=readme", "-c", "user.email=readme@example.com"];
  git(copy, "init", "-q");
  git(copy, "add", "-A");
  git(copy, ...author, "commit", "-qm", "as cloned");
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  return copy;
}
