import type { TableCell } from "./table";

/** Whether hashing may choose the cell as a home: it exists for tenants, and wants some. */
export function canBeHome({ state, weight }: Pick<TableCell, "state" | "weight">): boolean {
  return state !== "provisioning" && weight > 0;
}

/** Name of a set of localities, whatever their order. Names of localities hold no comma. */
export function localitiesKey(localities: readonly string[]): string {
  return [...new Set(localities)].sort().join(",");
}
