import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { resolveStackCatalog } from "../catalog/resolve";
import type { Journal } from "../adapters/pulumi/journal";
import type { LocalCloud } from "./moto/moto";
import { environmentDirectory, projectDirectory } from "../adapters/files/paths";
import type { Owned } from "../adapters/processes/process";

/** The loopback server that runs the deployed routers. */
export interface LocalRouters extends Owned {
  /** By router region, `http://127.0.0.1:<port>`. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Lambda code hash by region: routers restart when another bundle is deployed. */
  readonly codeSha256: Readonly<Record<string, string>>;
}

/** The processes of a real Kubernetes: one etcd, a control plane for each cell, and one that gives them nodes. */
export interface LocalClusters {
  readonly etcd?: Owned & { readonly port: number };
  readonly nodes?: Owned;
  /** By cluster name. */
  readonly controlPlanes: Readonly<Record<string, readonly Owned[]>>;
}

/** What one environment of this checkout has running. */
export interface Session {
  readonly cloud?: LocalCloud;
  readonly routers?: LocalRouters;
  /** Set when the environment runs on a real Kubernetes; absent: the local provider renders its manifests. */
  readonly kubernetes?: LocalClusters;
  /** The engine while it changes things: it outlives a command that is killed, and must end before another begins. */
  readonly engine?: Owned;
  /** False from the first change of an `up` until its state is written: then cloud and state may differ. */
  readonly settled: boolean;
  /** True when the state was judged after the last `up` and nothing was found: only then do routers serve it. */
  readonly verified?: boolean;
  /** Catalog that `start` was given instead of the stack's own; absolute. */
  readonly catalogFile?: string;
}

/** The catalog that an environment runs from. */
export function catalogFileOf(environment: string, session: Session = readSession(environment)): string {
  return session.catalogFile ?? resolveStackCatalog(projectDirectory, environment);
}

/** The session on record; an empty one when there is none or its file is damaged. */
export function readSession(environment: string): Session {
  const file = sessionFile(environment);
  if (!existsSync(file)) return { settled: true };
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Session;
  } catch {
    return { settled: false };
  }
}

/** Changes some members of the record; `undefined` removes one. */
export function updateSession(environment: string, changes: Partial<Session>): void {
  writeSession(environment, { ...readSession(environment), ...changes });
}

/** The session as the journal of its engine: between begin and end, cloud and state may differ. */
export function sessionJournal(environment: string): Pick<Journal, "begin" | "end"> {
  return {
    begin: (engine) => updateSession(environment, { engine, settled: false, verified: false }),
    end: () => updateSession(environment, { engine: undefined, settled: true }),
  };
}

/** Replaces the record in one step. */
export function writeSession(environment: string, session: Session): void {
  const file = sessionFile(environment);
  mkdirSync(environmentDirectory(environment), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(session, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

function sessionFile(environment: string): string {
  return join(environmentDirectory(environment), "session.json");
}
