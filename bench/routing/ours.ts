import { algorithms, makeRouter, makeRoutes, sealTable, type AlgorithmName, type RoutingTable } from "../../routing";
import { unit } from "../../routing/algorithms/rendezvous";
import { murmur128, murmur32 } from "../../routing/murmur3";
import type { Contender } from "./measure";

/** The lower bound for reading the whole key: each of its characters once. */
export const floor: Contender = {
  name: "floor: read every character",
  place: (key) => {
    let sum = 0;
    for (let i = 0; i < key.length; i++) sum += key.charCodeAt(i);
    return sum;
  },
};

export function fleet(count: number, algorithm: AlgorithmName = "slots"): RoutingTable {
  return sealTable(1, {
    environment: "bench",
    algorithm,
    cells: Array.from({ length: count }, (_, number) => ({
      number,
      id: `cell-${number}`,
      locality: "EU",
      region: "eu-west-1",
      partition: "aws",
      state: "active",
      weight: 1,
      tier: "standard",
      capacity: { tenants: 1000, requestsPerSecond: 500 },
      endpoint: `https://cell-${number}.cells.example.com`,
    })),
    jurisdictions: { eu: { localities: ["EU"] } },
    countries: { DE: "eu" },
    pins: {},
  });
}

/** Our placers among `count` cells. The slow ones get fewer keys. */
export function ours(count: number): readonly Contender[] {
  const members = Array.from({ length: count }, (_, number) => ({ number, weight: 1 }));
  const weighted = members.map(({ number }) => ({ number, weight: [1, 2, 3, 4][number % 4]! }));
  const router = makeRouter(fleet(count));
  const whole = makeRoutes(router).within("eu");
  const down = new Set(members.filter(({ number }) => number % 10 === 3).map(({ number }) => number));
  const tenthDown = makeRoutes(router, { down }).within("eu");
  // Stand-ins are looked for once a slot; what is timed is a router that has run for a while.
  for (let slot = 0; slot < 600_000; slot++) tenthDown(`warm-${slot}`);
  const answered = (decision: ReturnType<typeof whole>): number => (decision.ok ? decision.cell.number : -1);
  const word = new Uint32Array(4);
  return [
    { name: "slots: hash to cell", place: router.candidates("eu").homes!.place },
    { name: "slots: whole decision", place: (key) => answered(whole(key)) },
    { name: "slots: whole decision, a tenth of the cells down", place: (key) => answered(tenthDown(key)) },
    { name: "murmur3 32-bit alone", place: murmur32 },
    { name: "murmur3 128-bit alone", place: (key) => murmur128(key, word)[3]! },
    { name: "murmur3 128-bit mod N", place: algorithms.murmur3.prepare(members).place },
    { name: "sha256 mod N", every: 4, place: algorithms.sha256.prepare(members).place },
    { name: "ring of 150 points", place: algorithms.ring.prepare(members).place },
    { name: "rendezvous", every: count * 2, place: algorithms.rendezvous.prepare(members).place },
    {
      name: "rendezvous, four weights",
      every: count * 2,
      place: algorithms.rendezvous.prepare(weighted).place,
    },
    { name: "rendezvous, four weights, plain loop", every: count * 2, place: plainLoop(weighted) },
  ];
}

/** Hash mod N over a list of keys, each with a loop of its own; they return the sum of the homes. */
export function placersByModulo(
  count: number,
): Readonly<Record<"murmur3" | "sha256", (keys: readonly string[]) => number>> {
  const members = Array.from({ length: count }, (_, number) => ({ number, weight: 1 }));
  const [murmur3, sha256] = [algorithms.murmur3.prepare(members), algorithms.sha256.prepare(members)];
  return {
    murmur3: (keys: readonly string[]) => {
      let sum = 0;
      for (const key of keys) sum += murmur3.place(key);
      return sum;
    },
    sha256: (keys: readonly string[]) => {
      let sum = 0;
      for (const key of keys) sum += sha256.place(key);
      return sum;
    },
  };
}

/** The definition: the cell with the highest −w / ln u. */
function plainLoop(members: readonly { readonly number: number; readonly weight: number }[]): (key: string) => number {
  const hash = new Uint32Array(4);
  return (key) => {
    let home = -1;
    let best = -Infinity;
    for (const { number, weight } of members) {
      const score = -weight / Math.log(unit(murmur128(`${key}:${number}`, hash)));
      if (score <= best) continue;
      best = score;
      home = number;
    }
    return home;
  };
}
