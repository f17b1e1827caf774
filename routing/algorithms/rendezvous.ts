import { sortedMembers, type Algorithm, type Member } from "../algorithm";
import { hashPrefix, Suffixes } from "../murmur3";

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
      runs: [...byDigits(ofWeight)].map(([, numbers]) => ({ numbers, suffixes: new Suffixes(numbers.map(String)) })),
    }));
    const best = new Uint32Array(4);

    /** Winner among the cells of one weight; leaves its hash in `best`. */
    const winner = ({ runs }: (typeof classes)[number]): number => {
      best.fill(0);
      let won = -1;
      for (const { numbers, suffixes } of runs) {
        const index = suffixes.above(best);
        if (index >= 0) won = numbers[index]!;
      }
      // Only when every hash is zero.
      return won < 0 ? runs[0]!.numbers[0]! : won;
    };

    return {
      place: (key) => {
        hashPrefix(key);
        if (classes.length === 1) return winner(classes[0]!);
        let home = -1;
        let bestScore = -Infinity;
        for (const weightClass of classes) {
          const number = winner(weightClass);
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
  return grouped(members, ({ weight }) => weight);
}

/** Numbers grouped by their count of digits. They arrive sorted, so the lowest of equal hashes wins. */
function byDigits(members: readonly Member[]): Map<number, number[]> {
  const numbers = members.map(({ number }) => number);
  return grouped(numbers, (number) => String(number).length);
}

function grouped<T>(values: readonly T[], keyOf: (value: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group === undefined) groups.set(keyOf(value), [value]);
    else group.push(value);
  }
  return groups;
}
