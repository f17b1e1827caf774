import type { Deal, TableCell } from "./table";

/** Whether hashing may choose the cell as a home. */
export function canBeHome({ state, weight }: Pick<TableCell, "state" | "weight">): boolean {
  return state !== "provisioning" && weight > 0;
}

/** Key of a set of localities, independent of their order. Names of localities contain no comma. */
export function localitiesKey(localities: readonly string[]): string {
  return [...new Set(localities)].sort().join(",");
}

/** The deal for a set of localities, if there is one. */
export function dealFor(deals: readonly Deal[] | undefined, localities: readonly string[]): Deal | undefined {
  const key = localitiesKey(localities);
  return deals?.find((deal) => localitiesKey(deal.localities) === key);
}
