import * as pulumi from "@pulumi/pulumi";
import * as resourceProto from "@pulumi/pulumi/proto/resource_pb";
import { Struct, Value, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

import { region } from "../../../catalog/regions";
import { quickenSdk } from "../quick-sdk";
import { mockOutputs, type MockOutputs } from "./outputs";

/** One resource that a program would register: the engine's request, with mocked outputs filled in. */
export interface PlannedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** False for components. */
  readonly custom: boolean;
  /** Inputs with secrets unwrapped; see {@link secretInputs} for which they were. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a property bag
  readonly inputs: Record<string, any>;
  /** Top-level inputs that hold a secret anywhere inside. */
  readonly secretInputs: readonly string[];
  /** URN of the parent; empty for the stack itself. */
  readonly parent: string;
  /** `urn::id` of the provider; empty for components and default providers. */
  readonly provider: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly ignoreChanges: readonly string[];
  /** URNs under which an earlier program may have registered it, those that follow from its parents' included. */
  readonly aliases: readonly string[];
  /** URN of the resource whose deletion is taken for this one's; empty when there is none. */
  readonly deletedWith: string;
  /** Order of a replacement that the program fixes; undefined when the provider decides. */
  readonly deleteBeforeReplace: boolean | undefined;
  /** URNs of the resources whose replacement replaces this one too. */
  readonly replaceWith: readonly string[];
  readonly dependencies: readonly string[];
  /** URNs that each top-level input depends on. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
}

/** What a program planned, and what it returned. */
export interface Plan<T> {
  readonly resources: readonly PlannedResource[];
  /** What was read instead of created: `.get` and StackReferences. Policies of the engine never see these. */
  readonly reads: readonly PlannedRead[];
  readonly result: T;
}

/** One resource that a program reads. */
export interface PlannedRead {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly parent: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

const secretSignature = "4dabf18193072939515e22adb298388d";
const secretMark = "1b47061264138c4ac30d75fd1eb44270";

/**
 * Runs a program against mocks: no engine, no cloud, 4–5 ms a resource. Outputs are made up by `mockOutputs` in the
 * shapes AWS gives them, so that what depends on them can be checked too. One plan at a time in a process, because the
 * Pulumi runtime is global.
 *
 * @param program registers resources and may return anything, outputs included.
 * @param options.preview true to see the program as a first preview does: computed outputs unknown.
 * @param options.outputsOf a resource's known outputs, by its URN or an alias; made up where it returns undefined.
 */
export async function plan<T>(
  program: () => T | Promise<T>,
  options: {
    readonly stack?: string;
    readonly project?: string;
    readonly preview?: boolean;
    readonly config?: Readonly<Record<string, string>>;
    readonly outputsOf?: (urn: string) => MockOutputs | undefined;
  } = {},
): Promise<Plan<pulumi.Unwrap<T>>> {
  const project = options.project ?? "cells";
  const resources: PlannedResource[] = [];
  const reads: PlannedRead[] = [];
  await pulumi.runtime.setMocks(
    {
      // Reads only: `answerRequests` answers registrations.
      newResource: ({ type, name, inputs, id }) => {
        const known = mockOutputs(type, name, inputs);
        return { id: id || known.id, state: options.preview === true ? inputs : { ...inputs, ...known.outputs } };
      },
      call: ({ token, provider }) => {
        if (token === "aws:index/getAvailabilityZones:getAvailabilityZones") {
          const named = resources.find(({ urn }) => provider?.startsWith(`${urn}::`) === true)?.inputs[
            "region"
          ] as string;
          return { names: region(named)?.zones.map((letter) => `${named}${letter}`) ?? [] };
        }
        throw new Error(`the program calls ${token}: give the plan a value for it, or take it from the catalog`);
      },
    },
    project,
    options.stack ?? "dev",
    options.preview ?? false,
  );
  (pulumi.runtime.getMonitor() as unknown as Urns).newUrn = urnOf;
  hideAliasSpecs();
  pulumi.runtime.setAllConfig(
    Object.fromEntries(
      Object.entries(options.config ?? {}).map(([key, value]) => [
        key.includes(":") ? key : `${project}:${key}`,
        value,
      ]),
    ),
  );
  answerRequests(resources, options.preview ?? false, options.outputsOf ?? (() => undefined));
  recordReads(reads);

  quickenSdk();
  const result = await pulumi.runtime.runInPulumiStack(async () => {
    const value = await program();
    return { value } as Record<string, unknown>;
  });
  await pulumi.runtime.disconnect();
  const value = await settled((result as { value?: unknown } | undefined)?.value);
  return { resources, reads, result: value as pulumi.Unwrap<T> };
}

/**
 * Takes each registration before the mock monitor does, because mocks see no parents, options or dependencies, and
 * answers it: the monitor would decode and encode every input once more, a sixth of the plan's work.
 */
function answerRequests(
  resources: PlannedResource[],
  preview: boolean,
  outputsOf: (urn: string) => MockOutputs | undefined,
): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource(request: resourceProto.RegisterResourceRequest, callback: Answered): Promise<void>;
    /** URNs that `registerResourceOutputs` accepts. */
    readonly resources: Map<string, unknown>;
    newUrn(parent: string, type: string, name: string): string;
  };
  monitor.registerResource = (request, callback) => {
    const [type, name] = [request.getType(), request.getName()];
    const struct = request.getObject() ?? new Struct();
    const object = struct.toJavaScript();
    const urn = monitor.newUrn(request.getParent(), type, name);
    const inputs = unwrap(object) as Record<string, unknown>;
    resources.push({
      urn,
      type,
      name,
      custom: request.getCustom(),
      inputs,
      secretInputs: Object.keys(object).filter((key) => holdsSecret(object[key])),
      parent: request.getParent(),
      provider: request.getProvider(),
      protect: request.getProtect() === true,
      retainOnDelete: request.getRetainondelete() === true,
      ignoreChanges: request.getIgnorechangesList(),
      aliases: request.getAliasurnsList(),
      deletedWith: request.getDeletedwith(),
      deleteBeforeReplace: request.getDeletebeforereplacedefined() ? request.getDeletebeforereplace() : undefined,
      replaceWith: request.getReplaceWithList(),
      dependencies: request.getDependenciesList(),
      propertyDependencies: Object.fromEntries(
        request
          .getPropertydependenciesMap()
          .toArray()
          .map(([key, value]) => [
            key,
            // toArray() gives plain lists, not messages.
            (value as unknown as [string[]])[0] ?? [],
          ]),
      ),
    });
    const madeUp = mockOutputs(type, name, inputs);
    const given = [urn, ...request.getAliasurnsList()].map(outputsOf).find((outputs) => outputs !== undefined);
    const known = { id: given?.id ?? madeUp.id, outputs: { ...madeUp.outputs, ...given?.outputs } };
    const response = new resourceProto.RegisterResourceResponse();
    response.setUrn(urn);
    // An import id of "" means none was given.
    response.setId(request.getCustom() ? request.getImportid() || known.id : "");
    if (!preview) {
      const fields = struct.getFieldsMap();
      for (const [key, value] of Object.entries(known.outputs)) {
        // An output that follows from an input which is not given.
        if (value !== undefined) fields.set(key, Value.fromJavaScript(value as JavaScriptValue));
      }
    }
    response.setObject(struct);
    monitor.resources.set(urn, { urn, state: object });
    callback(undefined, response);
    return Promise.resolve();
  };
}

