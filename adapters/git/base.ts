import { execFileSync } from "node:child_process";
import { lstatSync } from "node:fs";
import { join, relative, sep } from "node:path";

import { CatalogError, loadCatalog, parseCatalog } from "../../catalog/load";
import type { Catalog } from "../../catalog/model";
import { projectDirectory } from "../files/paths";
import { UserError } from "../../contract/user-error";
import { entryPoints, loadedBy, mayBeRead, type Loaded } from "./reach";

/** The catalog to compare with: a stored file, or a commit. */
export type Base = { readonly file: string } | { readonly since: string };

/** The catalog as it was, or why everything has to be judged. */
export type Before = { readonly catalog: Catalog } | { readonly reason: string };

/** Catalogs and their deals: the one that is judged is compared by its cells, and no other one is read. */
const catalogs = /^catalog\/[^/]+\.(?:yaml|deals\.json)$/;

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
  entries: readonly string[] = entryPoints,
): Before {
  if ("file" in base) return { catalog: loadCatalog(base.file, { now }) };
  const commit = mergeBase(base.since, directory);
  const path = relative(directory, file).split(sep).join("/");
  const loaded = loadedBy(entries, directory);
  if ("unresolved" in loaded) return { reason: loaded.unresolved };
  const files = changedSince(commit, directory);
  const modules = editedModules(loaded, commit, directory);
  const links = linksOf(directory);
  if (files === undefined || modules === undefined || links === undefined)
    return { reason: `git cannot list what has changed since ${base.since}` };
  const changed =
    modules[0] ?? files.find((one) => one !== path && !catalogs.test(one) && mayBeRead(one, loaded, links, directory));
  if (changed !== undefined)
    return { reason: `${changed} has changed since ${base.since}, and every cell may depend on it` };
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

/**
 * Loaded modules that were others in a commit, or not there. Their content is compared and not git's list of changes,
 * which leaves out ignored files.
 */
function editedModules({ modules }: Loaded, commit: string, directory: string): readonly string[] | undefined {
  const paths = [...modules].sort();
  const now = git(directory, ["hash-object", "--stdin-paths"], `${paths.join("\n")}\n`)
    ?.trim()
    .split("\n");
  const before = git(directory, ["ls-tree", "-r", "-z", commit]);
  if (now?.length !== paths.length || before === undefined) return undefined;
  const hashes = new Map(
    before.split("\0").map((line) => [line.slice(line.indexOf("\t") + 1), line.split(/[ \t]/)[2]]),
  );
  return paths.filter((path, at) => hashes.get(path) !== now[at]);
}

/** Links of the project, new ones too. */
function linksOf(directory: string): readonly string[] | undefined {
  const staged = git(directory, ["ls-files", "-s", "-z"]);
  const untracked = git(directory, ["ls-files", "--others", "--exclude-standard", "-z"]);
  if (staged === undefined || untracked === undefined) return undefined;
  const tracked = staged.split("\0").filter((line) => line.startsWith("120000 "));
  return [
    ...tracked.map((line) => line.slice(line.indexOf("\t") + 1)),
    ...untracked.split("\0").filter((path) => path !== "" && lstatSync(join(directory, path)).isSymbolicLink()),
  ];
}

/** Files of the project that differ, committed or not, new ones too. */
function changedSince(commit: string, directory: string): readonly string[] | undefined {
  const tracked = git(directory, ["diff", "--name-only", "--no-renames", "--relative", "-z", commit, "--"]);
  const untracked = git(directory, ["ls-files", "--others", "--exclude-standard", "-z"]);
  if (tracked === undefined || untracked === undefined) return undefined;
  return `${tracked}${untracked}`.split("\0").filter((path) => path !== "");
}

function git(directory: string, args: readonly string[], input = ""): string | undefined {
  try {
    return execFileSync("git", [...args], {
      cwd: directory,
      encoding: "utf8",
      input,
      stdio: ["pipe", "pipe", "ignore"],
      maxBuffer: 1 << 28,
    });
  } catch {
    return undefined;
  }
}
