import { sortedMembers, type Algorithm, type Member } from "../algorithm";
import { murmur128 } from "../murmur3";
import { compareAt } from "../words";

/**
 * Weighted rendezvous (highest random weight): each cell scores `−weight / ln(u)`, u in (0, 1) from
 * `murmur128("<key>:<number>")`; the best score wins, ties go to the lowest number. Shares are exactly proportional to
 * the weights and a change moves only the keys it must
 * (https://www.snia.org/sites/default/files/SDC15_presentations/dist_sys/Jason_Resch_New_Consistent_Hashings_Rev.pdf).
 *
 * The score grows with u, so among cells of one weight the largest hash wins and only the winners of different weights
 * need the logarithm. Equal weights are therefore decided by integers alone, the same in every language.
 */
export const rendezvous: Algorithm = {
  weighted: true,
  prepare: (members) => {
    const classes = [...byWeight(sortedMembers(members))].map(([weight, ofWeight]) => ({
      weight,
      numbers: ofWeight.map(({ number }) => number),
      suffixes: ofWeight.map(({ number }) => `:${number}`),
    }));
    const hash = new Uint32Array(4);
    const best = new Uint32Array(4);

    /** Winner of one weight; its hash is left in `best`. */
    const winner = (key: string, { numbers, suffixes }: (typeof classes)[number]): number => {
      murmur128(key + suffixes[0]!, best);
      let won = 0;
      for (let i = 1; i < suffixes.length; i++) {
        if (compareAt(murmur128(key + suffixes[i]!, hash), best, 0) > 0) {
          best.set(hash);
          won = i;
        }
      }
      return numbers[won]!;
    };
    if (classes.length === 1) return { place: (key) => winner(key, classes[0]!) };

    return {
      place: (key) => {
        let home = -1;
        let bestScore = -Infinity;
        for (const weightClass of classes) {
          const number = winner(key, weightClass);
          const score = weightClass.weight / -Math.log(unit(best));
          if (score > bestScore || (score === bestScore && number < home)) {
            bestScore = score;
            home = number;
          }
        }
        return home;
      },
    };
  },
};

/** The hash's top 52 bits and a half, over 2^52: strictly between 0 and 1. */
export function unit(words: Uint32Array): number {
  return (words[0]! * 1048576 + (words[1]! >>> 12) + 0.5) / 4503599627370496;
}

function byWeight(members: readonly Member[]): Map<number, Member[]> {
  const groups = new Map<number, Member[]>();
  for (const member of members) {
    const group = groups.get(member.weight);
    if (group === undefined) groups.set(member.weight, [member]);
    else group.push(member);
  }
  return groups;
}
