import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

import { cacheDirectory } from "../../adapters/files/paths";
import type { Report } from "../../adapters/processes/process";
import { buildGo, type GoProgram } from "../go";

/** Version of the API server and controllers: the cells' minor version. Raising it means a new go.mod and go.sum. */
const kubernetesVersion = "1.35.4";
const etcdVersion = "3.7.3";
const nodesVersion = "0.8.0";
/**
 * Version under which the engine looks for the official provider: that of `@pulumi/kubernetes` in package.json. Its source
 * is pinned in provider/go.mod: that of 15 January 2026, the newest that the module proxy gave us.
 */
export const providerVersion = "4.34.2";

const componentVersion = "k8s.io/component-base/version";
const kwok = "sigs.k8s.io/kwok";
const providerModule = "github.com/pulumi/pulumi-kubernetes/provider/v4";

const etcd: GoProgram = {
  name: `etcd ${etcdVersion}`,
  module: join(__dirname, "etcd"),
  packages: { etcd: "go.etcd.io/etcd/server/v3" },
  values: {},
  duration: "one minute",
};

const controlPlane: GoProgram = {
  name: `Kubernetes ${kubernetesVersion}`,
  module: join(__dirname, "control-plane"),
  packages: Object.fromEntries(
    ["kube-apiserver", "kube-controller-manager", "kube-scheduler"].map((name) => [
      name,
      `k8s.io/kubernetes/cmd/${name}`,
    ]),
  ),
  values: {
    [`${componentVersion}.gitVersion`]: `v${kubernetesVersion}`,
    [`${componentVersion}.gitMajor`]: kubernetesVersion.split(".")[0]!,
    [`${componentVersion}.gitMinor`]: kubernetesVersion.split(".")[1]!,
  },
  duration: "four minutes",
};

/** KWOK plays the nodes: it marks them as ready and their pods as running, and starts no container. */
const nodes: GoProgram = {
  name: `KWOK ${nodesVersion}`,
  module: join(__dirname, "nodes"),
  packages: { kwok: `${kwok}/cmd/kwok` },
  values: {},
  duration: "one minute",
  files: {
    module: kwok,
    copied: {
      "node-ready.yaml": "kustomize/stage/node/fast/node-initialize.yaml",
      "node-heartbeat.yaml": "kustomize/stage/node/heartbeat-with-lease/node-heartbeat-with-lease.yaml",
      "pod-ready.yaml": "kustomize/stage/pod/fast/pod-ready.yaml",
      "pod-complete.yaml": "kustomize/stage/pod/fast/pod-complete.yaml",
    },
  },
};

const provider: GoProgram = {
  name: `the official Kubernetes provider ${providerVersion}`,
  module: join(__dirname, "provider"),
  packages: { "pulumi-resource-kubernetes": "." },
  values: { [`${providerModule}/pkg/version.Version`]: providerVersion },
  duration: "six minutes, 4 GB of memory",
  files: {
    module: providerModule,
    copied: {
      "schema.json": "cmd/pulumi-resource-kubernetes/schema.json",
      "terraform-mapping.json": "cmd/pulumi-resource-kubernetes/terraform-mapping.json",
    },
  },
};

/** Executables and files of a real Kubernetes on this machine. */
export interface KubernetesParts {
  readonly etcd: string;
  readonly apiServer: string;
  readonly controllerManager: string;
  readonly scheduler: string;
  readonly kwok: string;
  /** What KWOK does with nodes and pods. */
  readonly stages: readonly string[];
}

/**
 * Finds the parts of a real Kubernetes in the cache, or builds them, and installs the official provider as a plugin of
 * the engine.
 *
 * @param pulumiHome the engine's folder; a provider that is installed there already is used.
 * @throws UserError when there is no Go, or it cannot build.
 */
export async function ensureKubernetes(pulumiHome: string, report: Report): Promise<KubernetesParts> {
  const home = join(cacheDirectory(), `kubernetes-${kubernetesVersion}`);
  const folders = {
    etcd: join(cacheDirectory(), `etcd-${etcdVersion}`),
    controlPlane: home,
    nodes: join(cacheDirectory(), `kwok-${nodesVersion}`),
    provider: join(cacheDirectory(), `kubernetes-provider-${providerVersion}`),
  };
  const needed: [GoProgram, string][] = [
    [etcd, folders.etcd],
    [controlPlane, folders.controlPlane],
    [nodes, folders.nodes],
  ];
  const plugin = join(pulumiHome, "plugins", `resource-kubernetes-v${providerVersion}`);
  if (!existsSync(plugin)) needed.push([provider, folders.provider]);
  // One after another: each uses every core, and the provider much of the memory.
  for (const [program, folder] of needed) await ensureBuilt(program, folder, report);
  if (!existsSync(plugin)) install(join(folders.provider, "pulumi-resource-kubernetes"), plugin);
  return {
    etcd: join(folders.etcd, "etcd"),
    apiServer: join(home, "kube-apiserver"),
    controllerManager: join(home, "kube-controller-manager"),
    scheduler: join(home, "kube-scheduler"),
    kwok: join(folders.nodes, "kwok"),
    stages: [
      ...Object.keys(nodes.files?.copied ?? {}).map((name) => join(folders.nodes, name)),
      join(__dirname, "pod-delete.yaml"),
    ],
  };
}

async function ensureBuilt(program: GoProgram, folder: string, report: Report): Promise<void> {
  if (Object.keys(program.packages).every((name) => existsSync(join(folder, name)))) return;
  const instead = `${program.name} is built from source: install Go 1.26 or newer (https://go.dev/doc/install), then start again`;
  await buildGo(program, folder, instead, report);
}

/** The layout of an installed plugin: a folder named after it, with its executable. */
function install(executable: string, plugin: string): void {
  rmSync(`${plugin}.new`, { recursive: true, force: true });
  mkdirSync(`${plugin}.new`, { recursive: true });
  cpSync(executable, join(`${plugin}.new`, "pulumi-resource-kubernetes"));
  renameSync(`${plugin}.new`, plugin);
}
