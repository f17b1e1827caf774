import { rmSync } from "node:fs";
import { join } from "node:path";

import { environmentDirectory } from "../adapters/files/paths";
import { stop } from "../adapters/processes/process";
import { defaultCloudPort, startCloud, stopCloud, type LocalCloud } from "./moto/moto";
import { clustersVariable, stopClusters } from "./kubernetes/clusters";
import { stopRouters } from "./routers";
import { readSession, writeSession } from "./session";

/** What a new local cloud is made for. */
export interface CloudOptions {
  readonly environment: string;
  readonly python: string;
  /** Default the last one's. */
  readonly port: number | undefined;
  /** True when its clusters are to be real ones. */
  readonly onKubernetes: boolean;
}

/** Replaces local cloud and state by new ones, and ends the processes that used the old ones. */
export async function renewCloud({ environment, python, port, onKubernetes }: CloudOptions): Promise<LocalCloud> {
  const session = readSession(environment);
  await stop(session.engine);
  await stopRouters(session.routers);
  await stopClusters(session.kubernetes);
  await stopCloud(session.cloud);
  const directory = environmentDirectory(environment);
  for (const stale of ["state", "manifests", "kubernetes", "salt.yaml", "session.json"]) {
    rmSync(join(directory, stale), { recursive: true, force: true });
  }
  const variables = onKubernetes ? clustersVariable(environment) : {};
  const cloud = await startCloud({
    python,
    port: port ?? session.cloud?.port ?? defaultCloudPort,
    directory,
    variables,
  });
  writeSession(environment, { cloud, settled: true, ...(onKubernetes ? { kubernetes: { controlPlanes: {} } } : {}) });
  return cloud;
}
