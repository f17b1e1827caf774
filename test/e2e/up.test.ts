import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { nullBackend } from "../../bench/up/floor/backend";
import { ensureEngine } from "../../local/engine/engine";
import { admitPack, watchInputs, type Admittance } from "../../adapters/policy/pack";
import { gateEngine } from "../../adapters/pulumi/gate-engine";
import { journalIn } from "../../adapters/pulumi/journal";
import { serveProvider, type ServedProvider } from "../../local/providers/server";
import { attach } from "../../local/providers/serve";
import { LocalStack } from "../../local/stack";
import type { Finding } from "../../ops/up/finding";
import {
  applyPlan,
  judgePlan,
  verifyState,
  type EngineRun,
  type GatePorts,
  type ProgramMode,
  type UpRequest,
} from "../../ops/up/gate";
import { targetsOf } from "../../ops/up/only";
import { missingProof } from "../../ops/up/proof";
import { fleet, manifest } from "../ops/up/world";

const root = join(__dirname, "../..");
const program = join(__dirname, "../ops/up/program");
const pack = join(__dirname, "../ops/up/pack");

let directory: string;
let provider: ServedProvider;
let stack: LocalStack;
/** `create name`, `update id`, … in order: what reached the cloud. */
const calls: string[] = [];
/** Commands that the engine was started with. */
const started: string[] = [];
let hasChanged = false;
let findings: readonly Finding[] = [];

const request: UpRequest = { catalog: fleet(2), manifest, maxCellsPerUpdate: 1, approvals: [] };

/** The gate on the small program, with its small pack. */
function ports(extra: readonly string[] = [], packFolder = pack, only?: readonly string[]): GatePorts {
  const engine = gateEngine(stack.engine, {
    pack: () => packFolder,
    targets: [...targetsOf(only), "--cwd", program, ...extra],
    journal: journalIn(join(directory, "engine.json")),
    settle: () => Promise.reject(new Error("nothing to settle")),
  });
  const preview = (mode: ProgramMode): Promise<EngineRun> => {
    started.push("preview");
    return engine.preview(mode);
  };
  const up = (mode: ProgramMode): Promise<EngineRun> => {
    started.push("up");
    return engine.up(mode);
  };
  return { engine: { ...engine, preview, up }, hasChanged: () => hasChanged, verify: () => findings };
}

async function up(request_: UpRequest = request): Promise<void> {
  await applyPlan(await judgePlan(request_, ports()), ports());
}

/** Runs `body` with variables that the program reads. */
async function told<T>(variables: Readonly<Record<string, string>>, body: () => Promise<T>): Promise<T> {
  Object.assign(process.env, variables);
  try {
    return await body();
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name];
  }
}

async function resources(): Promise<readonly string[]> {
  const state = JSON.parse(await ports().engine.exportState()) as {
    readonly deployment: { readonly resources?: readonly { readonly urn: string }[] };
  };
  return (state.deployment.resources ?? []).map(({ urn }) => urn.split("::").at(-1) ?? "").sort();
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "cells-gate-"));
  provider = await serveProvider({
    ...nullBackend,
    create: (session, token, given, name) => {
      calls.push(`create ${name}`);
      return nullBackend.create(session, token, given, name);
    },
    read: (session, token, id, state, given) => {
      calls.push(`read ${id}`);
      return nullBackend.read(session, token, id, state, given);
    },
    update: (session, token, id, given, old, state) => {
      calls.push(`update ${id}`);
      return nullBackend.update(session, token, id, given, old, state);
    },
    delete: (session, token, id, state) => {
      calls.push(`delete ${id}`);
      return nullBackend.delete(session, token, id, state);
    },
  });
  stack = new LocalStack(
    "dev",
    await ensureEngine(() => undefined),
    "http://127.0.0.1:9",
    attach([provider]),
    undefined,
    directory,
  );
  await stack.prepare();
  stack.engine.open();
});

afterAll(async () => {
  await provider?.close();
  rmSync(directory, { recursive: true, force: true });
});

