import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { loadCatalog } from "../catalog/load";
import { resolveStackCatalog } from "../catalog/resolve";
import type { Catalog } from "../catalog/model";
import {
  applyPlan,
  judgePlan,
  verifyState,
  type GateEngine,
  type GatePorts,
  type JudgedPlan,
  type UpRequest,
} from "../ops/up/gate";
import type { PackManifest } from "../ops/up/proof";
import { conform } from "./conform";
import { ensureEngine, type Engine } from "./engine/engine";
import { cloudAnswers, defaultCloudPort, startCloud, stopCloud, type LocalCloud } from "./moto/moto";
import { admitPack, gatePorts, localEngine, planFileOf, type LocalGateOptions } from "../adapters/policy/pack";
import { withLock } from "../adapters/files/lock";
import { environmentDirectory, projectDirectory } from "../adapters/files/paths";
import { stop, type Owned, type Report } from "../adapters/processes/process";
import { changedResources, changesOf, errorsOf, progress, type Change } from "../adapters/pulumi/progress";
import { ensurePython } from "./python";
import { serveProviders } from "./providers/serve";
import type { ServedProvider } from "./providers/server";
import { defaultRouterPort, startRouters, stopRouters } from "./routers";
import { readSession, writeSession } from "./session";
import { LocalStack, type EngineResult } from "./stack";
import { runSteps, type Timing } from "./steps";
import { UserError } from "../contract/user-error";

/** How to start an environment. */
export interface StartOptions {
  readonly environment: string;
  /** Catalog to use instead of `catalog/<environment>.yaml`. */
  readonly catalog?: string;
  /** Port of the local cloud. */
  readonly cloudPort?: number;
  /** Port of the first router; the others follow. */
  readonly routerPort?: number;
  /** Preview only: nothing is changed. */
  readonly dryRun?: boolean;
  readonly quiet?: boolean;
  /** Aborted by Ctrl-C: the engine ends gracefully, then `start` throws. */
  readonly signal?: AbortSignal;
}

