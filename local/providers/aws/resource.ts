/**
 * The contract of the local AWS provider's table: one {@link ResourceDefinition} per Pulumi type token. The
 * definition has the SDK calls that create, read, change and delete the resource; everything else (diffing, tags,
 * previews, refresh, secrets, gRPC) is the framework's and written once in `provider.ts`.
 */
import type { Agent } from "node:http";

import type { Properties } from "../properties";

export type { Properties };

/** What a call may use: SDK clients of the provider's region, and the few facts that AWS outputs contain. */
export interface Cloud {
  readonly region: string;
  /** `aws`, `aws-cn`, … of the region. */
  readonly partition: string;
  /** Account id, from STS once per provider. */
  readonly accountId: string;
  /** The shared client of this class for this region: `cloud.client(EC2Client)`. */
  client<C>(type: new (config: ClientConfig) => C): C;
}

/** Configuration every SDK client is built with. */
export interface ClientConfig {
  region: string;
  endpoint: string;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  maxAttempts: number;
  requestHandler?: { httpAgent: Agent; requestTimeout: number };
}

/** The result of a create. */
export interface Created {
  readonly id: string;
  /**
   * Outputs already known from the create's answer. When absent, the framework calls `read` once to get them.
   * Either way the resource's outputs are its inputs, overlaid by these.
   */
  readonly outputs?: Properties;
}

/** What happens to one resource type. Every function may throw the SDK's error; the framework words it. */
export interface ResourceDefinition {
  /** Pulumi type token, e.g. `aws:ec2/vpc:Vpc`. */
  readonly token: string;
  /** Inputs that exist only for Pulumi (`skipFinalSnapshot`): a change of them is recorded without a call. */
  readonly localOnly?: readonly string[];
  /** Outputs that are secret whatever the inputs were. */
  readonly secretOutputs?: readonly string[];
  /** `inputs.tags` already holds the provider's default tags merged with the resource's own. */
  create(cloud: Cloud, inputs: Properties): Promise<Created>;
  /**
   * What the cloud has now: outputs, and the inputs it can report (so that refresh sees drift), under Pulumi's names.
   * Undefined when it is gone. "Not found" errors may be thrown: the framework handles them (see `notFound`).
   */
  read(cloud: Cloud, id: string, state: Properties): Promise<Properties | undefined>;
  /** Changes in place. `changed` names the inputs that differ. Absent where catalog/replacement.ts replaces for all. */
  update?(cloud: Cloud, id: string, inputs: Properties, olds: Properties, changed: ReadonlySet<string>): Promise<void>;
  /**
   * Outputs that a change of these inputs replaces, such as the number of a version. The preview must call them
   * unknown, as the official provider does: otherwise their dependents would seem not to change.
   */
  renews?(changed: ReadonlySet<string>, inputs: Properties): readonly string[];
  /** Deleting a resource that is gone succeeds: the framework ignores "not found". */
  delete(cloud: Cloud, id: string, state: Properties): Promise<void>;
}

/** Identity, for type inference and readable tables. */
export function resource(definition: ResourceDefinition): ResourceDefinition {
  return definition;
}

/**
 * A definition that refuses inputs it does not carry to the cloud, instead of dropping them in silence.
 *
 * @param known inputs that the definition handles.
 */
export function strict(known: readonly string[], definition: ResourceDefinition): ResourceDefinition {
  const takes = new Set([...known, ...(definition.localOnly ?? []), "tags", "region"]);
  const check = (inputs: Properties): void => {
    const unknown = Object.keys(inputs).filter((key) => !takes.has(key) && !key.startsWith("__"));
    if (unknown.length > 0) {
      throw new Error(
        `the local definition of ${definition.token} does not support ${unknown.join(", ")}: add it there`,
      );
    }
  };
  const { create, update } = definition;
  return {
    ...definition,
    create: async (cloud, inputs) => {
      check(inputs);
      return create(cloud, inputs);
    },
    ...(update === undefined
      ? {}
      : {
          update: async (cloud, id, inputs, olds, changed) => {
            check(inputs);
            await update(cloud, id, inputs, olds, changed);
          },
        }),
  };
}
