import { existsSync, readFileSync } from "node:fs";
import { delimiter, join, relative, resolve } from "node:path";

import { resolveCatalog } from "../../catalog/resolve";
import { throwTogether } from "../../contract/user-error";
import { FingerprintError, parseFingerprints, type Elsewhere } from "../fingerprints/elsewhere";
import { catalogOfFile } from "../fingerprints/of-catalog";
import type { Known } from "../fingerprints/known";
import { loadQuotas, quotasPath } from "../quotas/quotas";
import { loadRegister, registerPath } from "../register/register";
import { rules } from "../rules";
import { readSettings, settingsFile } from "../settings/settings";

const root = join(__dirname, "..", "..");

/**
 * The facts about a stack besides its resources.
 *
 * @throws CatalogError, RegisterError, QuotasError, PolicySettingsError, FingerprintError for files that cannot be used; they stop
 *   the run.
 */
export function knownOf(stack: string, configured?: string, now: Date = new Date()): Known {
  const file = resolveCatalog(root, stack, configured);
  // Without a catalog only the stack's own resources are known, and every cell counts as a production cell.
  return knownOfFile(existsSync(file) ? file : undefined, now);
}

/** Path of the rules' settings. */
const settingsPath = "policy/config.yaml";

/** The same for a catalog's file; undefined for a stack without a catalog. */
export function knownOfFile(file: string | undefined, now: Date = new Date()): Known {
  const failures: unknown[] = [];
  const loaded = <T>(load: () => T): T => {
    try {
      return load();
    } catch (error) {
      failures.push(error);
      return undefined as unknown as T;
    }
  };
  const catalog = file === undefined ? undefined : loaded(() => catalogOfFile(file, now));
  const { model, ...prints } = catalog ?? { cells: [], domains: [], model: undefined };
  const source = relative(root, file ?? root);
  const known: Known = {
    ...prints,
    ...(model === undefined ? {} : { catalog: { source: source.startsWith("..") ? file! : source, model } }),
    elsewhere: loaded(() => elsewhereOf(prints.cells[0]?.environment)),
    register: loaded(() => loadRegister(join(root, registerPath))),
    quotas: loaded(() => loadQuotas(join(root, quotasPath))),
    settings: loaded(() => readSettings(rules, settingsPath, settingsFile(join(root, settingsPath)))),
    now,
  };
  // With the mistakes of every file.
  throwTogether(failures);
  return known;
}

/**
 * Fingerprints of other stacks' cells: the files that `CELLS_FINGERPRINTS` names, separated as in PATH; none by default.
 *
 * @throws FingerprintError for a file that is missing or cannot be used.
 */
function elsewhereOf(own: string | undefined, environment: NodeJS.ProcessEnv = process.env): readonly Elsewhere[] {
  const files = (environment["CELLS_FINGERPRINTS"] ?? "").split(delimiter).filter((file) => file !== "");
  return files.map((file) => {
    const path = resolve(root, file);
    if (!existsSync(path)) throw new FingerprintError(`CELLS_FINGERPRINTS names ${file}, which does not exist`);
    return parseFingerprints(readFileSync(path, "utf8"), file, own);
  });
}
