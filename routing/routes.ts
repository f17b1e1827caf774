import { slotOf } from "./algorithms/slots";
import { decideIn, serves, type Conditions, type Decision, type Question, type Routed } from "./decide";
import type { Router } from "./router";
import { slotCount } from "./slots/deal";
import { indexesOf } from "./slots/pack";
import { localitiesKey } from "./homes";
import { slotHash } from "./murmur3";

/** What {@link decide} answers, prepared for one table under one set of conditions: equal answers, sooner. */
export interface Routes {
  readonly router: Router;
  decide(question: Question): Decision;
  /** The same for tenants of one jurisdiction: the whole decision for the price of the hash. */
  within(jurisdiction: string): (tenant: string) => Decision;
}

/**
 * Prepares decisions. With `slots`, all tenants of a slot that have no pin get one answer, so a cell that serves its
 * own has one decision for all of them, and each stand-in is looked for once a slot.
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
  return {
    router,
    within,
    decide: ({ tenant, country }) => {
      const jurisdiction = router.jurisdiction(country);
      return jurisdiction === undefined ? { ok: false, reason: "unknown-country" } : within(jurisdiction)(tenant);
    },
  };
}

function prepare(router: Router, jurisdiction: string, conditions: Conditions): (tenant: string) => Decision {
  const slow = (tenant: string): Decision => decideIn(router, jurisdiction, tenant, conditions);
  const localities = router.table.jurisdictions[jurisdiction]?.localities ?? [];
  const key = localitiesKey(localities);
  const deal = router.table.deals?.find((each) => localitiesKey(each.localities) === key);
  if (router.table.algorithm !== "slots" || deal === undefined) return slow;

  const indexes = indexesOf(deal);
  const atHome = deal.cells.map((number): Routed | undefined => {
    const cell = router.cell(number);
    if (cell === undefined || conditions.full?.has(number) === true) return undefined;
    if (!serves(cell, conditions.down ?? new Set())) return undefined;
    return { ok: true, cell, home: cell, reason: "home", jurisdiction };
  });
  const pins = pinnedSlots(router.pinned);
  const away = new Decisions();
  const other = (tenant: string, slot: number): Decision => {
    if (pins?.[slot] === 1 && router.pinned.has(tenant)) return slow(tenant);
    return atHome[indexes[slot]!] ?? away.at(slot) ?? away.keep(slot, slow(tenant));
  };
  return (tenant) => {
    const slot = slotHash(tenant) >>> 16;
    const home = atHome[indexes[slot]!];
    return home !== undefined && (pins === undefined || pins[slot] === 0) ? home : other(tenant, slot);
  };
}

/** Decisions by slot. There are few different ones, so that a slot needs two bytes, taken when the first is kept. */
class Decisions {
  private bySlot: Uint16Array | undefined;
  private readonly different: (Decision | undefined)[] = [undefined];
  private readonly index = new Map<string, number>();

  at(slot: number): Decision | undefined {
    return this.bySlot === undefined ? undefined : this.different[this.bySlot[slot]!];
  }

  keep(slot: number, decision: Decision): Decision {
    const name = decision.ok ? `${decision.home.number},${decision.cell.number},${decision.reason}` : decision.reason;
    const index = this.index.get(name) ?? this.different.length;
    // More pairs of cells than fit two bytes: those are decided again each time.
    if (index > 65535) return decision;
    if (index === this.different.length) {
      this.different.push(decision);
      this.index.set(name, index);
    }
    this.bySlot ??= new Uint16Array(slotCount);
    this.bySlot[slot] = index;
    return this.different[index]!;
  }
}

/** 1 for each slot that holds a pinned tenant: only there the pins must be asked. */
function pinnedSlots(pins: ReadonlyMap<string, number>): Uint8Array | undefined {
  if (pins.size === 0) return undefined;
  const slots = new Uint8Array(slotCount);
  for (const tenant of pins.keys()) slots[slotOf(tenant)] = 1;
  return slots;
}
