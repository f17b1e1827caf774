import type { Graph } from "../core/graph";
import { blockText } from "../literals/block";
import type { FingerprintFile } from "./elsewhere";
import { identityOf } from "./identities";

/** What identifies a stack's cells, for the policies of other stacks. */
export function fingerprintFile(graph: Graph, environment: string, now: Date): FingerprintFile {
  const { prints } = graph;
  const texts = new Map<string, Set<string>>();
  for (const resource of graph.resources) {
    const cell = graph.cell(resource);
    const identity = identityOf(resource);
    if (cell === undefined || resource.isRead === true || !identity.certain) continue;
    const known = texts.get(cell) ?? new Set();
    for (const text of identity.texts) known.add(text);
    texts.set(cell, known);
  }
  return {
    version: 1,
    environment,
    exportedAt: now.toISOString(),
    domains: [...graph.known.domains],
    cells: [...prints.cells]
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map(({ id, number, zones, blocks, account, region, partition }) => ({
        id,
        ...(number === undefined ? {} : { number }),
        zones: [...zones].sort(),
        blocks: [...new Set(blocks.map(blockText))].sort(),
        ...(account === undefined ? {} : { account }),
        ...(region === undefined ? {} : { region }),
        ...(partition === undefined ? {} : { partition }),
        texts: [...(texts.get(id) ?? [])].sort(),
      })),
  };
}
