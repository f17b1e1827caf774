import type { Graph } from "../core/graph";
import type { Resource } from "../core/resource";
import { undecided, violation, type Rule, type Verdict } from "../core/rule";
import { ownTag } from "../core/tags";
import { longestWindow, windowOf } from "../register/acceptance";
import { isOpen } from "../register/register";

const key = "aws:kms/key:Key";
/** The tag by which everything of a move is told. */
const path = "tags.purpose";

interface Part {
  readonly resource: Resource;
  readonly cell: string;
}

/** Whether a part of a move's channel is one of its two cells', while its window is open. */
function allowed(graph: Graph, purpose: string, { resource, cell }: Part): readonly Verdict[] {
  const { register, now } = graph.known;
  const said = (message: string): readonly Verdict[] => [violation(resource, path, message, { evidence: "register" })];
  const move = register.transfers.find((one) => one.purpose === purpose);
  if (move === undefined) return said("no move of this purpose is agreed");
  if (cell !== move.from && cell !== move.to) return said("the move is one of two other cells");
  const hours = windowOf(move);
  if (hours <= 0 || hours > longestWindow) return said("the move's window is no window");
  return isOpen(move, now) ? [] : said("the move's window is not open");
}

/** A channel has a key of its own, and what of it is encrypted uses no other. */
function keyed(parts: readonly Part[]): readonly Verdict[] {
  const keys = new Set(parts.map(({ resource }) => resource).filter(({ type }) => type === key));
  const rest = parts.filter(({ resource }) => resource.type !== key);
  const foreign = rest.flatMap(({ resource }) =>
    Object.entries(resource.propertyDependencies).flatMap(([input, sources]) =>
      sources.some((source) => source.type === key && !keys.has(source))
        ? [violation(resource, input, "the move's channel uses a key that is not its own", { evidence: "edge" })]
        : [],
    ),
  );
  const [first] = rest;
  const isKeyless = first !== undefined && keys.size === 0 && foreign.length === 0;
  return isKeyless
    ? [violation(first.resource, path, "the move has no key of its own", { evidence: "presence" })]
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
    if (purpose.state === "unknown") return [undecided(resource, path, "what it is for is not known yet")];
    const text = String(purpose.value);
    if (!agreed.has(text) && !/^transfer(?:\b|_)/i.test(text)) return [];
    moves.set(text, [...(moves.get(text) ?? []), { resource, cell }]);
    return allowed(graph, text, { resource, cell });
  });
  return [...verdicts, ...[...moves.values()].flatMap(keyed)];
}

/** Moves of tenants. */
export const transfers: Rule = {
  id: "ISO-19",
  severity: "high",
  title: "Cells meet for a move only, and only while it lasts",
  blocks: `a channel of a tenant's move (tag purpose) outside its window in policy/register.yaml, of another pair of cells, longer than ${longestWindow} hours, or without a key of its own`,
  fix: "agree the move under transfers, with two cells and a window; remove the channel when it is over",
  origin: "pattern: cell rebalancing; anti-pattern: leaky cells",
  stack: judged,
};
