/** What can be said of a property: its value, that it is not there, or that nobody can know it yet. */
export type Value =
  { readonly state: "known"; readonly value: unknown } | { readonly state: "absent" } | { readonly state: "unknown" };

const absent: Value = { state: "absent" };
const unknown: Value = { state: "unknown" };

/** An unknown text, as the engine's protocol writes it. */
export const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * How the engine's protocol writes an unknown boolean, number, text, list, asset, archive and object
 * (`@pulumi/policy/proxy`). CrossGuard turns them into exceptions; plans under mocks and raw requests hold them bare.
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
  return value.state === "known" && typeof value.value === "object" && value.value !== null
    ? Object.keys(value.value)
    : [];
}

/** One property by its exact name, which may hold dots, as tags' names do. */
export function property(bag: object, key: string): Value {
  // A property that only the prototype has (`constructor`) is nobody's input.
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

/** `UnknownValueError` of @pulumi/policy, told by its own field, so that the rules need not load the SDK. */
function isUnknown(error: unknown): boolean {
  return error instanceof Error && "unknownTypeSentinel" in error;
}
