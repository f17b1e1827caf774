import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildSync, type BuildOptions } from "esbuild";

const root = join(__dirname, "..", "..");

/** How the router's code is built (`components/cell-router/bundle.ts`): one scope, minified, for the Node of Lambda. */
export const asDeployed = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  platform: "node",
  format: "cjs",
  target: "node20",
  minify: true,
  logLevel: "silent",
} as const satisfies BuildOptions;

/**
 * A module of this room, built as the router is and loaded. What is timed must come from here: run from its sources,
 * each name that a file imports is a getter, which costs as much as the hash itself.
 *
 * @param entry path from the project's root.
 */
export function built<T>(entry: string): T {
  const directory = mkdtempSync(join(tmpdir(), "cells-bench-"));
  try {
    const file = join(directory, "built.js");
    writeFileSync(file, buildSync({ ...asDeployed, entryPoints: [entry] }).outputFiles[0]!.contents);
    return require(file) as T;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
