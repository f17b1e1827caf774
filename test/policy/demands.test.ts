import { describe, expect, it } from "vitest";

import type { Resource } from "../../policy/core/resource";
import { nothingKnown, type Known } from "../../policy/fingerprints/known";
import { endpointMistake } from "../../policy/rules/routers";
import { changed, model, ofCatalog } from "./facts";
import { one, said, set } from "./one-rule";
import { unknown, World } from "./world";

const routed = (id: string, type: string, props: object, known?: Known): readonly string[] =>
  said(
    id,
    (world) =>
      void world.put({
        type,
        name: "it",
        props,
        parent: world.put({ type: "cells:index:CellRouter", name: "router" }),
      }),
    known,
  );

const database = "aws:rds/instance:Instance";
const redis = "aws:elasticache/replicationGroup:ReplicationGroup";
const kafka = "aws:msk/cluster:Cluster";
const lambda = "aws:lambda/function:Function";

/** Cells of classes that keep no data worth protecting. */
const development: Known = { ...nothingKnown, cells: [{ id: "cell-1", zones: [], blocks: [], production: false }] };

describe("HA", () => {
  it("HA-01 finds a replica by edge and by name, and asks production alone for a second zone", () => {
    const primary = { identifier: "db-1", multiAz: "true", availabilityZone: "a" };
    const by = (replica: object, edge: boolean, own: object = primary): readonly string[] =>
      said("HA-01", (world) => {
        const db = world.add(database, own, { name: "primary" });
        world.add(database, replica, { name: "replica", from: edge ? { replicateSourceDb: [db] } : {} });
      });
    expect(by({ replicateSourceDb: "db-1", availabilityZone: "b" }, false)).toEqual([]);
    expect(by({ replicateSourceDb: unknown }, true)).toEqual([]);
    expect(by({ replicateSourceDb: "db-2", availabilityZone: "b" }, false)).toEqual(["violation -"]);
    expect(by({ replicateSourceDb: "db-1", availabilityZone: "a" }, false)).toEqual(["violation availabilityZone"]);
    expect(by({ replicateSourceDb: "db-1" }, false, { identifier: "db-1", multiAz: true })).toEqual([]);
    const lonely = (world: World): void => void world.add(database, { multiAz: false });
    expect(said("HA-01", lonely)).toEqual(["violation -", "violation multiAz"]);
    expect(said("HA-01", lonely, development)).toEqual(["violation -"]);
    expect(said("HA-01", (world) => void world.put({ type: database, name: "nobody's" }))).toEqual([]);
  });

  it("HA-02 counts nodes of a group, or of each shard", () => {
    const good = { automaticFailoverEnabled: true, multiAzEnabled: true };
    for (const numCacheClusters of [3, "3"]) expect(one("HA-02", redis, { ...good, numCacheClusters })).toEqual([]);
    for (const numCacheClusters of [2, "", true, undefined])
      expect(one("HA-02", redis, { ...good, numCacheClusters })).toEqual(["violation numCacheClusters"]);
    expect(one("HA-02", redis, { ...good, replicasPerNodeGroup: 2 })).toEqual([]);
    expect(one("HA-02", redis, { ...good, replicasPerNodeGroup: 1 })).toEqual(["violation replicasPerNodeGroup"]);
    expect(one("HA-02", redis, { ...good, numNodeGroups: 3, numCacheClusters: 9 })).toEqual([
      "violation replicasPerNodeGroup",
    ]);
    expect(one("HA-02", redis, { ...good, numCacheClusters: 4 }, set({ "HA-02": { minNodes: 5 } }))).toEqual([
      "violation numCacheClusters",
    ]);
  });

  it("HA-03 wants a broker for each zone, and two of each", () => {
    const brokers = (numberOfBrokerNodes: unknown, clientSubnets: unknown): readonly string[] =>
      one("HA-03", kafka, { numberOfBrokerNodes, brokerNodeGroupInfo: { clientSubnets } });
    expect(brokers(3, ["a", "b", "c"])).toEqual([]);
    expect(brokers(2, ["a", "b", "c"])).toEqual(["violation numberOfBrokerNodes"]);
    expect(brokers(2, ["a"])).toEqual(["violation brokerNodeGroupInfo.clientSubnets"]);
    expect(brokers(1, ["a"])).toEqual(["violation brokerNodeGroupInfo.clientSubnets", "violation numberOfBrokerNodes"]);
    expect(brokers(2, ["a", "b", unknown])).toEqual([]);
    expect([brokers(2, undefined), brokers(1, undefined)]).toEqual([[], ["violation numberOfBrokerNodes"]]);
  });

  it("HA-03 reads the brokers' lines as Kafka does", () => {
    const lines = (...serverProperties: readonly string[]): readonly string[] =>
      one("HA-03", "aws:msk/configuration:Configuration", { serverProperties: serverProperties.join("\n") });
    const bad = ["violation serverProperties"];
    expect(lines("default.replication.factor = 3", "min.insync.replicas=2")).toEqual([]);
    expect(lines("default.replication.factor=2")).toEqual([]);
    expect(lines("default.replication.factor=3")).toEqual(bad);
    expect(lines("default.replication.factor=3", "min.insync.replicas=1")).toEqual(bad);
    expect(lines("#default.replication.factor=3", "min.insync.replicas=2")).toEqual(bad);
    expect(lines("default.replication.factor=1")).toEqual(bad);
    for (const line of [
      "offsets.topic.replication.factor=1",
      "transaction.state.log.replication.factor=1",
      "unclean.leader.election.enable=true",
    ])
      expect(lines("default.replication.factor=2", line)).toEqual(bad);
    for (const line of [
      "offsets.topic.replication.factor=2",
      "transaction.state.log.replication.factor=2",
      "unclean.leader.election.enable=false",
    ])
      expect(lines("default.replication.factor=2", line)).toEqual([]);
    expect(one("HA-03", "aws:msk/configuration:Configuration", {})).toEqual(bad);
    expect(one("HA-03", "aws:msk/configuration:Configuration", { serverProperties: unknown })).toEqual([
      "undecided serverProperties",
    ]);
  });
});

