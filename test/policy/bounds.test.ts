import { describe, expect, it } from "vitest";

import type { Resource } from "../../policy/core/resource";
import type { Known } from "../../policy/fingerprints/known";
import { one, rule, said, set } from "./one-rule";
import { unknown, World } from "./world";

const lambda = "aws:lambda/function:Function";
const database = "aws:rds/instance:Instance";
const deployment = "kubernetes:apps/v1:Deployment";
const nodeGroup = "aws:eks/nodeGroup:NodeGroup";

describe("RTR-01", () => {
  const zip = (contentBase64: unknown, known?: Known): readonly string[] =>
    said(
      "RTR-01",
      (world) =>
        void world.put({
          type: "aws:s3/bucketObjectv2:BucketObjectv2",
          name: "code",
          parent: world.put({ type: "cells:index:CellRouter", name: "router" }),
          props: { contentBase64 },
        }),
      known,
    );
  const kilobytes = (count: number): string => "A".repeat((count * 1024 * 4) / 3);

  it("checks the size of a router's code: up to the limit is allowed, more is not, unknown is undecided", () => {
    expect(zip(kilobytes(48), set({ "RTR-01": { maxZipKb: 48 } }))).toEqual([]);
    expect(zip(`${kilobytes(48)}AAAA`, set({ "RTR-01": { maxZipKb: 48 } }))).toEqual(["violation contentBase64"]);
    expect(zip(kilobytes(1023))).toEqual([]);
    expect(zip(kilobytes(1026))).toEqual(["violation contentBase64"]);
    expect([zip(unknown), zip(undefined), zip(7), zip("")]).toEqual([["undecided contentBase64"], [], [], []]);
  });

  it("does not weigh what is no router's", () => {
    expect(one("RTR-01", "aws:s3/bucketObjectv2:BucketObjectv2", { contentBase64: kilobytes(1026) })).toEqual([]);
  });
});

describe("RTR-03", () => {
  const routers = (variables: object, tables: readonly ("own" | "other")[], known?: Known): readonly string[] =>
    said(
      "RTR-03",
      (world) => {
        const router = world.put({ type: "cells:index:CellRouter", name: "router" });
        const other = world.put({ type: "cells:index:CellRouter", name: "other" });
        world.put({
          type: lambda,
          name: "it",
          parent: world.put({ type: "x:y:Part", name: "part", parent: router }),
          props: { environment: { variables } },
        });
        tables.forEach((whose, at) =>
          world.put({
            type: "aws:s3/bucketObjectv2:BucketObjectv2",
            name: `table-${at}`,
            parent: whose === "own" ? router : other,
          }),
        );
      },
      known,
    );

  it("requires the location of the table that a router's own deployment contains", () => {
    expect(routers({ ROUTER_TABLE_BUCKET: "x" }, ["own"])).toEqual([]);
    expect(routers({ ROUTER_LEVEL: "x" }, ["own"])).toEqual(["violation environment.variables"]);
    expect(routers({ ROUTER_LEVEL: "x" }, [])).toEqual(["advisory environment.variables"]);
    // Another router's table is not its own.
    expect(routers({ ROUTER_LEVEL: "x" }, ["other"])).toEqual(["advisory environment.variables"]);
  });

  it("wants the variables that its settings name, and then no others", () => {
    const known = set({ "RTR-03": { requiredEnv: ["PLACE"] } });
    expect(routers({ PLACE: "x" }, ["own"], known)).toEqual([]);
    expect(routers({ ROUTER_TABLE_BUCKET: "x" }, ["own"], known)).toEqual(["violation environment.variables.PLACE"]);
  });
});

