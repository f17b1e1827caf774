import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { algorithms, encodeTable, decodeTableText, makeRouter, makeRoutes, type AlgorithmName } from "../../routing";
import { fleet } from "./ours";
import { nodeNames, peers } from "./peers";

export interface Footprint {
  readonly name: string;
  /** What one placer among so many cells keeps in memory, in KiB. */
  readonly kib: number;
}

/** Memory that placers hold after they have answered, measured by collecting garbage before and after. */
export function footprints(count: number): readonly Footprint[] {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const used = (): number => {
    for (let i = 0; i < 3; i++) collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const copies = 4;
  const footprint = (name: string, make: () => (key: string) => unknown): Footprint => {
    const answer = (place: (key: string) => unknown): typeof place => {
      for (let i = 0; i < 1000; i++) place(`warm-${i}`);
      return place;
    };
    answer(make());
    const before = used();
    const kept = Array.from({ length: copies }, () => answer(make()));
    const kib = (used() - before) / copies / 1024;
    kept.forEach((place) => place("kept"));
    return { name, kib };
  };
  const members = Array.from({ length: count }, (_, number) => ({ number, weight: 1 }));
  const text = encodeTable(fleet(count));
  const own = (["slots", "ring", "rendezvous"] as AlgorithmName[]).map((name) =>
    footprint(name, () => algorithms[name].prepare(members).place),
  );
  const whole = footprint("slots: the whole table, decoded, with routes", () => {
    const decoded = decodeTableText(text);
    if (!decoded.ok) throw new Error("the bench's table is broken");
    return makeRoutes(makeRouter(decoded.table)).within("eu");
  });
  return [...own, whole, ...peers.map(({ name, make }) => footprint(name, () => make(nodeNames(count))))];
}
