import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { parseCatalog } from "../../../catalog/load";
import { baseRoutingTable, closedRoutingTable } from "../../../catalog/routing-table";
import { objectPaths } from "../../../contract/router";
import { foundOf, misfits, settledState } from "../../../ops/up/adopt";
import { judgePlan, type GateEngine, type GatePorts, type ProgramMode } from "../../../ops/up/gate";
import { isOurs, lockedBy } from "../../../ops/up/locks";
import { targetsOf } from "../../../ops/up/only";
import { dropsTenants, fixFirst, leavesResidency, opensTooEarly, type Before } from "../../../ops/up/opening";
import { reachOf } from "../../../ops/up/reach";
import { runGate } from "../../../ops/up/run";
import { servedOf } from "../../../ops/up/served";
import { decodeTableText, encodeTable } from "../../../routing";
import { refusalToReplace } from "../../../routing/accept";
import { runRequest } from "./request";
import { cellStep, cellUrn, fleet, judged, state, told } from "./world";

const type = "aws:s3/bucketObjectv2:BucketObjectv2";

/** An engine that must not be called. */
const nothing: GateEngine = {
  preview: () => Promise.reject(new Error("a preview")),
  up: () => Promise.reject(new Error("an up")),
  planDigest: () => "as judged",
  exportState: () => Promise.reject(new Error("an export")),
  settle: () => Promise.resolve(),
  refresh: () => Promise.reject(new Error("a refresh")),
};

function before(text: string, dirty: readonly number[] = []): Before {
  const findings = dirty.map((number) => ({ rule: "ISO-05", urn: cellUrn(number), message: "a foreign host" }));
  return { served: servedOf(text), findings, cellOf: (urn) => urn.split("::").at(-1) };
}

