import type { Fingerprints } from "../fingerprints/fingerprints";
import { fingerprintsOf } from "../fingerprints/of-graph";
import type { OwnedContext } from "./context";
import { OwnedResources, type Owner } from "./owners";
import type { Resource } from "./resource";
import { scanResource } from "./scan";

/** All resources of a stack with their owners and the cells' fingerprints, computed once for every rule. */
export class Graph extends OwnedResources {
  readonly #contexts = new Map<Resource, OwnedContext>();
  #prints: Fingerprints | undefined;

  /** What distinguishes the cells: from the catalog, and from this stack. */
  get prints(): Fingerprints {
    return (this.#prints ??= fingerprintsOf(this));
  }

  /** What the rules of a cell's resource get; undefined for a resource of no cell. */
  context(resource: Resource): OwnedContext | undefined {
    const known = this.#contexts.get(resource);
    if (known !== undefined) return known;
    const cell = this.cell(resource);
    if (cell === undefined) return undefined;
    const context = ownedContext(resource, cell, this.prints, this.#maker(resource));
    this.#contexts.set(resource, context);
    return context;
  }

  /** Owner of a resource's provider. The engine refers to it by its URN, and sends it before what it makes. */
  #maker({ provider }: Resource): Owner | undefined {
    const found = provider === undefined ? undefined : this.find(provider.urn);
    return found === undefined ? undefined : this.owner(found);
  }
}

function ownedContext(resource: Resource, cell: string, prints: Fingerprints, maker?: Owner): OwnedContext {
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
