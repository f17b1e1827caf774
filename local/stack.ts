import { spawn, type ChildProcess } from "node:child_process";
import { createReadStream, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";

import { parse, stringify } from "yaml";

import { languageHostEnvironment, type Engine } from "./engine/engine";
import { cacheDirectory, environmentDirectory, projectDirectory } from "../adapters/files/paths";
import { identify, run, type Owned } from "../adapters/processes/process";
import type { ServedProvider } from "./providers/server";
import { UserError } from "../contract/user-error";

/** One line of the engine's event log; only what is read here. See apitype.EngineEvent in pulumi/sdk/go. */
export interface EngineEvent {
  readonly timestamp?: number;
  readonly resourcePreEvent?: { readonly metadata: StepMetadata; readonly planning?: boolean };
  readonly resOutputsEvent?: { readonly metadata: StepMetadata; readonly planning?: boolean };
  readonly resOpFailedEvent?: { readonly metadata: StepMetadata };
  readonly diagnosticEvent?: { readonly urn?: string; readonly message: string; readonly severity: string };
  readonly policyEvent?: {
    readonly resourceUrn?: string;
    readonly message: string;
    readonly policyName: string;
    readonly enforcementLevel: string;
  };
  readonly summaryEvent?: { readonly resourceChanges: Readonly<Record<string, number>> };
}

/** One step of a plan. */
export interface StepMetadata {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  /** Top-level properties that differ, for updates and replacements. */
  readonly diffs?: readonly string[] | null;
}

/** How an engine command ended. */
export interface EngineResult {
  readonly code: number;
  readonly output: string;
  readonly events: readonly EngineEvent[];
  readonly seconds: number;
}

/**
 * The engine, pointed at the local cloud: the same program and stack file as a real environment, with a local file
 * backend, attached providers and `AWS_ENDPOINT_URL` on loopback.
 */
export class LocalStack {
  private readonly stateDirectory: string;
  private readonly configFile: string;

  constructor(
    readonly environment: string,
    private readonly engine: Engine,
    private readonly endpoint: string,
    private readonly providers: readonly ServedProvider[],
    /** Catalog to use instead of the one that the stack file names; absolute. */
    private readonly catalogFile?: string,
    /** Where state, stack file and event log are: `.cells/<environment>`. */
    private readonly directory: string = environmentDirectory(environment),
  ) {
    this.stateDirectory = join(this.directory, "state");
    this.configFile = join(this.directory, `Pulumi.${environment}.yaml`);
  }

  /** Variables that make any `pulumi` command act on this stack. */
  variables(): Record<string, string> {
    return {
      ...languageHostEnvironment(),
      PATH: [...this.engine.path, process.env["PATH"] ?? ""].join(delimiter),
      PULUMI_HOME: join(cacheDirectory(), "pulumi-home"),
      PULUMI_BACKEND_URL: pathToFileURL(this.stateDirectory).href,
      PULUMI_CONFIG_PASSPHRASE: this.passphrase(),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_DEBUG_PROVIDERS: this.providers.map(({ name, port }) => `${name}:${port}`).join(","),
      // The local cloud is disposable: its state and moto live and die together. A real stack never skips these.
      PULUMI_EXPERIMENTAL: "true",
      PULUMI_SKIP_CHECKPOINTS: "true",
      PULUMI_DEBUG_COMMANDS: "true",
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
    };
  }

  /** True once the stack has been created. */
  exists(): boolean {
    return existsSync(join(this.stateDirectory, ".pulumi", "stacks", "cells", `${this.environment}.json`));
  }

  /** Makes the stack. In a folder of its own, because `stack init` writes into the stack file it finds. */
  async initialise(): Promise<void> {
    const scratch = join(this.directory, "project");
    rmSync(scratch, { recursive: true, force: true });
    mkdirSync(scratch, { recursive: true });
    mkdirSync(this.stateDirectory, { recursive: true });
    writeFileSync(join(scratch, "Pulumi.yaml"), "name: cells\nruntime: nodejs\n");
    const made = await run(this.engine.command, ["stack", "init", this.environment, "--non-interactive"], {
      cwd: scratch,
      env: { ...process.env, ...this.variables() },
    });
    if (made.code !== 0)
      throw new UserError(`the engine could not make stack ${this.environment}: ${made.output.trim()}`);
    const salt = readFileSync(join(scratch, `Pulumi.${this.environment}.yaml`), "utf8");
    writeFileSync(join(this.directory, "salt.yaml"), salt);
  }

  /**
   * Runs an engine command on the stack, its events to `onEvent` as they happen. An abort sends one SIGINT: the
   * engine finishes the calls under way, writes its state and ends; a second abort is not needed.
   */
  async command(
    args: readonly string[],
    options: {
      readonly onEvent?: (event: EngineEvent) => void;
      readonly signal?: AbortSignal;
      readonly inherit?: boolean;
      /** Variables besides those of every command. */
      readonly env?: Readonly<Record<string, string>>;
      /** Told which process it is, before anything happens. */
      readonly onStart?: (engine: Owned) => void;
    } = {},
  ): Promise<EngineResult> {
    const started = Date.now();
    const verb = args[0] ?? "";
    const logged = ["up", "preview", "destroy", "refresh"].includes(verb) && options.inherit !== true;
    const eventLog = join(this.directory, "events.jsonl");
    rmSync(eventLog, { force: true });
    this.writeConfig();
    const child = spawn(
      this.engine.command,
      [
        ...args,
        ...(["up", "preview", "destroy", "refresh", "config"].includes(verb) ? ["--config-file", this.configFile] : []),
        ...(args.includes("--stack") || verb === "version" ? [] : ["--stack", this.environment]),
        ...(logged ? ["--event-log", eventLog, "--non-interactive", "--color", "never"] : []),
      ],
      {
        cwd: projectDirectory,
        env: { ...process.env, ...this.variables(), ...options.env },
        // A session of its own: Ctrl-C in the terminal reaches us alone, and we pass on exactly one.
        detached: options.inherit !== true,
        stdio: options.inherit === true ? "inherit" : ["ignore", "pipe", "pipe"],
      },
    );
    options.onStart?.(identify(child.pid ?? 0));
    const abort = (): void => {
      child.kill("SIGINT");
    };
    options.signal?.addEventListener("abort", abort, { once: true });
    const tail = logged ? new EventTail(eventLog, options.onEvent) : undefined;
    const { code, output } = await ended(child);
    options.signal?.removeEventListener("abort", abort);
    const events = (await tail?.finish()) ?? [];
    // The engine writes secrets into it, in clear.
    rmSync(eventLog, { force: true });
    return { code, output, events, seconds: (Date.now() - started) / 1000 };
  }

  /** Outputs of the stack, secrets masked. */
  async outputs(): Promise<Record<string, unknown>> {
    const { code, output } = await this.command(["stack", "output", "--json"]);
    if (code !== 0) throw new UserError(`the engine could not read the outputs: ${output.trim()}`);
    return JSON.parse(output) as Record<string, unknown>;
  }

  /** The project's stack file with this machine's encryption salt: the file in the repository stays as it is. */
  private writeConfig(): void {
    const committed = readYaml(join(projectDirectory, `Pulumi.${this.environment}.yaml`));
    const salt = readYaml(join(this.directory, "salt.yaml"));
    const config = {
      ...(committed["config"] as object | undefined),
      ...(this.catalogFile === undefined ? {} : { "cells:catalog": this.catalogFile }),
    };
    writeFileSync(this.configFile, stringify({ ...salt, config }));
  }

  private passphrase(): string {
    const file = join(this.directory, "passphrase");
    if (!existsSync(file)) {
      mkdirSync(this.directory, { recursive: true });
      writeFileSync(file, randomBytes(24).toString("base64url"), { mode: 0o600 });
    }
    return readFileSync(file, "utf8");
  }
}

function readYaml(file: string): Record<string, unknown> {
  return existsSync(file) ? ((parse(readFileSync(file, "utf8")) as Record<string, unknown> | null) ?? {}) : {};
}

/** Output and exit code of a child; 130 when a signal ended it. */
function ended(child: ChildProcess): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    let output = "";
    const take = (data: Buffer): void => {
      output += data.toString("utf8");
    };
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 130, output }));
  });
}

