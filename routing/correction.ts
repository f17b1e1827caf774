import type { CellNumber, Epoch } from "../contract/numbers";
import { decideIn, type Conditions, type Decision, type Question } from "./decide";
import type { Router } from "./router";
import { highestCellNumber } from "./table";

/** A tenant's newer home. The control plane signs it when it orders the move; the old cell sends it with a 421. */
export interface Correction {
  readonly tenant: string;
  readonly cell: CellNumber;
  readonly epoch: Epoch;
}

/** A correction as it was read: its signature is not checked yet. */
export interface SignedCorrection extends Correction {
  /** The text whose bytes are signed, with the kind `move`. */
  readonly body: string;
  /** `keyId:signature`. */
  readonly signature: string;
}

const pattern = /^(([a-z0-9-]{1,64}) (0|[1-9]\d{0,6}) ([1-9]\d{0,14})) ([\w-]{1,64}:[A-Za-z0-9+/]{86}==)$/;

/** The text whose bytes are signed: `acme 8 2`. */
export function correctionBody({ tenant, cell, epoch }: Correction): string {
  return `${tenant} ${cell} ${epoch}`;
}

/** Reads a correction, `acme 8 2 <key id>:<signature>`; undefined when it is anything else. */
export function decodeCorrection(text: string): SignedCorrection | undefined {
  const [, body, tenant, cell, epoch, signature] = pattern.exec(text) ?? [];
  if (body === undefined || Number(cell) > highestCellNumber) return undefined;
  return { tenant: tenant!, cell: Number(cell), epoch: Number(epoch), body, signature: signature! };
}

/** Epoch of the tenant's home in this table; 0 without a pin. */
export function epochOf(router: Router, tenant: string): Epoch {
  return router.pins.find(tenant)?.epoch ?? 0;
}

/**
 * The decision as if the table had the correction's home as a pin. Undefined when the correction is for another tenant,
 * not newer than the table, or outside the tenant's candidate set. The caller checks the signature.
 */
export function decideCorrected(
  router: Router,
  { tenant, country }: Question,
  conditions: Conditions,
  correction: Correction,
): Decision | undefined {
  const jurisdiction = router.jurisdiction(country);
  if (jurisdiction === undefined || correction.tenant !== tenant) return undefined;
  if (correction.epoch <= epochOf(router, tenant)) return undefined;
  const decision = decideIn(router, jurisdiction, tenant, conditions, undefined, correction);
  return decision.ok || decision.reason === "no-healthy-cell" ? decision : undefined;
}
