/**
 * A resource as every rule sees it, whoever read it: the CrossGuard pack, a plan under mocks, an exported state.
 * Properties are read with `read`, `items` and `leaves` only, because reading an unknown one may throw.
 */
export interface Resource {
  readonly urn: string;
  /** Pulumi type token. */
  readonly type: string;
  readonly name: string;
  /** Inputs, and outputs where they are known; a property may throw when it is read. */
  readonly props: object;
  /** Provider, when it is an explicit one. */
  readonly provider?: { readonly urn: string; readonly props: object };
  readonly parent?: Resource;
  /** URN of the parent, also when the parent is not among the resources. */
  readonly parentUrn?: string;
  readonly dependencies: readonly Resource[];
  /**
   * What each top-level input was computed from. Complete at the first preview, when values are still unknown. An
   * input with an empty list was computed from something that is not among the resources: a read, another stack.
   */
  readonly propertyDependencies: Readonly<Record<string, readonly Resource[]>>;
  /** Pulumi's `protect`; undefined where the front end does not say. */
  readonly protect?: boolean;
  readonly ignoreChanges?: readonly string[];
  /** URN of the resource whose deletion is taken for this one's; told by plans and states only. */
  readonly deletedWith?: string;
  /** True for `.get` and StackReferences: they exist already, elsewhere. Told by plans and states only. */
  readonly isRead?: boolean;
  /**
   * Names of the properties that were asked for; what else is in `props` the cloud answered. Undefined where the front
   * end shows inputs alone.
   */
  readonly asked?: ReadonlySet<string>;
  /** Pulumi's `retainOnDelete`; told by plans and states only. */
  readonly retainOnDelete?: boolean;
  /** Paths of secrets that are encrypted, and so cannot be judged; told by states only. */
  readonly sealed?: readonly string[];
  /** Why nobody knows whether the cloud has it as it is written here; told by states only. */
  readonly unsettled?: string;
}
