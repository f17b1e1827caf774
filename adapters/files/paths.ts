import { homedir } from "node:os";
import { join } from "node:path";

/** The project's folder: where Pulumi.yaml is. */
export const projectDirectory = join(__dirname, "..", "..");

/**
 * What outlives a checkout: the engine, the Python environment, lint verdicts. `CELLS_CACHE_DIR`, else
 * `$XDG_CACHE_HOME/cells-on-aws`, else `~/.cache/cells-on-aws`. Safe to delete; the next start fills it again.
 */
export function cacheDirectory(): string {
  const chosen = process.env["CELLS_CACHE_DIR"];
  if (chosen !== undefined && chosen !== "") return chosen;
  return join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "cells-on-aws");
}

/** What belongs to one environment of this checkout: engine state, rendered manifests, process ids, logs. */
export function environmentDirectory(environment: string): string {
  return join(process.env["CELLS_STATE_DIR"] ?? join(projectDirectory, ".cells"), environment);
}
