import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeAll, describe, expect, it } from "vitest";

import { checkConformance, describe as words, type Finding } from "../../local/conformance/check";
import { ensurePython } from "../../local/python";
import { HandMade } from "./planned";

let python: string;
beforeAll(async () => {
  python = await ensurePython(() => undefined);
}, 300_000);

function check(plan: HandMade): Promise<readonly Finding[]> {
  return checkConformance({ resources: plan.resources, python });
}

const postgres = {
  identifier: "dev-cell-1-postgres-primary",
  engine: "postgres",
  engineVersion: "17.6",
  instanceClass: "db.m6g.large",
  allocatedStorage: 100,
  storageEncrypted: true,
};

/** A mistake, and what must be said of it. */
interface Seeded {
  readonly mistake: string;
  readonly type: string;
  readonly inputs: object;
  readonly region?: string;
  readonly property: string;
  readonly says: RegExp;
}

const seeded: readonly Seeded[] = [
  {
    mistake: "an instance class that no region has",
    type: "aws:rds/instance:Instance",
    inputs: { ...postgres, instanceClass: "db.z9.large" },
    property: "instanceClass",
    says: /not one of the \d+ values AWS takes in 'eu-west-1'; nearest/,
  },
  {
    mistake: "an instance class that this region lacks",
    type: "aws:rds/instance:Instance",
    inputs: { ...postgres, instanceClass: "db.t4g.medium" },
    region: "ca-west-1",
    property: "instanceClass",
    says: /'db.t4g.medium' is not one of/,
  },
  {
    mistake: "an engine version that is gone",
    type: "aws:rds/instance:Instance",
    inputs: { ...postgres, engineVersion: "9.1" },
    property: "engineVersion",
    says: /'9.1' is not one of/,
  },
  {
    mistake: "an underscore in a database name",
    type: "aws:rds/instance:Instance",
    inputs: { ...postgres, identifier: "Cell_1-primary" },
    property: "identifier",
    says: /does not match/,
  },
  {
    mistake: "backups for longer than AWS keeps them",
    type: "aws:rds/instance:Instance",
    inputs: { ...postgres, backupRetentionPeriod: 36 },
    property: "backupRetentionPeriod",
    says: /greater than the maximum of 35/,
  },
  {
    mistake: "host bits in a CIDR",
    type: "aws:ec2/vpc:Vpc",
    inputs: { cidrBlock: "10.1.0.1/16" },
    property: "cidrBlock",
    says: /is not a 'ipv4-network'/,
  },
  {
    mistake: "an unknown tenancy",
    type: "aws:ec2/vpc:Vpc",
    inputs: { cidrBlock: "10.1.0.0/16", instanceTenancy: "shared" },
    property: "instanceTenancy",
    says: /'shared' is not one of/,
  },
  {
    mistake: "a bad character in a security group's description",
    type: "aws:ec2/securityGroup:SecurityGroup",
    inputs: { vpcId: "vpc-0123456789abcdef0", description: "cell's own traffic" },
    property: "description",
    says: /does not match/,
  },
  {
    mistake: "an unknown AMI type",
    type: "aws:eks/nodeGroup:NodeGroup",
    inputs: {
      clusterName: "dev-cell-1-app",
      nodeRoleArn: "arn:aws:iam::123456789012:role/nodes",
      subnetIds: ["subnet-0123456789abcdef0"],
      amiType: "AL2024_ARM",
    },
    property: "amiType",
    says: /'AL2024_ARM' is not one of/,
  },
  {
    mistake: "a node type that the region lacks",
    type: "aws:eks/nodeGroup:NodeGroup",
    inputs: {
      clusterName: "dev-cell-1-app",
      nodeRoleArn: "arn:aws:iam::123456789012:role/nodes",
      subnetIds: ["subnet-0123456789abcdef0"],
      instanceTypes: ["m7g.large", "m5.large"],
    },
    region: "mx-central-1",
    property: "instanceTypes[1]",
    says: /'m5.large' is not one of .* 'mx-central-1'/,
  },
  {
    mistake: "a runtime that has ended",
    type: "aws:lambda/function:Function",
    inputs: {
      role: "arn:aws:iam::123456789012:role/router",
      runtime: "nodejs14.x",
      handler: "index.handler",
      code: {},
    },
    property: "runtime",
    says: /deprecated/,
  },
  {
    mistake: "a function that runs for longer than fifteen minutes",
    type: "aws:lambda/function:Function",
    inputs: {
      role: "arn:aws:iam::123456789012:role/router",
      runtime: "nodejs22.x",
      handler: "index.handler",
      code: {},
      timeout: 1000,
    },
    property: "timeout",
    says: /greater than the maximum of 900/,
  },
  {
    mistake: "a cache node that the region lacks, in a replication group",
    type: "aws:elasticache/replicationGroup:ReplicationGroup",
    inputs: {
      replicationGroupId: "dev-cell-1-redis",
      description: "redis",
      engine: "redis",
      nodeType: "cache.t4g.micro",
    },
    region: "me-central-1",
    property: "nodeType",
    says: /'cache.t4g.micro' is not one of/,
  },
  {
    mistake: "a Redis version that there never was",
    type: "aws:elasticache/replicationGroup:ReplicationGroup",
    inputs: {
      replicationGroupId: "r",
      description: "redis",
      engine: "redis",
      engineVersion: "9.9",
      nodeType: "cache.m6g.large",
    },
    property: "engineVersion",
    says: /'9.9' is not one of/,
  },
  {
    mistake: "a broker type that the region lacks",
    type: "aws:mq/broker:Broker",
    inputs: { brokerName: "dev-cell-1-rabbitmq", engineType: "RABBITMQ", hostInstanceType: "mq.m5.large" },
    region: "ap-southeast-6",
    property: "hostInstanceType",
    says: /'mq.m5.large' is not one of/,
  },
  {
    mistake: "a wrong enum in a broker's storage",
    type: "aws:msk/cluster:Cluster",
    inputs: {
      clusterName: "dev-cell-1-kafka",
      kafkaVersion: "3.8.x",
      numberOfBrokerNodes: 3,
      brokerNodeGroupInfo: { instanceType: "kafka.m5.large", clientSubnets: ["subnet-0123456789abcdef0"] },
      encryptionInfo: { encryptionInTransit: { clientBroker: "SSL" } },
    },
    property: "encryptionInfo.encryptionInTransit.clientBroker",
    says: /'SSL' is not one of/,
  },
  {
    mistake: "logs kept for a number of days that CloudWatch does not offer",
    type: "aws:cloudwatch/logGroup:LogGroup",
    inputs: { name: "/cells/cell-1", retentionInDays: 31 },
    property: "retentionInDays",
    says: /31 is not one of/,
  },
  {
    mistake: "a policy that is no policy",
    type: "aws:iam/rolePolicy:RolePolicy",
    inputs: { name: "read", role: "nodes", policy: JSON.stringify({ Statement: [{ Effect: "Permit", Action: "*" }] }) },
    property: "policy",
    says: /'Permit' is not one of/,
  },
];

