import { z } from "zod";

import type { Catalog, Cell, Jurisdiction } from "../../catalog/model";
import { configured, verdict, type Rule, type Verdict } from "../core/rule";

/** States of cells that serve traffic. */
const serving: ReadonlySet<string> = new Set(["canary", "active", "draining"]);

/** Cells where a jurisdiction's tenants may live. */
function candidates({ cells }: Catalog, { localities }: Jurisdiction): readonly Cell[] {
  return cells.filter(({ locality }) => localities.includes(locality));
}

function closed(catalog: Catalog, source: string, minCells: number): readonly Verdict[] {
  const said = (kind: "violation" | "advisory", path: string, message: string): Verdict =>
    verdict(kind, { urn: source }, path, message, { evidence: "catalog" });
  const { jurisdictions, defaultJurisdiction } = catalog.residency;
  const found = jurisdictions.flatMap((jurisdiction): readonly Verdict[] => {
    const path = `residency.jurisdictions.${jurisdiction.name}`;
    // An empty list refuses all tenants, so no fallback can leave the class.
    if (jurisdiction.localities.length === 0) return [];
    const all = candidates(catalog, jurisdiction);
    const left = all.filter(({ state }) => serving.has(state)).length;
    const partitions = new Set(all.map(({ partition }) => partition));
    if (left === 0) return [said("violation", path, "no cell that may hold these tenants serves traffic")];
    if (partitions.size > 1)
      return [said("violation", path, "its cells are in several partitions, so a fallback would leave the country")];
    if (left >= minCells) return [];
    return [
      said(
        "advisory",
        path,
        `${left === 1 ? "one cell serves" : `${left} cells serve`} these tenants: without a failover they get 503 when it fails`,
      ),
    ];
  });
  if (defaultJurisdiction === undefined) return found;
  const message = "requests without a known country are placed here; remove it to refuse them";
  return [...found, said("advisory", "residency.defaultJurisdiction", message)];
}

/** Fallbacks. */
export const fallback: Rule = configured(
  z.strictObject({
    minCells: z
      .int()
      .min(1)
      .max(10)
      .default(2)
      .describe("Cells that a residency class needs for a failover; fewer give a note and block nothing."),
  }),
  {
    id: "SOV-04",
    severity: "high",
    title: "A fallback stays in its residency class",
    blocks:
      "a jurisdiction with no serving cell, or with cells in several partitions; a single serving cell gives a note, because its tenants get 503 when it fails and never another class's cell",
    fix: "add a serving cell to a locality of the jurisdiction, keep each jurisdiction in one partition, or write refuse",
    origin: "cell-based architecture: compliance routing",
    catalog: ({ source, catalog }, { minCells }) => closed(catalog, source, minCells),
  },
);
