import { Listr, PRESET_TIMER, type ListrTask } from "listr2";

import type { Report } from "../adapters/processes/process";
import { throwTogether } from "../contract/user-error";

/** One step of a long piece of work. */
export interface Step<Context> {
  readonly title: string;
  /** True: there is nothing to do, and why is shown. */
  readonly skip?: (context: Context) => string | false;
  /** Does it; what it returns stands behind the title when it is done. */
  run(context: Context, report: Report): Promise<string | void>;
}

/** Steps one after another; a nested list runs side by side. */
export type Steps<Context> = readonly (Step<Context> | readonly Step<Context>[])[];

/** How long a step took. */
export interface Timing {
  readonly title: string;
  readonly seconds: number;
}

/**
 * Runs the steps and shows them: a live list in a terminal, one line for each step elsewhere, nothing when `quiet`.
 * Ends the steps that run side by side, then throws what stopped them.
 */
export async function runSteps<Context extends object>(
  steps: Steps<Context>,
  context: Context,
  options: { readonly quiet?: boolean } = {},
): Promise<readonly Timing[]> {
  if (!process.stdout.isTTY) return runPlainly(steps, context, options.quiet === true);
  const timings: Timing[] = [];
  const failures: unknown[] = [];
  const task = (step: Step<Context>): ListrTask<Context> => ({
    title: step.title,
    skip: (current) => failures.length > 0 || step.skip?.(current) || false,
    task: async (current, shown) => {
      const started = Date.now();
      const report: Report = (line) => {
        shown.output = line;
      };
      const note = await step.run(current, report).catch((error: unknown) => {
        failures.push(error);
        throw error;
      });
      timings.push({ title: step.title, seconds: (Date.now() - started) / 1000 });
      if (note !== undefined) shown.title = `${step.title}: ${note}`;
    },
  });
  const list = new Listr<Context>(
    steps.map((step) =>
      "run" in step
        ? task(step)
        : {
            title: step.map(({ title }) => title).join(", "),
            task: (_context, parent) => parent.newListr(step.map(task), { concurrent: true }),
          },
    ),
    {
      renderer: "default",
      exitOnError: false,
      silentRendererCondition: options.quiet === true,
      rendererOptions: { timer: PRESET_TIMER, collapseSubtasks: false, collapseErrors: false },
      // Ours: one Ctrl-C must end the engine gracefully, see `start`.
      registerSignalListeners: false,
    },
  );
  await list.run(context);
  throwTogether(failures);
  return timings;
}

/** Milliseconds between two lines of progress where there is no terminal. */
const interval = 10_000;

/** One line for each step that has ended; while a step runs, its progress now and then. */
async function runPlainly<Context>(
  steps: Steps<Context>,
  context: Context,
  isQuiet: boolean,
): Promise<readonly Timing[]> {
  const timings: Timing[] = [];
  const print = (line: string): void => void (isQuiet || process.stdout.write(`${line}\n`));
  const runOne = async ({ title, skip, run }: Step<Context>): Promise<void> => {
    const reason = skip?.(context) || false;
    if (reason !== false) return print(`↓ ${title}: ${reason}`);
    const started = Date.now();
    let last = started;
    const report: Report = (line) => {
      if (Date.now() - last < interval) return;
      last = Date.now();
      print(`  ${title}: ${line}`);
    };
    try {
      const note = await run(context, report);
      const seconds = (Date.now() - started) / 1000;
      timings.push({ title, seconds });
      print(`✔ ${title}${note === undefined ? "" : `: ${note}`} [${seconds.toFixed(1)}s]`);
    } catch (error) {
      print(`✖ ${title}`);
      throw error;
    }
  };
  for (const step of steps) {
    const ended = await Promise.allSettled("run" in step ? [runOne(step)] : step.map(runOne));
    throwTogether(ended.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : [])));
  }
  return timings;
}
