import { z } from "zod";

import { machineOf, type Machine } from "../../catalog/machines";
import type { Graph } from "../core/graph";
import type { Resource } from "../core/resource";
import { configured, undecided, verdict, violation, type Rule, type Verdict } from "../core/rule";
import { items, read } from "../core/value";
import { cpuMillis, memoryMiB } from "./quantities";

/** Pods of one kind, and the resource requests of each. */
interface Pods {
  readonly replicas: number;
  readonly cpuMillis: number;
  readonly memoryMiB: number;
}

const config = z.strictObject({
  plannedLoad: z
    .number()
    .min(0.3)
    .max(1)
    .default(0.6)
    .describe("Share of the replicas that the planned load uses; the application's autoscaler aims at 0.6."),
  systemCpuMillis: z
    .int()
    .min(100)
    .max(2000)
    .default(400)
    .describe("CPU of a node that the kubelet and the system pods use."),
  systemMemoryMiB: z.int().min(200).max(8192).default(900).describe("Memory of a node that they use."),
});
type CapacitySettings = z.output<typeof config>;

/** Nodes that remain when the zone with most of them fails; nodes are spread evenly. */
export function nodesLeft(nodes: number, zones: number): number {
  return zones < 2 ? 0 : nodes - Math.ceil(nodes / zones);
}

/** True when the remaining machines carry the planned load. */
function survives(machine: Machine, left: number, pods: readonly Pods[], settings: CapacitySettings): boolean {
  const sum = (each: (one: Pods) => number): number => pods.reduce((total, one) => total + each(one), 0);
  const cpu = sum((one) => one.replicas * one.cpuMillis * settings.plannedLoad);
  const memory = sum((one) => Math.ceil(one.replicas * settings.plannedLoad) * one.memoryMiB);
  return (
    left * (machine.cpuMillis - settings.systemCpuMillis) >= cpu &&
    left * (machine.memoryMiB - settings.systemMemoryMiB) >= memory
  );
}

const nodeGroup = "aws:eks/nodeGroup:NodeGroup";
const deployment = "kubernetes:apps/v1:Deployment";
const carries = "if one zone fails, the remaining nodes cannot carry the planned load";

/** The pods of a cell's deployments, or the place of the first unknown request. */
function podsOf(
  deployments: readonly Resource[],
): readonly Pods[] | { readonly resource: Resource; readonly path: string } {
  const found: Pods[] = [];
  for (const resource of deployments) {
    const replicas = read(resource.props, "spec.replicas");
    if (replicas.state === "unknown") return { resource, path: "spec.replicas" };
    const path = "spec.template.spec.containers";
    const containers = items(resource.props, path);
    if (containers.some(({ state }) => state === "unknown")) return { resource, path };
    const number = replicas.state === "known" ? Number(replicas.value) : 1;
    for (const [index] of containers.entries()) {
      const requests = `${path}.${index}.resources.requests`;
      const [cpu, memory] = [read(resource.props, `${requests}.cpu`), read(resource.props, `${requests}.memory`)];
      if (cpu.state === "unknown" || memory.state === "unknown") return { resource, path: requests };
      const [millis, mebibytes] = [
        cpu.state === "known" ? cpuMillis(cpu.value) : 0,
        memory.state === "known" ? memoryMiB(memory.value) : 0,
      ];
      if (millis === undefined || mebibytes === undefined) return { resource, path: requests };
      found.push({ replicas: number, cpuMillis: millis, memoryMiB: mebibytes });
    }
  }
  return found;
}

function judged(graph: Graph, settings: CapacitySettings): readonly Verdict[] {
  const cells = new Map<string, Resource[]>();
  for (const group of graph.ofType(nodeGroup)) {
    const cell = graph.cell(group);
    if (cell !== undefined) cells.set(cell, [...(cells.get(cell) ?? []), group]);
  }
  const running = new Map<string, Resource[]>();
  for (const one of graph.ofType(deployment)) {
    const cell = graph.cell(one);
    if (cell !== undefined) running.set(cell, [...(running.get(cell) ?? []), one]);
  }
  return [...cells].flatMap(([cell, groups]) => ofCell(groups, running.get(cell) ?? [], settings));
}

function ofCell(
  groups: readonly Resource[],
  deployments: readonly Resource[],
  settings: CapacitySettings,
): readonly Verdict[] {
  const pods = podsOf(deployments);
  if (!Array.isArray(pods)) {
    const { resource, path } = pods as { resource: Resource; path: string };
    return [undecided(resource, path, "the resource requests of its pods are not known yet")];
  }
  if (pods.length === 0) return [];
  let [carried, most] = [false, 0];
  let largest: Resource | undefined;
  for (const group of groups) {
    const wanted = read(group.props, "scalingConfig.desiredSize");
    if (wanted.state === "unknown")
      return [undecided(group, "scalingConfig.desiredSize", "the number of nodes is not known yet")];
    const nodes = wanted.state === "known" ? Number(wanted.value) : 0;
    if (nodes === 0) continue;
    const subnets = read(group.props, "subnetIds");
    if (subnets.state === "unknown") return [undecided(group, "subnetIds", "the zones of the nodes are not known yet")];
    const [type] = items(group.props, "instanceTypes");
    if (type?.state === "unknown") return [undecided(group, "instanceTypes", "the machine type is not known yet")];
    // EKS's default.
    const machine = machineOf(type?.state === "known" ? String(type.value) : "t3.medium");
    if (machine === undefined)
      return [undecided(group, "instanceTypes", "the CPU and memory of this machine type are not known")];
    carried ||= survives(machine, nodesLeft(nodes, items(group.props, "subnetIds").length), pods, settings);
    if (nodes > most) [most, largest] = [nodes, group];
  }
  return carried || largest === undefined
    ? []
    : [violation(largest, "scalingConfig.desiredSize", carries, { evidence: "arithmetic" })];
}

/** Capacity. */
export const capacity: Rule = configured(config, {
  id: "HA-06",
  severity: "high",
  title: "A cell carries its planned load when a zone fails",
  blocks:
    "a size class, or a cell's nodes, that cannot hold the pods of the planned load if one availability zone fails",
  fix: "use more nodes, larger nodes or more zones: the capacity that a failed zone takes away must already exist",
  origin: "AWS: static stability by availability zones; the 80 % rule",
  catalog: ({ source, catalog }, settings) =>
    catalog.cells.flatMap(({ id, size: { nodes, app }, availabilityZones }) => {
      const machine = machineOf(nodes.instanceType);
      const path = `cells.${id}.sizeClass`;
      if (machine === undefined)
        return [verdict("undecided", { urn: source }, path, "the CPU and memory of this machine type are not known")];
      const left = nodesLeft(nodes.count, availabilityZones.length);
      return survives(machine, left, [app], settings)
        ? []
        : [verdict("violation", { urn: source }, path, carries, { evidence: "arithmetic" })];
    }),
  stack: judged,
});
