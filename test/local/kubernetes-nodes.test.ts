import { describe, expect, it } from "vitest";

import { reconcile, type Node, type NodeGroup } from "../../local/kubernetes/nodes";

const blue: NodeGroup = {
  name: "blue",
  desiredSize: 2,
  generation: "1-1",
  labels: { "cells/colour": "blue" },
  instanceType: "t4g.medium",
  cpus: 2,
  memoryMiB: 4096,
  architecture: "arm64",
  zones: ["eu-west-1a", "eu-west-1b"],
};

/** The nodes that a reconciliation would create, with what the kubelet reports of them. */
function created(groups: readonly NodeGroup[], isReady = true, present: readonly Node[] = []): Node[] {
  const conditions = [{ type: "Ready", status: isReady ? "True" : "False" }];
  return reconcile(groups, present).create.map((node) => ({ ...(node as Node), status: { conditions } }));
}

const nameOf = ({ metadata }: Node): string => metadata.name;

describe("the nodes of a cluster", () => {
  it("are as many as the group wants, spread over its zones, with its labels", () => {
    const nodes = created([blue]);
    expect(nodes.map(({ metadata }) => metadata.labels?.["topology.kubernetes.io/zone"])).toEqual(blue.zones);
    expect(nodes.map(({ metadata }) => metadata.labels?.["cells/colour"])).toEqual(["blue", "blue"]);
    expect(reconcile([blue], nodes)).toEqual({ create: [], end: [] });
  });

  it("end without regard to budgets when the group shrinks or goes", () => {
    const nodes = created([blue]);
    expect(reconcile([{ ...blue, desiredSize: 1 }], nodes).end).toEqual([{ name: nameOf(nodes[1]!), evict: false }]);
    const all = nodes.map((node) => ({ name: nameOf(node), evict: false }));
    expect(reconcile([{ ...blue, desiredSize: 0 }], nodes).end).toEqual(all);
    expect(reconcile([], nodes).end).toEqual(all);
  });

  it("are replaced one after another in an update, by eviction, once the new ones are ready", () => {
    const newer = { ...blue, generation: "1-2" };
    const old = created([blue]);
    expect(reconcile([newer], old)).toMatchObject({ end: [] });
    expect(created([newer], true, old)).toHaveLength(2);
    expect(reconcile([newer], [...old, ...created([newer], false, old)]).end).toEqual([]);
    const both = [...old, ...created([newer], true, old)];
    expect(reconcile([newer], both).end).toEqual([{ name: nameOf(old[0]!), evict: true }]);
    expect(reconcile([newer], both.slice(1)).end).toEqual([{ name: nameOf(old[1]!), evict: true }]);
    expect(reconcile([newer], both.slice(2))).toEqual({ create: [], end: [] });
  });
});
