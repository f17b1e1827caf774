import { cellType, controlPlaneType, edgeType, foundationType, routerType } from "../../contract/components";
import { namesOf, type Fingerprints } from "../fingerprints/fingerprints";
import { fingerprintsOf } from "../fingerprints/of-graph";
import { nothingKnown, type Known } from "../fingerprints/known";
import type { OwnedContext } from "./rule";
import type { Resource } from "./resource";
import { scanResource } from "./scan";
import { CellNames, words } from "../literals/names";
import { defaultTag } from "./tags";
import { read } from "./value";

/** The layers: foundation < cell < edge and control. `stack`: the stack itself and providers made beside it. */
export type Layer = "foundation" | "edge" | "control" | "stack";

/** Who a resource belongs to. */
export type Owner =
  | { readonly kind: "cell"; readonly id: string }
  /** Shared by design. */
  | { readonly kind: "layer"; readonly id: string; readonly layer: Layer }
  /** Nobody's: no component of ours above it. */
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

/** All resources of a stack with their owners, worked out once for every rule. */
export class Graph {
  readonly #owners = new Map<Resource, Owner>();
  readonly #byType = new Map<string, Resource[]>();
  readonly #byUrn = new Map<string, Resource>();
  readonly #contexts = new Map<Resource, OwnedContext>();
  #prints: Fingerprints | undefined;
  /** Ids of this stack's cells, and what they are called. */
  #here: ReadonlySet<string> | undefined;
  #names: CellNames | undefined;

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

  /** What tells the cells apart: the catalog's, and what this stack shows. */
  get prints(): Fingerprints {
    return (this.#prints ??= fingerprintsOf(this));
  }

  /** The nearest cell or layer above a resource, itself included. */
  owner(resource: Resource): Owner {
    const known = this.#owners.get(resource);
    if (known !== undefined) return known;
    const owner = this.#find(resource);
    this.#owners.set(resource, owner);
    return owner;
  }

  /** Id of the cell that owns a resource, or undefined. */
  cell(resource: Resource): string | undefined {
    const owner = this.owner(resource);
    return owner.kind === "cell" ? owner.id : undefined;
  }

  /** What rules of cells' resources get; undefined for a resource of no cell. */
  context(resource: Resource): OwnedContext | undefined {
    const known = this.#contexts.get(resource);
    if (known !== undefined) return known;
    const cell = this.cell(resource);
    if (cell === undefined) return undefined;
    const context = ownedContext(resource, cell, this.prints, this.#maker(resource));
    this.#contexts.set(resource, context);
    return context;
  }

  /** The one cell of this stack that a name speaks of. */
  #stackOf(name: string): string | undefined {
    this.#here ??= new Set(this.ofType(cellType).map(cellId));
    this.#names ??= new CellNames([...this.#here].map((id) => ({ cell: id, words: words(id) })));
    const [only, ...more] = this.#names.cellsIn(name);
    return only !== undefined && more.length === 0 && this.#here.has(only) ? only : undefined;
  }

  /** Whose the provider of a resource is. The engine names it by its URN, and has shown it before what it makes. */
  #maker({ provider }: Resource): Owner | undefined {
    const found = provider === undefined ? undefined : this.find(provider.urn);
    return found === undefined ? undefined : this.owner(found);
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
   * A cell before it has registered its id: the one that its inputs say, or that its name is or speaks of in the
   * catalog. When the catalog knows no such cell, only the whole stack can tell whose its resources are.
   */
  #early(stack: Resource): Owner {
    const id = cellId(stack);
    const { cells } = this.known;
    if (id !== stack.name || cells.some((print) => print.id === id)) return { kind: "cell", id };
    // Not by the fingerprints, which ask for the owners of what the stack shows.
    const spoken = new CellNames(cells.flatMap(namesOf)).cellsIn(stack.name);
    const known = spoken.filter((one) => cells.some((print) => print.id === one));
    // `cell-10` beside a catalog that has no such cell is that cell, and no other name of one of the catalog's.
    const [only, ...more] = known.length > 0 ? known : spoken.filter((one) => one === id);
    if (only !== undefined && more.length === 0) return { kind: "cell", id: only };
    return cells.length === 0 ? { kind: "cell", id } : { kind: "unclear" };
  }

  /**
   * A provider beside the components belongs to the one cell it is built on, to the layer or the cell that its tags
   * name, or to the one cell that its own name speaks of.
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

/** What the rules of a cell's resource are given, the scan on demand. */
export function ownedContext(resource: Resource, cell: string, prints: Fingerprints, maker?: Owner): OwnedContext {
  let scan: OwnedContext["scan"] | undefined;
  return {
    cell,
    print: prints.cell(cell),
    prints,
    ...(maker === undefined ? {} : { maker }),
    get scan() {
      return (scan ??= scanResource(resource, cell, prints));
    },
  };
}

/** The id that the cell registered, or its name, which is the same by convention. A bare number is that cell's. */
export function cellId(stack: Resource): string {
  const registered = read(stack.props, "cellId");
  if (registered.state !== "known") return stack.name;
  const { value } = registered;
  if (typeof value === "number" || (typeof value === "string" && /^\d{1,5}$/.test(value)))
    return `cell-${Number(value)}`;
  return typeof value === "string" && value !== "" ? value : stack.name;
}