/** What is up. */
export interface Started {
  readonly catalog: Catalog;
  readonly cloud: LocalCloud;
  /** Steps that changed something, by operation; empty when all was there already. */
  readonly changes: Readonly<Record<string, number>>;
  /** The same, resource by resource. */
  readonly steps: readonly Change[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Router addresses by region. */
  readonly routers: Readonly<Record<string, string>>;
  readonly timings: readonly Timing[];
}

interface Context {
  engine?: Engine;
  python?: string;
  cloud?: LocalCloud;
  providers: readonly ServedProvider[];
  stack?: LocalStack;
  gate?: GatePorts;
  plan?: JudgedPlan;
  /** Folder of a dry run that has no running environment to compare with. */
  scratch?: string;
  planned?: number;
  changes: Readonly<Record<string, number>>;
  steps: readonly Change[];
  outputs: Readonly<Record<string, unknown>>;
  routers: Readonly<Record<string, string>>;
}

/**
 * Brings an environment up in the local cloud: catalog, conformance, cloud, preview with the policy pack, `up`,
 * routers. Running it again changes only what differs; after a crash it starts anew, because the local cloud's state
 * and the engine's live and die together.
 */
export function start(options: StartOptions): Promise<Started> {
  return withLock(options.environment, () => startLocked(options));
}

async function startLocked(options: StartOptions): Promise<Started> {
  const { environment } = options;
  const given = options.catalog === undefined ? undefined : resolve(options.catalog);
  const catalogFile = given ?? resolveStackCatalog(projectDirectory, environment);
  const catalog = loadCatalog(catalogFile);
  if (catalog.environment !== environment) {
    throw new UserError(
      `${catalogFile} describes environment ${catalog.environment}, not ${environment}: ` +
        `write --environment ${catalog.environment}, or name another catalog`,
    );
  }
  const { manifest } = admitPack({ revision: catalog.revision });
  const directory = environmentDirectory(environment);
  mkdirSync(directory, { recursive: true });
  const context: Context = { providers: [], changes: {}, steps: [], outputs: {}, routers: {} };

  try {
    const timings = await runSteps<Context>(
      [
        [
          {
            title: "engine",
            run: async (at, report) => {
              at.engine = await ensureEngine(report);
              return `Pulumi ${at.engine.version}, from ${at.engine.origin}`;
            },
          },
          {
            title: "Python",
            run: async (at, report) => {
              at.python = await ensurePython(report);
            },
          },
        ],
        [
          {
            title: "AWS conformance",
            run: async (at, report) => {
              const { resources, cached } = await conform(catalog, catalogFile, need(at.python), report);
              at.planned = resources;
              return `${resources} resources, no finding${cached ? " (as judged before)" : ""}`;
            },
          },
          {
            title: "local cloud",
            run: async (at) => {
              const port = options.cloudPort ?? numberFrom("CELLS_CLOUD_PORT");
              const running = await reusable(environment, port);
              if (running === undefined && options.dryRun === true) {
                at.cloud = { pid: 0, started: "", port: 0, endpoint: "http://127.0.0.1:9" };
                at.scratch = mkdtempSync(join(tmpdir(), "cells-dry-run-"));
                return "not running; a dry run does without it";
              }
              at.cloud = running ?? (await startAnew(environment, need(at.python), port));
              writeSession(environment, { ...readSession(environment), catalogFile: given });
              return `${at.cloud.endpoint}, ${running === undefined ? "new" : "running already"}`;
            },
          },
        ],
        {
          title: "preview with policies",
          run: async (at, report) => {
            const endpoint = need(at.cloud).endpoint;
            at.providers = await serveProviders({ endpoint, manifests: join(directory, "manifests") });
            at.stack = new LocalStack(environment, need(at.engine), endpoint, at.providers, given, at.scratch);
            if (!at.stack.exists()) await at.stack.initialise();
            at.gate = gatePorts(gateEngine(at, directory, report, options), catalogFile, environment);
            at.plan = await judgePlan(localRequest(catalog, manifest), at.gate);
            const { events } = at.plan.run as EngineResult;
            at.changes = changesOf(events);
            at.steps = changedResources(events);
            return describe(at.changes);
          },
        },
        {
          title: "up",
          skip: (at) =>
            Object.keys(at.changes).length === 0 ? "nothing to change" : options.dryRun === true ? "dry run" : false,
          run: async (at) => {
            // Until its state has been judged, nobody is served from it, whatever the next start finds to change.
            writeSession(environment, { ...readSession(environment), verified: false });
            const { events } = (await applyPlan(need(at.plan), need(at.gate))) as EngineResult;
            at.changes = changesOf(events);
            at.steps = changedResources(events);
            return describe(at.changes);
          },
        },
        {
          title: "verify",
          skip: () =>
            options.dryRun === true
              ? "dry run"
              : readSession(environment).verified === true
                ? "as judged before"
                : false,
          run: async (at) => {
            await verifyState(need(at.gate));
            writeSession(environment, { ...readSession(environment), verified: true });
            return "nothing found, nothing undecided";
          },
        },
        {
          title: "routers",
          skip: () => (options.dryRun === true ? "dry run" : false),
          run: async (at) => {
            at.outputs = await need(at.stack).outputs();
            at.routers = await startRouters({
              environment,
              endpoint: need(at.cloud).endpoint,
              outputs: at.outputs,
              firstPort: options.routerPort ?? numberFrom("CELLS_ROUTER_PORT") ?? defaultRouterPort,
            });
            return Object.values(at.routers).join(", ");
          },
        },
      ],
      context,
      { quiet: options.quiet },
    );
    return {
      catalog,
      cloud: need(context.cloud),
      changes: context.changes,
      steps: context.steps,
      outputs: context.outputs,
      routers: context.routers,
      timings,
    };
  } finally {
    await Promise.all(context.providers.map((provider) => provider.close()));
    if (context.scratch !== undefined) rmSync(context.scratch, { recursive: true, force: true });
  }
}

/** Every cell at once: nobody's tenants are in the local cloud, and its data is made up. */
function localRequest(catalog: Catalog, manifest: PackManifest): UpRequest {
  return { catalog, manifest, maxCellsPerUpdate: Infinity, approvals: "all" };
}

/** The engine as `start` runs it: with progress, an end by Ctrl-C, and a record of when cloud and state may differ. */
function gateEngine(at: Context, directory: string, report: Report, { environment, signal }: StartOptions): GateEngine {
  const stack = need(at.stack);
  const run: LocalGateOptions["run"] = async (verb, args, env) => {
    const changes = Object.values(at.changes).reduce((sum, count) => sum + count, 0);
    const result = await stack.command(args, {
      onEvent: progress(report, verb === "up" ? changes : at.planned),
      signal,
      env,
      ...(verb === "up"
        ? {
            onStart: (engine: Owned) =>
              writeSession(environment, { ...readSession(environment), engine, settled: false }),
          }
        : {}),
    });
    // The engine ended by itself and wrote its state, so cloud and state agree, whatever the outcome.
    if (verb === "up" && result.code !== 130) {
      writeSession(environment, { ...readSession(environment), engine: undefined, settled: true });
    }
    requireSuccess(verb, result, signal);
    return result;
  };
  return localEngine(stack, { run, planFile: planFileOf(at.scratch ?? directory) });
}

/** The running cloud, when its contents match the engine's state; undefined when there must be a new one. */
async function reusable(environment: string, port: number | undefined): Promise<LocalCloud | undefined> {
  const { settled, cloud } = readSession(environment);
  const fits = settled && (port === undefined || cloud?.port === port) && (await cloudAnswers(cloud));
  return fits ? cloud : undefined;
}

/** A new cloud and a new state, in the place of whatever there was. */
export async function startAnew(environment: string, python: string, port: number | undefined): Promise<LocalCloud> {
  const session = readSession(environment);
  await stop(session.engine);
  await stopRouters(session.routers);
  await stopCloud(session.cloud);
  const directory = environmentDirectory(environment);
  for (const stale of ["state", "manifests", "salt.yaml", "session.json"]) {
    rmSync(join(directory, stale), { recursive: true, force: true });
  }
  const cloud = await startCloud({ python, port: port ?? session.cloud?.port ?? defaultCloudPort, directory });
  writeSession(environment, { cloud, settled: true });
  return cloud;
}

/** Throws what went wrong, every error of the engine in one message. */
export function requireSuccess(
  verb: string,
  result: { readonly code: number; readonly output: string; readonly events: Parameters<typeof errorsOf>[0] },
  signal?: AbortSignal,
): void {
  if (signal?.aborted === true) {
    throw new UserError(`${verb} was interrupted; run the same command again and it goes on from what there is`);
  }
  if (result.code === 0) return;
  const errors = errorsOf(result.events);
  throw new UserError([`${verb} failed:`, ...(errors.length > 0 ? errors : [result.output.trim()])].join("\n  "));
}

/** `12 create, 1 update`, or that there is nothing. */
export function describe(changes: Readonly<Record<string, number>>): string {
  const parts = Object.entries(changes).map(([operation, count]) => `${count} ${operation}`);
  return parts.length === 0 ? "no changes" : parts.join(", ");
}

/** A whole number from an environment variable; undefined when it is not set. */
export function numberFrom(variable: string): number | undefined {
  const text = process.env[variable];
  if (text === undefined || text === "") return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0 && value < 65536) return value;
  throw new UserError(`${variable} is ${JSON.stringify(text)}: write a port number from 1 to 65535`);
}

/** A value that an earlier step has set. */
function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a step ran before the one it depends on");
  return value;
}
