import type { Catalog } from "../../catalog/model";
import type { Held } from "../../catalog/changes";
import type { Found } from "./adopt";
import { stageOf } from "./changes";
import { catalogVersionOf, errorsOf, isChange, nameOf, stepsOf, type EngineEvent } from "./events";
import type { Finding } from "./finding";
import { missingProof, type PackManifest } from "./proof";
import { dropsTenants, fixFirst, leavesResidency, opensTooEarly, type Before } from "./opening";
import { beyondWave, cellsOfState, cellsOfSteps, reachOf, type Reach } from "./reach";
import { UpRefused } from "./refused";
import { lossesOf, unapproved, type Loss } from "./stateful";

/** How a run of the engine ended. */
export interface EngineRun {
  readonly code: number;
  readonly output: string;
  readonly events: readonly EngineEvent[];
}

/** What the gate sets for the program, beside the catalog. */
export interface ProgramMode {
  /** Routers send no tenants to any cell. */
  readonly isClosed: boolean;
  /** What cells keep in this update. */
  readonly held: Held;
}

/** The engine on one stack, with the pack. The saved plan is the engine's own business: `up` takes the last preview's. */
export interface GateEngine {
  /** Previews with the pack and saves the plan. */
  preview(mode: ProgramMode): Promise<EngineRun>;
  /** Applies the saved plan only, with the pack. */
  up(mode: ProgramMode): Promise<EngineRun>;
  /** Digest of the saved plan; undefined when there is none. */
  planDigest(): string | undefined;
  /** What `pulumi stack export --show-secrets` prints. */
  exportState(): Promise<string>;
  /** Adds the resources that were found to the state, and drops the others from it. Changes nothing in the cloud. */
  settle(found: Found): Promise<void>;
  /** Reads these resources from the cloud into the state. */
  refresh(urns: readonly string[]): Promise<void>;
}

/** What the gate needs from outside. */
export interface GatePorts {
  readonly engine: GateEngine;
  /** True when an input of the plan is no longer as this command read it: program, catalog, stack file, pack. */
  readonly hasChanged: () => boolean;
  /** Judges an exported state; both findings and what could not be decided. */
  readonly verify: (state: string) => readonly Finding[];
}

/** What an update may change. */
export interface UpRequest {
  readonly catalog: Catalog;
  readonly manifest: PackManifest;
  /** Cells with tenants that one update may change; see {@link beyondWave}. */
  readonly maxCellsPerUpdate: number;
  readonly cells?: readonly string[];
  /** Limits the engine to these cells; see {@link targetsOf}. */
  readonly only?: readonly string[];
  /** URNs or tokens of losses, URNs of cells that leave with their tenants; `all` where all data is disposable. */
  readonly approvals: readonly string[] | "all";
  /** How the creations ended that a killed engine had started, if any. */
  readonly found?: Found;
  /** The environment before the update; left out where there are no tenants, so that nothing has to wait. */
  readonly before?: Before;
  /** Routers send no tenants to any cell; see {@link runGate}. */
  readonly isClosed?: boolean;
  /** Where AWS takes the plan in two updates only, make the first. Default: refuse it. */
  readonly isStaged?: boolean;
  /** What cells keep in this update; see {@link judgePlan}. */
  readonly held?: Held;
}

/** A judged plan and its inputs. */
export interface JudgedPlan {
  readonly reach: Reach;
  readonly losses: readonly Loss[];
  /** Steps that change something. */
  readonly changes: number;
  readonly mode: ProgramMode;
  /** Digest of the saved plan, as it was judged. */
  readonly digest: string | undefined;
  readonly run: EngineRun;
}

/** True where AWS takes the rest of the change only in the next update. */
export function hasNextStage({ mode }: JudgedPlan): boolean {
  return Object.keys(mode.held).length > 0;
}

/** Most lines of a list in a message. */
const mostShown = 20;

/**
 * Previews, and lets through only a plan that every policy of the manifest has judged, that is one wave, and that loses
 * no data without approval. Nothing is changed. A plan that AWS takes in two updates is previewed once more, as the first.
 *
 * @throws UpRefused with the reason; nothing has been changed then.
 */
