/**
 * Numbers that look alike and mean different things. The compiler refuses one where it expects another; a plain number
 * fits everywhere, so literals and parsed JSON need no conversion, and nothing of this exists at run time.
 */
type NumberOf<Meaning extends string> = number & { readonly meaning?: Meaning };

/** Stable number of a cell, never reused. */
export type CellNumber = NumberOf<"cell">;
/** Slot of a tenant, 0 to 65,535. */
export type Slot = NumberOf<"slot">;
/** Revision of the base table. */
export type BaseRevision = NumberOf<"base revision">;
/** Revision of the overlay: another sequence than the base's. */
export type OverlayRevision = NumberOf<"overlay revision">;
/** Ownership epoch of a tenant, raised by each move. */
export type Epoch = NumberOf<"epoch">;
