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

type Loop = (keys: readonly string[], every: number) => number | Promise<number>;

/**
 * A loop of its own for each contender: one that is shared would be compiled for all of them at once, and slow. Its text
 * is its own too, since V8 keeps what it learns about calls with the text that it has compiled before.
 */
function loopOver(name: string, place: unknown, kind: "sync" | "async"): Loop {
  const [begin, wait] = kind === "sync" ? ["", ""] : ["async ", "await "];
  return new Function(
    "place",
    `/* ${name} */ return ${begin}(keys, every) => { let sum = 0; for (let i = 0; i < keys.length; i += every) sum += ${wait}place(keys[i]); return sum; }`,
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
  const loops = contenders.map(
    ({ name, place }) => loopOver(name, place, "sync") as (...args: Parameters<Loop>) => number,
  );
  const heat = new Heat(contenders, rounds);
  for (const { at, keys, every } of heat.turns(makeKeys)) {
    const start = process.hrtime.bigint();
    const sum = loops[at]!(keys, every);
    heat.note(at, Number(process.hrtime.bigint() - start), sum);
  }
  return heat.timings();
}

/** What {@link race} does, of functions that answer later; each answer is awaited before the next key. */
export async function raceAsync(
  contenders: readonly (Omit<Contender, "place"> & { readonly place: (key: string) => Promise<number> })[],
  makeKeys: (round: number) => string[],
  rounds: number,
): Promise<Timing[]> {
  const loops = contenders.map(({ name, place }) => loopOver(name, place, "async"));
  const heat = new Heat(contenders, rounds);
  for (const { at, keys, every } of heat.turns(makeKeys)) {
    const start = process.hrtime.bigint();
    const sum = await loops[at]!(keys, every);
    heat.note(at, Number(process.hrtime.bigint() - start), sum);
  }
  return heat.timings();
}

const warmUps = 6;

class Heat {
  private readonly times: number[][];
  private round = 0;
  private count = 0;

  constructor(
    private readonly contenders: readonly { readonly name: string; readonly every?: number }[],
    private readonly rounds: number,
  ) {
    this.times = contenders.map(() => []);
  }

  *turns(makeKeys: (round: number) => string[]): Generator<{ at: number; keys: readonly string[]; every: number }> {
    for (this.round = -warmUps; this.round < this.rounds; this.round++) {
      // Like strings from a request: flat, and not hashed yet.
      const keys = JSON.parse(JSON.stringify(makeKeys(this.round))) as string[];
      for (let turn = 0; turn < this.contenders.length; turn++) {
        const at = (turn + Math.max(0, this.round) * 7) % this.contenders.length;
        const every = this.contenders[at]!.every ?? 1;
        this.count = Math.ceil(keys.length / every);
        yield { at, keys, every };
      }
    }
  }

  note(at: number, took: number, sum: number): void {
    if (Number.isNaN(sum)) throw new Error(`${this.contenders[at]!.name} returned no number`);
    if (this.round >= 0) this.times[at]!.push(took / this.count);
  }

  timings(): Timing[] {
    return this.contenders.map(({ name }, at) => ({
      name,
      nanoseconds: median(this.times[at]!),
      ratio: median(this.times[at]!.map((time, round) => time / this.times[0]![round]!)),
    }));
  }
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
