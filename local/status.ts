import { join } from "node:path";

import { environmentDirectory } from "../adapters/files/paths";
import { loadCatalog } from "../catalog/load";
import { cloudAnswers } from "./moto/moto";
import { isRunning } from "../adapters/processes/process";
import { accessOf } from "./kubernetes/clusters";
import { catalogFileOf, readSession, type Session } from "./session";

/** The running parts of an environment. */
export interface Status {
  readonly environment: string;
  readonly running: boolean;
  /** False after an interrupted run: the next start begins from nothing. */
  readonly settled: boolean;
  /** The local cloud's address: `AWS_ENDPOINT_URL` for any AWS client; any credentials do. */
  readonly endpoint?: string;
  /** What the clusters are: rendered manifests, or API servers by the cluster's name. */
  readonly kubernetes: "manifests" | Readonly<Record<string, string>>;
  readonly regions: readonly string[];
  readonly cells: readonly {
    readonly id: string;
    readonly number: number;
    readonly region: string;
    readonly locality: string;
    readonly cidr: string;
    readonly zone: string;
  }[];
  readonly routers: readonly { readonly region: string; readonly address: string }[];
}

/** Asks the session, the processes and the catalog; changes nothing. */
export async function status(environment: string): Promise<Status> {
  const session = readSession(environment);
  const catalog = loadCatalog(catalogFileOf(environment, session));
  const running = await cloudAnswers(session.cloud);
  return {
    environment,
    running,
    settled: session.settled,
    ...(running && session.cloud !== undefined ? { endpoint: session.cloud.endpoint } : {}),
    kubernetes: kubernetesOf(environment, running ? session : {}),
    regions: [
      ...new Set([...catalog.cells.map(({ region }) => region), ...catalog.routers.map(({ region }) => region)]),
    ].sort(),
    cells: catalog.cells.map(({ id, number, region, locality, cidr }) => ({
      id,
      number,
      region,
      locality,
      cidr,
      zone: `cell-${number}.internal`,
    })),
    routers: isRunning(session.routers)
      ? Object.entries(session.routers.addresses).map(([region, address]) => ({ region, address }))
      : [],
  };
}

function kubernetesOf(environment: string, { kubernetes }: Pick<Session, "kubernetes">): Status["kubernetes"] {
  if (kubernetes === undefined) return "manifests";
  const names = Object.keys(kubernetes.controlPlanes).sort();
  // A cluster that is starting has no endpoint yet.
  return Object.fromEntries(names.map((name) => [name, accessOf(environment, name)?.endpoint ?? "starting"]));
}

/** The same for people. */
export function describeStatus(status: Status): string {
  if (!status.running) return `${status.environment} is not running: start it with npm start`;
  return [
    `${status.environment} is up at ${status.endpoint ?? ""}${status.settled ? "" : " (the last run was interrupted)"}`,
    ...status.cells.map(({ id, region, cidr, zone }) => `  ${id}  ${region}  ${cidr}  ${zone}`),
    status.kubernetes === "manifests"
      ? `  Kubernetes: manifests only, in ${join(environmentDirectory(status.environment), "manifests")}`
      : `  Kubernetes: real API servers, ${Object.keys(status.kubernetes).length} clusters; nodes and pods without containers`,
    ...status.routers.map(({ region, address }) => `  router ${region}  ${address}`),
  ].join("\n");
}
