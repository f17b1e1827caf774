import type { Resource } from "./resource";
import { property, read, type Value } from "./value";

/** A tag as AWS will store it: the resource's own before the provider's default. */
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

/** A tag on the resource itself. */
export function ownTag({ props }: Resource, name: string): Value {
  const tags = read(props, "tags");
  if (tags.state !== "known") return tags;
  return typeof tags.value === "object" && tags.value !== null ? property(tags.value, name) : { state: "absent" };
}

/** Default tags by provider, because one provider makes many resources. */
const memory = new WeakMap<object, Value>();

function defaults({ provider }: Resource): Value {
  if (provider === undefined) return { state: "absent" };
  let found = memory.get(provider.props);
  if (found === undefined) memory.set(provider.props, (found = defaultTags(provider.props)));
  return found;
}

/** A tag that a provider gives to all its resources. */
export function defaultTag(provider: object, name: string): Value {
  const tags = defaultTags(provider);
  if (tags.state !== "known") return tags;
  return typeof tags.value === "object" && tags.value !== null ? property(tags.value, name) : { state: "absent" };
}

/** Default tags of an explicit provider: an object, or the JSON text in which the SDK sends it. */
function defaultTags(props: object): Value {
  const found = read(props, "defaultTags");
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
