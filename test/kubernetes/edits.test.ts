import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as services from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import * as structProto from "google-protobuf/google/protobuf/struct_pb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { PlannedResource } from "../../adapters/pulumi/plan/plan";
import { kubeconfigOf } from "../../local/kubernetes/clusters";
import { providerVersion } from "../../local/kubernetes/parts";
import { manifestOf, typeOf } from "../../local/providers/kubernetes/manifest";
import { kubernetesBackend } from "../../local/providers/kubernetes/provider";
import type { Properties } from "../../local/providers/properties";
import { pulumiHome } from "../../local/stack";
import { planCompute } from "../components/workload-fixture";
import { testCell } from "../harness/cell";
import { apply, testCluster, type TestCluster } from "./cluster";

/** Edits of a cell's objects and of kinds that a cell may get: the official provider's verdict beside the local one's. */
interface Edit {
  readonly name: string;
  /** `Deployment/app` of the cell, or an object of its own. */
  readonly object: string | { readonly token: string; readonly inputs: Properties };
  readonly change: (inputs: Properties) => void;
}

const own = (token: string, name: string, inputs: Properties): Exclude<Edit["object"], string> => ({
  token,
  // The SDK writes both, and the provider wants them.
  inputs: {
    apiVersion: typeOf(token).apiVersion,
    kind: typeOf(token).kind,
    metadata: { name, namespace: "app", annotations: { "pulumi.com/skipAwait": "true" } },
    ...inputs,
  },
});
const labels = { own: "1" };
const template = { metadata: { labels }, spec: { containers: [{ name: "c", image: "c:1" }] } };
const statefulSet = own("kubernetes:apps/v1:StatefulSet", "own", {
  spec: { replicas: 0, serviceName: "own", selector: { matchLabels: labels }, template },
});
const job = own("kubernetes:batch/v1:Job", "own", {
  spec: { suspend: true, template: { spec: { ...template.spec, restartPolicy: "Never" } } },
});

const edits: readonly Edit[] = [
  { name: "a value", object: "ConfigMap/app", change: (m) => (m["data"].CELL = "cell-4") },
  { name: "a secret value", object: "Secret/app", change: (m) => (m["data"].DATABASE_URL = "eA==") },
  { name: "the type", object: "Secret/app", change: (m) => (m["type"] = "example.com/other") },
  { name: "the image", object: "Deployment/app", change: (m) => (m["spec"].template.spec.containers[0].image = "a:2") },
  {
    name: "the selector",
    object: "Deployment/app",
    change: (m) => {
      m["spec"].selector = { matchLabels: { x: "y" } };
      m["spec"].template.metadata.labels["x"] = "y";
    },
  },
  { name: "the name", object: "Deployment/app", change: (m) => (m["metadata"].name = "other") },
  { name: "the node port", object: "Service/app", change: (m) => (m["spec"].ports[0].nodePort = 30_444) },
  { name: "the address", object: "Service/postgres-pool", change: (m) => (m["spec"].clusterIP = "None") },
  { name: "the bound", object: "PodDisruptionBudget/app", change: (m) => (m["spec"].maxUnavailable = "50%") },
  { name: "the most pods", object: "HorizontalPodAutoscaler/app", change: (m) => (m["spec"].maxReplicas = 7) },
  { name: "the hard limit", object: "ResourceQuota/cell", change: (m) => (m["spec"].hard.pods = "99") },
  { name: "the scopes", object: "ResourceQuota/cell", change: (m) => (m["spec"].scopes = ["NotBestEffort"]) },
  {
    name: "a block of addresses",
    object: "NetworkPolicy/app",
    change: (m) => (m["spec"].ingress[0].from[0].ipBlock.cidr = "10.99.0.0/16"),
  },
  { name: "a label", object: "Namespace/app", change: (m) => (m["metadata"].labels["x"] = "y") },
  { name: "an annotation", object: "ServiceAccount/app", change: (m) => (m["metadata"].annotations = { x: "y" }) },
  { name: "the replicas", object: statefulSet, change: (m) => (m["spec"].replicas = 1) },
  { name: "the service", object: statefulSet, change: (m) => (m["spec"].serviceName = "other") },
  { name: "the order", object: statefulSet, change: (m) => (m["spec"].podManagementPolicy = "Parallel") },
  { name: "the history", object: statefulSet, change: (m) => (m["spec"].revisionHistoryLimit = 3) },
  {
    name: "the template",
    object: job,
    change: (m) => (m["spec"].template = { spec: { ...template.spec, restartPolicy: "OnFailure" } }),
  },
  {
    name: "the role",
    object: own("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", "own", {
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "a" },
      subjects: [{ kind: "ServiceAccount", name: "app", namespace: "app" }],
    }),
    change: (m) => (m["roleRef"].name = "b"),
  },
];

let cluster: TestCluster;
let objects: readonly PlannedResource[];
let child: ChildProcess;
let official: services.ResourceProviderClient;
let config: Record<string, string>;
const engineServer = new grpc.Server();