describe("DUR", () => {
  it("DUR-01 asks production for more days, and replicas for none", () => {
    const days = (backupRetentionPeriod: unknown, known?: Known, type = database): readonly string[] =>
      one("DUR-01", type, { backupRetentionPeriod }, known);
    for (const type of [database, "aws:rds/cluster:Cluster"]) {
      expect([days(14, undefined, type), days(13, undefined, type)]).toEqual([[], ["violation backupRetentionPeriod"]]);
      expect([days(7, development, type), days(6, development, type)]).toEqual([
        [],
        ["violation backupRetentionPeriod"],
      ]);
    }
    // A floor that is raised above production's holds there too.
    expect(days(19, set({ "DUR-01": { leastDays: 20 } }))).toEqual(["violation backupRetentionPeriod"]);
    expect(one("DUR-01", database, { replicateSourceDb: "x" })).toEqual([]);
    expect([
      one("DUR-01", redis, { snapshotRetentionLimit: 1 }),
      one("DUR-01", redis, { snapshotRetentionLimit: 0 }),
    ]).toEqual([[], ["violation snapshotRetentionLimit"]]);
    const table = "aws:dynamodb/table:Table";
    expect([one("DUR-01", table, { pointInTimeRecovery: { enabled: true } }), one("DUR-01", table, {})]).toEqual([
      [],
      ["violation pointInTimeRecovery.enabled"],
    ]);
    expect(one("DUR-01", lambda, {})).toEqual([]);
  });

  it("DUR-02 wants production kept, with a last snapshot of what has one", () => {
    for (const [type, path] of [
      [database, "deletionProtection"],
      ["aws:rds/cluster:Cluster", "deletionProtection"],
      ["aws:dynamodb/table:Table", "deletionProtectionEnabled"],
      ["aws:lb/loadBalancer:LoadBalancer", "enableDeletionProtection"],
      ["aws:docdb/cluster:Cluster", "deletionProtection"],
    ] as const) {
      expect(one("DUR-02", type, { [path]: true })).toEqual([]);
      expect(one("DUR-02", type, {})).toEqual([`violation ${path}`]);
      expect(one("DUR-02", type, {}, development)).toEqual([]);
      const snapshot = one("DUR-02", type, { [path]: true, skipFinalSnapshot: true });
      expect(snapshot).toEqual(type.startsWith("aws:rds") ? ["violation skipFinalSnapshot"] : []);
    }
    expect(
      one("DUR-02", database, { deletionProtection: true, replicateSourceDb: "x", skipFinalSnapshot: true }),
    ).toEqual([]);
    expect(one("DUR-02", lambda, {})).toEqual([]);
  });

  it("DUR-03 wants protect where it is said to be missing", () => {
    const kept = (type: string, protect: boolean | undefined, known?: Known): readonly string[] =>
      said(
        "DUR-03",
        (world) =>
          void world.put({
            type,
            name: "it",
            parent: world.of(1).stack,
            ...(protect === undefined ? {} : { protect }),
          }),
        known,
      );
    expect([
      kept(database, true),
      kept(database, false),
      kept(database, undefined),
      kept(database, false, development),
      kept(lambda, false),
    ]).toEqual([[], ["violation -"], [], [], []]);
    expect(kept(lambda, false, set({ "DUR-03": { types: [lambda] } }))).toEqual(["violation -"]);
  });
});

