/** Pulumi's property wire format: the marks for secrets, unknowns and assets, and deep comparison. */

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- property bags are untyped on the wire
export type Properties = Record<string, any>;

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const unknownMarks = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Placeholder in a preview for an output that only the cloud can give. */
export const unknownOutput = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** True for a value that is unknown in a preview. */
export function isUnknown(value: unknown): boolean {
  return typeof value === "string" && unknownMarks.has(value);
}

/** True when there is an unknown anywhere inside. */
export function holdsUnknown(value: unknown): boolean {
  if (isUnknown(value)) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(holdsUnknown);
}

/** The value without secret and output wrappers, at every depth. */
export function unwrap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrap);
  if (typeof value !== "object" || value === null) return value;
  const bag = value as Properties;
  if (bag[signatureKey] === secretSignature || bag[signatureKey] === outputSignature) {
    return "value" in bag ? unwrap(bag["value"]) : "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  }
  return Object.fromEntries(Object.entries(bag).map(([key, inner]) => [key, unwrap(inner)]));
}

/** The value marked as a secret, so that the engine encrypts it in the state. */
export function secret(value: unknown): Properties {
  return { [signatureKey]: secretSignature, value };
}

/** Deep equality of JSON values; an absent key and an undefined or null one are equal. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b || ((a ?? null) === null && (b ?? null) === null)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = a as Properties;
  const right = b as Properties;
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) => equal(left[key], right[key]));
}

/** Top-level keys whose values differ; keys that Pulumi keeps for itself (`__…`) don't count. */
export function changedKeys(olds: Properties, news: Properties): Set<string> {
  const keys = new Set([...Object.keys(olds), ...Object.keys(news)]);
  return new Set([...keys].filter((key) => !key.startsWith("__") && !equal(olds[key], news[key])));
}
