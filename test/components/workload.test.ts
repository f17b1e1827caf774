import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";

import type { SizeClassName } from "../../catalog/model";
import { sizes } from "../../catalog/sizes";
import { workloadPolicy } from "../../components/cell/workload/identity";
import { policySpecs } from "../../components/cell/workload/network-policies";
import { connectionsPerPod, pgbouncerIni, poolReplicas, userlist } from "../../components/cell/workload/pgbouncer";
import type { PlannedResource } from "../../adapters/pulumi/plan/plan";
import { kubernetesBackend } from "../../local/providers/kubernetes/provider";
import { chineseCell, ofType, testCell } from "../harness/cell";
import { password, planCompute } from "./workload-fixture";

type Resources = readonly PlannedResource[];
let resources: Resources;
beforeAll(async () => {
  resources = (await planCompute(testCell())).resources;
});

const objects = (of: Resources) => of.filter(({ type }) => type.startsWith("kubernetes:"));
const object = (kind: string, name: string): PlannedResource["inputs"] => {
  const found = objects(resources).find(
    ({ type, inputs }) => type.endsWith(`:${kind}`) && inputs["metadata"].name === name,
  );
  expect(found, `${kind} ${name}`).toBeDefined();
  return found?.inputs ?? {};
};
const pod = (name: string) => object("Deployment", name)["spec"].template.spec as PlannedResource["inputs"];