describe("a demand", () => {
  it("on what is left out but computed is open; on a part of what is there it is not", () => {
    const from = (props: object, input: string): readonly string[] =>
      said(
        "PUB-01",
        (world) => void world.add("aws:ec2/instance:Instance", props, { from: { [input]: [world.of(1).key] } }),
      );
    expect(from({}, "associatePublicIpAddress")).toEqual(["undecided associatePublicIpAddress"]);
    expect(from({}, "other")).toEqual([]);
    expect(
      said(
        "PUB-01",
        (world) => void world.add("aws:ec2/instance:Instance", {}, { from: { associatePublicIpAddress: [] } }),
      ),
    ).toEqual([]);
    const nested = (props: object): readonly string[] =>
      said("PUB-03", (world) => void world.add(kafka, props, { from: { brokerNodeGroupInfo: [world.of(1).key] } }));
    expect(nested({ brokerNodeGroupInfo: {} })).toEqual([]);
    expect(nested({})).toEqual(["undecided brokerNodeGroupInfo.connectivityInfo.publicAccess.type"]);
  });

  it("PUB-01 looks at each interface of a template, and at subnets", () => {
    const template = "aws:ec2/launchTemplate:LaunchTemplate";
    expect(
      one("PUB-01", template, {
        networkInterfaces: [{ associatePublicIpAddress: "false" }, { associatePublicIpAddress: true }],
      }),
    ).toEqual(["violation networkInterfaces.1.associatePublicIpAddress"]);
    expect(one("PUB-01", template, { associatePublicIpAddress: true })).toEqual([]);
    expect(
      one("PUB-01", "aws:ec2/subnet:Subnet", { mapPublicIpOnLaunch: true, associatePublicIpAddress: true }),
    ).toEqual(["violation mapPublicIpOnLaunch"]);
    expect(
      one("PUB-01", "aws:ec2/launchConfiguration:LaunchConfiguration", { associatePublicIpAddress: true }),
    ).toEqual(["violation associatePublicIpAddress"]);
  });
});

