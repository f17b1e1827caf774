import { HomeCache } from "../../lambda/router/home-cache";
import { makeRouter, type AlgorithmName } from "../../routing";
import type { Contender } from "./measure";
import { fleet } from "./ours";

/** What the algorithms that may gain cost bare, and behind a cache of homes: all known, and none. */
export function kept(count: number): readonly Contender[] {
  const cases: readonly (readonly [AlgorithmName, number, number])[] = [
    ["slots", count, 1],
    ["sha256", count, 1],
    ["rendezvous", count, Math.ceil(count / 4)],
  ];
  return cases.flatMap(([algorithm, cells, every]) => {
    const table = fleet(cells, algorithm);
    const bare = makeRouter(table).candidates("eu").homes!;
    // A front of its own for slots, which the router gives none: to show what it would cost.
    const asked = algorithm === "slots" ? fleet(cells, "sha256") : table;
    const behind = (most: number) => {
      const front = new HomeCache(most).front(asked);
      return front(bare, asked.cells).place;
    };
    const hit = behind(65_536);
    // Far fewer than are asked for in turn: each was forgotten before it comes again.
    const miss = behind(64);
    return [
      { name: `${algorithm}: computed`, every, place: bare.place },
      { name: `${algorithm}: kept`, every, place: hit },
      { name: `${algorithm}: kept for nothing`, every, place: miss },
    ];
  });
}