describe("the manifests", () => {
  it.each([
    ["dev", testCell()],
    ["small", testCell({ sizeClass: "small", rabbitmq: false })],
    ["medium", testCell({ sizeClass: "medium" })],
    ["large", testCell({ sizeClass: "large" })],
    ["China", chineseCell()],
  ])("of %s are what Kubernetes takes", async (_name, cell) => {
    const all = objects((await planCompute(cell)).resources);
    expect(all).toHaveLength(19);
    const backend = kubernetesBackend("unused");
    const session = { cell: `cell-${cell.number}` };
    for (const { type, inputs } of all) expect(() => backend.check(session, type, inputs)).not.toThrow();
  });

  it("are all in the cell's namespace, which enforces the restricted standard", () => {
    for (const { inputs, type } of objects(resources)) {
      if (!type.endsWith(":Namespace")) expect(inputs["metadata"].namespace).toBe("app");
      expect(inputs["metadata"].labels["cells/cell"]).toBe("cell-3");
    }
    expect(object("Namespace", "app")["metadata"].labels).toMatchObject({
      "pod-security.kubernetes.io/enforce": "restricted",
    });
  });

  it.each(["app", "postgres-pool"])("%s runs as the restricted standard asks", (name) => {
    const spec = pod(name);
    expect(spec["securityContext"]).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
    expect(spec["automountServiceAccountToken"]).toBe(false);
    for (const container of spec["containers"]) {
      expect(container.securityContext).toMatchObject({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
      expect(container.resources.requests).toBeDefined();
      expect(container.resources.limits.memory).toBeDefined();
      expect(container.readinessProbe).toBeDefined();
      expect(container.livenessProbe).toBeDefined();
      expect(container.lifecycle.preStop).toBeDefined();
    }
    const topologies = spec["topologySpreadConstraints"].map(({ topologyKey }: { topologyKey: string }) => topologyKey);
    expect(topologies).toEqual(["topology.kubernetes.io/zone", "kubernetes.io/hostname"]);
  });

  it("run the cell's release, in the class's numbers", () => {
    expect(pod("app")["containers"][0].image).toMatch(/:1\.0\.0$/);
    expect(object("Deployment", "app")["spec"].replicas).toBe(sizes.dev.app.replicas);
    expect(object("HorizontalPodAutoscaler", "app")["spec"]).toMatchObject({
      minReplicas: sizes.dev.app.replicas,
      maxReplicas: sizes.dev.app.maxReplicas,
    });
    expect(object("Service", "app")["spec"]).toMatchObject({ type: "NodePort", ports: [{ nodePort: 30443 }] });
    expect(object("PodDisruptionBudget", "app")["spec"]).toMatchObject({ maxUnavailable: "25%" });
  });

  it("name the cell's own hosts, and no other cell's", () => {
    const { data } = object("ConfigMap", "app");
    expect(data).toMatchObject({
      CELL: "cell-3",
      POSTGRES_PRIMARY_HOST: "postgres-cell-3-primary.cell-3.internal",
      REDIS_HOSTS: [0, 1, 2].map((n) => `redis-cell-3-${n}.cell-3.internal`).join(","),
      KAFKA_HOSTS: [0, 1, 2].map((n) => `kafka-cell-3-${n}.cell-3.internal`).join(","),
      MEMCACHED_HOST: "memcached-cell-3.cell-3.internal",
      RABBITMQ_HOST: "rabbitmq-cell-3.cell-3.internal",
      METRIC_DIMENSION_CELL: "cell-3",
    });
    expect(JSON.stringify(objects(resources).map(({ inputs }) => inputs))).not.toMatch(/cell-(?!3\b)\d+/);
  });

  it("keep the password in Kubernetes secrets, marked secret in Pulumi", () => {
    for (const { type, name, inputs, secretInputs } of objects(resources)) {
      const isSecret = type.endsWith(":Secret");
      const values = Object.values((isSecret ? inputs["data"] : {}) as Record<string, string>);
      const decoded = values.map((value) => Buffer.from(value, "base64").toString()).join("\n");
      expect(decoded.includes(password), name).toBe(isSecret);
      expect(JSON.stringify(inputs), name).not.toContain(password);
      // The official provider rewrites stringData, and a saved plan refuses that.
      expect(inputs, name).not.toHaveProperty("stringData");
      expect(secretInputs, name).toEqual(isSecret ? ["data"] : []);
    }
  });

  it("restart the pods when what they read changes", async () => {
    const digest = (of: Resources, name: string) =>
      objects(of).find(({ type, inputs }) => type.endsWith(":Deployment") && inputs["metadata"].name === name)?.inputs[
        "spec"
      ].template.metadata.annotations["cells/config"] as string;
    const other = (await planCompute(testCell({ sizeClass: "dev", locality: "US" }))).resources;
    expect(digest(resources, "app")).toMatch(/^[0-9a-f]{16}$/);
    expect(digest(other, "app")).not.toBe(digest(resources, "app"));
    expect(digest(other, "postgres-pool")).toBe(digest(resources, "postgres-pool"));
  });
});

describe("the connection pool", () => {
  it("is exactly the class's, in every class: pods, no surge, connections", () => {
    expect(object("Deployment", "postgres-pool")["spec"]).toMatchObject({
      replicas: 2,
      strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
    });
    for (const { postgres } of Object.values(sizes))
      expect(poolReplicas * connectionsPerPod(postgres.poolSize)).toBe(100);
    const ini = object("ConfigMap", "postgres-pool")["data"]["pgbouncer.ini"] as string;
    expect(ini).toContain("pool_mode = transaction");
    expect(ini).toContain("max_db_connections = 50");
    expect(ini).toContain("server_tls_sslmode = require");
    expect(object("PodDisruptionBudget", "postgres-pool")["spec"]).toMatchObject({ minAvailable: 1 });
  });

  it("never holds more than the pool, whatever its size", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 5000 }), (poolSize) => {
        const total = poolReplicas * connectionsPerPod(poolSize);
        return total <= poolSize && total > poolSize - poolReplicas;
      }),
    );
  });

  it("verifies the server where it is given the CA", () => {
    const options = { primaryHost: "a", replicaHost: "b", port: 5432, database: "app", user: "u", poolSize: 100 };
    expect(pgbouncerIni({ ...options, verified: true })).toMatch(/sslmode = verify-full\nserver_tls_ca_file/);
    expect(pgbouncerIni({ ...options, verified: false })).not.toContain("ca_file");
  });

  it("quotes any password", () => {
    expect(userlist("u", 'a"b')).toBe('"u" "a""b"\n');
  });
});

