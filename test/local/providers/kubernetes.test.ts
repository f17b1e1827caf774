import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";
import { parse } from "yaml";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { kubernetesBackend, type KubernetesSession } from "../../../local/providers/kubernetes/provider";
import type { Backend } from "../../../local/providers/backend";
import type { Properties } from "../../../local/providers/properties";
import { kubeconfig } from "../../../components/cell/kubeconfig";
import { quantity } from "../../../components/cell/workload/limits";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

let directory: string;
let backend: Backend<KubernetesSession>;
let session: KubernetesSession;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "cells-kubernetes-"));
  backend = kubernetesBackend(directory);
  session = backend.configure({
    kubeconfig: kubeconfig({
      cell: { region: "eu-west-1" },
      clusterName: "dev-cell-3-app",
      endpoint: "https://example.com",
      certificateAuthority: "Zm9v",
    }),
  });
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const deploymentToken = "kubernetes:apps/v1:Deployment";
const secretToken = "kubernetes:core/v1:Secret";
const labels = { "app.kubernetes.io/name": "app" };

function deployment(change: (inputs: Properties) => void = () => {}): Properties {
  const inputs: Properties = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "app", namespace: "app", labels },
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: "app", image: "example/app:1", ports: [{ name: "http", containerPort: 8080 }] }] },
      },
    },
  };
  change(inputs);
  return inputs;
}

const container = (inputs: Properties): Properties => inputs["spec"].template.spec.containers[0] as Properties;
const file = () => join(directory, "cell-3", "deployment-app.yaml");

describe("bad manifests are refused, each with its path and rule", () => {
  const cases: [string, (inputs: Properties) => void, RegExp][] = [
    ["a number that is text", (d) => (d["spec"].replicas = "3"), /spec\.replicas must be integer/],
    ["no selector", (d) => delete d["spec"].selector, /spec must have required property selector/],
    [
      "a container without a name",
      (d) => delete container(d)["name"],
      /spec\.template\.spec\.containers\[0\] must have required property name/,
    ],
    ["a container without an image", (d) => delete container(d)["image"], /containers\[0\]\.image is missing/],
    ["a misspelt field", (d) => (d["spec"].replica = 3), /spec\.replica is not a field of this kind/],
    [
      "a misspelt field far inside",
      (d) => (container(d)["livenessprobe"] = {}),
      /containers\[0\]\.livenessprobe is not a field/,
    ],
    ["a name with an underscore", (d) => (d["metadata"].name = "my_app"), /metadata\.name must be/],
    ["no name", (d) => delete d["metadata"].name, /metadata\.name is missing/],
    ["a label value with a space", (d) => (d["metadata"].labels = { a: "b c" }), /metadata\.labels\.a must be/],
    [
      "a selector that selects nothing",
      (d) => (d["spec"].template.metadata.labels = { a: "b" }),
      /must equal spec\.selector\.matchLabels/,
    ],
    [
      "a mount of no volume",
      (d) => (container(d)["volumeMounts"] = [{ name: "x", mountPath: "/x" }]),
      /no volume is called x/,
    ],
    [
      "a probe of no port",
      (d) => (container(d)["readinessProbe"] = { httpGet: { path: "/", port: "web" } }),
      /no port is called web/,
    ],
    [
      "a port without a number",
      (d) => (container(d)["ports"] = [{ name: "http" }]),
      /ports\[0\] must have required property containerPort/,
    ],
  ];
  it.each(cases)("%s", (_name, change, message) => {
    expect(() => backend.check(session, deploymentToken, deployment(change))).toThrow(message);
    expect(existsSync(file())).toBe(false);
  });

  it("all at once, with the cell and the object", () => {
    const bad = deployment((d) => {
      d["spec"].replicas = "3";
      d["spec"].replica = 3;
      delete container(d)["image"];
    });
    let message = "";
    try {
      backend.check(session, deploymentToken, bad);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message.split("\n")[0]).toBe("cell-3: Deployment app is not what Kubernetes takes:");
    expect(message.split("\n")).toHaveLength(4);
  });

  it("a NodePort out of range, or on a service that has none", () => {
    const service = (type: string, nodePort: number) => ({
      metadata: { name: "app", namespace: "app" },
      spec: { type, ports: [{ port: 80, nodePort }] },
    });
    const check = (inputs: Properties) => () => backend.check(session, "kubernetes:core/v1:Service", inputs);
    expect(check(service("NodePort", 8080))).toThrow(/from 30000 to 32767/);
    expect(check(service("ClusterIP", 30443))).toThrow(/needs spec.type/);
    expect(check(service("NodePort", 30443))).not.toThrow();
  });

  it("a kind that Kubernetes does not have", () => {
    expect(() => backend.check(session, "kubernetes:apps/v1:Deploymint", {})).toThrow(
      /does not support kubernetes:apps\/v1:Deploymint/,
    );
    expect(() => backend.check(session, "kubernetes:helm.sh/v3:Release", {})).toThrow(/does not support/);
  });

  it("except values that are unknown in a preview", () => {
    const inputs = deployment((d) => {
      d["spec"].replicas = unknown;
      container(d)["image"] = unknown;
    });
    expect(backend.check(session, deploymentToken, inputs)).toEqual(inputs);
  });
});

