import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { checkConstraints, constraints, constraintsMarkdown } from "../../catalog/constraints";
import { loadCatalog } from "../../catalog/load";
import { planEnvironment } from "../../adapters/pulumi/plan/environment";
import type { PlannedResource } from "../../adapters/pulumi/plan/plan";
import { HandMade } from "./planned";

const root = join(__dirname, "../..");
const now = new Date("2026-11-22T00:00:00Z");

/** Something good, and changes that make it bad. Values are inputs; what they refer to is added by `around`. */
interface Case {
  readonly id: string;
  readonly type: string;
  readonly good: Record<string, unknown>;
  readonly bad: readonly Record<string, unknown>[];
  readonly level?: "warning";
}

const kafka = {
  kafkaVersion: "3.9.x.kraft",
  numberOfBrokerNodes: 3,
  brokerNodeGroupInfo: {
    instanceType: "kafka.m5.large",
    clientSubnets: ["a", "b", "c"],
    storageInfo: { ebsStorageInfo: { volumeSize: 100 } },
  },
};
const brokers = (change: object): Record<string, unknown> => ({
  brokerNodeGroupInfo: { ...kafka.brokerNodeGroupInfo, ...change },
});
const redis = {
  numCacheClusters: 3,
  automaticFailoverEnabled: true,
  multiAzEnabled: true,
  nodeType: "cache.m6g.large",
  transitEncryptionEnabled: true,
};
const rabbit = {
  engineType: "RabbitMQ",
  engineVersion: "4.2",
  hostInstanceType: "mq.m7g.large",
  deploymentMode: "CLUSTER_MULTI_AZ",
  subnetIds: ["a", "b"],
  autoMinorVersionUpgrade: true,
  users: [{ username: "admin", password: "abcdefghijkl" }],
};
const postgres = {
  engine: "postgres",
  allocatedStorage: 100,
  maxAllocatedStorage: 500,
  storageType: "gp3",
  backupRetentionPeriod: 7,
};

