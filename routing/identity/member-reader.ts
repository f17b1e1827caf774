import type { Mistake } from "../check";

/** Reads members of an object and collects every mistake, so that one message lists them all. */
export class MemberReader {
  readonly mistakes: Mistake[] = [];

  fail(path: string, message: string): undefined {
    this.mistakes.push({ path, message });
    return undefined;
  }

  /** The object's own members; empty when it is not an object. An unknown member is a mistake: it may be misspelt. */
  object(path: string, value: unknown, known: readonly string[], what: string): Readonly<Record<string, unknown>> {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.fail(path, `must be ${what}`);
      return {};
    }
    const copy = Object.assign(Object.create(null) as Record<string, unknown>, value);
    for (const name of Object.keys(copy)) {
      if (!known.includes(name)) this.fail(join(path, name), `is not known here: write ${known.join(", ")}`);
    }
    return copy;
  }

  text(path: string, value: unknown, fits: RegExp, what: string): string {
    if (typeof value === "string" && fits.test(value)) return value;
    this.fail(path, `must be ${what}`);
    return "";
  }

  list(path: string, value: unknown, what: string, least = 1): readonly unknown[] {
    if (Array.isArray(value) && value.length >= least) return value;
    this.fail(path, `must be ${what}`);
    return [];
  }
}

/** `issuers[0]` and `keys` give `issuers[0].keys`. */
export function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
