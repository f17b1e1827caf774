import type { Placement } from "./algorithm";
import { algorithms } from "./algorithms";
import { rendezvous } from "./algorithms/rendezvous";
import type { RoutingTable, TableCell } from "./table";

/** The cells that a jurisdiction allows, and homes among them: nothing later in a decision may leave it. */
export interface CandidateSet {
  /** Sorted by number; every state. */
  readonly cells: readonly TableCell[];
  /** Homes among the cells that can be one; undefined when none can. */
  readonly homes: Placement | undefined;
  has(number: number): boolean;
}

/** A table made ready for decisions. Immutable; make a new one for a new table. */
export interface Router {
  readonly table: RoutingTable;
  /** Cell by number. */
  cell(number: number): TableCell | undefined;
  /** Explicit home of a tenant, by number. */
  pin(tenant: string): number | undefined;
  /** Jurisdiction of a country, of no country, or undefined: refuse. */
  jurisdiction(country: string | undefined): string | undefined;
  candidates(jurisdiction: string): CandidateSet;
}

/** Builds the lookups of a table. Candidate sets are built at their first use and kept: there are few. */
export function makeRouter(table: RoutingTable): Router {
  const cells = new Map(table.cells.map((cell) => [cell.number, cell]));
  const pins = new Map(Object.entries(table.pins).map(([tenant, { cell }]) => [tenant, cell]));
  const countries = new Map(Object.entries(table.countries));
  const localities = new Map(Object.entries(table.jurisdictions).map(([name, each]) => [name, each.localities]));
  const sets = new Map<string, CandidateSet>();
  return {
    table,
    cell: (number) => cells.get(number),
    pin: (tenant) => pins.get(tenant),
    jurisdiction: (country) =>
      (country === undefined ? undefined : countries.get(country)) ?? table.defaultJurisdiction,
    candidates: (jurisdiction) => {
      const known = sets.get(jurisdiction);
      if (known !== undefined) return known;
      const set = candidateSet(table, localities.get(jurisdiction) ?? []);
      // Only names of this table are kept, so that a caller cannot fill the memory.
      if (localities.has(jurisdiction)) sets.set(jurisdiction, set);
      return set;
    },
  };
}

/** Whether hashing may choose the cell as a home: it exists for tenants, and wants some. */
export function canBeHome({ state, weight }: TableCell): boolean {
  return state !== "provisioning" && weight > 0;
}

/** A second choice for a tenant among `cells`: weighted rendezvous, so that one cell's tenants spread over all. */
export function secondChoice(tenant: string, cells: readonly TableCell[]): TableCell | undefined {
  if (cells.length === 0) return undefined;
  const number = rendezvous.prepare(cells).place(tenant);
  return cells.find((cell) => cell.number === number);
}

function candidateSet(table: RoutingTable, localities: readonly string[]): CandidateSet {
  const cells = table.cells.filter(({ locality }) => localities.includes(locality));
  const members = cells.filter(canBeHome);
  const numbers = new Set(cells.map(({ number }) => number));
  return {
    cells,
    homes: members.length === 0 ? undefined : algorithms[table.algorithm].prepare(members),
    has: (number) => numbers.has(number),
  };
}
