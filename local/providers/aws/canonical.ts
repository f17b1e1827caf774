import { equal } from "../properties";
import type { Properties, ResourceDefinition } from "./resource";

/** Two orders of the same set are the same set: the one that the state has is kept, so that no diff appears. */
export function sameSet<T>(had: readonly T[] | undefined, has: readonly T[] | undefined): readonly T[] | undefined {
  if (had === undefined || has === undefined || had.length !== has.length) return has;
  return had.every((item) => has.some((other) => equal(item, other))) ? had : has;
}

/** Two spellings of the same JSON (policy documents) are the same: the one that the state has is kept. */
export function sameJson(had: unknown, has: string | undefined): string | undefined {
  if (typeof had !== "string" || has === undefined) return has;
  try {
    return equal(JSON.parse(had), JSON.parse(has)) ? had : has;
  } catch {
    return has;
  }
}

/** Which tags to set and which to remove to get from the olds to the news. */
export function tagChanges(
  olds: Readonly<Record<string, string>> = {},
  news: Readonly<Record<string, string>> = {},
): { readonly set: Record<string, string>; readonly remove: string[] } {
  return {
    set: Object.fromEntries(Object.entries(news).filter(([key, value]) => olds[key] !== value)),
    remove: Object.keys(olds).filter((key) => !(key in news)),
  };
}

/** AWS's `[{Key, Value}]` as Pulumi's `{k: v}`. AWS's own tags (`aws:…`) are nobody's input. */
export function tagRecord(
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
): Record<string, string> {
  const own = (tags ?? []).filter(({ Key }) => Key?.startsWith("aws:") === false);
  return Object.fromEntries(own.map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}

/** The members of one list that the other lacks: what to add and what to remove to get from olds to news. */
export function listChanges(
  olds: readonly string[] | undefined,
  news: readonly string[] | undefined,
): { readonly add: string[]; readonly remove: string[] } {
  const [had, has] = [new Set(olds ?? []), new Set(news ?? [])];
  return { add: [...has].filter((item) => !had.has(item)), remove: [...had].filter((item) => !has.has(item)) };
}

/**
 * A definition that refuses inputs it does not carry to the cloud, instead of dropping them in silence.
 *
 * @param known inputs that the definition handles.
 */
export function strict(known: readonly string[], definition: ResourceDefinition): ResourceDefinition {
  const takes = new Set([...known, ...(definition.localOnly ?? []), "tags", "region"]);
  const check = (inputs: Properties): void => {
    const unknown = Object.keys(inputs).filter((key) => !takes.has(key) && !key.startsWith("__"));
    if (unknown.length > 0) {
      throw new Error(`the local definition of ${definition.token} does not know ${unknown.join(", ")}: add it there`);
    }
  };
  const { create, update } = definition;
  return {
    ...definition,
    create: async (cloud, inputs) => {
      check(inputs);
      return create(cloud, inputs);
    },
    ...(update === undefined
      ? {}
      : {
          update: async (cloud, id, inputs, olds, changed) => {
            check(inputs);
            await update(cloud, id, inputs, olds, changed);
          },
        }),
  };
}
