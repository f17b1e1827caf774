import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { sizes, type OwnSize, type SizeClassName } from "../../catalog/sizes";
import { changingTable } from "./changing";
import { consequencesOf, planOf, type CellEdit } from "./living";

const classNames = Object.keys(sizes) as SizeClassName[];

const refusals = async (before: CellEdit, after: CellEdit) =>
  (await consequencesOf(before, after)).filter(({ verdict }) => verdict === "forbidden").map(({ message }) => message);

const rises = (from: SizeClassName, to: SizeClassName) => classNames.indexOf(to) > classNames.indexOf(from);
const pairsOfClasses = classNames.flatMap((from) =>
  classNames.filter((to) => to !== from).map((to) => [from, to] as const),
);

describe("another size class", () => {
  it.each(pairsOfClasses.filter(([from, to]) => rises(from, to)))(
    "%s to %s goes with the other colour",
    async (from, to) => {
      const changed: CellEdit = { sizeClass: to, liveNodes: "green" };
      const found = await consequencesOf({ sizeClass: from }, changed);
      expect(found.filter(({ verdict }) => verdict !== "allowed")).toEqual([]);
      // Back is another colour again, and a smaller disk.
      expect((await refusals(changed, { sizeClass: from })).join("\n")).toMatch(/disks cannot shrink/);
    },
  );

  it.each(pairsOfClasses.filter(([from, to]) => rises(from, to)))(
    "%s to %s is refused with the same colour, by the way to do it",
    async (from, to) => {
      const found = await refusals({ sizeClass: from }, { sizeClass: to });
      expect(found).toEqual([
        expect.stringMatching(/^cell-0-blue\.instanceTypes: .* change liveNodes to the other colour too/),
      ]);
    },
  );

  it.each(pairsOfClasses.filter(([from, to]) => !rises(from, to)))(
    "%s to %s is refused in every state: disks cannot shrink",
    async (from, to) => {
      for (const state of ["provisioning", "active", "disabled"] as const) {
        const found = await refusals({ sizeClass: from, state }, { sizeClass: to, state, liveNodes: "green" });
        expect(found.filter((text) => text.includes("disks cannot shrink"))).toHaveLength(3);
      }
    },
  );
});

describe("a class of the environment", () => {
  const medium: CellEdit = { sizeClass: "medium", own: {} };
  const edited = (own: OwnSize) => consequencesOf(medium, { ...medium, own });
  const judged = (found: Awaited<ReturnType<typeof edited>>) =>
    found.filter(({ verdict }) => verdict !== "allowed").map(({ kind, message }) => `${kind}: ${message}`);

  it("with the content of the built-in one changes the dashboard, which names the class", async () => {
    const found = await consequencesOf({ sizeClass: "medium" }, medium);
    expect(found.map(({ kind, message }) => [kind, message])).toEqual([["changed in place", "cell-0-dashboard"]]);
  });

  it("brings a minor version of PostgreSQL to the replica first: one staged change, and none that is forbidden", async () => {
    expect(judged(await edited({ postgres: { engineVersion: "17.11" } }))).toEqual([
      expect.stringMatching(
        /^staged: cell-0-postgres-primary\.engineVersion: its replica cell-0-postgres-replica still runs 17\.10/,
      ),
    ]);
  });

  it("brings no new major version of PostgreSQL", async () => {
    const found = judged(await edited({ postgres: { engineVersion: "18.1" } }));
    expect(found.filter((text) => /^refused: .*a cell keeps PostgreSQL 17/.test(text))).toHaveLength(2);
  });

  it("of 400 GiB or more brings the IOPS and the throughput that AWS wants there", async () => {
    const own: OwnSize = { postgres: { storage: 500 } };
    expect(judged(await edited(own))).toEqual([]);
    const databases = (await planOf({ ...medium, own })).resources.filter(
      ({ type }) => type === "aws:rds/instance:Instance",
    );
    expect(databases).toHaveLength(2);
    for (const { inputs } of databases)
      expect(inputs).toMatchObject({ allocatedStorage: 500, iops: 12_000, storageThroughput: 500 });
  });

  it("brings the next minor version of Kubernetes: control plane, then nodes, then cluster DNS, all in place", async () => {
    const own: OwnSize = { nodes: { kubernetesVersion: "1.36" } };
    const found = await edited(own);
    expect(found.map(({ kind, message }) => [kind, message])).toEqual([
      ["changed in place", "cell-0-cluster, cell-0-blue, cell-0-green"],
    ]);
    const plan = await planOf({ ...medium, own });
    for (const group of ["cell-0-blue", "cell-0-green"]) expect(waitsFor(plan, group)).toContain("cell-0-cluster");
    expect(waitsFor(plan, "cell-0-coredns")).toContain("cell-0-blue");
  });

  it("skips no minor version of Kubernetes", async () => {
    expect(judged(await edited({ nodes: { kubernetesVersion: "1.37" } }))).toEqual([
      expect.stringMatching(/^refused: cell-0-cluster\.version: write 1\.36 first/),
    ]);
  });

  it("brings another version of Kafka in place", async () => {
    const found = await edited({ kafka: { version: "4.0.x.kraft" } });
    expect(found.map(({ kind, message }) => [kind, message])).toEqual([["changed in place", "cell-0-kafka"]]);
    expect(judged(await edited({ kafka: { version: "3.8.x.kraft" } }))).toEqual([
      expect.stringMatching(/^refused: cell-0-kafka\.kafkaVersion: 3\.9\.x\.kraft cannot become 3\.8\.x\.kraft/),
    ]);
  });
});

