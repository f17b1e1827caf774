import type { CellNumber } from "../contract/numbers";
import { movedSlots, slotCount } from "./slots/deal";
import { ownersOf } from "./slots/pack";
import { dealFor } from "./homes";
import { localitiesOf } from "./residency";
import { makeRouter } from "./router";
import type { RoutingTable } from "./table";

/** One tenant whose home changes. */
interface Move {
  readonly tenant: string;
  readonly from: CellNumber | undefined;
  readonly to: CellNumber | undefined;
}

/** How another table changes the homes of one jurisdiction. */
export interface Remap {
  readonly jurisdiction: string;
  /** Tenants compared. */
  readonly tenants: number;
  readonly moves: readonly Move[];
  /** Pinned tenants among them; they stay. */
  readonly pinned: number;
  /** Share of tenants that move: with `slots` the exact share of all possible tenants, otherwise of those compared. */
  readonly share: number;
  /** How many tenants each cell gains and loses, by cell number. */
  readonly cells: Readonly<Record<number, { readonly in: number; readonly out: number }>>;
}

/** Compares the home of every tenant in every jurisdiction. */
export function remap(before: RoutingTable, after: RoutingTable, tenants: readonly string[]): readonly Remap[] {
  const [old, next] = [makeRouter(before), makeRouter(after)];
  return Object.keys(before.jurisdictions).map((jurisdiction): Remap => {
    const [from, to] = [old.candidates(jurisdiction).homes, next.candidates(jurisdiction).homes];
    const moves: Move[] = [];
    const cells: Record<number, { in: number; out: number }> = {};
    const count = (number: CellNumber | undefined, way: "in" | "out"): void => {
      if (number !== undefined) (cells[number] ??= { in: 0, out: 0 })[way]++;
    };
    let pinned = 0;
    for (const tenant of tenants) {
      if (old.pins.find(tenant) !== undefined) {
        pinned++;
        continue;
      }
      const move = { tenant, from: from?.place(tenant), to: to?.place(tenant) };
      if (move.from === move.to) continue;
      moves.push(move);
      count(move.from, "out");
      count(move.to, "in");
    }
    const asked = Math.max(1, tenants.length - pinned);
    return {
      jurisdiction,
      tenants: tenants.length,
      moves,
      pinned,
      share: exactShare(before, after, jurisdiction) ?? moves.length / asked,
      cells,
    };
  });
}

function exactShare(before: RoutingTable, after: RoutingTable, jurisdiction: string): number | undefined {
  const [old, next] = [before, after].map((table) => {
    return dealFor(table.deals, localitiesOf(table, jurisdiction));
  });
  return old === undefined || next === undefined ? undefined : movedSlots(ownersOf(old), ownersOf(next)) / slotCount;
}
