import { catalogOf, type CatalogTexts } from "../../catalog/load";
import type { Catalog, Cell } from "../../catalog/model";
import { CellNames } from "../../catalog/names";
import { CatalogSource } from "../../catalog/source";
import { blocksOf, zoneName, type CellPrint } from "./fingerprints";

/** Regions by locality, from the catalog's file. */
type Localities = Readonly<Record<string, readonly string[]>>;

/** What identifies a catalog's cells, before any of their resources exists. */
interface CatalogPrints {
  readonly cells: readonly CellPrint[];
  readonly domains: readonly string[];
}

/**
 * A catalog and the fingerprints of its cells.
 *
 * @throws CatalogError with every mistake of the catalog.
 */
export function printsOfTexts(texts: CatalogTexts, now: Date): CatalogPrints & { readonly model: Catalog } {
  const model = catalogOf(texts, { now });
  return { ...printsOfCatalog(model, localitiesOf(texts)), model };
}

/** @param localities where data may be; without them, the regions of the locality's own cells. */
export function printsOfCatalog(catalog: Catalog, localities: Localities = byCells(catalog)): CatalogPrints {
  return {
    cells: catalog.cells.map((cell) => print(cell, catalog, localities)),
    domains: [zoneName(catalog.domain)],
  };
}

function print(cell: Cell, { environment, domain }: Catalog, localities: Localities): CellPrint {
  const { id, number, region, partition, account } = cell;
  return {
    id,
    number,
    environment,
    zones: [new CellNames(environment, number).zone, zoneName(`cell-${number}.${domain}`)],
    blocks: blocksOf([cell.cidr]),
    ...(account === undefined ? {} : { account: account.id }),
    region,
    partition,
    allowedRegions: new Set([region, ...(localities[cell.locality] ?? [])]),
    production: cell.size.production,
  };
}

function byCells({ cells }: Catalog): Localities {
  const found: Record<string, string[]> = {};
  for (const { locality, region } of cells) found[locality] = [...(found[locality] ?? []), region];
  return found;
}

/** `catalogOf` has checked the text, so no check is needed here. */
function localitiesOf({ text }: CatalogTexts): Localities {
  const { localities } = new CatalogSource(text).value as { localities?: Localities };
  return localities ?? {};
}
