/**
 * What Stryker loads of ours: a checker that lets only the drawn mutants through (Stryker has no sample of its own, and
 * leaves out of its score what a checker refuses), and a reporter that writes progress to standard error.
 */
import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";

const root = process.env.CELLS_MUTATION_ROOT;

/** The key as in `draw.ts`. A checker receives lines and columns from zero, a reporter from one. */
function keyOf({ fileName, location: { start, end }, mutatorName, replacement }, first) {
  const at = ({ line, column }) => `${line + 1 - first}:${column + 1 - first}`;
  return `${relative(root, resolve(root, fileName))}:${at(start)}-${at(end)} ${mutatorName} ${replacement}`;
}

const drawn = () => new Set(JSON.parse(readFileSync(process.env.CELLS_MUTATION_DRAWN, "utf8")));

class Sample {
  async init() {
    this.drawn = drawn();
  }

  async check(mutants) {
    const verdict = (mutant) =>
      this.drawn.has(keyOf(mutant, 0)) ? { status: "passed" } : { status: "compileError", reason: "not drawn" };
    return Object.fromEntries(mutants.map((mutant) => [mutant.id, verdict(mutant)]));
  }

  async group(mutants) {
    return [mutants.map(({ id }) => id)];
  }
}

class Progress {
  done = 0;
  drawn = drawn();

  onMutantTested(mutant) {
    if (mutant.status === "CompileError" || !this.drawn.has(keyOf(mutant, 1))) return;
    this.done += 1;
    const told = mutant.status === "Killed" ? "" : `: ${mutant.status} ${keyOf(mutant, 1)}`;
    if (told !== "" || this.done % 10 === 0) process.stderr.write(`${this.done} of ${this.drawn.size}${told}\n`);
  }
}

export const strykerPlugins = [
  { kind: "Checker", name: "sample", injectableClass: Sample },
  { kind: "Reporter", name: "progress-of-sample", injectableClass: Progress },
];