describe("CTL-01", () => {
  const alarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
  const versioning = "aws:s3/bucketVersioning:BucketVersioning";
  const whole = (world: World): Resource => {
    const router = world.put({ type: "cells:index:CellRouter", name: "router" });
    world.put({ type: "aws:s3/bucketObjectv2:BucketObjectv2", name: "table", parent: router });
    for (const cell of [1, 2]) {
      world.add(
        cell === 1 ? alarm : "aws:cloudwatch/compositeAlarm:CompositeAlarm",
        {},
        { cell, name: `alarm-${cell}` },
      );
      world.add("aws:cloudwatch/dashboard:Dashboard", {}, { cell, name: `dashboard-${cell}` });
    }
    return router;
  };
  const kept = (world: World, status: unknown, parent: Resource): void =>
    void world.put({ type: versioning, name: "versions", parent, props: { versioningConfiguration: { status } } });

  it("is content with tables, versions, alarms and dashboards", () => {
    expect(said("CTL-01", (world) => kept(world, "Enabled", whole(world)))).toEqual([]);
    expect(said("CTL-01", (world) => kept(world, "Suspended", whole(world)))).toEqual(["violation history"]);
    expect(said("CTL-01", (world) => kept(world, undefined, whole(world)))).toEqual(["violation history"]);
    expect(said("CTL-01", (world) => kept(world, unknown, whole(world)))).toEqual([
      "undecided versioningConfiguration.status",
    ]);
    expect(said("CTL-01", (world) => void whole(world))).toEqual(["violation history"]);
    // Another router's versions are none of this one's; the control plane's are.
    expect(
      said("CTL-01", (world) => {
        whole(world);
        const other = world.put({ type: "cells:index:CellRouter", name: "other" });
        kept(world, "Enabled", other);
      }),
    ).toEqual(["violation registry", "violation history"]);
    expect(
      said("CTL-01", (world) => {
        whole(world);
        kept(world, "Enabled", world.put({ type: "cells:index:ControlPlane", name: "control" }));
      }),
    ).toEqual([]);
  });

  it("reports what is missing at the stack, or at a cell", () => {
    expect(said("CTL-01", () => undefined)).toEqual([
      "violation history",
      "violation monitor",
      "violation registry",
      "violation monitor",
    ]);
    const control = (world: World): Resource => world.put({ type: "cells:index:ControlPlane", name: "control" });
    expect(
      said("CTL-01", (world) => {
        const parent = control(world);
        kept(world, "Enabled", parent);
        world.put({ type: "aws:dynamodb/table:Table", name: "registry", parent });
        world.add(alarm, {}, { cell: 1 });
      }),
    ).toEqual(["violation monitor", "violation monitor"]);
    expect(
      said("CTL-01", (world) => {
        world.resources.length = 0;
      }),
    ).toEqual([]);
  });

  it("demands an audit trail and an API of their own where the settings do", () => {
    const parts = set({ "CTL-01": { parts: ["audit", "admin", "registry"] } });
    expect(said("CTL-01", (world) => void whole(world), parts)).toEqual(["violation admin", "violation audit"]);
    expect(
      said(
        "CTL-01",
        (world) => {
          whole(world);
          const parent = world.put({ type: "cells:index:ControlPlane", name: "control" });
          world.put({ type: "aws:cloudtrail/trail:Trail", name: "trail", parent });
          world.put({ type: "aws:lambda/functionUrl:FunctionUrl", name: "url", parent });
        },
        parts,
      ),
    ).toEqual([]);
  });
});

