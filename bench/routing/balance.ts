import { algorithms, deal, movedSlots, slotCount, type AlgorithmName } from "../../routing";
import { shortKeys } from "./measure";
import { placers } from "./peers";

export interface Balance {
  readonly name: string;
  /** Load of the fullest cell over the mean. */
  readonly peak: number;
  /** Share of keys that another cell gets when one is added, over the least possible, 1/(N+1). */
  readonly moved: number;
  /** Share of keys that moves between two cells that were there before. */
  readonly needless: number;
}

/** Where many keys go among `count` cells, and what of it changes when one is added. */
export function balance(count: number, keyCount: number): readonly Balance[] {
  const keys = shortKeys(0, keyCount);
  const even = (n: number) => Array.from({ length: n }, (_, number) => ({ number, weight: 1 }));
  const judged = (
    name: string,
    before: (key: string) => unknown,
    after: (key: string) => unknown,
    some: readonly string[],
  ): Balance => {
    const load = new Map<unknown, number>();
    const old = new Set<unknown>();
    let [moved, needless] = [0, 0];
    const homes = some.map(before);
    for (const home of homes) {
      load.set(home, (load.get(home) ?? 0) + 1);
      old.add(home);
    }
    some.forEach((key, at) => {
      const now = after(key);
      if (now === homes[at]) return;
      moved++;
      if (old.has(now)) needless++;
    });
    return {
      name,
      peak: (Math.max(...load.values()) * count) / some.length,
      moved: (moved / some.length) * (count + 1),
      needless: needless / some.length,
    };
  };
  const own = (["slots", "ring", "rendezvous", "murmur3"] as AlgorithmName[]).map((name) =>
    judged(
      name,
      algorithms[name].prepare(even(count)).place,
      algorithms[name].prepare(even(count + 1)).place,
      name === "rendezvous" ? keys.slice(0, keys.length / 10) : keys,
    ),
  );
  const next = placers(count + 1);
  const others = placers(count).map(({ name, node }, at) =>
    judged(name, node, next[at]!.node, keys.slice(0, keys.length / 10)),
  );
  return [...own, ...others];
}

/** What one change of `count` cells moves with slots, and how long dealing takes. */
export function dealing(count: number): object {
  const members = Array.from({ length: count }, (_, number) => ({ number, weight: 1 }));
  const timed = <T>(work: () => T): readonly [T, number] => {
    const start = performance.now();
    return [work(), performance.now() - start];
  };
  const [before, first] = timed(() => deal(members));
  const [added, again] = timed(() => deal([...members, { number: count, weight: 1 }], before));
  const removed = deal(members.slice(1), before);
  return {
    cells: count,
    fromNothingMs: Math.round(first),
    oneMoreMs: Math.round(again),
    slotsMovedByAdding: movedSlots(before, added),
    leastByAdding: Math.floor(slotCount / (count + 1)),
    slotsMovedByRemoving: movedSlots(before, removed),
    leastByRemoving: before.filter((owner) => owner === 0).length,
  };
}