interface Urns {
  newUrn: typeof urnOf;
}

/** The engine's rule: types of all parents below the stack. The mock monitor's own URNs have the last parent's only. */
function urnOf(parent: string, type: string, name: string): string {
  const parents = parent.split("::")[2] ?? "";
  const qualified = parents === "" || parents === "pulumi:pulumi:Stack" ? type : `${parents}$${type}`;
  return `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${qualified}::${name}`;
}

/** The SDK then sends each alias as a whole URN, as to an engine that resolves none itself. */
function hideAliasSpecs(): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as Deployment;
  const original = monitor.getDeploymentInfo.bind(monitor);
  monitor.getDeploymentInfo = (request, callback) =>
    original(request, (error, info) => {
      const { RESOURCE_MONITOR_FEATURE_ALIAS_SPECS: hidden } = resourceProto.ResourceMonitorFeature;
      info.setSupportedfeaturesList(info.getSupportedfeaturesList().filter((feature) => feature !== hidden));
      callback(error, info);
    });
}

interface Deployment {
  getDeploymentInfo(
    request: unknown,
    callback: (error: Error | null, info: resourceProto.DeploymentInfo) => void,
  ): void;
}

type Answered = (error: Error | undefined, response: resourceProto.RegisterResourceResponse) => void;

function recordReads(reads: PlannedRead[]): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    readResource(request: resourceProto.ReadResourceRequest, callback: unknown): Promise<void>;
    newUrn(parent: string, type: string, name: string): string;
  };
  const read = monitor.readResource.bind(monitor);
  monitor.readResource = (request, callback) => {
    reads.push({
      urn: monitor.newUrn(request.getParent(), request.getType(), request.getName()),
      type: request.getType(),
      name: request.getName(),
      id: request.getId(),
      parent: request.getParent(),
      inputs: unwrap(request.getProperties()?.toJavaScript() ?? {}) as Record<string, unknown>,
    });
    return read(request, callback);
  };
}

function isSecret(value: unknown): value is { value: unknown } {
  return (
    typeof value === "object" && value !== null && (value as Record<string, unknown>)[secretSignature] === secretMark
  );
}

function unwrap(value: unknown): unknown {
  if (isSecret(value)) return unwrap(value.value);
  if (Array.isArray(value)) return value.map(unwrap);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrap(inner)]));
  }
  return value;
}

function holdsSecret(value: unknown): boolean {
  if (isSecret(value)) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(holdsSecret);
}

function settled(value: unknown): Promise<unknown> {
  return new Promise((resolve) => {
    (pulumi.output(value) as pulumi.Output<unknown>).apply(resolve);
  });
}
