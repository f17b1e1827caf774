import { execFileSync } from "node:child_process";
import { relative, sep } from "node:path";

import { CatalogError, loadCatalog, parseCatalog } from "../../catalog/load";
import type { Catalog } from "../../catalog/model";
import { projectDirectory } from "../files/paths";
import { UserError } from "../../contract/user-error";

/** The catalog to compare with: a stored file, or a commit. */
export type Base = { readonly file: string } | { readonly since: string };

/** The catalog as it was, or why everything has to be judged. */
export type Before = { readonly catalog: Catalog } | { readonly reason: string };

/** Files that no plan and no judgement depends on. Everything else counts as code, so a new file cannot be overlooked. */
const innocent =
  /^(?:docs|test|bench|\.github|\.vscode)\/|^[^/]+\.md$|^(?:LICENSE|CODEOWNERS|\.gitignore|\.editorconfig)$|^catalog\/[^/]+\.(?:yaml|deals\.json)$/;

/**
 * The catalog before a change.
 *
 * @param file the catalog as it is now.
 * @throws UserError for a commit that is not there, CatalogError for a base file that cannot be used.
 */
export function readBase(
  base: Base,
  file: string,
  now: Date = new Date(),
  directory: string = projectDirectory,
): Before {
  if ("file" in base) return { catalog: loadCatalog(base.file, { now }) };
  const commit = mergeBase(base.since, directory);
  const files = changedSince(commit, directory);
  if (files === undefined) return { reason: `git cannot list what has changed since ${base.since}` };
  const changed = files.find((path) => !innocent.test(path));
  if (changed !== undefined)
    return { reason: `${changed} has changed since ${base.since}, and every cell may depend on it` };
  const path = relative(directory, file).split(sep).join("/");
  const text = git(directory, ["show", `${commit}:./${path}`]);
  if (text === undefined) return { reason: `${base.since} has no ${path}` };
  try {
    return { catalog: parseCatalog(text, `${base.since}:${path}`, { now }) };
  } catch (error) {
    if (error instanceof CatalogError) return { reason: `${path} of ${base.since} is no catalog that can be used` };
    throw error;
  }
}

/** What the branch began from: what others have changed since is not this change's. */
function mergeBase(ref: string, directory: string): string {
  // A ref that begins with a dash would be an option.
  const found = /^[^-]/.test(ref) ? git(directory, ["merge-base", ref, "HEAD"])?.trim() : undefined;
  if (found === undefined || found === "") {
    throw new UserError(
      `git finds no common commit of HEAD and ${ref}: ${whyNot(directory)}, or give the catalog as it was with --base FILE`,
    );
  }
  return found;
}

/** What to do where there is no common commit. */
function whyNot(directory: string): string {
  const shallow = git(directory, ["rev-parse", "--is-shallow-repository"])?.trim();
  if (shallow === undefined) return "this folder is not in a git checkout; leave --since out to judge everything";
  return shallow === "true"
    ? "this checkout is shallow: fetch the history (git fetch --unshallow; in GitHub's checkout fetch-depth: 0)"
    : "fetch it";
}

/** Files of the project that differ, committed or not, new ones too. */
function changedSince(commit: string, directory: string): readonly string[] | undefined {
  const tracked = git(directory, ["diff", "--name-only", "--relative", "-z", commit, "--"]);
  const untracked = git(directory, ["ls-files", "--others", "--exclude-standard", "-z"]);
  if (tracked === undefined || untracked === undefined) return undefined;
  return `${tracked}${untracked}`.split("\0").filter((path) => path !== "");
}

function git(directory: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync("git", [...args], {
      cwd: directory,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 1 << 28,
    });
  } catch {
    return undefined;
  }
}
