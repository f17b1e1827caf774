import type { Graph } from "../core/graph";
import type { Resource } from "../core/resource";

/** One resource that a resource was computed from or waits for. */
interface DependencyEdge {
  readonly source: Resource;
  /** The input; undefined for dependsOn. */
  readonly input: string | undefined;
}

const edges = new WeakMap<Resource, readonly DependencyEdge[]>();

/** All edges of a resource: each source once for each input, or once without an input. Cached. */
export function edgesOf(resource: Resource): readonly DependencyEdge[] {
  const known = edges.get(resource);
  if (known !== undefined) return known;
  const found = findEdges(resource);
  edges.set(resource, found);
  return found;
}

function findEdges(resource: Resource): readonly DependencyEdge[] {
  const named = Object.entries(resource.propertyDependencies).flatMap(([input, list]) =>
    [...new Set(list)].map((source) => ({ source, input })),
  );
  const seen = new Set(named.map(({ source }) => source));
  const bare = [...new Set(resource.dependencies)].filter((source) => !seen.has(source));
  return [...named, ...bare.map((source) => ({ source, input: undefined }))];
}

/** The first edge to another cell for each input: one leak is one finding, even if it names many resources. */
export function crossings(
  graph: Graph,
  resource: Resource,
  cell: string,
): readonly (DependencyEdge & { readonly other: string })[] {
  const found = new Map<string, DependencyEdge & { readonly other: string }>();
  for (const edge of edgesOf(resource)) {
    const other = graph.cell(edge.source);
    if (other === undefined || other === cell) continue;
    const key = edge.input ?? "";
    if (!found.has(key)) found.set(key, { ...edge, other });
  }
  // A dependsOn of a component names all its children, so one edge for each input is enough.
  return [...found.values()];
}

/**
 * True when an input was computed from the same type of resource of every cell: one cell's value was picked from a list
 * of all. The cells wait for each other, but perhaps no data passes.
 */
export function isPick(graph: Graph, resource: Resource, input: string, cell: string): boolean {
  const sources = resource.propertyDependencies[input] ?? [];
  const byCell = new Map(sources.map((source) => [graph.cell(source), source.type]));
  const others = [...byCell.keys()].filter((id) => id !== undefined && id !== cell);
  return (
    byCell.has(cell) &&
    others.length > 0 &&
    others.length >= graph.prints.cells.length - 1 &&
    new Set(byCell.values()).size === 1
  );
}
