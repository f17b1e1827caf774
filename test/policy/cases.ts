import type { Known } from "../../policy/fingerprints/known";
import { changed, model, ofCatalog, ofRegister } from "./facts";
import { unknown, type World } from "./world";

/** A stage, and what the rule says of it: `violation path`, `undecided path`, or nothing. */
export interface Scene {
  readonly act: (world: World) => void;
  readonly says: readonly string[];
  readonly known?: Known;
  /** The rule that speaks instead: ISO-18 reports unknowns for all rules that read texts. */
  readonly by?: string;
}

/** What a rule must have besides its sample, which is the bad case. */
interface Four {
  readonly good: Scene;
  /** What the rule looks at is not there: a default counts, or there is nothing to judge. */
  readonly absent: Scene;
  /** What the rule looks at is not known yet: never the same as clean. */
  readonly unknown: Scene;
}

const lambda = "aws:lambda/function:Function";
const subnet = "aws:ec2/subnet:Subnet";
const vpc = "aws:ec2/vpc:Vpc";
const database = "aws:rds/instance:Instance";
const deployment = "kubernetes:apps/v1:Deployment";
const nodeGroup = "aws:eks/nodeGroup:NodeGroup";
const experiment = "aws:fis/experimentTemplate:ExperimentTemplate";
const nothing: Scene["act"] = () => undefined;

/** One resource of cell 1. */
const one =
  (type: string, props: object, from: Readonly<Record<string, never[]>> = {}): Scene["act"] =>
  (world) =>
    void world.add(type, props, { from });
const clean = (act: Scene["act"], known?: Known): Scene => ({
  act,
  says: [],
  ...(known === undefined ? {} : { known }),
});
const told = (act: Scene["act"], ...says: readonly string[]): Scene => ({ act, says });

/** A rule that reads texts: own ones are good, none are good, unknown ones are ISO-18's. */
function texts(type: string, path: string, good: unknown): Four {
  const bag = (value: unknown): object =>
    path.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as object;
  return {
    good: clean(one(type, bag(good))),
    absent: clean(one(type, {})),
    unknown: { act: one(type, bag(unknown)), says: [`undecided ${path}`], by: "ISO-18" },
  };
}

const own = JSON.stringify({
  Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::cell-1-*" }],
});
const routed =
  (type: string, props: object, table?: string): Scene["act"] =>
  (world) => {
    const router = world.put({ type: "cells:index:CellRouter", name: "router" });
    world.put({ type, name: "it", parent: router, props });
    if (table !== undefined)
      world.put({
        type: "aws:s3/bucketObjectv2:BucketObjectv2",
        name: "table",
        parent: router,
        props: { content: table },
      });
  };
const hub =
  (users: readonly number[], value: unknown): Scene["act"] =>
  (world) => {
    const shared = world.put({
      type: "aws:backup/vault:Vault",
      name: "hub",
      parent: world.put({ type: "cells:index:Foundation", name: "foundation" }),
    });
    for (const cell of users)
      world.add(lambda, { environment: value }, { cell, name: `function-${cell}`, from: { environment: [shared] } });
  };
const sharing = {
  what: "aws:backup/vault:Vault",
  direction: "cell-writes" as const,
  failure: "backups wait",
  reason: "one vault for all",
  owner: "platform",
  expires: "2027-01-31",
};
const move = {
  from: "cell-1",
  to: "cell-2",
  tenant: "acme",
  purpose: "transfer-acme",
  notBefore: "2026-11-23T00:00:00Z",
  notAfter: "2026-11-25T00:00:00Z",
  reason: "acme moves house",
  owner: "platform",
};
const channel =
  (purpose: unknown): Scene["act"] =>
  (world) => {
    const key = world.add("aws:kms/key:Key", { tags: { purpose } }, { name: "channel-key" });
    world.add("aws:sqs/queue:Queue", { tags: { purpose } }, { name: "queue", from: { kmsMasterKeyId: [key] } });
  };

