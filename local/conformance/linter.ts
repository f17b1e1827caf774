import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";

/** One CloudFormation template and the region it is meant for. */
export interface Template {
  readonly region: string;
  readonly template: { readonly Resources: Readonly<Record<string, { Type: string; Properties: unknown }>> };
}

/** A finding of cfn-lint, in its own wording. */
export interface RawFinding {
  /** Index of the template. */
  readonly template: number;
  readonly rule: string;
  readonly level: "error" | "warning";
  readonly message: string;
  /** `["Resources", "R3", "Properties", "Timeout"]`. */
  readonly path: readonly (string | number)[];
}

/** Where cfn-lint is, and where its answers are kept. */
export interface LinterOptions {
  /** Python of a virtual environment that has cfn-lint. */
  readonly python: string;
  /** Directory of answers, created if missing. Without it nothing is kept. */
  readonly cacheDir?: string;
  /** Ids of rules that are not checked. */
  readonly ignore: readonly string[];
}

const script = path.join(__dirname, "lint.py");

/**
 * Runs cfn-lint over all templates in one process (forked once per core). The answer for the same templates and the
 * same cfn-lint is kept, so that a second start does not run it.
 *
 * @throws Error with a sentence when Python or cfn-lint cannot be run.
 */
export async function lintTemplates(
  templates: readonly Template[],
  options: LinterOptions,
): Promise<readonly RawFinding[]> {
  if (templates.length === 0) return [];
  const request = JSON.stringify({ templates, ignore: options.ignore, processes: availableParallelism() });
  if (options.cacheDir === undefined) return (await run(options.python, request)).findings;

  const key = createHash("sha256")
    .update(await version(options.python))
    .update(await readFile(script))
    .update(JSON.stringify({ templates, ignore: options.ignore }))
    .digest("hex");
  const file = path.join(options.cacheDir, `conformance-${key.slice(0, 32)}.json`);
  const kept = await readFile(file, "utf8").catch(() => undefined);
  if (kept !== undefined) return JSON.parse(kept) as RawFinding[];

  const { findings } = await run(options.python, request);
  await mkdir(options.cacheDir, { recursive: true });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, JSON.stringify(findings));
  await rename(draft, file);
  return findings;
}

async function version(python: string): Promise<string> {
  const code = "import importlib.metadata as m; print(m.version('cfn-lint'))";
  try {
    const { stdout } = await promisify(execFile)(python, ["-c", code]);
    return stdout.trim();
  } catch (error) {
    throw unusable(python, (error as { stderr?: string }).stderr ?? (error as Error).message);
  }
}

function run(python: string, request: string): Promise<{ findings: RawFinding[] }> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, [script], { stdio: ["pipe", "pipe", "pipe"] });
    let output = "";
    let errors = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (errors += chunk));
    child.on("error", (error) => reject(unusable(python, error.message)));
    child.on("close", (code) => {
      if (code === 0) resolve(JSON.parse(output) as { findings: RawFinding[] });
      else reject(unusable(python, errors));
    });
    // The exit code reports a process that died before it read its input.
    child.stdin.on("error", () => undefined).end(request);
  });
}

function unusable(python: string, why: string): Error {
  const last = why.trim().split("\n").pop() ?? "";
  return new Error(`cfn-lint could not be run by ${python} (${last}): remove the environment and start again`);
}
