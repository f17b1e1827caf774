/** Plans one batch of cells after another for `batches.ts`, in a process of its own. */
import { leanSdk } from "../lean-sdk";
import type { Answer, Task } from "./batches";

leanSdk();
const { planPlainly } = require("./plain") as typeof import("./plain");
const { UserError } = require("../../../contract/user-error") as typeof import("../../../contract/user-error");

let fleet: Extract<Task, { catalog: unknown }> | undefined;

process.once("disconnect", () => process.exit());
process.on("message", (task: Task) => void answer(task));

async function answer(task: Task): Promise<void> {
  if ("catalog" in task) {
    fleet = task;
    return;
  }
  process.send!(await planned(task.only));
  // The SDK keeps 30 MB a cell until the next collection, and Node alone would let several batches pile up.
  globalThis.gc?.();
}

async function planned(only: readonly string[]): Promise<Answer> {
  try {
    return { part: await planPlainly(fleet!.catalog, fleet!.settings, only) };
  } catch (error) {
    if (error instanceof UserError) return { refusal: error.message };
    throw error;
  }
}
