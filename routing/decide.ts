import type { CellNumber } from "../contract/numbers";
import { slotOf } from "./algorithms/slots";
import type { CandidateSet, Router } from "./router";
import { standIn } from "./stand-in";
import type { Pin, TableCell } from "./table";

/** Who asks. */
export interface Question {
  readonly tenant: string;
  /** ISO 3166-1 alpha-2, upper case; absent when it is unknown. */
  readonly country?: string | undefined;
}

/** Conditions of cells besides the table, by cell number. Both only narrow the choice. */
export interface Conditions {
  /** Cells that fail their health checks. */
  readonly down?: ReadonlySet<CellNumber>;
  /** Cells that are full: their tenants overflow while another cell of the candidate set has room. */
  readonly full?: ReadonlySet<CellNumber>;
}

/** Why the answer is this cell: it is the home by hash or by pin, or it stands in for the home. */
type RouteReason = "home" | "pin" | "failover" | "overflow";

/** Why there is no answer. */
type RefusalReason = "unknown-country" | "no-cell-allowed" | "pin-outside-residency" | "no-healthy-cell";

export interface Routed {
  readonly ok: true;
  readonly cell: TableCell;
  /** The tenant's home. Failover and overflow never change it. */
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
  /** Numbers of the cells left after this stage. */
  readonly cells: readonly CellNumber[];
}

const nothing: ReadonlySet<CellNumber> = new Set();

/**
 * Decides which cell serves a tenant. Residency gives the candidate set; a pin, or else the algorithm, gives the home
 * inside it; while the home is down or full, another cell of the set stands in. Pure and deterministic. No answer is
 * outside the candidate set: when no cell of it can serve, the decision is a refusal.
 *
 * @param note receives each stage.
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

/**
 * The same for a tenant whose jurisdiction is known.
 *
 * @param pin of the tenant, where it was just looked up.
 */
export function decideIn(
  router: Router,
  jurisdiction: string,
  tenant: string,
  { down = nothing, full = nothing }: Conditions,
  note?: (stage: Stage) => void,
  pin: Pin | undefined = router.pins.find(tenant),
): Decision {
  const candidates = router.candidates(jurisdiction);
  note?.({ stage: "residency", result: jurisdiction, cells: candidates.cells.map(({ number }) => number) });

  const home = findHome(router, candidates, tenant, pin?.cell, note);
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
  pinned: CellNumber | undefined,
  note?: (stage: Stage) => void,
): { readonly cell: TableCell; readonly pinned: boolean } | RefusalReason {
  if (pinned !== undefined) {
    const allowed = candidates.has(pinned);
    const result = allowed ? "pinned" : `pinned to ${pinned}, which residency forbids`;
    note?.({ stage: "pin", result, cells: allowed ? [pinned] : [] });
    const cell = router.cell(pinned);
    // The tenant's data is where it may not be: serving it would be wrong, and so would an empty cell elsewhere.
    return allowed && cell !== undefined ? { cell, pinned: true } : "pin-outside-residency";
  }
  note?.({ stage: "pin", result: "none", cells: candidates.cells.map(({ number }) => number) });
  const number = candidates.homes?.place(tenant);
  const cell = number === undefined ? undefined : router.cell(number);
  const slot = router.table.algorithm === "slots" ? `, slot ${slotOf(tenant)}` : "";
  note?.({ stage: "hash", result: `${router.table.algorithm}${slot}`, cells: cell === undefined ? [] : [cell.number] });
  return cell === undefined ? "no-cell-allowed" : { cell, pinned: false };
}

/** Whether the cell serves the tenants whose home it is. */
export function serves({ state, number }: TableCell, down: ReadonlySet<CellNumber>): boolean {
  return (state === "active" || state === "canary" || state === "draining") && !down.has(number);
}
