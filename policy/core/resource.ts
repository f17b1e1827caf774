/**
 * A resource as every rule sees it, from each source: the CrossGuard pack, a plan under mocks or an exported state.
 * Read properties with `read`, `items` and `leaves` only, because reading an unknown property may throw.
 */
export interface Resource {
  readonly urn: string;
  /** Pulumi type token. */
  readonly type: string;
  readonly name: string;
  /** Inputs, and outputs where they are known; reading a property may throw. */
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
  /** Pulumi's `protect`; undefined where the source does not have it. */
  readonly protect?: boolean;
  readonly ignoreChanges?: readonly string[];
  /** URN of the resource whose deletion counts as this one's; from plans and states only. */
  readonly deletedWith?: string;
  /** True for `.get` and StackReferences: they exist already, elsewhere. From plans and states only. */
  readonly isRead?: boolean;
  /**
   * Names of the inputs; the cloud returned the other properties. Undefined where the source has inputs only.
   */
  readonly asked?: ReadonlySet<string>;
  /** Pulumi's `retainOnDelete`; from plans and states only. */
  readonly retainOnDelete?: boolean;
  /** Paths of encrypted secrets, which cannot be judged; from states only. */
  readonly sealed?: readonly string[];
  /** Why the cloud's resource may differ from this one; from states only. */
  readonly unsettled?: string;
}
