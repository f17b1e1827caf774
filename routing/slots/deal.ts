import type { CellNumber, Slot } from "../../contract/numbers";
import { sortedMembers, type Member } from "../algorithm";
import { quotas } from "./quotas";

/** Number of slots: a key's slot is the upper half of its 32-bit hash. */
export const slotCount = 65536;

/** Number of the cell that owns each slot; {@link slotCount} long. */
export type Owners = Int32Array;

const unowned = -1;
/** A slot is a candidate for a new owner that is at most this many times as far as the present one. */
const closeCall = 3;

/**
 * The deal for `members`, starting from the previous deal: every cell has its quota (`quotas.ts`), and only
 * the slots move that the quotas force to. An added cell is the only one that gains slots, a removed cell the only one
 * that loses any. Pure; the members' order does not matter.
 *
 * Without a previous deal, cells are added one by one in the order of their numbers. So a fleet that only ever grew has
 * the same deal with and without a previous one. Each slot has its own preference among cells, as in rendezvous hashing,
 * so deals from nothing stay close to each other after other changes too (docs/decisions/0006).
 *
 * @throws RangeError when there are no members, or more than there are slots.
 */
export function deal(members: readonly Member[], before?: Owners): Owners {
  const sorted = sortedMembers(members);
  if (sorted.length > slotCount) throw new RangeError(`slots are for at most ${slotCount} cells`);
  const dealing = new Dealing(sorted, before);
  if (dealing.hasOwners) dealing.step(sorted.length);
  else for (let count = 1; count <= sorted.length; count++) dealing.step(count);
  return dealing.owners();
}

/** Number of slots whose owner differs: {@link slotCount} times the share of keys that move. */
export function movedSlots(before: Owners, after: Owners): number {
  let moved = 0;
  for (let slot = 0; slot < slotCount; slot++) if (before[slot] !== after[slot]) moved++;
  return moved;
}

/**
 * Distance of a slot from a cell: exponentially distributed with the cell's weight as its rate, so that the nearest cell
 * is a weighted random choice, as in rendezvous hashing.
 */
function distance(slot: Slot, { number, weight }: Member): number {
  return -Math.log(chance(slot, number)) / weight;
}

/** Even in (0, 1), from MurmurHash3's 32-bit finaliser. */
function chance(slot: Slot, number: CellNumber): number {
  let h = Math.imul(slot + 1, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  h ^= h >>> 16;
  return ((h >>> 0) + 0.5) / 4294967296;
}

class Dealing {
  /** Index of each slot's owner among the members, which are sorted by number. */
  private readonly held: Int32Array;
  /** Distance of each slot's owner; NaN until it is computed. */
  private readonly near = new Float64Array(slotCount).fill(NaN);

  constructor(
    private readonly members: readonly Member[],
    before: Owners | undefined,
  ) {
    const index = new Map(members.map(({ number }, at) => [number, at]));
    this.held = before?.map((owner) => index.get(owner) ?? unowned) ?? new Int32Array(slotCount).fill(unowned);
  }

  get hasOwners(): boolean {
    return this.held.some((at) => at !== unowned);
  }

  owners(): Owners {
    return this.held.map((at) => this.members[at]!.number);
  }

  /** Brings the first `count` members to their quotas. */
  step(count: number): void {
    /** Slots above the quota; below 0, slots missing. */
    const over = quotas(this.members.slice(0, count), slotCount).map((quota) => -quota);
    for (const at of this.held) if (at !== unowned) over[at]!++;
    const takers = [...over.keys()].filter((at) => over[at]! < 0);
    if (takers.length === 0) return;
    for (const bound of [closeCall, Infinity]) {
      if (over.some((more) => more > 0)) this.give(over, takers, bound);
    }
    this.take(takers, over);
  }

  /** Frees slots of owners above their quota: those to which a taker is nearest, compared with the owner. */
  private give(over: Int32Array, takers: readonly number[], bound: number): void {
    const { held, near } = this;
    const offers: number[][] = Array.from(over, () => []);
    const ratio = new Float64Array(slotCount);
    for (let slot = 0; slot < slotCount; slot++) {
      const at = held[slot]!;
      if (at === unowned || over[at]! <= 0) continue;
      if (Number.isNaN(near[slot])) near[slot] = distance(slot, this.members[at]!);
      let best = bound * near[slot]!;
      for (const taker of takers) best = Math.min(best, this.distanceBelow(slot, taker, best));
      if (best >= bound * near[slot]!) continue;
      ratio[slot] = best / near[slot]!;
      offers[at]!.push(slot);
    }
    offers.forEach((slots, at) => {
      const wanted = Math.min(over[at]!, slots.length);
      if (wanted <= 0) return;
      const limit = Float64Array.from(slots, (slot) => ratio[slot]!).sort()[wanted - 1]!;
      let ties = wanted - slots.filter((slot) => ratio[slot]! < limit).length;
      for (const slot of slots) {
        if (ratio[slot]! < limit || (ratio[slot] === limit && ties-- > 0)) held[slot] = unowned;
      }
      over[at]! -= wanted;
    });
  }

  /** Each free slot, lowest first, goes to the nearest taker below its quota. */
  private take(takers: readonly number[], over: Int32Array): void {
    const { held, near } = this;
    let open = takers;
    for (let slot = 0; slot < slotCount; slot++) {
      if (held[slot] !== unowned) continue;
      let best = open.length > 1 ? Infinity : NaN;
      let chosen = open[0]!;
      if (open.length > 1) {
        for (const at of open) {
          const candidate = this.distanceBelow(slot, at, best);
          if (candidate >= best) continue;
          best = candidate;
          chosen = at;
        }
      }
      held[slot] = chosen;
      near[slot] = best;
      over[chosen]!++;
      if (over[chosen] === 0) open = open.filter((at) => at !== chosen);
    }
  }

  /** The distance if it is below `bound`; otherwise any larger number. */
  private distanceBelow(slot: Slot, at: number, bound: number): number {
    const member = this.members[at]!;
    // −ln(u) is at least 1 − u: most slots need no logarithm.
    return 1 - chance(slot, member.number) >= bound * member.weight ? Infinity : distance(slot, member);
  }
}
