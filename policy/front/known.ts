import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

import { printsOfFile } from "../fingerprints/of-catalog";
import type { Known } from "../fingerprints/known";
import { loadRegister } from "../register/register";

const root = join(__dirname, "..", "..");

/**
 * The catalog that a stack is made from, as the program finds it: `CELLS_CATALOG`, else the stack's configuration
 * `cells:catalog` (the engine hands it to the pack), else `catalog/<stack>.yaml`. Undefined when there is none: then
 * only what the stack itself shows is known.
 */
export function catalogFileOf(stack: string, environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = environment["CELLS_CATALOG"] ?? configured(environment["PULUMI_CONFIG"]);
  const file = resolve(root, named === undefined || named === "" ? join("catalog", `${stack}.yaml`) : named);
  return existsSync(file) ? file : undefined;
}

function configured(config: string | undefined): string | undefined {
  if (config === undefined) return undefined;
  try {
    const named = (JSON.parse(config) as Record<string, unknown>)["cells:catalog"];
    return typeof named === "string" ? named : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Everything that is known of a stack besides its resources.
 *
 * @throws CatalogError, RegisterError for files that cannot be used: a pack that cannot know stops the run.
 */
export function knownOf(stack: string, now: Date = new Date()): Known {
  return knownOfFile(catalogFileOf(stack), now);
}

/** The same, of a catalog's file; undefined when there is none. */
export function knownOfFile(file: string | undefined, now: Date = new Date()): Known {
  const prints = file === undefined ? { cells: [], domains: [] } : printsOfFile(file);
  return { ...prints, register: loadRegister(join(root, "policy", "register.yaml")), now };
}
