import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";

import { environmentDirectory } from "../../adapters/files/paths";
import { isRunning, startDetached, stop, type Owned } from "../../adapters/processes/process";
import { UserError } from "../../contract/user-error";
import { readSession, updateSession, type LocalClusters } from "../session";
import { KubernetesClient, type ClusterAccess } from "./client";
import type { KubernetesParts } from "./parts";

/** API server, controllers, scheduler, KWOK: a start that was killed leaves fewer. */
const processesPerCluster = 4;

/** Where the clusters of an environment keep what they need. */
function kubernetesDirectory(environment: string): string {
  return join(environmentDirectory(environment), "kubernetes");
}

/** Files of one cluster; the local cloud reads `access` when the cluster is created. */
function filesOf(environment: string, cluster: string) {
  const directory = join(kubernetesDirectory(environment), "clusters", cluster);
  return { directory, access: join(directory, "access.json"), kubeconfig: join(directory, "kubeconfig.json") };
}

/** How to reach a cluster; undefined before its API server has answered. */
export function accessOf(environment: string, cluster: string): ClusterAccess | undefined {
  if (!existsSync(filesOf(environment, cluster).access)) return undefined;
  return JSON.parse(readFileSync(filesOf(environment, cluster).access, "utf8")) as ClusterAccess;
}

/** What the local cloud and the engine read to find the clusters. */
export function clustersVariable(environment: string): Readonly<Record<string, string>> {
  return { CELLS_CLUSTERS: join(kubernetesDirectory(environment), "clusters") };
}

/** Folder that must come first on PATH: its `aws` signs in to the local clusters. */
export const signInDirectory = join(__dirname, "bin");

/**
 * Starts what is not running yet: etcd, and for each cluster an API server with its own part of etcd, its controllers,
 * its scheduler and KWOK. Everything listens on loopback.
 *
 * @throws UserError when a part does not come up.
 */
export async function startClusters(
  environment: string,
  parts: KubernetesParts,
  clusters: readonly string[],
): Promise<void> {
  mkdirSync(join(kubernetesDirectory(environment), "clusters"), { recursive: true });
  const etcdPort = await startEtcd(environment, parts);
  const ports = await freePorts(clusters.length);
  await Promise.all(clusters.map((name, at) => startControlPlane(environment, parts, name, etcdPort, ports[at]!)));
  startNodes(environment);
}

/** Ends the control planes that are not named: those of cells that are gone, and whose objects are deleted. */
export async function endOtherClusters(environment: string, clusters: readonly string[]): Promise<void> {
  for (const [name, processes] of Object.entries(readSession(environment).kubernetes?.controlPlanes ?? {})) {
    if (clusters.includes(name)) continue;
    await Promise.all(processes.map(stop));
    record(environment, name, undefined);
    rmSync(filesOf(environment, name).directory, { recursive: true, force: true });
  }
}

/** Every process of the clusters that was started. */
export function processesOf(clusters: LocalClusters | undefined): readonly Owned[] {
  const { etcd, nodes, controlPlanes = {} } = clusters ?? {};
  return [etcd, nodes, ...Object.values(controlPlanes).flat()].filter((one) => one !== undefined);
}

/** Ends every process of the clusters. */
export async function stopClusters(clusters: LocalClusters | undefined): Promise<void> {
  if (clusters === undefined) return;
  await stop(clusters.nodes);
  await Promise.all(Object.values(clusters.controlPlanes).flat().map(stop));
  await stop(clusters.etcd);
}

async function startEtcd(environment: string, { etcd }: KubernetesParts): Promise<number> {
  const directory = kubernetesDirectory(environment);
  const { kubernetes } = readSession(environment);
  if (kubernetes?.etcd !== undefined && isRunning(kubernetes.etcd)) return kubernetes.etcd.port;
  // Without etcd the others are of no use, and their record is replaced below.
  await stopClusters(kubernetes);
  const [port, peerPort] = (await freePorts(2)) as [number, number];
  const peer = `http://127.0.0.1:${peerPort}`;
  const client = `http://127.0.0.1:${port}`;
  const { owned } = startDetached(
    etcd,
    [
      ...["--data-dir", join(directory, "etcd"), "--unsafe-no-fsync", "--log-level", "warn"],
      ...["--listen-client-urls", client, "--advertise-client-urls", client],
      ...["--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", `default=${peer}`],
    ],
    { log: join(directory, "etcd.log") },
  );
  updateSession(environment, { kubernetes: { controlPlanes: {}, etcd: { ...owned, port } } });
  return port;
}