export async function judgePlan(request: UpRequest, ports: GatePorts): Promise<JudgedPlan> {
  const { engine, hasChanged } = ports;
  refuseChanged(hasChanged);
  const { before, isClosed = false, held, only } = request;
  const mode: ProgramMode = { isClosed, held: held ?? {} };
  const run = await engine.preview(mode);
  if (run.code !== 0)
    throw new UpRefused("preview-failed", failure("the preview failed, and nothing was changed", run));
  const missing = missingProof(run.events, request.manifest);
  if (missing.length > 0) {
    const lines = missing.map((line) => `  ${line}`);
    throw new UpRefused(
      "not-proven",
      ["there is no proof that the policy pack ran, and nothing was changed:", ...lines].join("\n"),
    );
  }
  const deployed = catalogVersionOf(run.events);
  if (deployed !== request.catalog.version) {
    throw new UpRefused(
      "other-catalog",
      `this command read catalog ${request.catalog.version}, but the program that the engine ran read ` +
        `${deployed === undefined ? "none" : String(deployed)}, and nothing was changed: write cells:catalog in the stack's own Pulumi.<stack>.yaml, in clear, and in no other place`,
    );
  }
  const steps = stepsOf(run.events);
  const reach = reachOf(steps, request.catalog, before?.served.cells);
  const wave = beyondWave(
    reach,
    request.maxCellsPerUpdate,
    only ?? request.cells,
    only === undefined ? "--cells" : "--only",
  );
  if (wave !== undefined) throw new UpRefused("wave", wave);
  if (before !== undefined) {
    // Cell by cell: the next one waits until the one before is clean.
    const unclean = fixFirst(reach, before, only === undefined ? request.cells : []);
    if (unclean !== undefined) throw new UpRefused("unclean", unclean);
    const dropped = dropsTenants(request.catalog, before, request.approvals);
    if (dropped !== undefined) throw new UpRefused("opening", dropped);
    const early = isClosed ? undefined : opensTooEarly(request.catalog, reach, before, request.cells);
    if (early !== undefined) throw new UpRefused("opening", early);
    const residency = leavesResidency(request.catalog, before);
    if (residency !== undefined) throw new UpRefused("residency", residency);
  }
  const cellOf = cellsOfSteps(steps);
  const stage = stageOf(steps, cellOf, request.isStaged === true && held === undefined);
  if (stage !== undefined) return judgePlan({ ...request, held: stage }, ports);
  const losses = lossesOf(steps, servesBy(cellOf, before));
  const loss = request.approvals === "all" ? undefined : unapproved(losses, request.approvals);
  if (loss !== undefined) throw new UpRefused("data-loss", loss);
  return {
    reach,
    losses,
    changes: steps.filter(isChange).length,
    mode,
    digest: engine.planDigest(),
    run,
  };
}

/**
 * Applies a judged plan.
 *
 * @throws UpRefused when program, catalog or pack have changed since they were read (nothing is changed then), or when
 *   the engine fails half way.
 */
export async function applyPlan(plan: JudgedPlan, { engine, hasChanged }: GatePorts): Promise<EngineRun> {
  refuseChanged(hasChanged);
  if (plan.digest === undefined || engine.planDigest() !== plan.digest) {
    throw new UpRefused(
      "no-preview",
      "the saved plan is not the one that was judged: it was changed or removed; run it again",
    );
  }
  const run = await engine.up(plan.mode);
  if (run.code !== 0) {
    const done = stepsOf(run.events).filter(isChange).length;
    throw new UpRefused(
      "up-failed",
      failure(`up stopped half way, after ${done} of ${plan.changes} steps had begun`, run),
    );
  }
  return run;
}

/** Whether tenants are served by what a URN names: by its cell, or for a shared resource by any cell. */
function servesBy(cellOf: (urn: string) => string | undefined, before: Before | undefined): (urn: string) => boolean {
  const served = before?.served.cells;
  return (urn) => {
    const cell = cellOf(urn);
    return served === undefined || (cell === undefined ? served.size > 0 : served.has(cell));
  };
}

function refuseChanged(hasChanged: GatePorts["hasChanged"]): void {
  if (!hasChanged()) return;
  throw new UpRefused(
    "no-preview",
    "program, catalog, stack file, policy pack or fingerprints have changed since this command read them, and nothing was changed in this step: run it again",
  );
}

/**
 * Judges the environment after an update, before it may get traffic.
 *
 * @returns the state that was judged.
 * @throws UpRefused naming the cells that must stay out of routing.
 */
export async function verifyState(
  { engine, verify }: Pick<GatePorts, "engine" | "verify">,
  isClosed = false,
): Promise<string> {
  const state = await engine.exportState();
  const findings = verify(state);
  if (findings.length === 0) return state;
  const owner = cellsOfState(state);
  const cells = [...new Set(findings.map(({ urn }) => owner(urn)).filter((cell) => cell !== undefined))].sort();
  const shown = findings.slice(0, mostShown).map(({ rule, urn, message }) => `  ${rule} ${nameOf(urn)}: ${message}`);
  const more = findings.length > shown.length ? [`  and ${findings.length - shown.length} more`] : [];
  const keep = isClosed
    ? "Routers send no tenants to this environment until it is: fix it, and run up again."
    : cells.length === 0
      ? "Shared resources are not clean: send no traffic to this environment until they are."
      : `Keep traffic out of ${cells.join(", ")}: write \`state: quarantined\` for them in the catalog and run up again.`;
  throw new UpRefused("not-clean", [`the environment is up, but it is not clean:`, ...shown, ...more, keep].join("\n"));
}

/** An engine that stops early also reports each planned resource that it did not reach: that follows from the error. */
const unreached = /expected resource operations for .* but none were seen/;

/** The engine's own errors; its whole output where it reported none. */
function failure(what: string, { events, output }: EngineRun): string {
  const errors = errorsOf(events);
  const causes = errors.filter((text) => !unreached.test(text));
  const lines = causes.length > 0 ? causes : errors.length > 0 ? errors : [output.trim()];
  const more = lines.length > mostShown ? [`and ${lines.length - mostShown} more`] : [];
  return [`${what}:`, ...lines.slice(0, mostShown), ...more].join("\n  ");
}
