import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { sizes, type SizeClassName } from "../../catalog/sizes";
import { alivePods, poolResources, quotaOf, surge } from "../../components/cell/workload/limits";
import { poolReplicas } from "../../components/cell/workload/pgbouncer";
import { allocatable } from "../../local/kubernetes/nodes";

const classes = Object.keys(sizes) as SizeClassName[];

/** A quantity in thousandths of a core or in MiB. */
function inBase(text = ""): number {
  const units: Readonly<Record<string, number>> = { m: 1, "": 1000, Mi: 1, Gi: 1024, Ti: 1024 ** 2 };
  const [, number, unit = ""] = /^(\d+)(\w*)$/.exec(text) ?? [];
  return Number(number) * (units[unit] ?? NaN);
}

/**
 * Machines of the classes. `pods` is the fewest that a node admits, without prefixes on its network interfaces:
 * interfaces × (addresses - 1) + 2. Sources: https://docs.aws.amazon.com/ec2/latest/instancetypes/gp.html and
 * https://github.com/awslabs/amazon-eks-ami/blob/main/nodeadm/internal/kubelet/eni-max-pods.txt
 */
const machines: Readonly<Record<string, { readonly cpus: number; readonly memoryMiB: number; readonly pods: number }>> =
  {
    "t4g.medium": { cpus: 2, memoryMiB: 4096, pods: 17 },
    "m6g.large": { cpus: 2, memoryMiB: 8192, pods: 29 },
    "m6g.xlarge": { cpus: 4, memoryMiB: 16384, pods: 58 },
    "m6g.2xlarge": { cpus: 8, memoryMiB: 32768, pods: 58 },
  };

/** The operating system reports less memory than the machine has. */
const visible = 0.95;

/** On every node: network plugin with its policy agent, kube-proxy, pod identity agent. As their add-ons request. */
const daemons = { cpuMillis: 25 + 25 + 100, pods: 3 };

/** Somewhere: two pods each of CoreDNS, the metrics server and the pool. The most that any of them requests. */
const guests = { count: 2 + 2 + poolReplicas, cpuMillis: 100, memoryMiB: 200 };

/** Pods of the application that one node of a class holds beside what else may run on it. */
function podsPerNode(name: SizeClassName): number {
  const { app, nodes } = sizes[name];
  const machine = machines[nodes.instanceType];
  if (machine === undefined) throw new Error(`${nodes.instanceType} is not in the table of machines`);
  const all = allocatable({ cpus: machine.cpus, memoryMiB: machine.memoryMiB * visible });
  const here = Math.ceil(guests.count / nodes.count);
  return Math.floor(
    Math.min(
      (all.cpuMillis - daemons.cpuMillis - here * guests.cpuMillis) / app.cpuMillis,
      (all.memoryMiB - here * guests.memoryMiB) / app.memoryMiB,
      machine.pods - daemons.pods - here,
    ),
  );
}

/** Nodes in each zone: an Auto Scaling group spreads them as evenly as it can. */
function nodesByZone(count: number, zones: number): number[] {
  return Array.from({ length: zones }, (_, zone) => Math.floor((count + zone) / zones)).filter((nodes) => nodes > 0);
}

/** Pods of the application that a class's nodes hold: no zone may have two more than another. */
function podsOf(name: SizeClassName, zones: number): number {
  const rooms = nodesByZone(sizes[name].nodes.count, zones).map((nodes) => nodes * podsPerNode(name));
  return rooms.reduce((sum, room) => sum + Math.min(room, Math.min(...rooms) + 1), 0);
}

describe.each(classes)("class %s", (name) => {
  const { app, nodes } = sizes[name];

  it.each([2, 3])(
    "holds the largest application in a rollout on its nodes in %i zones: nothing adds nodes",
    (zones) => {
      expect(alivePods(app.maxReplicas)).toBeLessThanOrEqual(podsOf(name, zones));
    },
  );

  it.each([2, 3])("holds the wanted pods when one of %i zones is lost", (zones) => {
    const left = nodesByZone(nodes.count, zones).slice(0, -1);
    expect(app.replicas).toBeLessThanOrEqual(left.reduce((sum, count) => sum + count, 0) * podsPerNode(name));
  });

  it("leaves the autoscaler room", () => {
    expect(app.maxReplicas).toBeGreaterThan(app.replicas);
  });
});

describe("the quota", () => {
  /**
   * Pods of one Deployment in the worst rollout: each step creates what the surge allows, makes as many old pods leave,
   * and none of those is gone before the end. Returns the most pods that count at once.
   */
  function worstRollout(replicas: number): number {
    let old = replicas;
    let fresh = 0;
    let leaving = 0;
    let most = replicas;
    while (fresh < replicas || old > 0) {
      fresh += Math.min(replicas - fresh, replicas + Math.ceil(replicas * surge) - old - fresh);
      most = Math.max(most, old + fresh + leaving);
      const excess = Math.min(old, old + fresh - replicas);
      leaving += excess;
      old -= excess;
    }
    return most;
  }

  const pods = (maxReplicas: number) =>
    Number(quotaOf({ app: { ...sizes.dev.app, maxReplicas } })["pods"]) - 2 * poolReplicas;

  it.each(classes)("of class %s admits a rollout at every number of replicas, leaving pods included", (name) => {
    const { app } = sizes[name];
    const quota = quotaOf(sizes[name]);
    for (let replicas = 1; replicas <= app.maxReplicas; replicas++) {
      const most = worstRollout(replicas);
      // The pool has no surge: each of its pods is replaced by one, and both count.
      expect(most + 2 * poolReplicas).toBeLessThanOrEqual(Number(quota["pods"]));
      expect(most * app.cpuMillis + 2 * poolReplicas * poolResources.cpuMillis).toBeLessThanOrEqual(
        inBase(quota["requests.cpu"]),
      );
      for (const memory of ["requests.memory", "limits.memory"]) {
        expect(most * app.memoryMiB + 2 * poolReplicas * poolResources.memoryMiB).toBeLessThanOrEqual(
          inBase(quota[memory]),
        );
      }
    }
  });

  it("does so for any largest number", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), (maxReplicas) => worstRollout(maxReplicas) <= pods(maxReplicas)),
    );
  });
});
