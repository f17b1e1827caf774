import type { Catalog } from "../../catalog/model";
import type { Resource } from "../../policy/core/resource";
import type { Known } from "../../policy/fingerprints/known";
import { changed, model, ofCatalog } from "./facts";
import { unknown, type World } from "./world";

/** One thing that a rule must not let through. */
interface BadSample {
  readonly type: string;
  readonly props: object;
  /** What makes the sample out of more than one resource's properties; told in the document by `note`. */
  readonly act?: (world: World, props: object) => void;
  readonly note?: string;
  /** What is known besides, where that is what is wrong. */
  readonly known?: Known;
}

const policy = (statement: object): string => JSON.stringify({ Statement: [{ Effect: "Allow", ...statement }] });
const routed = (world: World, type: string, props: object): void => {
  const router = world.put({ type: "cells:index:CellRouter", name: "router" });
  world.put({ type, name: "it", parent: router, props });
};
const lambda = "aws:lambda/function:Function";
const database = "aws:rds/instance:Instance";
const redis = "aws:elasticache/replicationGroup:ReplicationGroup";
const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const rolePolicy = "aws:iam/rolePolicy:RolePolicy";
const from =
  (input: string, of: (world: World) => Resource): BadSample["act"] =>
  (world, props) =>
    void world.add("aws:ec2/subnet:Subnet", props, { from: { [input]: [of(world)] } });

/** The dev environment with some of its cells in one region. */
function inOneRegion(count: number): Catalog {
  return {
    ...model,
    cells: model.cells.map((cell) => (cell.number < count ? { ...cell, region: "eu-west-1", partition: "aws" } : cell)),
  };
}

