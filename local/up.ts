import { join } from "node:path";

import { loadCatalog } from "../catalog/load";
import { foundOf } from "../ops/up/adopt";
import type { GatePorts, UpRequest } from "../ops/up/gate";
import type { EngineConfig } from "../ops/up/admit";
import { targetsOf } from "../ops/up/only";
import { withPulumi } from "../adapters/pulumi/pulumi-cli";
import { runGate, type GateResult } from "../ops/up/run";
import { tokenOf } from "../ops/up/stateful";
import { resolveStackCatalog } from "../catalog/resolve";
import { admitPack, gatePorts, localEngine, planFileOf, type LocalGateOptions } from "../adapters/policy/pack";
import { journalIn } from "../adapters/pulumi/journal";
import { withLock } from "../adapters/files/lock";
import { cloudAnswers } from "./moto/moto";
import { environmentDirectory, projectDirectory } from "../adapters/files/paths";
import type { Owned, Report } from "../adapters/processes/process";
import { withLocalStack } from "./pulumi";
import { progress } from "../adapters/pulumi/progress";
import { ensurePython } from "./python";
import { catalogFileOf, readSession, writeSession } from "./session";
import type { LocalStack } from "./stack";
import { startAnew } from "./start";
import { UserError } from "../contract/user-error";

/** How to run an environment. */
export interface UpOptions {
  readonly stack: string;
  /** The running local cloud instead of `pulumi` on PATH and its backend. */
  readonly local?: boolean;
  readonly cells?: readonly string[];
  /** These cells and nothing else; the routers stay as they are, too. */
  readonly only?: readonly string[];
  readonly approve?: readonly string[];
  /** `<urn>=<id>` of creations that were cut off and that the cloud has; URNs of those that it has not. */
  readonly found?: readonly string[];
  readonly gone?: readonly string[];
  readonly policyPackConfig?: string;
  /** Flags that would skip the preview; asking for one is refused. */
  readonly skipping?: readonly string[];
  readonly dryRun?: boolean;
  readonly quiet?: boolean;
  readonly signal?: AbortSignal;
  readonly report: Report;
}

/** What a run did, or would do. */
export interface UpResult extends GateResult {
  readonly stack: string;
  /** Approves these losses of this plan; absent where there are none. */
  readonly token?: string;
}

/** Cells with tenants that one update may change (SIZ-07). */
const maxCellsPerUpdate = 1;

/**
 * Preview with the pack, proof that all of it ran, reach, `up` with the saved plan, verdict on what is there.
 *
 * @throws UpRefused with what shuts the gate; CatalogError, UserError for what cannot be used.
 */
export async function upEnvironment(options: UpOptions): Promise<UpResult> {
  const catalogFile =
    options.local === true ? catalogFileOf(options.stack) : resolveStackCatalog(projectDirectory, options.stack);
  const catalog = loadCatalog(catalogFile);
  const strangers = [...(options.cells ?? []), ...(options.only ?? [])].filter(
    (id) => !catalog.cells.some((cell) => cell.id === id),
  );
  if (strangers.length > 0) {
    throw new UserError(
      `--${options.only === undefined ? "cells" : "only"} ${strangers.join(",")}: ${catalogFile} has no such cell; it has ${catalog.cells.map(({ id }) => id).join(", ")}`,
    );
  }
  const { manifest, config } = admitPack({
    revision: catalog.revision,
    ...(options.policyPackConfig === undefined ? {} : { configFile: options.policyPackConfig }),
    ...(options.skipping === undefined ? {} : { skipping: options.skipping }),
  });
  const request: UpRequest = {
    catalog,
    manifest,
    maxCellsPerUpdate,
    ...(options.cells === undefined ? {} : { cells: options.cells }),
    ...(options.only === undefined ? {} : { only: options.only }),
    approvals: options.approve ?? [],
    found: foundOf(options.found, options.gone),
  };
  if (options.local !== true) {
    // A local environment of the same name has a folder of its own.
    const place = `${options.stack}.pulumi`;
    const about = {
      stack: options.stack,
      directory: projectDirectory,
      pack: "policy",
      config,
      quiet: options.quiet === true,
      report: options.report,
      signal: options.signal,
      targets: targetsOf(options.only),
      folder: join(environmentDirectory(place), "run"),
      journal: journalIn(join(environmentDirectory(place), "engine.json")),
    };
    return withLock(place, () =>
      withPulumi(about, (engine) => through(options, request, gatePorts(engine, catalogFile, options.stack))),
    );
  }
  return withLock(options.stack, async () => {
    await settle(options);
    return withLocalStack(options.stack, async (stack) => {
      if (!stack.exists()) await stack.initialise();
      return through(options, request, gatePorts(locally(stack, options, config), catalogFile, options.stack));
    });
  });
}

/**
 * After an update that was killed nobody knows what the local cloud holds and the state does not. Both are disposable, and
 * only together: so there are new ones, as for `npm start`.
 */
async function settle({ stack, report, signal }: UpOptions): Promise<void> {
  const session = readSession(stack);
  if (session.settled || !(await cloudAnswers(session.cloud))) return;
  if (signal?.aborted === true) return;
  report("the last update was cut off: a new local cloud and a new state …");
  await startAnew(stack, await ensurePython(report), session.cloud?.port);
  writeSession(stack, {
    ...readSession(stack),
    ...(session.catalogFile === undefined ? {} : { catalogFile: session.catalogFile }),
  });
}

async function through(options: UpOptions, request: UpRequest, ports: GatePorts): Promise<UpResult> {
  const { stack, report } = options;
  const result = await runGate(request, ports, { isDryRun: options.dryRun === true, report });
  if (options.local === true && options.dryRun !== true) writeSession(stack, { ...readSession(stack), verified: true });
  return { ...result, stack, ...(result.losses.length === 0 ? {} : { token: tokenOf(result.losses) }) };
}

/** The engine on the running local cloud, which dies with it: the session says when the two may differ. */
function locally(
  stack: LocalStack,
  { stack: name, only, report, signal }: UpOptions,
  config: EngineConfig | undefined,
): ReturnType<typeof localEngine> {
  const run: LocalGateOptions["run"] = async (verb, args, env) => {
    const onStart = (engine: Owned): void =>
      writeSession(name, { ...readSession(name), engine, settled: false, verified: false });
    const result = await stack.command(args, {
      onEvent: progress(report),
      signal,
      env,
      ...(verb === "up" ? { onStart } : {}),
    });
    if (verb === "up" && result.code !== 130) {
      writeSession(name, { ...readSession(name), engine: undefined, settled: true });
    }
    if (signal?.aborted === true)
      throw new UserError(`${verb} was interrupted; run the same command again and it goes on`);
    return result;
  };
  return localEngine(stack, {
    run,
    planFile: planFileOf(environmentDirectory(name)),
    config,
    targets: targetsOf(only),
  });
}
