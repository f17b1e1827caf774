import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { KubernetesClient, type ClusterAccess } from "../../local/kubernetes/client";
import { accessOf, startClusters, stopClusters } from "../../local/kubernetes/clusters";
import { ensureKubernetes } from "../../local/kubernetes/parts";
import { typeOf } from "../../local/providers/kubernetes/manifest";
import type { Properties } from "../../local/providers/properties";
import { readSession } from "../../local/session";
import { pulumiHome } from "../../local/stack";

/** One real cluster without an environment around it. */
export interface TestCluster {
  readonly access: ClusterAccess;
  readonly client: KubernetesClient;
  /** What the API server has warned of since the last call. */
  warnings(): readonly string[];
  dispose(): Promise<void>;
}

/** Starts it in a folder of its own; `CELLS_STATE_DIR` names that folder until it is disposed. */
export async function testCluster(): Promise<TestCluster> {
  const directory = mkdtempSync(join(tmpdir(), "cells-kubernetes-"));
  const before = process.env["CELLS_STATE_DIR"];
  process.env["CELLS_STATE_DIR"] = directory;
  const parts = await ensureKubernetes(pulumiHome(), (line) => process.stderr.write(`${line}\n`));
  const dispose = async (): Promise<void> => {
    await stopClusters(readSession("dev").kubernetes);
    if (before === undefined) delete process.env["CELLS_STATE_DIR"];
    else process.env["CELLS_STATE_DIR"] = before;
    rmSync(directory, { recursive: true, force: true });
  };
  await startClusters("dev", parts, ["dev-cell-3-app"]).catch(async (error: unknown) => {
    await dispose();
    throw error;
  });
  const access = accessOf("dev", "dev-cell-3-app")!;
  let warned: string[] = [];
  return {
    access,
    client: new KubernetesClient(access, (text) => warned.push(text)),
    warnings: () => {
      const all = warned;
      warned = [];
      return all;
    },
    dispose,
  };
}

/** Path of an object in the Kubernetes API. */
function pathOf(token: string, { name, namespace = "app" }: { name: string; namespace?: string }): string {
  const { apiVersion, kind, namespaced } = typeOf(token);
  const group = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const plural = `${kind.toLowerCase().replace(/y$/, "ie")}s`;
  return `${group}${namespaced ? `/namespaces/${namespace}` : ""}/${plural}/${name}`;
}

/** Server-side apply as the official provider does it, in the strictest validation. */
export function apply(client: KubernetesClient, token: string, manifest: Properties): Promise<Properties> {
  const query = "fieldManager=pulumi&force=true&fieldValidation=Strict";
  return client.apply(`${pathOf(token, manifest["metadata"])}?${query}`, manifest);
}