describe("CTL-06", () => {
  const experiment = (
    props: object,
    cell = 1,
    act: (world: World) => Readonly<Record<string, readonly Resource[]>> = () => ({}),
  ): readonly string[] =>
    said("CTL-06", (world) => {
      const base = {
        stopConditions: [{ source: "aws:cloudwatch:alarm" }],
        targets: [{ resourceTags: [{ key: "cell", value: "cell-1" }] }],
        actions: [{ actionId: "aws:ec2:reboot-instances" }],
        roleArn: "arn:aws:iam::123456789012:role/dev-cell-1-chaos",
      };
      world.add("aws:fis/experimentTemplate:ExperimentTemplate", { ...base, ...props }, { cell, from: act(world) });
    });
  const hits = (target: object): readonly string[] => experiment({ targets: [target] });

  it("holds targets by ARN to the own cell, by each of them", () => {
    const arn = (cell: number): string => `arn:aws:ec2:eu-west-1:123456789012:instance/dev-cell-${cell}-node`;
    expect(hits({ resourceArns: [arn(1)] })).toEqual([]);
    expect(hits({ resourceArns: ["dev-cell-1-node"] })).toEqual([]);
    expect(hits({ resourceArns: [arn(2)] })).toEqual(["violation targets.0"]);
    expect(hits({ resourceArns: [arn(1), "arn:aws:ec2:eu-west-1:123456789012:instance/i-1"] })).toEqual([
      "violation targets.0",
    ]);
    expect(hits({ resourceArns: [unknown] })).toEqual(["undecided targets.0"]);
    expect(hits({ resourceArns: [null] })).toEqual(["violation targets.0"]);
    expect(hits({})).toEqual(["violation targets.0"]);
    expect(experiment({ targets: [unknown] })).toEqual(["undecided targets.0"]);
  });

  it("finds the owner of an ARN without a name by its resource", () => {
    const arn = "arn:aws:ec2:eu-west-1:123456789012:instance/i-0123456789abcdef0";
    const said2 = (cell: number): readonly string[] =>
      experiment(
        { targets: [{ resourceArns: [arn] }] },
        1,
        (world) => (world.add("aws:ec2/instance:Instance", { arn }, { cell, name: "node" }), {}),
      );
    expect(said2(1)).toEqual([]);
    expect(said2(2)).toEqual(["violation targets.0"]);
  });

  it("does not count an unknown tag as clean, and reports several cells at once", () => {
    expect(hits({ resourceTags: [{ key: unknown, value: "cell-1" }] })).toEqual(["undecided targets.0"]);
    expect(hits({ resourceTags: [{ key: "cell", value: unknown }] })).toEqual(["undecided targets.0"]);
    expect(hits({ resourceTags: [{ key: "cell" }] })).toEqual(["violation targets.0"]);
    const world = new World();
    const control = world.put({ type: "cells:index:ControlPlane", name: "control" });
    const targets = [1, 2].map((cell) => ({ resourceTags: [{ key: "cell", value: `cell-${cell}` }] }));
    world.put({
      type: "aws:fis/experimentTemplate:ExperimentTemplate",
      name: "it",
      parent: control,
      props: { targets, stopConditions: [{ source: "aws:cloudwatch:alarm" }] },
    });
    expect(world.judged(rule("CTL-06"))).toEqual(["violation targets"]);
  });

  it("wants an alarm that stops it", () => {
    expect(experiment({ stopConditions: [] })).toEqual(["violation stopConditions"]);
    expect(experiment({ stopConditions: [{ source: unknown }] })).toEqual(["undecided stopConditions.0.source"]);
    expect(experiment({ stopConditions: [{}] })).toEqual(["violation stopConditions.0.source"]);
  });

  it("wants an end in time of each action", () => {
    const acts = (parameters: unknown, actionId: unknown = "aws:ssm:send-command"): readonly string[] =>
      experiment({ actions: [{ actionId, parameters }] });
    expect(acts([{ key: "duration", value: "PT15M" }])).toEqual([]);
    expect(acts([{ key: "duration", value: "PT15M1S" }])).toEqual(["violation actions.0.parameters"]);
    expect(acts([{ key: "duration", value: "soon" }])).toEqual(["violation actions.0.parameters"]);
    expect(acts([{ key: "documentArn", value: "PT5M" }])).toEqual(["violation actions.0.parameters"]);
    expect(acts([{ key: "duration", value: unknown }])).toEqual(["undecided actions.0.parameters"]);
    expect(acts([{ key: "duration", value: "PT5M" }], unknown)).toEqual([]);
    expect(acts([{ key: "duration" }])).toEqual(["violation actions.0.parameters"]);
    expect(experiment({ actions: [unknown] })).toEqual(["undecided actions.0"]);
    expect(experiment({ actions: undefined })).toEqual([]);
  });

  it("wants the cell's own role", () => {
    const by = (cell: number | undefined): readonly string[] =>
      experiment({}, 1, (world) => {
        const name = "role";
        const role =
          cell === undefined
            ? world.put({ type: "aws:iam/role:Role", name })
            : world.add("aws:iam/role:Role", {}, { cell, name });
        return { roleArn: [role] };
      });
    expect([by(1), by(2), by(undefined)]).toEqual([[], ["violation roleArn"], ["violation roleArn"]]);
    expect(experiment({ roleArn: undefined })).toEqual(["violation roleArn"]);
    expect(experiment({ roleArn: unknown })).toEqual(["undecided roleArn"]);
    for (const text of ["role/dev-cell-1-chaos", "arn:aws:iam::123456789012:role/admin"])
      expect(experiment({ roleArn: text })).toEqual(["violation roleArn"]);
  });
});

