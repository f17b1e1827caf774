import { rmSync } from "node:fs";
import { join } from "node:path";

import { variables } from "../../contract/variables";
import type { Found } from "../../ops/up/adopt";
import type { EngineRun, GateEngine, ProgramMode } from "../../ops/up/gate";
import { UpRefused } from "../../ops/up/refused";
import { endedBySignal, type Engine, type QueryResult, type RunOptions } from "./engine";
import type { Journal } from "./journal";
import { planDigest } from "./plan-file";

/** How a gate uses an engine. */
export interface GateEngineOptions extends Pick<RunOptions, "onEvent" | "onOutput" | "signal"> {
  /** Records the engine of an update. */
  readonly journal: Pick<Journal, "begin" | "end">;
  /** Writes the policy pack into a folder. @returns the folder of the pack. */
  readonly pack: (folder: string) => string;
  /** Arguments that limit the changed resources; see `targetsOf`. Default none. */
  readonly targets?: readonly string[];
  /** Runs a command that takes the stack's lock; may break our own lock and try again. */
  readonly locking?: <
    R extends Pick<QueryResult, "code" | "output"> & Partial<Pick<QueryResult, "errors"> & Pick<EngineRun, "events">>,
  >(
    attempt: () => Promise<R>,
  ) => Promise<R>;
  /** Makes what was found after a killed update part of the state. */
  readonly settle: (found: Found) => Promise<void>;
}

/** The gate's port on a real engine. Plan and pack are in the engine's private folder. */
export function gateEngine(engine: Engine, options: GateEngineOptions): GateEngine {
  const { pack, targets = [], journal, signal, onEvent, onOutput, settle } = options;
  const locking = options.locking ?? ((attempt) => attempt());
  const { folder, stack } = engine.settings;
  const plan = join(folder, "plan.json");
  const common = ["--policy-pack", pack(join(folder, "pack")), ...targets];
  const run = async (
    args: readonly string[],
    { isClosed, held }: ProgramMode,
    more: RunOptions = {},
  ): Promise<EngineRun> => {
    refuseAborted(signal);
    const env = { [variables.closed]: String(isClosed), [variables.held]: JSON.stringify(held) };
    const result = await engine.run([...args, ...common], { env, onEvent, onOutput, signal, ...more });
    if (result.code !== 0 && signal?.aborted === true) {
      throw new UpRefused("interrupted", `${args[0]} was interrupted: run the same command again, and it continues`);
    }
    return result;
  };
  const up = async (mode: ProgramMode): Promise<EngineRun> => {
    let code: number = endedBySignal;
    const onStart: RunOptions["onStart"] = (owned) => journal.begin(owned);
    try {
      const result = await run(["up", "--yes", "--skip-preview", "--plan", plan], mode, { onStart });
      ({ code } = result);
      return result;
    } finally {
      // A killed engine may have left its lock, and a state that lacks resources it created.
      if (code !== endedBySignal) journal.end();
    }
  };
  return {
    preview: (mode) => run(["preview", "--save-plan", plan], mode),
    up: async (mode) => {
      const result = await locking(() => up(mode));
      rmSync(plan, { force: true });
      return result;
    },
    planDigest: () => planDigest(plan),
    settle,
    refresh: async (urns) => {
      const { code, output, errors } = await locking(() => engine.query(refreshOf(urns)));
      if (code !== 0)
        throw new UpRefused("stages", `the cloud cannot be read (pulumi refresh): ${(errors + output).trim()}`);
    },
    exportState: async () => {
      const { code, output, errors } = await engine.query(["stack", "export", "--show-secrets"]);
      if (/no stack named/.test(errors)) {
        throw new UpRefused(
          "no-engine",
          `there is no stack ${stack} in this backend (pulumi whoami -v shows which): create it with pulumi stack init ${stack}`,
        );
      }
      // The output is not shown: it holds the secrets.
      if (code !== 0) {
        throw new UpRefused(
          "not-clean",
          `the state of ${stack} cannot be read (pulumi stack export ended with ${code}): ${errors.trim()}`,
        );
      }
      return output;
    },
  };
}

/** The engine's arguments that read resources from the cloud into the state. */
export function refreshOf(urns: readonly string[]): readonly string[] {
  return ["refresh", "--yes", "--skip-preview", "--non-interactive", ...urns.flatMap((urn) => ["--target", urn])];
}

/** @throws UpRefused after an abort. */
export function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new UpRefused(
      "interrupted",
      "stopped before the next step, as you asked: the same command continues from there",
    );
  }
}
