import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { built } from "./built";
import { median, shortKeys, uuidKeys } from "./measure";

const algorithms = ["murmur3", "sha256"] as const;
const warmUps = 6;
const keysEach = 50_000;

/** One algorithm here and in CPython, whose hash is C: medians over the rounds. */
export interface BesideCPython {
  readonly algorithm: (typeof algorithms)[number];
  readonly keys: string;
  /** Nanoseconds a key: hash and modulo, in a loop over keys that are at hand. */
  readonly ours: number;
  readonly cpython: number;
  /** CPython's time over ours in the same round: above 1, we are faster. */
  readonly times: number;
}

type Answer = Readonly<Record<BesideCPython["algorithm"], { readonly nanoseconds: number; readonly sum: number }>>;

/**
 * Homes by hash mod N of the same keys, here and by CPython's `mmh3` and `hashlib`, in turn. That both sum to the same is
 * checked in each round.
 *
 * @param python an interpreter that has `mmh3` (`pip install mmh3==5.3.1` in an environment of your own).
 */
export async function besideCPython(python: string, cells: number, rounds: number): Promise<readonly BesideCPython[]> {
  const here = built<typeof import("./ours")>("bench/routing/ours.ts").placersByModulo(cells);
  const child = spawn(python, [join(__dirname, "cpython.py")], { stdio: ["pipe", "pipe", "inherit"] });
  const gone = new Promise<never>((_, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${python} ended with exit code ${code}: has it mmh3?`)));
  });
  gone.catch(() => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (keys: readonly string[]): Promise<Answer> => {
    child.stdin.write(`${JSON.stringify({ keys, cells })}\n`);
    return JSON.parse((await Promise.race([lines.next(), gone])).value as string) as Answer;
  };
  try {
    const rows: BesideCPython[] = [];
    for (const [name, make] of [
      ["11 characters", shortKeys],
      ["UUIDs", uuidKeys],
    ] as const) {
      const seen = algorithms.map((algorithm) => ({ algorithm, ours: [] as number[], cpython: [] as number[] }));
      for (let round = -warmUps; round < rounds; round++) {
        // Like strings from a request: flat, and not hashed yet.
        const keys = JSON.parse(JSON.stringify(make(round, keysEach))) as string[];
        const theirs = await ask(keys);
        for (const { algorithm, ours, cpython } of seen) {
          const start = process.hrtime.bigint();
          const sum = here[algorithm](keys);
          const took = Number(process.hrtime.bigint() - start);
          const { nanoseconds, sum: expected } = theirs[algorithm];
          if (sum !== expected) throw new Error(`${algorithm}: homes add up to ${sum} here, to ${expected} in CPython`);
          if (round < 0) continue;
          ours.push(took / keys.length);
          cpython.push(nanoseconds / keys.length);
        }
      }
      for (const { algorithm, ours, cpython } of seen) {
        const times = median(cpython.map((time, at) => time / ours[at]!));
        rows.push({ algorithm, keys: name, ours: median(ours), cpython: median(cpython), times });
      }
    }
    return rows;
  } finally {
    child.removeAllListeners("exit");
    child.stdin.end();
  }
}
