import { sealTable } from "../routing/seal";
import type { RoutingTable, RoutingTableContent } from "../routing/table";
import type { Catalog } from "./model";

/** The table from the catalog alone. The control plane's overlay is applied to it. */
export type BaseRoutingTable = RoutingTable;

/**
 * What routers need of a catalog, and nothing else: a change of sizes, releases or zones leaves it as it is.
 * Pins are the control plane's: the base table has none.
 */
export function baseRoutingTable(catalog: Catalog): BaseRoutingTable {
  let table = tables.get(catalog);
  // Dealing 200 cells takes seconds, and a check plans the routers once for each batch of cells.
  if (table === undefined)
    tables.set(catalog, (table = sealTable(catalog.revision, contentOf(catalog), catalog.deals)));
  return table;
}

const tables = new WeakMap<Catalog, BaseRoutingTable>();

/**
 * The table of an environment that has not been checked yet: every cell is listed as `provisioning`, so routers serve no
 * traffic. Its revision is one lower, so that routers accept the table that opens the environment as newer.
 */
export function closedRoutingTable(catalog: Catalog): BaseRoutingTable {
  const { approvals = [], ...content } = contentOf(catalog);
  const cells = content.cells.map((cell) => ({ ...cell, state: "provisioning" as const }));
  // Those of the catalog's own revision are for the table that opens.
  const earlier = approvals.filter(({ revision }) => revision < catalog.revision);
  return sealTable(catalog.revision - 1, {
    ...content,
    cells,
    ...(earlier.length === 0 ? {} : { approvals: earlier }),
  });
}

function contentOf(catalog: Catalog): RoutingTableContent {
  const { jurisdictions, countries, defaultJurisdiction, approvals } = catalog.residency;
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
    ...(approvals === undefined ? {} : { approvals }),
    pins: {},
  };
}