/** The smallest cell that has nodes and pods. */
const running =
  (desiredSize: unknown, subnetIds: readonly string[] | undefined): Scene["act"] =>
  (world) => {
    world.add(
      nodeGroup,
      {
        scalingConfig: { desiredSize },
        instanceTypes: ["m6g.large"],
        ...(subnetIds === undefined ? {} : { subnetIds }),
      },
      { name: "nodes" },
    );
    const requests = { cpu: "500m", memory: "512Mi" };
    world.add(
      deployment,
      { spec: { replicas: 6, template: { spec: { containers: [{ resources: { requests } }] } } } },
      { name: "app" },
    );
  };
const pools =
  (value: unknown, replicas: unknown): Scene["act"] =>
  (world) => {
    world.add(database, { instanceClass: "db.m6g.large" }, { name: "primary" });
    world.add(
      deployment,
      { spec: { replicas, template: { spec: { containers: [{ env: [{ name: "DB_POOL_SIZE", value }] }] } } } },
      { name: "app" },
    );
  };
const watched: Scene["act"] = (world) => {
  routed(
    "aws:s3/bucketVersioning:BucketVersioning",
    { versioningConfiguration: { status: "Enabled" } },
    '{"cells":[]}',
  )(world);
  for (const cell of [1, 2]) {
    world.add("aws:cloudwatch/metricAlarm:MetricAlarm", {}, { cell, name: `alarm-${cell}` });
    world.add("aws:cloudwatch/dashboard:Dashboard", {}, { cell, name: `dashboard-${cell}` });
  }
};
const bounded = {
  stopConditions: [
    { source: "aws:cloudwatch:alarm", value: "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:dev-cell-1-errors" },
  ],
  targets: [{ resourceTags: [{ key: "cell", value: "cell-1" }] }],
  actions: [
    { actionId: "aws:ec2:stop-instances", parameters: [{ key: "startInstancesAfterDuration", value: "PT5M" }] },
  ],
  roleArn: "arn:aws:iam::123456789012:role/dev-cell-1-chaos",
};

