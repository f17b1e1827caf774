import { spawn } from "node:child_process";
import { closeSync, createReadStream, existsSync, mkdirSync, openSync, readSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { settledState } from "../../ops/up/adopt";
import type { EngineConfig } from "../../ops/up/admit";
import type { GateEvent } from "../../ops/up/events";
import type { EngineRun, GateEngine } from "../../ops/up/gate";
import { isOurs, lockedBy, type LeftEngine, type Lock } from "../../ops/up/locks";
import { planDigest } from "./plan-file";
import { UpRefused } from "../../ops/up/refused";

/** The stack that `pulumi` on PATH is to work on, with the backend that it is logged in to. */
export interface PulumiStack {
  readonly stack: string;
  /** The project's folder. */
  readonly directory: string;
  /** Folder of the policy pack. */
  readonly pack: string;
  readonly config: EngineConfig | undefined;
  /** The engine's own progress goes to standard error unless this is true. */
  readonly quiet: boolean;
  /** Where plan, events and output are while the engine runs; made anew, nobody else may read it. */
  readonly folder: string;
  readonly journal: Journal;
  readonly report: (line: string) => void;
  /** Aborted when a person asks for an end: nothing new is begun then. */
  readonly signal?: AbortSignal | undefined;
  /** Arguments that limit what is changed; see {@link targetsOf}. */
  readonly targets?: readonly string[];
  /** Arguments of every command; for tests. */
  readonly extra?: readonly string[];
}

/** Remembers the engine that changes things, so that the next command finds it when this one has been killed. */
export interface Journal {
  /** The engine of a command that did not see its end. */
  left(): LeftEngine | undefined;
  begin(pid: number): void;
  end(): void;
}

/**
 * `pulumi` as a person would run it. It has a session and files of its own, so that it finishes its work and writes its
 * state when this command is killed; the next one waits for it. The folder is private, because the engine writes secrets
 * into its event log, in clear; `body` ends, the folder goes.
 */
export async function withPulumi<T>(about: PulumiStack, body: (engine: GateEngine) => Promise<T>): Promise<T> {
  const { folder, journal, report } = about;
  const left = journal.left();
  if (left?.isRunning() === true) {
    report(`the last update goes on without its command (process ${left.pid}): waiting for its end …`);
    while (left.isRunning()) {
      goOn(about);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const plan = join(folder, "plan.json");
  const pack = ["--policy-pack", about.pack, ...(about.targets ?? [])];
  if (about.config !== undefined) {
    const file = join(folder, "config.json");
    writeFileSync(file, JSON.stringify(about.config));
    pack.push("--policy-pack-config", file);
  }
  const up = (isClosed: boolean): Promise<EngineRun> =>
    engineRun(about, ["up", "--yes", "--skip-preview", ...pack, "--plan", plan], isClosed);
  const unlocking = async <R extends { readonly code: number; readonly output: string; readonly errors?: string }>(
    attempt: () => Promise<R>,
  ): Promise<R> => {
    const ran = await attempt();
    const lock = ran.code === 0 ? undefined : lockedBy(`${ran.output}${ran.errors ?? ""}`);
    if (lock === undefined) return ran;
    if (left === undefined || !isOurs(lock, left, hostname()))
      throw new UpRefused("locked", isLocked(about.stack, lock));
    report(
      `the lock is that of process ${left.pid}, which this checkout has started and which has ended: it is taken away`,
    );
    await query(about, ["cancel", "--yes"]);
    return attempt();
  };
  try {
    return await body({
      preview: (isClosed) => engineRun(about, ["preview", ...pack, "--save-plan", plan], isClosed),
      up: (isClosed) => unlocking(() => up(isClosed)),
      planDigest: () => planDigest(plan),
      settle: async (found) => {
        // With secrets as they are kept: this goes back, and none of it is read.
        const kept = await query(about, ["stack", "export"]);
        const taken =
          kept.code === 0
            ? await unlocking(() => query(about, ["stack", "import"], settledState(kept.output, found)))
            : kept;
        const urns = [...found].flatMap(([urn, id]) => (id === undefined ? [] : ["--target", urn]));
        const read =
          taken.code !== 0 || urns.length === 0
            ? taken
            : await unlocking(() => query(about, ["refresh", "--yes", "--skip-preview", "--non-interactive", ...urns]));
        if (read.code !== 0)
          throw new UpRefused(
            "interrupted",
            `what was found could not be taken in: ${(read.errors + read.output).trim()}`,
          );
      },
      exportState: async () => {
        const { code, output, errors } = await query(about, ["stack", "export", "--show-secrets"]);
        if (/no stack named/.test(errors)) {
          throw new UpRefused(
            "no-engine",
            `there is no stack ${about.stack} in this backend (pulumi whoami -v says which): make it with pulumi stack init ${about.stack}`,
          );
        }
        // The output is not shown: it holds the secrets.
        if (code !== 0)
          throw new UpRefused(
            "not-clean",
            `the state of ${about.stack} cannot be read (pulumi stack export ended with ${code}): ${errors.trim()}`,
          );
        return output;
      },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function engineRun(about: PulumiStack, args: readonly string[], isClosed: boolean): Promise<EngineRun> {
  goOn(about);
  const log = join(about.folder, "events.jsonl");
  rmSync(log, { force: true });
  const ran = await run(about, [...args, "--non-interactive", "--event-log", log], isClosed);
  const events = await readEvents(log, ran.code === 0);
  rmSync(log, { force: true });
  return { ...ran, events };
}

/** A person has asked for an end. Between two runs of the engine nobody else would hear it. */
function goOn({ signal }: PulumiStack): void {
  if (signal?.aborted === true)
    throw new UpRefused("interrupted", "ended as you asked, before the next step; the same command again goes on");
}

async function readEvents(file: string, isWhole: boolean): Promise<readonly GateEvent[]> {
  if (!existsSync(file)) return [];
  const events: GateEvent[] = [];
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    const event = eventOf(text, isWhole);
    if (event !== undefined && event.diagnosticEvent?.severity !== "debug") events.push(event);
  }
  return events;
}

/** An engine that was killed has perhaps left half a line; one that ended well has left none. */
function eventOf(text: string, isWhole: boolean): GateEvent | undefined {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text) as GateEvent;
  } catch (error) {
    if (isWhole) throw error;
    return undefined;
  }
}

/** Update plans and the event log are behind these switches; what else they open is shut again. */
function variables(isClosed: boolean): NodeJS.ProcessEnv {
  const { PULUMI_SKIP_CHECKPOINTS: _unsafe, CELLS_CLOSED: _stray, ...env } = process.env;
  return {
    ...env,
    PULUMI_EXPERIMENTAL: "true",
    PULUMI_DEBUG_COMMANDS: "true",
    ...(isClosed ? { CELLS_CLOSED: "true" } : {}),
  };
}

/** Runs the engine to its end; what it prints goes into a file and from there, as it comes, to standard error. */
function run(
  { stack, directory, quiet, folder, journal, extra = [] }: PulumiStack,
  args: readonly string[],
  isClosed: boolean,
): Promise<{ readonly code: number; readonly output: string }> {
  const file = join(folder, "output.txt");
  const out = openSync(file, "w", 0o600);
  // A pipe would break when this command is killed, and its writer with it.
  const child = spawn("pulumi", [...args, "--stack", stack, ...extra], {
    cwd: directory,
    env: variables(isClosed),
    detached: true,
    stdio: ["ignore", out, out],
  });
  closeSync(out);
  const isChanging = args[0] === "up";
  if (isChanging && child.pid !== undefined) journal.begin(child.pid);
  const reader = openSync(file, "r");
  let output = "";
  const readOn = (): void => {
    const chunk = Buffer.alloc(1 << 16);
    for (let size = readSync(reader, chunk); size > 0; size = readSync(reader, chunk)) {
      output += chunk.toString("utf8", 0, size);
      if (!quiet) process.stderr.write(chunk.subarray(0, size));
    }
  };
  const timer = setInterval(readOn, 200);
  // In a session of its own the engine hears no Ctrl-C: it gets exactly one, finishes the calls under way and writes its state.
  let isEnding = false;
  const end = (): void => {
    if (!isEnding) child.kill("SIGINT");
    isEnding = true;
  };
  process.on("SIGINT", end).on("SIGTERM", end);
  return new Promise<number>((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) => reject(error.code === "ENOENT" ? noEngine() : error));
    child.once("close", (code) => resolve(code ?? 130));
  })
    .then((code) => {
      readOn();
      // Killed, it has perhaps left its lock: the record says whose that is.
      if (isChanging && code !== 130) journal.end();
      return { code, output };
    })
    .finally(() => {
      clearInterval(timer);
      closeSync(reader);
      process.off("SIGINT", end).off("SIGTERM", end);
    });
}

/** Runs a short command; its output stays in memory, because it may hold secrets. */
function query(
  { stack, directory, extra = [] }: PulumiStack,
  args: readonly string[],
  input = "",
): Promise<{ code: number; output: string; errors: string }> {
  const child = spawn("pulumi", [...args, "--stack", stack, ...extra], {
    cwd: directory,
    env: variables(false),
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => undefined).end(input);
  return new Promise((resolve, reject) => {
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on("data", (data: Buffer) => output.push(data));
    child.stderr.on("data", (data: Buffer) => errors.push(data));
    child.once("error", (error: NodeJS.ErrnoException) => reject(error.code === "ENOENT" ? noEngine() : error));
    child.once("close", (code) =>
      resolve({
        code: code ?? 130,
        output: Buffer.concat(output).toString("utf8"),
        errors: Buffer.concat(errors).toString("utf8"),
      }),
    );
  });
}

function isLocked(stack: string, { host, pid }: Lock): string {
  return (
    `another update of ${stack} holds its lock (process ${pid} on ${host}), and nothing was changed: wait until it ends. ` +
    `Only if you know that it has died: pulumi cancel --stack ${stack}, then cells up again`
  );
}

function noEngine(): UpRefused {
  const message =
    "there is no pulumi on PATH: install it (https://www.pulumi.com/docs/install/), or write --local for the local cloud";
  return new UpRefused("no-engine", message);
}