describe("HA-06", () => {
  const nodes =
    (props: object, pods: object | undefined, cell = 1): ((world: World) => void) =>
    (world) => {
      const group = {
        scalingConfig: { desiredSize: 3 },
        instanceTypes: ["m6g.large"],
        subnetIds: ["a", "b", "c"],
        ...props,
      };
      world.add(nodeGroup, group, { name: "nodes", cell });
      if (pods !== undefined) world.add(deployment, pods, { name: "app" });
    };
  const app = (replicas: unknown, requests: unknown = { cpu: "500m", memory: "512Mi" }): object => ({
    spec: { replicas, template: { spec: { containers: [{ resources: { requests } }] } } },
  });
  const ha = (props: object, pods: object | undefined, cell?: number): readonly string[] =>
    said("HA-06", nodes(props, pods, cell));

  it("carries what two nodes of three can, and one replica more is too many", () => {
    // Two nodes have 2 x (2000 - 400) = 3200 millis; at a load of 0.6 that is 10.67 pods of 500.
    expect(ha({}, app(10))).toEqual([]);
    expect(ha({}, app(11))).toEqual(["violation scalingConfig.desiredSize"]);
    // And 2 x (8192 - 900) = 14,584 MiB.
    expect(ha({}, app(10, { cpu: "1m", memory: "2430Mi" }))).toEqual([]);
    expect(ha({}, app(10, { cpu: "1m", memory: "2431Mi" }))).toEqual(["violation scalingConfig.desiredSize"]);
    expect(ha({}, app(undefined, { cpu: "3200m" }))).toEqual([]);
    expect(ha({}, app(undefined, { cpu: "6000m" }))).toEqual(["violation scalingConfig.desiredSize"]);
    expect(ha({}, app(4, undefined))).toEqual([]);
  });

  it("judges a cell by its own nodes and pods, and neither without the other", () => {
    expect(ha({}, undefined)).toEqual([]);
    expect(ha({}, app(100), 2)).toEqual([]);
    expect(ha({ scalingConfig: { desiredSize: 0 } }, app(100))).toEqual([]);
    expect(ha({ instanceTypes: undefined }, app(6))).toEqual([]);
    expect(ha({ subnetIds: ["a"] }, app(1))).toEqual(["violation scalingConfig.desiredSize"]);
  });

  it("reports what is unknown, at its place", () => {
    expect(ha({ scalingConfig: { desiredSize: unknown } }, app(1))).toEqual(["undecided scalingConfig.desiredSize"]);
    expect(ha({ subnetIds: unknown }, app(1))).toEqual(["undecided subnetIds"]);
    expect(ha({ instanceTypes: [unknown] }, app(1))).toEqual(["undecided instanceTypes"]);
    expect(ha({ instanceTypes: ["x9.large"] }, app(1))).toEqual(["undecided instanceTypes"]);
    expect(ha({}, app(unknown))).toEqual(["undecided spec.replicas"]);
    const requests = "spec.template.spec.containers.0.resources.requests";
    for (const bag of [{ cpu: unknown }, { memory: unknown }, { cpu: "much" }, { memory: "much" }])
      expect(ha({}, app(1, bag))).toEqual([`undecided ${requests}`]);
    expect(ha({}, { spec: { template: { spec: { containers: [unknown] } } } })).toEqual([
      "undecided spec.template.spec.containers",
    ]);
  });

  it("names the largest group when none carries, and none when one does", () => {
    const groups = (...sizes: readonly number[]): readonly string[] => {
      const world = new World();
      sizes.forEach((desiredSize, at) =>
        world.add(
          nodeGroup,
          { scalingConfig: { desiredSize }, instanceTypes: ["m6g.large"], subnetIds: ["a", "b", "c"] },
          { name: `nodes-${at}` },
        ),
      );
      world.add(deployment, app(30), { name: "app" });
      return world.judged(rule("HA-06"));
    };
    expect(groups(3, 4, 2)).toEqual(["violation scalingConfig.desiredSize"]);
    expect(groups(3, 30)).toEqual([]);
  });
});