/** A sample for every rule; the document shows what the rule says of it. */
export const samples: Readonly<Record<string, BadSample>> = {
  "ISO-01": {
    type: "aws:s3/bucket:Bucket",
    props: {},
    act: (world) => void world.put({ type: "aws:s3/bucket:Bucket", name: "it" }),
    note: "made beside all cells",
  },
  "ISO-02": {
    type: "aws:ec2/subnet:Subnet",
    props: { vpcId: unknown },
    act: from("vpcId", (world) => world.add("aws:ec2/vpc:Vpc", {}, { cell: 2, name: "vpc" })),
    note: "vpcId is an output of cell-2",
  },
  "ISO-03": {
    type: "aws:ec2/subnet:Subnet",
    props: { vpcId: unknown },
    act: from("vpcId", (world) => world.put({ type: "cells:index:CellRouter", name: "router" })),
    note: "vpcId is an output of a router",
  },
  "ISO-04": {
    type: "aws:ec2/vpc:Vpc",
    props: {},
    act: (world) =>
      void world.put({
        type: "aws:ec2/vpc:Vpc",
        name: "it",
        parent: world.of(1).stack,
        provider: world.of(2).provider,
      }),
    note: "made with cell-2's provider",
  },
  "ISO-05": { type: lambda, props: { environment: { variables: { DB: "POSTGRES-CELL-2-PRIMARY.INTERNAL.:5432" } } } },
  "ISO-06": {
    type: lambda,
    props: { name: "dev-cell-1-app", vpcConfig: { endpoint: "redis-cell-2-0.internal" } },
    act: (world, props) =>
      void world.put({ type: lambda, name: "it", parent: world.of(1).stack, asked: new Set(["name"]), props }),
    note: "vpcConfig was not asked for, the cloud answered it",
  },
  "ISO-07": {
    type: "aws:ec2/subnet:Subnet",
    props: { vpcId: "vpc-0fedcba9876543210" },
    act: (world, props) => void world.add("aws:ec2/subnet:Subnet", props, { from: { vpcId: [] } }),
    note: "vpcId came from Vpc.get",
  },
  "ISO-08": {
    type: "pulumi:pulumi:StackReference",
    props: { name: "org/cells/eu-2" },
    act: (world, props) =>
      void world.put({
        type: "pulumi:pulumi:StackReference",
        name: "it",
        parent: world.of(1).stack,
        isRead: true,
        props,
      }),
  },
  "ISO-09": { type: "aws:ec2/vpcPeeringConnection:VpcPeeringConnection", props: {}, note: "every value unknown" },
  "ISO-10": {
    type: "aws:ec2/route:Route",
    props: { destinationCidrBlock: "10.2.0.0/16", transitGatewayId: "tgw-0123456789abcdef0" },
  },
  "ISO-11": {
    type: redis,
    props: {},
    act: (world) => {
      const hub = world.put({
        type: redis,
        name: "it",
        parent: world.put({ type: "cells:index:Foundation", name: "foundation" }),
      });
      for (const cell of [1, 2])
        world.add(lambda, {}, { cell, name: `function-${cell}`, from: { environment: [hub] } });
    },
    note: "in the foundation, used by two cells",
  },
  "ISO-12": { type: ingress, props: { cidrIpv4: "10.0.0.0/8", fromPort: 5432, toPort: 5432 } },
  "ISO-13": {
    type: rolePolicy,
    props: { policy: policy({ Action: "s3:GetObject", Resource: "arn:aws:s3:::cell-1*" }) },
  },
  "ISO-14": { type: database, props: { replicateSourceDb: "dev-cell-2-postgres-primary" } },
  "ISO-15": {
    type: "aws:sns/topicSubscription:TopicSubscription",
    props: { topic: "arn:aws:sns:eu-west-1:123456789012:dev-cell-2-alarms", protocol: "sqs" },
  },
  "ISO-16": {
    type: "kubernetes:core/v1:Service",
    props: { spec: { type: "ExternalName", externalName: "redis-cell-2-0.internal" } },
  },
  "ISO-17": {
    type: "aws:ec2/launchTemplate:LaunchTemplate",
    props: { userData: Buffer.from("#!/bin/sh\nredis-cli -h redis-cell-2-0.internal\n").toString("base64") },
  },
  "ISO-18": { type: lambda, props: { environment: unknown }, note: "unknown, and computed from nothing here" },
  "ISO-19": {
    type: "aws:sqs/queue:Queue",
    props: { tags: { purpose: "transfer-acme" } },
    note: "policy/register.yaml has no transfer with this purpose",
  },
  "ISO-20": {
    type: ingress,
    props: {},
    act: (world) =>
      void world.put({
        type: "aws:ec2/securityGroup:SecurityGroup",
        name: "it",
        parent: world.of(1).stack,
        ignoreChanges: ["ingress"],
      }),
    note: 'ignoreChanges: ["ingress"]',
  },
  "NET-01": { type: "aws:ec2/vpc:Vpc", props: { cidrBlock: "10.300.0.0/16" } },
  "NET-02": {
    type: "aws:ec2/vpc:Vpc",
    props: { cidrBlock: "10.1.0.0/17" },
    act: (world, props) => {
      world.add("aws:ec2/vpc:Vpc", { cidrBlock: "10.1.0.0/16" }, { cell: 2, name: "theirs" });
      world.add("aws:ec2/vpc:Vpc", props);
    },
    note: "cell-2 has 10.1.0.0/16",
  },
  "NET-05": {
    type: "aws:route53/zone:Zone",
    props: { name: "cell-1.internal", vpcs: [{ vpcId: "vpc-0aaaaaaaaaaaaaaaa" }, { vpcId: "vpc-0bbbbbbbbbbbbbbbb" }] },
  },
  "NET-06": {
    type: "aws:route53/record:Record",
    props: { type: "CNAME", records: ["postgres-cell-2-primary.internal"] },
  },
  "NET-07": {
    type: "aws:route53/resolverRule:ResolverRule",
    props: { domainName: "cell-2.internal", ruleType: "FORWARD", targetIps: [{ ip: "10.2.0.2" }] },
  },
  "SOV-01": { type: "aws:sns/topic:Topic", props: { region: "us-east-1" } },
  "SOV-02": { type: "aws:dynamodb/table:Table", props: { replicas: [{ regionName: "us-east-1" }] } },
  "SOV-04": {
    type: "catalog",
    props: { cells: [{ number: 7, locality: "CN", state: "quarantined" }] },
    act: () => undefined,
    known: ofCatalog(changed(7, { state: "quarantined" })),
    note: "the only cell of CN",
  },
  "ENC-01": { type: database, props: { storageEncrypted: false } },
  "ENC-03": { type: redis, props: { atRestEncryptionEnabled: true } },
  "ENC-04": {
    type: "aws:msk/cluster:Cluster",
    props: { encryptionInfo: { encryptionInTransit: { clientBroker: "TLS_PLAINTEXT" } } },
  },
  "ENC-05": { type: "aws:ec2/launchTemplate:LaunchTemplate", props: { metadataOptions: { httpTokens: "optional" } } },
  "ENC-06": { type: "aws:secretsmanager/secret:Secret", props: {} },
  "ENC-08": {
    type: lambda,
    props: { environment: { variables: { DATABASE_URL: "postgres://app:correct-horse@db.internal/app" } } },
  },
  "DUR-01": { type: database, props: { backupRetentionPeriod: 0 } },
  "DUR-02": { type: database, props: { deletionProtection: false } },
  "DUR-03": {
    type: database,
    props: {},
    act: (world) => void world.put({ type: database, name: "it", parent: world.of(1).stack, protect: false }),
    note: "without protect",
  },
  "HA-01": { type: database, props: { multiAz: false } },
  "HA-02": { type: redis, props: { numCacheClusters: 2, automaticFailoverEnabled: true, multiAzEnabled: true } },
  "HA-03": {
    type: "aws:msk/configuration:Configuration",
    props: { serverProperties: "default.replication.factor=1\n" },
  },
  "HA-06": {
    type: "catalog",
    props: { cells: [{ number: 1, availabilityZones: ["eu-central-1a"] }] },
    act: () => undefined,
    known: ofCatalog(changed(1, { availabilityZones: ["eu-central-1a"] })),
    note: "all nodes in one zone",
  },
  "PUB-01": { type: "aws:ec2/subnet:Subnet", props: { mapPublicIpOnLaunch: true } },
  "PUB-02": { type: database, props: { publiclyAccessible: true } },
  "PUB-03": {
    type: "aws:msk/cluster:Cluster",
    props: { brokerNodeGroupInfo: { connectivityInfo: { publicAccess: { type: "SERVICE_PROVIDED_EIPS" } } } },
  },
  "PUB-04": { type: "aws:eks/cluster:Cluster", props: { vpcConfig: { endpointPublicAccess: true } } },
  "PUB-05": { type: ingress, props: { cidrIpv4: "0.0.0.0/0", fromPort: 5432, toPort: 5432 } },
  "SIZ-01": {
    type: "catalog",
    props: { cells: [{ number: 0, capacity: { tenants: 9000 } }] },
    act: () => undefined,
    known: ofCatalog(changed(0, { capacity: { tenants: 9000, requestsPerSecond: 500 } })),
    note: "seven others have 1000 each",
  },
  "SIZ-04": {
    type: "catalog",
    props: { cells: "four in eu-west-1" },
    act: () => undefined,
    known: ofCatalog(inOneRegion(4)),
    note: "of the account's five VPCs one is the default VPC",
  },
  "SIZ-06": {
    type: "kubernetes:apps/v1:Deployment",
    props: {
      spec: { replicas: 10, template: { spec: { containers: [{ env: [{ name: "DB_POOL_SIZE", value: "100" }] }] } } },
    },
    act: (world, props) => {
      world.add(database, { instanceClass: "db.m6g.large" }, { name: "primary" });
      world.add("kubernetes:apps/v1:Deployment", props);
    },
    note: "a database of 8 GiB takes 901 connections",
  },
  "RTR-01": {
    type: lambda,
    props: { timeout: 30 },
    act: (world, props) => routed(world, lambda, props),
    note: "a router's function",
  },
  "RTR-02": {
    type: rolePolicy,
    props: { policy: policy({ Action: "dynamodb:*", Resource: "*" }) },
    act: (world, props) => routed(world, rolePolicy, props),
    note: "a router's role",
  },
  "RTR-03": {
    type: lambda,
    props: { environment: { variables: { TOTAL_CELLS: "10" } } },
    act: (world, props) => routed(world, lambda, props),
    note: "a router's function",
  },
  "RTR-06": {
    type: lambda,
    props: { environment: { variables: { CELL_2: "http://10.2.0.5" } } },
    act: (world, props) => routed(world, lambda, props),
    note: "a router's function",
  },
  "CTL-01": {
    type: "cells:index:CellStack",
    props: {},
    act: () => undefined,
    note: "two cells, no router's table, no alarms",
  },
  "CTL-02": { type: lambda, props: { environment: { variables: { ADMIN: "https://control.dev.cells.example.com" } } } },
  "CTL-06": {
    type: "aws:fis/experimentTemplate:ExperimentTemplate",
    props: { stopConditions: [{ source: "none" }], targets: [{ resourceTags: [{ key: "env", value: "prod" }] }] },
  },
  "GOV-01": {
    type: database,
    props: {},
    act: (world, props) => void world.put({ type: database, name: "it", parent: world.of(1).stack, props }),
    note: "without tags",
  },
  "GOV-02": { type: database, props: { tags: { cell: "cell-2" } } },
  "GOV-04": {
    type: "policy/register.yaml",
    props: { exceptions: [{ rule: "HA-01", expires: "2026-01-01" }] },
    act: () => undefined,
    note: "an exception whose last day is over",
  },
};

/** Puts a sample on a stage: cell 1 makes it, unless the sample says how. */
export function put(world: World, { type, props, act }: BadSample): void {
  if (act === undefined) world.add(type, props);
  else act(world, props);
}
