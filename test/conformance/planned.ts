import type { PlannedResource } from "../../adapters/pulumi/plan/plan";

const stack = "urn:pulumi:dev::cells::pulumi:pulumi:Stack::cells-dev";

/** Hand-made plan of one cell: provider, `CellStack`, and whatever is added. */
export class HandMade {
  readonly resources: PlannedResource[] = [];
  readonly #provider: string;
  readonly #cell: string;

  constructor(
    readonly cell = "cell-1",
    region = "eu-west-1",
    tags: Record<string, string> = { cell: "cell-1" },
  ) {
    const defaultTags = JSON.stringify({ tags });
    this.#provider = this.#push("pulumi:providers:aws", `${cell}-aws`, { region, defaultTags }, stack).urn;
    this.#cell = this.#push("cells:index:CellStack", cell, {}, stack, false).urn;
  }

  /** Adds a resource; `refs` are the inputs that come from other resources of the plan. */
  add(
    type: string,
    name: string,
    inputs: object,
    refs: Readonly<Record<string, PlannedResource>> = {},
  ): PlannedResource {
    return this.#push(type, name, inputs, this.#cell, true, refs);
  }

  secret(type: string, name: string, inputs: object, secretInputs: readonly string[]): PlannedResource {
    const made = { ...this.#push(type, name, inputs, this.#cell), secretInputs };
    this.resources[this.resources.length - 1] = made;
    return made;
  }

  #push(
    type: string,
    name: string,
    inputs: object,
    parent: string,
    custom = true,
    refs: Readonly<Record<string, PlannedResource>> = {},
  ): PlannedResource {
    const resource: PlannedResource = {
      urn: `urn:pulumi:dev::cells::${type}::${name}`,
      type,
      name,
      custom,
      inputs: { ...inputs },
      secretInputs: [],
      parent,
      provider: type.startsWith("aws:") ? `${this.#provider}::id` : "",
      protect: false,
      retainOnDelete: false,
      ignoreChanges: [],
      aliases: [],
      deletedWith: "",
      deleteBeforeReplace: undefined,
      replaceWith: [],
      dependencies: Object.values(refs).map(({ urn }) => urn),
      propertyDependencies: Object.fromEntries(Object.entries(refs).map(([input, { urn }]) => [input, [urn]])),
    };
    this.resources.push(resource);
    return resource;
  }
}
