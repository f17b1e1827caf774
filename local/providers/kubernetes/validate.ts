import { createRequire } from "node:module";

import { isUnknown, type Properties } from "../properties";
import type { ManifestIssue, ObjectType } from "./manifest";
import { semanticIssues } from "./rules";

interface Model {
  prototype: { validate(this: unknown): void };
}

const load = createRequire(__filename);
const models = new Map<string, Model | undefined>();

/** The official schema of a kind; undefined when there is none. Loaded when first used: all of them take a second. */
function modelOf({ apiVersion, kind }: ObjectType): Model | undefined {
  const path = `kubernetes-models/${apiVersion}/${kind}`;
  if (!models.has(path)) {
    let model: Model | undefined;
    try {
      model = (load(path) as Record<string, Model>)[kind];
    } catch {
      model = undefined;
    }
    models.set(path, model);
  }
  return models.get(path);
}

/** True when Kubernetes has this kind in this version. */
export function isKnown(type: ObjectType): boolean {
  return /^[A-Za-z0-9./]+$/.test(type.apiVersion) && /^[A-Za-z]+$/.test(type.kind) && modelOf(type) !== undefined;
}

/**
 * Every mistake in a manifest: by the official OpenAPI schema, by fields that the schema does not have,
 * and by the API server's own rules that no schema states. Values that are unknown in a preview are not judged.
 */
export function manifestIssues(type: ObjectType, manifest: Properties): readonly ManifestIssue[] {
  const model = modelOf(type);
  if (model === undefined) return [{ path: "kind", rule: `${type.apiVersion} has no ${type.kind}` }];
  const seen = new Map<object, Set<string>>();
  const issues: ManifestIssue[] = [];
  try {
    model.prototype.validate.call(watched(manifest, seen));
  } catch (error) {
    const found = (error as { errors?: { instancePath: string; message?: string }[] }).errors;
    if (found === undefined) throw error;
    for (const { instancePath, message } of found) {
      const keys = instancePath.split("/").slice(1);
      if (!isUnknown(valueAt(manifest, keys))) issues.push({ path: pathText(keys), rule: message ?? "is not valid" });
    }
  }
  issues.push(...unknownFields(manifest, seen, []), ...semanticIssues(type, manifest));
  return issues;
}

/**
 * The object, recording which of its keys the schema reads. The schemas allow unknown fields; a key that a validator
 * never read is one of those, and the API server would drop or refuse it.
 */
function watched<T extends object>(value: T, seen: Map<object, Set<string>>): T {
  const keys = seen.get(value) ?? new Set<string>();
  seen.set(value, keys);
  return new Proxy(value, {
    get(target, key) {
      const inner = (target as Record<string | symbol, unknown>)[key];
      if (typeof key === "string") keys.add(key);
      return typeof inner === "object" && inner !== null ? watched(inner, seen) : inner;
    },
  });
}

function unknownFields(value: unknown, seen: Map<object, Set<string>>, keys: readonly string[]): ManifestIssue[] {
  if (typeof value !== "object" || value === null) return [];
  const asked = seen.get(value);
  // Never read: the schema allows anything inside.
  if (asked === undefined || asked.size === 0) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    asked.has(key)
      ? unknownFields(inner, seen, [...keys, key])
      : [{ path: pathText([...keys, key]), rule: "is not a field of this kind" }],
  );
}

function valueAt(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((at, key) => (at as Properties | undefined)?.[key], value);
}

function pathText(keys: readonly string[]): string {
  return keys.reduce((path, key) => (/^\d+$/.test(key) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`), "");
}
