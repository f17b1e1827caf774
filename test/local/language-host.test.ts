import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as grpc from "@grpc/grpc-js";
import * as emptyProto from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import * as engineServices from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as engineProto from "@pulumi/pulumi/proto/engine_pb";
import * as languageServices from "@pulumi/pulumi/proto/language_grpc_pb";
import * as languageProto from "@pulumi/pulumi/proto/language_pb";
import * as monitorServices from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as monitorProto from "@pulumi/pulumi/proto/resource_pb";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { languageHostCommand } from "../../local/engine/engine";

const root = join(__dirname, "..", "..");

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

it("ends when its engine is killed", async () => {
  // Replaces the engine: starts the host as the engine does, prints its id, and waits.
  const engine = spawn(
    process.execPath,
    [
      "-e",
      `const host = require("node:child_process").spawn(process.argv[1], process.argv.slice(2), { stdio: ["ignore", "pipe", "inherit"], detached: true });
       host.stdout.once("data", () => console.log(host.pid)); setInterval(() => {}, 1000);`,
      ...languageHostCommand(),
      "127.0.0.1:1",
    ],
    { stdio: ["ignore", "pipe", "inherit"], cwd: root },
  );
  const pid = await new Promise<number>((resolve) =>
    engine.stdout.once("data", (data: Buffer) => resolve(Number(data.toString()))),
  );
  try {
    expect(isAlive(pid)).toBe(true);
    engine.kill("SIGKILL");
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000, interval: 100 });
  } finally {
    engine.kill("SIGKILL");
    if (isAlive(pid)) process.kill(pid, "SIGKILL");
  }
});

describe("a program", () => {
  const messages: string[] = [];
  const server = new grpc.Server();
  const folder = mkdtempSync(join(tmpdir(), "cells-program-"));
  let address = "";
  let host: ChildProcess | undefined;
  let client: grpc.Client & InstanceType<typeof languageServices.LanguageRuntimeClient>;

  beforeAll(async () => {
    // The engine's two services, as far as a program without resources calls them.
    server.addService(engineServices.EngineService, {
      log: unary((request: engineProto.LogRequest) => {
        messages.push(request.getMessage());
        return new emptyProto.Empty();
      }),
      getRootResource: unary(() => new engineProto.GetRootResourceResponse()),
      setRootResource: unary(() => new engineProto.SetRootResourceResponse()),
    } as unknown as grpc.UntypedServiceImplementation);
    server.addService(monitorServices.ResourceMonitorService, {
      supportsFeature: unary(() => new monitorProto.SupportsFeatureResponse()),
      signalAndWaitForShutdown: unary(() => new emptyProto.Empty()),
      registerResource: unary((request: monitorProto.RegisterResourceRequest) => {
        const response = new monitorProto.RegisterResourceResponse();
        response.setUrn(`urn:pulumi:dev::cells::${request.getType()}::${request.getName()}`);
        response.setObject(new Struct());
        return response;
      }),
      registerResourceOutputs: unary(() => new emptyProto.Empty()),
    } as unknown as grpc.UntypedServiceImplementation);
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      ),
    );
    address = `127.0.0.1:${port}`;
    const [command = "", ...args] = languageHostCommand();
    host = spawn(command, [...args, address], { stdio: ["ignore", "pipe", "inherit"], cwd: root });
    const answered = await new Promise<number>((resolve) =>
      host!.stdout!.once("data", (data: Buffer) => resolve(Number(data.toString()))),
    );
    client = new languageServices.LanguageRuntimeClient(
      `127.0.0.1:${answered}`,
      grpc.credentials.createInsecure(),
    ) as unknown as typeof client;
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "program", main: "index.ts" }));
  });

  afterAll(() => {
    client?.close();
    host?.kill("SIGTERM");
    server.forceShutdown();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a program through the host; returns whether the host asks the engine to bail out. */
  async function run(program: readonly string[]): Promise<boolean> {
    messages.length = 0;
    writeFileSync(join(folder, "index.ts"), program.join("\n"));
    const info = new languageProto.ProgramInfo();
    info.setRootDirectory(folder);
    info.setProgramDirectory(folder);
    info.setEntryPoint(".");
    info.setOptions(Struct.fromJavaScript({ typescript: false, nodeargs: "--require tsx/cjs" }));
    const request = new languageProto.RunRequest();
    request.setProject("cells");
    request.setStack("dev");
    request.setPwd(folder);
    request.setProgram(folder);
    request.setMonitorAddress(address);
    request.setInfo(info);
    const response = await new Promise<languageProto.RunResponse>((resolve, reject) =>
      client.run(request, (error: unknown, answer: languageProto.RunResponse) =>
        error === null ? resolve(answer) : reject(error as Error),
      ),
    );
    return response.getBail();
  }

  it("starts with the SDK's expensive work removed", async () => {
    expect(
      await run([
        'import * as pulumi from "@pulumi/pulumi";',
        'void pulumi.log.debug("never sent");',
        'void pulumi.log.info(process.execArgv.join(" "));',
      ]),
    ).toBe(false);
    expect(messages.join("\n")).toContain("quick-program.js");
    expect(messages).not.toContain("never sent");
  });

  it("that fails shows file and line of its source", async () => {
    expect(
      await run([
        // What the compiler takes away moves every line after it.
        "interface Erased {",
        "  readonly name: string;",
        "}",
        "const given: Erased = { name: 'cell-3' };",
        "",
        "function fails(): never {",
        "  throw new Error(`no such thing: ${given.name}`);",
        "}",
        "fails();",
      ]),
    ).toBe(true);
    const text = messages.join("\n");
    expect(text).toContain("no such thing: cell-3");
    expect(text).toMatch(/at fails .*index\.ts:7:9/);
    expect(text).toMatch(/index\.ts:9:1/);
  });
});

/** A handler that answers with what `body` returns. */
function unary<Request, Response>(body: (request: Request) => Response) {
  return (call: grpc.ServerUnaryCall<Request, Response>, callback: grpc.sendUnaryData<Response>): void =>
    callback(null, body(call.request));
}
