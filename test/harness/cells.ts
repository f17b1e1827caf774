import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { isFree } from "../../local/moto/moto";

const bin = join(__dirname, "../../cli/bin.js");

/** How a command of the CLI ended. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What `start --json` prints; see local/summary.ts. */
export interface StartedJson {
  readonly endpoint: string;
  readonly changes: Readonly<Record<string, number>>;
  readonly steps: readonly { readonly op: string; readonly urn: string; readonly properties: readonly string[] }[];
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- outputs of the stack, as JSON
  readonly cells: readonly Record<string, any>[];
  readonly routers: readonly { readonly region: string; readonly address: string }[];
  readonly samples: readonly {
    readonly tenant: string;
    readonly country: string;
    readonly status: number;
    readonly cell?: string;
    readonly region?: string;
  }[];
  readonly timings: readonly { readonly title: string; readonly seconds: number }[];
}

/** The `cells` command line with its own state folder and ports, as a person runs it: one process per command. */
export class Cells {
  private constructor(
    /** Folder of the environment's state; gone after {@link dispose}. */
    readonly directory: string,
    readonly cloudPort: number,
    readonly routerPort: number,
    private readonly extra: Readonly<Record<string, string>>,
  ) {}

  static async create(extra: Readonly<Record<string, string>> = {}): Promise<Cells> {
    const directory = mkdtempSync(join(tmpdir(), "cells-e2e-"));
    return new Cells(directory, await freePort(), await freeBlock(8), extra);
  }

  /** Environment of every command that is to use this folder and these ports. */
  get variables(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      CELLS_STATE_DIR: this.directory,
      CELLS_CLOUD_PORT: String(this.cloudPort),
      CELLS_ROUTER_PORT: String(this.routerPort),
      NO_COLOR: "1",
      ...this.extra,
    };
  }

  /** Runs a verb to its end. */
  run(args: readonly string[], options: { readonly env?: Readonly<Record<string, string>> } = {}): Promise<Ran> {
    return this.spawn(args, options).ended;
  }

  /** Starts a verb; for tests that interrupt it. */
  spawn(args: readonly string[], options: { readonly env?: Readonly<Record<string, string>> } = {}) {
    const child = spawn(process.execPath, [bin, ...args], {
      env: { ...this.variables, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    const ended = new Promise<Ran>((resolve) => {
      child.once("close", (code) => resolve({ code: code ?? 130, stdout, stderr }));
    });
    return { child, ended };
  }

  /** `start --json`, which must succeed. */
  async start(catalog: string, ...args: string[]): Promise<StartedJson> {
    const ran = await this.run(["start", "--json", "--catalog", catalog, ...args]);
    if (ran.code !== 0) throw new Error(`start failed (${ran.code}):\n${ran.stdout}\n${ran.stderr}`);
    return JSON.parse(ran.stdout) as StartedJson;
  }

  /** Stops running processes and removes the folder. */
  async dispose(): Promise<void> {
    await this.run(["stop", "--force", "--json"]);
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A free loopback port. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** First of several free ports in a row. */
async function freeBlock(count: number): Promise<number> {
  for (;;) {
    const first = await freePort();
    const rest = await Promise.all(Array.from({ length: count - 1 }, (_, at) => isFree(first + 1 + at)));
    if (first + count < 65_536 && rest.every(Boolean)) return first;
  }
}
