import type { Graph } from "../core/graph";
import type { Resource } from "../core/resource";
import { undecided, violation, type Rule, type Verdict } from "../core/rule";

/** The clouds' own resources; components and providers hold nothing themselves. */
function isReal(resource: Resource): boolean {
  return !resource.type.startsWith("pulumi:") && !resource.type.startsWith("cells:");
}

const closedWorld: Rule = {
  id: "ISO-01",
  severity: "critical",
  title: "Every resource has one owner",
  blocks: "a resource that is inside no cell and no shared layer, so that nobody can say who may use it",
  fix: "make it a child of the CellStack, CellRouter, Edge or ControlPlane that it belongs to",
  origin: "pattern: complete isolation; anti-pattern: leaky cells",
  stack: (graph) =>
    graph.resources.filter(isReal).flatMap((resource): readonly Verdict[] => {
      const owner = graph.owner(resource);
      if (owner.kind === "orphan") return [violation(resource, undefined, "the resource has no owner")];
      if (owner.kind === "unclear") return [undecided(resource, undefined, "its parent is not among the resources")];
      return [];
    }),
};

/** Everything a resource was computed from or waits for, once each. */
function sources(resource: Resource): ReadonlyMap<Resource, string | undefined> {
  const found = new Map<Resource, string | undefined>();
  for (const [input, list] of Object.entries(resource.propertyDependencies)) {
    for (const source of list) if (!found.has(source)) found.set(source, input);
  }
  for (const source of resource.dependencies) if (!found.has(source)) found.set(source, undefined);
  return found;
}

function crossing(graph: Graph, resource: Resource): readonly Verdict[] {
  const cell = graph.cell(resource);
  if (cell === undefined) return [];
  return [...sources(resource)].flatMap(([source, input]) => {
    const other = graph.owner(source);
    if (other.kind === "cell" && other.id !== cell) {
      const how = input === undefined ? "waits for" : "is computed from";
      return [violation(resource, input, `${cell} ${how} ${source.name} of ${other.id}`)];
    }
    // Foundation is the one layer below the cells.
    if (other.kind === "layer" && source.type !== "cells:index:Foundation" && !other.id.startsWith("foundation")) {
      return [violation(resource, input, `${cell} depends on ${source.name} of ${other.id}, a layer above the cells`)];
    }
    return [];
  });
}

const crossCellEdge: Rule = {
  id: "ISO-02",
  severity: "critical",
  title: "No cell depends on another, nor on a layer above it",
  blocks: "an input or dependsOn of one cell that comes from another cell, a router or the control plane",
  fix: "use the cell's own resource",
  origin: "pattern: complete isolation, control plane off the data path; anti-pattern: leaky cells",
  stack: (graph) => graph.resources.flatMap((resource) => crossing(graph, resource)),
};

const foreignProvider: Rule = {
  id: "ISO-04",
  severity: "critical",
  title: "A cell is made by its own provider",
  blocks: "a resource of one cell made with another cell's provider: another region, account or cluster",
  fix: "pass the cell's own provider",
  origin: "pattern: complete isolation; anti-pattern: leaky cells",
  stack: (graph) => {
    const providers = new Map(
      graph.resources.filter(({ type }) => type.startsWith("pulumi:providers:")).map((one) => [one.urn, one]),
    );
    return graph.resources.flatMap((resource) => {
      const cell = graph.cell(resource);
      const provider = providers.get(resource.provider?.urn ?? "");
      if (cell === undefined || provider === undefined) return [];
      const owner = graph.cell(provider);
      if (owner === undefined || owner === cell) return [];
      return [violation(resource, undefined, `${cell} is made with the provider of ${owner}`)];
    });
  },
};

/** Isolation: who may refer to whom. */
export const isolation: readonly Rule[] = [closedWorld, crossCellEdge, foreignProvider];
