/** One mistake and its place. */
export interface Mistake {
  /** `cells[2].weight`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** Mistakes beyond this number are counted, not listed. */
const mostMistakes = 50;
const word = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** One line for each mistake, for people. */
export function formatMistakes(mistakes: readonly Mistake[]): string {
  return mistakes.map(({ path, message }) => `  ${path === "" ? "the table" : path} ${message}`).join("\n");
}

/** The first mistake, without text between quotes: a pin's path contains the tenant. For logs. */
export function firstMistake([first]: readonly Mistake[]): string {
  return `${(first?.path ?? "").replace(/"(?:[^"\\]|\\.)*"/g, '"…"')} ${first?.message ?? ""}`.trim();
}

/** Collects mistakes. After a mistake each method returns a harmless value, so that the rest is still checked. */
export class Check {
  readonly mistakes: Mistake[] = [];

  fail(path: string, message: string): void {
    this.mistakes.push({ path, message });
  }

  listed(): readonly Mistake[] {
    const more = this.mistakes.length - mostMistakes;
    if (more <= 0) return this.mistakes;
    return [...this.mistakes.slice(0, mostMistakes), { path: "", message: `has ${more} more mistakes` }];
  }

  object(path: string, value: unknown): Readonly<Record<string, unknown>> {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    this.fail(path, "must be an object");
    return {};
  }

  list(path: string, value: unknown): readonly unknown[] {
    if (Array.isArray(value)) return value as unknown[];
    this.fail(path, "must be a list");
    return [];
  }

  /** The own members of an object, read one by one. The result has no prototype, so no key is special. */
  entries<T>(path: string, value: unknown, read: (path: string, key: string, item: unknown) => T): Record<string, T> {
    const result = Object.create(null) as Record<string, T>;
    for (const [key, item] of Object.entries(this.object(path, value))) {
      result[key] = read(`${path}[${JSON.stringify(key)}]`, key, item);
    }
    return result;
  }

  text(path: string, value: unknown, longest = 1024): string {
    if (typeof value === "string" && value.length <= longest) return value;
    this.fail(path, `must be a string of at most ${longest} characters`);
    return "";
  }

  word(path: string, value: unknown): string {
    if (typeof value === "string" && word.test(value)) return value;
    this.fail(path, "must be 1 to 63 letters, digits, '.', '_' or '-', beginning with a letter or digit");
    return "";
  }

  words(path: string, value: unknown): string[] {
    return this.list(path, value).map((item, index) => this.word(`${path}[${index}]`, item));
  }

  boolean(path: string, value: unknown): boolean {
    if (typeof value === "boolean") return value;
    this.fail(path, "must be true or false");
    return false;
  }

  number(path: string, value: unknown, least: number, most: number): number {
    if (typeof value === "number" && value >= least && value <= most) return value;
    this.fail(path, `must be a number from ${least} to ${most}`);
    return least;
  }

  integer(path: string, value: unknown, least: number, most: number): number {
    if (Number.isInteger(value)) return this.number(path, value, least, most);
    this.fail(path, "must be a whole number");
    return -1;
  }

  /** Whole numbers from 0 to `most` in ascending order, each once. */
  ascending(path: string, value: unknown, most: number): readonly number[] {
    let last = -1;
    return this.list(path, value).map((item, index) => {
      const number = this.integer(`${path}[${index}]`, item, 0, most);
      if (number <= last) this.fail(`${path}[${index}]`, "breaks the order: numbers ascend, each once");
      return (last = number);
    });
  }

  oneOf<T extends string>(path: string, value: unknown, allowed: readonly T[]): T {
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) this.fail(path, `must be one of ${allowed.join(", ")}`);
    return found ?? allowed[0]!;
  }

  memberOf(path: string, value: unknown, owner: unknown, what: string): string {
    const known =
      typeof value === "string" && typeof owner === "object" && owner !== null && Object.hasOwn(owner, value);
    if (!known) this.fail(path, `must name ${what}`);
    return known ? value : "";
  }
}
