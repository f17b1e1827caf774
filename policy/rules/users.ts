import { edgesOf } from "./edges";
import type { Graph } from "../core/graph";
import type { Resource } from "../core/resource";

const memory = new WeakMap<Graph, ReadonlyMap<Resource, ReadonlySet<string>>>();

/** The cells that use what lies outside all cells, the edge and the control plane; what is read is ISO-08's. */
export function usersOf(graph: Graph): ReadonlyMap<Resource, ReadonlySet<string>> {
  const known = memory.get(graph);
  if (known !== undefined) return known;
  const users = new Map<Resource, Set<string>>();
  for (const resource of graph.resources) {
    const cell = graph.cell(resource);
    if (cell === undefined) continue;
    for (const { source } of edgesOf(resource)) {
      const owner = graph.owner(source);
      // An edge or control plane that cells use is ISO-03's.
      if (owner.kind === "cell" || (owner.kind === "layer" && (owner.layer === "edge" || owner.layer === "control")))
        continue;
      if (source.isRead === true) continue;
      users.set(source, (users.get(source) ?? new Set()).add(cell));
    }
  }
  memory.set(graph, users);
  return users;
}
