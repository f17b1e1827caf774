import { sealTable } from "../routing/seal";
import type { RoutingTable, RoutingTableContent } from "../routing/table";
import type { Catalog } from "./model";

/** The table as the catalog alone knows it: what the control plane's overlay is laid upon. */
export type BaseRoutingTable = RoutingTable;

/**
 * What routers need of a catalog, and nothing else: a change of sizes, releases or zones leaves it as it is.
 * Pins are the control plane's: the base table has none.
 */
export function baseRoutingTable(catalog: Catalog): BaseRoutingTable {
  return sealTable(catalog.revision, contentOf(catalog), catalog.deals);
}

function contentOf(catalog: Catalog): RoutingTableContent {
  const { jurisdictions, countries, defaultJurisdiction } = catalog.residency;
  return {
    environment: catalog.environment,
    algorithm: "slots",
    cells: catalog.cells.map(({ number, id, locality, region, partition, state, weight, tier, capacity }) => ({
      number,
      id,
      locality,
      region,
      partition,
      state,
      weight,
      tier,
      capacity,
      endpoint: `https://cell-${number}.${catalog.domain}`,
    })),
    jurisdictions: Object.fromEntries(jurisdictions.map(({ name, localities }) => [name, { localities }])),
    countries,
    ...(defaultJurisdiction === undefined ? {} : { defaultJurisdiction }),
    pins: {},
  };
}
