import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";

import type { Cell } from "../../catalog/model";
import { sizes } from "../../catalog/sizes";
import { outOfReach } from "../../components/cell/images";
import { keyPolicy } from "../../components/cell/key-policy";
import type { WorkloadArgs } from "../../components/cell/workload";
import { workloadPolicy } from "../../components/cell/workload/identity";
import { scramVerifier } from "../../components/cell/workload/app-user";
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
/** The application's, as the plan invents it. */
const passwordOfApp = (): string => {
  const { DATABASE_URL } = object("Secret", "app")["data"] as Record<string, string>;
  return new URL(Buffer.from(DATABASE_URL ?? "", "base64").toString()).password;
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
    expect(all).toHaveLength(21);
    const backend = kubernetesBackend("unused");
    const session = { ...backend.configure({}), cell: `cell-${cell.number}` };
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
    for (const container of [...(spec["initContainers"] ?? []), ...spec["containers"]]) {
      expect(container.securityContext).toMatchObject({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
      expect(container.resources.requests).toBeDefined();
      expect(container.resources.limits.memory).toBeDefined();
    }
    for (const container of spec["containers"]) {
      expect(container.readinessProbe).toBeDefined();
      expect(container.livenessProbe).toBeDefined();
      expect(container.lifecycle.preStop).toBeDefined();
    }
    const spread = spec["topologySpreadConstraints"] as { topologyKey: string; nodeTaintsPolicy: string }[];
    expect(spread.map(({ topologyKey }) => topologyKey)).toEqual([
      "topology.kubernetes.io/zone",
      "kubernetes.io/hostname",
    ]);
    // With Ignore, a dead node counts as an empty one, and a strict constraint keeps the replacements pending.
    for (const { nodeTaintsPolicy } of spread) expect(nodeTaintsPolicy).toBe("Honor");
  });

  it.each(["app", "postgres-pool"])(
    "%s runs on the live colour alone: its rollout ends only on the nodes that stay",
    async (name) => {
      const colour = (of: Resources) =>
        objects(of).find(({ type, inputs }) => type.endsWith(":Deployment") && inputs["metadata"].name === name)
          ?.inputs["spec"].template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution
          ?.nodeSelectorTerms[0].matchExpressions[0].values as string[];
      expect(colour(resources)).toEqual(["blue"]);
      expect(colour((await planCompute(testCell({ bothNodes: true, liveNodes: "green" }))).resources)).toEqual([
        "green",
      ]);
    },
  );

  it("have disruption budgets that no unhealthy pod can use up: a node is updated all the same", () => {
    const budgets = objects(resources).filter(({ type }) => type.endsWith(":PodDisruptionBudget"));
    expect(budgets).toHaveLength(2);
    for (const { name, inputs } of budgets) {
      expect(inputs["spec"].unhealthyPodEvictionPolicy, name).toBe("AlwaysAllow");
    }
  });

  it("start the application only when its identity and rights are there", () => {
    const app = objects(resources).find(({ name }) => name === "cell-3-k8s-app");
    for (const type of ["aws:eks/podIdentityAssociation:PodIdentityAssociation", "aws:iam/rolePolicy:RolePolicy"]) {
      expect(app?.dependencies).toContain(ofType(resources, type)[0]?.urn);
    }
  });

  it("change configuration in place: with fixed names, a replacement deletes first", () => {
    const [provider] = ofType(resources, "pulumi:providers:kubernetes");
    const kubernetes = kubernetesBackend("unused");
    const session = kubernetes.configure(provider?.inputs ?? {});
    for (const { type, inputs } of objects(resources).filter(({ type }) => /:(ConfigMap|Secret)$/.test(type))) {
      const changed = { ...inputs, data: { other: "dmFsdWU=" } };
      expect(kubernetes.diff(session, type, inputs, {}, changed).replaces, type).toEqual([]);
    }
  });

  it("are pulled from the ECR of the cell's account and region, in China too", async () => {
    const imagesOf = async (cell: Cell, workload: Pick<Partial<WorkloadArgs>, "image" | "images"> = {}) => {
      const { resources } = await planCompute(cell, { workload });
      const deployments = ofType(resources, "kubernetes:apps/v1:Deployment");
      return deployments.map(({ inputs }) => inputs["spec"].template.spec.containers[0].image as string).sort();
    };
    const ecr = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
    expect(await imagesOf(testCell())).toEqual([
      `${ecr}/docker-hub/edoburu/pgbouncer:v1.24.1-p1`,
      `${ecr}/github/stefanprodan/podinfo:1.0.0`,
    ]);
    const chinese = "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn";
    expect(await imagesOf(chineseCell())).toEqual([
      `${chinese}/docker-hub/edoburu/pgbouncer:v1.24.1-p1`,
      `${chinese}/github/stefanprodan/podinfo:1.0.0`,
    ]);
    // No name of Docker Hub leads past ECR: its blobs would not come through the cell's S3 endpoint.
    for (const image of ["app", "library/app", "docker.io/library/app", "index.docker.io/library/app"]) {
      expect(await imagesOf(testCell(), { image })).toContain(`${ecr}/docker-hub/library/app:1.0.0`);
    }
    const own = { image: "quay.io/team/app", images: { pool: "quay.io/team/pool:2", mirrors: { "quay.io": "quay" } } };
    expect(await imagesOf(chineseCell(), own)).toEqual([
      `${chinese}/quay/team/app:1.0.0`,
      `${chinese}/quay/team/pool:2`,
    ]);
    expect(await imagesOf(testCell(), { image: "localhost:5000/app" })).toContain("localhost:5000/app:1.0.0");
    for (const [image, message] of [
      ["quay.io/team/app", /^cell-7 is in China and cannot rely on quay\.io for quay\.io\/team\/app: copy the image/],
      ["123456789012.dkr.ecr.eu-west-1.amazonaws.com/app", /cannot rely on 123456789012/],
    ] as const) {
      expect(outOfReach(chineseCell(), undefined, image)).toMatch(message);
      expect(outOfReach(testCell(), undefined, image)).toBeUndefined();
    }
    for (const image of ["app", "ghcr.io/team/app", `${chinese}/app`]) {
      expect(outOfReach(chineseCell(), undefined, image)).toBeUndefined();
    }
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
      REDIS_HOSTS: expect.stringMatching(/^(dev-cell-3-redis-00[123]\.dev-cell-3-redis\.[^,]+,?){3}$/) as string,
      MEMCACHED_HOST: "dev-cell-3-memcached.x.cfg.cache.amazonaws.com",
      RABBITMQ_HOST: "b-1.mq.eu-west-1.amazonaws.com",
      METRIC_DIMENSION_CELL: "cell-3",
    });
    const hosts = Object.entries(data as Record<string, string>).filter(([key]) => /HOSTS?$|BROKERS$/.test(key));
    expect(hosts.map(([key]) => key).sort()).toEqual([
      "KAFKA_BROKERS",
      "MEMCACHED_HOST",
      "POSTGRES_HOST",
      "RABBITMQ_HOST",
      "REDIS_HOSTS",
      "REDIS_TLS_HOST",
    ]);
    // The pool is reached inside the namespace. All others speak TLS, and AWS's certificates carry only AWS's names.
    for (const [key, value] of hosts) {
      if (key === "POSTGRES_HOST") expect(value).toBe("postgres-pool");
      else for (const host of value.split(",")) expect(host, key).toMatch(/\.amazonaws\.com(:\d+)?$/);
    }
    expect(JSON.stringify(objects(resources).map(({ inputs }) => inputs))).not.toMatch(/cell-(?!3\b)\d+/);
  });

  it("keep the password in Kubernetes secrets, marked secret in Pulumi", () => {
    const appPassword = passwordOfApp();
    expect(appPassword).toMatch(/^\w{40}$/);
    for (const { type, name, inputs, secretInputs } of objects(resources)) {
      const isSecret = type.endsWith(":Secret");
      const values = Object.values((isSecret ? inputs["data"] : {}) as Record<string, string>);
      const decoded = values.map((value) => Buffer.from(value, "base64").toString()).join("\n");
      // The administrator's is the pool's alone.
      expect(decoded.includes(password), name).toBe(isSecret && inputs["metadata"].name === "postgres-pool");
      expect(decoded.includes(appPassword), name).toBe(isSecret);
      expect(JSON.stringify(inputs), name).not.toContain(appPassword);
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

  it("gives up a database that answers nothing within half a minute", () => {
    const ini = object("ConfigMap", "postgres-pool")["data"]["pgbouncer.ini"] as string;
    const setting = (name: string) => Number(new RegExp(`^${name} = (\\d+)$`, "m").exec(ini)?.[1]);
    const idle = setting("tcp_keepidle") + setting("tcp_keepintvl") * setting("tcp_keepcnt");
    expect(idle).toBeLessThanOrEqual(30);
    expect(setting("tcp_user_timeout") / 1000).toBeLessThanOrEqual(30);
  });

  it("ends between transactions, before Kubernetes ends it: pause, SIGINT, wait", () => {
    const hook = (name: string) =>
      pod(name)["containers"][0].lifecycle.preStop as Record<string, PlannedResource["inputs"]>;
    const [shell, flag, script] = hook("postgres-pool")["exec"]?.["command"] as string[];
    expect([shell, flag]).toEqual(["sh", "-c"]);
    const [, pause] = /^sleep (\d+); kill -INT 1; while kill -0 1; do sleep 1; done$/.exec(script ?? "") ?? [];
    const left = (pod("postgres-pool")["terminationGracePeriodSeconds"] as number) - Number(pause);
    // A transaction lasts no longer than a request, and a request ends before its own pod does.
    const request = pod("app")["terminationGracePeriodSeconds"] - hook("app")["sleep"]?.["seconds"];
    expect(left).toBeGreaterThanOrEqual(request);
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
    const hosts = { primaryHost: "a", replicaHost: "b", port: 5432, database: "app" };
    const options = { ...hosts, user: "u", admin: "a", poolSize: 100 };
    expect(pgbouncerIni({ ...options, verified: true })).toMatch(/sslmode = verify-full\nserver_tls_ca_file/);
    expect(pgbouncerIni({ ...options, verified: false })).not.toContain("ca_file");
  });

  it("quotes any password", () => {
    expect(userlist({ u: 'a"b', v: "c" })).toBe('"u" "a""b"\n"v" "c"\n');
  });

  it("serves as the application's user, which cannot pause it and is not the database's administrator", () => {
    const ini = object("ConfigMap", "postgres-pool")["data"]["pgbouncer.ini"] as string;
    expect(ini.match(/ user=(\w+)$/gm)).toEqual([" user=app", " user=app"]);
    expect(ini).toContain("admin_users = cell_admin\n");
    const { DATABASE_URL } = object("Secret", "app")["data"] as Record<string, string>;
    expect(Buffer.from(DATABASE_URL ?? "", "base64").toString()).toMatch(
      /^postgres:\/\/app:\w{40}@postgres-pool:6432\/app$/,
    );
  });

  it("creates that user before each start, verifying the server as the pool does", async () => {
    const [container] = pod("postgres-pool")["initContainers"] as PlannedResource["inputs"][];
    const { command, env, volumeMounts } = container as {
      command: string[];
      env: { name: string; value?: string }[];
      volumeMounts: { name: string; mountPath: string }[];
    };
    const sql = object("ConfigMap", "postgres-pool")["data"]["app-user.sql"] as string;
    expect(command).toContain("--file=/etc/pgbouncer/app-user.sql");
    expect(volumeMounts.map(({ name, mountPath }) => [name, mountPath])).toEqual([["config", "/etc/pgbouncer"]]);
    const values = Object.fromEntries(env.map(({ name, value }) => [name, value]));
    expect(values).toMatchObject({ PGUSER: "cell_admin", PGDATABASE: "app", PGSSLMODE: "require" });
    // Each variable that holds a secret is a key of the pool's Secret, and the SQL reads no other.
    const secret = object("Secret", "postgres-pool")["data"] as Record<string, string>;
    const hidden = env.filter(({ value }) => value === undefined).map(({ name }) => name);
    expect(Object.keys(secret).sort()).toEqual([...hidden, "userlist.txt"].sort());
    expect(sql.match(/\\getenv \w+ (\w+)/)?.[1]).toBe("APP_VERIFIER");
    // A password in a statement may reach the log.
    expect(Buffer.from(secret["APP_VERIFIER"] ?? "", "base64").toString()).toMatch(/^SCRAM-SHA-256\$4096:/);
    // The user may not administer: no attribute but LOGIN, no role of another.
    expect(sql.match(/(CREATE|ALTER) ROLE .*/g)?.join("\n")).not.toMatch(/SUPERUSER|CREATEROLE|CREATEDB|REPLICATION/);
    expect(sql.match(/^GRANT .* TO app;$/gm)).toEqual([
      "GRANT CREATE ON DATABASE app TO app;",
      "GRANT USAGE, CREATE ON SCHEMA public TO app;",
    ]);
    const verified = (await planCompute(testCell(), { caBundle: "PEM" })).resources;
    const deployment = objects(verified).find(({ name }) => name === "cell-3-k8s-pool")?.inputs;
    expect(JSON.stringify(deployment?.["spec"].template.spec.initContainers)).toContain(
      '{"name":"PGSSLMODE","value":"verify-full"},{"name":"PGSSLROOTCERT","value":"/etc/pgbouncer/rds-ca.pem"}',
    );
  });

  it("keeps the password out of SQL by a verifier of PostgreSQL's own form", () => {
    // PostgreSQL 15 let the user in with this verifier and password.
    expect(scramVerifier("s3cretS3cret", "prod-cell-3")).toBe(
      "SCRAM-SHA-256$4096:nuILlfKVom5xQSCxObTCRg==$" +
        "AArzx1c6dVzdyFbvhX117JvXDVouL2zbdXe2rdot6zg=:5y+yA80MkO9Yo+EHMxCveIgh75V8BEjX9xL/2ACqv7M=",
    );
    expect(scramVerifier("s3cretS3cret", "prod-cell-4")).not.toBe(scramVerifier("s3cretS3cret", "prod-cell-3"));
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

  it("cover Kafka's transactions, idempotent writes and the configuration of topics", () => {
    const granted = (resource: RegExp) =>
      workloadPolicy(testCell(), own)
        .Statement.filter(({ Resource }) => typeof Resource === "string" && resource.test(Resource))
        .flatMap(({ Action }) => Action as string[]);
    expect(granted(/:cluster\/dev-cell-3-kafka\/u$/)).toContain("kafka-cluster:WriteDataIdempotently");
    expect(granted(/:topic\/dev-cell-3-kafka\/u\/\*$/)).toContain("kafka-cluster:DescribeTopicDynamicConfiguration");
    expect(granted(/:transactional-id\/dev-cell-3-kafka\/u\/\*$/).sort()).toEqual([
      "kafka-cluster:AlterTransactionalId",
      "kafka-cluster:DescribeTransactionalId",
    ]);
  });

  it("include each action that AWS requires for another one", () => {
    const actions = workloadPolicy(testCell(), own).Statement.flatMap(({ Action }) => Action as string | string[]);
    // https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html
    const required: Readonly<Record<string, readonly string[]>> = {
      AlterGroup: ["Connect", "DescribeGroup"],
      AlterTransactionalId: ["Connect", "DescribeTransactionalId", "WriteData"],
      CreateTopic: ["Connect"],
      DescribeCluster: ["Connect"],
      DescribeGroup: ["Connect"],
      DescribeTopic: ["Connect"],
      DescribeTopicDynamicConfiguration: ["Connect"],
      DescribeTransactionalId: ["Connect"],
      ReadData: ["Connect", "DescribeTopic", "AlterGroup"],
      WriteData: ["Connect", "DescribeTopic"],
      WriteDataIdempotently: ["Connect", "WriteData"],
    };
    const kafka = actions.filter((action) => action.startsWith("kafka-cluster:")).map((action) => action.slice(14));
    expect(kafka.filter((action) => action !== "Connect").sort()).toEqual(Object.keys(required).sort());
    for (const action of kafka) for (const other of required[action] ?? []) expect(kafka, action).toContain(other);
  });

  it("open the key through Secrets Manager as the key's own policy spells it", () => {
    for (const cell of [testCell(), chineseCell()]) {
      const statement = workloadPolicy(cell, own).Statement.find(({ Sid }) => Sid === "OwnKeyThroughSecrets");
      const spelled = (statement?.["Condition"] as { StringEquals: Record<string, string[]> }).StringEquals;
      const { Statement } = keyPolicy(cell, { prefix: "dev-cell-3" }, "123456789012");
      const through = Statement.find(({ Sid }) => Sid === "AccountUsesKeyThroughServices")?.Condition?.["StringEquals"];
      const admitted = (through?.["kms:ViaService"] as string[]).filter((name) => name.startsWith("secretsmanager."));
      expect(spelled["kms:ViaService"]).toEqual(admitted);
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
