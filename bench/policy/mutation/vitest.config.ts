import { BaseSequencer, type TestSpecification } from "vitest/node";
import { defineConfig } from "vitest/config";

/**
 * The fast suite as the judge of mutants, in two rounds: what is quick first, then, for what survived, what takes
 * seconds. One thread loads the pack once for all files. What only starts processes is left out: a mutant is switched on
 * in the thread of the test.
 */
const slow = ["pack", "check", "quotas", "report", "change"];
const slowFiles = slow.map((name) => `test/policy/${name}.test.ts`);
const unable = ["test/policy/lean-sdk.test.ts", "**/node_modules/**"];
const all = ["test/policy/**/*.test.ts", "test/ops/up/*.test.ts"];

/** The cheapest files first, since the first that fails ends a mutant's run. */
const last = ["rules", "secrets", "fingerprints", "unknowns", "admit", "variants", "guard", "fuzz", ...slow];

class CheapFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number =>
      last.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
    return Promise.resolve([...files].sort((a, b) => rank(a) - rank(b) || (a.moduleId < b.moduleId ? -1 : 1)));
  }
}

const second = process.env["CELLS_MUTATION_ROUND"] === "2";

export default defineConfig({
  test: {
    isolate: false,
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    include: second ? slowFiles : all,
    exclude: second ? unable : [...unable, ...slowFiles],
    sequence: { sequencer: CheapFirst },
  },
});
