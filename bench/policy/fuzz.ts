import { dirname, join } from "node:path";

import { run, type Report } from "../../adapters/processes/process";
import { projectDirectory } from "../../adapters/files/paths";

/** How many hostile bags were judged. */
interface Fuzzed {
  readonly judged: number;
  readonly seconds: number;
}

/**
 * Judges so many hostile bags of properties, half of them with a leak planted: the tests of `test/policy/fuzz.test.ts`,
 * which run a share of these each time.
 *
 * @throws Error with the counterexample, when one crashes the pack or passes as clean.
 */
export async function fuzz(bags: number, report: Report): Promise<Fuzzed> {
  const started = performance.now();
  const vitest = join(dirname(require.resolve("vitest/package.json")), "vitest.mjs");
  const { code, output } = await run(
    process.execPath,
    [vitest, "run", "--project", "fast", "test/policy/fuzz.test.ts"],
    {
      cwd: projectDirectory,
      env: { ...process.env, CELLS_RUNS: String(Math.ceil(bags / 2)) },
      report,
    },
  );
  const judged = [...output.matchAll(/(?:hostile bags|planted leaks) judged: (\d+)/g)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );
  if (code !== 0 || judged < bags)
    throw new Error(`${judged} of ${bags} bags were judged, and not all as they must be:\n${output}`);
  return { judged, seconds: (performance.now() - started) / 1000 };
}
