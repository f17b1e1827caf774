import { existsSync, readFileSync, writeFileSync } from "node:fs";

import { slotCount } from "../routing/slots/deal";
import { unpackIndexes } from "../routing/slots/pack";
import type { Deal } from "../routing/table";
import { CatalogError } from "./issues";
import type { RememberedDeals } from "./model";

/** Where the deals of a catalog are remembered: beside it, `dev.deals.json` for `dev.yaml`. */
export function dealsFile(catalogFile: string): string {
  return catalogFile.replace(/(\.ya?ml)?$/, ".deals.json");
}

/** The text of the remembered deals of a catalog; undefined when there is no file. */
export function readDeals(catalogFile: string): string | undefined {
  const file = dealsFile(catalogFile);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/**
 * Checks the text of remembered deals.
 *
 * @throws CatalogError when it cannot be used: dealing from nothing instead would move tenants.
 */
export function parseDeals(text: string, file: string): RememberedDeals {
  const broken = (message: string): CatalogError =>
    new CatalogError(file, [{ path: "", line: 1, value: undefined, message }]);
  const advice = "take the file from version control again, or from `pulumi stack output routingTable --json`";
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw broken(`it is not JSON; ${advice}`);
  }
  if (!Array.isArray(value)) throw broken(`it is not a list of deals; ${advice}`);
  const wrong = value.findIndex((each) => !isDeal(each));
  if (wrong >= 0) throw broken(`deal ${wrong} is not ${slotCount} slots of some cells; ${advice}`);
  return value as Deal[];
}

/** Remembers the deals of a table, one a line. */
export function writeDeals(catalogFile: string, deals: RememberedDeals): string {
  const file = dealsFile(catalogFile);
  writeFileSync(file, `[\n${deals.map((each) => JSON.stringify(each)).join(",\n")}\n]\n`);
  return file;
}

function isDeal(value: unknown): value is Deal {
  if (typeof value !== "object" || value === null) return false;
  const { localities, cells, slots } = value as Record<string, unknown>;
  const texts = Array.isArray(localities) && localities.every((each) => typeof each === "string");
  const numbers = Array.isArray(cells) && cells.length > 0 && cells.every((each) => Number.isInteger(each));
  return texts && numbers && typeof slots === "string" && unpackIndexes(slots, cells.length) !== undefined;
}
