import { edgesOf } from "./edges";
import { sharedOf } from "./shared";
import type { Graph } from "../core/graph";
import type { Resource } from "../core/resource";

const memory = new WeakMap<Graph, ReadonlyMap<Resource, ReadonlySet<string>>>();

/** The cells that use each resource outside cells, edge and control plane; ISO-08 judges reads. */
export function usersOf(graph: Graph): ReadonlyMap<Resource, ReadonlySet<string>> {
  const known = memory.get(graph);
  if (known !== undefined) return known;
  const users = new Map<Resource, Set<string>>();
  for (const resource of graph.resources) {
    const cell = graph.cell(resource);
    if (cell === undefined) continue;
    for (const { source } of edgesOf(resource)) {
      const owner = graph.owner(source);
      // ISO-03 judges cells that use the edge or the control plane.
      if (owner.kind === "cell" || (owner.kind === "layer" && (owner.layer === "edge" || owner.layer === "control")))
        continue;
      if (source.isRead === true) continue;
      users.set(source, (users.get(source) ?? new Set()).add(cell));
    }
    // A name or an ARN uses it as a dependency does.
    for (const { source } of sharedOf(graph).linksOf(resource))
      users.set(source, (users.get(source) ?? new Set()).add(cell));
  }
  memory.set(graph, users);
  return users;
}
