import type { ResidencyApproval, RoutingTable } from "./table";
import { localitiesKey } from "./homes";

/** Stands for all countries that a table does not list, and for requests without one: Unicode's code of no country. */
export const unlistedCountry = "ZZ";

/** Countries whose tenants may be served from localities where they might not be served before. */
export interface ResidencyChange {
  /** Sorted; {@link unlistedCountry} among them where it applies. */
  readonly countries: readonly string[];
  /** Their jurisdiction before; undefined: they were refused. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** The localities that are new to them, sorted. */
  readonly localities: readonly string[];
  /** Whether the new table approves it for this step. */
  readonly approved: boolean;
}

/**
 * What a step does to residency. It compares what a country's tenants may get, not what they get now: after a jurisdiction
 * is widened, the next failure or deal can send them to the new locality without another change of residency. A cell
 * counts as in its former localities too: those of the cell that had its number or its endpoint, and those of its region
 * when the region was not in its locality. So a new label on a cell is no way around this.
 */
export function residencyChanges(before: RoutingTable, after: RoutingTable): readonly ResidencyChange[] {
  const origins = originsOf(before, after);
  const approvals = (after.approvals ?? []).filter(
    ({ revision }) => revision > before.version.revision && revision <= after.version.revision,
  );
  const known = new Map<string, readonly string[]>();
  const changes = new Map<string, { -readonly [Key in keyof ResidencyChange]: ResidencyChange[Key] }>();
  for (const country of countriesOf(before, after)) {
    const [from, to] = [jurisdictionOf(before, country), jurisdictionOf(after, country)];
    const [old, next] = [localitiesOf(before, from), localitiesOf(after, to)];
    const sets = `${localitiesKey(old)}|${localitiesKey(next)}`;
    const localities =
      known.get(sets) ??
      [...new Set(next.flatMap((each) => [each, ...(origins.get(each) ?? [])]))]
        .filter((each) => !old.includes(each))
        .sort();
    known.set(sets, localities);
    if (localities.length === 0) continue;
    const covered = new Set(
      approvals.filter((each) => isFor(each, country, from, to)).flatMap((each) => each.localities),
    );
    const approved = localities.every((each) => covered.has(each));
    const key = JSON.stringify([from, to, localities, approved]);
    const change = changes.get(key) ?? { countries: [], from, to, localities, approved };
    changes.set(key, { ...change, countries: [...change.countries, country] });
  }
  return [...changes.values()];
}

/** A jurisdiction's approval is for its own countries, not for those that the same step adds to it. */
function isFor(
  approval: ResidencyApproval,
  country: string,
  from: string | undefined,
  to: string | undefined,
): boolean {
  if (approval.country !== undefined) return approval.country === country;
  return approval.jurisdiction === from && from === to;
}

/** All countries of two tables, sorted, with the one that stands for those that neither lists. */
export function countriesOf(before: RoutingTable, after: RoutingTable): readonly string[] {
  return [...new Set([...Object.keys(before.countries), ...Object.keys(after.countries), unlistedCountry])].sort();
}

export function jurisdictionOf(table: RoutingTable, country: string): string | undefined {
  return table.countries[country] ?? table.defaultJurisdiction;
}

export function localitiesOf(table: RoutingTable, jurisdiction: string | undefined): readonly string[] {
  return jurisdiction === undefined ? [] : (table.jurisdictions[jurisdiction]?.localities ?? []);
}

/** Where the cells of each locality were before, where that was another one. */
function originsOf(before: RoutingTable, after: RoutingTable): ReadonlyMap<string, ReadonlySet<string>> {
  const [numbers, endpoints] = [new Map<number, string>(), new Map<string, string>()];
  const regions = new Map<string, Set<string>>();
  for (const { number, endpoint, region, locality } of before.cells) {
    numbers.set(number, locality);
    endpoints.set(endpoint, locality);
    regions.set(region, (regions.get(region) ?? new Set()).add(locality));
  }
  const origins = new Map<string, Set<string>>();
  for (const { number, endpoint, region, locality } of after.cells) {
    const all = origins.get(locality) ?? new Set();
    for (const origin of [numbers.get(number), endpoints.get(endpoint)]) if (origin !== undefined) all.add(origin);
    const there = regions.get(region);
    if (there?.has(locality) === false) for (const origin of there) all.add(origin);
    origins.set(locality, all);
  }
  return origins;
}
