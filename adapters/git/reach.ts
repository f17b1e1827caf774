import { existsSync, lstatSync, readFileSync, realpathSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";

import { buildSync, type BuildFailure } from "esbuild";

/** Where loading begins: the program, its Lambda functions, and what judges them. */
export const entryPoints = [
  "index.ts",
  "lambda/router/index.ts",
  "lambda/router/tokens.ts",
  "lambda/router/home-cache.ts",
  "adapters/pulumi/plan/batch-worker.ts",
  "policy/pack.ts",
  "cli/verbs/check.ts",
];

/** What a program loads. */
export interface Loaded {
  /** Real paths of its own modules, from the project's folder; packages are not among them. */
  readonly modules: ReadonlySet<string>;
  /** Their code without comments. */
  readonly code: string;
}

/** Files that npm, Node, TypeScript and Pulumi read wherever they are. */
const settings =
  /(?:^|\/)(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|tsconfig[^/]*\.json|\.npmrc)$|^Pulumi[^/]*\.yaml$/;

/** A module's name that is computed, unless it begins with a package's name. */
const computed = /\b(?:require|import|createRequire)\(\s*(?:[^"'`)\s]|`(?:\$\{|\/))/;

/** These compute names of packages only. */
const packagesOnly: ReadonlySet<string> = new Set(["adapters/pulumi/lean-sdk.ts"]);

/**
 * Follows every import from the entry points, as Node does: through links, to real files.
 *
 * @returns why, where that cannot be followed.
 */
export function loadedBy(entries: readonly string[], directory: string): Loaded | { readonly unresolved: string } {
  try {
    const { metafile, outputFiles } = buildSync({
      absWorkingDir: realpathSync(directory),
      entryPoints: [...entries],
      bundle: true,
      packages: "external",
      platform: "node",
      format: "cjs",
      outdir: "out",
      write: false,
      metafile: true,
      legalComments: "none",
      logLevel: "silent",
    });
    const modules = Object.keys(metafile.inputs);
    const strange = modules.find((path) => !existsSync(join(directory, path)) || path.startsWith(".."));
    if (strange !== undefined) return { unresolved: `the program loads ${strange}, which is outside the project` };
    const open = modules.find(
      (path) => !packagesOnly.has(path) && computed.test(readFileSync(join(directory, path), "utf8")),
    );
    if (open !== undefined) return { unresolved: `${open} loads a module whose name it computes` };
    return { modules: new Set(modules), code: outputFiles.map(({ text }) => text).join("\n") };
  } catch (error) {
    const [first] = (error as Partial<BuildFailure>).errors ?? [];
    if (first === undefined) throw error;
    const at = first.location === null ? "" : ` (${first.location.file}:${first.location.line})`;
    return { unresolved: `the imports of the program cannot be followed: ${first.text}${at}` };
  }
}

/**
 * True for a changed file that a program may read, though it is none of its modules: settings of its tools, a file or a
 * folder that its code names, a link or what is behind one, and a module that was there before another one of its name.
 *
 * @param links paths of all links of the project.
 */
export function mayBeRead(
  path: string,
  { modules, code }: Loaded,
  links: readonly string[],
  directory: string,
): boolean {
  if (settings.test(path) || isBehind(path, links, directory)) return true;
  if (!existsSync(join(directory, path)) && [...modules].some((module) => stem(module) === stem(path))) return true;
  return names(code, basename(path), "[\"'`]") || isBelowNamed(path, modules, code);
}

/** True below a folder that the code names, seen from the project's folder or from one with modules. */
function isBelowNamed(path: string, modules: ReadonlySet<string>, code: string): boolean {
  const folders = path.split("/").slice(0, -1);
  const homes = new Set(["", ...[...modules].map((module) => module.split("/").slice(0, -1).join("/"))]);
  return folders.some((_, from) => {
    if (!homes.has(folders.slice(0, from).join("/"))) return false;
    const below = folders.slice(from);
    return below.some((__, to) => names(code, below.slice(0, to + 1).join("/"), "/?(?:[\"'`]|\\$\\{)"));
  });
}

/** True where a text of the code ends with a name, or a computed part follows it. */
function names(code: string, name: string, end: string): boolean {
  return new RegExp(`["'\`/]${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}${end}`).test(code);
}

/** `components/cell` of `components/cell.ts` and of `components/cell/index.ts`. */
function stem(path: string): string {
  return path.replace(/\.[^./]+$/, "").replace(/\/index$/, "");
}

function isBehind(path: string, links: readonly string[], directory: string): boolean {
  const home = realpathSync(directory);
  return links.some((link) => {
    if (path === link) return true;
    const full = join(home, link);
    if (!existsSync(full) || !lstatSync(full).isSymbolicLink()) return false;
    const target = relative(home, realpathSync(full)).split(sep).join("/");
    return path === target || path.startsWith(`${target}/`);
  });
}
