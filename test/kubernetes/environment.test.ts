import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { builtInJurisdictions } from "../../catalog/countries";
import { sizes } from "../../catalog/sizes";
import { isRunning } from "../../adapters/processes/process";
import { KubernetesClient, KubernetesError, type ClusterAccess } from "../../local/kubernetes/client";
import { processesOf } from "../../local/kubernetes/clusters";
import type { Session } from "../../local/session";
import { Cells, type StartedJson } from "../harness/cells";

/**
 * Two cells on real Kubernetes, as a person runs them: up, up again, a release, evictions, a node change-over, a
 * larger class, destroy. The tests are steps of one story and run in their order.
 */
const refused = Object.keys(builtInJurisdictions).filter((name) => name !== "EU");
const cell = (number: number, more = "") => `  - { number: ${number}, locality: EU, region: eu-west-1${more} }`;
const catalogOf = (first: string, release = "6.9.2") => `environment: dev
revision: 1
domain: dev.cells.example.com
localities: { EU: [eu-west-1] }
residency: { jurisdictions: { EU: [EU], ${refused.map((name) => `${name}: refuse`).join(", ")} } }
routers: [eu-west-1]
defaults:
  sizeClass: dev
  weight: 1
  tier: standard
  owner: platform
  dataClass: internal
  costCenter: cells
  capacity: { tenants: 1000, requestsPerSecond: 500 }
  release: "${release}"
  state: active
cells:
${first}
${cell(1)}
`;

interface Deployment {
  readonly spec: { readonly replicas: number };
  readonly status: { readonly availableReplicas?: number; readonly readyReplicas?: number };
}
interface Node {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
}
interface Pod {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly nodeName?: string; readonly containers: readonly { readonly image: string }[] };
  readonly status: { readonly phase: string };
}
interface Listed<T> {
  readonly items: readonly T[];
}

let cells: Cells;
let file: string;
let first: StartedJson;

/** The cluster of cell-0. */
function client(): KubernetesClient {
  const access = join(cells.directory, "dev/kubernetes/clusters/dev-cell-0-app/access.json");
  return new KubernetesClient(JSON.parse(readFileSync(access, "utf8")) as ClusterAccess);
}

const namespace = "/api/v1/namespaces/app";
const deployment = "/apis/apps/v1/namespaces/app/deployments/app";
const pods = async (component: string): Promise<readonly Pod[]> => {
  const query = `labelSelector=app.kubernetes.io%2Fname%3D${component}`;
  const { items } = await client().get<Listed<Pod>>(`${namespace}/pods?${query}`);
  return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
};
const session = (): Session => JSON.parse(readFileSync(join(cells.directory, "dev/session.json"), "utf8")) as Session;

/** Starts with another catalog, and watches the application of cell-0 meanwhile. @returns the fewest pods that served. */
async function startWith(text: string): Promise<{ readonly started: StartedJson; readonly fewest: number }> {
  writeFileSync(file, text);
  let fewest = Infinity;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const available = await client()
        .get<Deployment>(deployment)
        .then(
          ({ status }) => status.availableReplicas ?? 0,
          () => 0,
        );
      fewest = Math.min(fewest, available);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  })();
  try {
    const started = await cells.start(file);
    return { started, fewest };
  } finally {
    isOver = true;
    await watching;
  }
}

/** All nodes of cell-0 are of a colour and of a class, and carry what the application wants. */
async function nodesAre(colour: string, { nodes }: (typeof sizes)["dev"]): Promise<void> {
  const { items } = await eventually(
    () => client().get<Listed<Node>>("/api/v1/nodes"),
    (all) => all.items.every(({ metadata }) => metadata.labels["cells/colour"] === colour),
  );
  const kinds = items.map(({ metadata: { labels } }) =>
    [labels["cells/colour"], labels["node.kubernetes.io/instance-type"]].join(" "),
  );
  expect(kinds).toEqual(Array.from({ length: nodes.count }, () => `${colour} ${nodes.instanceType}`));
  const after = await eventually(
    () => client().get<Deployment>(deployment),
    ({ spec, status }) => status.availableReplicas === spec.replicas,
  );
  expect(after.status.availableReplicas).toBe(after.spec.replicas);
}

