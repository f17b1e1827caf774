import { describe, expect, it } from "vitest";

import type { Step } from "../../../ops/up/events";
import { applyPlan, judgePlan, type GatePorts, type ProgramMode } from "../../../ops/up/gate";
import { runGate } from "../../../ops/up/run";
import { lossesOf } from "../../../ops/up/stateful";
import { runRequest } from "./request";
import { cellStep, cellUrn, childStep, judged, state, told } from "./world";

const database = "aws:rds/instance:Instance";
const request = runRequest();

const primary = (to: string): Step => ({
  ...childStep(to === "17.10" ? "same" : "update", database, "primary", cellUrn(1)),
  old: { parent: cellUrn(1), inputs: { identifier: "p", engineVersion: "17.10" } },
  new: { parent: cellUrn(1), inputs: { identifier: "p", engineVersion: to } },
});

const replica = (from: string, reported: string): Step => ({
  ...childStep(from === "17.11" ? "same" : "update", database, "replica", cellUrn(1)),
  old: {
    parent: cellUrn(1),
    inputs: { replicateSourceDb: "p", engineVersion: from },
    outputs: { engineVersionActual: reported },
  },
  new: { parent: cellUrn(1), inputs: { replicateSourceDb: "p", engineVersion: "17.11" } },
});

/** An engine whose program wants PostgreSQL 17.11 everywhere, and keeps what the gate holds. */
function world(from: string, reported = from): { readonly ports: GatePorts; readonly modes: ProgramMode[] } {
  const modes: ProgramMode[] = [];
  const run = (mode: ProgramMode) => {
    modes.push(mode);
    const kept = mode.held["cell-1"]?.postgres ?? "17.11";
    const steps = [cellStep(1, "same"), primary(kept), replica(from, reported)];
    return Promise.resolve({ code: 0, output: "", events: judged(steps) });
  };
  const engine = {
    preview: run,
    up: run,
    planDigest: () => "as judged",
    exportState: () => Promise.resolve(state([1, 2], told([1, "active"], [2, "active"]))),
    settle: () => Promise.resolve(),
    refresh: () => Promise.resolve(),
  };
  return { ports: { engine, hasChanged: () => false, verify: () => [] }, modes };
}

const nothingHeld = { isClosed: false, held: {} };
const first = { isClosed: false, held: { "cell-1": { postgres: "17.10" } } };

describe("a change that AWS takes in two updates", () => {
  it("is refused without --stage next, and names what waits for what", async () => {
    const { ports, modes } = world("17.10");
    await expect(judgePlan(request, ports)).rejects.toMatchObject({
      reason: "stages",
      message: expect.stringMatching(
        /in two.*\n {2}primary\.engineVersion: its replica replica still runs 17\.10, and must have 17\.11 first; see https:.* \[RDS-C6\]\nRun it with --stage next/,
      ) as string,
    });
    expect(modes).toEqual([nothingHeld]);
  });

  it("makes the first with --stage next: the plan that is applied is the one with the primary held", async () => {
    const { ports, modes } = world("17.10");
    const plan = await judgePlan({ ...request, isStaged: true }, ports);
    expect([plan.mode, plan.changes]).toEqual([first, 1]);
    await applyPlan(plan, ports);
    expect(modes).toEqual([nothingHeld, first, first]);
  });

  it("makes the second once the replica has it, with or without the option, and keeps nothing in between", async () => {
    for (const isStaged of [true, false]) {
      const { ports, modes } = world("17.11");
      const result = await runGate({ ...request, isStaged }, ports, { isDryRun: false, report: () => undefined });
      expect(result).toMatchObject({ changes: 1, hasNextStage: false });
      expect(modes).toEqual([nothingHeld, nothingHeld]);
    }
  });

  it("waits for AWS: a replica that is to change in its maintenance window still runs the old version", async () => {
    const { ports } = world("17.11", "17.10");
    await expect(judgePlan(request, ports)).rejects.toMatchObject({ reason: "stages" });
    const { changes, mode } = await judgePlan({ ...request, isStaged: true }, ports);
    expect([changes, mode]).toEqual([0, first]);
  });

  it("is refused where the program does not keep what it must", async () => {
    const { ports, modes } = world("17.10");
    const preview = (mode: ProgramMode) => ports.engine.preview(mode).then((run) => ({ ...run, events: unheld }));
    const unheld = judged([cellStep(1, "same"), primary("17.11"), replica("17.10", "17.10")]);
    const engine = { ...ports.engine, preview };
    await expect(judgePlan({ ...request, isStaged: true }, { ...ports, engine })).rejects.toMatchObject({
      reason: "stages",
    });
    expect(modes).toEqual([nothingHeld, first]);
  });

  it("reports that there is another update", async () => {
    const { ports } = world("17.10");
    const result = await runGate({ ...request, isStaged: true }, ports, { isDryRun: true, report: () => undefined });
    expect(result).toMatchObject({ outcome: "dry run", changes: 1, hasNextStage: true });
  });
});

describe("a change that AWS refuses", () => {
  it("is refused before anything is done, whatever is approved", async () => {
    const { ports } = world("17.10");
    const shrinks: Step = {
      ...childStep("update", database, "db", cellUrn(1)),
      old: { inputs: { allocatedStorage: 500 } },
      new: { inputs: { allocatedStorage: 100 } },
    };
    const preview = () => Promise.resolve({ code: 0, output: "", events: judged([cellStep(1, "same"), shrinks]) });
    const engine = { ...ports.engine, preview };
    await expect(
      judgePlan({ ...request, approvals: "all", isStaged: true }, { ...ports, engine }),
    ).rejects.toMatchObject({
      reason: "aws-refuses",
      message: expect.stringMatching(/db\.allocatedStorage: disks cannot shrink, from 500 to 100 GiB/) as string,
    });
  });
});

describe("what serves tenants", () => {
  const group = (op: string, before: number, after: number): Step => ({
    ...childStep(op, "aws:eks/nodeGroup:NodeGroup", "blue", cellUrn(1)),
    old: { inputs: { scalingConfig: { desiredSize: before } } },
    new: { inputs: { scalingConfig: { desiredSize: after } } },
  });
  const listener = (op: string): Step => childStep(op, "aws:lb/listener:Listener", "https", cellUrn(1));
  const lost = (...steps: readonly Step[]) => lossesOf(steps).map(({ op }) => op);

  it("is lost where it goes before its successor is there, like data", () => {
    expect(lost(listener("delete"))).toEqual(["delete"]);
    expect(lost(listener("delete-replaced"), listener("replace"), listener("create-replacement"))).toEqual(["replace"]);
    expect(lost(listener("create-replacement"), listener("replace"), listener("delete-replaced"))).toEqual([]);
    expect(lost(listener("update"))).toEqual([]);
  });

  it("is lost with nodes that serve, and not with an empty group or one that the application leaves", () => {
    expect(lost(group("replace", 3, 3))).toEqual(["replace"]);
    expect(lost(group("replace", 0, 3))).toEqual([]);
    expect(lost(group("replace", 3, 0))).toEqual([]);
  });

  it("is not counted in a cell without tenants", () => {
    expect(lossesOf([listener("delete")], () => false)).toEqual([]);
  });
});
