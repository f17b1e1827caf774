import { readFileSync } from "node:fs";
import { join } from "node:path";

import { loadCatalog } from "../../catalog/load";
import type { Catalog, Cell } from "../../catalog/model";
import { nothingKnown, type Known } from "../../policy/fingerprints/known";
import { parseQuotas } from "../../policy/quotas/quotas";
import { emptyRegister, type Register } from "../../policy/register/register";

const root = join(__dirname, "../..");

/** The day of every test. */
const today = new Date("2026-11-23T12:00:00Z");

/** The dev environment's catalog. */
export const model: Catalog = loadCatalog(join(root, "catalog/dev.yaml"), { now: today });

/** Eight cells, one of them changed. */
export function changed(number: number, change: Partial<Cell>): Catalog {
  return { ...model, cells: model.cells.map((cell) => (cell.number === number ? { ...cell, ...change } : cell)) };
}

export const quotas = parseQuotas(readFileSync(join(root, "policy/quotas.yaml"), "utf8"), "policy/quotas.yaml");

/** What a rule receives of a catalog. */
export function ofCatalog(catalog: Catalog): Known {
  return { ...nothingKnown, catalog: { source: "catalog/dev.yaml", model: catalog }, quotas, now: today };
}

/** What a rule receives of a register. */
export function ofRegister(register: Partial<Register>): Known {
  return { ...nothingKnown, register: { ...emptyRegister, ...register }, now: today };
}
