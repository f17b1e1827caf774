import { describe, expect, it } from "vitest";

import type { EngineEvent } from "../../../ops/up/events";
import type { Finding } from "../../../ops/up/finding";
import {
  applyPlan,
  judgePlan,
  verifyState,
  type EngineRun,
  type GatePorts,
  type UpRequest,
} from "../../../ops/up/gate";
import { UpRefused } from "../../../ops/up/refused";
import { cellStep, cellUrn, childStep, fleet, judged, manifest, stackOutputs } from "./world";

const database = "aws:rds/instance:Instance";
const request: UpRequest = { catalog: fleet(4), manifest, maxCellsPerUpdate: 1, approvals: [] };
const stack = "urn:pulumi:dev::cells::pulumi:pulumi:Stack::cells-dev";
const ran = (events: readonly EngineEvent[], code = 0, output = ""): EngineRun => ({ code, output, events });

/** An engine with given answers, which records its calls. */
function engine(
  run: EngineRun,
  state = "{}",
  findings: readonly Finding[] = [],
  hasChanged: () => boolean = () => false,
): GatePorts & { readonly asked: string[] } {
  const asked: string[] = [];
  const answer = (what: string) => (): Promise<EngineRun> => (asked.push(what), Promise.resolve(run));
  const exported = (): Promise<string> => (asked.push("export"), Promise.resolve(state));
  const settle = (): Promise<void> => (asked.push("settle"), Promise.resolve());
  const made = {
    preview: answer("preview"),
    up: answer("up"),
    planDigest: () => "plan",
    exportState: exported,
    settle,
    refresh: settle,
  };
  return { asked, engine: made, hasChanged, verify: () => findings };
}

/** Reason and text of the refusal. */
async function refusal(doing: Promise<unknown>): Promise<readonly [string, string]> {
  const error: unknown = await doing.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof UpRefused)) throw new Error(`not refused: ${String(error)}`);
  return [error.reason, error.message];
}

