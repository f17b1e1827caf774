import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

// The provider's definitions are found by file name and loaded by `require`.
import "tsx/cjs";

import type { MockOutputs } from "../../adapters/pulumi/plan/outputs";
import type { PlannedResource } from "../../adapters/pulumi/plan/plan";
import type { Backend } from "../../local/providers/backend";
import { loadDefinitions } from "../../local/providers/aws/definitions";
import { awsBackend } from "../../local/providers/aws/provider";
import { kubernetesBackend } from "../../local/providers/kubernetes/provider";
import { equal } from "../../local/providers/properties";
import { randomBackend } from "../../local/providers/random/provider";

/** A bag of inputs or outputs. */
export type Properties = Readonly<Record<string, unknown>>;

/** One resource of a released environment: no more than what decides whether an update would replace it. */
export interface ReleasedResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  /** Inputs whose change replaces the resource; see {@link forcing}. A secret stands as {@link masked}. */
  readonly inputs: Properties;
  /** Outputs that inputs of other resources depend on. */
  readonly outputs: Properties;
}

/** Placeholder for the value of a secret. */
export const masked = "[secret]";

const backends: Readonly<Record<string, Backend<never>>> = {
  aws: awsBackend("http://127.0.0.1:1", loadDefinitions()) as Backend<never>,
  kubernetes: kubernetesBackend("unused") as Backend<never>,
  random: randomBackend() as Backend<never>,
};

/** Where settings of a provider decide no replacement. */
const plainSession = { defaultTags: {} } as never;

/**
 * Inputs whose difference would replace the resource, as the local providers preview it.
 *
 * @param settings of the resource's provider.
 */
function replacedBy(type: string, before: Properties, after: Properties, settings: Properties = {}): readonly string[] {
  if (type.startsWith("pulumi:providers:")) {
    const replaces = backends[type.split(":")[2]!]?.configReplaces ?? [];
    return replaces.filter((key) => !equal(before[key], after[key]));
  }
  const backend = backends[type.split(":")[0]!];
  if (backend === undefined) return [];
  const session = backend === backends["kubernetes"] ? backend.configure(settings) : plainSession;
  return backend.diff(session, type, before, {}, after).replaces;
}

/** Those of the inputs whose change would replace the resource. */
export function forcing(type: string, inputs: Properties): Properties {
  const keys = Object.keys(inputs).filter(
    (key) => replacedBy(type, inputs, { ...inputs, [key]: "another" }).length > 0,
  );
  return Object.fromEntries(keys.map((key) => [key, inputs[key]]));
}

/** A release's fixture: `test/upgrade/<release>/state.json.gz`. */
export function readRelease(release: string): readonly ReleasedResource[] {
  const file = join(__dirname, release, "state.json.gz");
  return JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")) as ReleasedResource[];
}

/** Outputs for a plan, as the released environment has them. */
export function outputsOf(released: readonly ReleasedResource[]): (urn: string) => MockOutputs | undefined {
  const byUrn = new Map(released.map((resource) => [resource.urn, resource]));
  return (urn) => {
    const found = byUrn.get(urn);
    return found?.id === undefined ? undefined : { id: found.id, outputs: found.outputs };
  };
}

/** What an update of the released environment to the planned one would break, a line each. */
export function broken(released: readonly ReleasedResource[], planned: readonly PlannedResource[]): readonly string[] {
  const successors = new Map<string, PlannedResource>();
  for (const resource of planned) for (const urn of resource.aliases) successors.set(urn, resource);
  for (const resource of planned) successors.set(resource.urn, resource);
  const settingsOf = ({ provider = "" }: PlannedResource) =>
    planned.find(({ urn }) => provider.startsWith(`${urn}::`))?.inputs;
  return released.flatMap(({ urn, type, inputs }) => {
    const now = successors.get(urn);
    if (now === undefined) return [`deleted: ${urn}`];
    // A bucket's object whose key follows from its content: the previous one stays.
    if (now.type === "aws:s3/bucketObjectv2:BucketObjectv2" && now.retainOnDelete) return [];
    const open = Object.fromEntries(
      Object.entries(now.inputs).map(([key, value]) => [key, now.secretInputs.includes(key) ? masked : value]),
    );
    return replacedBy(type, inputs, open, settingsOf(now)).map((key) => `replaced: ${urn}, because ${key} changed`);
  });
}
