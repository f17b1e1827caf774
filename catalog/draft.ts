import type { z } from "zod";

import { closest, type DraftIssue } from "./issues";
import { catalogSchema, type CatalogInput } from "./schema";

/** A catalog file with its broken values taken out: list items keep their index, so findings keep their path. */
export type Draft = Loose<CatalogInput>;

type Loose<T> = T extends readonly (infer Item)[]
  ? readonly (Loose<Item> | undefined)[]
  : T extends object
    ? { readonly [Key in keyof T]?: Loose<T[Key]> }
    : T;

type Path = readonly (string | number)[];

/** A place to empty: the value only, or its key too where the key is the mistake. */
interface Spoiled {
  readonly path: Path;
  readonly key: boolean;
}

/** What the schema says about a file. */
export interface Reading {
  /** The whole content, when it fits the schema. */
  readonly input?: CatalogInput;
  /** As much of it as fits: what the other checks look at, so that one mistake does not hide another. */
  readonly draft: Draft;
  readonly findings: readonly DraftIssue[];
}

/** Holds plain data against the schema. */
export function read(raw: unknown): Reading {
  const result = catalogSchema.safeParse(raw);
  if (result.success) return { input: result.data, draft: result.data as Draft, findings: [] };
  const findings: DraftIssue[] = [];
  const spoiled: Spoiled[] = [];
  for (const issue of result.error.issues) {
    const key = issue.code === "unrecognized_keys" || issue.code === "invalid_key";
    for (const finding of describe(issue, raw)) {
      findings.push(finding);
      spoiled.push({ path: finding.path, key });
    }
  }
  return { draft: (without(raw, spoiled) ?? {}) as Draft, findings };
}

function describe(issue: z.core.$ZodIssue, raw: unknown): DraftIssue[] {
  const path = issue.path as Path;
  const value = valueAt(raw, path);
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(catalogSchema, path);
    return issue.keys.map((key) => ({
      path: [...path, key],
      value: valueAt(raw, [...path, key]),
      message: unknownKey(key, known),
    }));
  }
  if (issue.code === "invalid_key") {
    return [{ path, value: path.at(-1), message: issue.issues[0]?.message ?? issue.message }];
  }
  return [{ path, value, message: sentence(issue, value) }];
}

function sentence(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined) return `missing; ${issue.message}`;
  if (issue.code === "invalid_type" && issue.expected === "string" && typeof value === "number") {
    return `YAML reads this as a number; put it in quotes (${issue.message})`;
  }
  if (issue.code === "invalid_value" && typeof value === "string") {
    const meant = closest(value, issue.values.map(String));
    if (meant !== undefined) return `${issue.message}; did you mean ${meant}?`;
  }
  return issue.message;
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = closest(key, known);
  return meant === undefined ? `no such key; write one of ${known.join(", ")}` : `no such key; did you mean ${meant}?`;
}

/** Keys that the schema has for the object at a path. */
function keysAt(schema: z.core.$ZodType, path: Path): readonly string[] {
  const def = (schema as z.core.$ZodTypes)._zod.def;
  if (def.type === "optional") return keysAt(def.innerType, path);
  if (def.type === "object") {
    const [step, ...rest] = path;
    if (step === undefined) return Object.keys(def.shape);
    const inner = def.shape[String(step)];
    return inner === undefined ? [] : keysAt(inner, rest);
  }
  if (def.type === "record") return keysAt(def.valueType, path.slice(1));
  return def.type === "array" ? keysAt(def.element, path.slice(1)) : [];
}

function valueAt(raw: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === "object" && value !== null ? (value as Record<string, unknown>)[step] : undefined,
    raw,
  );
}

/** A deep copy with the spoiled values undefined: list items keep their index, keys say that something was meant. */
function without(raw: unknown, spoiled: readonly Spoiled[]): unknown {
  if (spoiled.some(({ path }) => path.length === 0)) return undefined;
  const inside = new Map<string, Spoiled[]>();
  for (const { path, key } of spoiled) {
    const step = String(path[0]);
    const one = { key, path: path.slice(1) };
    const known = inside.get(step);
    if (known === undefined) inside.set(step, [one]);
    else known.push(one);
  }
  const below = (key: string | number): readonly Spoiled[] => inside.get(String(key)) ?? [];
  if (Array.isArray(raw)) return raw.map((item, index) => without(item, below(index)));
  if (typeof raw !== "object" || raw === null) return raw;
  return Object.fromEntries(
    Object.entries(raw)
      .filter(([name]) => !spoiled.some(({ path, key }) => key && path.length === 1 && path[0] === name))
      .map(([name, value]): [string, unknown] => [name, without(value, below(name))]),
  );
}
