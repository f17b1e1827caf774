import { equal, type Properties } from "../properties";

/*
 * AWS returns lists in another order, policies in another layout and objects with defaults filled in. These helpers
 * keep the form that the program gave, so that a refresh reports real drift only.
 */

/** The actual value in the shape of the given one: nested objects keep only the given keys, lists of another length stay. */
export function shapedLike(given: unknown, actual: unknown): unknown {
  if (given === undefined || given === null) return actual;
  if (Array.isArray(given) && Array.isArray(actual)) {
    return given.length === actual.length ? actual.map((element, at) => shapedLike(given[at], element)) : actual;
  }
  if (typeof given !== "object" || typeof actual !== "object" || actual === null || Array.isArray(given)) return actual;
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => [key, shapedLike(value, (actual as Properties)[key])]),
  );
}

/** The given list when the actual one has the same members in another order; else the actual one. */
export function sameSet<T>(
  given: readonly T[] | undefined,
  actual: readonly T[] | undefined,
): readonly T[] | undefined {
  if (given === undefined || actual === undefined || given.length !== actual.length) return actual;
  return given.every((item) => actual.some((other) => equal(item, other))) ? given : actual;
}

/** The given text when the actual one is the same JSON in another layout; else the actual one. */
export function sameJson(given: unknown, actual: string | undefined): string | undefined {
  if (typeof given !== "string" || actual === undefined) return actual;
  try {
    return equal(JSON.parse(given), JSON.parse(actual)) ? given : actual;
  } catch {
    return actual;
  }
}
