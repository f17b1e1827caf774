import { layers } from "./decode";
import { limits } from "./limits";

/** A text and its name: a key of a tree, a variable of an env file. */
export interface Named {
  readonly name: string;
  readonly text: string;
}

/** Every text inside a text, each with its name, in any encoding; `limit` when it could not be read to its end. */
export function textsOf(name: string, text: string): { readonly texts: readonly Named[]; readonly limit?: string } {
  const texts: Named[] = [];
  const open: (Named & { readonly depth: number })[] = [{ name, text, depth: 0 }];
  let limit: string | undefined;
  let characters = 0;
  for (let at = 0; at < open.length; at += 1) {
    const one = open[at]!;
    texts.push(one);
    characters += one.text.length;
    if (one.text.length > limits.characters) limit ??= "it is too long to be read";
    else if (one.depth > limits.depth) limit ??= "it is wrapped too many times";
    else if (open.length > limits.texts) limit ??= "it holds too many texts";
    else if (characters > limits.opened) limit ??= "it expands too far";
    if (limit !== undefined) break;
    for (const layer of layers(one.text)) {
      if (layer.kind === "limit") limit ??= layer.reason;
      else if (layer.kind === "text") open.push({ name: one.name, text: layer.text, depth: one.depth + 1 });
      else for (const leaf of namedLeaves(one.name, layer.value)) open.push({ ...leaf, depth: one.depth + 1 });
    }
  }
  return limit === undefined ? { texts } : { texts, limit };
}

/**
 * The texts of a tree, each with its key as the name. In `{name, value}`, the form of environments in manifests, the value
 * of `name` is the name.
 */
function namedLeaves(name: string, value: unknown): readonly Named[] {
  if (typeof value === "string") return [{ name, text: value }];
  if (typeof value !== "object" || value === null) return [];
  const found: Named[] = [];
  const open: { readonly name: string; readonly value: object }[] = [{ name, value }];
  const seen = new Set<object>([value]);
  for (let at = 0; at < open.length && found.length < limits.texts; at += 1) {
    const here = open[at]!;
    const called = (here.value as { readonly name?: unknown }).name;
    for (const [key, part] of Object.entries(here.value)) {
      const own = key === "value" && typeof called === "string" ? called : Array.isArray(here.value) ? here.name : key;
      if (typeof part === "string") found.push({ name: own, text: part });
      else if (typeof part === "object" && part !== null && !seen.has(part as object)) {
        seen.add(part as object);
        open.push({ name: own, value: part as object });
      }
    }
  }
  return found;
}
