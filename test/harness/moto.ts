import { consequences } from "../../catalog/replacement";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

import type { ClientConfig, Cloud, Properties, ResourceDefinition } from "../../local/providers/aws/resource";
import { createCloud } from "../../local/providers/aws/cloud";
import { isNotFound } from "../../local/providers/aws/errors";
import { shapedLike } from "../../local/providers/aws/shape";
import { changedKeys } from "../../local/providers/properties";

/** The local cloud of one test file. */
export interface Moto {
  readonly endpoint: string;
  /** The context of a definition in the given region. */
  cloud(region?: string): Cloud;
  /** An SDK client for the test's own questions: `moto.client(EC2Client)`. */
  client<C>(type: new (config: ClientConfig) => C, region?: string): C;
  /** Ends the process that {@link startMoto} started, and only that one. */
  stop(): Promise<void>;
}

/**
 * Starts the product's local cloud on a free loopback port and waits until it listens.
 *
 * @param python interpreter of a venv that has `local/moto/requirements.txt`; by default `CELLS_TEST_PYTHON`.
 */
export async function startMoto(python = process.env["CELLS_TEST_PYTHON"]): Promise<Moto> {
  if (python === undefined || python === "") {
    throw new Error("set CELLS_TEST_PYTHON to the Python of a venv with local/moto/requirements.txt");
  }
  const server = join(__dirname, "../../local/moto/server.py");
  const child = spawn(python, [server, "--port", "0", "--die-with-parent"], { stdio: ["ignore", "pipe", "pipe"] });
  const errors: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk.toString()));
  const port = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the local cloud ended with ${code}: ${errors.join("")}`)));
    createInterface(child.stdout).on("line", (line) => {
      const ready = /^ready (\d+)$/.exec(line);
      if (ready !== null) resolve(Number(ready[1]));
    });
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const clouds = new Map<string, Cloud>();
  const cloud = (region = "eu-west-1"): Cloud => {
    const known = clouds.get(region) ?? createCloud(endpoint, { region });
    clouds.set(region, known);
    return known;
  };
  return {
    endpoint,
    cloud,
    client: (type, region) => cloud(region).client(type),
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once("exit", () => resolve());
        child.kill("SIGKILL");
      }),
  };
}

/** One resource in the local cloud, created and kept as the provider's framework does it. */
export class Made {
  private constructor(
    private readonly cloud: Cloud,
    private readonly definition: ResourceDefinition,
    readonly id: string,
    private inputs: Properties,
    private state: Properties,
  ) {}

  /** Inputs overlaid by the cloud's answer. */
  get outputs(): Properties {
    return this.state;
  }

  static async create(cloud: Cloud, definitions: readonly ResourceDefinition[], token: string, inputs: Properties) {
    const definition = definitions.find((candidate) => candidate.token === token);
    if (definition === undefined) throw new Error(`no definition of ${token}`);
    const { id, outputs } = await definition.create(cloud, inputs);
    const known = outputs ?? (await definition.read(cloud, id, { ...inputs, id })) ?? {};
    return new Made(cloud, definition, id, inputs, { ...inputs, ...known });
  }

  /** What the cloud has now; undefined when it is gone. */
  async read(): Promise<Properties | undefined> {
    try {
      return await this.definition.read(this.cloud, this.id, this.state);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** The inputs a refresh would find different, as `name: had → has`; empty when nothing drifted. */
  async drift(): Promise<string[]> {
    const now = await this.read();
    if (now === undefined) return ["gone"];
    const seen = Object.fromEntries(
      Object.keys(this.inputs).map((key) => [key, shapedLike(this.inputs[key], now[key] ?? this.inputs[key])]),
    );
    return [...changedKeys(this.inputs, seen)].map(
      (key) => `${key}: ${JSON.stringify(this.inputs[key])} → ${JSON.stringify(seen[key])}`,
    );
  }

  /** Outputs of the create that differ in a read: a create that answers from memory must not invent. */
  async inventions(): Promise<string[]> {
    const now = (await this.read()) ?? {};
    const shared = Object.keys(now).filter((key) => key in this.state);
    return shared
      .filter((key) => changedKeys({ [key]: this.state[key] }, { [key]: now[key] }).size > 0)
      .map((key) => `${key}: ${JSON.stringify(this.state[key])} → ${JSON.stringify(now[key])}`);
  }

  /** Changes inputs in place; throws where the definition would have it replaced. */
  async update(change: Properties): Promise<void> {
    const inputs = { ...this.inputs, ...change };
    const changed = changedKeys(this.inputs, inputs);
    const replacing = consequences(this.definition.token, this.inputs, inputs)
      .filter(({ provider }) => provider === "replace")
      .map(({ input }) => input);
    if (replacing.length > 0) throw new Error(`${replacing.join(", ")} replace ${this.definition.token}`);
    if (this.definition.update === undefined) throw new Error(`${this.definition.token} has no update`);
    await this.definition.update(this.cloud, this.id, inputs, { ...this.state, ...this.inputs }, changed);
    this.inputs = inputs;
    this.state = { ...this.state, ...inputs };
    this.state = { ...this.state, ...(await this.read()) };
  }

  async delete(): Promise<void> {
    await this.definition.delete(this.cloud, this.id, this.state);
  }
}