describe("conformance with AWS's schemas", () => {
  let all: readonly Finding[];
  beforeAll(async () => {
    const plans = seeded.map(({ type, inputs, region }, index) => {
      const plan = new HandMade(`cell-${index}`, region);
      plan.add(type, `wrong-${index}`, inputs);
      return plan;
    });
    all = await checkConformance({ resources: plans.flatMap(({ resources }) => resources), python });
  }, 120_000);

  it.each(seeded.map((row, index) => ({ ...row, index })))(
    "catches $mistake",
    ({ type, region, property, says, index }) => {
      const findings = all.filter(({ resource }) => resource === `wrong-${index}`);
      const found = findings.find((finding) => finding.property === property && says.test(finding.message));
      expect(found, listing(findings)).toMatchObject({
        type,
        cell: `cell-${index}`,
        region: region ?? "eu-west-1",
        level: "error",
      });
    },
  );

  it("is silent about what is right", async () => {
    const plan = new HandMade();
    const vpc = plan.add("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.1.0.0/16" });
    for (const [index, zone] of ["a", "b"].entries()) {
      const inputs = { vpcId: "vpc-0", cidrBlock: `10.1.${index}.0/24`, availabilityZone: `eu-west-1${zone}` };
      plan.add("aws:ec2/subnet:Subnet", zone, inputs, { vpcId: vpc });
    }
    const primary = plan.add("aws:rds/instance:Instance", "primary", { ...postgres, backupRetentionPeriod: 7 });
    const replica = {
      identifier: "replica",
      replicateSourceDb: "primary",
      instanceClass: "db.m6g.large",
      storageEncrypted: true,
    };
    plan.add("aws:rds/instance:Instance", "replica", replica, { replicateSourceDb: primary });
    expect((await check(plan)).map(words)).toEqual([]);
  });

  it("sees a subnet outside its VPC, and one on top of another", async () => {
    const plan = new HandMade();
    const vpc = plan.add("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.1.0.0/16" });
    plan.add("aws:ec2/subnet:Subnet", "outside", { vpcId: "vpc-0", cidrBlock: "10.2.0.0/24" }, { vpcId: vpc });
    plan.add("aws:ec2/subnet:Subnet", "below", { vpcId: "vpc-0", cidrBlock: "10.1.0.0/24" }, { vpcId: vpc });
    plan.add("aws:ec2/subnet:Subnet", "above", { vpcId: "vpc-0", cidrBlock: "10.1.0.0/25" }, { vpcId: vpc });
    const rules = (await check(plan)).map(({ rule }) => rule);
    expect(rules).toContain("E3059");
    expect(rules).toContain("E3060");
  });

  it("judges a replica's class by its primary's engine", async () => {
    const plan = new HandMade("cell-1", "ca-west-1");
    const primary = plan.add("aws:rds/instance:Instance", "primary", { ...postgres, backupRetentionPeriod: 7 });
    const replica = { identifier: "replica", replicateSourceDb: "primary", instanceClass: "db.t4g.medium" };
    plan.add("aws:rds/instance:Instance", "replica", replica, { replicateSourceDb: primary });
    expect(await check(plan)).toMatchObject([
      { resource: "replica", property: "instanceClass", value: "db.t4g.medium" },
    ]);
  });

  it("adds the constraints that cfn-lint does not know", async () => {
    const plan = new HandMade();
    plan.add("aws:eks/cluster:Cluster", "app", {
      name: "dev-cell-1-app",
      version: "1.33",
      roleArn: "arn:aws:iam::123456789012:role/cluster",
      vpcConfig: { subnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"] },
    });
    const at = (now: string): Promise<readonly Finding[]> =>
      checkConformance({ resources: plan.resources, python, now: new Date(now) });
    expect(await at("2026-01-01")).toEqual([]);
    expect(await at("2026-07-01")).toMatchObject([
      { rule: "EKS-1", property: "version", cell: "cell-1", level: "warning" },
    ]);
    expect(await at("2026-08-01")).toMatchObject([
      { rule: "EKS-1", property: "version", cell: "cell-1", level: "error" },
    ]);
  });

  it("names the property that is missing in Pulumi's words", async () => {
    const plan = new HandMade();
    plan.add("aws:lb/listener:Listener", "https", { port: 443, protocol: "HTTP", defaultActions: [] });
    expect((await check(plan)).map(({ property }) => property)).toContain("loadBalancerArn");
  });

  it("never shows a secret value", async () => {
    const plan = new HandMade();
    plan.secret("aws:rds/instance:Instance", "primary", { ...postgres, kmsKeyId: "hunter2 is not a key" }, [
      "kmsKeyId",
    ]);
    plan.secret(
      "aws:elasticache/replicationGroup:ReplicationGroup",
      "redis",
      { description: "d", nodeType: "hunter2" },
      ["nodeType"],
    );
    const findings = await check(plan);
    expect(findings.some(({ resource }) => resource === "redis")).toBe(true);
    expect(JSON.stringify(findings)).not.toContain("hunter2");
  });

  it("tells the catalog's line", async () => {
    const plan = new HandMade("cell-7");
    plan.add("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.7.0.1/16" });
    const locate = (cell: string): string => `catalog/dev.yaml:${cell.length}`;
    const [finding] = await checkConformance({ resources: plan.resources, python, locate });
    expect(words(finding!)).toMatch(/^vpc\.cidrBlock \(cell-7, eu-west-1, catalog\/dev\.yaml:6\): .* \[E\d+\]$/);
  });

  it("keeps its answer for the same plan, and asks again for another", async () => {
    const cacheDir = await mkdtemp(join(tmpdir(), "conformance-"));
    const plan = new HandMade();
    plan.add("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.1.0.1/16" });
    const options = { resources: plan.resources, python, cacheDir };
    const first = await checkConformance(options);
    expect(first).toHaveLength(1);
    expect(await checkConformance(options)).toEqual(first);
    expect(await readdir(cacheDir)).toHaveLength(1);
    plan.add("aws:ec2/vpc:Vpc", "other", { cidrBlock: "10.2.0.0/16" });
    await checkConformance(options);
    expect(await readdir(cacheDir)).toHaveLength(2);
  });

  it("says in a sentence that cfn-lint can't be run", async () => {
    const plan = new HandMade();
    plan.add("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.1.0.0/16" });
    await expect(checkConformance({ resources: plan.resources, python: "no-such-python" })).rejects.toThrow(
      /cfn-lint could not be run/,
    );
  });
});

function listing(findings: readonly Finding[]): string {
  return findings.map((finding) => `${finding.property ?? ""} ${words(finding)}`).join("\n");
}