const cases: readonly Case[] = [
  {
    id: "VPC-1",
    type: "aws:ec2/vpc:Vpc",
    good: { cidrBlock: "10.0.0.0/16" },
    bad: [{ cidrBlock: "10.0.0.0/8" }, { cidrBlock: "10.0.0.0/29" }],
  },
  {
    id: "VPCE-1",
    type: "aws:ec2/vpcEndpoint:VpcEndpoint",
    good: { serviceName: "com.amazonaws.mx-central-1.ec2" },
    bad: [
      { serviceName: "com.amazonaws.mx-central-1.eks" },
      { serviceName: "com.amazonaws.ap-east-2.eks-auth" },
      { serviceName: "cn.com.amazonaws.cn-north-1.eks-auth" },
    ],
  },
  {
    id: "ALB-2",
    type: "aws:lb/loadBalancer:LoadBalancer",
    good: { name: "dev-cell-1-app" },
    bad: [{ name: "internal-app" }, { name: "app-" }, { name: "a_b" }],
  },
  {
    id: "RDS-1",
    type: "aws:rds/instance:Instance",
    good: postgres,
    bad: [{ allocatedStorage: 10 }, { allocatedStorage: 70_000 }],
  },
  { id: "RDS-2", type: "aws:rds/instance:Instance", good: postgres, bad: [{ iops: 6000 }, { storageThroughput: 500 }] },
  { id: "RDS-3", type: "aws:rds/instance:Instance", good: postgres, bad: [{ maxAllocatedStorage: 105 }] },
  {
    id: "RDS-6",
    type: "aws:rds/instance:Instance",
    good: postgres,
    bad: [{ backupRetentionPeriod: 36 }, { backupRetentionPeriod: -1 }],
  },
  {
    id: "RDS-8",
    type: "aws:rds/instance:Instance",
    good: { backupWindow: "02:00-03:00", maintenanceWindow: "sun:03:00-sun:04:00" },
    bad: [{ maintenanceWindow: "sun:02:30-sun:03:30" }],
  },
  {
    id: "CACHE-1",
    type: "aws:elasticache/replicationGroup:ReplicationGroup",
    good: redis,
    bad: [{ numCacheClusters: 1 }, { numCacheClusters: undefined }, { nodeType: "cache.t1.micro" }],
  },
  {
    id: "CACHE-2",
    type: "aws:elasticache/replicationGroup:ReplicationGroup",
    good: redis,
    bad: [{ automaticFailoverEnabled: undefined }],
  },
  {
    id: "CACHE-3",
    type: "aws:elasticache/replicationGroup:ReplicationGroup",
    good: redis,
    bad: [{ numCacheClusters: 7 }],
  },
  {
    id: "CACHE-4",
    type: "aws:elasticache/replicationGroup:ReplicationGroup",
    good: { ...redis, authToken: "abcdefgh12345678" },
    bad: [{ authToken: "short" }, { authToken: "abcdefgh1234567@" }, { transitEncryptionEnabled: false }],
  },
  {
    id: "CACHE-5",
    type: "aws:elasticache/replicationGroup:ReplicationGroup",
    good: redis,
    bad: [{ snapshotRetentionLimit: 36 }],
  },
  {
    id: "CACHE-6",
    type: "aws:elasticache/cluster:Cluster",
    good: { azMode: "cross-az", numCacheNodes: 2 },
    bad: [{ numCacheNodes: 1 }],
  },
  {
    id: "CACHE-7",
    type: "aws:elasticache/cluster:Cluster",
    good: { engine: "memcached", engineVersion: "1.6.22", transitEncryptionEnabled: true },
    bad: [{ engineVersion: "1.6.6" }],
  },
  { id: "MSK-1", type: "aws:msk/cluster:Cluster", good: kafka, bad: [{ numberOfBrokerNodes: 4 }] },
  {
    id: "MSK-2",
    type: "aws:msk/cluster:Cluster",
    good: kafka,
    bad: [brokers({ clientSubnets: ["a"] }), brokers({ clientSubnets: ["a", "b", "c", "d"] })],
  },
  {
    id: "MSK-3",
    type: "aws:msk/cluster:Cluster",
    good: kafka,
    bad: [{ kafkaVersion: "2.2.1" }, { kafkaVersion: "3.6.0" }],
  },
  {
    id: "MSK-4",
    type: "aws:msk/cluster:Cluster",
    good: kafka,
    bad: [brokers({ instanceType: "kafka.m6g.large" }), brokers({ instanceType: "m5.large" })],
  },
  {
    id: "MSK-5",
    type: "aws:msk/cluster:Cluster",
    good: kafka,
    bad: [brokers({ storageInfo: { ebsStorageInfo: { volumeSize: 20_000 } } })],
  },
  { id: "MQ-1", type: "aws:mq/broker:Broker", good: rabbit, bad: [{ hostInstanceType: "mq.m5.large" }] },
  {
    id: "MQ-2",
    type: "aws:mq/broker:Broker",
    good: rabbit,
    bad: [{ subnetIds: [] }, { deploymentMode: "SINGLE_INSTANCE" }],
  },
  { id: "MQ-3", type: "aws:mq/broker:Broker", good: rabbit, bad: [{ hostInstanceType: "mq.t3.micro" }] },
  {
    id: "MQ-4",
    type: "aws:mq/broker:Broker",
    good: rabbit,
    bad: ["short", "aaaaaaaaaaaa", "abcdefgh:jkl"].map((password) => ({ users: [{ password }] })),
  },
  { id: "MQ-5", type: "aws:mq/broker:Broker", good: rabbit, bad: [{ users: [] }, { users: [{}, {}] }] },
  {
    id: "MQ-6",
    type: "aws:mq/broker:Broker",
    good: rabbit,
    bad: [{ autoMinorVersionUpgrade: false }, { autoMinorVersionUpgrade: undefined }],
  },
  {
    id: "EKS-1",
    type: "aws:eks/cluster:Cluster",
    good: { version: "1.35" },
    bad: [{ version: "1.33" }, { version: "1.20" }, { version: undefined }],
  },
  {
    id: "EKS-1",
    type: "aws:eks/cluster:Cluster",
    good: { version: "1.35" },
    bad: [{ version: "1.34" }],
    level: "warning",
  },
  {
    id: "EKS-3",
    type: "aws:eks/nodeGroup:NodeGroup",
    good: { scalingConfig: { minSize: 0, desiredSize: 0, maxSize: 4 } },
    bad: [
      { scalingConfig: { minSize: 3, desiredSize: 2, maxSize: 4 } },
      { scalingConfig: { minSize: 0, desiredSize: 0, maxSize: 0 } },
    ],
  },
  {
    id: "EKS-4",
    type: "aws:eks/nodeGroup:NodeGroup",
    good: { amiType: "AL2023_ARM_64_STANDARD", instanceTypes: ["m6g.large"] },
    bad: [{ instanceTypes: ["m5.large"] }, { amiType: "AL2023_x86_64_STANDARD" }],
  },
  {
    id: "LAMBDA-1",
    type: "aws:lambda/function:Function",
    good: { reservedConcurrentExecutions: 100 },
    bad: [{ reservedConcurrentExecutions: 950 }],
    level: "warning",
  },
  {
    id: "LAMBDA-3",
    type: "aws:lambda/function:Function",
    good: { environment: { variables: { A: "x".repeat(4088) } } },
    // A quote takes two bytes, and names count.
    bad: ["x".repeat(4089), '"'.repeat(2100)].map((A) => ({ environment: { variables: { A } } })),
  },
  {
    id: "CW-1",
    type: "aws:cloudwatch/metricAlarm:MetricAlarm",
    good: { period: 60, evaluationPeriods: 5 },
    bad: [{ period: 300, evaluationPeriods: 300 }],
  },
  {
    id: "CW-2",
    type: "aws:cloudwatch/compositeAlarm:CompositeAlarm",
    good: { alarmRule: "ALARM(a)" },
    bad: [{ alarmRule: "ALARM(a) OR ".repeat(101) }],
  },
  {
    id: "CW-3",
    type: "aws:cloudwatch/metricAlarm:MetricAlarm",
    good: { namespace: "AWS/RDS", metricName: "ReplicaLag", threshold: 301 },
    bad: [{ threshold: 30 }, { threshold: 300 }],
  },
  {
    id: "SECRET-1",
    type: "aws:secretsmanager/secret:Secret",
    good: { name: "cells/cell-1/postgres" },
    bad: [{ name: "cell 1" }, { name: "" }],
  },
  {
    id: "SECRET-1",
    type: "aws:secretsmanager/secret:Secret",
    good: { name: "dev-cell-1" },
    bad: [{ name: "dev-cell-abc123" }],
    level: "warning",
  },
  {
    id: "SECRET-2",
    type: "aws:secretsmanager/secret:Secret",
    good: { recoveryWindowInDays: 0 },
    bad: [{ recoveryWindowInDays: 3 }, { recoveryWindowInDays: 31 }],
  },
  {
    id: "SECRET-3",
    type: "aws:secretsmanager/secretVersion:SecretVersion",
    good: { secretString: "x" },
    bad: [{ secretString: "ü".repeat(40_000) }],
  },
  {
    id: "KMS-1",
    type: "aws:kms/alias:Alias",
    good: { name: "alias/dev-cell-1" },
    bad: [{ name: "dev-cell-1" }, { name: "alias/aws/rds" }],
  },
  {
    id: "IAM-2",
    type: "aws:iam/role:Role",
    good: { assumeRolePolicy: "{}" },
    bad: [{ assumeRolePolicy: `"${"x".repeat(2050)}"` }],
  },
];

