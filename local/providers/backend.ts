import type { Properties } from "./properties";

/** What a plan step would do to a resource. */
export interface Difference {
  /** Inputs that differ. */
  readonly changed: ReadonlySet<string>;
  /** Those of them that force a replacement. */
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

/** A resource as the cloud has it. */
export interface Observed {
  readonly outputs: Properties;
  readonly inputs: Properties;
}

/**
 * A local provider without gRPC: `server.ts` serves any of these to the engine. `Session` is the configuration of one
 * explicit provider resource; each has its own connection.
 */
export interface Backend<Session> {
  /** Package name, e.g. `aws`. */
  readonly name: string;
  /** Version that the engine records. */
  readonly version: string;
  configure(config: Properties): Session;
  /** Provider settings whose change means another cloud, so that everything in it is replaced. */
  readonly configReplaces: readonly string[];
  /** Throws for a type that the backend does not support. */
  check(session: Session, token: string, inputs: Properties): Properties;
  diff(session: Session, token: string, oldInputs: Properties, state: Properties, inputs: Properties): Difference;
  /** Called in previews too, with unknowns in `inputs`: judges what it can, creates nothing. */
  preview(session: Session, token: string, inputs: Properties): void;
  create(
    session: Session,
    token: string,
    inputs: Properties,
    name: string,
  ): Promise<{ id: string; outputs: Properties }>;
  /** Undefined when it is gone. `oldInputs` is empty for an import or a `.get`. */
  read(
    session: Session,
    token: string,
    id: string,
    state: Properties,
    oldInputs: Properties,
  ): Promise<Observed | undefined>;
  /** Outputs that an update with these inputs replaces: unknown in its preview. */
  renews(token: string, inputs: Properties, oldInputs: Properties): readonly string[];
  update(
    session: Session,
    token: string,
    id: string,
    inputs: Properties,
    oldInputs: Properties,
    state: Properties,
  ): Promise<Properties>;
  delete(session: Session, token: string, id: string, state: Properties): Promise<void>;
  /** Answers a data source; absent where there is none. */
  invoke?(session: Session, token: string, inputs: Properties): Promise<Properties>;
}
