import { existsSync, readFileSync } from "node:fs";
import { delimiter, join, relative, resolve } from "node:path";

import { readCatalog, type CatalogTexts } from "../../catalog/load";
import { resolveCatalog } from "../../catalog/resolve";
import { FingerprintError, parseFingerprints } from "../fingerprints/elsewhere";
import { printsOfTexts } from "../fingerprints/of-catalog";
import type { Known } from "../fingerprints/known";
import { parseQuotas, quotasPath } from "../quotas/quotas";
import { emptyRegister, parseRegister, registerPath } from "../register/register";
import { rules } from "../rules";
import { parseSettings, readSettings, settingsPath } from "../settings/settings";

const root = join(__dirname, "..", "..");

const ids = rules.map(({ id }) => id);

/** The pack's own files; undefined for one that is not there. The manifest pins them. */
export interface PackTexts {
  readonly settings?: string | undefined;
  readonly quotas: string;
  readonly register?: string | undefined;
}

/** A stack's files, which a judgement depends on besides the resources. */
export interface StackTexts {
  /** Undefined for a stack without a catalog; `source` is its path as findings show it. */
  readonly catalog?: CatalogTexts & { readonly source: string };
  /** Fingerprints of other stacks' cells. */
  readonly fingerprints: readonly { readonly source: string; readonly text: string }[];
}

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

/** The same for a catalog's file; undefined for a stack without a catalog. */
export function knownOfFile(file: string | undefined, now: Date = new Date()): Known {
  return knownOfTexts(readPackTexts(), readStackTexts(file), now);
}

/** The same of files that were read. */
export function knownOfTexts(own: PackTexts, { catalog, fingerprints }: StackTexts, now: Date = new Date()): Known {
  const { model, ...prints } =
    catalog === undefined ? { cells: [], domains: [], model: undefined } : printsOfTexts(catalog, now);
  const environment = prints.cells[0]?.environment;
  return {
    ...prints,
    ...(catalog === undefined || model === undefined ? {} : { catalog: { source: catalog.source, model } }),
    elsewhere: fingerprints.map(({ source, text }) => parseFingerprints(text, source, environment)),
    register: own.register === undefined ? emptyRegister : parseRegister(own.register, registerPath, ids),
    quotas: parseQuotas(own.quotas, quotasPath),
    settings: readSettings(
      rules,
      settingsPath,
      own.settings === undefined ? undefined : parseSettings(own.settings, settingsPath),
    ),
    now,
  };
}

/** Reads the pack's own files. Quotas must exist, because nothing can be counted without them. */
export function readPackTexts(project: string = root): PackTexts {
  const text = (path: string): string | undefined => {
    const file = join(project, path);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  };
  return {
    settings: text(settingsPath),
    quotas: readFileSync(join(project, quotasPath), "utf8"),
    register: text(registerPath),
  };
}

/**
 * Reads a stack's catalog, and the fingerprints of other stacks' cells: the files that `CELLS_FINGERPRINTS` names, separated
 * as in PATH; none by default.
 *
 * @throws CatalogError, FingerprintError for a file that cannot be read.
 */
export function readStackTexts(file: string | undefined, environment: NodeJS.ProcessEnv = process.env): StackTexts {
  const source = relative(root, file ?? root);
  return {
    ...(file === undefined
      ? {}
      : { catalog: { ...readCatalog(file), source: source.startsWith("..") ? file : source } }),
    fingerprints: fingerprintFiles(environment).map((one) => ({ source: one, text: readFingerprints(one) })),
  };
}

/** The files that `CELLS_FINGERPRINTS` names. */
export function fingerprintFiles(environment: NodeJS.ProcessEnv = process.env): readonly string[] {
  return (environment["CELLS_FINGERPRINTS"] ?? "").split(delimiter).filter((file) => file !== "");
}

function readFingerprints(file: string): string {
  try {
    return readFileSync(resolve(root, file), "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === "ENOENT"
        ? "which does not exist"
        : code === "EISDIR"
          ? "which is a folder: name each file in it"
          : `which cannot be read (${code})`;
    throw new FingerprintError(`CELLS_FINGERPRINTS names ${file}, ${why}`);
  }
}
