import * as grpc from "@grpc/grpc-js";
import * as services from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import * as pluginProto from "@pulumi/pulumi/proto/plugin_pb";
import * as emptyProto from "google-protobuf/google/protobuf/empty_pb";
import * as structProto from "google-protobuf/google/protobuf/struct_pb";

import type { Backend } from "./backend";
import { holdsUnknown, unknownOutput, unwrap, type Properties } from "./properties";

/** A provider that the engine can attach to with `PULUMI_DEBUG_PROVIDERS=<name>:<port>`. */
export interface ServedProvider {
  readonly name: string;
  readonly port: number;
  close(): Promise<void>;
}

type Call<Request> = grpc.ServerUnaryCall<Request, unknown>;

/**
 * Serves a backend over Pulumi's provider protocol on a free loopback port. The SDK's own `provider.main` ignores
 * Configure and so never gets the region; this server keeps one session a connection, because the engine opens one
 * connection for each explicit provider and gives no other name for it.
 */
export async function serveProvider<Session>(backend: Backend<Session>): Promise<ServedProvider> {
  const sessions = new Map<string, Session>();

  /** The session that this caller configured. */
  function sessionOf(call: Call<unknown>): Session {
    const session = sessions.get(call.getPeer());
    if (session === undefined) throw new Error(`the ${backend.name} provider was called before it was configured`);
    return session;
  }

  const methods = {
    configure: handle<proto.ConfigureRequest>((request, call) => {
      sessions.set(call.getPeer(), backend.configure(configOf(request)));
      const response = new proto.ConfigureResponse();
      response.setSupportspreview(true);
      response.setAcceptsecrets(false);
      response.setAcceptresources(false);
      return response;
    }),
    checkConfig: handle<proto.CheckRequest>((request) => checked(read(request.getNews()))),
    diffConfig: handle<proto.DiffRequest>((request) => {
      const olds = read(request.getOldInputs() ?? request.getOlds());
      const news = read(request.getNews());
      const changed = Object.keys({ ...olds, ...news }).filter(
        (key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]),
      );
      return difference(
        changed,
        changed.filter((key) => backend.configReplaces.includes(key) && !holdsUnknown(news[key])),
        false,
      );
    }),
    check: handle<proto.CheckRequest>((request, call) =>
      checked(backend.check(sessionOf(call), tokenOf(request.getUrn()), read(request.getNews()))),
    ),
    diff: handle<proto.DiffRequest>((request, call) => {
      const { changed, replaces, deleteBeforeReplace } = backend.diff(
        sessionOf(call),
        tokenOf(request.getUrn()),
        read(request.getOldInputs()),
        read(request.getOlds()),
        read(request.getNews()),
      );
      return difference([...changed], replaces, deleteBeforeReplace);
    }),
    create: handle<proto.CreateRequest>(async (request, call) => {
      const token = tokenOf(request.getUrn());
      const inputs = read(request.getProperties());
      const response = new proto.CreateResponse();
      if (request.getPreview()) {
        backend.preview(sessionOf(call), token, inputs);
        response.setProperties(struct(inputs));
        return response;
      }
      const { id, outputs } = await backend.create(sessionOf(call), token, inputs, nameOf(request.getUrn()));
      response.setId(id);
      response.setProperties(struct(outputs));
      return response;
    }),
    read: handle<proto.ReadRequest>(async (request, call) => {
      const observed = await backend.read(
        sessionOf(call),
        tokenOf(request.getUrn()),
        request.getId(),
        read(request.getProperties()),
        read(request.getInputs()),
      );
      const response = new proto.ReadResponse();
      if (observed === undefined) return response;
      response.setId(request.getId());
      response.setProperties(struct(observed.outputs));
      response.setInputs(struct(observed.inputs));
      return response;
    }),
    update: handle<proto.UpdateRequest>(async (request, call) => {
      const token = tokenOf(request.getUrn());
      const inputs = read(request.getNews());
      const response = new proto.UpdateResponse();
      if (request.getPreview()) {
        const renewed = backend.renews(token, inputs, read(request.getOldInputs()));
        const unknown = Object.fromEntries(renewed.map((output) => [output, unknownOutput]));
        response.setProperties(struct({ ...read(request.getOlds()), ...inputs, ...unknown }));
        return response;
      }
      const outputs = await backend.update(
        sessionOf(call),
        token,
        request.getId(),
        inputs,
        read(request.getOldInputs()),
        read(request.getOlds()),
      );
      response.setProperties(struct(outputs));
      return response;
    }),
    delete: handle<proto.DeleteRequest>(async (request, call) => {
      await backend.delete(sessionOf(call), tokenOf(request.getUrn()), request.getId(), read(request.getProperties()));
      return new emptyProto.Empty();
    }),
    getPluginInfo: handle<unknown>(() => {
      const info = new pluginProto.PluginInfo();
      info.setVersion(backend.version);
      return info;
    }),
    getSchema: handle<unknown>(() => {
      const response = new proto.GetSchemaResponse();
      response.setSchema("{}");
      return response;
    }),
    attach: handle<unknown>(() => new emptyProto.Empty()),
    cancel: handle<unknown>(() => new emptyProto.Empty()),
    invoke: handle<proto.InvokeRequest>(async (request, call) => {
      const token = request.getTok();
      if (backend.invoke === undefined) {
        throw new Error(`the local ${backend.name} provider supports no data sources, and ${token} is one`);
      }
      const response = new proto.InvokeResponse();
      response.setReturn(struct(await backend.invoke(sessionOf(call), token, read(request.getArgs()))));
      return response;
    }),
  };

  // Handshake, Parameterize, Construct, Call, GetMapping: gRPC answers UNIMPLEMENTED by itself, which the engine takes.
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(services.ResourceProviderService, methods as unknown as grpc.UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    name: backend.name,
    port,
    close: () => new Promise((resolve) => server.tryShutdown(() => resolve())),
  };
}