describe("CTL-02", () => {
  const control = (world: World): Resource => world.put({ type: "cells:index:ControlPlane", name: "control" });
  const known = { ...nothingKnown, domains: ["cells.example.com"] };

  it("finds the control plane by edge, host, ARN and id, in what is read at run time", () => {
    const edge = (input: string): readonly string[] =>
      said("CTL-02", (world) => {
        const table = world.put({ type: "aws:dynamodb/table:Table", name: "table", parent: control(world) });
        world.add(lambda, { environment: { variables: { A: "b" } } }, { from: { [input]: [table] } });
      });
    expect([edge("environment"), edge("role")]).toEqual([["violation environment"], []]);
    const names = (text: string): readonly string[] =>
      said(
        "CTL-02",
        (world) => {
          world.put({
            type: "aws:sqs/queue:Queue",
            name: "queue",
            parent: control(world),
            props: {
              arn: "arn:aws:sqs:eu-west-1:123456789012:registry-1",
              url: "https://sqs.eu-west-1.amazonaws.com/123456789012/registry-1",
            },
          });
          world.put({
            type: "aws:ec2/vpc:Vpc",
            name: "vpc",
            parent: control(world),
            props: { id: "vpc-0123456789abcdef0" },
          });
          world.add(lambda, { environment: { variables: { A: text } }, description: text });
        },
        known,
      );
    for (const text of [
      "arn:aws:sqs:eu-west-1:123456789012:registry-1",
      "vpc-0123456789abcdef0",
      "https://admin.cells.example.com",
      "https://x.control-plane.cells.example.com",
    ])
      expect(names(text)).toEqual(["violation environment.variables.A"]);
    for (const text of [
      "arn:aws:sqs:eu-west-1:123456789012:registry-2",
      "vpc-1123456789abcdef0",
      "https://cell-1.cells.example.com",
      "https://admin.example.com",
    ])
      expect(names(text)).toEqual([]);
    expect(
      one(
        "CTL-02",
        lambda,
        { environment: { variables: { A: "https://ops.cells.example.com" } } },
        set({ "CTL-02": { labels: ["ops"] } }, known),
      ),
    ).toEqual(["violation environment.variables.A"]);
  });

  it("does not take an unknown of unknown source for clean", () => {
    expect(one("CTL-02", lambda, { environment: unknown }, known)).toEqual(["undecided environment"]);
    expect(
      said(
        "CTL-02",
        (world) => void world.add(lambda, { environment: unknown }, { from: { environment: [world.of(1).key] } }),
        known,
      ),
    ).toEqual([]);
    expect(one("CTL-02", lambda, { role: unknown }, known)).toEqual([]);
    expect(one("CTL-02", lambda, { environment: unknown })).toEqual([]);
  });
});

describe("RTR-02", () => {
  const rights = (statement: unknown, known?: Known, type = "aws:iam/rolePolicy:RolePolicy"): readonly string[] =>
    routed("RTR-02", type, { policy: JSON.stringify({ Statement: statement }) }, known);
  const allow = { Effect: "Allow", Resource: "*" };

  it("lets a router read its table and write its log", () => {
    for (const Action of [
      "s3:GetObject",
      "s3:GetObjectVersion",
      "kms:Decrypt",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
      "logs:CreateLogGroup",
      "cloudwatch:PutMetricData",
      "xray:PutTraceSegments",
      "appconfig:GetLatestConfiguration",
    ]) {
      expect(rights({ ...allow, Action })).toEqual([]);
      expect(rights([{ ...allow, Action: [Action, "s3:PutObject"] }])).toEqual(["violation policy"]);
    }
    for (const Action of ["s3:*", "*", "s3:GetObject*", "xs3:GetObject", "xray:Put*"])
      expect(rights({ ...allow, Action }, undefined, "aws:iam/policy:Policy")).toEqual(["violation policy"]);
    expect(rights({ ...allow, NotAction: "s3:GetObject" })).toEqual(["violation policy"]);
    expect(
      rights([
        { ...allow, Action: "s3:GetObject" },
        { Effect: "Deny", Action: "*", Resource: "*" },
      ]),
    ).toEqual([]);
    expect(
      rights({ ...allow, Action: "dynamodb:GetItem" }, set({ "RTR-02": { allowActions: ["dynamodb:GetItem"] } })),
    ).toEqual([]);
  });

  it("reads documents as objects too, and reports what it cannot read", () => {
    expect(
      routed("RTR-02", "aws:iam/rolePolicy:RolePolicy", { policy: { Statement: [{ ...allow, Action: "s3:*" }] } }),
    ).toEqual(["violation policy"]);
    expect(routed("RTR-02", "aws:iam/rolePolicy:RolePolicy", { policy: unknown })).toEqual(["undecided policy"]);
    expect(routed("RTR-02", "aws:iam/rolePolicy:RolePolicy", {})).toEqual([]);
    expect(
      one("RTR-02", "aws:iam/rolePolicy:RolePolicy", {
        policy: JSON.stringify({ Statement: { ...allow, Action: "*" } }),
      }),
    ).toEqual([]);
    const attached = (policyArn: unknown): readonly string[] =>
      routed("RTR-02", "aws:iam/rolePolicyAttachment:RolePolicyAttachment", { policyArn });
    expect(attached("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")).toEqual([]);
    expect(attached("arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess")).toEqual([]);
    for (const arn of [
      "arn:aws:iam::aws:policy/AdministratorAccess",
      "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccessX",
      undefined,
    ])
      expect(attached(arn)).toEqual(["violation policyArn"]);
  });
});

