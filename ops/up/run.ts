import { creatingIn, misfits, unfinished, type Found } from "./adopt";
import {
  applyPlan,
  hasNextStage,
  judgePlan,
  verifyState,
  type GatePorts,
  type JudgedPlan,
  type UpRequest,
} from "./gate";
import { waitingIn } from "./changes";
import { onlyRefusal } from "./only";
import type { Before } from "./opening";
import { cellsOfState, type Reach } from "./reach";
import { UpRefused } from "./refused";
import { servedOf } from "./served";
import type { Loss } from "./stateful";

/** What a run changed, or would change. */
export interface GateResult extends Reach {
  readonly outcome: "nothing to change" | "dry run" | "up and clean";
  /** True when AWS takes the rest of the change only in the next update. */
  readonly hasNextStage: boolean;
  readonly changes: number;
  readonly losses: readonly Loss[];
}

/** How to run; the rest is the request's. */
export interface GateOptions {
  readonly isDryRun: boolean;
  readonly report: (line: string) => void;
}

/**
 * A whole update: state, plan, update, verdict. An environment that serves no tenants yet is created with closed routers,
 * which send no tenants to any cell; a second, small update opens them once all of it is clean.
 *
 * @throws UpRefused with the reason.
 */
export async function runGate(request: UpRequest, ports: GatePorts, options: GateOptions): Promise<GateResult> {
  const state = await settled(request.found ?? new Map<string, undefined>(), ports, options);
  const before = beforeOf(state, ports);
  const alone = request.only === undefined ? undefined : onlyRefusal(request.catalog, before.served);
  if (alone !== undefined) throw new UpRefused("wave", alone);
  const waiting = request.isStaged === true && !options.isDryRun ? waitingIn(state) : [];
  if (waiting.length > 0) {
    options.report("read what maintenance windows have changed …");
    await ports.engine.refresh(waiting);
  }
  const isClosed =
    before.served.cells.size === 0 && request.catalog.cells.some(({ state }) => state !== "provisioning");
  const first = await step({ ...request, before, isClosed }, ports, options);
  if (options.isDryRun) return { ...resultOf(first), outcome: "dry run" };
  options.report("verify …");
  const after = await verifyState(ports, isClosed);
  if (!isClosed) return { ...resultOf(first), outcome: first.changes === 0 ? "nothing to change" : "up and clean" };

  options.report("clean; open the routers …");
  const opening = await step({ ...request, before: beforeOf(after, ports) }, ports, options);
  await verifyState(ports);
  return {
    ...resultOf(first),
    shared: first.reach.shared + opening.reach.shared,
    changes: first.changes + opening.changes,
    outcome: "up and clean",
  };
}

function resultOf(plan: JudgedPlan): Omit<GateResult, "outcome"> {
  const { reach, changes, losses } = plan;
  return { ...reach, changes, losses, hasNextStage: hasNextStage(plan) };
}

async function step(request: UpRequest, ports: GatePorts, { isDryRun, report }: GateOptions): Promise<JudgedPlan> {
  report("preview with policies …");
  const plan = await judgePlan(request, ports);
  if (isDryRun) return plan;
  // Without a step too: protection, aliases and outputs are in the state alone, and no step shows their change.
  report(`up: ${plan.changes} steps as planned …`);
  await applyPlan(plan, ports);
  return plan;
}

/** The state, once no creation in it has an unknown outcome. */
async function settled(found: Found, { engine }: GatePorts, { isDryRun, report }: GateOptions): Promise<string> {
  const state = await engine.exportState();
  const pending = creatingIn(state);
  refuseMisfits(state, found);
  if (pending.length === 0) return state;
  const open = pending.filter((urn) => !found.has(urn));
  if (isDryRun || open.length > 0) throw new UpRefused("interrupted", unfinished(isDryRun ? pending : open));
  report("add the resources that were found to the state …");
  await engine.settle(new Map(pending.map((urn) => [urn, found.get(urn)])));
  const after = await engine.exportState();
  // The engine drops a resource that the cloud does not have under this id.
  refuseMisfits(after, found);
  return after;
}

function refuseMisfits(state: string, found: Found): void {
  const wrong = misfits(state, found);
  if (wrong.length === 0) return;
  const lines = wrong.map((line) => `  ${line}`);
  throw new UpRefused("interrupted", ["these options do not fit the state of the stack:", ...lines].join("\n"));
}

function beforeOf(state: string, { verify }: GatePorts): Before {
  const served = servedOf(state);
  // No cells, no findings.
  const findings = served.made.size === 0 ? [] : verify(state).filter(({ urn }) => urn.startsWith("urn:"));
  return { served, findings, cellOf: cellsOfState(state) };
}
