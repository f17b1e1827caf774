import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildSync } from "esbuild";

import { reproducible } from "../../contract/bundle";

const root = join(__dirname, "..", "..");

/** How the router's code is built (`components/cell-router/bundle.ts`). */
export const asDeployed = { ...reproducible, absWorkingDir: root } as const;

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
