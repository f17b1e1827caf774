import type { Resource } from "../core/resource";

/** A resource of a plan under mocks (`adapters/pulumi/plan`) or of an exported state. */
export interface Registered {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly inputs: object;
  /** URN of the parent, or empty. */
  readonly parent: string;
  /** `urn::id` of the provider, or empty. */
  readonly provider: string;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly ignoreChanges?: readonly string[];
  readonly deleteBeforeReplace?: boolean | undefined;
  /** URN, or empty. */
  readonly deletedWith?: string;
  /** True for `.get` and StackReferences. */
  readonly isRead?: boolean;
  /** Names of the inputs, where `inputs` also contains what the cloud returned. */
  readonly asked?: readonly string[];
  /** Paths of secrets that could not be decrypted. */
  readonly sealed?: readonly string[];
  /** Why the cloud's resource may differ from this one. */
  readonly unsettled?: string;
}

/** A resource of a plan that is read and not created. */
export type PlannedRead = Pick<Registered, "urn" | "type" | "name" | "inputs" | "parent">;

/** A plan in the rules' form, so that `cells check` needs no engine. It has inputs and no outputs. */
export function fromPlan(registered: readonly Registered[], reads: readonly PlannedRead[] = []): readonly Resource[] {
  const made = new Map<string, Linked>();
  const find = (urn: string): Resource | undefined => made.get(urn);
  const nothing = { provider: "", dependencies: [], propertyDependencies: {}, isRead: true };
  const all = [
    ...reads.map((one) => new Linked({ ...one, ...nothing }, find)),
    ...registered.map((one) => new Linked(one, find)),
  ];
  for (const one of all) made.set(one.urn, one);
  return all;
}

class Linked implements Resource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly props: object;
  readonly parentUrn?: string;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly ignoreChanges?: readonly string[];
  readonly deletedWith?: string;
  readonly isRead?: boolean;
  readonly asked?: ReadonlySet<string>;
  readonly sealed?: readonly string[];
  readonly unsettled?: string;
  #dependencies: readonly Resource[] | undefined;
  #inputs: Readonly<Record<string, readonly Resource[]>> | undefined;

  constructor(
    private readonly registered: Registered,
    private readonly find: (urn: string) => Resource | undefined,
  ) {
    const { urn, type, name, inputs, parent, protect, retainOnDelete, ignoreChanges, deletedWith, isRead } = registered;
    this.urn = urn;
    this.type = type;
    this.name = name;
    this.props = inputs;
    if (parent !== "") this.parentUrn = parent;
    if (protect !== undefined) this.protect = protect;
    if (ignoreChanges !== undefined) this.ignoreChanges = ignoreChanges;
    if (deletedWith !== undefined && deletedWith !== "") this.deletedWith = deletedWith;
    if (retainOnDelete !== undefined) this.retainOnDelete = retainOnDelete;
    if (isRead !== undefined) this.isRead = isRead;
    if (registered.asked !== undefined) this.asked = new Set(registered.asked);
    if (registered.sealed !== undefined) this.sealed = registered.sealed;
    if (registered.unsettled !== undefined) this.unsettled = registered.unsettled;
  }

  get parent(): Resource | undefined {
    return this.find(this.registered.parent);
  }

  get provider(): { readonly urn: string; readonly props: object } | undefined {
    const { provider } = this.registered;
    return this.find(provider.slice(0, provider.lastIndexOf("::")));
  }

  get dependencies(): readonly Resource[] {
    return (this.#dependencies ??= this.#all(this.registered.dependencies));
  }

  get propertyDependencies(): Readonly<Record<string, readonly Resource[]>> {
    if (this.#inputs !== undefined) return this.#inputs;
    const entries = Object.entries(this.registered.propertyDependencies);
    // A mocked request names every plain property with an empty list; the engine's does not.
    const real = entries.filter(([, urns]) => urns.length > 0);
    return (this.#inputs = Object.fromEntries(real.map(([input, urns]) => [input, this.#all(urns)])));
  }

  #all(urns: readonly string[]): readonly Resource[] {
    return urns.map(this.find).filter((found) => found !== undefined);
  }
}
