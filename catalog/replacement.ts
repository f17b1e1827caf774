import aws from "./replacement/aws.json";
import { exceptions, terraform, type Effect, type Inputs, type Rule } from "./replacement/exceptions";

export { deletesFirst } from "./replacement/order";
export type { Effect } from "./replacement/exceptions";

/** One input whose change does not simply happen in place, at AWS or with Pulumi's provider. */
export interface ReplacementRule {
  /** Path in Pulumi's names; dots reach into objects, and into each object of a list. */
  readonly input: string;
  /** By AWS's resource schemas; `sometimes` depends on values that they do not say. */
  readonly aws: "in place" | "replace" | "sometimes";
  /** By Pulumi's official provider. */
  readonly provider: Rule;
  /** Where the provider's behaviour was read; absent where it follows AWS's schema. */
  readonly source?: string;
}

/** What a change of one input would do. */
export interface Consequence extends Omit<ReplacementRule, "provider"> {
  readonly provider: Effect;
}

interface Schema {
  readonly replaces?: readonly string[];
  readonly sometimes?: readonly string[];
}

const schemas: Readonly<Record<string, Schema>> = aws;

/** Types in the table. */
export const replacementTypes: readonly string[] = [
  ...new Set([...Object.keys(schemas), ...Object.keys(exceptions)]),
].sort();

const inTable = new Set(replacementTypes);

/**
 * The rules of a type; an input without a rule changes in place.
 *
 * @throws Error for a type that is not in the table.
 */
export function replacementRules(type: string): readonly ReplacementRule[] {
  if (!inTable.has(type)) throw new Error(`catalog/replacement.ts has no row for ${type}: add it there`);
  const { replaces = [], sometimes = [] } = schemas[type] ?? {};
  const { source, rules = {} } = exceptions[type] ?? {};
  return [...new Set([...replaces, ...sometimes, ...Object.keys(rules)])].map((input) => {
    const provider = rules[input];
    return {
      input,
      aws: replaces.includes(input) ? "replace" : sometimes.includes(input) ? "sometimes" : "in place",
      provider: provider ?? (replaces.includes(input) ? "replace" : "in place"),
      ...(provider === undefined ? {} : { source: `${terraform}${source}` }),
    };
  });
}

/**
 * What the change from some inputs to others does, one entry for each input that differs: the nearest rule's, or for
 * inputs without a rule their first name's.
 *
 * @throws Error for a type that is not in the table.
 */
export function consequences(type: string, olds: Inputs, news: Inputs): readonly Consequence[] {
  const differs = (input: string) => valueAt(olds, input.split(".")) !== valueAt(news, input.split("."));
  const ruled = replacementRules(type)
    .filter(({ input }) => differs(input))
    .map((rule) => ({
      ...rule,
      provider: typeof rule.provider === "string" ? rule.provider : rule.provider(olds, news),
    }));
  const names = new Set(ruled.map(({ input }) => input.split(".")[0]));
  const others = [...new Set([...Object.keys(olds), ...Object.keys(news)])]
    .filter((input) => !names.has(input) && differs(input))
    .map((input): Consequence => ({ input, aws: "in place", provider: "in place" }));
  return [...ruled, ...others];
}

/** The inputs whose change replaces the resource. @throws Error for a type that is not in the table. */
export function replacingInputs(type: string, olds: Inputs, news: Inputs): readonly string[] {
  return consequences(type, olds, news).flatMap(({ input, provider }) => (provider === "replace" ? [input] : []));
}

/** What stands at a path, as text that can be compared: the order of an object's keys and absent ones do not count. */
function valueAt(value: unknown, path: readonly string[]): string {
  if (Array.isArray(value)) return `[${value.map((item) => valueAt(item, path)).join()}]`;
  const [step, ...rest] = path;
  if (typeof value !== "object" || value === null) return step === undefined ? JSON.stringify(value ?? null) : "null";
  if (step !== undefined) return valueAt((value as Inputs)[step], rest);
  const kept = Object.entries(value as Inputs).filter(([, inner]) => inner !== undefined && inner !== null);
  return `{${kept
    .map(([key, inner]) => `${key}:${valueAt(inner, [])}`)
    .sort()
    .join()}}`;
}