async function eventually<T>(probe: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries++) {
    const value = await probe();
    if (holds(value) || tries === 120) return value;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

beforeAll(async () => {
  cells = await Cells.create();
  file = join(cells.directory, "catalog.yaml");
  writeFileSync(file, catalogOf(cell(0)));
  first = await cells.start(file, "--kubernetes");
});
afterAll(() => cells?.dispose());

describe("an environment on real Kubernetes", () => {
  it("comes up through the official provider: nodes, application and pool are ready", async () => {
    expect(Object.keys(first.changes)).toEqual(["create"]);
    const { status } = await client().get<Deployment>(deployment);
    expect(status.readyReplicas).toBe(sizes.dev.app.replicas);
    const { items } = await client().get<Listed<Node>>("/api/v1/nodes");
    expect(items.map(({ metadata }) => metadata.labels["cells/colour"])).toEqual(
      Array.from({ length: sizes.dev.nodes.count }, () => "blue"),
    );
    const shown = await cells.run(["status", "--json"]);
    expect(Object.keys((JSON.parse(shown.stdout) as { kubernetes: object }).kubernetes)).toEqual([
      "dev-cell-0-app",
      "dev-cell-1-app",
    ]);
  });

  it("changes nothing the second time", async () => {
    const { started } = await startWith(catalogOf(cell(0)));
    expect(started.changes).toEqual({});
  });

  it("rolls a release out at the largest number of pods: no pod fails for the quota, none is missing", async () => {
    const replicas = sizes.dev.app.maxReplicas;
    await client().patch(`${deployment}/scale`, { spec: { replicas } });
    await eventually(
      () => client().get<Deployment>(deployment),
      ({ status }) => status.availableReplicas === replicas,
    );
    const { fewest } = await startWith(catalogOf(cell(0), "6.9.3"));
    expect(fewest).toBe(replicas);
    const running = await eventually(
      () => pods("app"),
      (all) => all.every(({ spec }) => spec.containers[0]!.image.endsWith(":6.9.3")),
    );
    expect(running.every(({ spec }) => spec.containers[0]!.image.endsWith(":6.9.3"))).toBe(true);
    const events = await client().get<Listed<{ reason: string; message: string }>>(`${namespace}/events`);
    expect(events.items.filter(({ reason }) => reason === "FailedCreate")).toEqual([]);
  });

  it("refuses a pod that the restricted standard forbids", async () => {
    const pod = { metadata: { name: "root" }, spec: { containers: [{ name: "root", image: "busybox" }] } };
    await expect(client().post(`${namespace}/pods`, pod)).rejects.toThrow(/violates PodSecurity "restricted/);
  });

  it("walls the namespace off: a policy denies what no other permits", async () => {
    const path = "/apis/networking.k8s.io/v1/namespaces/app/networkpolicies";
    const { items } = await client().get<Listed<{ metadata: { name: string }; spec: Record<string, unknown> }>>(path);
    const closed = items.filter(({ spec }) => spec["ingress"] === undefined && spec["egress"] === undefined);
    expect(closed.map(({ spec }) => [spec["podSelector"], spec["policyTypes"]])).toEqual([[{}, ["Ingress", "Egress"]]]);
  });

  it("evicts as many pods as the disruption budget permits, and no more", async () => {
    // On cordoned nodes no evicted pod is replaced at once, and the budget stays used.
    const { items: nodes } = await client().get<Listed<Node>>("/api/v1/nodes");
    const cordon = async (unschedulable: boolean): Promise<void> => {
      for (const { metadata } of nodes)
        await client().patch(`/api/v1/nodes/${metadata.name}`, { spec: { unschedulable } });
    };
    await cordon(true);
    const all = await pods("app");
    const outcomes = await Promise.all(
      all.map(async ({ metadata }) => {
        const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: metadata.name } };
        return client()
          .post(`${namespace}/pods/${metadata.name}/eviction`, eviction)
          .then(
            () => 201,
            (error: KubernetesError) => error.status,
          );
      }),
    );
    expect(outcomes.filter((status) => status === 201)).toHaveLength(Math.ceil(all.length / 4));
    expect(new Set(outcomes)).toEqual(new Set([201, 429]));
    await cordon(false);
    await eventually(
      () => client().get<Deployment>(deployment),
      ({ spec, status }) => status.availableReplicas === spec.replicas,
    );
  });

  it("changes its nodes from blue to green in one update: no pod is missing", async () => {
    const moved = await startWith(catalogOf(cell(0, ", liveNodes: green"), "6.9.3"));
    expect(moved.fewest).toBeGreaterThanOrEqual(sizes.dev.app.replicas);
    await nodesAre("green", sizes.dev);
  });

  it("takes another size class on nodes of the other colour: no pod is missing", async () => {
    const grown = await startWith(catalogOf(cell(0, ", sizeClass: small, liveNodes: blue"), "6.9.3"));
    expect(grown.fewest).toBeGreaterThanOrEqual(sizes.dev.app.replicas);
    await nodesAre("blue", sizes.small);
    const order = grown.started.steps.map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`);
    // What served goes after the application and its way in are on the new nodes.
    const gone = order.indexOf("replace cell-0-green");
    for (const step of ["update cell-0-k8s-app", "update cell-0-k8s-pool", "replace cell-0-blue-targets"]) {
      expect(order.indexOf(step), step).toBeGreaterThanOrEqual(0);
      expect(order.indexOf(step), step).toBeLessThan(gone);
    }
  });

  it("loses a cell with its objects, then the cell's cluster", async () => {
    const gone = session().kubernetes?.controlPlanes["dev-cell-1-app"] ?? [];
    expect(gone.every(isRunning)).toBe(true);
    const { started } = await startWith(
      catalogOf(cell(0, ", sizeClass: small, liveNodes: blue"), "6.9.3").replace(`${cell(1)}\n`, ""),
    );
    expect(started.steps.some(({ op, urn }) => op === "delete" && urn.endsWith("cell-1-k8s-app"))).toBe(true);
    expect(gone.filter(isRunning)).toEqual([]);
    expect(Object.keys(session().kubernetes?.controlPlanes ?? {})).toEqual(["dev-cell-0-app"]);
  });

  it("is destroyed: no cluster, no process", async () => {
    const { cloud, kubernetes } = session();
    const processes = [cloud, ...processesOf(kubernetes)];
    expect(processes.every(isRunning)).toBe(true);
    const stopped = await cells.run(["stop", "--json"]);
    expect(stopped.stderr).toBe("");
    expect(stopped.code).toBe(0);
    expect(processes.filter(isRunning)).toEqual([]);
  });
});
