import { spawn } from "node:child_process";
import { createReadStream, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import type { EngineConfig } from "./admit";
import type { GateEvent } from "./events";
import type { EngineRun, GateEngine } from "./gate";
import { UpRefused } from "./refused";

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
}

/**
 * `pulumi` as a person would run it, with the plan, the events and the pack's configuration in a folder that nobody
 * else may read: the engine writes secrets into its event log, in clear. `body` ends, the folder goes.
 */
export async function withPulumi<T>(about: PulumiStack, body: (engine: GateEngine) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "cells-up-"));
  const plan = join(folder, "plan.json");
  const pack = ["--policy-pack", about.pack];
  if (about.config !== undefined) {
    const file = join(folder, "config.json");
    writeFileSync(file, JSON.stringify(about.config));
    pack.push("--policy-pack-config", file);
  }
  try {
    return await body({
      preview: () => engineRun(about, folder, ["preview", ...pack, "--save-plan", plan]),
      up: () => engineRun(about, folder, ["up", "--yes", "--skip-preview", ...pack, "--plan", plan]),
      exportState: async () => {
        const { code, output } = await pulumi(about, ["stack", "export", "--show-secrets"], true);
        // The output is not shown: it holds the secrets.
        if (code !== 0) throw new UpRefused("not-clean", `pulumi stack export ended with ${code}: nobody can tell whether the environment is clean`);
        return output;
      },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function engineRun(about: PulumiStack, folder: string, args: readonly string[]): Promise<EngineRun> {
  const log = join(folder, "events.jsonl");
  rmSync(log, { force: true });
  const ran = await pulumi(about, [...args, "--non-interactive", "--event-log", log], false);
  const events = await readEvents(log);
  rmSync(log, { force: true });
  return { ...ran, events };
}

async function readEvents(file: string): Promise<readonly GateEvent[]> {
  if (!existsSync(file)) return [];
  const events: GateEvent[] = [];
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    if (text.trim() === "") continue;
    const event = JSON.parse(text) as GateEvent;
    if (event.diagnosticEvent?.severity !== "debug") events.push(event);
  }
  return events;
}

function pulumi(
  { stack, directory, quiet }: PulumiStack,
  args: readonly string[],
  isSecret: boolean,
): Promise<{ readonly code: number; readonly output: string }> {
  // Update plans and the event log are behind these switches; what else they open is shut again.
  const { PULUMI_SKIP_CHECKPOINTS: _unsafe, ...env } = process.env;
  const child = spawn("pulumi", [...args, "--stack", stack], {
    cwd: directory,
    env: { ...env, PULUMI_EXPERIMENTAL: "true", PULUMI_DEBUG_COMMANDS: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A terminal's Ctrl-C reaches the engine by itself, once; it finishes the calls under way and writes its state.
  const ignore = (): void => undefined;
  const end = (): void => void child.kill("SIGINT");
  process.on("SIGINT", ignore).on("SIGTERM", end);
  return new Promise((resolve, reject) => {
    let output = "";
    const take = (data: Buffer): void => {
      output += data.toString("utf8");
      if (!quiet && !isSecret) process.stderr.write(data);
    };
    child.stdout.on("data", take);
    child.stderr.on("data", isSecret ? ignore : take);
    child.once("error", (error: NodeJS.ErrnoException) => reject(error.code === "ENOENT" ? noEngine() : error));
    child.once("close", (code) => resolve({ code: code ?? 130, output }));
  }).finally(() => process.off("SIGINT", ignore).off("SIGTERM", end)) as Promise<{ code: number; output: string }>;
}

function noEngine(): UpRefused {
  const message = "there is no pulumi on PATH: install it (https://www.pulumi.com/docs/install/), or write --local for the local cloud";
  return new UpRefused("no-engine", message);
}
