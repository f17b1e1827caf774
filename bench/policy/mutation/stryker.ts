import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

import { projectDirectory } from "../../../adapters/files/paths";
import { keyOf, type Mutant } from "./draw";

/** What is used of `@stryker-mutator/core` and `@stryker-mutator/instrumenter`, whose types the project doesn't install. */
interface Core {
  readonly Stryker: new (options: Record<string, unknown>) => { runMutationTest(): Promise<readonly Mutant[]> };
}
interface Instrumenting {
  readonly Instrumenter: new (logger: Record<string, unknown>) => {
    instrument(
      files: readonly { readonly name: string; readonly content: string; readonly mutate: true }[],
      options: Record<string, unknown>,
    ): Promise<{ readonly mutants: readonly Mutant[] }>;
  };
}

const found = createRequire(join(__dirname, "package.json"));
const load = async (name: string): Promise<unknown> => import(pathToFileURL(found.resolve(name)).href);

/** Installs Stryker at the versions of the lockfile beside this file, when it is missing. */
export function installStryker(): void {
  if (existsSync(join(__dirname, "node_modules", "@stryker-mutator"))) return;
  process.stderr.write("installing Stryker (bench/policy/mutation/package.json) …\n");
  execFileSync("npm", ["ci", "--ignore-scripts"], { cwd: __dirname, stdio: ["ignore", "ignore", "inherit"] });
}

/** Keys of all mutants that Stryker makes of these files. */
export async function mutantsOf(files: readonly string[]): Promise<readonly string[]> {
  const { Instrumenter } = (await load("@stryker-mutator/instrumenter")) as Instrumenting;
  const silent = (): void => undefined;
  const logger = { debug: silent, info: silent, warn: silent, trace: silent, isDebugEnabled: () => false };
  const sources = files.map((file) => {
    const name = join(projectDirectory, file);
    return { name, content: readFileSync(name, "utf8"), mutate: true as const };
  });
  const { mutants } = await new Instrumenter(logger).instrument(sources, {
    excludedMutations: [],
    ignorers: [],
    plugins: null,
  });
  return mutants.map((mutant) => keyOf(mutant, projectDirectory, 0));
}

/** Judges the mutants of these keys with one round of `vitest.config.ts`. Statuses by key. */
export async function judge(keys: readonly string[], round: 1 | 2): Promise<ReadonlyMap<string, string>> {
  const drawn = join(projectDirectory, ".cells", "mutation", "drawn.json");
  mkdirSync(dirname(drawn), { recursive: true });
  writeFileSync(drawn, JSON.stringify(keys));
  // Read by Stryker's children: the plugin and vitest's configuration.
  process.env["CELLS_MUTATION_DRAWN"] = drawn;
  process.env["CELLS_MUTATION_ROOT"] = projectDirectory;
  process.env["CELLS_MUTATION_ROUND"] = String(round);
  // Fewer hostile bags: other tests catch what a few dozen miss.
  process.env["CELLS_RUNS"] = round === 1 ? "50" : "2";
  const { Stryker } = (await load("@stryker-mutator/core")) as Core;
  const results = await new Stryker({
    mutate: [...new Set(keys.map((key) => key.slice(0, key.indexOf(":"))))],
    testRunner: "vitest",
    plugins: [found.resolve("@stryker-mutator/vitest-runner"), join(__dirname, "plugin.mjs")],
    checkers: ["sample"],
    reporters: ["progress-of-sample"],
    vitest: { configFile: "bench/policy/mutation/vitest.config.ts", related: false },
    // In the copy of the project only: its sources are mutated, and a pack whose manifest isn't its own is refused.
    buildCommand: "node --import tsx policy/manifest/write.ts",
    packageManager: "npm",
    coverageAnalysis: "perTest",
    concurrency: 1,
    disableTypeChecks: false,
    allowEmpty: true,
    tempDirName: ".cells/mutation/sandbox",
    ignorePatterns: [".cells"],
    cleanTempDir: "always",
    logLevel: "error",
    // A busy machine is no endless loop.
    timeoutMS: 20_000,
    dryRunTimeoutMinutes: 20,
  }).runMutationTest();
  const asked = new Set(keys);
  return new Map(
    results
      .map((mutant) => [keyOf(mutant, projectDirectory, 1), mutant.status ?? "?"] as const)
      .filter(([key]) => asked.has(key)),
  );
}
