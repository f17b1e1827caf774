/** A property: its value, absent, or not known yet. */
export type Value =
  { readonly state: "known"; readonly value: unknown } | { readonly state: "absent" } | { readonly state: "unknown" };

const absent: Value = { state: "absent" };
const unknown: Value = { state: "unknown" };

/** How the engine's protocol writes an unknown text. */
export const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * How the engine's protocol writes an unknown boolean, number, text, list, asset, archive and object
 * (`@pulumi/policy/proxy`). CrossGuard turns them into exceptions; plans under mocks and raw requests contain them as they are.
 */
const unknownMarks: ReadonlySet<unknown> = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  unknownText,
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/**
 * Reads a property by path (`encryptionInfo.encryptionInTransit.clientBroker`) key by key. If any step is unknown, the result is "unknown" and not an exception: an exception
 * that escapes would switch the whole policy off without a message.
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

/** The keys of an object; none for a map that is unknown as a whole. */
export function keys(value: Value): readonly string[] {
  return value.state === "known" && typeof value.value === "object" && value.value !== null
    ? Object.keys(value.value)
    : [];
}

/** One property by its exact name, which may contain dots, as names of tags do. */
export function property(bag: object, key: string): Value {
  // A property of the prototype (`constructor`) is not an input.
  if (!Object.prototype.hasOwnProperty.call(bag, key)) return absent;
  try {
    const value = (bag as Record<string, unknown>)[key];
    if (value === undefined || value === null) return absent;
    return typeof value === "string" && unknownMarks.has(value) ? unknown : { state: "known", value };
  } catch (error) {
    if (isUnknown(error)) return unknown;
    throw error;
  }
}

/** `UnknownValueError` of @pulumi/policy, recognized by its own field, so that the rules need not load the SDK. */
function isUnknown(error: unknown): boolean {
  return error instanceof Error && "unknownTypeSentinel" in error;
}