describe("SIZ-06", () => {
  const ini = "[databases]\napp = host=db pool_size=50\n[pgbouncer]\ndefault_pool_size = 20\n";
  const pooler =
    (options: { ini?: unknown; replicas?: unknown; mounts?: unknown; cell?: number }) =>
    (world: World): void => {
      world.add(database, { instanceClass: "db.m6g.large", parameterGroupName: "own" }, { name: "primary" });
      world.add(
        "aws:rds/parameterGroup:ParameterGroup",
        {
          name: "own",
          parameters: [
            { name: "work_mem", value: "4" },
            { name: "max_connections", value: "100" },
          ],
        },
        { name: "group" },
      );
      const data = { "readme.txt": "x", "pgbouncer.ini": "ini" in options ? options.ini : ini };
      world.add(
        "kubernetes:core/v1:ConfigMap",
        { metadata: { name: "pooler" }, data },
        { name: "config", cell: options.cell ?? 1 },
      );
      const volumes = [{ emptyDir: {} }, { configMap: { name: options.mounts ?? "pooler" } }];
      world.add(
        deployment,
        { spec: { replicas: options.replicas ?? 1, template: { spec: { volumes, containers: [{}] } } } },
        { name: "pgbouncer" },
      );
    };
  const siz = (options: Parameters<typeof pooler>[0]): readonly string[] => said("SIZ-06", pooler(options));

  it("multiplies a pooler's connections by the pods that mount it", () => {
    expect(siz({ replicas: 1 })).toEqual([]);
    expect(siz({ replicas: 2 })).toEqual(["violation data.pgbouncer.ini"]);
    expect(siz({ replicas: 2, mounts: "another" })).toEqual([]);
    expect(siz({ replicas: 2, cell: 2 })).toEqual([]);
  });

  it("leaves a tenth to people: 90 of 100 is accepted, 91 is not", () => {
    const pool = (size: number): string => ini.replace("50", String(size));
    expect(siz({ ini: pool(90) })).toEqual([]);
    expect(siz({ ini: pool(91) })).toEqual(["violation data.pgbouncer.ini"]);
  });

  it("does not take what it cannot read for clean", () => {
    expect(siz({ ini: unknown })).toEqual(["undecided data.pgbouncer.ini"]);
    expect(siz({ replicas: unknown })).toEqual(["undecided data.pgbouncer.ini"]);
  });

  const direct =
    (value: unknown, name: string, parameters: unknown, from: "edge" | "name" | "none" = "name") =>
    (world: World): void => {
      const group = world.add("aws:rds/parameterGroup:ParameterGroup", { name: "own", parameters }, { name: "group" });
      world.add(
        database,
        { instanceClass: "db.t4g.micro", ...(from === "name" ? { parameterGroupName: "own" } : {}) },
        { name: "primary", from: from === "edge" ? { parameterGroupName: [group] } : {} },
      );
      world.add(database, { replicateSourceDb: "primary" }, { name: "replica" });
      world.add(
        deployment,
        {
          spec: {
            replicas: 4,
            template: {
              spec: {
                containers: [
                  {
                    env: [
                      { name: "LEVEL", value: "9000" },
                      { name, value },
                    ],
                  },
                ],
              },
            },
          },
        },
        { name: "app" },
      );
    };
  const most = (value: unknown): readonly object[] => [{ name: "max_connections", value }];

  it("counts pools of applications where there is no pooler", () => {
    const path = "spec.template.spec.containers.0.env.1.value";
    expect(said("SIZ-06", direct("20", "DB_POOL_SIZE", most("100")))).toEqual([]);
    expect(said("SIZ-06", direct("25", "DB_POOL_SIZE", most("100")))).toEqual([`violation ${path}`]);
    expect(said("SIZ-06", direct("25", "DB_POOL_SIZE", most("100"), "edge"))).toEqual([`violation ${path}`]);
    // Without a group of its own the class decides: 1 GiB takes 112.
    expect(said("SIZ-06", direct("25", "DB_POOL_SIZE", most("50"), "none"))).toEqual([]);
    expect(said("SIZ-06", direct("26", "DB_POOL_SIZE", [], "none"))).toEqual([`violation ${path}`]);
    expect(said("SIZ-06", direct("25", "GREETING", most("100")))).toEqual([]);
    expect(said("SIZ-06", direct("many", "DB_POOL_SIZE", most("100")))).toEqual([]);
    expect(said("SIZ-06", direct(undefined, "DB_POOL_SIZE", most("100")))).toEqual([]);
    expect(said("SIZ-06", direct(unknown, "DB_POOL_SIZE", most("100")))).toEqual([`undecided ${path}`]);
    expect(said("SIZ-06", direct("25", "DB_POOL_SIZE", most("LEAST(1,2)")))).toEqual(["undecided parameterGroupName"]);
    expect(said("SIZ-06", direct("25", "DB_POOL_SIZE", [unknown]))).toEqual(["undecided parameterGroupName"]);
  });
});
