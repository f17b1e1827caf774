/** What can be said of a property: its value, that it is not there, or that nobody can know it yet. */
export type Value =
  | { readonly state: "known"; readonly value: unknown }
  | { readonly state: "absent" }
  | { readonly state: "unknown" };

const absent: Value = { state: "absent" };
const unknown: Value = { state: "unknown" };

/**
 * Reads a property by path (`encryptionInfo.encryptionInTransit.clientBroker`) key by key. An unknown anywhere on the
 * way is the answer "unknown" and no exception: one that escaped would switch the whole policy off, silently.
 */
export function read(bag: object, path: string): Value {
  let value: unknown = bag;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null) return absent;
    const step = property(value, key);
    if (step.state !== "known") return step;
    value = step.value;
  }
  return { state: "known", value };
}

/** The elements of a list, each read by itself; a single object counts as a list of one. Empty when absent. */
export function items(bag: object, path: string): readonly Value[] {
  const list = read(bag, path);
  if (list.state !== "known") return list.state === "absent" ? [] : [unknown];
  const { value } = list;
  if (!Array.isArray(value)) return [list];
  return Array.from({ length: value.length }, (_, index) => property(value, String(index)));
}

/** The keys of an object; a map that is unknown as a whole has none that could be told. */
export function keys(value: Value): readonly string[] {
  return value.state === "known" && typeof value.value === "object" && value.value !== null ? Object.keys(value.value) : [];
}

/** One property by its exact name, which may hold dots, as tags' names do. */
export function property(bag: object, key: string): Value {
  // A property that only the prototype has (`constructor`) is nobody's input.
  if (!Object.prototype.hasOwnProperty.call(bag, key)) return absent;
  try {
    const value = (bag as Record<string, unknown>)[key];
    return value === undefined || value === null ? absent : { state: "known", value };
  } catch (error) {
    if (isUnknown(error)) return unknown;
    throw error;
  }
}

/** `UnknownValueError` of @pulumi/policy, told by its own field, so that the rules need not load the SDK. */
function isUnknown(error: unknown): boolean {
  return error instanceof Error && "unknownTypeSentinel" in error;
}
