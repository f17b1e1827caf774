import { describe, expect, it } from "vitest";

import { stageOf } from "../../../ops/up/changes";
import type { Step } from "../../../ops/up/events";
import { hasNextStage, judgePlan, type GatePorts, type ProgramMode } from "../../../ops/up/gate";
import { lossesOf } from "../../../ops/up/stateful";
import { runRequest } from "./request";
import { cellStep, cellUrn, childStep, judged } from "./world";

const database = "aws:rds/instance:Instance";

/** An update of a resource of cell 1 in place. */
function update(type: string, name: string, before: object, after: object, outputs: object = {}): Step {
  const step = childStep("update", type, name, cellUrn(1));
  const state = (inputs: object) => ({ type, parent: cellUrn(1), inputs: inputs as Record<string, unknown> });
  return { ...step, old: { ...state(before), outputs: outputs as Record<string, unknown> }, new: state(after) };
}

const primary = (to: string) =>
  update(database, "primary", { identifier: "p", engineVersion: "17.9" }, { identifier: "p", engineVersion: to });
const replica = (from: string, running = from) =>
  update(
    database,
    "replica",
    { replicateSourceDb: "p", engineVersion: from },
    { replicateSourceDb: "p", engineVersion: "17.10" },
    { engineVersionActual: running },
  );
const inCell1 = () => "cell-1";

describe("a plan and what AWS demands of changes", () => {
  it("passes where AWS takes all of it", () => {
    expect(stageOf([primary("17.9"), replica("17.9")], inCell1, false)).toBeUndefined();
    expect(stageOf([primary("17.10"), replica("17.10")], inCell1, false)).toBeUndefined();
  });

  it("is refused where AWS makes a change in no case, staged or not", () => {
    const shrinks = update(database, "primary", { allocatedStorage: 250 }, { allocatedStorage: 100 });
    for (const isStaged of [true, false])
      expect(() => stageOf([shrinks, primary("17.10"), replica("17.9")], inCell1, isStaged)).toThrow(
        /^DUR-05: AWS would refuse this update, .*\n {2}primary\.allocatedStorage: disks cannot shrink.* \[RDS-C1\]$/,
      );
  });

  it("is refused where it takes two updates, unless it is staged: then the cell keeps the version of its primary", () => {
    const steps = [primary("17.10"), replica("17.9")];
    expect(() => stageOf(steps, inCell1, false)).toThrow(/in two, [^]*\[RDS-C6\]\nRun it with --stage next/);
    expect(stageOf(steps, inCell1, true)).toEqual({ "cell-1": { postgres: "17.9" } });
    // The replica gets its version in its maintenance window.
    expect(stageOf([primary("17.10"), replica("17.10", "17.9")], inCell1, true)).toEqual({
      "cell-1": { postgres: "17.9" },
    });
  });
});

describe("the gate on a change in two updates", () => {
  /** An engine whose program keeps what it is to keep; `isDeaf`: that does not. */
  function engine(isDeaf = false) {
    const modes: ProgramMode[] = [];
    const preview = (mode: ProgramMode) => {
      modes.push(mode);
      const kept = isDeaf ? undefined : mode.held["cell-1"]?.postgres;
      const steps = [cellStep(1, "same"), primary(kept ?? "17.10"), replica("17.9")];
      return Promise.resolve({ code: 0, output: "", events: judged(steps) });
    };
    const never = () => Promise.reject(new Error("nothing else is run"));
    const all = { preview, up: never, planDigest: () => "d", exportState: never, settle: never };
    const ports: GatePorts = { engine: all, hasChanged: () => false, verify: () => [] };
    return { ports, modes };
  }

  it("refuses it, and previews once more as the first update where it is staged", async () => {
    const { ports, modes } = engine();
    await expect(judgePlan(runRequest(), ports)).rejects.toMatchObject({ reason: "stages" });
    const plan = await judgePlan({ ...runRequest(), isStaged: true }, ports);
    expect(hasNextStage(plan)).toBe(true);
    expect(modes.map(({ held }) => held)).toEqual([{}, {}, { "cell-1": { postgres: "17.9" } }]);
  });

  it("refuses a program that does not keep what it must", async () => {
    const { ports, modes } = engine(true);
    await expect(judgePlan({ ...runRequest(), isStaged: true }, ports)).rejects.toMatchObject({ reason: "stages" });
    expect(modes).toHaveLength(2);
  });
});

describe("service that a plan loses", () => {
  const listener = "aws:lb/listener:Listener";
  const step = (op: string) => childStep(op, listener, "https", cellUrn(1));
  const after = [step("create-replacement"), step("replace"), step("delete-replaced")];

  it("is what ends before its successor is there, and where tenants are served", () => {
    expect(lossesOf(after)).toEqual([]);
    expect(lossesOf([...after].reverse())).toMatchObject([{ op: "replace" }]);
    expect(lossesOf([step("delete")])).toMatchObject([{ op: "delete" }]);
    expect(lossesOf([step("delete")], () => false)).toEqual([]);
    expect(lossesOf([childStep("delete", database, "db", cellUrn(1))], () => false)).toHaveLength(1);
  });
});
