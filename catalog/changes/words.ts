import type { Breach } from "../constraints/words";
import type { Inputs } from "../replacement/exceptions";

/** A resource before and after a change of its cell; one of the two is absent for a new one and for one that goes. */
export interface Change {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** Inputs as the last update left them. */
  readonly before?: Inputs;
  readonly after?: Inputs;
  /** What the cloud reported at that time, where it is known. */
  readonly reported?: Inputs;
  /** Whether a replacement deletes first, where the program decides it and not the provider. */
  readonly deletesFirst?: boolean;
}

/** A resource that exists and stays. */
export type Edit = Change & Required<Pick<Change, "before" | "after">>;

/** What parts of a cell keep in an update, because AWS takes the change only after the rest of it. */
export interface HeldParts {
  /** Version of the primary database. */
  readonly postgres?: string;
}

/** {@link HeldParts} by the id of the cell. */
export type Held = Readonly<Record<string, HeldParts>>;

/** A breach as a check returns it. */
export interface ChangeBreach extends Breach {
  /** An update that keeps these is legal, and the one after it can change them. Absent: the change is never legal. */
  readonly hold?: HeldParts;
}

/** One thing that AWS demands of a change, where the result alone is legal. */
export interface ChangeRule {
  /** `RDS-C1`. Stable. */
  readonly id: string;
  /** Pulumi token of the resource that changes. */
  readonly type: string;
  /** The rule in a sentence. */
  readonly rule: string;
  /** AWS's page that states it. */
  readonly source: string;
  /** @param all every resource of the cells, changed or not. */
  readonly check: (edit: Edit, all: readonly Change[]) => readonly ChangeBreach[];
}

/** True for a resource that exists before and after. */
export function isEdit(change: Change): change is Edit {
  return change.before !== undefined && change.after !== undefined;
}
