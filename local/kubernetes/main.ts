/**
 * Gives each local cluster the nodes of its node groups, until it is ended. Started as `main.ts DIRECTORY`: a folder for
 * each cluster, where the local cloud writes `node-groups.json`.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { KubernetesClient, KubernetesError, type ClusterAccess } from "./client";
import { reconcile, type Ending, type Node, type NodeGroup } from "./nodes";

interface Pod {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly deletionTimestamp?: string };
}

/** EKS ends a node after this time, whatever still runs on it. */
const drainLimit = 15 * 60_000;
const interval = 1000;

const directory = process.argv[2]!;
/** When each node began to end. */
const since = new Map<string, number>();

async function follow(cluster: string): Promise<void> {
  const file = (leaf: string) => join(directory, cluster, leaf);
  if (!existsSync(file("access.json")) || !existsSync(file("node-groups.json"))) return;
  const client = new KubernetesClient(JSON.parse(readFileSync(file("access.json"), "utf8")) as ClusterAccess);
  const groups = JSON.parse(readFileSync(file("node-groups.json"), "utf8")) as NodeGroup[];
  const { items } = await client.get<{ items: Node[] }>("/api/v1/nodes");
  const { create, end } = reconcile(groups, items);
  for (const node of create) await client.post("/api/v1/nodes", node);
  for (const ending of end) await endNode(client, cluster, ending);
}

/** One step of draining a node; it is deleted when its last pod is gone. */
async function endNode(client: KubernetesClient, cluster: string, { name, evict }: Ending): Promise<void> {
  const key = `${cluster}/${name}`;
  if (!since.has(key)) {
    since.set(key, Date.now());
    await client.patch(`/api/v1/nodes/${name}`, { spec: { unschedulable: true } });
  }
  const isLate = Date.now() - since.get(key)! > drainLimit;
  const { items } = await client.get<{ items: Pod[] }>(`/api/v1/pods?fieldSelector=spec.nodeName%3D${name}`);
  for (const { metadata } of items) {
    if (metadata.deletionTimestamp !== undefined) continue;
    const pod = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`;
    if (!evict || isLate) await client.delete(pod);
    else await client.post(`${pod}/eviction`, { apiVersion: "policy/v1", kind: "Eviction", metadata }).catch(tolerate);
  }
  if (items.length > 0) return;
  await client.delete(`/api/v1/nodes/${name}`);
  since.delete(key);
}

/** A disruption budget refuses an eviction with 429: the next round tries again. */
function tolerate(error: unknown): void {
  if (!(error instanceof KubernetesError) || error.status !== 429) throw error;
}

async function run(): Promise<never> {
  for (;;) {
    for (const cluster of existsSync(directory) ? readdirSync(directory) : []) {
      // A cluster that is starting or ending answers later, or never.
      await follow(cluster).catch((error: unknown) => process.stderr.write(`${cluster}: ${String(error)}\n`));
    }
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
}

void run();