describe("the served cells", () => {
  it("are those that the last table sends tenants to, or keeps tenants for", () => {
    const { cells, made } = servedOf(state([1, 2, 3], told([1, "active"], [2, "provisioning"], [3, "quarantined"])));
    expect([...cells]).toEqual(["cell-1", "cell-3"]);
    expect([...made.keys()]).toEqual(["cell-1", "cell-2", "cell-3"]);
    expect(servedOf('{"deployment":{}}').cells.size).toBe(0);
  });

  it("include those of a table whose update failed before it wrote its outputs", () => {
    const table = baseRoutingTable(fleet(2));
    const content = encodeTable(table);
    const object = (inputs: object, outputs?: object): object => ({ urn: "u::router-table", type, inputs, outputs });
    for (const key of [objectPaths.base, objectPaths.version("3-0123456789ab")])
      expect([...servedOf(state([1], undefined, [object({ key, content })])).cells]).toEqual(["cell-1", "cell-2"]);
    // The last update failed: what it asked for may be there, and what was there before too.
    const older = encodeTable(baseRoutingTable(fleet(1)));
    const both = object({ key: objectPaths.base, content: older }, { key: objectPaths.base, content });
    expect([...servedOf(state([1], undefined, [both])).cells]).toEqual(["cell-1", "cell-2"]);
    expect(servedOf(state([1], undefined, [object({ key: "app/config.json", content: "{}" })])).cells.size).toBe(0);
  });

  it("are not known from a table that cannot be read, and nothing is changed then", () => {
    const key = objectPaths.base;
    for (const content of ["{}", "{", '{"cells":[{"id":"cell-1"}]}', { secret: true }]) {
      const object = { urn: "u::router-table", type, outputs: { key, content } };
      expect(() => servedOf(state([1], undefined, [object])), JSON.stringify(content)).toThrow(
        /RTR-08: the published table router-table in the stack's state cannot be read/,
      );
    }
    expect(() => servedOf(state([1], { cells: "secret" }))).toThrow(/RTR-08: the stack's output routingTable/);
  });

  it("are not set back to provisioning, where they would count as new", async () => {
    const catalog = { ...fleet(2), cells: fleet(2).cells.map((cell) => ({ ...cell, state: "provisioning" as const })) };
    const now = before(state([1, 2], told([1, "active"], [2, "provisioning"])));
    const preview = () => Promise.resolve({ code: 0, output: "", events: judged([]) });
    const ports = { engine: { ...nothing, preview }, hasChanged: () => false, verify: () => [] };
    await expect(judgePlan({ ...runRequest(), catalog, before: now }, ports)).rejects.toMatchObject({
      reason: "opening",
      message: expect.stringMatching(/sets cell-1 back to `provisioning`/) as string,
    });
  });

  it("do not leave the catalog with tenants, of any class, unless a person names each", async () => {
    const preview = () => Promise.resolve({ code: 0, output: "", events: judged([cellStep(3, "delete")]) });
    const ports = { engine: { ...nothing, preview }, hasChanged: () => false, verify: () => [] };
    const judging = (theirs: string, approvals: readonly string[] = []) => {
      const now = before(state([1, 2, 3], told([1, "active"], [2, "active"], [3, theirs])));
      return judgePlan({ ...runRequest(2), before: now, approvals }, ports);
    };
    for (const theirs of ["canary", "active", "draining", "quarantined"]) {
      const text = `cell-3, but routers have tenants there.*write \`disabled\`[^]*--approve '${cellUrn(3)}'$`;
      await expect(judging(theirs), theirs).rejects.toMatchObject({
        reason: "opening",
        message: expect.stringMatching(text) as string,
      });
    }
    for (const theirs of ["provisioning", "disabled"]) expect((await judging(theirs)).changes).toBe(1);
    expect((await judging("active", [cellUrn(3)])).changes).toBe(1);
    await expect(judging("active", [cellUrn(2)])).rejects.toMatchObject({ reason: "opening" });
    // An update that failed half way may have removed the cell, and not published the table without it.
    const gone = before(state([1, 2], told([1, "active"], [2, "active"], [3, "active"])));
    expect(dropsTenants(fleet(2), gone, [])).toBeUndefined();
  });

  it("are none by a closed table, which is older than the one that opens", () => {
    const dev = parseCatalog(readFileSync(join(__dirname, "../../../catalog/dev.yaml"), "utf8"), "dev.yaml");
    const closed = closedRoutingTable(dev);
    expect(servedOf(state([], closed)).cells.size).toBe(0);
    expect(closed.version.revision).toBe(dev.revision - 1);
    // A router that polls accepts the step too: a tenant without a home is not moved by getting one.
    expect(refusalToReplace(closed, baseRoutingTable(dev))).toBeUndefined();
    expect(decodeTableText(encodeTable(closed)).ok).toBe(true);
  });
});

describe("a resumed update", () => {
  it("counts no cell without tenants, complete or not: it can be finished without --cells", () => {
    const steps = [1, 2, 3].map((number) => cellStep(number, "update"));
    expect(reachOf(steps, fleet(3), new Set()).cells.map(({ isNew, share }) => [isNew, share])).toEqual([
      [true, 0],
      [true, 0],
      [true, 0],
    ]);
    const { cells } = reachOf(steps, fleet(3), new Set(["cell-2"]));
    expect(cells.map(({ id, isNew, share }) => [id, isNew, share])).toEqual([
      ["cell-1", true, 0],
      ["cell-2", false, 1],
      ["cell-3", true, 0],
    ]);
  });
});

describe("a run on some cells only", () => {
  const catalog = fleet(3);
  const options = { isDryRun: false, report: () => undefined };
  const table = baseRoutingTable(catalog);

  it("gives the engine all resources of a cell, and none of another", () => {
    const targets = targetsOf(["cell-1"]).filter((word) => word !== "--target");
    const isMeant = (name: string): boolean =>
      targets.some((glob) =>
        glob.endsWith("*") ? name.startsWith(glob.slice("**::".length, -1)) : name === glob.slice("**::".length),
      );
    expect(["cell-1", "cell-1-aws", "cell-1-vpc"].map(isMeant)).toEqual([true, true, true]);
    expect(["cell-10", "cell-10-vpc", "edge-cell-1", "router-eu-west-1"].map(isMeant)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it("is refused where the routers' table would change, because the run would not publish it", async () => {
    const asked: string[] = [];
    const run = (verb: string) => () => {
      asked.push(verb);
      return Promise.resolve({ code: 0, output: "", events: judged([cellStep(1, "update")]) });
    };
    const going = (text: string): GatePorts => ({
      engine: { ...nothing, preview: run("preview"), up: run("up"), exportState: () => Promise.resolve(text) },
      hasChanged: () => false,
      verify: () => [],
    });
    const request = { ...runRequest(3), only: ["cell-1"] };
    for (const text of [
      state([1, 2, 3]),
      state([1, 2, 3], closedRoutingTable(catalog)),
      state([1, 2, 3], { ...table, version: { ...table.version, digest: "0123456789ab" } }),
    ]) {
      await expect(runGate(request, going(text), options)).rejects.toMatchObject({
        reason: "wave",
        message: expect.stringMatching(/--only leaves the routers/) as string,
      });
    }
    expect(asked).toEqual([]);
    // A catalog's revision also rises with changes that routers do not read.
    const older = { ...table, version: { ...table.version, revision: 2 } };
    expect(await runGate(request, going(state([1, 2, 3], older)), options)).toMatchObject({
      outcome: "up and clean",
      changes: 1,
    });
    expect(asked).toEqual(["preview", "up"]);
  });

  it("waits until the previous cell is clean", async () => {
    const preview = () => Promise.resolve({ code: 0, output: "", events: judged([cellStep(1, "update")]) });
    const judging = (dirty: number) => {
      const request = { ...runRequest(3), only: ["cell-1"], before: before(state([1, 2, 3], table), [dirty]) };
      return judgePlan(request, { engine: { ...nothing, preview }, hasChanged: () => false, verify: () => [] });
    };
    await expect(judging(2)).rejects.toMatchObject({ reason: "unclean" });
    expect((await judging(1)).changes).toBe(1);
  });
});

describe("opening", () => {
  const catalog = fleet(3);
  const reach = (...numbers: readonly number[]) =>
    reachOf(
      numbers.map((number) => cellStep(number, "update")),
      catalog,
    );
  const open = told([1, "active"], [2, "active"]);

  it("opens a cell that exists, is clean, and stays unchanged", () => {
    expect(opensTooEarly(catalog, reach(), before(state([1, 2, 3], open)))).toBeUndefined();
    expect(opensTooEarly(catalog, reach(1, 2), before(state([1, 2, 3], open)))).toBeUndefined();
    // Already served: an update of it opens nothing.
    expect(opensTooEarly(catalog, reach(1), before(state([1, 2, 3], open), [1]))).toBeUndefined();
  });

  it("refuses a cell that is missing, changes in the same plan, or is not clean", () => {
    expect(opensTooEarly(catalog, reach(), before(state([1, 2], open)))).toMatch(/cell-3: not created yet/);
    expect(opensTooEarly(catalog, reach(3), before(state([1, 2, 3], open)))).toMatch(
      /cell-3: the plan also changes it/,
    );
    expect(opensTooEarly(catalog, reach(), before(state([1, 2, 3], open), [3]))).toMatch(/cell-3: it is not clean/);
  });

  it("opens a named cell that every plan updates in place, and none that is still being created", () => {
    const there = before(state([1, 2, 3], open));
    expect(opensTooEarly(catalog, reach(3), there)).toMatch(
      /cell-3: the plan also changes it \(1 update\)[^]*--cells cell-3$/,
    );
    expect(opensTooEarly(catalog, reach(3), there, ["cell-3"])).toBeUndefined();
    expect(opensTooEarly(catalog, reach(3), there, ["cell-2"])).toMatch(/cell-3/);
    const made = reachOf([cellStep(3, "update"), cellStep(3, "create")], catalog);
    expect(opensTooEarly(catalog, made, there, ["cell-3"])).toMatch(
      /cell-3: the plan also changes it \(1 update, 1 create\)/,
    );
    expect(opensTooEarly(catalog, reach(3), before(state([1, 2, 3], open), [3]), ["cell-3"])).toMatch(
      /cell-3: it is not clean/,
    );
  });

  it("waits until unclean cells are fixed, unless the user names the cells that must change now", () => {
    const unclean = before(state([1, 2, 3], open), [1]);
    expect(fixFirst(reach(1), unclean)).toBeUndefined();
    expect(fixFirst(reach(2), unclean)).toMatch(/not clean \(cell-1\), and the plan changes cell-2/);
    expect(fixFirst(reach(1, 2), unclean, ["cell-1", "cell-2"])).toBeUndefined();
    expect(fixFirst(reach(2), before(state([1, 2, 3]), [1]))).toBeUndefined();
    const shared = { ...unclean, cellOf: () => undefined };
    expect(fixFirst(reach(2), shared)).toMatch(/shared resources/);
    expect(fixFirst(reach(), shared)).toBeUndefined();
  });
});

describe("a change of residency", () => {
  const dev = readFileSync(join(__dirname, "../../../catalog/dev.yaml"), "utf8");
  const parse = (...edits: readonly (readonly [string, string])[]) =>
    parseCatalog(
      edits.reduce((text, [from, to]) => text.replace(from, to), dev),
      "dev.yaml",
    );
  const raised = ["revision: 1\n", "revision: 2\n"] as const;
  const moved = ["    EU: [EU]", "    EU: [US]"] as const;
  const approved = [
    "routers: [",
    "  approvals: [{ revision: 2, jurisdiction: EU, localities: [US] }]\nrouters: [",
  ] as const;
  const deployed = before(state([0], baseRoutingTable(parse())));

  it("is refused without an approval of this revision", () => {
    expect(leavesResidency(parse(raised), deployed)).toBeUndefined();
    expect(leavesResidency(parse(raised, moved), deployed)).toMatch(
      /changes residency:\n {2}tenants of AT and 44 more may be served from US/,
    );
    expect(leavesResidency(parse(raised, moved, approved), deployed)).toBeUndefined();
    // Deployed already: the entry permits nothing more.
    const after = before(state([0], baseRoutingTable(parse(raised, moved, approved))));
    const again = parse(["revision: 1\n", "revision: 3\n"], moved, approved, ["    UK: [EU]", "    UK: [US]"]);
    expect(leavesResidency(again, after)).toMatch("tenants of GB and 4 more may be served from US");
  });

  it("needs no approval before there are tenants", () => {
    const closed = before(state([0], closedRoutingTable(parse())));
    expect(leavesResidency(parse(raised, moved), closed)).toBeUndefined();
  });

  it("stops the update after its preview", async () => {
    const preview = () => Promise.resolve({ code: 0, output: "", events: judged([cellStep(1, "update")]) });
    const [{ locality }] = fleet(3).cells as unknown as [{ locality: string }];
    const residency = { jurisdictions: [{ name: "EU", localities: [locality] }], countries: { DE: "EU" } };
    const catalog = { ...fleet(3), residency };
    const table = baseRoutingTable(catalog);
    const nowhere = { EU: { localities: [] } };
    const held = before(state([1, 2, 3], { ...table, jurisdictions: nowhere }));
    const judging = (one: Before) =>
      judgePlan(
        { ...runRequest(3), catalog, before: one },
        { engine: { ...nothing, preview }, hasChanged: () => false, verify: () => [] },
      );
    await expect(judging(held)).rejects.toMatchObject({ reason: "residency" });
    expect((await judging(before(state([1, 2, 3], table)))).changes).toBe(1);
  });
});

describe("the second update of two", () => {
  const database = "aws:rds/instance:Instance";
  const at = (name: string) => `urn:pulumi:dev::cells::cells:index:CellStack$${database}::cell-1-${name}`;
  const source = { replicateSourceDb: "p" };

  /** The replica runs `actual`, as the last update or refresh read it; the cloud has the new version by now. */
  function waiting(actual: string): { readonly ports: GatePorts; readonly asked: string[] } {
    const asked: string[] = [];
    let outputs = { engineVersionActual: actual };
    const step = (name: string, from: object, to: object, old?: object) => ({
      op: "update",
      urn: at(name),
      type: database,
      old: { parent: cellUrn(1), inputs: { ...from }, outputs: { ...old } },
      new: { parent: cellUrn(1), inputs: { ...to } },
    });
    const preview = ({ held }: ProgramMode) => {
      asked.push(`preview ${JSON.stringify(held)}`);
      const version = held["cell-1"]?.postgres ?? "17.11";
      const steps = [
        cellStep(1, "same"),
        step("primary", { identifier: "p", engineVersion: "17.10" }, { identifier: "p", engineVersion: version }),
        step("replica", { ...source, engineVersion: "17.11" }, { ...source, engineVersion: "17.11" }, outputs),
      ];
      return Promise.resolve({ code: 0, output: "", events: judged(steps) });
    };
    const exportState = () => {
      const replica = { urn: at("replica"), type: database, inputs: { engineVersion: "17.11" }, outputs };
      return Promise.resolve(state([1], told([1, "active"]), [{ ...replica, parent: cellUrn(1) }]));
    };
    const refresh = (urns: readonly string[]) => {
      asked.push(`refresh ${urns.join()}`);
      outputs = { engineVersionActual: "17.11" };
      return Promise.resolve();
    };
    const up = () => Promise.resolve({ code: 0, output: "", events: [] });
    const engine: GateEngine = { ...nothing, preview, exportState, refresh, up };
    return { asked, ports: { engine, hasChanged: () => false, verify: () => [] } };
  }
  const options = { isDryRun: false, report: () => undefined };
  const second = { ...runRequest(1), isStaged: true };

  it("reads first what the maintenance window has changed since: the state has what the last update saw", async () => {
    const { ports, asked } = waiting("17.10");
    const result = await runGate(second, ports, options);
    expect(asked).toEqual([`refresh ${at("replica")}`, "preview {}"]);
    expect(result).toMatchObject({ outcome: "up and clean", hasNextStage: false });
  });

  it("reads nothing where nothing waits, and in a dry run, which does not write the state", async () => {
    const done = waiting("17.11");
    await runGate(second, done.ports, options);
    expect(done.asked).toEqual(["preview {}"]);
    const dry = waiting("17.10");
    expect(await runGate(second, dry.ports, { ...options, isDryRun: true })).toMatchObject({ hasNextStage: true });
    expect(dry.asked).toEqual(["preview {}", 'preview {"cell-1":{"postgres":"17.10"}}']);
  });
});

describe("a first update", () => {
  /** An engine that records its calls, and whose state is that of the last update. */
  function engine(findings: () => readonly number[] = () => []): {
    readonly ports: GatePorts;
    readonly asked: readonly string[];
  } {
    const asked: string[] = [];
    let now = state([]);
    const steps = [1, 2].map((number) => cellStep(number, "create"));
    const router = {
      ...cellStep(1, "update"),
      urn: "urn:pulumi:dev::cells::bench:index:Bare::router-table",
      type: "bench:index:Bare",
    };
    const run =
      (verb: string) =>
      ({ isClosed }: ProgramMode) => {
        asked.push(`${verb} ${isClosed ? "closed" : "open"}`);
        if (verb === "up")
          now = state(
            [1, 2],
            told([1, isClosed ? "provisioning" : "active"], [2, isClosed ? "provisioning" : "active"]),
          );
        return Promise.resolve({ code: 0, output: "", events: judged(isClosed ? steps : [router]) });
      };
    const real: GateEngine = {
      preview: run("preview"),
      up: run("up"),
      exportState: () => Promise.resolve(now),
      settle: () => Promise.resolve(),
      refresh: () => Promise.reject(new Error("a refresh")),
      planDigest: () => "as judged",
    };
    const verify = () =>
      findings().map((number) => ({ rule: "ISO-05", urn: cellUrn(number), message: "a foreign host" }));
    return { ports: { engine: real, hasChanged: () => false, verify }, asked };
  }
  const options = { isDryRun: false, report: () => undefined };

  it("creates everything with closed routers, and opens them when all of it is clean", async () => {
    const { ports, asked } = engine();
    expect(await runGate(runRequest(), ports, options)).toMatchObject({
      outcome: "up and clean",
      changes: 3,
      shared: 1,
    });
    expect(asked).toEqual(["preview closed", "up closed", "preview open", "up open"]);
    // Once it is open, one step is enough.
    await runGate(runRequest(), ports, options);
    expect(asked.slice(4)).toEqual(["preview open", "up open"]);
  });

  it("carries out a plan without steps too: options such as protect change the state alone", async () => {
    const { ports, asked } = engine();
    await runGate(runRequest(), ports, options);
    const real = ports.engine;
    const preview = (mode: ProgramMode) => real.preview(mode).then((ran) => ({ ...ran, events: judged([]) }));
    const same = { ...ports, engine: { ...real, preview } };
    expect(await runGate(runRequest(), same, options)).toMatchObject({ outcome: "nothing to change", changes: 0 });
    expect(asked.slice(4)).toEqual(["preview open", "up open"]);
    await runGate(runRequest(), same, { ...options, isDryRun: true });
    expect(asked.slice(6)).toEqual(["preview open"]);
  });

  it("stays closed while something is not clean, and is opened by the same command afterwards", async () => {
    let dirty = [2];
    const { ports, asked } = engine(() => dirty);
    await expect(runGate(runRequest(), ports, options)).rejects.toMatchObject({
      reason: "not-clean",
      message: expect.stringMatching(/Routers send no tenants/) as string,
    });
    expect(asked).toEqual(["preview closed", "up closed"]);
    dirty = [];
    await runGate(runRequest(), ports, options);
    expect(asked.slice(2)).toEqual(["preview closed", "up closed", "preview open", "up open"]);
  });

  it("refuses an id that is not in the stack after it was read, and options that name no open creation", async () => {
    const { ports, asked } = engine();
    const urn = `${cellUrn(1)}-database`;
    const killed = { deployment: { resources: [], pending_operations: [{ type: "creating", resource: { urn } }] } };
    const states = [killed, { deployment: { resources: [] } }].map((one) => JSON.stringify(one));
    const reading = { ...ports.engine, exportState: () => Promise.resolve(states.shift()!) };
    const found = new Map([[urn, "db-1"]]);
    await expect(runGate({ ...runRequest(), found }, { ...ports, engine: reading }, options)).rejects.toMatchObject({
      reason: "interrupted",
      message: expect.stringContaining(`--found ${urn}=db-1`) as string,
    });
    const there = JSON.stringify({ deployment: { resources: [{ urn, id: "db-1" }] } });
    expect(misfits(there, found)).toEqual([]);
    expect(misfits(there, new Map([[urn, undefined]]))).toEqual([expect.stringContaining(`--gone ${urn}`)]);
    expect(misfits(there, new Map([["urn:typo", undefined]]))).toEqual([]);
    expect(misfits(there, new Map([["urn:typo", "db-1"]]))).toEqual([expect.stringContaining("--found urn:typo=db-1")]);
    expect(asked).toEqual([]);
  });

  it("refuses to create a resource twice after a killed update, and does not start the engine", async () => {
    const { ports, asked } = engine();
    const urn = `${cellUrn(1)}-database`;
    const killed = JSON.stringify({
      deployment: { resources: [], pending_operations: [{ type: "creating", resource: { urn } }] },
    });
    const cut = { ...ports, engine: { ...ports.engine, exportState: () => Promise.resolve(killed) } };
    await expect(runGate(runRequest(), cut, options)).rejects.toMatchObject({
      reason: "interrupted",
      message: expect.stringContaining(urn) as string,
    });
    expect(asked).toEqual([]);
    const resource = { urn, inputs: { size: 1 }, custom: true };
    const both = {
      deployment: {
        resources: [{ urn: "first" }],
        pending_operations: [
          { type: "creating", resource },
          { type: "deleting", resource: { urn: "old" } },
        ],
      },
    };
    const { deployment } = JSON.parse(settledState(JSON.stringify(both), new Map([[urn, "db-1"]]))) as typeof both;
    expect(deployment.resources).toEqual([{ urn: "first" }, { ...resource, id: "db-1", outputs: { size: 1 } }]);
    expect(deployment.pending_operations.map(({ type }) => type)).toEqual(["deleting"]);
    // It replaces a resource with the same URN, which is still to be deleted.
    const old = { urn, id: "db-0" };
    const replacing = { deployment: { ...both.deployment, resources: [old, { urn: "first" }] } };
    const replaced = JSON.parse(settledState(JSON.stringify(replacing), new Map([[urn, "db-1"]]))) as typeof both;
    expect(replaced.deployment.resources).toEqual([
      { ...resource, id: "db-1", outputs: { size: 1 } },
      { ...old, delete: true },
      { urn: "first" },
    ]);
    const gone = JSON.parse(settledState(JSON.stringify(both), new Map([[urn, undefined]]))) as typeof both;
    expect(gone.deployment.resources).toEqual([{ urn: "first" }]);
  });
});

describe("the options --found and --gone", () => {
  it("split at the first equals sign, and take each URN once", () => {
    expect([...foundOf(["urn:a=arn:x=1"], ["urn:b"])]).toEqual([
      ["urn:a", "arn:x=1"],
      ["urn:b", undefined],
    ]);
    for (const [found, gone] of [
      [["urn:a="], []],
      [["db-1"], []],
      [["urn:a"], []],
      [[], ["urn:a=db-1"]],
      [[], ["db"]],
    ]) {
      expect(() => foundOf(found, gone), `${found} ${gone}`).toThrow(/write the URN/);
    }
    for (const [found, gone] of [
      [["urn:a=1"], ["urn:a"]],
      [["urn:a=1", "urn:a=2"], []],
    ])
      expect(() => foundOf(found, gone)).toThrow(/twice/);
  });
});

describe("a lock", () => {
  const said = `error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  file:///state/.pulumi/locks/organization/cells/dev/1.json: created by deploy@build-7 (pid 4711) at 2026-11-26T09:00:00Z`;

  it("is ours only when it names an engine of this checkout that has ended", () => {
    const lock = lockedBy(said)!;
    const left = (pid: number, isRunning = false, isTaken = isRunning) => ({
      pid,
      isRunning: () => isRunning,
      isTaken: () => isTaken,
    });
    expect(lock).toEqual({ host: "build-7", pid: 4711 });
    expect(isOurs(lock, left(4711), "build-7")).toBe(true);
    expect(isOurs(lock, left(4712), "build-7")).toBe(false);
    expect(isOurs(lock, left(4711), "build-8")).toBe(false);
    expect(isOurs(lock, left(4711, true), "build-7")).toBe(false);
    // Its id was reused, perhaps by the engine of another checkout.
    expect(isOurs(lock, left(4711, false, true), "build-7")).toBe(false);
    expect(lockedBy(said.replace("the stack", "could not import deployment: the stack"))).toEqual(lock);
    expect(lockedBy("error: no such stack")).toBeUndefined();
    expect(lockedBy(`  pulumi:pulumi:Stack: ${said}`)).toBeUndefined();
    expect(isOurs(lockedBy("error: the stack is currently locked by 1 lock(s)")!, left(4711), "build-7")).toBe(false);
  });
});
