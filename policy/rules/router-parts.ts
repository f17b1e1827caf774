import { routerType } from "../../contract/components";
import type { Graph } from "../core/graph";
import type { Resource } from "../core/resource";

export const lambda = "aws:lambda/function:Function";

/** The router that a resource is a part of; undefined outside routers. */
export function ownRouter(resource: Resource): Resource | undefined {
  for (let at: Resource | undefined = resource; at !== undefined; at = at.parent) {
    if (at.type === routerType) return at;
  }
  return undefined;
}

/** Resources of routers: the components of the edge that route. */
export function ofRouters(graph: Graph, type: string): readonly Resource[] {
  return graph.ofType(type).filter((resource) => ownRouter(resource) !== undefined);
}
