import { hostname } from "node:os";

import { settledState } from "../../ops/up/adopt";
import type { GateEngine } from "../../ops/up/gate";
import { isOurs, lockedBy, type Lock } from "../../ops/up/locks";
import { UpRefused } from "../../ops/up/refused";
import { Engine, withoutEngineOptions } from "./engine";
import { gateEngine, refreshOf, refuseAborted, type GateEngineOptions } from "./gate-engine";
import type { Journal } from "./journal";

/** The stack that `pulumi` on PATH is to work on, with the backend that it is logged in to. */
export interface PulumiStack extends Omit<GateEngineOptions, "journal" | "locking" | "settle"> {
  readonly journal: Journal;
  readonly stack: string;
  /** The project's folder. */
  readonly directory: string;
  /** Private folder for the time of the run. */
  readonly folder: string;
  readonly report: (line: string) => void;
  /** Arguments of every command; for tests. */
  readonly extra?: readonly string[];
}

/**
 * Runs `body` with `pulumi` as a person would run it. When an earlier command was killed, its engine may still be at
 * work: this waits for its end, and breaks its lock when it has died.
 *
 * @throws UpRefused when another update holds the lock, or when `signal` is aborted.
 */
export async function withPulumi<T>(about: PulumiStack, body: (engine: GateEngine) => Promise<T>): Promise<T> {
  const { stack, directory, folder, journal, report, signal, extra = [], ...options } = about;
  const left = journal.left();
  if (left?.isRunning() === true) {
    report(`the engine of the last update is still running (process ${left.pid}): waiting for its end …`);
    while (left.isRunning()) {
      refuseAborted(signal);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  const engine = new Engine({
    command: "pulumi",
    stack,
    directory,
    folder,
    variables: environment,
    extra: () => extra,
  });
  const locking: GateEngineOptions["locking"] = async (attempt) => {
    const first = await attempt();
    // The engine takes the lock before it does anything that it reports.
    const began = first.code === 0 || (first.events?.length ?? 0) > 0;
    const lock = began ? undefined : lockedBy(first.errors ?? first.output);
    if (lock === undefined) return first;
    if (left === undefined || !isOurs(lock, left, hostname())) throw new UpRefused("locked", isLocked(stack, lock));
    report(`removing the lock of process ${left.pid}, which this checkout started and which has ended`);
    await engine.query(["cancel", "--yes"]);
    return attempt();
  };
  const settle: GateEngineOptions["settle"] = async (found) => {
    // With secrets encrypted: the state is imported again, and no secret is read.
    const state = await engine.query(["stack", "export"]);
    const imported =
      state.code === 0
        ? await locking(() => engine.query(["stack", "import"], settledState(state.output, found)))
        : state;
    const urns = [...found].flatMap(([urn, id]) => (id === undefined ? [] : [urn]));
    const read =
      imported.code !== 0 || urns.length === 0 ? imported : await locking(() => engine.query(refreshOf(urns)));
    if (read.code !== 0) {
      throw new UpRefused(
        "interrupted",
        `the resources that you named cannot be added to the state: ${(read.errors + read.output).trim()}`,
      );
    }
  };
  engine.open();
  try {
    return await body(gateEngine(engine, { ...options, journal, signal, locking, settle }));
  } finally {
    engine.close();
  }
}

/** These switches enable update plans and the event log. */
function environment(): NodeJS.ProcessEnv {
  return { ...withoutEngineOptions(process.env), PULUMI_EXPERIMENTAL: "true", PULUMI_DEBUG_COMMANDS: "true" };
}

function isLocked(stack: string, { host, pid }: Lock): string {
  return (
    `another update of ${stack} holds its lock (process ${pid} on ${host}), and nothing was changed: wait until it ends. ` +
    `Only if that process has died: pulumi cancel --stack ${stack}, then cells up again`
  );
}