describe("the network policies", () => {
  const specs = policySpecs(testCell(), ["10.3.224.0/22"], 8080);
  const egress = (name: string) => specs[name]?.egress as { to: object[]; ports: { port: number }[] }[];

  it("deny all traffic by default", () => {
    expect(specs["default-deny"]).toEqual({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
  });

  it("the application reaches the cell's data, its pool, names, and AWS; nothing beyond the cell", () => {
    const blocks = Object.values(specs).flatMap((spec) => JSON.stringify(spec).match(/\d+\.\d+\.\d+\.\d+\/\d+/g) ?? []);
    expect([...new Set(blocks)].sort()).toEqual(["10.3.0.0/16", "10.3.224.0/22", "169.254.170.23/32"]);
    const ports = egress("app").flatMap((rule) => rule.ports.map(({ port }) => port));
    expect(ports.sort((a, b) => a - b)).toEqual([80, 443, 5671, 6379, 6432, 9098, 11211]);
  });

  it("only the pool reaches Postgres", () => {
    const reaching = Object.keys(specs).filter((name) => JSON.stringify(specs[name]).includes("5432"));
    expect(reaching).toEqual(["postgres-pool"]);
  });

  it("a cell without RabbitMQ does not open its port", () => {
    expect(JSON.stringify(policySpecs(testCell({ rabbitmq: false }), [], 8080))).not.toContain("5671");
  });

  it("in the plan, the data blocks are the cell's data subnets", () => {
    const planned = object("NetworkPolicy", "app")["spec"].egress[1].to;
    expect(planned).toEqual(["10.3.224.0/22", "10.3.228.0/22", "10.3.232.0/22"].map((cidr) => ({ ipBlock: { cidr } })));
  });
});

describe("the application's rights in AWS", () => {
  const own = {
    keyArn: "arn:aws:kms:eu-west-1:1:key/k",
    kafkaArn: "arn:aws:kafka:eu-west-1:1:cluster/dev-cell-3-kafka/u",
    secretArns: ["arn:aws:secretsmanager:eu-west-1:1:secret:dev-cell-3/postgres-a"],
  };

  it("are the cell's own things; a star only where AWS has nothing narrower, and then a condition", () => {
    for (const statement of workloadPolicy(testCell(), own).Statement) {
      const { Resource: resource, Condition: condition, Action: actions } = statement;
      if (resource === "*") expect(condition).toEqual({ StringEquals: { "cloudwatch:namespace": "Cells" } });
      else expect(JSON.stringify(resource)).toMatch(/dev-cell-3|key\/k/);
      expect(JSON.stringify(actions)).not.toContain("*");
    }
  });

  it("are taken on by its own pods in its own cluster only", () => {
    const role = ofType(resources, "aws:iam/role:Role").find(({ name }) => name === "cell-3-workload-role");
    const trust = JSON.parse(role?.inputs["assumeRolePolicy"] as string) as { Statement: { Condition: object }[] };
    expect(trust.Statement[0]?.Condition).toEqual({
      StringEquals: {
        "aws:RequestTag/eks-cluster-arn": "arn:aws:eks:eu-west-1:123456789012:cluster/dev-cell-3-app",
        "aws:RequestTag/kubernetes-namespace": "app",
        "aws:RequestTag/kubernetes-service-account": "app",
      },
    });
  });
});

describe("the quota", () => {
  it.each(Object.keys(sizes) as SizeClassName[])("of class %s fits the nodes it has", (name) => {
    const { app, nodes } = sizes[name];
    // vCPUs by the suffix of the instance type; the least that can hold the wanted number of pods.
    const cpus = { medium: 2, large: 2, xlarge: 4, "2xlarge": 8 }[nodes.instanceType.split(".")[1] ?? ""] ?? 0;
    expect(app.replicas * app.cpuMillis).toBeLessThan(nodes.count * cpus * 1000);
  });
});
