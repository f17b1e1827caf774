import { describe, expect, it } from "vitest";

import { machineOf } from "../../catalog/machines";
import type { Catalog, Cell } from "../../catalog/model";
import { judge, judgeCatalog } from "../../policy/core/judge";
import { nothingKnown } from "../../policy/fingerprints/known";
import { policies } from "../../policy/front/crossguard";
import { nodesLeft } from "../../policy/rules/capacity";
import { minutesOf } from "../../policy/rules/chaos";
import { pooled } from "../../policy/rules/connections";
import { rules } from "../../policy/rules";
import { changed, model, ofCatalog } from "./facts";
import { World } from "./world";

const rule = (id: string): (typeof rules)[number] => rules.find((one) => one.id === id)!;
const lambda = "aws:lambda/function:Function";
const ofModel = (id: string, catalog: Catalog): readonly string[] =>
  judgeCatalog([rule(id)], ofCatalog(catalog)).map(({ verdict }) => `${verdict.kind} ${verdict.path}`);

/** Judges a router's variables, beside a cell's function with the same ones, which are none of this rule's. */
function routing(variables: object): readonly string[] {
  const world = new World();
  world.add(lambda, { environment: { variables } }, { name: "application" });
  const router = world.put({ type: "cells:index:CellRouter", name: "router" });
  world.put({
    type: lambda,
    name: "it",
    parent: router,
    props: { environment: { variables: { ROUTER_TABLE_BUCKET: "dev", ...variables } } },
  });
  return judge([rule("RTR-03")], world.resources).map(
    ({ verdict }) => `${verdict.urn.split("::").pop()} ${verdict.path}`,
  );
}

describe("RTR-03", () => {
  it.each([
    "TOTAL_CELLS",
    "CELL_COUNT",
    "NUM_CELLS",
    "cells",
    "shard_count",
    "NUMBER_OF_CELLS",
    "CELLS_TOTAL",
    "PARTITIONS",
  ])("%s = 10 is a fixed number of cells", (name) => {
    expect(routing({ [name]: "10" })).toEqual([`it environment.variables.${name}`]);
  });

  it.each([{ acme: "cell-1", globex: "cell-2" }, [{ tenant: "acme", cell: "cell-2" }]])(
    "%j is a fixed map of tenants",
    (map) => {
      expect(routing({ HOMES: JSON.stringify(map) })).toEqual(["it environment.variables.HOMES"]);
      expect(routing({ TENANT_MAP: "acme=1,globex=2" })).toEqual(["it environment.variables.TENANT_MAP"]);
    },
  );

  it("is silent about what is neither", () => {
    for (const variables of [
      { CELL_NUMBER: "3" },
      { MAX_CONNECTIONS: "10" },
      { ENDPOINTS: "https://cell-1.dev.example.com,https://cell-2.dev.example.com" },
      { DOORS: JSON.stringify({ "cell-1": "https://cell-1.dev.example.com" }) },
      { CELLS_TABLE: "tables/base.json" },
    ]) {
      expect(routing(variables)).toEqual([]);
    }
  });
});

describe("SIZ-01", () => {
  const weighted = (weights: readonly number[]): Catalog => ({
    ...model,
    cells: weights.map((weight, number): Cell => ({ ...model.cells[0]!, id: `cell-${number}`, number, weight })),
  });

  it("finds a cell that is too large, for each cell and each measure", () => {
    for (const { number, id } of model.cells) {
      expect(ofModel("SIZ-01", changed(number, { capacity: { tenants: 3000, requestsPerSecond: 500 } }))).toEqual([
        `violation cells.${id}.capacity.tenants`,
      ]);
      expect(ofModel("SIZ-01", changed(number, { capacity: { tenants: 1000, requestsPerSecond: 1500 } }))).toEqual([
        `violation cells.${id}.capacity.requestsPerSecond`,
      ]);
    }
    expect(ofModel("SIZ-01", weighted([1, 1, 6, 1, 1]))).toEqual(["violation cells.cell-2.weight"]);
  });

  it("lets sizes differ within reason, and takes an idle cell for none", () => {
    expect(ofModel("SIZ-01", model)).toEqual([]);
    expect(ofModel("SIZ-01", weighted([1, 1.4, 1, 1, 1]))).toEqual([]);
    expect(ofModel("SIZ-01", weighted([1, 0, 0, 0]))).toEqual([]);
    // Eleven cells: a tenth each is the most, though 1.5 times the mean is more.
    const many = { ...weighted(Array.from({ length: 11 }, () => 1)) };
    const one = {
      ...many,
      cells: many.cells.map((cell) =>
        cell.number === 4 ? { ...cell, capacity: { ...cell.capacity, tenants: 1250 } } : cell,
      ),
    };
    expect(ofModel("SIZ-01", one)).toEqual(["violation cells.cell-4.capacity.tenants"]);
  });
});

