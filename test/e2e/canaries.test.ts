import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { parseState } from "../../policy/front/state";
import { SmallEngine, type SmallRun, type SmallStack } from "../harness/engine";

/**
 * How the engine treats policies: behaviours, not promises. The design of `policy/` and of `cells up` rests on them; an
 * engine or an SDK that changes one must be looked at before it is used.
 */
const folder = join(__dirname, "canaries");
const pack = ["--policy-pack", join(folder, "pack")];

let engine: SmallEngine;
let stack: SmallStack;
/** A preview with the pack as it is. */
let preview: SmallRun;

interface Shown {
  readonly name: string;
  readonly opts: readonly string[];
  readonly inputs: Readonly<Record<string, readonly string[]>>;
}
let shown: ReadonlyMap<string, Shown>;

beforeAll(async () => {
  engine = await SmallEngine.create();
  stack = await engine.stack(join(folder, "program"), { other: { value: "of another stack" } });
  preview = await stack.run(["preview", ...pack]);
  const message = preview.said.find(({ policy }) => policy === "shown")?.message ?? "";
  const list = JSON.parse(/shown: (\[.*\])/.exec(message)?.[1] ?? "[]") as Shown[];
  shown = new Map(list.map((one) => [one.name, one]));
});

afterAll(async () => {
  await stack?.close();
  engine?.dispose();
});

/** The pack with some policies at other levels. */
function levels(config: object): readonly string[] {
  const file = join(stack.directory, "levels.json");
  writeFileSync(file, JSON.stringify(config));
  return [...pack, "--policy-pack-config", file];
}

/** Policies by the outcome that the engine reports, over all summaries of the last run. */
function summary(): { readonly passed: readonly string[]; readonly failed: readonly string[] } {
  type Summary = { readonly passed?: readonly string[]; readonly failed?: readonly string[] };
  const all = stack
    .events()
    .flatMap((event) =>
      event["policyAnalyzeStackSummaryEvent"] === undefined ? [] : [event["policyAnalyzeStackSummaryEvent"] as Summary],
    );
  return { passed: all.flatMap(({ passed = [] }) => passed), failed: all.flatMap(({ failed = [] }) => failed) };
}

describe("how the engine treats policies", () => {
  it("switches a stack policy off, with a note only, when it reads one unknown carelessly (fact 3)", () => {
    expect(preview.code).toBe(0);
    expect(preview.said.filter(({ message }) => message.includes("found the literal"))).toEqual([]);
    const [note] = preview.said.filter(({ policy }) => policy === "naive");
    expect(note?.message).toMatch(/can't run policy 'naive' .*during preview/);
    expect(
      preview.events.find(({ policyEvent }) => policyEvent?.policyName === "naive")?.policyEvent?.enforcementLevel,
    ).toBe("advisory");
  });

  it("hides reads and other stacks, but for an input with an empty list (fact 6)", () => {
    expect([...shown.keys()]).toEqual(expect.arrayContaining(["source", "from-read", "from-stack"]));
    expect(shown.has("read")).toBe(false);
    expect(shown.has("organization/cells/other")).toBe(false);
    expect(shown.get("computed")?.inputs).toEqual({ displayName: ["source"] });
    // The plain input has no key.
    expect(shown.get("from-read")?.inputs).toEqual({ displayName: [] });
    expect(shown.get("from-stack")?.inputs).toEqual({ displayName: [] });
    expect(shown.get("literal")?.inputs).toEqual({});
    // Beside a dependency on the stack itself, nothing names the other stack.
    expect(shown.get("from-both")?.inputs).toEqual({ displayName: ["source"] });
  });

  it("shows some options and not others (fact 7)", () => {
    expect(shown.get("optioned")?.opts).toEqual(expect.arrayContaining(["ignoreChanges", "protect"]));
    for (const hidden of ["deletedWith", "retainOnDelete"]) expect(shown.get("optioned")?.opts).not.toContain(hidden);
    expect(shown.get("optioned")?.inputs).toEqual({});
    // The program's own transformation sees all of it: the guard rests on that.
    const line = preview.events
      .map(({ diagnosticEvent }) => diagnosticEvent?.message ?? "")
      .find((message) => message.includes("transformation: "));
    expect(JSON.parse(/transformation: (\{.*\})/.exec(line ?? "")?.[1] ?? "{}")).toMatchObject({
      read: ["id"],
      "organization/cells/other": ["id", "stack"],
      optioned: ["deletedWith", "retainOnDelete", "protect"],
    });
  });

  it("shows a green tick and exit code 0 when no policy ran; only the summary shows it (fact 9)", async () => {
    const run = await stack.run(["preview", ...levels({ all: "disabled" })]);
    expect(run.code).toBe(0);
    expect(run.said).toEqual([]);
    expect(run.output).toMatch(/✅ cells-canaries@v0\.0\.0/);
    expect(summary()).toEqual({ passed: [], failed: [] });
  });

  it("stops a preview by a stack policy, but not an update, which has created everything by then (fact 1)", async () => {
    const stopped = await stack.run(["preview", ...levels({ never: "mandatory" })]);
    expect(stopped.code).not.toBe(0);
    // Each policy that ran is in one of the lists: that is the proof of it. One that reported anything has failed.
    const { passed, failed } = summary();
    expect([...passed, ...failed].sort()).toEqual(["naive", "never", "shown"]);
    expect(failed).toContain("never");
    expect(stack.made).toEqual([]);

    const up = await stack.run(["up", "--yes", "--skip-preview", ...levels({ never: "mandatory", naive: "disabled" })]);
    expect(up.code).not.toBe(0);
    expect(up.said.map(({ policy }) => policy)).toContain("never");
    expect([...stack.made].sort()).toEqual([
      "computed",
      "from-both",
      "from-read",
      "from-stack",
      "literal",
      "optioned",
      "source",
    ]);

    // The state has what policies are not shown (facts 6 and 7): the verifier rests on that.
    const { deployment } = parseState(await stack.export(), "stack export");
    const find = (name: string) => deployment.resources?.find(({ urn }) => urn.endsWith(`::${name}`));
    expect(find("optioned")).toMatchObject({ retainOnDelete: true, protect: true, deletedWith: find("source")?.urn });
    expect(find("read")).toMatchObject({ external: true });
    expect(find("organization/cells/other")).toMatchObject({ external: true });
    expect(find("from-both")?.propertyDependencies?.["displayName"]).toEqual(
      expect.arrayContaining([find("organization/cells/other")?.urn, find("source")?.urn]),
    );
  });
});
