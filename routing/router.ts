import type { CellNumber } from "../contract/numbers";
import type { Member, Placement } from "./algorithm";
import { algorithms } from "./algorithms";
import { slotPlacement } from "./algorithms/slots";
import { canBeHome, dealFor } from "./homes";
import { pinsOf, type Pins } from "./pins";
import { indexesOf } from "./slots/pack";
import type { RoutingTable, TableCell } from "./table";

/** The cells that a jurisdiction allows. No later step of a decision leaves them. */
export interface CandidateSet {
  /** Sorted by number; every state. */
  readonly cells: readonly TableCell[];
  /** Homes among the cells that can be a home; undefined when none can. */
  readonly homes: Placement | undefined;
  has(number: CellNumber): boolean;
}

/** A table prepared for decisions. Immutable: make a new one for a new table. */
export interface Router {
  readonly table: RoutingTable;
  /** Cell by number. */
  cell(number: CellNumber): TableCell | undefined;
  /** Explicit homes of tenants. */
  readonly pins: Pins;
  /** Jurisdiction of a country or of requests without one; undefined: refuse. */
  jurisdiction(country: string | undefined): string | undefined;
  candidates(jurisdiction: string): CandidateSet;
}

/**
 * Wraps the homes of a candidate set, e.g. with a cache. It must place every key as `placement` does.
 *
 * @param members what `placement` was prepared for.
 */
export type HomesFront = (placement: Placement, members: readonly Member[]) => Placement;

export interface RouterOptions {
  /** Explicit homes, under an overlay those of `applyOverlay`; the table's own by default. */
  readonly pins?: Pins | undefined;
  /** Wraps the algorithms that compute each home; `slots` only looks it up. None by default. */
  readonly front?: HomesFront | undefined;
}

/** Builds the lookups of a table. Candidate sets are built at their first use and kept: there are few. */
export function makeRouter(
  table: RoutingTable,
  { pins = pinsOf(table.pins), front = (placement) => placement }: RouterOptions = {},
): Router {
  const cells = new Map(table.cells.map((cell) => [cell.number, cell]));
  const countries = new Map(Object.entries(table.countries));
  const localities = new Map(Object.entries(table.jurisdictions).map(([name, each]) => [name, each.localities]));
  const sets = new Map<string, CandidateSet>();
  return {
    table,
    cell: (number) => cells.get(number),
    pins,
    jurisdiction: (country) =>
      (country === undefined ? undefined : countries.get(country)) ?? table.defaultJurisdiction,
    candidates: (jurisdiction) => {
      const known = sets.get(jurisdiction);
      if (known !== undefined) return known;
      const set = candidateSet(table, localities.get(jurisdiction) ?? [], front);
      // Only names in this table are kept, so that a caller cannot fill the memory.
      if (localities.has(jurisdiction)) sets.set(jurisdiction, set);
      return set;
    },
  };
}

function candidateSet(table: RoutingTable, localities: readonly string[], front: HomesFront): CandidateSet {
  const cells = table.cells.filter(({ locality }) => localities.includes(locality));
  const members = cells.filter(canBeHome);
  const numbers = new Set(cells.map(({ number }) => number));
  return {
    cells,
    homes: homesAmong(table, localities, members, front),
    has: (number) => numbers.has(number),
  };
}

function homesAmong(
  table: RoutingTable,
  localities: readonly string[],
  members: readonly TableCell[],
  front: HomesFront,
): Placement | undefined {
  if (table.algorithm !== "slots") {
    return members.length === 0 ? undefined : front(algorithms[table.algorithm].prepare(members), members);
  }
  // The deal alone decides: an overlay that sets every weight to 0 moves no tenant, and a cell that it opens gets tenants
  // only with a deal. The router never deals, since other readers of the table could not follow it.
  const deal = dealFor(table.deals, localities);
  return deal === undefined ? undefined : slotPlacement(Int32Array.from(deal.cells), indexesOf(deal));
}
