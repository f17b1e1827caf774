/** The routing core: pure, no I/O, no package. See `docs/routing-table.md`. */
export * from "../contract/numbers";
export type { CellState } from "../contract/cells";
export * from "./table";
export { makeRoutes, type Routes } from "./routes";
export { deal, movedSlots, slotCount, type Owners } from "./slots/deal";
export { ownersOf } from "./slots/pack";
export { canBeHome, localitiesKey } from "./homes";
export { rendezvousScore, standInScore } from "./stand-in";
export { slotOf } from "./algorithms/slots";
export { decodeBinary, encodeBinary } from "./binary";
export { canonicalJson, digestOf, encodeTable, sealTable } from "./seal";
export { decodeTable, decodeTableText, type Decoded, type DecodeOptions } from "./decode";
export { decodePublishedOverlay, decodePublishedTable, longestObject } from "./published";
export { firstMistake, formatMistakes, type Mistake } from "./check";
export {
  applyOverlay,
  conditionsOf,
  decodeOverlayText,
  effectiveVersion,
  encodeOverlay,
  overlaySchema,
  type Overlay,
  type OverlayAllowance,
  type OverlayCell,
  type OverlayDecoded,
} from "./overlay";
export { signedMessage, type SignedKind, type TableKind } from "./signed";
export { decide, type Conditions, type Decision, type Question, type Refused, type Routed, type Stage } from "./decide";
export { accept, begin, refusalToReplace, windowMs, type Acceptance, type Accepted } from "./accept";
export { residencyChanges, unlistedCountry, type ResidencyChange } from "./residency";
export { makeRouter, type CandidateSet, type HomesFront, type Router, type RouterOptions } from "./router";
export { noPins, PinCollision, Pins, pinsOf, type PackedPins } from "./pins";
export { checkArrival, type Arrival, type OwnerRow } from "./arrival";
export {
  correctionBody,
  decideCorrected,
  decodeCorrection,
  epochOf,
  type Correction,
  type SignedCorrection,
} from "./correction";
export { algorithms } from "./algorithms";
export type { Algorithm, Member, Placement } from "./algorithm";
