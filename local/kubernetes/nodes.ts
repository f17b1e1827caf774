/**
 * Which nodes a cluster must have for its node groups, and what to do with those that it has: EKS's part, as decisions
 * only. The kubelets are KWOK's.
 */

/** A managed node group, as the local cloud reports it. */
export interface NodeGroup {
  readonly name: string;
  readonly desiredSize: number;
  /** Changes when EKS would replace the nodes: Kubernetes version, launch template version. */
  readonly generation: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly instanceType: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly architecture: string;
  /** Availability zones of the group's subnets. */
  readonly zones: readonly string[];
}

/** The members of a Node that are read here. */
export interface Node {
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** A node to end. */
export interface Ending {
  readonly name: string;
  /**
   * True in an update of the group, where EKS evicts and so respects disruption budgets. False where the group shrinks
   * or goes: there it does not.
   * Source: https://docs.aws.amazon.com/eks/latest/userguide/managed-node-update-behavior.html
   */
  readonly evict: boolean;
}

const groupLabel = "eks.amazonaws.com/nodegroup";
const generationLabel = "cells/node-generation";

/** What brings a cluster to its node groups: nodes to create, and nodes to end. */
export function reconcile(
  groups: readonly NodeGroup[],
  present: readonly Node[],
): { readonly create: readonly object[]; readonly end: readonly Ending[] } {
  const wanted = new Map(
    groups.flatMap((group) =>
      Array.from({ length: group.desiredSize }, (_, at) => {
        const name = `${group.name}-${group.generation}-${at}`;
        return [name, { group, at }] as const;
      }),
    ),
  );
  const names = new Set(present.map(({ metadata }) => metadata.name));
  const create = [...wanted]
    .filter(([name]) => !names.has(name))
    .map(([name, { group, at }]) => nodeOf(name, group, at));
  const old = present.filter(({ metadata }) => !wanted.has(metadata.name));
  const end = old.flatMap((node): Ending[] => {
    const group = groups.find(({ name }) => name === node.metadata.labels?.[groupLabel]);
    const updated =
      group !== undefined && group.desiredSize > 0 && node.metadata.labels?.[generationLabel] !== group.generation;
    if (!updated) return [{ name: node.metadata.name, evict: false }];
    // One after another, and only when every new one can take pods.
    const siblings = old.filter(({ metadata }) => metadata.labels?.[groupLabel] === group.name);
    const fresh = present.filter(
      ({ metadata }) =>
        metadata.labels?.[groupLabel] === group.name && metadata.labels[generationLabel] === group.generation,
    );
    const isReady = fresh.length === group.desiredSize && fresh.every(ready);
    return isReady && siblings[0] === node ? [{ name: node.metadata.name, evict: true }] : [];
  });
  return { create, end };
}

function ready({ status }: Node): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") === true;
}

function nodeOf(name: string, group: NodeGroup, at: number): object {
  const zone = group.zones[at % group.zones.length] ?? "";
  const forPods = allocatable(group);
  const capacity = { cpu: String(group.cpus), memory: `${group.memoryMiB}Mi`, pods: String(maxPods) };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: {
        ...group.labels,
        [groupLabel]: group.name,
        [generationLabel]: group.generation,
        "kubernetes.io/arch": group.architecture,
        "kubernetes.io/os": "linux",
        "kubernetes.io/hostname": name,
        "node.kubernetes.io/instance-type": group.instanceType,
        "topology.kubernetes.io/zone": zone,
        "topology.kubernetes.io/region": zone.replace(/[a-z]$/, ""),
      },
    },
    status: {
      capacity,
      allocatable: { cpu: `${forPods.cpuMillis}m`, memory: `${forPods.memoryMiB}Mi`, pods: String(maxPods) },
      nodeInfo: { architecture: group.architecture, operatingSystem: "linux" },
    },
  };
}

/**
 * Pods that EKS permits on a node of fewer than 30 vCPU, with prefix delegation.
 * Source: https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html
 */
const maxPods = 110;

/**
 * Memory that a node of EKS keeps for itself: 255 MiB, 11 MiB for each pod, and 100 MiB before it evicts.
 * Source: https://awslabs.github.io/nodeadm (kubelet's reserved resources)
 */
const reservedMemoryMiB = 255 + 11 * maxPods + 100;

/** What a node of EKS leaves to pods. Of the CPU it keeps 6 % of the first core, 1 % of the second, then 0.5 % and 0.25 %. */
export function allocatable({ cpus, memoryMiB }: { readonly cpus: number; readonly memoryMiB: number }): {
  readonly cpuMillis: number;
  readonly memoryMiB: number;
} {
  const shares = [60, 10, 5, 5];
  const reserved = Array.from({ length: cpus }, (_, core) => shares[core] ?? 2.5).reduce(
    (sum, share) => sum + share,
    0,
  );
  return { cpuMillis: cpus * 1000 - reserved, memoryMiB: memoryMiB - reservedMemoryMiB };
}