describe("a plan before anything is done", () => {
  const step = cellStep(1, "update");

  it("is let through with its reach, its losses and the steps that change something", async () => {
    const lost = childStep("replace", database, "db", cellUrn(1));
    const run = ran(judged([step, cellStep(2, "same"), lost]));
    const ports = engine(run);
    const plan = await judgePlan({ ...request, approvals: [lost.urn] }, ports);
    expect(plan.reach.cells.map(({ id, steps }) => [id, steps])).toEqual([["cell-1", { update: 1, replace: 1 }]]);
    expect(plan.losses).toEqual([{ urn: lost.urn, op: "replace" }]);
    expect([plan.changes, plan.run]).toEqual([2, run]);
    expect(ports.asked).toEqual(["preview"]);
  });

  it("is refused before the preview when an input has changed since this command read it", async () => {
    const ports = engine(ran(judged([step])), "{}", [], () => true);
    expect((await refusal(judgePlan(request, ports)))[0]).toBe("no-preview");
    expect(ports.asked).toEqual([]);
  });

  it("is refused when the program read another catalog than the gate, or reports none", async () => {
    for (const outputs of [{ catalogVersion: "3-y" }, {}]) {
      const ports = engine(ran([...judged([step]), stackOutputs(outputs)]));
      const [reason, message] = await refusal(judgePlan(request, ports));
      expect(reason).toBe("other-catalog");
      expect(message).toContain(outputs.catalogVersion ?? "none");
      expect(ports.asked).toEqual(["preview"]);
    }
  });

  it("is refused when the preview fails, by each error once, without colours", async () => {
    const events: readonly EngineEvent[] = [
      { diagnosticEvent: { severity: "info", message: "info says nothing" } },
      { diagnosticEvent: { severity: "error", urn: cellUrn(1), message: " <{%fg 1%}>broken<{%reset%}>\n" } },
      { diagnosticEvent: { severity: "error", urn: cellUrn(1), message: "broken" } },
      { diagnosticEvent: { severity: "error", message: "no resource's" } },
      {
        policyEvent: {
          policyName: "one",
          enforcementLevel: "mandatory",
          resourceUrn: cellUrn(2),
          message: "ISO-05: leak",
        },
      },
      { policyEvent: { policyName: "two", enforcementLevel: "remediate", message: "tags" } },
      { policyEvent: { policyName: "open", enforcementLevel: "advisory", message: "only told" } },
    ];
    expect(await refusal(judgePlan(request, engine(ran(events, 255, "all of it"))))).toEqual([
      "preview-failed",
      expect.stringMatching(
        /the preview failed, and nothing was changed:\n {2}cell-1: broken\n {2}no resource's\n {2}policy one: cell-2: ISO-05: leak\n {2}policy two: tags$/,
      ),
    ]);
    const [, whole] = await refusal(judgePlan(request, engine(ran([], 1, "\nno such stack\n"))));
    expect(whole).toMatch(/nothing was changed:\n {2}no such stack$/);
  });

  it("is refused without proof, each piece on its line", async () => {
    expect(await refusal(judgePlan(request, engine(ran([]))))).toEqual([
      "not-proven",
      expect.stringMatching(
        /there is no proof that the policy pack ran, and nothing was changed:\n {2}no event of the preview names the pack tiny 1\.0\.0$/,
      ),
    ]);
    const deaf = judged([step]).map((event) => ("policyAnalyzeStackSummaryEvent" in event ? {} : event));
    const [reason, text] = await refusal(judgePlan(request, engine(ran(deaf))));
    expect(reason).toBe("not-proven");
    expect(text.split("\n").slice(1)).toEqual([
      "  policy whole did not judge the stack",
      "  policy open did not judge the stack",
    ]);
  });

  it("is refused when it is more than one wave, or changes a cell that is not named", async () => {
    const two = engine(ran(judged([step, cellStep(2, "update")])));
    const [reason, text] = await refusal(judgePlan(request, two));
    expect(reason).toBe("wave");
    expect(text).toContain(
      "the plan changes 2 cells with 50 % of the tenants: cell-1, cell-2; one update may change 1. " +
        "Change one cell after another (--only cell-1), or, where all of them must change at once, write --cells cell-1,cell-2",
    );
    expect((await judgePlan({ ...request, maxCellsPerUpdate: 2 }, two)).changes).toBe(2);
    expect((await judgePlan({ ...request, cells: ["cell-1", "cell-2"] }, two)).changes).toBe(2);
    const [, strangers] = await refusal(judgePlan({ ...request, cells: ["cell-3", "cell-4"] }, two));
    expect(strangers).toContain(
      "the plan also changes cell-1, cell-2, which --cells does not name (it names cell-3, cell-4)",
    );
  });

  it("is refused when it loses data, until that is approved", async () => {
    const ports = engine(
      ran(
        judged([childStep("delete", database, "db", cellUrn(1)), childStep("replace", database, "kept", cellUrn(1))]),
      ),
    );
    const [reason, text] = await refusal(judgePlan(request, ports));
    expect(reason).toBe("data-loss");
    expect(text).toMatch(
      /the plan loses data, credentials or service: it would delete db, replace kept\.\n {2}delete urn:\S+::db\n {2}replace urn:\S+::kept\nKeep them, or approve/,
    );
    expect((await judgePlan({ ...request, approvals: "all" }, ports)).losses).toHaveLength(2);
  });
});

