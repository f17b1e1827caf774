import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, readSync, rmSync } from "node:fs";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";

import type { EngineEvent } from "../../ops/up/events";
import type { EngineRun } from "../../ops/up/gate";
import { UpRefused } from "../../ops/up/refused";
import { identify, type Owned } from "../processes/process";
import { EventLog } from "./event-log";

/** Exit code of an engine that a signal ended. */
export const endedBySignal = 130;

/** One stack, and how to run `pulumi` on it. */
export interface EngineSettings {
  /** `pulumi`, or the path of a build. */
  readonly command: string;
  readonly stack: string;
  /** Folder of Pulumi.yaml. */
  readonly directory: string;
  /** Private folder of plan, event log and output while the engine runs: the engine writes secrets into them, in clear. */
  readonly folder: string;
  /** Environment of every command. */
  readonly variables: () => NodeJS.ProcessEnv;
  /** Arguments of a command besides its own; default none. */
  readonly extra?: (verb: string) => readonly string[];
}

/** What a run needs besides its arguments. */
export interface RunOptions {
  /** Variables besides those of every command. */
  readonly env?: Readonly<Record<string, string>>;
  /** Receives each event as it happens. */
  readonly onEvent?: (event: EngineEvent) => void;
  /** Receives what the engine prints, as it comes. */
  readonly onOutput?: (text: string) => void;
  /** Receives the engine's process before it changes anything. */
  readonly onStart?: (engine: Owned) => void;
  /** An abort sends one SIGINT: the engine finishes the calls under way, writes its state and ends. */
  readonly signal?: AbortSignal | undefined;
}

/** How a short command ended. */
export interface QueryResult {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** The Pulumi engine on one stack. No other code starts it. */
export class Engine {
  constructor(readonly settings: EngineSettings) {}

  /** Creates the private folder, empty. */
  open(): void {
    this.close();
    mkdirSync(this.settings.folder, { recursive: true, mode: 0o700 });
  }

  /** Removes the private folder with all it holds. */
  close(): void {
    rmSync(this.settings.folder, { recursive: true, force: true });
  }

  /**
   * Runs a command that reports events: preview, up, destroy, refresh. The engine gets its own session and writes
   * into files, so it finishes its work and writes its state even when this process is killed.
   */
  async run(args: readonly string[], options: RunOptions = {}): Promise<EngineRun> {
    const { folder } = this.settings;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const log = join(folder, "events.jsonl");
    rmSync(log, { force: true });
    const file = join(folder, "output.txt");
    const out = openSync(file, "w", 0o600);
    // A pipe would break with this process, and the engine with the pipe.
    const child = this.spawn([...args, "--non-interactive", "--color", "never", "--event-log", log], {
      env: options.env,
      detached: true,
      stdio: ["ignore", out, out],
    });
    closeSync(out);
    if (child.pid !== undefined) options.onStart?.(identify(child.pid));
    const interrupt = (): void => void child.kill("SIGINT");
    if (options.signal?.aborted === true) interrupt();
    options.signal?.addEventListener("abort", interrupt, { once: true });
    const events = new EventLog(log, options.onEvent);
    const output = new Output(file, options.onOutput);
    try {
      const code = await ended(child);
      return { code, output: output.finish(), events: await events.finish(code === 0) };
    } finally {
      output.finish();
      await events.finish(false).catch(() => undefined);
      options.signal?.removeEventListener("abort", interrupt);
      rmSync(log, { force: true });
      rmSync(file, { force: true });
    }
  }

  /** Runs a short command. Its output stays in memory, because it may hold secrets. */
  async query(args: readonly string[], input = ""): Promise<QueryResult> {
    const child = this.spawn(args, { stdio: ["pipe", "pipe", "pipe"] });
    child.stdin?.on("error", () => undefined).end(input);
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout?.on("data", (data: Buffer) => output.push(data));
    child.stderr?.on("data", (data: Buffer) => errors.push(data));
    const code = await ended(child);
    return { code, output: Buffer.concat(output).toString("utf8"), errors: Buffer.concat(errors).toString("utf8") };
  }

  /** Runs a command on this process's terminal. The terminal sends Ctrl-C to the engine itself. @returns exit code. */
  async foreground(args: readonly string[]): Promise<number> {
    const ignore = (): void => undefined;
    process.on("SIGINT", ignore);
    try {
      return await ended(this.spawn(args, { stdio: "inherit" }));
    } finally {
      process.off("SIGINT", ignore);
    }
  }

  private spawn(
    args: readonly string[],
    {
      env,
      ...options
    }: { env?: RunOptions["env"]; detached?: boolean; stdio: "inherit" | ("ignore" | "pipe" | number)[] },
  ): ChildProcess {
    const { command, stack, directory, variables, extra } = this.settings;
    const verb = args[0] ?? "";
    const named = args.includes("--stack") || verb === "version" ? [] : ["--stack", stack];
    return spawn(command, [...args, ...named, ...(extra?.(verb) ?? [])], {
      ...options,
      cwd: directory,
      env: { ...variables(), ...env },
    });
  }
}

/**
 * Variables by which the engine takes options, or skips what a gate relies on: `PULUMI_OPTION_CWD` runs another program,
 * `PULUMI_OPTION_TARGET` a part of it, `PULUMI_OPTION_CONFIG_FILE` another configuration, `PULUMI_LANGUAGE_NODEJS_RUN_PATH` another runner
 * of programs and packs.
 * https://www.pulumi.com/docs/iac/cli/environment-variables/
 */
const engineOptions =
  /^PULUMI_(?:OPTION_.*|SKIP_CHECKPOINTS|CONTINUE_ON_ERROR|RUN_PROGRAM|DISABLE_VALIDATION|LANGUAGE_NODEJS_RUN_PATH)$/;

/** An environment without the variables that change what a command of the engine does. */
export function withoutEngineOptions(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !engineOptions.test(name)));
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) => reject(noEngine(error)));
    child.once("close", (code) => resolve(code ?? endedBySignal));
  });
}

/** Why the engine could not be started. */
function noEngine(error: NodeJS.ErrnoException): Error {
  if (error.code === "EACCES") {
    return new UpRefused(
      "no-engine",
      "the pulumi on PATH may not be run: make it executable (chmod +x), or put another one first on PATH",
    );
  }
  if (error.code !== "ENOENT") return error;
  return new UpRefused(
    "no-engine",
    "there is no pulumi on PATH: install it (https://www.pulumi.com/docs/install/), or write --local for the local cloud",
  );
}

/** Reads a file while another process writes it. */
class Output {
  private text = "";
  private readonly reader: number;
  private readonly decoder = new StringDecoder("utf8");
  private timer: NodeJS.Timeout | undefined;

  constructor(
    file: string,
    private readonly onOutput: (text: string) => void = () => undefined,
  ) {
    this.reader = openSync(file, "r");
    this.timer = setInterval(() => this.read(), 200);
  }

  finish(): string {
    if (this.timer === undefined) return this.text;
    clearInterval(this.timer);
    this.timer = undefined;
    this.read();
    closeSync(this.reader);
    return this.text;
  }

  private read(): void {
    const chunk = Buffer.alloc(1 << 16);
    for (let size = readSync(this.reader, chunk); size > 0; size = readSync(this.reader, chunk)) {
      const text = this.decoder.write(chunk.subarray(0, size));
      this.text += text;
      this.onOutput(text);
    }
  }
}
