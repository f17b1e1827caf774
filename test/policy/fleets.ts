import { builtInJurisdictions } from "../../catalog/countries";
import { parseCatalog } from "../../catalog/load";
import type { Catalog } from "../../catalog/model";
import type { OwnSizes } from "../../catalog/sizes";

/** A fleet in one region, and whatever a test says of each cell and of size classes. */
export function fleet(cells: readonly object[], revision = 1, sizes: OwnSizes = {}): Catalog {
  return parseCatalog(
    JSON.stringify({
      environment: "dev",
      revision,
      domain: "dev.cells.example.com",
      localities: { EU: ["eu-west-1"] },
      residency: {
        jurisdictions: Object.fromEntries(Object.keys(builtInJurisdictions).map((name) => [name, ["EU"]])),
      },
      routers: ["eu-west-1"],
      sizes,
      defaults: {
        sizeClass: "dev",
        weight: 1,
        tier: "standard",
        capacity: { tenants: 10, requestsPerSecond: 5 },
        release: "6.9.2",
        state: "active",
      },
      cells: cells.map((cell, number) => ({ number, locality: "EU", region: "eu-west-1", ...cell })),
    }),
    "a fleet",
  );
}
