import type { Catalog } from "../../catalog/model";
import type { Quotas } from "../quotas/quotas";
import { emptyRegister, type Register } from "../register/register";
import type { Settings } from "../settings/settings";
import type { Elsewhere } from "./elsewhere";
import type { CellPrint } from "./fingerprints";

/** What rules can use besides the resources: the catalog's cells, the register of what may be shared, the date. */
export interface Known {
  readonly cells: readonly CellPrint[];
  /** Parent domains of the cells' public zones. */
  readonly domains: readonly string[];
  /** Cells of other stacks, as exported from those stacks. */
  readonly elsewhere?: readonly Elsewhere[];
  readonly register: Register;
  readonly now: Date;
  /** The stack's catalog, if there is one, and its path as findings show it. */
  readonly catalog?: { readonly source: string; readonly model: Catalog };
  /** Settings of rules; defaults when left out. */
  readonly settings?: Settings;
  /** AWS quotas; without them nothing is counted. */
  readonly quotas?: Quotas;
}

/** No facts besides the stack's own resources. */
export const nothingKnown: Known = { cells: [], domains: [], register: emptyRegister, now: new Date(0) };
