/** Something that is timed on one key at a time; the number it returns is summed, so that nothing is optimised away. */
export interface Contender {
  readonly name: string;
  readonly place: (key: string) => number;
  /** Every how many-th key it is given: slow ones would take all the time. */
  readonly every?: number;
}

export interface Timing {
  readonly name: string;
  /** Nanoseconds a key: median over the rounds. */
  readonly nanoseconds: number;
  /** Median over the rounds of its time divided by the first contender's in the same round. */
  readonly ratio: number;
}

type Loop = (keys: readonly string[], every: number) => number;

/**
 * A loop of its own for each contender: one that is shared would be compiled for all of them at once, and slow. Its text
 * is its own too, since V8 keeps what it learns about calls with the text that it has compiled before.
 */
function loopOver({ name, place }: Contender): Loop {
  return new Function(
    "place",
    `/* ${name} */ return (keys, every) => { let sum = 0; for (let i = 0; i < keys.length; i += every) sum += place(keys[i]); return sum; }`,
  )(place) as Loop;
}

/**
 * Times all contenders in one process, in rounds: in each, all of them in turn get the same new keys, in an order that
 * changes. What the machine does beside this hits all alike; the first contender is what the ratios are to.
 */
export function race(
  contenders: readonly Contender[],
  makeKeys: (round: number) => string[],
  rounds: number,
): Timing[] {
  const loops = contenders.map(loopOver);
  const times = contenders.map((): number[] => []);
  let sink = 0;
  const warmUps = 6;
  for (let round = -warmUps; round < rounds; round++) {
    // As if they had come in a request: flat strings that nobody has hashed yet.
    const keys = JSON.parse(JSON.stringify(makeKeys(round))) as string[];
    for (let turn = 0; turn < contenders.length; turn++) {
      const at = (turn + Math.max(0, round) * 7) % contenders.length;
      const every = contenders[at]!.every ?? 1;
      const start = process.hrtime.bigint();
      sink += loops[at]!(keys, every);
      const took = Number(process.hrtime.bigint() - start);
      if (round >= 0) times[at]!.push(took / Math.ceil(keys.length / every));
    }
  }
  if (Number.isNaN(sink)) throw new Error("a contender returned no number");
  return contenders.map(({ name }, at) => ({
    name,
    nanoseconds: median(times[at]!),
    ratio: median(times[at]!.map((time, round) => time / times[0]![round]!)),
  }));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}

/** Eleven characters, as short ids are. */
export function shortKeys(round: number, count: number): string[] {
  return Array.from(
    { length: count },
    (_, i) =>
      `t-${String((round + 7) * 1_000_003 + i * 37)
        .padStart(9, "0")
        .slice(-9)}`,
  );
}

/** 36 characters. */
export function uuidKeys(round: number, count: number): string[] {
  let state = round * 2654435761 + 12345;
  const next = (): string => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return (state >>> 0).toString(16).padStart(8, "0");
  };
  return Array.from({ length: count }, () => {
    const hex = next() + next() + next() + next();
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  });
}
