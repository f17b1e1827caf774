import { built } from "./built";
import { cycles, type Cycles } from "./cycle";
import { race, type Timing } from "./measure";

/** What a number of pins costs a router: its polls and its decisions. */
export interface PinCost extends Cycles {
  readonly decisions: readonly Timing[];
}

/** @param counts of pins. */
export async function pinCosts(counts: readonly number[], rounds: number): Promise<readonly PinCost[]> {
  const { deciders } = built<typeof import("./pinned")>("bench/routing/pinned.ts");
  const costs: PinCost[] = [];
  for (const pins of counts) {
    const polls = await cycles(rounds, pins);
    const keys = (round: number) => Array.from({ length: 20_000 }, (_, at) => `key-${round}-${at}`);
    costs.push({ ...polls, decisions: race(deciders(pins), keys, rounds) });
  }
  return costs;
}
