import type { OwnedContext } from "./context";
import type { Resource } from "./resource";
import { undecided, violation, type Verdict } from "./rule";
import { read, type Value } from "./value";

/** A demand on one property: its value must satisfy `holds`. A property that is left out fails unless `absent` is good. */
interface Demand {
  readonly path: string;
  readonly holds: (value: unknown) => boolean;
  readonly absent?: "good";
  readonly message: string;
}

/** Checks properties against demands, one verdict for each failure. */
export function demands(resource: Resource, list: readonly Demand[]): readonly Verdict[] {
  return list.flatMap(({ path, holds, absent, message }): readonly Verdict[] => {
    const found = known(resource, path);
    if (found.state === "unknown") return [undecided(resource, path, "its value is not known yet")];
    if (found.state === "absent") return absent === "good" ? [] : [violation(resource, path, message)];
    return holds(found.value) ? [] : [violation(resource, path, message)];
  });
}

/** A property that is left out but computed is not known yet, rather than absent. */
function known(resource: Resource, path: string): Value {
  const found = read(resource.props, path);
  const sources = resource.propertyDependencies[path.split(".")[0] ?? path];
  return found.state === "absent" &&
    sources !== undefined &&
    sources.length > 0 &&
    read(resource.props, path.split(".")[0]!).state === "absent"
    ? { state: "unknown" }
    : found;
}

/** True for a property that has a value, or will have one. */
export function isSet(resource: Resource, path: string): boolean {
  return known(resource, path).state !== "absent";
}

/** True for a cell whose data must be protected. A cell whose class is not known counts as a production cell. */
export function isProduction({ print }: OwnedContext): boolean {
  return print?.production !== false;
}

/** A number at least as great as another, also when it is written as text. */
export function atLeast(least: number): (value: unknown) => boolean {
  return (value) => (typeof value === "number" || typeof value === "string") && value !== "" && Number(value) >= least;
}

/** Exactly one value, with its type. */
export function equals(wanted: unknown): (value: unknown) => boolean {
  return (value) => value === wanted;
}

export const isTrue = (value: unknown): boolean => value === true || value === "true";
export const isFalse = (value: unknown): boolean => value === false || value === "false";
