import { readFileSync } from "node:fs";
import { join } from "node:path";

import { beforeAll, describe, expect, it } from "vitest";

import { parseCatalog } from "../../catalog/load";
import { CellNames } from "../../catalog/names";
import { composeEnvironment } from "../../components/environment";
import { planEnvironment } from "../../adapters/pulumi/plan/environment";
import type { Plan, PlannedResource } from "../../adapters/pulumi/plan/plan";

/** The whole environment under mocks: what holds for every cell, whatever its parts are. */
const text = readFileSync(join(__dirname, "../../catalog/dev.yaml"), "utf8");
const catalog = parseCatalog(text, "dev.yaml");

type Environment = Plan<Awaited<ReturnType<typeof planEnvironment>>["result"]>;

let dev: Environment;
let production: Environment;

beforeAll(async () => {
  dev = await planEnvironment(catalog);
  production = await planEnvironment(parseCatalog(text.replace("sizeClass: dev", "sizeClass: large"), "large.yaml"));
});

/** Number of the cell that a resource belongs to, by its parents. */
function ownerOf(environment: Environment): (resource: PlannedResource) => number | undefined {
  const byUrn = new Map(environment.resources.map((resource) => [resource.urn, resource]));
  return (resource) => {
    for (let at: PlannedResource | undefined = resource; at !== undefined; at = byUrn.get(at.parent)) {
      if (at.type === "cells:index:CellStack") return Number(at.name.replace("cell-", ""));
    }
    return undefined;
  };
}

/** URNs that a resource depends on, through others too. */
function sourcesIn(resources: readonly PlannedResource[]): (resource: PlannedResource) => readonly string[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const sourcesOf = ({ dependencies }: PlannedResource): readonly string[] => [
    ...dependencies,
    ...dependencies.flatMap((urn) => sourcesOf(byUrn.get(urn)!)),
  ];
  return sourcesOf;
}

function ofType(environment: Environment, type: string): readonly PlannedResource[] {
  return environment.resources.filter((resource) => resource.type === type);
}

