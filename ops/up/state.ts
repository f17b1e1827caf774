/** A resource of an exported state; only the members that are read here. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly parent?: string;
  readonly delete?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** An operation that the engine had begun when it ended. */
export interface PendingOperation {
  readonly type: string;
  readonly resource: StateResource;
}

/** What `pulumi stack export` prints. */
interface StateExport {
  readonly deployment?: {
    readonly resources?: readonly StateResource[] | null;
    readonly pending_operations?: readonly PendingOperation[] | null;
  };
}

/** The resources and the pending operations of an exported state, and all of it. */
export function readState(state: string): {
  readonly whole: StateExport;
  readonly resources: readonly StateResource[];
  readonly pending: readonly PendingOperation[];
} {
  const whole = JSON.parse(state) as StateExport;
  return { whole, resources: whole.deployment?.resources ?? [], pending: whole.deployment?.pending_operations ?? [] };
}
