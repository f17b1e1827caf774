import { existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { cacheDirectory } from "../../adapters/files/paths";
import { run, type Report } from "../../adapters/processes/process";
import { UserError } from "../../contract/user-error";
import { buildGo, find, type GoProgram } from "../go";

/**
 * Engines that can be built: both ends of the supported range, each pinned by the go.mod and go.sum in its folder. The
 * oldest builds fastest, and is the one that is built where there is no Pulumi.
 */
const builds = {
  oldest: { version: "3.230.0", go: "1.25", duration: "three minutes" },
  newest: { version: "3.274.1", go: "1.26", duration: "six minutes" },
} as const;
/** Oldest engine on PATH that is taken. */
const oldestOnPath = [3, 230] as const;

/** Where the engine is on this machine. */
export interface EngineBinary {
  readonly command: string;
  readonly version: string;
  /** Where it came from, for people. */
  readonly origin: "PATH" | "cache";
  /** Folders that must come first on PATH, so that the engine finds its language host. */
  readonly path: readonly string[];
}

/**
 * Finds an engine, or builds one: `pulumi` on PATH (an official install brings its language host), else our build in
 * the cache, else a build from the Go module proxy at the pinned version (about three minutes on two cores, once).
 * `CELLS_ENGINE` passes over PATH: `build` takes the oldest engine that we support, `newest` the newest.
 *
 * @throws UserError when there is neither a Pulumi nor a Go.
 */
export async function ensureEngine(report: Report): Promise<EngineBinary> {
  const chosen = process.env["CELLS_ENGINE"] || "path";
  if (!["path", "build", "newest"].includes(chosen)) {
    throw new UserError(`CELLS_ENGINE is ${JSON.stringify(chosen)}: write build or newest, or leave it out`);
  }
  const installed = chosen === "path" ? await onPath() : undefined;
  if (installed !== undefined) return installed;
  const end = chosen === "newest" ? "newest" : "oldest";
  const { version } = builds[end];
  const home = join(cacheDirectory(), `engine-${version}`);
  const command = join(home, "pulumi");
  if (!existsSync(command)) await buildGo(engineProgram(end), home, withoutGo(end), report);
  writeShim(home);
  return { command, version, origin: "cache", path: [home] };
}

/** An official install: both `pulumi` and its `pulumi-language-nodejs`, new enough. */
async function onPath(): Promise<EngineBinary | undefined> {
  if (find("pulumi") === undefined || find("pulumi-language-nodejs") === undefined) return undefined;
  const answer = await run("pulumi", ["version"], {
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
  }).catch(() => undefined);
  const version = /^v?(\d+)\.(\d+)\.\S+/.exec(answer?.output.trim() ?? "");
  if (answer?.code !== 0 || version === null) return undefined;
  const [major, minor] = [Number(version[1]), Number(version[2])];
  if (major !== oldestOnPath[0] || minor < oldestOnPath[1]) return undefined;
  return { command: "pulumi", version: version[0].replace(/^v/, ""), origin: "PATH", path: [] };
}

/** The engine as a Go program. */
const engineProgram = (end: keyof typeof builds): GoProgram => ({
  name: `Pulumi ${builds[end].version}`,
  module: join(__dirname, end),
  packages: { pulumi: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi" },
  values: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": builds[end].version },
  duration: builds[end].duration,
});

const withoutGo = (end: keyof typeof builds): string =>
  "there is no Pulumi engine: install Pulumi (https://www.pulumi.com/docs/install/), " +
  `or install Go ${builds[end].go} or newer (https://go.dev/doc/install) and the engine is built from source, once`;

/** Variables that the shim reads and {@link languageHostEnvironment} sets. */
const variable = { node: "CELLS_NODE", loader: "CELLS_LOADER", host: "CELLS_LANGUAGE_HOST" } as const;

/**
 * The engine starts the language host that stands beside it. The cache outlives checkouts, so this script reads from
 * the environment which checkout's host to run.
 */
function writeShim(home: string): void {
  const shim = join(home, "pulumi-language-nodejs");
  const script = [
    "#!/bin/sh",
    `: "\${${variable.host}:?run pulumi through npx cells pulumi}"`,
    `exec "$${variable.node}" --import "$${variable.loader}" "$${variable.host}" "$@"`,
    "",
  ].join("\n");
  // Written aside and renamed: another start may be running it.
  writeFileSync(`${shim}.${process.pid}`, script, { mode: 0o755 });
  renameSync(`${shim}.${process.pid}`, shim);
}

/** Points the shim at this checkout's language host. */
export function languageHostEnvironment(): Record<string, string> {
  return {
    [variable.node]: process.execPath,
    [variable.loader]: require.resolve("tsx"),
    [variable.host]: join(__dirname, "language-host.ts"),
  };
}

/** The command that the shim runs; the engine adds its own address. */
export function languageHostCommand(): readonly string[] {
  const environment = languageHostEnvironment();
  return [environment[variable.node]!, "--import", environment[variable.loader]!, environment[variable.host]!];
}
