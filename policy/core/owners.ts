import { cellType, controlPlaneType, edgeType, foundationType, routerType } from "../../contract/components";
import { namesOf } from "../fingerprints/fingerprints";
import { nothingKnown, type Known } from "../fingerprints/known";
import { CellWords, words } from "../literals/names";
import type { Resource } from "./resource";
import { defaultTag } from "./tags";
import { read } from "./value";

/** The layers: foundation < cell < edge and control. `stack`: the stack itself and providers without a component. */
type Layer = "foundation" | "edge" | "control" | "stack";

/** Who a resource belongs to. */
export type Owner =
  | { readonly kind: "cell"; readonly id: string }
  /** Shared by design. */
  | { readonly kind: "layer"; readonly id: string; readonly layer: Layer }
  /** No component of the program is above it. */
  | { readonly kind: "orphan" }
  /** The parent is named but not among the resources. */
  | { readonly kind: "unclear" };

/** Components that may own what no cell owns. */
export const layerTypes: ReadonlyMap<string, Layer> = new Map([
  [routerType, "edge"],
  [edgeType, "edge"],
  [controlPlaneType, "control"],
  [foundationType, "foundation"],
]);

/** The resources of a stack and their owners. Each owner is computed once. */
export class OwnedResources {
  readonly #owners = new Map<Resource, Owner>();
  readonly #byType = new Map<string, Resource[]>();
  readonly #byUrn = new Map<string, Resource>();
  /** Ids of this stack's cells, and the words of their names. */
  #here: ReadonlySet<string> | undefined;
  #names: CellWords | undefined;

  constructor(
    readonly resources: readonly Resource[],
    readonly known: Known = nothingKnown,
    /** While resources are judged one by one, those that came before: cells have not registered their ids yet. */
    private readonly early?: ReadonlyMap<string, Resource>,
  ) {
    for (const resource of resources) {
      this.#byUrn.set(resource.urn, resource);
      const same = this.#byType.get(resource.type);
      if (same === undefined) this.#byType.set(resource.type, [resource]);
      else same.push(resource);
    }
  }

  ofType(...types: readonly string[]): readonly Resource[] {
    return types.flatMap((type) => this.#byType.get(type) ?? []);
  }

  find(urn: string): Resource | undefined {
    return this.#byUrn.get(urn) ?? this.early?.get(urn);
  }

  /** The nearest cell or layer above a resource, itself included. */
  owner(resource: Resource): Owner {
    const known = this.#owners.get(resource);
    if (known !== undefined) return known;
    // While it is looked for: two providers of a broken state may depend on each other.
    this.#owners.set(resource, { kind: "unclear" });
    const owner = this.#find(resource);
    this.#owners.set(resource, owner);
    return owner;
  }

  /** Id of the cell that owns a resource, or undefined. */
  cell(resource: Resource): string | undefined {
    const owner = this.owner(resource);
    return owner.kind === "cell" ? owner.id : undefined;
  }

  /** The cell of this stack that a name contains, if it contains exactly one. */
  #stackOf(name: string): string | undefined {
    this.#here ??= new Set(this.ofType(cellType).map(cellId));
    this.#names ??= new CellWords([...this.#here].map((id) => ({ cell: id, words: words(id) })));
    const [only, ...more] = this.#names.cellsIn(name);
    return only !== undefined && more.length === 0 && this.#here.has(only) ? only : undefined;
  }

  #find(resource: Resource): Owner {
    if (resource.type === cellType)
      return this.early !== undefined ? this.#early(resource) : { kind: "cell", id: cellId(resource) };
    const layer = layerTypes.get(resource.type);
    if (layer !== undefined) return { kind: "layer", id: resource.name, layer };
    if (resource.type === "pulumi:pulumi:Stack") return { kind: "layer", id: resource.name, layer: "stack" };
    const { parent } = resource;
    if (parent !== undefined && parent.type !== "pulumi:pulumi:Stack") return this.owner(parent);
    const above = resource.parentUrn ?? "";
    const isRoot = parent !== undefined || above === "" || above.includes("::pulumi:pulumi:Stack::");
    if (!isRoot) return { kind: "unclear" };
    return resource.type.startsWith("pulumi:providers:") ? this.#providerOwner(resource) : { kind: "orphan" };
  }

  /**
   * A cell before it has registered its id: the id from its inputs, or the catalog's cell that its name is or contains.
   * If the catalog has no such cell, its resources have no owner until the whole stack is judged.
   */
  #early(stack: Resource): Owner {
    const id = cellId(stack);
    const { cells } = this.known;
    if (id !== stack.name || cells.some((print) => print.id === id)) return { kind: "cell", id };
    // The fingerprints cannot be used here, because they need the owners.
    const spoken = new CellWords(cells.flatMap(namesOf)).cellsIn(stack.name);
    const known = spoken.filter((one) => cells.some((print) => print.id === one));
    // `cell-10`, if the catalog has no such cell, is cell-10 and not another name of one of the catalog's cells.
    const [only, ...more] = known.length > 0 ? known : spoken.filter((one) => one === id);
    if (only !== undefined && more.length === 0) return { kind: "cell", id: only };
    return cells.length === 0 ? { kind: "cell", id } : { kind: "unclear" };
  }

  /**
   * A provider beside the components belongs to the one cell that it depends on, to the layer or the cell that its tags
   * name, or to the one cell that its own name contains.
   */
  #providerOwner(provider: Resource): Owner {
    const sources = [...provider.dependencies, ...Object.values(provider.propertyDependencies).flat()];
    const cells = new Set(sources.map((source) => this.cell(source)).filter((id) => id !== undefined));
    const [only] = cells;
    if (cells.size === 1 && only !== undefined) return { kind: "cell", id: only };
    const [layer, tagged] = ["layer", "cell"].map((name) => {
      const found = defaultTag(provider.props, name);
      return found.state === "known" ? found.value : undefined;
    });
    if (layer === undefined && cells.size === 0) {
      const named = this.#stackOf(typeof tagged === "string" ? tagged : provider.name);
      if (named !== undefined) return { kind: "cell", id: named };
    }
    return { kind: "layer", id: provider.name, layer: layer === "edge" || layer === "control" ? layer : "stack" };
  }
}

/** The id that the cell registered, or its name, which is the same by convention. A bare number is that cell's number. */
export function cellId(stack: Resource): string {
  const registered = read(stack.props, "cellId");
  if (registered.state !== "known") return stack.name;
  const { value } = registered;
  if (typeof value === "number" || (typeof value === "string" && /^\d{1,5}$/.test(value)))
    return `cell-${Number(value)}`;
  return typeof value === "string" && value !== "" ? value : stack.name;
}
