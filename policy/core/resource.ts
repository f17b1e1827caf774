/**
 * A resource as every rule sees it, whoever read it: the CrossGuard pack, a plan under mocks, later an exported state.
 * Properties are read with `read` and `items` of `value.ts` only, because reading an unknown one may throw.
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
  /** What each top-level input was computed from. Complete at the first preview, when values are still unknown. */
  readonly propertyDependencies: Readonly<Record<string, readonly Resource[]>>;
}