/** Good, absent and unknown of every rule that is not in `properties`. */
export const cases: Readonly<Record<string, Four>> = {
  "ISO-01": {
    good: clean(one("aws:s3/bucket:Bucket", {})),
    absent: told((world) => void world.put({ type: "aws:s3/bucket:Bucket", name: "it" }), "violation -"),
    unknown: told(
      (world) =>
        void world.put({ type: "aws:s3/bucket:Bucket", name: "it", parentUrn: "urn:pulumi:dev::cells::x:y:Z::gone" }),
      "undecided -",
    ),
  },
  "ISO-02": {
    good: clean(
      (world) => void world.add(subnet, { vpcId: unknown }, { from: { vpcId: [world.add(vpc, {}, { name: "own" })] } }),
    ),
    absent: clean(one(subnet, {})),
    unknown: told(
      (world) =>
        void world.add(
          subnet,
          { vpcId: unknown },
          { from: { vpcId: [world.add(vpc, {}, { cell: 2, name: "theirs" })] } },
        ),
      "violation vpcId",
    ),
  },
  "ISO-03": {
    good: clean(
      (world) =>
        void world.put({
          type: "aws:route53/record:Record",
          name: "it",
          parent: world.put({ type: "cells:index:CellRouter", name: "router" }),
          dependencies: [world.add("aws:lb/loadBalancer:LoadBalancer", {})],
        }),
    ),
    absent: clean(one(subnet, {})),
    unknown: told(
      (world) =>
        void world.add(
          lambda,
          { environment: unknown },
          { from: { environment: [world.put({ type: "cells:index:CellRouter", name: "router" })] } },
        ),
      "violation environment",
    ),
  },
  "ISO-04": {
    good: clean(one(vpc, {})),
    absent: clean((world) => void world.put({ type: vpc, name: "it", parent: world.of(1).stack })),
    unknown: told(
      (world) =>
        void world.put({
          type: vpc,
          name: "it",
          parent: world.of(1).stack,
          props: { cidrBlock: unknown },
          provider: world.of(2).provider,
        }),
      "violation -",
    ),
  },
  "ISO-05": texts(lambda, "environment.variables.DB", "postgres-cell-1-primary.internal"),
  "ISO-06": texts(lambda, "vpcConfig.endpoint", "redis-cell-1-0.internal"),
  "ISO-07": {
    good: clean(
      (world) => void world.add(subnet, { vpcId: unknown }, { from: { vpcId: [world.add(vpc, {}, { name: "own" })] } }),
    ),
    absent: clean(one(subnet, {})),
    unknown: told(one(subnet, { vpcId: unknown }, { vpcId: [] }), "violation vpcId"),
  },
  "ISO-08": {
    good: {
      ...clean(
        (world) =>
          void world.put({
            type: "pulumi:pulumi:StackReference",
            name: "org/foundation/dev",
            parent: world.of(1).stack,
            isRead: true,
            props: { name: "org/foundation/dev" },
          }),
      ),
      known: ofRegister({
        stacks: [
          { stack: "org/foundation/dev", reason: "the foundation's zones", owner: "platform", expires: "2027-01-31" },
        ],
      }),
    },
    absent: clean(nothing),
    unknown: told(
      (world) =>
        void world.put({
          type: "pulumi:pulumi:StackReference",
          name: "it",
          parent: world.of(1).stack,
          isRead: true,
          props: { name: unknown },
        }),
      "violation -",
    ),
  },
  "ISO-09": {
    good: clean(one("aws:ec2/vpcEndpoint:VpcEndpoint", { serviceName: "com.amazonaws.eu-west-1.s3" })),
    absent: clean(one("aws:ec2/vpcEndpoint:VpcEndpoint", {})),
    unknown: told(one("aws:ec2/vpcEndpoint:VpcEndpoint", { serviceName: unknown }), "violation serviceName"),
  },
  "ISO-10": {
    good: clean(
      one("aws:ec2/route:Route", { destinationCidrBlock: "0.0.0.0/0", natGatewayId: "nat-0123456789abcdef0" }),
    ),
    absent: clean(one("aws:ec2/route:Route", {})),
    unknown: told(one("aws:ec2/route:Route", { vpcPeeringConnectionId: unknown }), "violation vpcPeeringConnectionId"),
  },
  "ISO-11": {
    good: { ...clean(hub([1, 2], "x")), known: ofRegister({ sharing: [sharing] }) },
    absent: clean(hub([1], "x")),
    unknown: told(hub([1, 2], unknown), "violation -"),
  },
  "ISO-12": texts("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "cidrIpv4", "10.1.0.0/16"),
  "ISO-13": texts("aws:iam/rolePolicy:RolePolicy", "policy", own),
  "ISO-14": texts(database, "replicateSourceDb", "dev-cell-1-postgres-primary"),
  "ISO-15": texts(
    "aws:sns/topicSubscription:TopicSubscription",
    "topic",
    "arn:aws:sns:eu-west-1:123456789012:dev-cell-1-alarms",
  ),
  "ISO-16": texts("kubernetes:core/v1:Service", "spec.externalName", "redis-cell-1-0.internal"),
  "ISO-17": texts(
    "aws:ec2/launchTemplate:LaunchTemplate",
    "userData",
    Buffer.from("#!/bin/sh\nredis-cli -h redis-cell-1-0.internal\n").toString("base64"),
  ),
  "ISO-18": {
    good: clean(one(lambda, { environment: { variables: { A: "b" } } })),
    absent: clean(one(lambda, {})),
    unknown: told(one(lambda, { environment: unknown }), "undecided environment"),
  },
  "ISO-19": {
    good: { ...clean(channel("transfer-acme")), known: ofRegister({ transfers: [move] }) },
    absent: clean(one("aws:sqs/queue:Queue", { tags: {} })),
    unknown: told(one("aws:sqs/queue:Queue", { tags: { purpose: unknown } }), "undecided tags.purpose"),
  },
  "ISO-20": {
    good: clean(
      (world) =>
        void world.put({ type: database, name: "it", parent: world.of(1).stack, ignoreChanges: ["engineVersion"] }),
    ),
    absent: clean(one(database, {})),
    unknown: told(
      (world) =>
        void world.put({
          type: lambda,
          name: "it",
          parent: world.of(1).stack,
          props: { environment: unknown },
          ignoreChanges: ["environment"],
        }),
      "violation environment",
    ),
  },
  "NET-02": {
    good: clean((world) =>
      [1, 2].forEach((cell) => world.add(vpc, { cidrBlock: `10.${cell}.0.0/16` }, { cell, name: `vpc-${cell}` })),
    ),
    absent: clean(one(vpc, {})),
    unknown: told(one(vpc, { cidrBlock: unknown }), "undecided cidrBlock"),
  },
  "NET-05": {
    good: clean(one("aws:route53/zone:Zone", { name: "cell-1.internal", vpcs: [{ vpcId: "vpc-0aaaaaaaaaaaaaaaa" }] })),
    absent: clean(one("aws:route53/zone:Zone", {})),
    unknown: told(one("aws:route53/zone:Zone", { name: unknown, vpcs: [{ vpcId: unknown }] }), "undecided name"),
  },
  "NET-06": texts("aws:route53/record:Record", "records", ["postgres-cell-1-primary.internal"]),
  "NET-07": texts("aws:route53/resolverRule:ResolverRule", "targetIps", [{ ip: "10.1.0.2" }]),
  "SOV-04": {
    good: { act: nothing, says: ["advisory residency.jurisdictions.CN"], known: ofCatalog(model) },
    absent: clean(nothing),
    // A cell that does not exist yet serves no tenant.
    unknown: {
      act: nothing,
      says: ["violation residency.jurisdictions.CN"],
      known: ofCatalog(changed(7, { state: "provisioning" })),
    },
  },
  "ENC-06": {
    good: clean(
      (world) =>
        void world.add(
          "aws:sns/topic:Topic",
          { kmsMasterKeyId: unknown },
          { from: { kmsMasterKeyId: [world.of(1).key] } },
        ),
    ),
    absent: told(one("aws:sns/topic:Topic", {}), "violation kmsMasterKeyId"),
    unknown: told(one("aws:sns/topic:Topic", { kmsMasterKeyId: unknown }), "undecided kmsMasterKeyId"),
  },
  "ENC-08": {
    good: clean(
      one(lambda, {
        environment: {
          variables: {
            DATABASE_SECRET_ARN: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:dev-cell-1-postgres",
          },
        },
      }),
    ),
    absent: clean(one(lambda, {})),
    unknown: told(one(lambda, { environment: { variables: { A: unknown } } }), "undecided environment.variables.A"),
  },
  "DUR-03": {
    good: clean((world) => void world.put({ type: database, name: "it", parent: world.of(1).stack, protect: true })),
    // Where the front end does not say, nothing is said.
    absent: clean(one(database, {})),
    unknown: told(
      (world) =>
        void world.put({
          type: database,
          name: "it",
          parent: world.of(1).stack,
          props: { identifier: unknown },
          protect: false,
        }),
      "violation -",
    ),
  },
  "HA-01": {
    good: clean((world) => {
      const primary = world.add(database, { multiAz: true, availabilityZone: "eu-west-1a" }, { name: "primary" });
      world.add(
        database,
        { replicateSourceDb: unknown, availabilityZone: "eu-west-1b" },
        { name: "replica", from: { replicateSourceDb: [primary] } },
      );
    }),
    absent: told(one(database, {}), "violation -", "violation multiAz"),
    unknown: told((world) => {
      const primary = world.add(database, { multiAz: unknown }, { name: "primary" });
      world.add(database, { replicateSourceDb: unknown }, { name: "replica", from: { replicateSourceDb: [primary] } });
    }, "undecided multiAz"),
  },
  "HA-06": {
    good: clean(running(3, ["subnet-a", "subnet-b", "subnet-c"])),
    absent: told(running(3, undefined), "violation scalingConfig.desiredSize"),
    unknown: told(running(unknown, ["subnet-a", "subnet-b", "subnet-c"]), "undecided scalingConfig.desiredSize"),
  },
  "PUB-05": {
    good: clean(
      one("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", {
        cidrIpv4: "0.0.0.0/0",
        fromPort: 443,
        toPort: 443,
      }),
    ),
    absent: clean(one("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", {})),
    unknown: {
      act: one("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", {
        cidrIpv4: unknown,
        fromPort: 22,
        toPort: 22,
      }),
      says: ["undecided cidrIpv4"],
      by: "ISO-18",
    },
  },
  "SIZ-01": {
    good: { ...clean(one(database, { instanceClass: "db.r6g.2xlarge" })), known: ofCatalog(model) },
    absent: clean(one(database, {})),
    unknown: told(one(database, { instanceClass: unknown }), "undecided instanceClass"),
  },
  "SIZ-04": {
    good: { ...clean(one(vpc, {})), known: ofCatalog(model) },
    absent: clean(one(vpc, {})),
    unknown: {
      act: one("aws:msk/cluster:Cluster", { numberOfBrokerNodes: unknown }),
      says: ["undecided numberOfBrokerNodes"],
      known: ofCatalog(model),
    },
  },
  "SIZ-06": {
    good: clean(pools("40", 10)),
    absent: clean((world) => void world.add(database, { instanceClass: "db.m6g.large" })),
    unknown: told(pools("40", unknown), "undecided spec.template.spec.containers.0.env.0.value"),
  },
  "RTR-01": {
    good: clean(routed(lambda, { timeout: 3, environment: { variables: { ROUTER_TABLE_BUCKET: "dev-router" } } })),
    absent: clean(routed(lambda, {})),
    unknown: told(routed(lambda, { timeout: unknown }), "undecided timeout"),
  },
  "RTR-02": {
    good: clean(
      routed("aws:iam/rolePolicy:RolePolicy", {
        policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }] }),
      }),
    ),
    absent: clean(routed("aws:iam/rolePolicy:RolePolicy", {})),
    unknown: told(routed("aws:iam/rolePolicy:RolePolicy", { policy: unknown }), "undecided policy"),
  },
  "RTR-03": {
    good: clean(routed(lambda, { environment: { variables: { ROUTER_TABLE_BUCKET: "dev-router" } } }, "{}")),
    absent: told(routed(lambda, {}, "{}"), "violation environment.variables"),
    unknown: told(routed(lambda, { environment: unknown }, "{}"), "undecided environment.variables"),
  },
  "RTR-06": {
    good: clean(routed(lambda, { environment: { variables: { CELL_2: "https://cell-2.dev.cells.example.com" } } })),
    absent: clean(routed(lambda, {})),
    unknown: told(
      routed(lambda, { environment: { variables: { CELL_2: unknown } } }),
      "undecided environment.variables.CELL_2",
    ),
  },
  "CTL-01": {
    good: clean(watched),
    absent: told(nothing, "violation history", "violation monitor", "violation registry", "violation monitor"),
    unknown: told((world) => {
      watched(world);
      routed("aws:s3/bucketVersioning:BucketVersioning", { versioningConfiguration: { status: unknown } }, "{}")(world);
    }, "undecided versioningConfiguration.status"),
  },
  "CTL-02": {
    good: {
      ...clean(one(lambda, { environment: { variables: { HOST: "control.example.org" } } })),
      known: { ...ofRegister({}), domains: ["dev.cells.example.com"] },
    },
    absent: clean(one(lambda, {})),
    unknown: {
      act: one(lambda, { environment: { variables: { HOST: unknown } } }),
      says: ["undecided environment.variables.HOST"],
      known: { ...ofRegister({}), domains: ["dev.cells.example.com"] },
    },
  },
  "CTL-06": {
    good: clean(one(experiment, bounded)),
    absent: told(one(experiment, {}), "violation roleArn", "violation stopConditions"),
    unknown: told(one(experiment, { ...bounded, targets: [{ resourceArns: [unknown] }] }), "undecided targets.0"),
  },
  "GOV-01": {
    good: clean(one(database, {})),
    absent: told(
      (world) => void world.put({ type: database, name: "it", parent: world.of(1).stack }),
      ...["cell", "data-residency", "environment", "locality", "managed-by"].map((tag) => `violation tags.${tag}`),
    ),
    unknown: told(one(database, { tags: { cell: unknown } }), "undecided tags.cell"),
  },
  "GOV-02": {
    good: clean(one(database, { tags: { cell: "cell-1" } })),
    absent: clean((world) => void world.put({ type: database, name: "it", parent: world.of(1).stack })),
    unknown: told(one(database, { tags: { cell: unknown } }), "undecided tags.cell"),
  },
  "GOV-04": {
    good: { ...clean(hub([1, 2], "x")), known: ofRegister({ sharing: [sharing] }) },
    absent: { ...clean(nothing), known: ofRegister({}) },
    // Whether an entry is needed does not hang on a value.
    unknown: { act: hub([], unknown), says: ["violation sharing.0"], known: ofRegister({ sharing: [sharing] }) },
  },
};
