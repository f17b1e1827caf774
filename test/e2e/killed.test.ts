import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { nullBackend } from "../../bench/up/floor/backend";
import { ensureEngine } from "../../local/engine/engine";
import { run } from "../../adapters/processes/process";
import { serveProvider, type ServedProvider } from "../../local/providers/server";
import { attach } from "../../local/providers/serve";
import { LocalStack } from "../../local/stack";
import type { Ran } from "../harness/cells";

/**
 * `cells up` on `pulumi` and its own backend, killed with SIGKILL in the middle: with the engine alive, which ends its
 * work, and with the engine dead, which leaves a lock and creations with an unknown outcome.
 */
const pack = join(__dirname, "../ops/up/pack");
/** Resources of two cells with `GATE_MORE=6`, and the router's table. */
const resources = 17;

let directory: string;
/** A copy of the program: the engine writes its salt beside it. */
let program: string;
let provider: ServedProvider;
let variables: NodeJS.ProcessEnv;
/** What the cloud holds: id to name. */
let cloud: Map<string, string>;
/** Called at each creation, before it is answered. */
let onCreate: (count: number) => void;
/** No creation is answered before this. */
let held: Promise<void>;

const stateOf = async (): Promise<readonly { urn: string; id?: string; custom?: boolean; type: string }[]> => {
  const { output } = await run("pulumi", ["stack", "export", "--stack", "dev", "--cwd", program], { env: variables });
  const { deployment } = JSON.parse(output) as {
    deployment: { resources?: { urn: string; id?: string; custom?: boolean; type: string }[] };
  };
  return deployment.resources ?? [];
};

/** Runs the gate in a separate process. */
function gate(found: readonly (readonly [string, string | undefined])[] = []): {
  readonly kill: () => void;
  readonly ended: Promise<Ran>;
  /** It has found the last update's engine at work, or has ended. */
  readonly waits: Promise<void>;
} {
  const script = join(__dirname, "../ops/up/run-gate.ts");
  const args = [join(directory, "run"), join(directory, "engine.json"), program, pack];
  const child = spawn(process.execPath, ["--import", require.resolve("tsx"), script, ...args], {
    env: { ...variables, GATE_MORE: "6", GATE_ROUTER: "true", GATE_FOUND: JSON.stringify(found) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  const ended = new Promise<Ran>((resolve) =>
    child.once("close", (code) => resolve({ code: code ?? 130, stdout, stderr })),
  );
  const waits = new Promise<void>((resolve) => {
    child.stderr.on("data", () => stderr.includes("is still running") && resolve());
    void ended.then(() => resolve());
  });
  return { kill: () => void child.kill("SIGKILL"), ended, waits };
}

/** Kills the command, and on request the engine, after the given number of create requests to the cloud. */
async function killedAt(count: number, withEngine: boolean): Promise<void> {
  const first = gate();
  onCreate = (made) => {
    if (made !== count) return;
    first.kill();
    // Between two writes of the state: a file backend does not survive one that is cut off, a bucket does.
    if (withEngine) setTimeout(() => process.kill(engine(), "SIGKILL"), 800);
  };
  const ran = await first.ended;
  expect(ran.code, ran.stderr).toBe(130);
  onCreate = () => undefined;
}

/** The engine in the journal. */
function engine(): number {
  return (JSON.parse(readFileSync(join(directory, "engine.json"), "utf8")) as { pid: number }).pid;
}

/** Nothing twice, nothing that the state lacks. */
async function expectWhole(): Promise<void> {
  const inState = (await stateOf()).filter(({ type }) => type === "bench:index:Bare");
  expect(inState.map(({ id }) => id).sort()).toEqual([...cloud.keys()].sort());
  expect(new Set(cloud.values()).size).toBe(cloud.size);
  expect(cloud.size).toBe(resources);
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "cells-killed-"));
  program = join(directory, "program");
  cpSync(join(__dirname, "../ops/up/program"), program, { recursive: true });
  symlinkSync(join(__dirname, "../../node_modules"), join(directory, "node_modules"));
  cloud = new Map();
  onCreate = () => undefined;
  held = Promise.resolve();
  let next = 0;
  provider = await serveProvider({
    ...nullBackend,
    create: async (session, token, given, name) => {
      const made = await nullBackend.create(session, token, given, name);
      const id = `${name}-${next++}`;
      cloud.set(id, name);
      onCreate(cloud.size);
      await Promise.all([held, new Promise((resolve) => setTimeout(resolve, 1500))]);
      return { ...made, id };
    },
  });
  const found = await ensureEngine(() => undefined);
  const stack = new LocalStack("dev", found, "http://127.0.0.1:9", attach([provider]), undefined, directory);
  await stack.prepare();
  variables = { ...process.env, ...stack.variables() };
  // A real backend: the state is written at each step.
  delete variables["PULUMI_SKIP_CHECKPOINTS"];
  process.env["PATH"] = [...found.path, process.env["PATH"] ?? ""].join(delimiter);
});

afterEach(async () => {
  await provider?.close();
  rmSync(directory, { recursive: true, force: true });
});

describe("an up that is killed", () => {
  it.each([1, 7, 14])("continues without its command, and the next up converges: at creation %i", async (count) => {
    let release = (): void => undefined;
    // The engine must not end before the next command looks, however slow the machine is.
    if (count === 1) held = new Promise<void>((resolve) => (release = resolve));
    await killedAt(count, false);
    const next = gate();
    void next.waits.then(release);
    const again = await next.ended;
    if (count === 1) expect(again.stderr).toMatch(/the engine of the last update is still running \(process \d+\)/);
    expect(again).toMatchObject({ code: 0 });
    await expectWhole();
    expect(existsSync(join(directory, "run"))).toBe(false);
    const third = await gate().ended;
    expect(JSON.parse(third.stdout)).toMatchObject({ outcome: "nothing to change", changes: 0 });
  });

  it("creates nothing twice after its engine was killed: lists the resources of unknown state, and removes the dead engine's lock", async () => {
    await killedAt(7, true);
    const refused = await gate().ended;
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toMatch(/the cloud may have them or not/);
    const known = new Set((await stateOf()).map(({ id }) => id));
    const open = [...cloud].filter(([id]) => !known.has(id));
    expect(open.length).toBeGreaterThan(0);
    for (const [, name] of open) expect(refused.stderr).toContain(`::${name}`);
    expect(cloud.size).toBeLessThan(resources);

    // As the message requests: --found for resources that exist, --gone for the others.
    const urns = refused.stderr
      .split("\n")
      .filter((line) => line.startsWith("  urn:"))
      .map((line) => line.trim());
    const found = urns.map((urn): [string, string | undefined] => [
      urn,
      open.find(([, name]) => urn.endsWith(`::${name}`))?.[0],
    ]);
    const resumed = await gate(found).ended;
    expect(resumed.stderr).toMatch(/removing the lock of process \d+, .* which has ended/);
    expect(resumed.code, resumed.stderr).toBe(0);
    await expectWhole();
  });
});