/** Follows the event log while the engine writes it. */
class EventTail {
  private readonly events: EngineEvent[] = [];
  private position = 0;
  /** Bytes of a line that is not whole yet. */
  private rest: Buffer = Buffer.alloc(0);
  private reading: Promise<void> = Promise.resolve();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly file: string,
    private readonly onEvent: ((event: EngineEvent) => void) | undefined,
  ) {
    this.timer = setInterval(() => {
      this.reading = this.reading.then(() => this.readOn());
    }, 200);
  }

  async finish(): Promise<readonly EngineEvent[]> {
    clearInterval(this.timer);
    await this.reading;
    await this.readOn();
    return this.events;
  }

  private async readOn(): Promise<void> {
    if (!existsSync(this.file)) return;
    const { size } = statSync(this.file);
    if (size <= this.position) return;
    const chunks = [this.rest];
    for await (const chunk of createReadStream(this.file, { start: this.position, end: size - 1 })) {
      chunks.push(chunk as Buffer);
    }
    this.position = size;
    // Cut at a line's end as bytes: elsewhere a character could be cut in two.
    const bytes = Buffer.concat(chunks);
    const whole = bytes.lastIndexOf(0x0a) + 1;
    this.rest = bytes.subarray(whole);
    const lines = bytes.subarray(0, whole).toString("utf8").split("\n");
    for (const line of lines) {
      if (line.trim() === "") continue;
      const event = JSON.parse(line) as EngineEvent;
      this.events.push(event);
      this.onEvent?.(event);
    }
  }
}