async function startControlPlane(
  environment: string,
  parts: KubernetesParts,
  name: string,
  etcdPort: number,
  freePort: number,
): Promise<void> {
  const { directory, access: accessFile, kubeconfig } = filesOf(environment, name);
  const before = readSession(environment).kubernetes?.controlPlanes[name];
  if (before?.length === processesPerCluster && before.every(isRunning)) return;
  await Promise.all((before ?? []).map(stop));
  mkdirSync(directory, { recursive: true });
  const file = (leaf: string) => join(directory, leaf);
  if (!existsSync(file("token"))) {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    const token = randomBytes(24).toString("base64url");
    writeFileSync(file("accounts.pub"), publicKey);
    writeFileSync(file("accounts.key"), privateKey, { mode: 0o600 });
    writeFileSync(file("tokens.csv"), `${token},admin,admin,"system:masters"\n`, { mode: 0o600 });
    writeFileSync(file("token"), token, { mode: 0o600 });
  }
  const token = readFileSync(file("token"), "utf8");
  // The same port after a restart: the engine's state holds the cluster's endpoint.
  const known = accessOf(environment, name)?.endpoint;
  const port = known === undefined ? freePort : Number(new URL(known).port);
  const endpoint = `https://127.0.0.1:${port}`;

  const processes: Owned[] = [];
  const begin = (command: string, log: string, args: readonly string[]): void => {
    processes.push(startDetached(command, args, { log: file(log) }).owned);
    record(environment, name, processes);
  };
  begin(parts.apiServer, "api-server.log", [
    ...["--etcd-servers", `http://127.0.0.1:${etcdPort}`, "--etcd-prefix", `/${name}`],
    ...["--bind-address", "127.0.0.1", "--secure-port", String(port), "--cert-dir", file("certificates")],
    ...["--advertise-address", "127.0.0.1", "--endpoint-reconciler-type", "none"],
    ...["--service-account-key-file", file("accounts.pub"), "--service-account-signing-key-file", file("accounts.key")],
    ...["--service-account-issuer", "https://kubernetes.default.svc", "--token-auth-file", file("tokens.csv")],
    ...["--authorization-mode", "RBAC", "--service-cluster-ip-range", "172.20.0.0/16"],
  ]);
  // The API server signs its own certificate when it starts; the file holds its authority too.
  const certificate = join(file("certificates"), "apiserver.crt");
  const access = await waitUntil(60_000, async () => {
    if (!isRunning(processes[0]))
      throw new UserError(`the API server of ${name} ended; its log: ${file("api-server.log")}`);
    if (!existsSync(certificate)) return undefined;
    const found = { endpoint, certificateAuthority: readFileSync(certificate).toString("base64"), token };
    await new KubernetesClient(found).get("/readyz");
    return found;
  });
  if (access === undefined) {
    await Promise.all(processes.map(stop));
    throw new UserError(`the API server of ${name} did not come up; its log: ${file("api-server.log")}`);
  }
  writeFileSync(`${accessFile}.new`, JSON.stringify(access), { mode: 0o600 });
  renameSync(`${accessFile}.new`, accessFile);
  writeFileSync(kubeconfig, JSON.stringify(kubeconfigOf(name, access)), { mode: 0o600 });
  const quiet = ["--secure-port", "0", "--leader-elect=false", "--kubeconfig", kubeconfig];
  begin(parts.controllerManager, "controllers.log", [
    ...quiet,
    ...["--service-account-private-key-file", file("accounts.key"), "--root-ca-file", certificate],
  ]);
  begin(parts.scheduler, "scheduler.log", quiet);
  begin(parts.kwok, "kwok.log", [
    ...["--kubeconfig", kubeconfig, "--manage-all-nodes", "--node-lease-duration-seconds", "40"],
    ...parts.stages.flatMap((stage) => ["--config", stage]),
  ]);
}

/** One process for all clusters gives each the nodes of its node groups. */
function startNodes(environment: string): void {
  if (isRunning(readSession(environment).kubernetes?.nodes)) return;
  const { owned } = startDetached(
    process.execPath,
    [
      ...["--import", require.resolve("tsx"), join(__dirname, "main.ts")],
      join(kubernetesDirectory(environment), "clusters"),
    ],
    { log: join(kubernetesDirectory(environment), "nodes.log") },
  );
  updateSession(environment, {
    kubernetes: { controlPlanes: {}, ...readSession(environment).kubernetes, nodes: owned },
  });
}

/** Remembers the processes of one control plane, so that `stop` finds them after any crash. */
function record(environment: string, name: string, processes: readonly Owned[] | undefined): void {
  const kubernetes = readSession(environment).kubernetes ?? { controlPlanes: {} };
  const { [name]: _old, ...others } = kubernetes.controlPlanes;
  const controlPlanes = processes === undefined ? others : { ...others, [name]: [...processes] };
  updateSession(environment, { kubernetes: { ...kubernetes, controlPlanes } });
}

/** What a client reads to sign in to a local cluster as its administrator. @param name the cluster's. */
export function kubeconfigOf(name: string, { endpoint, certificateAuthority, token }: ClusterAccess): object {
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server: endpoint, "certificate-authority-data": certificateAuthority } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  };
}

async function waitUntil<T>(most: number, probe: () => Promise<T | undefined>): Promise<T | undefined> {
  for (const end = Date.now() + most; Date.now() < end;) {
    const found = await probe().catch((error: unknown) => {
      if (error instanceof UserError) throw error;
      return undefined;
    });
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return undefined;
}

/** Loopback ports that are free now; different ones. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
