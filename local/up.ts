import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { parse } from "yaml";

import { loadCatalog } from "../catalog/load";
import { applyPlan, judgePlan, verifyState, type GatePorts, type UpRequest } from "../ops/up/gate";
import { withPulumi } from "../ops/up/pulumi-cli";
import type { Reach } from "../ops/up/reach";
import { tokenOf, type Loss } from "../ops/up/stateful";
import { catalogFileOf as catalogOfStack } from "../policy/front/known";
import { admitPack, gatePorts, localEngine, planFileOf } from "./gate";
import { withLock } from "./lock";
import { environmentDirectory, projectDirectory } from "./paths";
import type { Owned, Report } from "./process";
import { withLocalStack } from "./pulumi";
import { progress } from "./progress";
import { catalogFileOf, readSession, writeSession } from "./session";
import type { EngineResult, LocalStack } from "./stack";
import { UserError } from "./user-error";

/** How to run an environment. */
export interface UpOptions {
  readonly stack: string;
  /** The running local cloud instead of `pulumi` on PATH and its backend. */
  readonly local?: boolean;
  readonly cells?: readonly string[];
  readonly approve?: readonly string[];
  readonly policyPackConfig?: string;
  /** Flags that would skip the preview; asking for one is refused. */
  readonly skipping?: readonly string[];
  readonly dryRun?: boolean;
  readonly quiet?: boolean;
  readonly signal?: AbortSignal;
  readonly report: Report;
}

/** What a run did, or would do. */
export interface UpResult extends Reach {
  readonly stack: string;
  readonly outcome: "nothing to change" | "dry run" | "up and clean";
  readonly changes: number;
  readonly losses: readonly Loss[];
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
  const catalogFile = options.local === true ? catalogFileOf(options.stack) : realCatalog(options.stack);
  const catalog = loadCatalog(catalogFile);
  const strangers = (options.cells ?? []).filter((id) => !catalog.cells.some((cell) => cell.id === id));
  if (strangers.length > 0) {
    throw new UserError(`--cells ${strangers.join(",")}: ${catalogFile} has no such cell; it has ${catalog.cells.map(({ id }) => id).join(", ")}`);
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
    approvals: options.approve ?? [],
  };
  if (options.local !== true) {
    const about = { stack: options.stack, directory: projectDirectory, pack: "policy", config, quiet: options.quiet === true };
    return withPulumi(about, (engine) => through(options, request, gatePorts(engine, catalogFile, options.stack)));
  }
  if (config !== undefined) throw new UserError("--local takes no --policy-pack-config: the local cloud runs by policy/config.yaml");
  return withLock(options.stack, () =>
    withLocalStack(options.stack, (stack) => through(options, request, gatePorts(locally(stack, options), catalogFile, options.stack))),
  );
}

async function through(options: UpOptions, request: UpRequest, ports: GatePorts): Promise<UpResult> {
  const { report } = options;
  report("preview with policies …");
  const plan = await judgePlan(request, ports);
  const { reach, losses, changes } = plan;
  const result = {
    ...reach,
    stack: options.stack,
    changes,
    losses,
    ...(losses.length === 0 ? {} : { token: tokenOf(losses) }),
  };
  if (options.dryRun === true) return { ...result, outcome: "dry run" };
  if (changes > 0) {
    report(`up: ${changes} steps as planned …`);
    await applyPlan(plan, ports);
  }
  // Also where nothing changes: the last run may have ended before its verdict.
  report("verify …");
  await verifyState(ports);
  if (options.local === true) writeSession(options.stack, { ...readSession(options.stack), verified: true });
  return { ...result, outcome: changes === 0 ? "nothing to change" : "up and clean" };
}

/** The engine on the running local cloud, which dies with it: the session says when the two may differ. */
function locally(stack: LocalStack, { stack: name, report, signal }: UpOptions): ReturnType<typeof localEngine> {
  const run = async (verb: "preview" | "up", args: readonly string[]): Promise<EngineResult> => {
    const onStart = (engine: Owned): void =>
      writeSession(name, { ...readSession(name), engine, settled: false, verified: false });
    const result = await stack.command(args, { onEvent: progress(report), signal, ...(verb === "up" ? { onStart } : {}) });
    if (verb === "up" && result.code !== 130) {
      writeSession(name, { ...readSession(name), engine: undefined, settled: true });
    }
    if (signal?.aborted === true) throw new UserError(`${verb} was interrupted; run the same command again and it goes on`);
    return result;
  };
  return localEngine(stack, { run, planFile: planFileOf(environmentDirectory(name)) });
}

/** The catalog that a stack names in its file, else `catalog/<stack>.yaml`. */
function realCatalog(stack: string): string {
  const file = join(projectDirectory, `Pulumi.${stack}.yaml`);
  const content = existsSync(file) ? (parse(readFileSync(file, "utf8")) as { config?: Record<string, unknown> } | null) : null;
  const configured = content?.config?.["cells:catalog"];
  const named = typeof configured === "string" && configured !== "" ? configured : undefined;
  return catalogOfStack(stack, named) ?? resolve(projectDirectory, named ?? join("catalog", `${stack}.yaml`));
}