/** Resources that a resource waits for, directly or through others. */
function waitsFor(plan: Awaited<ReturnType<typeof planOf>>, name: string): ReadonlySet<string> {
  const byUrn = new Map(plan.resources.map((one) => [one.urn, one]));
  const found = new Set<string>();
  const open = plan.resources.filter((one) => one.name === name).map(({ urn }) => urn);
  for (let urn = open.pop(); urn !== undefined; urn = open.pop()) {
    const one = byUrn.get(urn);
    for (const next of one === undefined ? [] : [...one.dependencies, one.parent]) {
      const source = byUrn.get(next);
      if (source === undefined || found.has(source.name)) continue;
      found.add(source.name);
      if (next !== one?.parent) open.push(next);
    }
  }
  return found;
}

const cell: fc.Arbitrary<CellEdit> = fc.record({
  sizeClass: fc.constantFrom(...classNames),
  liveNodes: fc.constantFrom("blue" as const, "green" as const),
  bothNodes: fc.boolean(),
});

const fullGroups = (plan: Awaited<ReturnType<typeof planOf>>): readonly string[] =>
  plan.resources
    .filter(({ type }) => type === "aws:eks/nodeGroup:NodeGroup")
    .filter(({ inputs }) => (inputs as { scalingConfig: { desiredSize: number } }).scalingConfig.desiredSize > 0)
    .map(({ name }) => name);

describe("the nodes that serve", () => {
  it("leave only after the application runs on others and is reached there, in any sequence of legal edits", async () => {
    await fc.assert(
      fc.asyncProperty(cell, fc.array(cell, { minLength: 1, maxLength: 4 }), async (first, edits) => {
        let before = first;
        for (const after of edits) {
          if ((await refusals(before, after)).length > 0) continue;
          const news = await planOf(after);
          const serving = `cell-0-${before.liveNodes}`;
          const next = `cell-0-${after.liveNodes}`;
          expect(fullGroups(news)).toContain(next);
          if (serving !== next) {
            // The engine changes a resource after all that it waits for.
            const first = waitsFor(news, serving);
            for (const name of [next, "cell-0-k8s-app", "cell-0-k8s-pool", `${next}-targets`])
              expect([...first]).toContain(name);
          }
          before = after;
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("docs/changing-a-cell.md", () => {
  it("has the table of edits as the plans give it: UPDATE_DOCS=1 writes it", async () => {
    const file = join(__dirname, "../../docs/changing-a-cell.md");
    const text = readFileSync(file, "utf8");
    const table = await changingTable();
    const wanted = text.replace(
      /(<!-- edits -->\n)[^]*(<!-- \/edits -->)/,
      (_all, open: string, close: string) => `${open}\n${table}\n\n${close}`,
    );
    if (process.env["UPDATE_DOCS"] === "1") writeFileSync(file, wanted);
    else expect(text).toBe(wanted);
  });
});
