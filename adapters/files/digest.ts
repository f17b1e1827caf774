import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";

/**
 * SHA-256 over the paths and the contents of files, in hex: the same on every machine, and different when a file is
 * added, removed, renamed or changed. Missing entries do not count.
 *
 * @param entries files and folders, relative to `root`; folders with everything in them.
 */
export function digestOf(root: string, entries: readonly string[]): string {
  const files = entries
    .flatMap((entry) => filesIn(join(root, entry)))
    .map((file) => relative(root, file).split(sep).join("/"))
    .sort();
  const digest = createHash("sha256");
  for (const file of new Set(files)) {
    const content = readFileSync(join(root, file));
    // With the length, so that no two lists of files give the same input.
    digest.update(`${file}\n${content.length}\n`).update(content);
  }
  return digest.digest("hex");
}

function filesIn(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name !== ".DS_Store")
    .flatMap((name) => filesIn(join(path, name)));
}