describe("RTR-06", () => {
  it("says what is wrong with an endpoint", () => {
    const why = (text: string): string | undefined => endpointMistake(text, ["cells.example.com"]);
    expect([why("https://cell-1.cells.example.com"), why("https://cells.example.com/x")]).toEqual([
      undefined,
      undefined,
    ]);
    expect(endpointMistake("https://anywhere.example", [])).toBeUndefined();
    for (const [text, mistake] of [
      ["cell-1", "it is not a URL"],
      ["http://cell-1.cells.example.com", "it is not https"],
      ["https://a@cell-1.cells.example.com", "it contains credentials"],
      ["https://:b@cell-1.cells.example.com", "it contains credentials"],
      ["https://cell-1.cells.example.com:8443", "it names a port"],
      ["https://10.1.0.1", "it is an address, not a host"],
      ["https://[::1]", "it is an address, not a host"],
      ["https://xcells.example.com", "its host is not under the cells' domain"],
    ] as const)
      expect(why(text)).toBe(mistake);
  });

  it("judges variables and tables of routers, each reported once", () => {
    const known = { ...nothingKnown, domains: ["cells.example.com"] };
    const variable = (value: unknown, of = known): readonly string[] =>
      routed("RTR-06", lambda, { environment: { variables: { A: value } } }, of);
    expect(variable("https://cell-1.cells.example.com,https://cell-2.cells.example.com")).toEqual([]);
    expect(variable("https://cell-1.cells.example.com, https://evil.example https://evil2.example")).toEqual([
      "violation environment.variables.A",
    ]);
    for (const fine of ["s3://bucket/key", "arn:aws:s3:::x", "plain text", 7]) expect(variable(fine)).toEqual([]);
    expect(variable(unknown)).toEqual(["undecided environment.variables.A"]);
    expect(routed("RTR-06", lambda, { environment: { variables: unknown } }, known)).toEqual([
      "undecided environment.variables",
    ]);
    expect(routed("RTR-06", lambda, { environment: { variables: "https://evil.example" } }, known)).toEqual([]);
    expect(
      variable("https://door.example", set({ "RTR-06": { suffixes: ["door.example"] } }, known) as typeof known),
    ).toEqual([]);
    const content = (text: unknown): readonly string[] =>
      routed("RTR-06", "aws:s3/bucketObjectv2:BucketObjectv2", { content: text }, known);
    expect(content('{"endpoint": "https://cell-1.cells.example.com"}')).toEqual([]);
    expect(
      content(
        '{"cells":[{"endpoint":"https://cell-1.cells.example.com"},{"endpoint" : "cell-2"},{"endpoint":"http://x"}]}',
      ),
    ).toEqual(["violation content"]);
    expect([content(unknown), content(7), content(undefined)]).toEqual([["undecided content"], [], []]);
  });
});