/** Wraps a handler: its error becomes the engine's message, without a stack. */
function handle<Request>(body: (request: Request, call: Call<Request>) => unknown) {
  return (call: Call<Request>, callback: grpc.sendUnaryData<unknown>): void => {
    Promise.resolve()
      .then(() => body(call.request, call))
      .then(
        (response) => callback(null, response),
        (error: unknown) =>
          callback({
            code: grpc.status.UNKNOWN,
            details: error instanceof Error ? error.message : String(error),
          }),
      );
  };
}

function read(value: structProto.Struct | undefined): Properties {
  return unwrap(value?.toJavaScript() ?? {}) as Properties;
}

/** JSON drops what protobuf cannot carry: undefined and functions. */
function struct(value: Properties): structProto.Struct {
  return structProto.Struct.fromJavaScript(JSON.parse(JSON.stringify(value)) as Record<string, never>);
}

/** Provider settings come as strings, lists and maps among them as JSON. */
function configOf(request: proto.ConfigureRequest): Properties {
  const config = read(request.getArgs());
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, parsed(value)]));
}

function parsed(value: unknown): unknown {
  if (typeof value !== "string" || !/^[[{"]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function tokenOf(urn: string): string {
  return (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function checked(inputs: Properties): proto.CheckResponse {
  const response = new proto.CheckResponse();
  response.setInputs(struct(inputs));
  return response;
}

function difference(changed: readonly string[], replaces: readonly string[], deleteFirst: boolean): proto.DiffResponse {
  const response = new proto.DiffResponse();
  response.setChanges(
    changed.length > 0 ? proto.DiffResponse.DiffChanges.DIFF_SOME : proto.DiffResponse.DiffChanges.DIFF_NONE,
  );
  response.setDiffsList([...changed]);
  response.setReplacesList([...replaces]);
  response.setDeletebeforereplace(deleteFirst);
  return response;
}
