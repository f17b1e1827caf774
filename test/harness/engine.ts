import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ensureEngine, type EngineBinary } from "../../local/engine/engine";
import { mockOutputs } from "../../adapters/pulumi/plan/outputs";
import type { Backend } from "../../local/providers/backend";
import { changedKeys, type Properties } from "../../local/providers/properties";
import { serveProvider, type ServedProvider } from "../../local/providers/server";
import { attach } from "../../local/providers/serve";
import { LocalStack } from "../../local/stack";
import type { EngineRun } from "../../ops/up/gate";

/** A provider that creates nothing: it returns the inputs with made-up outputs in AWS's shapes. */
function madeUp(name: string, made: string[]): Backend<null> {
  const answered = (token: string, resource: string, inputs: Properties): { id: string; outputs: Properties } => {
    const { id, outputs } = mockOutputs(token, resource, inputs);
    return { id, outputs: { ...outputs, ...inputs } };
  };
  return {
    name,
    version: "0.0.1",
    configReplaces: [],
    configure: () => null,
    check: (_session, _token, inputs) => inputs,
    diff: (_session, _token, oldInputs, _state, inputs) => ({
      changed: changedKeys(oldInputs, inputs),
      replaces: [],
      deleteBeforeReplace: false,
    }),
    preview: () => undefined,
    create: (_session, token, inputs, resource) => {
      made.push(resource);
      return Promise.resolve(answered(token, resource, inputs));
    },
    read: (_session, token, id, state) =>
      Promise.resolve({ outputs: { ...answered(token, id, state).outputs }, inputs: state }),
    renews: () => [],
    update: (_session, _token, _id, inputs) => Promise.resolve(inputs),
    delete: () => Promise.resolve(),
  };
}

/** The real engine on small programs: a file backend and a provider that creates nothing. */
export class SmallEngine {
  private readonly directories: string[] = [];

  private constructor(private readonly engine: EngineBinary) {}

  static async create(): Promise<SmallEngine> {
    return new SmallEngine(await ensureEngine(() => undefined));
  }

  /**
   * A separate stack with its own providers.
   *
   * @param others stacks of the same project that exist already, with their outputs.
   */
  async stack(program: string, others: Readonly<Record<string, object>> = {}): Promise<SmallStack> {
    const directory = mkdtempSync(join(tmpdir(), "cells-engine-"));
    this.directories.push(directory);
    for (const [name, outputs] of Object.entries(others)) await this.exists(name, outputs, program, directory);
    const made: string[] = [];
    const providers = await Promise.all(["aws", "kubernetes"].map((kind) => serveProvider(madeUp(kind, made))));
    const stack = new LocalStack("dev", this.engine, "http://127.0.0.1:9", attach(providers), undefined, directory);
    await stack.prepare();
    return new SmallStack(program, stack, providers, made, directory);
  }

  private async exists(name: string, outputs: object, program: string, directory: string): Promise<void> {
    const stack = new LocalStack(name, this.engine, "http://127.0.0.1:9", attach([]), undefined, directory);
    await stack.prepare();
    const type = "pulumi:pulumi:Stack";
    const resources = [{ urn: `urn:pulumi:${name}::cells::${type}::cells-${name}`, type, custom: false, outputs }];
    const file = join(directory, `${name}.json`);
    const manifest = { time: "2026-01-01T00:00:00Z", magic: "", version: "" };
    writeFileSync(file, JSON.stringify({ version: 3, deployment: { manifest, resources } }));
    const { code, errors } = await stack.engine.query(["stack", "import", "--file", file, "--cwd", program]);
    if (code !== 0) throw new Error(errors);
  }

  dispose(): void {
    for (const directory of this.directories) rmSync(directory, { recursive: true, force: true });
  }
}

/** How a run ended, and the pack's reports. */
export interface SmallRun extends EngineRun {
  /** `policy name: sentence`, with the resource's URN. */
  readonly said: readonly { readonly policy: string; readonly urn: string; readonly message: string }[];
}

/** One stack of {@link SmallEngine}. */
export class SmallStack {
  private last: EngineRun["events"] = [];

  constructor(
    private readonly program: string,
    private readonly stack: LocalStack,
    private readonly providers: readonly ServedProvider[],
    /** Names of the resources that the provider was asked to create. */
    readonly made: readonly string[],
    readonly directory: string,
  ) {}

  /** @param config values of the project's configuration. */
  async run(args: readonly string[], config: Readonly<Record<string, string>> = {}): Promise<SmallRun> {
    const given = Object.entries(config).flatMap(([key, value]) => ["--config", `cells:${key}=${value}`]);
    const result = await this.stack.engine.run([...args, "--cwd", this.program, ...given]);
    this.last = result.events;
    const said = result.events.flatMap(({ policyEvent }) =>
      policyEvent === undefined
        ? []
        : [{ policy: policyEvent.policyName, urn: policyEvent.resourceUrn ?? "", message: plain(policyEvent.message) }],
    );
    return { ...result, said };
  }

  /** What `pulumi stack export` prints, with secrets in clear. */
  async export(): Promise<string> {
    const command = ["stack", "export", "--show-secrets", "--cwd", this.program];
    const { code, output, errors } = await this.stack.engine.query(command);
    if (code !== 0) throw new Error(errors);
    return output;
  }

  /** All of the last run's events, with members that the rest of the project does not read. */
  events(): readonly Readonly<Record<string, unknown>>[] {
    return this.last as unknown as readonly Readonly<Record<string, unknown>>[];
  }

  async close(): Promise<void> {
    await Promise.all(this.providers.map((provider) => provider.close()));
  }
}

/** The engine's messages begin with the pack's description and hold its colours. */
function plain(message: string): string {
  return message.replace(/<\{%.*?%\}>/g, "");
}