describe("SIZ-01", () => {
  it("holds machines under the ceiling of their kind", () => {
    for (const [type, props, path] of [
      [database, (size: string) => ({ instanceClass: `db.r6g.${size}` }), "instanceClass"],
      [redis, (size: string) => ({ nodeType: `cache.r6g.${size}` }), "nodeType"],
      [
        kafka,
        (size: string) => ({ brokerNodeGroupInfo: { instanceType: `kafka.m5.${size}` } }),
        "brokerNodeGroupInfo.instanceType",
      ],
      ["aws:mq/broker:Broker", (size: string) => ({ hostInstanceType: `mq.m5.${size}` }), "hostInstanceType"],
    ] as const) {
      expect(one("SIZ-01", type, props("4xlarge"))).toEqual([]);
      expect(one("SIZ-01", type, props("8xlarge"))).toEqual([`violation ${path}`]);
    }
    const nodes = (type: unknown): readonly string[] =>
      one("SIZ-01", "aws:eks/nodeGroup:NodeGroup", { instanceTypes: [type] });
    expect([nodes("m6g.8xlarge"), nodes("m6g.16xlarge"), nodes(unknown), nodes("m6g.odd")]).toEqual([
      [],
      ["violation instanceTypes.0"],
      ["undecided instanceTypes.0"],
      [],
    ]);
    expect(one("SIZ-01", database, {})).toEqual([]);
    expect(
      one(
        "SIZ-01",
        database,
        { instanceClass: "db.m6g.xlarge" },
        set({ "SIZ-01": { ceilings: { database: "large" } } }),
      ),
    ).toEqual(["violation instanceClass"]);
  });
});

describe("SOV-04", () => {
  it("ignores disabled cells, and notes a cell that is alone", () => {
    expect(world4(ofCatalog(model))).toEqual(["advisory residency.jurisdictions.CN"]);
    for (const state of ["quarantined", "disabled", "provisioning"] as const)
      expect(world4(ofCatalog(changed(7, { state })))).toEqual(["violation residency.jurisdictions.CN"]);
    for (const state of ["canary", "draining"] as const)
      expect(world4(ofCatalog(changed(7, { state })))).toEqual(["advisory residency.jurisdictions.CN"]);
    expect(world4(set({ "SOV-04": { minCells: 1 } }, ofCatalog(model)))).toEqual([]);
  });
  const world4 = (known: Known): readonly string[] => said("SOV-04", () => undefined, known);
});

describe("ISO-08 and ISO-20", () => {
  it("reports reads by their users, and options by what they hide", () => {
    const read = (use: (world: World, read: Resource) => void): readonly string[] =>
      said("ISO-08", (world) => use(world, world.put({ type: "aws:ec2/vpc:Vpc", name: "read", isRead: true })));
    expect(read(() => undefined)).toEqual([]);
    expect(read((world, of) => void world.add(lambda, {}, { dependsOn: [of] }))).toEqual(["violation -"]);
    expect(read((world, of) => void world.add(lambda, {}, { from: { vpcId: [of] } }))).toEqual(["violation -"]);
    expect(read((world, of) => void world.put({ type: lambda, name: "nobody's", dependencies: [of] }))).toEqual([]);
    const masked = (more: object): readonly string[] =>
      said("ISO-20", (world) => void world.put({ type: lambda, name: "it", parent: world.of(1).stack, ...more }));
    for (const path of [
      "ingress",
      "ingress[0].cidrBlocks",
      "environment.variables.A",
      "*",
      "spec",
      "routes",
      "route",
      "policy",
      "userData",
      "records",
      "cidrBlock",
    ])
      expect(masked({ ignoreChanges: [path] })).toEqual([`violation ${path}`]);
    for (const path of ["spec.replicas", "ingressX", "tags", "xpolicy", "engineVersion"])
      expect(masked({ ignoreChanges: [path] })).toEqual([]);
    const urn = (cell: number): string => `urn:pulumi:dev::cells::aws:kms/key:Key::cell-${cell}-key`;
    expect([masked({ deletedWith: urn(1) }), masked({ deletedWith: urn(2) }), masked({ deletedWith: "gone" })]).toEqual(
      [[], ["coupling -"], []],
    );
  });

  it("ISO-18 counts what is open where a budget is set", () => {
    const two = (world: World): void => void world.add(lambda, { environment: unknown, role: unknown });
    expect(said("ISO-18", two, set({ "ISO-18": { maxAtPreview: 2 } }))).toEqual([
      "undecided environment",
      "undecided role",
    ]);
    expect(said("ISO-18", two, set({ "ISO-18": { maxAtPreview: 1 } }))).toEqual([
      "violation environment",
      "undecided role",
    ]);
  });
});
