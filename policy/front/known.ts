import { existsSync, readFileSync } from "node:fs";
import { delimiter, join, relative, resolve } from "node:path";

import { readCatalog, type CatalogTexts } from "../../catalog/load";
import { resolveCatalog } from "../../catalog/resolve";
import { throwTogether, UserError } from "../../contract/user-error";
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
  let unread: unknown;
  let texts: StackTexts;
  try {
    texts = readStackTexts(file);
  } catch (error) {
    // The other files are checked too: one message has the mistakes of all.
    unread = error;
    texts = readStackTexts(file, {});
  }
  try {
    const known = knownOfTexts(readPackTexts(), texts, now);
    if (unread === undefined) return known;
  } catch (error) {
    throwTogether(unread === undefined ? [error] : [error, unread]);
  }
  throw unread;
}

/**
 * The same of files that were read.
 *
 * @throws UserError with the mistakes of every file.
 */
export function knownOfTexts(own: PackTexts, { catalog, fingerprints }: StackTexts, now: Date = new Date()): Known {
  const failures: unknown[] = [];
  const checked = <T>(check: () => T): T => {
    try {
      return check();
    } catch (error) {
      failures.push(error);
      return undefined as unknown as T;
    }
  };
  const found = catalog === undefined ? undefined : checked(() => printsOfTexts(catalog, now));
  const { model, ...prints } = found ?? { cells: [], domains: [], model: undefined };
  const environment = prints.cells[0]?.environment;
  const { register, quotas, settings } = own;
  const known: Known = {
    ...prints,
    ...(catalog === undefined || model === undefined ? {} : { catalog: { source: catalog.source, model } }),
    elsewhere: fingerprints.map(({ source, text }) => checked(() => parseFingerprints(text, source, environment))),
    register: register === undefined ? emptyRegister : checked(() => parseRegister(register, registerPath, ids)),
    quotas: checked(() => parseQuotas(quotas, quotasPath)),
    settings: checked(() =>
      readSettings(rules, settingsPath, settings === undefined ? undefined : parseSettings(settings, settingsPath)),
    ),
    now,
  };
  // With the mistakes of every file.
  throwTogether(failures);
  return known;
}

/**
 * Reads the pack's own files. Quotas must exist, because nothing can be counted without them.
 *
 * @throws UserError for a file that cannot be read.
 */
export function readPackTexts(project: string = root): PackTexts {
  const text = (path: string): string => {
    try {
      return readFileSync(join(project, path), "utf8");
    } catch {
      throw new UserError(`${path} cannot be read; take the file from version control again`);
    }
  };
  const ifThere = (path: string): string | undefined => (existsSync(join(project, path)) ? text(path) : undefined);
  return { settings: ifThere(settingsPath), quotas: text(quotasPath), register: ifThere(registerPath) };
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
