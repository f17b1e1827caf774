import type { Resource } from "./resource";
import { property, read, type Value } from "./value";

/** A tag as AWS will have it: the resource's own before the provider's default. */
export function tag(resource: Resource, name: string): Value {
  const places = [read(resource.props, "tags"), read(resource.props, "tagsAll"), defaults(resource)];
  for (const place of places) {
    if (place.state === "unknown") return place;
    if (place.state === "absent" || typeof place.value !== "object" || place.value === null) continue;
    const found = property(place.value, name);
    if (found.state !== "absent") return found;
  }
  return { state: "absent" };
}

/** Default tags of an explicit provider: an object, or the JSON text in which the SDK sends it. */
function defaults(resource: Resource): Value {
  if (resource.provider === undefined) return { state: "absent" };
  const found = read(resource.provider.props, "defaultTags");
  if (found.state !== "known") return found;
  const bag = typeof found.value === "string" ? parsed(found.value) : found.value;
  return typeof bag === "object" && bag !== null ? read(bag, "tags") : { state: "absent" };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
