import { rmSync } from "node:fs";
import { join } from "node:path";

import { environmentDirectory } from "../adapters/files/paths";
import { stop } from "../adapters/processes/process";
import { defaultCloudPort, startCloud, stopCloud, type LocalCloud } from "./moto/moto";
import { stopRouters } from "./routers";
import { readSession, writeSession } from "./session";

/** Replaces local cloud and state by new ones, and ends the processes that used the old ones. @param port default the last one's. */
export async function renewCloud(environment: string, python: string, port: number | undefined): Promise<LocalCloud> {
  const session = readSession(environment);
  await stop(session.engine);
  await stopRouters(session.routers);
  await stopCloud(session.cloud);
  const directory = environmentDirectory(environment);
  for (const stale of ["state", "manifests", "salt.yaml", "session.json"]) {
    rmSync(join(directory, stale), { recursive: true, force: true });
  }
  const cloud = await startCloud({ python, port: port ?? session.cloud?.port ?? defaultCloudPort, directory });
  writeSession(environment, { cloud, settled: true });
  return cloud;
}
