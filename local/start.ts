import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { catalogOf } from "../catalog/load";
import { resolveStackCatalog } from "../catalog/resolve";
import type { Catalog } from "../catalog/model";
import { CellNames } from "../catalog/names";
import {
  applyPlan,
  hasNextStage,
  judgePlan,
  verifyState,
  type GatePorts,
  type JudgedPlan,
  type UpRequest,
} from "../ops/up/gate";
import type { PackManifest } from "../ops/up/proof";
import type { Reach } from "../ops/up/reach";
import { conform } from "./conform";
import { ensureEngine, type EngineBinary } from "./engine/engine";
import { localGateEngine } from "./gate-engine";
import { endOtherClusters, startClusters } from "./kubernetes/clusters";
import { ensureKubernetes, type KubernetesParts } from "./kubernetes/parts";
import { cloudAnswers, type LocalCloud } from "./moto/moto";
import { admitPack, watchInputs } from "../adapters/policy/pack";
import { readStackTexts } from "../policy/front/known";
import { withLock } from "../adapters/files/lock";
import type { Report } from "../adapters/processes/process";
import { environmentDirectory, projectDirectory } from "../adapters/files/paths";
import { changedResources, changesOf, type ChangedResource } from "../ops/up/events";
import { ensurePython } from "./python";
import { providersOf, type Providers } from "./providers/serve";
import { renewCloud } from "./renew";
import { defaultRouterPort, startRouters } from "./routers";
import { readSession, updateSession } from "./session";
import { LocalStack, pulumiHome } from "./stack";
import { runSteps, type Step, type Timing } from "./steps";
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
  /** True: each cell's cluster is a real Kubernetes. Default: what the running environment has, else false. */
  readonly kubernetes?: boolean;
  /** Preview only: nothing is changed. */
  readonly dryRun?: boolean;
  readonly quiet?: boolean;
  /** Aborted by Ctrl-C: the engine ends gracefully, then `start` throws. */
  readonly signal?: AbortSignal;
}

/** The running environment. */
export interface Started {
  readonly catalog: Catalog;
  readonly cloud: LocalCloud;
  /** Steps that changed something, by operation; empty when nothing changed. */
  readonly changes: Readonly<Record<string, number>>;
  /** The same, resource by resource. */
  readonly steps: readonly ChangedResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Router addresses by region. */
  readonly routers: Readonly<Record<string, string>>;
  readonly timings: readonly Timing[];
}

interface Context {
  engine?: EngineBinary;
  python?: string;
  kubernetes?: KubernetesParts;
  cloud?: LocalCloud;
  /** Shows progress of the step that uses the engine now. */
  report?: Report;
  providers?: Providers;
  stack?: LocalStack;
  gate?: GatePorts;
  plan?: JudgedPlan;
  /** Folder of a dry run that has no running environment to compare with. */
  scratch?: string;
  changes: Readonly<Record<string, number>>;
  steps: readonly ChangedResource[];
  outputs: Readonly<Record<string, unknown>>;
  routers: Readonly<Record<string, string>>;
}

/**
 * Brings an environment up in the local cloud: catalog, conformance, cloud, preview with the policy pack, `up`,
 * routers. Running it again changes only what differs; after a crash it starts from nothing, because the states of the
 * local cloud and of the engine are only valid together.
 */
export function start(options: StartOptions): Promise<Started> {
  return withLock(options.environment, () => startLocked(options));
}

