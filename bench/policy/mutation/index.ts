import { readdirSync } from "node:fs";
import { join, matchesGlob } from "node:path";

import type { Report } from "../../../adapters/processes/process";
import { projectDirectory } from "../../../adapters/files/paths";
import { draw } from "./draw";
import { installStryker, judge, mutantsOf } from "./stryker";

/** What is mutated: what decides. The engine's driver and what only prints are not. */
const folders = ["core", "literals", "fingerprints", "rules", "register", "front"].map((name) => `policy/${name}`);
const gate = ["admit", "events", "gate", "proof", "reach", "refused", "rules", "stateful"].map(
  (name) => `ops/up/${name}.ts`,
);

/** What became of the drawn mutants. */
interface Mutation {
  readonly seed: string;
  /** All mutants that there are in the files. */
  readonly mutants: number;
  readonly drawn: number;
  readonly killed: number;
  readonly timeouts: number;
  readonly survived: number;
  readonly noCoverage: number;
  /** Mutants that no test could judge, such as one that ends the process; in no share. */
  readonly errors: number;
  /** Killed and timed out, of those that were judged, in percent. */
  readonly score: number;
  /** `file:line:column-line:column mutator replacement`. */
  readonly survivors: readonly string[];
  readonly uncovered: readonly string[];
}

/** Mutates a sample of the pack and of the gate, and lets the fast suite judge each. */
export async function mutation(
  count: number,
  seed: string,
  glob: string | undefined,
  report: Report,
): Promise<Mutation> {
  installStryker();
  const files = [...folders.flatMap(sources), ...gate].filter((file) => glob === undefined || matchesGlob(file, glob));
  if (files.length === 0) throw new Error(`--files ${glob}: no such file among ${[...folders, "ops/up"].join(", ")}`);
  const keys = await mutantsOf(files);
  const drawn = draw(keys, count, seed);
  report(`${drawn.length} of ${keys.length} mutants of ${files.length} files, drawn by ${seed}`);
  const statuses = new Map(await judge(drawn, 1));
  // What takes seconds is asked only about what all else let pass.
  const left = drawn.filter((key) => statuses.get(key) === "Survived" || statuses.get(key) === "NoCoverage");
  report(`${left.length} are left for the slow tests`);
  if (left.length > 0) {
    for (const [key, status] of await judge(left, 2)) {
      // Covered by quick tests alone is covered.
      if (status !== "NoCoverage") statuses.set(key, status);
    }
  }
  return summary(drawn, keys.length, seed, statuses);
}

function summary(
  drawn: readonly string[],
  mutants: number,
  seed: string,
  statuses: ReadonlyMap<string, string>,
): Mutation {
  const of = (status: string): readonly string[] => drawn.filter((key) => statuses.get(key) === status).sort();
  const [killed, timeouts, survivors, uncovered] = [of("Killed"), of("Timeout"), of("Survived"), of("NoCoverage")];
  const noticed = killed.length + timeouts.length;
  const judged = noticed + survivors.length + uncovered.length;
  return {
    seed,
    mutants,
    drawn: drawn.length,
    killed: killed.length,
    timeouts: timeouts.length,
    survived: survivors.length,
    noCoverage: uncovered.length,
    errors: drawn.length - judged,
    score: judged === 0 ? 100 : (100 * noticed) / judged,
    survivors,
    uncovered,
  };
}

/** Text of the result. */
export function mutationText(result: Mutation): string {
  const { drawn, mutants, seed, killed, timeouts, survived, noCoverage, errors, score } = result;
  const list = (title: string, keys: readonly string[]): string[] =>
    keys.length === 0 ? [] : [title, ...keys.map((key) => `  ${key}`)];
  return [
    `${drawn} of ${mutants} mutants (seed ${seed}): ${killed} killed, ${survived} survived, ${timeouts} timeouts, ${noCoverage} without coverage, ${errors} errors`,
    `mutation score ${score.toFixed(1)} %`,
    ...list("survived:", result.survivors),
    ...list("without coverage:", result.uncovered),
  ].join("\n");
}

function sources(folder: string): string[] {
  return readdirSync(join(projectDirectory, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${folder}/${name}`)
    .sort();
}