function breaches(plan: HandMade, id: string): readonly string[] {
  return checkConstraints(plan.resources, now).flatMap((one) => (one.constraint === id ? [one.level] : []));
}

describe("constraints of AWS's own", () => {
  it.each(cases)("$id", ({ id, type, good, bad, level }) => {
    const judge = (inputs: object): readonly string[] => {
      const plan = new HandMade();
      plan.add(type, "it", inputs);
      return breaches(plan, id);
    };
    expect(judge(good)).toEqual([]);
    for (const change of bad)
      expect(judge({ ...good, ...change }), JSON.stringify(change).slice(0, 200)).toContain(level ?? "error");
  });

  it("EKS-2, ALB-1, RDS-7, MSK-2 look at the subnets' zones", () => {
    const spread = (
      id: string,
      type: string,
      input: string,
      inputs: object,
      zones: readonly string[],
    ): readonly string[] => {
      const plan = new HandMade();
      const subnets = zones.map((availabilityZone, index) =>
        plan.add("aws:ec2/subnet:Subnet", `s${index}`, { availabilityZone }),
      );
      const made = plan.add(type, "it", inputs);
      plan.resources[plan.resources.indexOf(made)] = {
        ...made,
        propertyDependencies: { [input]: subnets.map(({ urn }) => urn) },
      };
      return breaches(plan, id);
    };
    const two = ["eu-west-1a", "eu-west-1b"];
    const one = ["eu-west-1a", "eu-west-1a"];
    for (const [id, type, input] of [
      ["EKS-2", "aws:eks/cluster:Cluster", "vpcConfig"],
      ["ALB-1", "aws:lb/loadBalancer:LoadBalancer", "subnets"],
      ["RDS-7", "aws:rds/subnetGroup:SubnetGroup", "subnetIds"],
    ] as const) {
      expect(spread(id, type, input, {}, two)).toEqual([]);
      expect(spread(id, type, input, {}, one)).toEqual(["error"]);
    }
    const three = { ...kafka, ...brokers({ clientSubnets: ["a", "b", "c"] }) };
    const california = ["us-west-1a", "us-west-1b", "us-west-1c"];
    expect(spread("MSK-2", "aws:msk/cluster:Cluster", "brokerNodeGroupInfo", three, california)).toEqual(["error"]);
    expect(spread("MSK-2", "aws:msk/cluster:Cluster", "brokerNodeGroupInfo", three, [...two, "eu-west-1a"])).toEqual([
      "error",
    ]);
  });

  it("R53-1, RDS-4, RDS-5, EKS-5, SG-1 and IAM-1 look at what is referred to", () => {
    const plan = new HandMade();
    const vpc = plan.add("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.0.0.0/16", enableDnsHostnames: false });
    plan.add("aws:route53/zone:Zone", "zone", {}, { vpcs: vpc });
    const primary = plan.add("aws:rds/instance:Instance", "primary", { engine: "postgres", backupRetentionPeriod: 0 });
    plan.add("aws:rds/instance:Instance", "replica", {}, { replicateSourceDb: primary });
    const parameters = plan.add("aws:rds/parameterGroup:ParameterGroup", "p", {
      parameters: [{ name: "max_connections", value: "5000" }],
    });
    plan.add(
      "aws:rds/instance:Instance",
      "small",
      { instanceClass: "db.t4g.medium" },
      { parameterGroupName: parameters },
    );
    const template = plan.add("aws:ec2/launchTemplate:LaunchTemplate", "lt", { instanceType: "m6g.large" });
    plan.add(
      "aws:eks/nodeGroup:NodeGroup",
      "nodes",
      { instanceTypes: ["m6g.large"], diskSize: 20 },
      { launchTemplate: template },
    );
    const group = plan.add("aws:ec2/securityGroup:SecurityGroup", "sg", {});
    for (let n = 0; n < 61; n += 1)
      plan.add("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", `r${n}`, {}, { securityGroupId: group });
    const role = plan.add("aws:iam/role:Role", "role", {});
    for (const n of [1, 2]) plan.add("aws:iam/rolePolicy:RolePolicy", `rp${n}`, { policy: "x".repeat(6000) }, { role });
    expect(breaches(plan, "R53-1")).toEqual(["error"]);
    expect(breaches(plan, "RDS-4")).toEqual(["error"]);
    expect(breaches(plan, "RDS-5")).toEqual(["warning"]);
    expect(breaches(plan, "EKS-5")).toEqual(["error", "error"]);
    expect(breaches(plan, "SG-1")).toEqual(["error"]);
    expect(breaches(plan, "IAM-1")).toEqual(["error"]);
  });

  it("LAMBDA-2 looks at the function behind the API", () => {
    const limits = (reservedConcurrentExecutions: number | undefined, rate: number, burst: number) => {
      const plan = new HandMade();
      const lambda = plan.add("aws:lambda/function:Function", "f", { reservedConcurrentExecutions });
      const alias = plan.add("aws:lambda/alias:Alias", "live", {}, { functionName: lambda });
      const api = plan.add("aws:apigatewayv2/api:Api", "api", {});
      plan.add("aws:apigatewayv2/integration:Integration", "i", {}, { apiId: api, integrationUri: alias });
      const defaultRouteSettings = { throttlingRateLimit: rate, throttlingBurstLimit: burst };
      plan.add("aws:apigatewayv2/stage:Stage", "stage", { defaultRouteSettings }, { apiId: api });
      return breaches(plan, "LAMBDA-2");
    };
    expect(limits(200, 2000, 1000)).toEqual([]);
    expect(limits(undefined, 2000, 1000)).toEqual([]);
    expect(limits(50, 2000, 500)).toEqual(["error"]);
    expect(limits(50, 2000, 1000)).toEqual(["error", "error"]);
  });

  it("has a case for every constraint, and a source of AWS's for each", () => {
    const elsewhere = ["LAMBDA-2", "ALB-1", "EKS-2", "RDS-7", "R53-1", "RDS-4", "RDS-5", "EKS-5", "SG-1", "IAM-1"];
    const ids = constraints.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...new Set([...cases.map(({ id }) => id), ...elsewhere])].sort()).toEqual([...ids].sort());
    for (const { source } of constraints) expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/.+\.html/);
  });

  it("is kept by the dev environment", async () => {
    const { resources } = await planEnvironment(loadCatalog(join(root, "catalog/dev.yaml")));
    const broken = checkConstraints(resources as readonly PlannedResource[], now);
    expect(broken.filter(({ level }) => level === "error")).toEqual([]);
  });

  it("is what docs/aws-constraints.md says", () => {
    const file = join(root, "docs/aws-constraints.md");
    if (process.env["UPDATE_DOCS"] === "1") writeFileSync(file, constraintsMarkdown());
    expect(readFileSync(file, "utf8")).toBe(constraintsMarkdown());
  });
});
