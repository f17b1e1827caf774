import type { Catalog } from "../../catalog/model";
import type { Quotas } from "../quotas/quotas";
import { emptyRegister, type Register } from "../register/register";
import type { Settings } from "../settings/settings";
import type { Elsewhere } from "./elsewhere";
import type { CellPrint } from "./fingerprints";

/** What is known besides the resources: the catalog's cells (K1), the register of what may be shared, the day. */
export interface Known {
  readonly cells: readonly CellPrint[];
  /** Parent domains of the cells' public zones. */
  readonly domains: readonly string[];
  /** Cells of other stacks (K3), as their own runs exported them. */
  readonly elsewhere?: readonly Elsewhere[];
  readonly register: Register;
  readonly now: Date;
  /** The catalog that the stack is made from, where there is one, and the path by which findings name it. */
  readonly catalog?: { readonly source: string; readonly model: Catalog };
  /** What rules are told; their defaults when left out. */
  readonly settings?: Settings;
  /** AWS's quotas; without them nothing is counted. */
  readonly quotas?: Quotas;
}

/** Nothing but what the stack itself shows. */
export const nothingKnown: Known = { cells: [], domains: [], register: emptyRegister, now: new Date(0) };