describe("HA-06 and SIZ-06", () => {
  it("count what is left without a zone", () => {
    expect([nodesLeft(3, 3), nodesLeft(10, 3), nodesLeft(2, 3), nodesLeft(3, 1), nodesLeft(4, 2)]).toEqual([
      2, 6, 1, 0, 2,
    ]);
    expect(machineOf("m6g.large")).toEqual({ cpuMillis: 2000, memoryMiB: 8192 });
    expect(machineOf("db.r6g.2xlarge")).toEqual({ cpuMillis: 8000, memoryMiB: 65_536 });
    expect(machineOf("cache.t4g.micro")).toEqual({ cpuMillis: 2000, memoryMiB: 1024 });
    expect([machineOf("x2gd.large"), machineOf("large"), machineOf("m6g.huge")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("read PgBouncer as PgBouncer does", () => {
    const ini = (more: string, databases = "app = host=a dbname=app\n"): string =>
      `[databases]\n${databases}\n[pgbouncer]\n${more}\n`;
    expect(pooled(ini(""))).toBe(20);
    expect(pooled(ini("default_pool_size = 50\nmax_db_connections = 40"))).toBe(40);
    expect(pooled(ini("default_pool_size = 50", "a = host=a\nb = host=a pool_size=10\nc = host=c\n"))).toBe(60);
    expect(pooled(ini("; default_pool_size = 90\nreserve_pool_size = 5"))).toBe(25);
  });
});

describe("CTL-06", () => {
  it.each([
    ["PT5M", 5],
    ["PT1H30M", 90],
    ["P1D", 1440],
    ["PT30S", 0.5],
    ["5M", undefined],
    ["PT", undefined],
    ["P", undefined],
  ])("%s is %s minutes", (text, minutes) => {
    expect(minutesOf(text)).toBe(minutes);
  });

  const experiment = (props: object, cell = 1): readonly string[] => {
    const world = new World();
    const base = {
      stopConditions: [{ source: "aws:cloudwatch:alarm" }],
      targets: [{ resourceTags: [{ key: "cell", value: "cell-1" }] }],
      actions: [{ actionId: "aws:ec2:reboot-instances" }],
      roleArn: "arn:aws:iam::123456789012:role/dev-cell-1-chaos",
    };
    world.add("aws:iam/role:Role", {}, { name: "role" });
    world.add("aws:fis/experimentTemplate:ExperimentTemplate", { ...base, ...props }, { cell });
    return world.judged(rule("CTL-06"));
  };

  it("reports each value outside the bounds by its place", () => {
    expect(experiment({})).toEqual([]);
    expect(experiment({}, 2)).toEqual(["violation roleArn", "violation targets.0"]);
    expect(experiment({ targets: [{ resourceTags: [{ key: "env", value: "prod" }] }] })).toEqual([
      "violation targets.0",
    ]);
    expect(
      experiment({ actions: [{ actionId: "aws:ssm:send-command", parameters: [{ key: "duration", value: "PT2H" }] }] }),
    ).toEqual(["violation actions.0.parameters"]);
    expect(experiment({ actions: [{ actionId: "aws:ssm:send-command" }] })).toEqual(["violation actions.0.parameters"]);
    expect(experiment({ stopConditions: [{ source: "aws:cloudwatch:alarm" }, { source: "none" }] })).toEqual([
      "violation stopConditions.1.source",
    ]);
  });
});

describe("CTL-02", () => {
  it("reports a control plane inside a cell, and a cell that refers to one; not a namesake", () => {
    const world = new World();
    const inside = world.put({ type: "cells:index:ControlPlane", name: "control", parent: world.of(1).stack });
    expect(inside.parent).toBe(world.of(1).stack);
    world.add(lambda, {
      environment: {
        variables: {
          A: "https://control.dev.cells.example.com/x",
          B: "https://uncontrol.dev.cells.example.com",
          C: "https://cell-1.dev.cells.example.com",
        },
      },
    });
    const known = { ...nothingKnown, domains: ["dev.cells.example.com"] };
    expect([...world.judged(rule("CTL-02"), known)].sort()).toEqual([
      "violation -",
      "violation environment.variables.A",
    ]);
  });
});

describe("the pack", () => {
  const opts = { protect: false, ignoreChanges: [], aliases: [], additionalSecretOutputs: [] };
  const run = (catalog: Catalog, config: object = {}): readonly string[] => {
    const heard: string[] = [];
    const [first] = policies(rules, () => ofCatalog(catalog));
    const validate = (first as { validateResource: (args: unknown, report: (message: string) => void) => void })
      .validateResource;
    for (const name of ["one", "two"]) {
      const args = {
        type: "pulumi:pulumi:Stack",
        name,
        urn: `urn:pulumi:dev::cells::pulumi:pulumi:Stack::${name}`,
        props: {},
        opts,
        getConfig: () => config,
      };
      validate(args, (message) => heard.push(`${name} ${message}`));
    }
    return heard;
  };

  it("reports what is wrong with the catalog at the first resource, once", () => {
    expect(run(model)).toEqual([]);
    const said = run(changed(7, { state: "quarantined" }));
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^one SOV-04: .*residency\.jurisdictions\.CN.* In catalog\/dev\.yaml\.$/);
  });

  it("uses its configuration, and refuses one that no rule accepts", () => {
    expect(run(model, { "SIZ-01": { timesMean: 1.05 } })).toEqual([]);
    expect(
      run(changed(0, { capacity: { tenants: 1200, requestsPerSecond: 500 } }), { "SIZ-01": { timesMean: 1.05 } }),
    ).toHaveLength(1);
    expect(() => run(model, { "SIZ-01": { enabled: false } })).toThrow(/SIZ-01.*enabled/);
  });

  it("remedies missing tags and nothing else", () => {
    const [first] = policies(rules, () => ofCatalog(model));
    const { validateResource, remediateResource } = first as unknown as Record<
      string,
      (args: unknown, report?: unknown) => unknown
    >;
    const stack = {
      type: "cells:index:CellStack",
      name: "cell-1",
      urn: "urn:pulumi:dev::cells::cells:index:CellStack::cell-1",
      props: { cellId: "cell-1" },
      opts,
      getConfig: () => ({}),
    };
    validateResource!(stack, () => undefined);
    const resource = (props: object, type = "aws:rds/instance:Instance"): unknown =>
      remediateResource!({
        ...stack,
        type,
        name: "it",
        urn: `${stack.urn}-it`,
        props,
        opts: { ...opts, parent: stack.urn },
      });
    expect(resource({ identifier: "x", tags: { cell: "cell-1", note: "kept" } })).toEqual({
      identifier: "x",
      tags: {
        cell: "cell-1",
        note: "kept",
        environment: "dev",
        locality: "EU",
        "data-residency": "EU",
        "managed-by": "pulumi",
      },
    });
    // Another cell's tag is GOV-02's to tell, not to be painted over.
    expect(
      resource({
        tags: { cell: "cell-2", environment: "dev", locality: "EU", "data-residency": "EU", "managed-by": "pulumi" },
      }),
    ).toBeUndefined();
    expect(resource({}, "aws:ec2/route:Route")).toBeUndefined();
  });

  it("adds tags that the settings require, from the catalog, and leaves out those with unknown values", () => {
    const settings = new Map([["GOV-01", { required: ["owner", "cost-center", "ticket"] }]]);
    const [first] = policies(rules, () => ({ ...ofCatalog(model), settings }));
    const { validateResource, remediateResource } = first as unknown as Record<
      string,
      (args: unknown, report?: unknown) => unknown
    >;
    const stack = {
      type: "cells:index:CellStack",
      name: "cell-1",
      urn: "urn:pulumi:dev::cells::cells:index:CellStack::cell-1",
      props: { cellId: "cell-1" },
      opts,
      getConfig: () => ({}),
    };
    validateResource!(stack, () => undefined);
    const remedied = remediateResource!({
      ...stack,
      type: "aws:rds/instance:Instance",
      name: "it",
      urn: `${stack.urn}-it`,
      props: {},
      opts: { ...opts, parent: stack.urn },
    });
    expect(remedied).toMatchObject({
      tags: { owner: model.cells[1]!.owner, "cost-center": model.cells[1]!.costCenter },
    });
    expect(remedied).not.toHaveProperty("tags.ticket");
  });
});
