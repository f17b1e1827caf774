import type { Graph } from "./graph";
import type { Resource } from "./resource";
import { undecided, violation, type Verdict } from "./rule";
import { read } from "./value";

/** What a property must be. */
export interface Expectation {
  readonly path: string;
  readonly allowed: readonly unknown[];
  /** What AWS does when the property is left out; `bad`: it counts as a violation. */
  readonly absent: "bad" | "good";
  readonly message: string;
}

/** Holds a property against an expectation. */
export function expectation(resource: Resource, { path, allowed, absent, message }: Expectation): readonly Verdict[] {
  const found = read(resource.props, path);
  if (found.state === "unknown") return [undecided(resource, path, "its value is not known yet")];
  if (found.state === "absent") return absent === "good" ? [] : [violation(resource, path, message)];
  return allowed.includes(found.value) ? [] : [violation(resource, path, message)];
}

/**
 * A cell's data is encrypted by the cell's own KMS key. Decided by what the property was computed from, which is known
 * when its value is not: own cell only is good, another cell is a leak, and a bare literal cannot be told.
 *
 * @param path property that holds the key; its first step is the input that Pulumi tracks.
 */
export function ownKey(graph: Graph, resource: Resource, path: string): readonly Verdict[] {
  const cell = graph.cell(resource);
  if (cell === undefined) return [];
  const found = read(resource.props, path);
  const sources = resource.propertyDependencies[path.split(".")[0] ?? path] ?? [];
  const strangers = sources.map((source) => graph.cell(source)).filter((id) => id !== undefined && id !== cell);
  if (strangers.length > 0) return [violation(resource, path, `it uses a key of ${strangers[0]}, not of ${cell}`)];
  if (sources.some((source) => graph.cell(source) === cell && source.type.startsWith("aws:kms/"))) return [];
  if (found.state === "absent" && sources.length === 0) {
    return [violation(resource, path, `no key is named, so AWS uses the account's, which ${cell} shares with others`)];
  }
  return [
    undecided(resource, path, "the key is not computed from a KMS key of this stack, so whose it is cannot be told"),
  ];
}