beforeAll(async () => {
  const { resources } = await planCompute(testCell());
  objects = resources.filter(({ type }) => type.startsWith("kubernetes:"));
  cluster = await testCluster();
  // The provider retries for minutes what is in a namespace that does not exist.
  const namespace = objects.find(({ type }) => typeOf(type).kind === "Namespace")!;
  await apply(cluster.client, namespace.type, manifestOf(typeOf(namespace.type), namespace.inputs));
  const name = "dev-cell-3-app";
  const planned = resources.find(({ type }) => type === "pulumi:providers:kubernetes")!.inputs;
  config = {
    // As the program sets them, but for where the cluster is.
    ...Object.fromEntries(Object.entries(planned).map(([key, value]) => [key, String(value)])),
    clusterIdentifier: name,
    kubeconfig: JSON.stringify(kubeconfigOf(name, cluster.access)),
  };
  const plugin = join(pulumiHome(), "plugins", `resource-kubernetes-v${providerVersion}`, "pulumi-resource-kubernetes");
  child = spawn(plugin, [`127.0.0.1:${await engineThatListens()}`], { stdio: ["ignore", "pipe", "ignore"] });
  const [port] = (await once(child.stdout!, "data")) as [Buffer];
  official = new services.ResourceProviderClient(
    `127.0.0.1:${port.toString().trim()}`,
    grpc.credentials.createInsecure(),
  );
  const request = new proto.ConfigureRequest();
  request.setArgs(struct(config));
  for (const [key, value] of Object.entries(config)) request.getVariablesMap().set(`kubernetes:config:${key}`, value);
  await call(official.configure, request);
});

afterAll(async () => {
  engineServer.forceShutdown();
  official?.close();
  child?.kill();
  await cluster?.dispose();
});

/** The one thing that the provider wants of an engine: to take its log. @returns the port. */
function engineThatListens(): Promise<number> {
  engineServer.addService(EngineService, {
    log: (_call: unknown, callback: grpc.sendUnaryData<Empty>) => callback(null, new Empty()),
  } as unknown as grpc.UntypedServiceImplementation);
  return new Promise((resolve, reject) =>
    engineServer.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    ),
  );
}

function struct(value: Properties): structProto.Struct {
  return structProto.Struct.fromJavaScript(value as Record<string, structProto.JavaScriptValue>);
}

function call<Request, Response>(
  method: (request: Request, done: (error: grpc.ServiceError | null, response: Response) => void) => unknown,
  request: Request,
): Promise<Response> {
  return new Promise((resolve, reject) =>
    method.call(official, request, (error: grpc.ServiceError | null, response: Response) =>
      error === null ? resolve(response) : reject(new Error(error.details)),
    ),
  );
}

interface Verdict {
  readonly replaces: boolean;
  /** Of a replacement: whether the old object is deleted first. */
  readonly deletesFirst: boolean;
}

const urnOf = (token: string): string => `urn:pulumi:dev::cells::${token}::edited`;

async function checkedByOfficial(token: string, olds: Properties, news: Properties): Promise<Properties> {
  const request = new proto.CheckRequest();
  request.setUrn(urnOf(token));
  request.setOlds(struct(olds));
  request.setNews(struct(news));
  const response = await call<proto.CheckRequest, proto.CheckResponse>(official.check, request);
  expect(response.getFailuresList().map((failure) => failure.getReason())).toEqual([]);
  return response.getInputs()!.toJavaScript() as Properties;
}

async function byOfficial(token: string, olds: Properties, news: Properties): Promise<Verdict> {
  const oldInputs = await checkedByOfficial(token, {}, olds);
  const create = new proto.CreateRequest();
  create.setUrn(urnOf(token));
  create.setProperties(struct(oldInputs));
  create.setTimeout(60);
  const created = await call<proto.CreateRequest, proto.CreateResponse>(official.create, create);
  const inputs = await checkedByOfficial(token, oldInputs, news);
  const diff = new proto.DiffRequest();
  diff.setId(created.getId());
  diff.setUrn(urnOf(token));
  diff.setOlds(created.getProperties());
  diff.setNews(struct(inputs));
  diff.setOldInputs(struct(oldInputs));
  const answer = await call<proto.DiffRequest, proto.DiffResponse>(official.diff, diff);
  expect(answer.getChanges()).toBe(proto.DiffResponse.DiffChanges.DIFF_SOME);
  const replaces = answer.getReplacesList().length > 0;
  return { replaces, deletesFirst: replaces && answer.getDeletebeforereplace() };
}

function byLocal(token: string, olds: Properties, news: Properties): Verdict {
  const backend = kubernetesBackend("unused");
  const { replaces, deleteBeforeReplace } = backend.diff(backend.configure(config), token, olds, olds, news);
  return { replaces: replaces.length > 0, deletesFirst: replaces.length > 0 && deleteBeforeReplace };
}

describe("the official provider and the local one", () => {
  it.each(edits.map((edit) => [objectName(edit), edit.name, edit] as const))(
    "%s: judge a change of %s alike",
    async (_object, _name, { object, change }) => {
      const { token, inputs } = typeof object === "string" ? planned(object) : object;
      const news = structuredClone(inputs) as Properties;
      change(news);
      expect(byLocal(token, inputs, news)).toEqual(await byOfficial(token, inputs, news));
    },
  );
});

function objectName({ object }: Edit): string {
  return typeof object === "string" ? object : typeOf(object.token).kind;
}

/** An object of the cell; no pod of it has to become ready. */
function planned(object: string): { readonly token: string; readonly inputs: Properties } {
  const [kind, name] = object.split("/");
  const found = objects.find(({ type, inputs }) => typeOf(type).kind === kind && inputs["metadata"].name === name)!;
  const inputs = structuredClone(manifestOf(typeOf(found.type), found.inputs)) as Properties;
  inputs["metadata"].annotations = { ...inputs["metadata"].annotations, "pulumi.com/skipAwait": "true" };
  return { token: found.type, inputs };
}
