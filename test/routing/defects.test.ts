import { describe, expect, it } from "vitest";

import { algorithms } from "../../routing";

/** A cell in the form that these placers read. */
interface Member {
  readonly number: number;
  readonly weight: number;
}
type Prepare = (members: readonly Member[]) => (key: string) => number | undefined;

const keys = Array.from({ length: 6000 }, (_, i) => `tenant-${i}`);
const even = (count: number): Member[] => Array.from({ length: count }, (_, number) => ({ number, weight: 1 }));

/** Defects of a placer, as published packages and the pattern's own sketch have them. */
function defects(prepare: Prepare): readonly string[] {
  const found: string[] = [];
  const members = even(20);
  const place = prepare(members);
  const again = prepare(members);
  if (keys.some((key) => place(key) !== again(key))) found.push("differs between builds");
  const reversed = prepare([...members].reverse());
  if (keys.some((key) => place(key) !== reversed(key))) found.push("depends on the order of cells");
  if (keys.some((key) => !members.some(({ number }) => number === place(key))))
    found.push("leaves tenants without a home");
  const more = prepare([...members, { number: 20, weight: 1 }]);
  if (keys.some((key) => more(key) !== place(key) && more(key) !== 20)) found.push("moves tenants between old cells");
  const fewer = prepare(members.filter(({ number }) => number !== 7));
  const left = keys.filter((key) => place(key) === 7);
  if (keys.some((key) => place(key) !== 7 && fewer(key) !== place(key))) found.push("moves tenants of cells that stay");
  if (new Set(left.map(fewer)).size === 1) found.push("gives one cell all of another's tenants");
  const weighted = prepare([1, 2, 3, 4].map((weight) => ({ number: weight, weight })));
  const lightest = keys.filter((key) => weighted(key) === 1).length / keys.length;
  if (Math.abs(lightest - 0.1) > 0.03) found.push("misses the weights");
  // U+0100 on: characters whose lower byte is a letter's.
  const twins = Array.from({ length: 200 }, (_, i) => [`t${i}-\u0161\u0164`, `t${i}-ad`] as const);
  if (twins.every(([wide, narrow]) => place(wide) === place(narrow)))
    found.push("reads the lower byte of characters only");
  return found;
}

describe("our algorithms have none", () => {
  it.each(["slots", "ring", "rendezvous"] as const)("%s", (name) => {
    // Slots dealt from nothing only stay close to each other; the previous deal makes them exact (scale.test.ts).
    const excused = name === "slots" ? ["moves tenants of cells that stay"] : [];
    const here = defects((members) => algorithms[name].prepare(members).place);
    expect(here.filter((defect) => !excused.includes(defect))).toEqual([]);
  });
});

/** FNV-1a, for the placers with a defect. */
const hash = (text: string, mask = 0xffff): number => {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ (text.charCodeAt(i) & mask), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  return (h ^ (h >>> 13)) >>> 0;
};
const highest = (members: readonly Member[], score: (member: Member) => number): number =>
  members.reduce((best, member) => (score(member) > score(best) ? member : best)).number;

/** Each a placer with one known defect: the checks above must be able to fail. */
const flawed: readonly (readonly [string, Prepare, string])[] = [
  [
    "nodes at random places, as consistent-hash",
    (members) => {
      const salt = new Map(members.map(({ number }) => [number, String(Math.random())]));
      return (key) => highest(members, ({ number }) => hash(`${key}:${salt.get(number)}`));
    },
    "differs between builds",
  ],
  [
    "the place in the list, as mod N by index",
    (members) => (key) => members[hash(key) % members.length]!.number,
    "depends on the order of cells",
  ],
  [
    "mod N",
    (members) => (key) => [...members].sort((a, b) => a.number - b.number)[hash(key) % members.length]!.number,
    "moves tenants between old cells",
  ],
  [
    "a ring that ends at its last point, as node-hashring",
    (members) => {
      const points = members.flatMap(({ number }) =>
        Array.from({ length: 20 }, (_, i) => [hash(`${number}:${i}`), number] as const),
      );
      points.sort((a, b) => a[0] - b[0]);
      return (key) => points.find(([point]) => point > hash(key))?.[1];
    },
    "leaves tenants without a home",
  ],
  [
    "places by rank among the cells",
    (members) => {
      const sorted = [...members].sort((a, b) => a.number - b.number);
      return (key) =>
        sorted[sorted.findIndex((_, rank) => hash(`${key}:${rank}`) % 3 === 0)]?.number ?? sorted.at(-1)!.number;
    },
    "moves tenants of cells that stay",
  ],
  [
    "one stand-in for a whole cell, as the pattern's re-routing",
    (members) => {
      const has = (wanted: number): boolean => members.some(({ number }) => number === wanted);
      return (key) => {
        const home = hash(key) % 20;
        return has(home) ? home : home + 1;
      };
    },
    "gives one cell all of another's tenants",
  ],
  [
    "hash times weight, as the pattern's sketch",
    (members) => (key) => highest(members, ({ number, weight }) => hash(`${key}:${number}`) * weight),
    "misses the weights",
  ],
  [
    "a hash of bytes that are none, as imurmurhash",
    (members) => (key) => highest(members, ({ number }) => hash(`${key}:${number}`, 0xff)),
    "reads the lower byte of characters only",
  ],
];

describe("each check fails where it should", () => {
  it.each(flawed)("%s", (_, prepare, defect) => {
    expect(defects(prepare)).toContain(defect);
  });
});
