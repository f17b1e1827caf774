import type { Slot } from "../contract/numbers";
import { decideIn, serves, type Conditions, type Decision, type Question, type Routed } from "./decide";
import type { Router } from "./router";
import type { Pins } from "./pins";
import { slotCount } from "./slots/deal";
import { indexesOf, type Indexes } from "./slots/pack";
import { dealFor } from "./homes";
import { slotHash } from "./murmur3";
import { localitiesOf } from "./residency";

/** {@link decide}, prepared for one table and one set of conditions: the same answers, faster. */
export interface Routes {
  readonly router: Router;
  decide(question: Question): Decision;
  /** The same for tenants of one jurisdiction: the whole decision costs about one hash. */
  within(jurisdiction: string): (tenant: string) => Decision;
}

/**
 * Prepares decisions. With `slots`, all unpinned tenants of a slot get one answer. So a cell that serves its own tenants
 * has one decision for all of them, and each stand-in is searched once for each slot.
 *
 * @param conditions must not change afterwards: make new routes for new conditions.
 */
export function makeRoutes(router: Router, conditions: Conditions = {}): Routes {
  const prepared = new Map<string, (tenant: string) => Decision>();
  const within = (jurisdiction: string): ((tenant: string) => Decision) => {
    const known = prepared.get(jurisdiction);
    if (known !== undefined) return known;
    const made = prepare(router, jurisdiction, conditions);
    if (Object.hasOwn(router.table.jurisdictions, jurisdiction)) prepared.set(jurisdiction, made);
    return made;
  };
  const byCountry = new Map<string, (tenant: string) => Decision>();
  const from = (country: string | undefined): ((tenant: string) => Decision) => {
    const jurisdiction = router.jurisdiction(country);
    if (jurisdiction === undefined) return () => ({ ok: false, reason: "unknown-country" });
    const made = within(jurisdiction);
    // Only countries in this table are kept, so that a caller cannot fill the memory.
    if (country !== undefined && Object.hasOwn(router.table.countries, country)) byCountry.set(country, made);
    return made;
  };
  return {
    router,
    within,
    decide: ({ tenant, country }) =>
      ((country === undefined ? undefined : byCountry.get(country)) ?? from(country))(tenant),
  };
}

function prepare(router: Router, jurisdiction: string, conditions: Conditions): (tenant: string) => Decision {
  const slow = (tenant: string): Decision => decideIn(router, jurisdiction, tenant, conditions);
  const deal = dealFor(router.table.deals, localitiesOf(router.table, jurisdiction));
  if (router.table.algorithm !== "slots" || deal === undefined) return slow;

  const indexes = indexesOf(deal);
  const atHome = deal.cells.map((number): Routed | undefined => {
    const cell = router.cell(number);
    if (cell === undefined || conditions.full?.has(number) === true) return undefined;
    if (!serves(cell, conditions.down ?? new Set())) return undefined;
    return { ok: true, cell, home: cell, reason: "home", jurisdiction };
  });
  if (router.pins.size === 0 && atHome.every((decision) => decision !== undefined)) {
    return (tenant) => atHome[indexes[slotHash(tenant) >>> 16]!] ?? slow(tenant);
  }

  // One list for homes and stand-ins, so that a request for a cell that is down takes the same path as any other. With a
  // tenth of the cells down, a branch between the two is often mispredicted, which costs more than the hash.
  const decisions = new SlotDecisions(indexes, atHome, router.pins);
  const { bySlot, different } = decisions;
  const other = (tenant: string, hash: number): Decision => {
    const slot = hash >>> 16;
    if (!router.pins.hasSlot(slot)) return decisions.keep(slot, slow(tenant));
    const pin = router.pins.find(tenant, hash);
    const home = pin === undefined ? atHome[indexes[slot]!] : undefined;
    return home ?? decideIn(router, jurisdiction, tenant, conditions, undefined, pin);
  };
  return (tenant) => {
    const hash = slotHash(tenant);
    return different[bySlot[hash >>> 16]!] ?? other(tenant, hash);
  };
}

/** Decisions by slot. There are few different decisions, so a slot needs two bytes. */
class SlotDecisions {
  /** Index into `different`; 0 where there is no decision yet, or the slot has a pinned tenant. */
  readonly bySlot = new Uint16Array(slotCount);
  readonly different: (Decision | undefined)[];
  private readonly index = new Map<string, number>();

  /** @param homes by index of `indexes`: the decision for tenants that their home serves. */
  constructor(indexes: Indexes, homes: readonly (Decision | undefined)[], pins: Pins) {
    this.different = [undefined, ...homes];
    for (let slot = 0; slot < slotCount; slot++) {
      const at = indexes[slot]! + 1;
      if (at <= mostDifferent && homes[at - 1] !== undefined && !pins.hasSlot(slot)) this.bySlot[slot] = at;
    }
  }

  keep(slot: Slot, decision: Decision): Decision {
    const name = decision.ok ? `${decision.home.number},${decision.cell.number},${decision.reason}` : decision.reason;
    const index = this.index.get(name) ?? this.different.length;
    // No room: such a slot is decided again each time.
    if (index > mostDifferent) return decision;
    if (index === this.different.length) {
      this.different.push(decision);
      this.index.set(name, index);
    }
    this.bySlot[slot] = index;
    return this.different[index]!;
  }
}

/** The highest number in two bytes. */
const mostDifferent = 65535;
