import { decideIn, type Conditions, type Routed } from "./decide";
import { makeRouter, type Router } from "./router";
import type { RoutingTable, TableCell } from "./table";

/** A state of the fleet that leads to a wrong answer. */
export interface Violation {
  readonly jurisdiction: string;
  readonly tenant: string;
  /** Cells that are failed, full, draining or canary in that state. */
  readonly failed: readonly number[];
  readonly full: readonly number[];
  readonly draining: readonly number[];
  readonly canary: readonly number[];
  /** Cell that would have answered. */
  readonly cell: number;
  readonly message: string;
}

export interface Closure {
  /** Jurisdictions times states. */
  readonly states: number;
  /** Decisions made in them. */
  readonly decisions: number;
  readonly violations: readonly Violation[];
}

/** Conditions of a cell. Each could make a request leave its jurisdiction. */
const troubles = ["failed", "full", "draining", "canary"] as const;
type Trouble = (typeof troubles)[number];

interface ClosureOptions {
  /** Most cells in trouble at once. */
  readonly most: number;
  /** Why a cell may not serve a jurisdiction's tenants; undefined when it may. */
  readonly objection: (jurisdiction: string, cell: TableCell) => string | undefined;
  /** Tenants to try for each home in trouble. */
  readonly perCell: number;
  /** Stop after this number of violations. */
  readonly mostViolations: number;
}

/**
 * Tries every jurisdiction with every choice of up to `most` cells, each failed, full, draining or canary. Decides for
 * tenants of every home in trouble, or of every home when none is. No answer may be a cell with an objection, or one that
 * cannot serve.
 */
export function verifyClosure(
  table: RoutingTable,
  { most, objection, perCell, mostViolations }: ClosureOptions,
): Closure {
  const violations: Violation[] = [];
  const names = Object.keys(table.jurisdictions);
  const tenants = new Map(names.map((name) => [name, tenantsByHome(makeRouter(table), name, perCell)]));
  const usable = table.cells.filter(({ state }) => state !== "provisioning").map(({ number }) => number);
  let [states, decisions] = [0, 0];
  for (const chosen of choices(usable, most)) {
    const trouble = new Map(chosen);
    const of = (kind: Trouble): number[] => chosen.filter(([, each]) => each === kind).map(([number]) => number);
    const cells = table.cells.map((cell) => {
      const kind = trouble.get(cell.number);
      return kind === "draining" || kind === "canary" ? { ...cell, state: kind } : cell;
    });
    const router = makeRouter({ ...table, cells });
    const conditions: Conditions = { down: new Set(of("failed")), full: new Set(of("full")) };
    for (const jurisdiction of names) {
      states++;
      const homes = tenants.get(jurisdiction)!;
      const asked = chosen.length === 0 ? [...homes.values()] : chosen.map(([number]) => homes.get(number) ?? []);
      for (const tenant of asked.flat()) {
        decisions++;
        const decision = decideIn(router, jurisdiction, tenant, conditions);
        const message = decision.ok ? judge(decision, conditions, (cell) => objection(jurisdiction, cell)) : undefined;
        if (!decision.ok || message === undefined) continue;
        violations.push({
          jurisdiction,
          tenant,
          failed: of("failed"),
          full: of("full"),
          draining: of("draining"),
          canary: of("canary"),
          cell: decision.cell.number,
          message,
        });
        if (violations.length >= mostViolations) return { states, decisions, violations };
      }
    }
  }
  return { states, decisions, violations };
}

function judge(
  { cell, home, reason }: Routed,
  { down }: Conditions,
  objection: (cell: TableCell) => string | undefined,
): string | undefined {
  const foreign = objection(cell) ?? objection(home);
  if (foreign !== undefined) return `${reason}: ${foreign}`;
  if (down?.has(cell.number) === true) return `${reason}: ${cell.id} has failed`;
  const standsIn = reason === "failover" || reason === "overflow";
  const may = standsIn ? ["active", "canary"] : ["active", "canary", "draining"];
  return may.includes(cell.state) ? undefined : `${reason}: ${cell.id} is ${cell.state}`;
}

/** Every choice of up to `most` cells with one trouble each, the empty one first. */
function* choices(
  numbers: readonly number[],
  most: number,
  from = 0,
): Generator<readonly (readonly [number, Trouble])[]> {
  yield [];
  if (most === 0) return;
  for (let at = from; at < numbers.length; at++) {
    for (const rest of choices(numbers, most - 1, at + 1)) {
      for (const trouble of troubles) yield [[numbers[at]!, trouble], ...rest];
    }
  }
}

/** Some tenants of each home of a jurisdiction, found by trying, and all pinned tenants. */
function tenantsByHome(router: Router, jurisdiction: string, perCell: number): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, string[]>();
  const add = (home: number, tenant: string): void => {
    found.set(home, [...(found.get(home) ?? []), tenant]);
  };
  for (const [tenant, { cell }] of Object.entries(router.table.pins)) add(cell, tenant);
  const { cells, homes } = router.candidates(jurisdiction);
  for (let i = 0; homes !== undefined && i < cells.length * perCell * 20; i++) {
    const tenant = `tenant-${i}`;
    const home = homes.place(tenant);
    if ((found.get(home)?.length ?? 0) < perCell) add(home, tenant);
  }
  return found;
}