describe("the files on disk are the cluster", () => {
  it("creates with the real provider's outputs, reads back without drift, updates, and deletes the last trace", async () => {
    const inputs = deployment();
    const { id, outputs } = await backend.create(session, deploymentToken, inputs, "x");
    expect(id).toBe("app/app");
    expect(outputs["metadata"]).toMatchObject({ name: "app", namespace: "app", generation: 1 });
    expect(outputs["metadata"].uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(parse(readFileSync(file(), "utf8"))).toMatchObject({
      apiVersion: "apps/v1",
      kind: "Deployment",
      spec: { replicas: 3 },
    });

    const same = await backend.read(session, deploymentToken, id, outputs, inputs);
    expect(same?.inputs).toEqual(inputs);
    expect(same?.outputs["metadata"]).toEqual(outputs["metadata"]);

    const next = deployment((d) => (d["spec"].replicas = 5));
    expect([...backend.diff(session, deploymentToken, inputs, outputs, next).changed]).toEqual(["spec"]);
    expect(backend.diff(session, deploymentToken, inputs, outputs, next).replaces).toEqual([]);
    const updated = await backend.update(session, deploymentToken, id, next, inputs, outputs);
    expect(updated["metadata"]).toMatchObject({ uid: outputs["metadata"].uid, generation: 2 });
    expect((await backend.read(session, deploymentToken, id, updated, next))?.inputs).toEqual(next);

    await backend.delete(session, deploymentToken, id, updated);
    expect(await backend.read(session, deploymentToken, id, updated, next)).toBeUndefined();
    expect(readdirSync(directory)).toEqual([]);
    await backend.delete(session, deploymentToken, id, updated);
  });

  it("an edited file is drift", async () => {
    const inputs = deployment();
    const { id, outputs } = await backend.create(session, deploymentToken, inputs, "x");
    const edited = parse(readFileSync(file(), "utf8")) as Properties;
    edited["spec"].replicas = 1;
    container(edited)["env"] = [{ name: "DEBUG", value: "1" }];
    writeFileSync(file(), JSON.stringify(edited));
    const seen = await backend.read(session, deploymentToken, id, outputs, inputs);
    expect(seen?.inputs["spec"].replicas).toBe(1);
    expect(container(seen?.inputs ?? {})["env"]).toEqual([{ name: "DEBUG", value: "1" }]);
  });

  it("a change of name, namespace or selector replaces the object", () => {
    const replaces = (change: (inputs: Properties) => void) =>
      backend.diff(session, deploymentToken, deployment(), {}, deployment(change)).replaces;
    expect(replaces((d) => (d["metadata"].name = "other"))).toEqual(["metadata"]);
    expect(replaces((d) => (d["metadata"].namespace = "other"))).toEqual(["metadata"]);
    expect(replaces((d) => (d["spec"].selector.matchLabels = { a: "b" }))).toEqual(["spec"]);
    expect(replaces((d) => (d["metadata"].labels = { ...labels, a: "b" }))).toEqual([]);
  });

  it("replaces what Pulumi's Kubernetes provider replaces, and data unless its settings say otherwise", () => {
    const replaces = (
      token: string,
      one: Properties,
      other: Properties,
      settings: Properties = {},
    ): readonly string[] =>
      backend.diff(
        backend.configure(settings),
        `kubernetes:${token}`,
        { metadata: { name: "a" }, ...one },
        {},
        { metadata: { name: "a" }, ...other },
      ).replaces;
    const spec = (value: unknown) => ({ spec: value as Properties });
    const cases: [string, Properties, Properties, readonly string[]][] = [
      ["apps/v1:StatefulSet", spec({ volumeClaimTemplates: [] }), spec({ volumeClaimTemplates: [{}] }), ["spec"]],
      ["apps/v1:StatefulSet", spec({}), spec({ podManagementPolicy: "Parallel" }), ["spec"]],
      ["apps/v1:StatefulSet", spec({ revisionHistoryLimit: 3 }), spec({ revisionHistoryLimit: 4 }), ["spec"]],
      ["apps/v1:StatefulSet", spec({ replicas: 1 }), spec({ replicas: 2 }), []],
      ["apps/v1:Deployment", spec({ revisionHistoryLimit: 3 }), spec({ revisionHistoryLimit: 4 }), []],
      ["rbac.authorization.k8s.io/v1:RoleBinding", { roleRef: { name: "a" } }, { roleRef: { name: "b" } }, ["roleRef"]],
      ["rbac.authorization.k8s.io/v1:RoleBinding", { subjects: [] }, { subjects: [{ name: "b" }] }, []],
      ["rbac.authorization.k8s.io/v1:Role", { rules: [] }, { rules: [{ verbs: ["get"] }] }, []],
      ["core/v1:ResourceQuota", spec({ scopes: ["BestEffort"] }), spec({ scopes: ["Terminating"] }), ["spec"]],
      ["core/v1:ResourceQuota", spec({ hard: { pods: "1" } }), spec({ hard: { pods: "2" } }), []],
      [
        "storage.k8s.io/v1:StorageClass",
        { parameters: { type: "gp2" } },
        { parameters: { type: "gp3" } },
        ["parameters"],
      ],
      ["storage.k8s.io/v1:StorageClass", { provisioner: "a" }, { provisioner: "b" }, ["provisioner"]],
      ["batch/v1:Job", spec({ backoffLimit: 1 }), spec({ backoffLimit: 2 }), []],
      ["batch/v1:Job", spec({ template: { a: 1 } }), spec({ template: { a: 2 } }), ["spec"]],
      ["core/v1:PersistentVolume", spec({ csi: { driver: "a" } }), spec({ csi: { driver: "b" } }), ["spec"]],
      ["core/v1:PersistentVolumeClaim", spec({ storageClassName: "a" }), spec({ storageClassName: "b" }), ["spec"]],
      ["core/v1:PersistentVolumeClaim", spec({ resources: { a: 1 } }), spec({ resources: { a: 2 } }), []],
      ["core/v1:Secret", { type: "Opaque" }, { type: "kubernetes.io/tls" }, ["type"]],
    ];
    for (const [token, one, other, expected] of cases) expect(replaces(token, one, other), token).toEqual(expected);
    for (const [token, setting] of [
      ["core/v1:ConfigMap", "enableConfigMapMutable"],
      ["core/v1:Secret", "enableSecretMutable"],
    ] as const) {
      const [one, other] = [{ data: { a: "1" } }, { data: { a: "2" } }];
      expect(replaces(token, one, other)).toEqual(["data"]);
      for (const on of [true, "true"]) expect(replaces(token, one, other, { [setting]: on })).toEqual([]);
      expect(replaces(token, one, { ...other, immutable: true }, { [setting]: true })).toEqual(["data"]);
    }
  });

  it("the namespace is the default one where none is given, and a cluster's objects have none", async () => {
    const config = { metadata: { name: "app" }, data: { A: "1" } };
    const { id, outputs } = await backend.create(session, "kubernetes:core/v1:ConfigMap", config, "x");
    expect(id).toBe("default/app");
    expect((await backend.read(session, "kubernetes:core/v1:ConfigMap", id, outputs, config))?.inputs).toEqual(config);
    const elsewhere = { metadata: { name: "app", namespace: "app" }, data: {} };
    await expect(backend.create(session, "kubernetes:core/v1:ConfigMap", elsewhere, "x")).rejects.toThrow(
      /namespace default/,
    );
    const made = await backend.create(session, "kubernetes:core/v1:Namespace", { metadata: { name: "app" } }, "x");
    expect(made.id).toBe("app");
    expect(made.outputs["metadata"].namespace).toBeUndefined();
  });

  it("each cell has its own folder, found by its cluster's name", async () => {
    const other = backend.configure({ kubeconfig: "clusters: [{ name: prod-cell-12-app }]\n" });
    await backend.create(session, deploymentToken, deployment(), "x");
    await backend.create(other, deploymentToken, deployment(), "x");
    expect(readdirSync(directory).sort()).toEqual(["cell-12", "cell-3"]);
    const unconfigured = backend.configure({ kubeconfig: unknown });
    await expect(backend.create(unconfigured, deploymentToken, deployment(), "x")).rejects.toThrow(
      /names no cell's cluster/,
    );
  });
});

describe("secrets", () => {
  const secret = (value: string): Properties => ({
    metadata: { name: "app", namespace: "app" },
    type: "Opaque",
    stringData: { DATABASE_URL: value },
  });

  it("never reach the disk, for any value, and are no drift", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 8 }), async (value) => {
        const inputs = secret(value);
        const { id, outputs } = await backend.create(session, secretToken, inputs, "x");
        const text = readFileSync(join(directory, "cell-3", "secret-app.yaml"), "utf8");
        const { stringData } = parse(text) as { stringData: Record<string, string> };
        expect(stringData["DATABASE_URL"]).toMatch(/^sha256:[0-9a-f]{64}$/);
        expect(text).toContain("never written to disk");
        expect((await backend.read(session, secretToken, id, outputs, inputs))?.inputs["stringData"]).toEqual(
          inputs["stringData"],
        );
      }),
      { numRuns: 50 },
    );
  });

  it("show a manual change as drift, as a digest", async () => {
    const inputs = secret("postgres://one");
    const { id, outputs } = await backend.create(session, secretToken, inputs, "x");
    await backend.update(session, secretToken, id, secret("postgres://two"), inputs, outputs);
    const seen = await backend.read(session, secretToken, id, outputs, inputs);
    expect(seen?.inputs["stringData"].DATABASE_URL).toMatch(/^sha256:/);
  });

  it("are in no message", () => {
    const bad = { ...secret("postgres://hidden"), metadata: { name: "NO_GOOD" } };
    expect(() => backend.check(session, secretToken, bad)).toThrow(/metadata\.name/);
    expect(() => backend.check(session, secretToken, bad)).not.toThrow(/hidden/);
  });
});

describe("a quantity", () => {
  it.each([
    ["4096Mi", "4Gi"],
    ["1024Ki", "1Mi"],
    ["256Mi", "256Mi"],
    ["1000m", "1"],
    ["3900m", "3900m"],
    ["1000", "1k"],
    ["12", "12"],
    ["0Mi", "0"],
    ["2.25GiB", "2.25GiB"],
  ])("%s is %s to Kubernetes", (written, canonical) => {
    expect(quantity(written)).toBe(canonical);
  });

  it("in another form is refused: the saved plan would not match what the API server returns", () => {
    const inputs = { metadata: { name: "cell", namespace: "app" }, spec: { hard: { "requests.memory": "4096Mi" } } };
    const backend = kubernetesBackend("unused");
    expect(() => backend.check(backend.configure({}), "kubernetes:core/v1:ResourceQuota", inputs)).toThrow(
      "spec.hard.requests.memory is 4Gi to Kubernetes",
    );
  });
});
