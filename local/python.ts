import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { cacheDirectory } from "../adapters/files/paths";
import { run, type Report } from "../adapters/processes/process";
import { reportWhile } from "./progress";
import { UserError } from "../contract/user-error";

/** Oldest Python that moto 5.2 and cfn-lint 1.58 run on. */
const oldest = [3, 10] as const;
/** Oldest Python for which the exact versions in constraints.txt were resolved; older ones take what fits. */
const constrained = [3, 11] as const;

const directory = join(__dirname, "moto");

/**
 * Path of a Python that has moto and cfn-lint, in our virtual environment under the cache folder. Made once
 * (about a minute) for each content of the requirements; an incomplete one is never used.
 *
 * @throws UserError when Python is missing or too old, or the packages cannot be installed.
 */
export async function ensurePython(report: Report): Promise<string> {
  const key = createHash("sha256")
    .update(readFileSync(join(directory, "requirements.txt")))
    .update(readFileSync(join(directory, "constraints.txt")))
    .digest("hex")
    .slice(0, 12);
  const home = join(cacheDirectory(), `python-${key}`);
  const python = join(home, "bin", "python");
  if (existsSync(join(home, "complete"))) return python;

  const { command, version } = await findPython();
  mkdirSync(cacheDirectory(), { recursive: true });
  // A virtual environment holds its own path, so it is created in place and marked when it is complete.
  rmSync(home, { recursive: true, force: true });
  const made = await run(command, ["-m", "venv", home]);
  if (made.code !== 0) {
    throw new UserError(
      `Python could not create a virtual environment: ${lastLine(made.output)}. ` +
        "On Debian and Ubuntu install the package python3-venv, then start again.",
    );
  }
  const installed = await reportWhile(report, "installing moto and cfn-lint (once, about a minute)", () =>
    run(python, [
      ...["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"],
      ...["-r", join(directory, "requirements.txt")],
      ...(atLeast(version, constrained) ? ["-c", join(directory, "constraints.txt")] : []),
    ]),
  );
  if (installed.code !== 0) {
    rmSync(home, { recursive: true, force: true });
    throw new UserError(
      `pip could not install moto and cfn-lint: ${lastLine(installed.output)}. ` +
        "Check that pip reaches a package index (pip config list), then start again.",
    );
  }
  const mark = join(home, "complete");
  writeFileSync(`${mark}.new`, "");
  renameSync(`${mark}.new`, mark);
  return python;
}

/** `CELLS_PYTHON`, else `python3`, else `python`: the first that runs and is new enough. */
async function findPython(): Promise<{ command: string; version: readonly [number, number] }> {
  const chosen = process.env["CELLS_PYTHON"];
  const candidates = chosen === undefined || chosen === "" ? ["python3", "python"] : [chosen];
  const seen: string[] = [];
  for (const command of candidates) {
    const answer = await run(command, ["-c", "import sys; print(*sys.version_info[:2])"]).catch(() => undefined);
    const [major, minor] = (answer?.output ?? "").trim().split(" ").map(Number);
    if (answer?.code !== 0 || major === undefined || minor === undefined) continue;
    if (atLeast([major, minor], oldest)) return { command, version: [major, minor] };
    seen.push(`${command} is ${major}.${minor}`);
  }
  const wanted = `Python ${oldest.join(".")} or newer`;
  throw new UserError(
    seen.length > 0
      ? `the local cloud needs ${wanted}, but ${seen.join(", ")}: install one and name it in CELLS_PYTHON`
      : `the local cloud needs ${wanted}, and ${candidates.join(" or ")} cannot be run: ` +
          "install Python, or name it in CELLS_PYTHON, then start again",
  );
}

function atLeast(version: readonly [number, number], wanted: readonly [number, number]): boolean {
  return version[0] > wanted[0] || (version[0] === wanted[0] && version[1] >= wanted[1]);
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.slice(0, 300) ?? "no reason given";
}
