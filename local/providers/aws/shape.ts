import type { Properties } from "../properties";

/**
 * What the cloud has, in the shape the program gave it: nested objects keep only the keys that were given, so that
 * defaults which the cloud fills in are no drift. Lists are taken whole, element by element where the lengths agree.
 */
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

/** Tags to write and keys to remove to get from one set to another. */
export function tagChanges(
  olds: Readonly<Record<string, string>> | undefined,
  news: Readonly<Record<string, string>> | undefined,
): { readonly set: Record<string, string>; readonly unset: string[] } {
  return {
    set: Object.fromEntries(Object.entries(news ?? {}).filter(([key, value]) => olds?.[key] !== value)),
    unset: Object.keys(olds ?? {}).filter((key) => news?.[key] === undefined),
  };
}

/** `[{Key, Value}]` as `{k: v}`; undefined stays undefined. */
export function tagMap(tags: readonly { Key?: string; Value?: string }[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}

/** The given text when the cloud's is the same JSON in another layout; the cloud's otherwise. */
export function sameJson(given: string | undefined, actual: string | undefined): string | undefined {
  if (given === undefined || actual === undefined) return actual;
  try {
    return canonical(JSON.parse(given)) === canonical(JSON.parse(actual)) ? given : actual;
  } catch {
    return actual;
  }
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
