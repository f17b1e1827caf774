import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const tsc = join(__dirname, "../..", "node_modules", "typescript", "bin", "tsc");

/**
 * What TypeScript reports about a program that imports the modules in a folder: strict, and without Node's types.
 *
 * @param libraries of TypeScript, e.g. `es2022,dom`.
 */
export function typecheck(folder: string, program: string, libraries: string): string {
  writeFileSync(join(folder, "consumer.ts"), program);
  const flags = ["--strict", "--noEmit", "--module", "preserve", "--target", "es2022", "--lib", libraries];
  return execFileSync(process.execPath, [tsc, ...flags, "consumer.ts"], { cwd: folder, encoding: "utf8" });
}
