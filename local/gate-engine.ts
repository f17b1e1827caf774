import { gateEngine, type GateEngineOptions } from "../adapters/pulumi/gate-engine";
import { progress } from "../adapters/pulumi/progress";
import type { Report } from "../adapters/processes/process";
import { UpRefused } from "../ops/up/refused";
import type { GateEngine } from "../ops/up/gate";
import { sessionJournal } from "./session";
import type { LocalStack } from "./stack";

/** The gate's engine on a local stack. The session records when cloud and state may differ. */
export function localGateEngine(
  stack: LocalStack,
  options: Pick<GateEngineOptions, "targets" | "signal" | "pack"> & { readonly report: Report },
): GateEngine {
  const { report, ...rest } = options;
  return gateEngine(stack.engine, {
    ...rest,
    journal: sessionJournal(stack.environment),
    onEvent: progress(report),
    // A local update writes no state while it runs, so no creation can be pending in it.
    settle: () =>
      Promise.reject(
        new UpRefused("interrupted", "after a killed update, local cloud and state are created together: npm start"),
      ),
  });
}
