import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";

import { parse, stringify } from "yaml";

import { cacheDirectory, environmentDirectory, projectDirectory } from "../adapters/files/paths";
import { Engine, withoutEngineOptions } from "../adapters/pulumi/engine";
import { catalogKey } from "../catalog/resolve";
import { UserError } from "../contract/user-error";
import { languageHostEnvironment, type EngineBinary } from "./engine/engine";
import type { Providers } from "./providers/serve";

/** The engine's own folder, away from the user's: its plugins are those of the local cloud. */
export function pulumiHome(): string {
  return join(cacheDirectory(), "pulumi-home");
}

/** Number of resources in a stack's state that the engine would refuse to delete. */
export function protectedResources(environment: string): number {
  const file = stateFile(join(environmentDirectory(environment), "state"), environment);
  if (!existsSync(file)) return 0;
  const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as {
    readonly checkpoint?: { readonly latest?: { readonly resources?: readonly { readonly protect?: boolean }[] } };
  };
  return (checkpoint?.latest?.resources ?? []).filter(({ protect }) => protect === true).length;
}

/** Where the engine's file backend keeps a stack of this project. */
function stateFile(stateDirectory: string, environment: string): string {
  return join(stateDirectory, ".pulumi", "stacks", "cells", `${environment}.json`);
}

/** Commands that read the stack file. */
const configured = new Set(["up", "preview", "destroy", "refresh", "config"]);

/**
 * The engine, pointed at the local cloud: the same program and stack file as a real environment, with a local file
 * backend, attached providers and `AWS_ENDPOINT_URL` on loopback.
 */
export class LocalStack {
  /** Runs commands on this stack, once it is prepared. */
  readonly engine: Engine;
  private readonly stateDirectory: string;
  private readonly configFile: string;

  constructor(
    readonly environment: string,
    private readonly binary: EngineBinary,
    private readonly endpoint: string,
    private readonly providers: Providers,
    /** Catalog to use instead of the one that the stack file names; absolute. */
    private readonly catalogFile?: string,
    /** Where state, stack file and event log are: `.cells/<environment>`. */
    private readonly directory: string = environmentDirectory(environment),
  ) {
    this.stateDirectory = join(this.directory, "state");
    this.configFile = join(this.directory, `Pulumi.${environment}.yaml`);
    this.engine = new Engine({
      command: binary.command,
      stack: environment,
      directory: projectDirectory,
      folder: join(this.directory, "run"),
      variables: () => ({ ...withoutEngineOptions(process.env), ...this.variables() }),
      extra: (verb) => (configured.has(verb) ? ["--config-file", this.configFile] : []),
    });
  }

  /** Variables that make any `pulumi` command act on this stack. */
  variables(): Record<string, string> {
    return {
      ...languageHostEnvironment(),
      PATH: [...this.providers.path, ...this.binary.path, process.env["PATH"] ?? ""].join(delimiter),
      PULUMI_HOME: pulumiHome(),
      PULUMI_BACKEND_URL: pathToFileURL(this.stateDirectory).href,
      PULUMI_CONFIG_PASSPHRASE: this.passphrase(),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      // The local cloud is disposable: its state and moto are only valid together. A real stack never skips these.
      PULUMI_EXPERIMENTAL: "true",
      PULUMI_SKIP_CHECKPOINTS: "true",
      PULUMI_DEBUG_COMMANDS: "true",
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      ...this.providers.variables,
    };
  }

  /** Creates the stack where there is none, and writes its stack file. Call it before any command. */
  async prepare(): Promise<void> {
    if (!existsSync(stateFile(this.stateDirectory, this.environment))) await this.initialise();
    this.writeConfig();
  }

  /** In a separate folder, because `stack init` writes into the stack file that it finds. */
  private async initialise(): Promise<void> {
    const scratch = join(this.directory, "project");
    rmSync(scratch, { recursive: true, force: true });
    mkdirSync(scratch, { recursive: true });
    mkdirSync(this.stateDirectory, { recursive: true });
    writeFileSync(join(scratch, "Pulumi.yaml"), "name: cells\nruntime: nodejs\n");
    const made = await this.engine.query(["stack", "init", "--non-interactive", "--cwd", scratch]);
    if (made.code !== 0) {
      throw new UserError(`the engine could not create stack ${this.environment}: ${made.errors.trim()}`);
    }
    const salt = readFileSync(join(scratch, `Pulumi.${this.environment}.yaml`), "utf8");
    writeFileSync(join(this.directory, "salt.yaml"), salt);
  }

  /** Outputs of the stack, secrets masked. */
  async outputs(): Promise<Record<string, unknown>> {
    const { code, output, errors } = await this.engine.query(["stack", "output", "--json"]);
    if (code !== 0) throw new UserError(`the engine could not read the outputs: ${errors.trim()}`);
    return JSON.parse(output) as Record<string, unknown>;
  }

  /** The project's stack file with this machine's encryption salt: the file in the repository stays as it is. */
  private writeConfig(): void {
    const committed = readYaml(join(projectDirectory, `Pulumi.${this.environment}.yaml`));
    const salt = readYaml(join(this.directory, "salt.yaml"));
    const config = {
      ...(committed["config"] as object | undefined),
      ...(this.catalogFile === undefined ? {} : { [catalogKey]: this.catalogFile }),
    };
    writeFileSync(this.configFile, stringify({ ...salt, config }));
  }

  private passphrase(): string {
    const file = join(this.directory, "passphrase");
    if (!existsSync(file)) {
      mkdirSync(this.directory, { recursive: true });
      writeFileSync(file, randomBytes(24).toString("base64url"), { mode: 0o600 });
    }
    return readFileSync(file, "utf8");
  }
}

function readYaml(file: string): Record<string, unknown> {
  return existsSync(file) ? ((parse(readFileSync(file, "utf8")) as Record<string, unknown> | null) ?? {}) : {};
}
