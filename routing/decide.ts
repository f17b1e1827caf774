import { slotOf } from "./algorithms/slots";
import type { CandidateSet, Router } from "./router";
import { standIn } from "./stand-in";
import type { TableCell } from "./table";

/** Who asks. */
export interface Question {
  readonly tenant: string;
  /** ISO 3166-1 alpha-2, upper case; absent when nobody knows it. */
  readonly country?: string | undefined;
}

/** What is known beside the table, by cell number. Both only ever narrow the choice. */
export interface Conditions {
  /** Cells that fail their health checks. */
  readonly down?: ReadonlySet<number>;
  /** Cells that are full: their tenants overflow for the time, when another cell of the candidate set has room. */
  readonly full?: ReadonlySet<number>;
}

/** Why the answer is this cell: it is the home by hash or by pin, or it stands in for the home for the time. */
export type RouteReason = "home" | "pin" | "failover" | "overflow";

/** Why there is no answer. */
export type RefusalReason = "unknown-country" | "no-cell-allowed" | "pin-outside-residency" | "no-healthy-cell";

export interface Routed {
  readonly ok: true;
  readonly cell: TableCell;
  /** The tenant's home, which failover and overflow never change. */
  readonly home: TableCell;
  readonly reason: RouteReason;
  readonly jurisdiction: string;
}

export interface Refused {
  readonly ok: false;
  readonly reason: RefusalReason;
  readonly jurisdiction?: string;
}

export type Decision = Routed | Refused;

/** One stage of a decision, for `cells route --explain`. */
export interface Stage {
  readonly stage: "residency" | "pin" | "hash" | "health" | "overflow";
  readonly result: string;
  /** Cell numbers left after this stage. */
  readonly cells: readonly number[];
}

const nothing: ReadonlySet<number> = new Set();

/**
 * Where a tenant goes: residency gives the candidate set; a pin, or else the algorithm, gives the home inside it; state
 * and health may put another cell of the set in for the time; a full cell may too. Pure and deterministic. Nothing
 * leaves the candidate set: when no cell of it can answer, the decision is a refusal.
 *
 * @param note is told each stage, when given.
 */
export function decide(
  router: Router,
  { tenant, country }: Question,
  { down = nothing, full = nothing }: Conditions = {},
  note?: (stage: Stage) => void,
): Decision {
  const jurisdiction = router.jurisdiction(country);
  if (jurisdiction === undefined) {
    note?.({ stage: "residency", result: `${country ?? "no country"}: no jurisdiction, and no default`, cells: [] });
    return { ok: false, reason: "unknown-country" };
  }
  return decideIn(router, jurisdiction, tenant, { down, full }, note);
}

/** The same for a tenant whose jurisdiction is known. */
export function decideIn(
  router: Router,
  jurisdiction: string,
  tenant: string,
  { down = nothing, full = nothing }: Conditions,
  note?: (stage: Stage) => void,
): Decision {
  const candidates = router.candidates(jurisdiction);
  note?.({ stage: "residency", result: jurisdiction, cells: candidates.cells.map(({ number }) => number) });

  const home = findHome(router, candidates, tenant, note);
  if (typeof home === "string") return { ok: false, reason: home, jurisdiction };
  const { cell, pinned } = home;
  const up = (other: TableCell): boolean => serves(other, down);
  const roomy = (other: TableCell): boolean => serves(other, down) && !full.has(other.number);

  if (!up(cell)) {
    const slot = slotOf(tenant);
    const other = standIn(slot, candidates.cells, roomy) ?? standIn(slot, candidates.cells, up);
    const why = down.has(cell.number) ? "down" : cell.state;
    note?.({ stage: "health", result: `home is ${why}`, cells: other === undefined ? [] : [other.number] });
    if (other === undefined) return { ok: false, reason: "no-healthy-cell", jurisdiction };
    return { ok: true, cell: other, home: cell, reason: "failover", jurisdiction };
  }
  note?.({ stage: "health", result: `home is ${cell.state}`, cells: [cell.number] });

  if (full.has(cell.number)) {
    const other = standIn(slotOf(tenant), candidates.cells, roomy);
    note?.({ stage: "overflow", result: "home is full", cells: [(other ?? cell).number] });
    if (other !== undefined) return { ok: true, cell: other, home: cell, reason: "overflow", jurisdiction };
  }
  return { ok: true, cell, home: cell, reason: pinned ? "pin" : "home", jurisdiction };
}

function findHome(
  router: Router,
  candidates: CandidateSet,
  tenant: string,
  note?: (stage: Stage) => void,
): { readonly cell: TableCell; readonly pinned: boolean } | RefusalReason {
  const pinned = router.pin(tenant);
  if (pinned !== undefined) {
    const allowed = candidates.has(pinned);
    const result = allowed ? "pinned" : `pinned to ${pinned}, which residency forbids`;
    note?.({ stage: "pin", result, cells: allowed ? [pinned] : [] });
    const cell = router.cell(pinned);
    // The data is there and may not be: serving it, or an empty cell elsewhere, would both be wrong.
    return allowed && cell !== undefined ? { cell, pinned: true } : "pin-outside-residency";
  }
  note?.({ stage: "pin", result: "none", cells: candidates.cells.map(({ number }) => number) });
  const number = candidates.homes?.place(tenant);
  const cell = number === undefined ? undefined : router.cell(number);
  const slot = router.table.algorithm === "slots" ? `, slot ${slotOf(tenant)}` : "";
  note?.({ stage: "hash", result: `${router.table.algorithm}${slot}`, cells: cell === undefined ? [] : [cell.number] });
  return cell === undefined ? "no-cell-allowed" : { cell, pinned: false };
}

/** Whether the cell answers for tenants whose home it is. */
export function serves({ state, number }: TableCell, down: ReadonlySet<number>): boolean {
  return (state === "active" || state === "canary" || state === "draining") && !down.has(number);
}