describe("the gate on the real engine", () => {
  it("refuses each bypass before any call of a cloud, and before the engine is started", async () => {
    const texts = { fingerprints: [] };
    const ways: readonly (readonly [reason: string, asked: Admittance])[] = [
      ["pack-missing", { texts, project: directory }],
      ["pack-settings", { texts, refused: ["--policy-pack-config"] }],
      ["no-preview", { texts, refused: ["--skip-preview"] }],
    ];
    const run = async (asked: Admittance): Promise<void> => {
      admitPack(asked);
      await up();
    };
    for (const [reason, asked] of ways)
      await expect(run(asked), reason).rejects.toMatchObject({ name: "UpRefused", reason });
    process.env["CELLS_POLICY_PIN"] = "0".repeat(64);
    try {
      await expect(run({ texts })).rejects.toMatchObject({ reason: "pack-altered" });
    } finally {
      delete process.env["CELLS_POLICY_PIN"];
    }
    expect(started).toEqual([]);
    expect(calls).toEqual([]);
  });

  it("refuses a bypass that passes those checks: a pack that is off, missing or replaced gives no proof", async () => {
    const off = join(directory, "off.json");
    writeFileSync(off, '{"all":"disabled"}');
    await expect(judgePlan(request, ports(["--policy-pack-config", off]))).rejects.toMatchObject({
      reason: "not-proven",
    });
    await expect(judgePlan(request, ports([], join(directory, "nowhere")))).rejects.toMatchObject({
      reason: "preview-failed",
    });
    const other = { ...request, manifest: { ...manifest, version: "9.9.9" } };
    await expect(judgePlan(other, ports())).rejects.toMatchObject({ reason: "not-proven" });
    expect(calls).toEqual([]);
  });

  it("finds the digest of the bytes that ran in the engine's own events", async () => {
    const { manifest: ours, write } = admitPack({ texts: { fingerprints: [] } });
    const engine = gateEngine(stack.engine, {
      pack: write,
      targets: ["--cwd", program],
      journal: journalIn(join(directory, "engine.json")),
      settle: () => Promise.reject(new Error("nothing to settle")),
    });
    const { events } = await engine.preview({ isClosed: false, held: {} });
    const versions = events.flatMap(({ policyAnalyzeSummaryEvent: one, policyAnalyzeStackSummaryEvent: all }) =>
      [one, all].flatMap((summary) => (summary === undefined ? [] : [summary.policyPackVersion])),
    );
    expect([...new Set(versions)]).toEqual([ours.version]);
    // The small program has resources without an owner; the pack proves that it judged them.
    expect(missingProof(events, ours).filter((line) => line.startsWith("no event"))).toEqual([]);
    expect(calls).toEqual([]);
  });

  it("changes nothing when one cell violates a policy, nor when the inputs changed since the preview", async () => {
    await told({ GATE_BAD: "cell-2" }, () =>
      expect(up()).rejects.toMatchObject({
        reason: "preview-failed",
        message: expect.stringContaining("cell-2-first: No leak.") as string,
      }),
    );
    const plan = await judgePlan(request, ports());
    hasChanged = true;
    await expect(applyPlan(plan, ports())).rejects.toMatchObject({ reason: "no-preview" });
    hasChanged = false;
    expect(calls).toEqual([]);
  });

  it("changes nothing when pack, catalog or program are edited between preview and update", async () => {
    // A copy of the project, as the gate digests it.
    const project = join(directory, "project");
    for (const one of ["index.ts", "Pulumi.yaml", "catalog", "components", "policy"]) {
      cpSync(join(root, one), join(project, one), { recursive: true });
    }
    const catalog = join(project, "catalog/dev.yaml");
    for (const file of [
      "policy/rules/index.ts",
      "policy/register.yaml",
      "policy/manifest.json",
      "catalog/dev.yaml",
      "components/edge.ts",
      "index.ts",
    ]) {
      const digested = { ...ports(), hasChanged: watchInputs(catalog, "dev", project) };
      const plan = await judgePlan(request, digested);
      const before = readFileSync(join(project, file));
      appendFileSync(join(project, file), "\n# edited\n");
      await expect(applyPlan(plan, digested), file).rejects.toMatchObject({ reason: "no-preview" });
      writeFileSync(join(project, file), before);
    }
    expect(calls).toEqual([]);
  });

  it("changes nothing when the saved plan is tampered with or gone", async () => {
    const plan = join(directory, "run", "plan.json");
    const texts: readonly ((text: string) => string | undefined)[] = [
      () => undefined,
      () => "{",
      (text) => text.replaceAll("cell-1-first", "cell-1-other"),
      (text) => text.replaceAll('"text":"own"', '"text":"leak"').replaceAll('"text": "own"', '"text": "leak"'),
      (text) => JSON.stringify({ ...(JSON.parse(text) as object), resourcePlans: {} }),
    ];
    for (const [at, tamper] of texts.entries()) {
      const judged = await judgePlan(request, ports());
      const before = readFileSync(plan, "utf8");
      const after = tamper(before);
      expect(after, String(at)).not.toBe(before);
      if (after === undefined) rmSync(plan);
      else writeFileSync(plan, after);
      await expect(applyPlan(judged, ports()), String(at)).rejects.toMatchObject({ reason: "no-preview" });
      expect(calls, String(at)).toEqual([]);
    }
  });

  it("creates new cells without --cells, and then has nothing to do", async () => {
    const plan = await judgePlan(request, ports());
    expect(plan.reach.cells.map(({ id, isNew }) => [id, isNew])).toEqual([
      ["cell-1", true],
      ["cell-2", true],
    ]);
    await applyPlan(plan, ports());
    expect([...calls].sort()).toEqual(
      ["cell-1-first", "cell-1-second", "cell-2-first", "cell-2-second"].map((name) => `create ${name}`),
    );
    expect((await judgePlan(request, ports())).changes).toBe(0);
  });

  it("refuses two old cells at once unless both are named", async () => {
    calls.length = 0;
    await told({ GATE_SIZE: "2" }, async () => {
      await expect(up()).rejects.toMatchObject({
        reason: "wave",
        message: expect.stringContaining("cell-1,cell-2") as string,
      });
      await expect(up({ ...request, cells: ["cell-1"] })).rejects.toMatchObject({ reason: "wave" });
      expect(calls).toEqual([]);
      await up({ ...request, cells: ["cell-1", "cell-2"] });
    });
    expect([...calls].sort()).toEqual(["update cell-1-first", "update cell-2-first"]);
  });

  it("rolls a change of the program out cell by cell, to the named cells only", async () => {
    calls.length = 0;
    await told({ GATE_SIZE: "3", GATE_CELLS: "cell-1,cell-2,cell-3" }, async () => {
      for (const id of ["cell-2", "cell-1"]) {
        const alone = ports([], pack, [id]);
        const plan = await judgePlan({ ...request, only: [id] }, alone);
        expect(plan.reach).toMatchObject({ cells: [{ id, steps: { update: 1 } }], shared: 0 });
        await applyPlan(plan, alone);
      }
    });
    expect(calls).toEqual(["update cell-2-first", "update cell-1-first"]);
    await told({ GATE_SIZE: "3" }, async () => expect((await judgePlan(request, ports())).changes).toBe(0));
    await told({ GATE_SIZE: "2" }, () => up({ ...request, cells: ["cell-1", "cell-2"] }));
  });

  it("stops a leak that only resolved values show, and leaves every other cell unchanged", async () => {
    calls.length = 0;
    const before = await resources();
    await told({ GATE_LATE: "cell-2", GATE_SIZE: "2" }, () =>
      expect(up()).rejects.toMatchObject({
        reason: "up-failed",
        message: expect.stringContaining("cell-2-late") as string,
      }),
    );
    expect(calls).toEqual([]);
    expect(await resources()).toEqual(before);
  });

  it("names the cells that get no traffic when the environment is not clean", async () => {
    const urn = "urn:pulumi:dev::cells::cells:index:CellStack$bench:index:Bare::cell-2-second";
    findings = [{ rule: "ISO-05", urn, message: "a foreign host" }];
    await expect(verifyState(ports())).rejects.toMatchObject({
      reason: "not-clean",
      message: expect.stringMatching(/ISO-05 cell-2-second[\s\S]*traffic out of cell-2:/) as string,
    });
    findings = [];
    await expect(verifyState(ports())).resolves.toContain("cell-2-second");
  });
});
