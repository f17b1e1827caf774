import type { Resource } from "./resource";
import { read } from "./value";

/** Who a resource belongs to. */
export type Owner =
  | { readonly kind: "cell"; readonly id: string }
  /** Shared by design: routers, edge DNS, control plane, foundation. */
  | { readonly kind: "layer"; readonly id: string }
  /** Nobody's: no component of ours above it. */
  | { readonly kind: "orphan" }
  /** The parent is named but not among the resources. */
  | { readonly kind: "unclear" };

/** Component of a cell. */
export const cellType = "cells:index:CellStack";

/** Components that may own what no cell owns. */
export const layerTypes: ReadonlySet<string> = new Set([
  "cells:index:CellRouter",
  "cells:index:ControlPlane",
  "cells:index:Edge",
  "cells:index:Foundation",
]);

/** All resources of a stack with their owners, worked out once for every rule. */
export class Graph {
  readonly #owners = new Map<string, Owner>();
  readonly #byType = new Map<string, Resource[]>();

  constructor(readonly resources: readonly Resource[]) {
    for (const resource of resources) {
      const same = this.#byType.get(resource.type);
      if (same === undefined) this.#byType.set(resource.type, [resource]);
      else same.push(resource);
    }
  }

  ofType(...types: readonly string[]): readonly Resource[] {
    return types.flatMap((type) => this.#byType.get(type) ?? []);
  }

  /** The nearest cell or layer above a resource, itself included. */
  owner(resource: Resource): Owner {
    const known = this.#owners.get(resource.urn);
    if (known !== undefined) return known;
    const owner = this.#find(resource);
    this.#owners.set(resource.urn, owner);
    return owner;
  }

  /** Id of the cell that owns a resource, or undefined. */
  cell(resource: Resource): string | undefined {
    const owner = this.owner(resource);
    return owner.kind === "cell" ? owner.id : undefined;
  }

  #find(resource: Resource): Owner {
    if (resource.type === cellType) return { kind: "cell", id: cellId(resource) };
    if (layerTypes.has(resource.type)) return { kind: "layer", id: resource.name };
    if (resource.parent !== undefined) return this.owner(resource.parent);
    const above = resource.parentUrn ?? "";
    return above === "" || above.includes("::pulumi:pulumi:Stack::") ? { kind: "orphan" } : { kind: "unclear" };
  }
}

/** The id that the cell registered, or its name, which is the same by convention. */
function cellId(stack: Resource): string {
  const registered = read(stack.props, "cellId");
  return registered.state === "known" && typeof registered.value === "string" ? registered.value : stack.name;
}