async function startLocked(options: StartOptions): Promise<Started> {
  const { environment } = options;
  const given = options.catalog === undefined ? undefined : resolve(options.catalog);
  const catalogFile = given ?? resolveStackCatalog(projectDirectory, environment);
  const hasChanged = watchInputs(catalogFile, environment);
  const texts = readStackTexts(catalogFile);
  const catalog = catalogOf(texts.catalog!);
  if (catalog.environment !== environment) {
    throw new UserError(
      `${catalogFile} describes environment ${catalog.environment}, not ${environment}: ` +
        `write --environment ${catalog.environment}, or name another catalog`,
    );
  }
  const pack = admitPack({ texts });
  const directory = environmentDirectory(environment);
  mkdirSync(directory, { recursive: true });
  const onKubernetes = await isOnKubernetes(options);
  const ofKubernetes = (step: Step<Context>): readonly Step<Context>[] => (onKubernetes ? [step] : []);
  const clusters = catalog.cells.map(({ number }) => new CellNames(environment, number).of("app"));
  const context: Context = { changes: {}, steps: [], outputs: {}, routers: {} };

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
          ...ofKubernetes({
            title: "Kubernetes",
            run: async (at, report) => {
              at.kubernetes = await ensureKubernetes(pulumiHome(), report);
            },
          }),
        ],
        [
          {
            title: "AWS conformance",
            run: async (at, report) => {
              const { resources, cached } = await conform(catalog, catalogFile, need(at.python), report);
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
              at.cloud = running ?? (await renewCloud({ environment, python: need(at.python), port, onKubernetes }));
              updateSession(environment, { catalogFile: given });
              return `${at.cloud.endpoint}, ${running === undefined ? "new" : "running already"}`;
            },
          },
        ],
        ...ofKubernetes({
          title: "control planes",
          skip: () => (options.dryRun === true ? "dry run" : false),
          run: async (at) => {
            await startClusters(environment, need(at.kubernetes), clusters);
            return `${clusters.length} clusters`;
          },
        }),
        {
          title: "preview with policies",
          run: async (at, report) => {
            at.report = report;
            const endpoint = need(at.cloud).endpoint;
            at.providers = await providersOf({ environment, endpoint, onKubernetes });
            at.stack = new LocalStack(environment, need(at.engine), endpoint, at.providers, given, at.scratch);
            await at.stack.prepare();
            at.stack.engine.open();
            const engine = localGateEngine(at.stack, {
              pack: pack.write,
              signal: options.signal,
              report: (line) => at.report?.(line),
            });
            at.gate = { engine, verify: pack.verify, hasChanged };
            at.plan = await judgePlan(localRequest(catalog, pack.manifest), at.gate);
            const { events } = at.plan.run;
            at.changes = changesOf(events);
            at.steps = changedResources(events);
            const next = hasNextStage(at.plan) ? ["AWS takes the rest in the next update: npm start"] : [];
            return [describe(at.changes), ...next, ...removalNote(at.plan.reach, catalog)].join("; ");
          },
        },
        {
          title: "up",
          skip: (at) =>
            Object.keys(at.changes).length === 0 ? "nothing to change" : options.dryRun === true ? "dry run" : false,
          run: async (at, report) => {
            at.report = report;
            const { events } = await applyPlan(need(at.plan), need(at.gate));
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
            updateSession(environment, { verified: true });
            return "nothing found, nothing undecided";
          },
        },
        ...ofKubernetes({
          title: "control planes of removed cells",
          skip: () => (options.dryRun === true ? "dry run" : false),
          run: () => endOtherClusters(environment, clusters),
        }),
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
    context.stack?.engine.close();
    await context.providers?.close();
    if (context.scratch !== undefined) rmSync(context.scratch, { recursive: true, force: true });
  }
}

/** A line about cells that leave the catalog: in a real environment the gate lets none go that has tenants. */
export function removalNote({ cells }: Reach, catalog: Catalog): readonly string[] {
  const kept = new Set(catalog.cells.map(({ id }) => id));
  const gone = cells.map(({ id }) => id).filter((id) => !kept.has(id));
  return gone.length === 0
    ? []
    : [
        `removed with all data: ${gone.join(", ")}; a real environment removes only cells that were drained and disabled`,
      ];
}

/** Every cell at once: the local cloud has no tenants and no real data. */
function localRequest(catalog: Catalog, manifest: PackManifest): UpRequest {
  return { catalog, manifest, maxCellsPerUpdate: Infinity, approvals: "all", isStaged: true };
}

/** Whether the environment runs on a real Kubernetes, or is to. @throws UserError when it runs without one. */
async function isOnKubernetes({ environment, kubernetes }: StartOptions): Promise<boolean> {
  const session = readSession(environment);
  const running = session.kubernetes !== undefined;
  // The usual start asks the cloud once, later.
  if (!running && kubernetes !== true) return false;
  if (!(await cloudAnswers(session.cloud))) return kubernetes ?? false;
  if (!running) {
    throw new UserError(
      `${environment} runs without Kubernetes: stop it with npm stop, then start it again with --kubernetes`,
    );
  }
  return running;
}

/** The running cloud, when its contents match the engine's state; undefined when there must be a new one. */
async function reusable(environment: string, port: number | undefined): Promise<LocalCloud | undefined> {
  const { settled, cloud } = readSession(environment);
  const fits = settled && (port === undefined || cloud?.port === port) && (await cloudAnswers(cloud));
  return fits ? cloud : undefined;
}

/** `12 create, 1 update`, or that nothing changes. */
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
