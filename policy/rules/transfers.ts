import type { Graph } from "../core/graph";
import type { Resource } from "../core/resource";
import { undecided, violation, type Rule, type Verdict } from "../core/rule";
import { ownTag } from "../core/tags";
import { longestWindow, windowOf } from "../register/acceptance";
import { isOpen } from "../register/register";

const key = "aws:kms/key:Key";
/** The tag of all resources of a transfer. */
const path = "tags.purpose";

interface Part {
  readonly resource: Resource;
  readonly cell: string;
}

/** A part of a transfer's channel must belong to one of its two cells, and its window must be open. */
function allowed(graph: Graph, purpose: string, { resource, cell }: Part): readonly Verdict[] {
  const { register, now } = graph.known;
  const refused = (message: string): readonly Verdict[] => [
    violation(resource, path, message, { evidence: "register" }),
  ];
  const move = register.transfers.find((one) => one.purpose === purpose);
  if (move === undefined) return refused("policy/register.yaml has no transfer with this purpose");
  if (cell !== move.from && cell !== move.to) return refused("the transfer is between two other cells");
  const hours = windowOf(move);
  if (hours <= 0 || hours > longestWindow) return refused("the transfer's window is empty or too long");
  return isOpen(move, now) ? [] : refused("the transfer's window is not open");
}

/** A channel must have its own key, and its resources must use no other. */
function keyed(parts: readonly Part[]): readonly Verdict[] {
  const keys = new Set(parts.map(({ resource }) => resource).filter(({ type }) => type === key));
  const rest = parts.filter(({ resource }) => resource.type !== key);
  const foreign = rest.flatMap(({ resource }) =>
    Object.entries(resource.propertyDependencies).flatMap(([input, sources]) =>
      sources.some((source) => source.type === key && !keys.has(source))
        ? [violation(resource, input, "the transfer's channel uses a key that is not its own", { evidence: "edge" })]
        : [],
    ),
  );
  const [first] = rest;
  const isKeyless = first !== undefined && keys.size === 0 && foreign.length === 0;
  return isKeyless
    ? [violation(first.resource, path, "the transfer has no key of its own", { evidence: "presence" })]
    : foreign;
}

function judged(graph: Graph): readonly Verdict[] {
  const agreed = new Set(graph.known.register.transfers.map(({ purpose }) => purpose));
  const moves = new Map<string, Part[]>();
  const verdicts = graph.resources.flatMap((resource): readonly Verdict[] => {
    const cell = graph.cell(resource);
    if (cell === undefined || !resource.type.startsWith("aws:") || resource.isRead === true) return [];
    const purpose = ownTag(resource, "purpose");
    if (purpose.state === "absent") return [];
    if (purpose.state === "unknown") return [undecided(resource, path, "its purpose is not known yet")];
    const text = String(purpose.value);
    if (!agreed.has(text) && !/^transfer(?:\b|_)/i.test(text)) return [];
    moves.set(text, [...(moves.get(text) ?? []), { resource, cell }]);
    return allowed(graph, text, { resource, cell });
  });
  return [...verdicts, ...[...moves.values()].flatMap(keyed)];
}

/** Transfers of tenants. */
export const transfers: Rule = {
  id: "ISO-19",
  severity: "high",
  title: "Cells connect only for a transfer, and only during its window",
  blocks: `a channel of a tenant's transfer (tag purpose) outside its window in policy/register.yaml, between other cells than registered, longer than ${longestWindow} hours, or without a key of its own`,
  fix: "register the transfer under transfers, with two cells and a window; remove the channel afterwards",
  origin: "cell-based architecture: cell rebalancing; cell anti-pattern: leaky cells",
  stack: judged,
};
