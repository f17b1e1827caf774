import { emptyRegister, type Register } from "../register/register";
import type { CellPrint } from "./fingerprints";

/** What is known besides the resources: the catalog's cells (K1), the register of what may be shared, the day. */
export interface Known {
  readonly cells: readonly CellPrint[];
  /** Parent domains of the cells' public zones. */
  readonly domains: readonly string[];
  readonly register: Register;
  readonly now: Date;
}

/** Nothing but what the stack itself shows. */
export const nothingKnown: Known = { cells: [], domains: [], register: emptyRegister, now: new Date(0) };