describe("every cell", () => {
  it("has the same parts, once", () => {
    const count = (type: string): number => ofType(dev, type).length;
    expect({
      stacks: count("cells:index:CellStack"),
      keys: count("aws:kms/key:Key"),
      vpcs: count("aws:ec2/vpc:Vpc"),
      databases: count("aws:rds/instance:Instance"),
      redis: count("aws:elasticache/replicationGroup:ReplicationGroup"),
      memcached: count("aws:elasticache/cluster:Cluster"),
      kafka: count("aws:msk/cluster:Cluster"),
      rabbitmq: count("aws:mq/broker:Broker"),
      clusters: count("aws:eks/cluster:Cluster"),
      nodeGroups: count("aws:eks/nodeGroup:NodeGroup"),
      loadBalancers: count("aws:lb/loadBalancer:LoadBalancer"),
      healthChecks: count("aws:route53/healthCheck:HealthCheck"),
      dashboards: count("aws:cloudwatch/dashboard:Dashboard"),
      // Private and public for each cell, and the parent of the public ones.
      zones: count("aws:route53/zone:Zone"),
      routers: count("cells:index:CellRouter"),
    }).toEqual({
      stacks: 8,
      keys: 8,
      vpcs: 8,
      databases: 16,
      redis: 8,
      memcached: 8,
      kafka: 8,
      rabbitmq: catalog.cells.filter(({ rabbitmq }) => rabbitmq).length,
      clusters: 8,
      nodeGroups: 16,
      loadBalancers: 8,
      healthChecks: 8,
      dashboards: 8,
      zones: 17,
      routers: 4,
    });
  });

  it("owns what is named after it, by its parents and by its provider", () => {
    const owner = ownerOf(dev);
    const providers = new Map(
      dev.resources.filter(({ type }) => type.startsWith("pulumi:providers:")).map((made) => [made.urn, owner(made)]),
    );
    const strays = dev.resources.flatMap((resource) => {
      const named = /^cell-(\d+)(?:-|$)/.exec(resource.name)?.[1];
      const number = owner(resource);
      const provider = resource.provider === "" ? number : providers.get(resource.provider.replace(/::[^:]*$/, ""));
      const agrees = (named === undefined ? undefined : Number(named)) === number && provider === number;
      // Random values have no cloud, so their provider is the default one.
      return agrees || resource.type.startsWith("random:") ? [] : [`${resource.urn}: ${named}, ${number}, ${provider}`];
    });
    expect(strays).toEqual([]);
  });

  it("gives its application no way to the administrator of its database", () => {
    const master = ofType(dev, "aws:rds/instance:Instance").flatMap(
      ({ inputs }) => (inputs["password"] as string) ?? [],
    );
    expect(new Set(master).size).toBe(8);
    const policies = ofType(dev, "aws:iam/rolePolicy:RolePolicy").filter(({ name }) =>
      name.endsWith("workload-policy"),
    );
    expect(policies).toHaveLength(8);
    for (const { inputs } of policies) expect(inputs["policy"]).not.toMatch(/secret:[^"]*postgres/);
    const secrets = ofType(dev, "kubernetes:core/v1:Secret").filter(({ name }) => name.endsWith("k8s-app-secrets"));
    expect(secrets).toHaveLength(8);
    for (const { inputs } of secrets) {
      const values = Object.values(inputs["data"] as Record<string, string>);
      const text = values.map((value) => Buffer.from(value, "base64").toString()).join("\n");
      expect(master.filter((password) => text.includes(password))).toEqual([]);
    }
  });

  it("gives every physical name its environment and number", () => {
    const owner = ownerOf(dev);
    const named = [
      "name",
      "identifier",
      "clusterName",
      "replicationGroupId",
      "clusterId",
      "brokerName",
      "dashboardName",
    ];
    const wrong = dev.resources.flatMap((resource) => {
      const number = owner(resource);
      if (number === undefined || !resource.type.startsWith("aws:")) return [];
      const label = new CellNames("dev", number).label;
      return (
        named
          .map((key) => resource.inputs[key] as unknown)
          .filter((name): name is string => typeof name === "string")
          // Fixed by AWS: parameter names, add-ons, record names that are the certificate's.
          .filter(() => !/eks\/addon|route53\/record|rolePolicy/.test(resource.type))
          .filter((name) => !new RegExp(`\\b${label}\\b`).test(name))
          .map((name) => `${resource.name}: ${name}`)
      );
    });
    expect(wrong).toEqual([]);
  });

  it("refers to no other cell, in any input", () => {
    const owner = ownerOf(dev);
    const foreign = dev.resources.flatMap((resource) => {
      const number = owner(resource);
      if (number === undefined) return [];
      const inputs = JSON.stringify(resource.inputs);
      const cells = [...inputs.matchAll(/\bcell-(\d+)\b/g)].map(([, other]) => Number(other));
      const blocks = [...inputs.matchAll(/\b10\.(\d+)\.\d+\.\d+/g)].map(([, other]) => Number(other));
      const dependencies = resource.dependencies.map((urn) => {
        const found = dev.resources.find((candidate) => candidate.urn === urn);
        return found === undefined ? number : (owner(found) ?? -1);
      });
      return [...cells, ...blocks, ...dependencies]
        .filter((other) => other !== number)
        .map((other) => `${resource.name} → ${other}`);
    });
    expect(foreign).toEqual([]);
  });

  it("creates nothing with a public address before the cell's internet gateway", () => {
    // AWS refuses an internet-facing load balancer, and an address's gateway, in a VPC without one:
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html
    const exposed = ["aws:lb/loadBalancer:LoadBalancer", "aws:ec2/natGateway:NatGateway", "aws:ec2/eip:Eip"];
    const sourcesOf = sourcesIn(dev.resources);
    for (const resource of exposed.flatMap((type) => ofType(dev, type))) {
      const [cell] = /cell-\d+/.exec(resource.name) ?? [];
      const gateway = ofType(dev, "aws:ec2/internetGateway:InternetGateway").find(({ name }) =>
        name.startsWith(`${cell}-`),
      );
      expect(sourcesOf(resource), resource.name).toContain(gateway?.urn);
    }
  });

  it("deletes a cluster before the security group rules by which its API is reached", () => {
    const sourcesOf = sourcesIn(dev.resources);
    for (const cluster of ofType(dev, "aws:eks/cluster:Cluster")) {
      const [cell] = /cell-\d+/.exec(cluster.name) ?? [];
      const rules = ["Ingress", "Egress"]
        .flatMap((way) => ofType(dev, `aws:vpc/securityGroup${way}Rule:SecurityGroup${way}Rule`))
        .filter(({ name }) => name.startsWith(`${cell}-nodes-`));
      expect(rules.map(({ name }) => name)).toEqual(
        expect.arrayContaining([`${cell}-nodes-from-self`, `${cell}-nodes-to-self`]),
      );
      expect(sourcesOf(cluster)).toEqual(expect.arrayContaining(rules.map(({ urn }) => urn)));
    }
  });

  it("monitors no database before its role may: RDS refuses the instance", () => {
    const rights = new Map(
      ofType(production, "aws:iam/rolePolicyAttachment:RolePolicyAttachment").flatMap(({ urn, propertyDependencies }) =>
        (propertyDependencies["role"] ?? []).map((role) => [role, urn]),
      ),
    );
    const databases = ofType(production, "aws:rds/instance:Instance");
    expect(databases).toHaveLength(2 * catalog.cells.length);
    for (const { name, propertyDependencies, dependencies } of databases) {
      const [role = ""] = propertyDependencies["monitoringRoleArn"] ?? [];
      expect(dependencies, name).toContain(rights.get(role));
    }
  });

  it("creates a parameter group before it deletes the one in use, by another name", () => {
    const groups = dev.resources.filter(({ type }) => /:ParameterGroup$/.test(type));
    expect(groups).toHaveLength(3 * catalog.cells.length);
    for (const { name, inputs, deleteBeforeReplace } of groups) {
      expect(deleteBeforeReplace, name).toBe(false);
      expect(inputs["name"].replaceAll(/[^a-z0-9]/g, ""), name).toContain(inputs["family"].replaceAll(".", ""));
    }
  });

  it("pulls every image from the ECR of its own region, and none that China may not reach", () => {
    const regions = new Map(catalog.cells.map(({ number, region }) => [number, region]));
    const owner = ownerOf(dev);
    const pods = ofType(dev, "kubernetes:apps/v1:Deployment");
    expect(pods).toHaveLength(2 * catalog.cells.length);
    for (const pod of pods) {
      for (const { image } of pod.inputs["spec"].template.spec.containers) {
        expect(image, pod.name).toMatch(
          new RegExp(`^123456789012\\.dkr\\.ecr\\.${regions.get(owner(pod)!)}\\.amazonaws\\.`),
        );
      }
    }
    expect(() => composeEnvironment(catalog, { images: { pool: "quay.io/team/pool:1" } })).toThrow(
      /^cell-7 is in China and cannot rely on quay\.io for quay\.io\/team\/pool:1: copy the image/,
    );
  });

  it("keeps every password and token secret", () => {
    const secrets: [string, string][] = [
      ["aws:rds/instance:Instance", "password"],
      ["aws:elasticache/replicationGroup:ReplicationGroup", "authToken"],
      ["aws:secretsmanager/secretVersion:SecretVersion", "secretString"],
      ["aws:mq/broker:Broker", "users"],
      ["kubernetes:core/v1:Secret", "data"],
    ];
    for (const [type, key] of secrets) {
      const holders = ofType(dev, type).filter(({ inputs }) => inputs[key] !== undefined);
      expect(holders.length, type).toBeGreaterThan(0);
      for (const holder of holders) expect(holder.secretInputs, holder.name).toContain(key);
    }
  });

  it("encrypts with its own key", () => {
    const owner = ownerOf(dev);
    const keys = new Map(ofType(dev, "aws:kms/key:Key").map((key) => [owner(key), key.urn]));
    const encrypted: [string, string][] = [
      ["aws:rds/instance:Instance", "kmsKeyId"],
      ["aws:elasticache/replicationGroup:ReplicationGroup", "kmsKeyId"],
      ["aws:msk/cluster:Cluster", "encryptionInfo"],
      ["aws:secretsmanager/secret:Secret", "kmsKeyId"],
      ["aws:eks/cluster:Cluster", "encryptionConfig"],
      ["aws:cloudwatch/logGroup:LogGroup", "kmsKeyId"],
      ["aws:sns/topic:Topic", "kmsMasterKeyId"],
    ];
    for (const [type, key] of encrypted) {
      for (const resource of ofType(dev, type)) {
        const number = owner(resource);
        // Routers belong to no cell. A replica in the primary's region has the primary's key.
        if (number === undefined || resource.inputs["replicateSourceDb"] !== undefined) continue;
        expect(resource.propertyDependencies[key], resource.name).toContain(keys.get(number));
      }
    }
  });

  it("protects its data in production classes, and lets a development cell go", () => {
    const data = [
      "aws:kms/key:Key",
      "aws:rds/instance:Instance",
      "aws:elasticache/replicationGroup:ReplicationGroup",
      "aws:msk/cluster:Cluster",
    ];
    for (const type of data) {
      expect(
        ofType(production, type).every(({ protect }) => protect),
        type,
      ).toBe(true);
      expect(
        ofType(dev, type).some(({ protect }) => protect),
        type,
      ).toBe(false);
    }
  });
});

describe("the check of a cell from outside", () => {
  const watch = async () => {
    const account = (id: string) => ({ id, roleArn: `arn:aws:iam::${id}:role/deploy` });
    // Even cells in one account, odd ones in another; the Chinese one in that of the credentials.
    const cells = catalog.cells.map((cell) =>
      cell.partition === "aws" ? { ...cell, account: account(`11111111111${cell.number % 2}`) } : cell,
    );
    const alarmTopics = { "us-east-1": "arn:aws:sns:us-east-1:111122223333:on-call" };
    const { resources } = await planEnvironment({ ...catalog, cells }, { alarmTopics });
    const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    return resources
      .filter(({ inputs }) => inputs["namespace"] === "AWS/Route53")
      .map(({ inputs, provider, propertyDependencies, parent }) => {
        const [check] = propertyDependencies["dimensions"] ?? [];
        const made = byUrn.get(provider.replace(/::[^:]*$/, ""))!;
        return { inputs, check: byUrn.get(check!)!, made, owner: byUrn.get(parent)!.name };
      });
  };

  let alarms: Awaited<ReturnType<typeof watch>>;
  beforeAll(async () => {
    alarms = await watch();
  });

  it("has one alarm for each cell, where the metrics are, with a topic", () => {
    expect(alarms.map(({ check }) => check.name).sort()).toEqual(
      catalog.cells.map(({ id }) => `${id}-health-check`).sort(),
    );
    for (const { inputs, check, made, owner } of alarms) {
      const cell = catalog.cells.find(({ id }) => check.name === `${id}-health-check`)!;
      expect(inputs["name"]).toBe(`dev-${cell.id}-health-check`);
      expect(made.inputs["region"]).toBe(cell.partition === "aws" ? "us-east-1" : "cn-northwest-1");
      // A cell's own resources stay in its residency area; the edge may be anywhere.
      expect(owner).toBe(cell.region === "us-east-1" ? `${cell.id}-observability` : "edge");
      expect(inputs["alarmActions"]).toEqual(
        cell.region === "us-east-1"
          ? [expect.stringContaining(`${cell.id}-alarms`)]
          : cell.partition === "aws"
            ? ["arn:aws:sns:us-east-1:111122223333:on-call"]
            : undefined,
      );
    }
  });

  it("is watched in the cell's own account, by one provider for each", () => {
    const ofEdge = alarms.filter(({ owner }) => owner === "edge");
    for (const { check, made } of ofEdge) {
      const number = Number(/\d+/.exec(check.name)?.[0]);
      const wanted = number === 7 ? undefined : [`11111111111${number % 2}`];
      const allowed = made.inputs["allowedAccountIds"] as string | undefined;
      expect(allowed === undefined ? undefined : JSON.parse(allowed), check.name).toEqual(wanted);
    }
    expect(new Set(ofEdge.map(({ made }) => made.name)).size).toBe(3);
  });
});

describe("the outputs", () => {
  it("are flat, in the order of the numbers, and hold no secret", () => {
    const { cells, routers, routingTable } = dev.result;
    expect(cells.map(({ number }) => number)).toEqual(catalog.cells.map(({ number }) => number));
    for (const cell of cells) {
      for (const [key, value] of Object.entries(cell)) {
        expect(Array.isArray(value) || typeof value !== "object" || value === null, key).toBe(true);
      }
    }
    expect(routers.map(({ region }) => region)).toEqual(catalog.routers.map(({ region }) => region));
    expect(routingTable.cells.map(({ endpoint }) => endpoint)).toEqual(cells.map(({ endpoint }) => endpoint));
    const random = dev.resources.filter(({ type }) => type.startsWith("random:"));
    expect(random.length).toBeGreaterThan(0);
    expect(JSON.stringify(dev.result)).not.toMatch(/password|authToken/i);
  });
});

describe("a change of one cell", () => {
  it("leaves every other cell's plan as it is", async () => {
    const without = await planEnvironment(
      parseCatalog(text.replace("  - { number: 3, locality: US, region: us-east-2 }\n", ""), "without-3.yaml"),
    );
    const cellsOf = (environment: Environment): string[] => {
      const owner = ownerOf(environment);
      return environment.resources
        .filter((resource) => ![3, undefined].includes(owner(resource)))
        .map((resource) => JSON.stringify([resource.urn, resource.inputs, resource.parent, resource.dependencies]))
        .sort();
    };
    expect(cellsOf(without)).toEqual(cellsOf(dev));
  });
});
