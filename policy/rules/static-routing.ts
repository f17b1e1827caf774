import { z } from "zod";

import type { Graph } from "../core/graph";
import type { Resource } from "../core/resource";
import { configured, undecided, verdict, violation, type Rule, type Verdict } from "../core/rule";
import { property, read } from "../core/value";
import { words } from "../literals/names";
import { lambda, ofRouters, ownRouter } from "./router-parts";

const group = /^(?:cells?|shards?|partitions?)$/;
const number = /^(?:count|counts|total|num|number|numbers|n|amount|size|max)$/;
const tenants = /^(?:tenants?|customers?|clients?|accounts?|users?|assignments?|mapping|mappings|homes?)$/;
/** Words in the name of a variable with the table's location. */
const source = /^(?:table|tables|snapshot|snapshots|routes|bucket|appconfig|parameter|configuration)$/;

/** True for `TOTAL_CELLS`, `CELL_COUNT`, `NUM_SHARDS`, `CELLS`; not for `CELL_NUMBER`, which identifies a cell. */
function isCount(name: string): boolean {
  const all = words(name);
  const groups = all.filter((word) => group.test(word));
  if (groups.length === 0) return false;
  const isPlural = groups.some((word) => word.endsWith("s"));
  if (all.length === 1) return isPlural;
  return all.some((word) => number.test(word) && (isPlural || !/^(?:number|n|size|max)$/.test(word)));
}

/** Pairs of a map written as JSON or as `a=1,b=2`; undefined for another text. */
function pairsOf(text: string): readonly (readonly [key: string, value: string])[] | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value !== "object" || value === null) return undefined;
    const flat = Array.isArray(value)
      ? value.flatMap((one) => (typeof one === "object" && one !== null ? [Object.values(one)] : []))
      : Object.entries(value);
    return flat.map(([key, one]) => [String(key), typeof one === "object" ? "" : String(one)]);
  } catch {
    const parts = text
      .split(/[,;\n]+/)
      .map((part) => part.trim())
      .filter((part) => part !== "");
    const pairs = parts.map((part) => /^([\w@. -]+)\s*[=:]\s*([\w.-]+)$/.exec(part));
    return pairs.length > 0 && pairs.every((pair) => pair !== null)
      ? pairs.map((pair) => [pair![1]!, pair![2]!])
      : undefined;
  }
}

/** True for a map from other keys to cells: a fixed list of the tenants' cells. */
function isTenantMap(graph: Graph, name: string, text: string): boolean {
  const pairs = pairsOf(text) ?? [];
  if (pairs.length === 0) return false;
  const { prints } = graph;
  const toCells = pairs.every(([key, value]) => prints.cellsIn(key).length === 0 && prints.cellsIn(value).length > 0);
  const isNamed = words(name).some((word) => tenants.test(word));
  return (
    toCells || (isNamed && pairs.every(([, value]) => /^\d{1,5}$/.test(value) || prints.cellsIn(value).length > 0))
  );
}

function judged(graph: Graph, resource: Resource, requiredEnv: readonly string[]): readonly Verdict[] {
  const path = "environment.variables";
  const bag = read(resource.props, path);
  const at = "environment";
  if (bag.state === "unknown" || (bag.state === "absent" && (resource.propertyDependencies[at]?.length ?? 0) > 0)) {
    return [undecided(resource, path, "the router's environment is not known yet")];
  }
  const variables = bag.state === "known" && typeof bag.value === "object" && bag.value !== null ? bag.value : {};
  const names = Object.keys(variables);
  const fixed = names.flatMap((name): readonly Verdict[] => {
    const here = `${path}.${name}`;
    const found = property(variables, name);
    if (found.state === "unknown") {
      return isCount(name) || words(name).some((word) => tenants.test(word))
        ? [undecided(resource, here, "its value is not known yet")]
        : [];
    }
    const text = found.state === "known" ? String(found.value).trim() : "";
    if (isCount(name) && /^\d+$/.test(text)) {
      return [
        violation(resource, here, "the number of cells is fixed at deployment", {
          evidence: "env:count",
        }),
      ];
    }
    return isTenantMap(graph, name, text)
      ? [violation(resource, here, "the tenants' cells are fixed at deployment", { evidence: "env:map" })]
      : [];
  });
  const missing = requiredEnv
    .filter((name) => !names.includes(name))
    .map((name) =>
      violation(resource, `${path}.${name}`, "the variable with the table's location is missing", {
        evidence: "env",
      }),
    );
  return [...fixed, ...missing, ...(requiredEnv.length > 0 ? [] : sourceless(graph, resource, names))];
}

/** A router without its table's location: a violation if its own deployment contains a table, else a note. */
function sourceless(graph: Graph, resource: Resource, names: readonly string[]): readonly Verdict[] {
  if (names.some((name) => words(name).some((word) => source.test(word)))) return [];
  const path = "environment.variables";
  const router = ownRouter(resource);
  const tables = ofRouters(graph, "aws:s3/bucketObjectv2:BucketObjectv2").filter((one) => ownRouter(one) === router);
  if (tables.length > 0)
    return [violation(resource, path, "no variable contains the table's location", { evidence: "env" })];
  return [
    verdict("advisory", resource, path, "no variable says where this router reads its table", { evidence: "env" }),
  ];
}

/** Routing tables. */
export const dynamicMap: Rule = configured(
  z.strictObject({
    requiredEnv: z
      .array(z.string().regex(/^\w{1,64}$/))
      .default([])
      .describe(
        "Variables with the table's location. By default, one whose name mentions a table or its bucket is enough.",
      ),
  }),
  {
    id: "RTR-03",
    severity: "high",
    title: "Routers read the map of cells at run time",
    blocks:
      "a router with a fixed number of cells or a fixed map of tenants in its environment, or without its table's location; the content of its zip is not checked",
    fix: "give the router the location of the routing table; it reads new versions without a deployment",
    origin: "cell anti-pattern: static routing",
    stack: (graph, { requiredEnv }) =>
      ofRouters(graph, lambda).flatMap((resource) => judged(graph, resource, requiredEnv)),
  },
);
