import { accessSync, constants, copyFileSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";

import { run, type Report } from "../adapters/processes/process";
import { UserError } from "../contract/user-error";
import { reportWhile } from "./progress";

/** A program that is built from Go modules of the public proxy, pinned by the `go.mod` and `go.sum` in `module`. */
export interface GoProgram {
  /** For people: `Pulumi 3.230.0`. */
  readonly name: string;
  /** Folder with `go.mod` and `go.sum`, and Go files if the program has any of ours. */
  readonly module: string;
  /** Executables by the Go package that each is built from. */
  readonly packages: Readonly<Record<string, string>>;
  /** Values of variables, by their full name: `-X` of Go's linker. */
  readonly values: Readonly<Record<string, string>>;
  /** How long the build takes on two cores: `three minutes`. */
  readonly duration: string;
  /** Files that the build or the program needs from a module: path in the module, by name in the target folder. */
  readonly files?: { readonly module: string; readonly copied: Readonly<Record<string, string>> };
}

/**
 * Builds a program into a folder of the cache. An interrupted build leaves no executable; a finished one is kept.
 *
 * @param instead what a user without Go can do.
 * @throws UserError when there is no Go, or it cannot build.
 */
export async function buildGo(program: GoProgram, target: string, instead: string, report: Report): Promise<void> {
  if (find("go") === undefined) throw new UserError(instead);
  // Go needs its own module folder; the checkout's stays unchanged.
  const work = join(target, "build");
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  for (const file of readdirSync(program.module)) copyFileSync(join(program.module, file), join(work, file));
  const go = async (...args: string[]): Promise<string> => {
    const env = { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-buildvcs=false" };
    const { code, output } = await run("go", args, { cwd: work, env });
    if (code === 0) return output;
    throw new UserError(
      `Go could not build ${program.name}: ${output.trim().split("\n").slice(-3).join(" ")}. ` +
        "Check that Go reaches its module proxy (go env GOPROXY), then start again.",
    );
  };
  const flags = Object.entries(program.values).map(([name, value]) => `-X ${name}=${value}`);
  await reportWhile(report, `building ${program.name} from source (once, about ${program.duration})`, async () => {
    if (program.files !== undefined) {
      await go("mod", "download", program.files.module);
      const source = (await go("list", "-m", "-f", "{{.Dir}}", program.files.module)).trim();
      for (const [name, path] of Object.entries(program.files.copied)) {
        // A build embeds the first copy, the program reads the second.
        for (const folder of [work, target]) copyWritable(join(source, path), join(folder, name));
      }
    }
    for (const [name, source] of Object.entries(program.packages)) {
      const output = join(target, `${name}.new`);
      await go("build", "-trimpath", "-mod=readonly", "-ldflags", ["-s -w", ...flags].join(" "), "-o", output, source);
    }
  });
  rmSync(work, { recursive: true, force: true });
  for (const name of Object.keys(program.packages)) renameSync(join(target, `${name}.new`), join(target, name));
}

/** Modules in Go's cache are read-only, and so would be the copy that a later build must replace. */
function copyWritable(from: string, to: string): void {
  rmSync(to, { force: true });
  copyFileSync(from, to);
}

/** An executable on PATH. */
export function find(command: string): string | undefined {
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, command))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
