import { emptyRegister, type Register } from "../register/register";
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
}

/** Nothing but what the stack itself shows. */
export const nothingKnown: Known = { cells: [], domains: [], register: emptyRegister, now: new Date(0) };