describe("a plan that is carried out", () => {
  const run = ran(judged([cellStep(1, "update"), cellStep(2, "same")]));

  it("is the judged one, and is refused when anything has changed since", async () => {
    const ports = engine(run);
    const plan = await judgePlan(request, ports);
    expect(await applyPlan(plan, ports)).toBe(run);
    expect(ports.asked).toEqual(["preview", "up"]);
    const later = engine(run, "{}", [], () => true);
    expect(await refusal(applyPlan(plan, later))).toEqual([
      "no-preview",
      expect.stringContaining(
        "program, catalog, stack file, policy pack or fingerprints have changed since this command read them",
      ),
    ]);
    expect(later.asked).toEqual([]);
    const swapped = { ...ports, engine: { ...ports.engine, planDigest: () => "another" } };
    expect((await refusal(applyPlan(plan, swapped)))[0]).toBe("no-preview");
    expect(ports.asked).toEqual(["preview", "up"]);
  });

  it("reports its progress when the engine stops", async () => {
    const plan = { ...(await judgePlan(request, engine(run))), changes: 7 };
    const [reason, text] = await refusal(applyPlan(plan, engine({ ...run, code: 1, output: "boom" })));
    const error = (message: string): EngineEvent => ({ diagnosticEvent: { severity: "error", message } });
    const unreached = Array.from({ length: 1200 }, (_, at) =>
      error(`expected resource operations for urn:${at} but none were seen`),
    );
    const [, cause] = await refusal(
      applyPlan(plan, engine({ ...run, code: 1, events: [...unreached, error("no room"), ...unreached] })),
    );
    expect(cause.split("\n").slice(1)).toEqual(["  no room"]);
    const [, many] = await refusal(applyPlan(plan, engine({ ...run, code: 1, events: unreached })));
    expect(many.split("\n").slice(-1)).toEqual(["  and 1180 more"]);
    expect([reason, text.split("\n")]).toEqual([
      "up-failed",
      [expect.stringMatching(/up stopped half way, after 1 of 7 steps had begun:$/), "  boom"],
    ]);
  });
});

describe("the environment after an up", () => {
  const state = JSON.stringify({
    deployment: {
      resources: [
        { urn: stack },
        { urn: cellUrn(2), parent: stack },
        { urn: "urn:part", parent: cellUrn(2) },
        { urn: "urn:pulumi:dev::cells::x::db", parent: "urn:part" },
        { urn: cellUrn(1), parent: stack },
        { urn: "urn:pulumi:dev::cells::x::zone", parent: stack },
        // Invalid state: a cycle of parents ends the search.
        { urn: "urn:pulumi:dev::cells::x::circle", parent: "urn:pulumi:dev::cells::x::circle" },
      ],
    },
  });
  const finding = (urn: string): Finding => ({ rule: "ISO-06", urn, message: "leak" });

  it("gets traffic only when nothing is found", async () => {
    const ports = engine(ran([]), state);
    expect(await verifyState(ports)).toBe(state);
    expect(ports.asked).toEqual(["export"]);
  });

  it("keeps traffic out of each cell where something is found", async () => {
    const findings = [
      finding("urn:pulumi:dev::cells::x::db"),
      finding(cellUrn(1)),
      finding(cellUrn(2)),
      finding("urn:pulumi:dev::cells::x::zone"),
    ];
    const [reason, text] = await refusal(verifyState(engine(ran([]), state, findings)));
    expect(reason).toBe("not-clean");
    expect(text.split("\n")).toEqual([
      expect.stringMatching(/the environment is up, but it is not clean:$/),
      "  ISO-06 db: leak",
      "  ISO-06 cell-1: leak",
      "  ISO-06 cell-2: leak",
      "  ISO-06 zone: leak",
      "Keep traffic out of cell-1, cell-2: write `state: quarantined` for them in the catalog and run up again.",
    ]);
  });

  it("keeps traffic out of all cells for a finding in no cell, and counts the findings that it does not show", async () => {
    const many = Array.from({ length: 23 }, () => finding("urn:pulumi:dev::cells::x::circle"));
    const lines = (await refusal(verifyState(engine(ran([]), state, many))))[1].split("\n");
    expect(lines).toHaveLength(23);
    expect(lines.slice(-2)).toEqual([
      "  and 3 more",
      "Shared resources are not clean: send no traffic to this environment until they are.",
    ]);
    const twenty = (await refusal(verifyState(engine(ran([]), "{}", many.slice(3)))))[1];
    expect(twenty).not.toContain("more");
  });
});
