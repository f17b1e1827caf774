/**
 * Compares two exports of the same environment, one with the local providers and one with Pulumi's official ones:
 * `node --import tsx local/providers/compare.ts LOCAL.json OFFICIAL.json` prints a Markdown table, one row a type that
 * differs.
 */
import { readFileSync } from "node:fs";

import { equal, type Properties } from "./properties";

/** The members of `pulumi stack export` that are read. */
export interface ExportedState {
  readonly deployment: {
    readonly resources?: readonly { readonly urn: string; readonly type: string; readonly outputs?: Properties }[];
  };
}

/** How the resources of one type differ. */
export interface TypeDifference {
  readonly type: string;
  /** Number of resources in each state. */
  readonly local: number;
  readonly official: number;
  /** Output properties that differ in at least one resource that both states have. */
  readonly onlyLocal: readonly string[];
  readonly onlyOfficial: readonly string[];
  readonly changed: readonly string[];
}

/** Differences by type, in alphabetical order; a type without any is left out. */
export function compareStates(local: ExportedState, official: ExportedState): readonly TypeDifference[] {
  const [ours, theirs] = [resourcesOf(local), resourcesOf(official)];
  const types = new Set([...ours.values(), ...theirs.values()].map(({ type }) => type));
  return [...types].sort().flatMap((type) => {
    const [left, right] = [ours, theirs].map((all) => [...all.values()].filter((one) => one.type === type));
    const found = { onlyLocal: new Set<string>(), onlyOfficial: new Set<string>(), changed: new Set<string>() };
    for (const { urn, outputs: had } of left!) {
      const has = theirs.get(urn)?.outputs;
      if (has === undefined) continue;
      for (const key of new Set([...Object.keys(had), ...Object.keys(has)])) {
        if (key.startsWith("__") || equal(generalised(had[key]), generalised(has[key]))) continue;
        found[isAbsent(has[key]) ? "onlyLocal" : isAbsent(had[key]) ? "onlyOfficial" : "changed"].add(key);
      }
    }
    const [onlyLocal, onlyOfficial, changed] = [found.onlyLocal, found.onlyOfficial, found.changed].map((keys) =>
      [...keys].sort(),
    );
    const isSame = left!.length === right!.length && [onlyLocal, onlyOfficial, changed].every((keys) => !keys!.length);
    if (isSame) return [];
    return [
      {
        type,
        local: left!.length,
        official: right!.length,
        onlyLocal: onlyLocal!,
        onlyOfficial: onlyOfficial!,
        changed: changed!,
      },
    ];
  });
}

/** The differences as a Markdown table. */
export function toMarkdown(differences: readonly TypeDifference[]): string {
  if (differences.length === 0) return "The local and the official providers agree on every type.\n";
  const list = (keys: readonly string[]): string => keys.map((key) => `\`${key}\``).join(", ");
  const rows = differences.map(
    ({ type, local, official, onlyLocal, onlyOfficial, changed }) =>
      `| \`${type}\` | ${local} | ${official} | ${list(onlyLocal)} | ${list(onlyOfficial)} | ${list(changed)} |`,
  );
  return [
    "| type | local | official | outputs of local only | outputs of official only | other value |",
    "|---|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly outputs: Properties;
}

function resourcesOf({ deployment }: ExportedState): ReadonlyMap<string, Resource> {
  const all = (deployment.resources ?? []).map(({ urn, type, outputs = {} }) => ({ urn, type, outputs }));
  return new Map(all.map((resource) => [resource.urn, resource]));
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

/** A value without AWS's assigned parts: ids, times; a secret is compared as a secret, not by its cipher. */
function generalised(value: unknown): unknown {
  if (typeof value === "string") {
    return value.replace(/[0-9a-f]{8,}|\bZ[0-9A-Z]{10,}\b|\d{4}-\d\d-\d\dT[\d:.]+Z?/g, "#");
  }
  if (Array.isArray(value)) return value.map(generalised);
  if (typeof value !== "object" || value === null) return value;
  if ("ciphertext" in value) return "secret";
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, generalised(inner)]));
}

if (require.main === module) {
  const [local, official] = process.argv
    .slice(2)
    .map((file) => JSON.parse(readFileSync(file, "utf8")) as ExportedState);
  if (local === undefined || official === undefined) throw new Error("name two exported states");
  process.stdout.write(toMarkdown(compareStates(local, official)));
}
