import { describe, expect, it } from "vitest";

import { judgeWhole } from "../../adapters/policy/judge-catalog";
import { planFleet, planInBatches, type PlanBatch, type PlannedResources } from "../../adapters/pulumi/plan/batches";
import { planPlainly } from "../../adapters/pulumi/plan/plain";
import { createdOnUse } from "../../components/environment";
import { UserError } from "../../contract/user-error";
import type { Known } from "../../policy/fingerprints/known";
import { printsOfCatalog } from "../../policy/fingerprints/of-catalog";
import type { Registered } from "../../policy/front/plan";
import { emptyRegister } from "../../policy/register/register";
import { fleet } from "./fleets";

const catalog = fleet([{}, {}, {}, {}]);
const ids = catalog.cells.map(({ id }) => id);

const known: Known = {
  ...printsOfCatalog(catalog, { EU: ["eu-west-1"] }),
  catalog: { source: "a fleet", model: catalog },
  register: emptyRegister,
  now: new Date("2026-06-01"),
};

/** URN of a resource of the plan. */
function urnOf({ resources }: PlannedResources, name: string, type: string): string {
  return resources.find((one) => one.name === name && one.type === type)!.urn;
}

const vpc = "aws:ec2/vpc:Vpc";
const cache = "aws:elasticache/replicationGroup:ReplicationGroup";

/** Leaks between cell-0 or cell-1 and cells of the other batch: an edge, a name, a block, and a cache that all use. */
function leaking(part: PlannedResources, whole: PlannedResources): PlannedResources {
  const foundation = "urn:pulumi:dev::cells::cells:index:Foundation::foundation";
  const shared = `urn:pulumi:dev::cells::cells:index:Foundation$${cache}::shared`;
  const bare = { inputs: {}, provider: "", dependencies: [], propertyDependencies: {} };
  const more: readonly Registered[] = [
    { ...bare, urn: foundation, type: "cells:index:Foundation", name: "foundation", parent: "" },
    { ...bare, urn: shared, type: cache, name: "shared", parent: foundation },
  ];
  const leak = (one: Registered): Registered => {
    if (one.type === vpc && one.name === "cell-3-vpc")
      return { ...one, inputs: { ...one.inputs, cidrBlock: "10.0.0.0/16" } };
    if (one.type === vpc) return { ...one, dependencies: [...one.dependencies, shared] };
    if (one.type === "aws:sns/topic:Topic" && one.name.startsWith("cell-1"))
      return { ...one, inputs: { ...one.inputs, displayName: "x", policy: "postgres-cell-2-primary.cell-2.internal" } };
    if (one.type === "aws:kms/key:Key" && one.name.startsWith("cell-0"))
      return { ...one, propertyDependencies: { description: [urnOf(whole, "cell-2-vpc", vpc)] } };
    return one;
  };
  return { ...part, resources: [...part.resources.map(leak), ...more] };
}

describe("a fleet that is planned in batches", () => {
  it("gets the verdicts of the whole, also on leaks between cells of two batches", async () => {
    const clean = await planPlainly(catalog, {});
    const whole = leaking(clean, clean);
    const batches: (readonly string[])[] = [];
    const planner: PlanBatch = async (only) => {
      batches.push(only);
      return structuredClone(leaking(await planPlainly(catalog, {}, only), clean));
    };
    const united = await planInBatches(ids, 2, [planner]);
    expect(batches).toEqual([
      ["cell-0", "cell-1"],
      ["cell-2", "cell-3"],
    ]);
    const judgements = await Promise.all(
      [planInBatches(ids, 4, [() => Promise.resolve(structuredClone(whole))]), united].map(async (planned) =>
        judgeWhole(catalog, known, { plan: () => Promise.resolve(planned) }),
      ),
    );
    expect(judgements[1]).toEqual(judgements[0]);
    const said = judgements[1]!.found.map(({ rule, verdict }) => `${rule.id} ${verdict.owners?.join(" -> ") ?? ""}`);
    expect(said).toEqual(
      expect.arrayContaining(["ISO-02 cell-0 -> cell-2", "ISO-13 cell-1 -> cell-2", "ISO-11 cell-0 -> cell-1"]),
    );
    expect(said.some((one) => one.startsWith("NET-02"))).toBe(true);
  });

  it("is planned at once where what no cell owns differs from batch to batch", async () => {
    const asked: (readonly string[])[] = [];
    const planner: PlanBatch = (only) => {
      asked.push(only);
      const router = { urn: "urn:router", type: "t", name: "router", inputs: { cells: only.length } };
      return Promise.resolve({
        resources: [{ ...router, parent: "", provider: "", dependencies: [], propertyDependencies: {} }],
        reads: [],
      });
    };
    const { resources } = await planInBatches(["a", "b", "c"], 2, [planner, planner]);
    expect(asked).toEqual([["a", "b"], ["c"], ["a", "b", "c"]]);
    expect(resources.map(({ inputs }) => inputs)).toEqual([{ cells: 3 }]);
  });

  it("is refused as the whole is: what the program refuses is a mistake of the user", async () => {
    const china = { ...catalog, cells: catalog.cells.map((cell) => ({ ...cell, partition: "aws-cn" as const })) };
    const settings = { images: { pool: "quay.io/team/pool:1" } };
    await expect(planFleet(china, settings)).rejects.toThrow(UserError);
  });
});

describe("cells that a program creates on use", () => {
  it("are created once, when one is read, in whatever way", () => {
    const created: string[] = [];
    const list = createdOnUse([{ id: "a" }, { id: "b" }, { id: "c" }], ({ id }) => (created.push(id), { name: id }));
    expect([list.length, created]).toEqual([3, []]);
    expect([list[1]!.name, list.at(1)!.name, created]).toEqual(["b", "b", ["b"]]);
    expect([list.find(({ name }) => name === "a")?.name, created]).toEqual(["a", ["b", "a"]]);
    expect([list.map(({ name }) => name), created]).toEqual([
      ["a", "b", "c"],
      ["b", "a", "c"],
    ]);
  });
});
