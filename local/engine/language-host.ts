/**
 * The Node language host for an engine that was built from source: the official one comes only with the official
 * installer. It starts Pulumi's own Node runners (`cmd/run`, `cmd/run-policy-pack`) and does nothing else. Started by the engine as `pulumi-language-nodejs ENGINE_ADDRESS`; prints its port.
 */
import { spawn, type ChildProcess } from "node:child_process";

import * as grpc from "@grpc/grpc-js";
import * as emptyProto from "google-protobuf/google/protobuf/empty_pb";
import * as services from "@pulumi/pulumi/proto/language_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/language_pb";
import * as pluginProto from "@pulumi/pulumi/proto/plugin_pb";

/** `cmd/run` exits with this when it has reported the error itself (see @pulumi/pulumi cmd/run). */
const alreadyReported = 32;

const engineAddress = process.argv.at(-1) ?? "";
const children = new Set<ChildProcess>();

type Unary<Request, Response> = (
  call: grpc.ServerUnaryCall<Request, Response>,
  callback: grpc.sendUnaryData<Response>,
) => void;

const run: Unary<proto.RunRequest, proto.RunResponse> = (call, callback) => {
  const request = call.request;
  const options = request.getInfo()?.getOptions()?.toJavaScript() ?? {};
  const flag = (name: string, value: string): string[] => (value === "" ? [] : [`--${name}`, value]);
  const child = start(
    [
      ...nodeArguments(options),
      ...["--require", require.resolve("./quick-program.js")],
      require.resolve("@pulumi/pulumi/cmd/run"),
      ...flag("monitor", request.getMonitorAddress()),
      ...flag("engine", engineAddress),
      ...flag("organization", request.getOrganization()),
      ...flag("project", request.getProject()),
      ...flag("stack", request.getStack()),
      ...flag("pwd", request.getPwd()),
      ...flag("root-directory", request.getInfo()?.getRootDirectory() ?? ""),
      ...flag("parallel", String(request.getParallel())),
      ...(request.getDryrun() ? ["--dry-run"] : []),
      request.getProgram(),
      ...request.getArgsList(),
    ],
    request.getPwd(),
    {
      ...process.env,
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray() as [string, string][])),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    },
  );
  child.stdout?.pipe(process.stdout);
  child.stderr?.pipe(process.stderr);
  call.on("cancelled", () => child.kill("SIGTERM"));
  void exit(child).then((code) => {
    const response = new proto.RunResponse();
    if (code === alreadyReported) response.setBail(true);
    else if (code !== 0) response.setError(`the program ended with exit code ${code}`);
    callback(null, response);
  });
};

function runPlugin(call: grpc.ServerWritableStream<proto.RunPluginRequest, proto.RunPluginResponse>): void {
  const request = call.request;
  if (request.getKind() !== "analyzer") {
    call.emit("error", {
      code: grpc.status.UNIMPLEMENTED,
      details: `this language host runs policy packs only, not plugins of kind ${request.getKind()}`,
    });
    return;
  }
  const directory = request.getInfo()?.getProgramDirectory() ?? request.getPwd();
  const child = start(
    [
      // A pack may bring its own, as with the official host.
      require.resolve("@pulumi/pulumi/cmd/run-policy-pack", { paths: [directory, __dirname] }),
      ...request.getArgsList(),
      directory,
    ],
    request.getPwd(),
    Object.fromEntries(request.getEnvList().map((pair) => splitOnce(pair, "="))),
  );
  child.stdout?.on("data", (data: Buffer) => {
    const response = new proto.RunPluginResponse();
    response.setStdout(data);
    call.write(response);
  });
  child.stderr?.on("data", (data: Buffer) => {
    const response = new proto.RunPluginResponse();
    response.setStderr(data);
    call.write(response);
  });
  call.on("cancelled", () => child.kill("SIGTERM"));
  void exit(child).then((code) => {
    const response = new proto.RunPluginResponse();
    response.setExitcode(code);
    call.write(response);
    call.end();
  });
}

function start(args: string[], cwd: string, env: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

/** The exit code, 1 for a child that a signal ended or that never started. */
function exit(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once("error", () => resolve(1));
    child.once("close", (code) => resolve(code ?? 1));
  });
}

/** `runtime.options.nodeargs` of Pulumi.yaml, split on blanks as the official host does. */
function nodeArguments(options: Record<string, unknown>): string[] {
  const given = options["nodeargs"];
  return typeof given === "string" ? given.split(/\s+/).filter((part) => part !== "") : [];
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** A handler that answers with what `make` returns. */
function answer<Request, Response>(make: () => Response): Unary<Request, Response> {
  return (_call, callback) => callback(null, make());
}

const server = new grpc.Server();
server.addService(services.LanguageRuntimeService, {
  handshake: answer(() => new proto.LanguageHandshakeResponse()),
  // The local providers are attached by PULUMI_DEBUG_PROVIDERS: nothing to install, whatever is in package.json.
  getRequiredPlugins: answer(() => new proto.GetRequiredPluginsResponse()),
  getRequiredPackages: answer(() => new proto.GetRequiredPackagesResponse()),
  getPluginInfo: answer(() => {
    const info = new pluginProto.PluginInfo();
    info.setVersion("3.230.0");
    return info;
  }),
  about: answer(() => {
    const about = new proto.AboutResponse();
    about.setExecutable(process.execPath);
    about.setVersion(process.version);
    return about;
  }),
  getProgramDependencies: answer(() => new proto.GetProgramDependenciesResponse()),
  runtimeOptionsPrompts: answer(() => new proto.RuntimeOptionsResponse()),
  installDependencies: (call: grpc.ServerWritableStream<unknown, unknown>) => call.end(),
  run,
  runPlugin,
  cancel: answer(() => {
    for (const child of children) child.kill("SIGTERM");
    return new emptyProto.Empty();
  }),
} as unknown as grpc.UntypedServiceImplementation);

server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.stdout.write(`${port}\n`);
});

function end(): never {
  for (const child of children) child.kill("SIGTERM");
  process.exit(0);
}

for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, end);
// An engine that is killed sends no signal, and its standard input may be no pipe, so a new parent process is the sign
// that it ended. The shim runs this host by `exec`, so the engine itself is the parent.
const engine = process.ppid;
setInterval(() => {
  if (process.ppid !== engine) end();
}, 500).unref();
