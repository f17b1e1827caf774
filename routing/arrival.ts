import type { Epoch } from "../contract/numbers";
import { RouterHeader } from "../contract/router";
import { decodeCorrection } from "./correction";

/**
 * A cell's row about a tenant, in the cell's own database. No row: the tenant was never here.
 *
 * - `open`: the tenant's home is here.
 * - `frozen`: a move has begun; writes have stopped.
 * - `moved`: the home is elsewhere.
 * - `stand-in`: the operator permits this cell to serve the tenant while its home is down.
 */
export interface OwnerRow {
  /** Number of the tenant's homes up to this one; 0 for the first. */
  readonly epoch: Epoch;
  readonly state: "open" | "frozen" | "moved" | "stand-in";
  /** Only when moved: where to, signed (`correction.ts`). */
  readonly correction?: string | null;
}

/** What a cell must do with a request that reached it. */
export type Arrival =
  | { readonly serve: true; readonly as: "owner" | "stand-in" }
  /**
   * 421 Misdirected Request: the tenant is not here, and the client asks the router again. 503: this cell cannot decide
   * yet. The headers belong into the answer.
   */
  | { readonly serve: false; readonly status: 421 | 503; readonly headers: Readonly<Record<string, string>> };

/** Seconds after which a client may ask again: a move's last step, and a poll of the router, take about this long. */
const waitSeconds = 1;

/**
 * The check that every cell must make for every request, besides the token's signature: is the tenant's home here? A
 * valid token names the tenant, not its cell: without this check it opens every cell, and after a move a router with an
 * old table still writes to the old cell. A cell decides from what it owns and never reads a routing table.
 *
 * @param row of the tenant of the verified token, read in the request's transaction: `docs/router.md` has the SQL.
 * @param request headers `x-routing-epoch` and `x-routing-stand-in`, if the client sends them. Both are claims: they can
 * make this cell refuse or wait, and never make it serve.
 */
export function checkArrival(
  row: OwnerRow | undefined,
  request: { readonly epoch?: string | undefined; readonly standIn?: string | undefined } = {},
): Arrival {
  const epoch = /^\d{1,15}$/.test(request.epoch ?? "") ? Number(request.epoch) : 0;
  switch (row?.state) {
    case "open":
    case "stand-in":
      // A higher epoch: the sender has a newer home than this row.
      return row.epoch >= epoch ? { serve: true, as: row.state === "open" ? "owner" : "stand-in" } : wait;
    case "moved": {
      const text = row.correction ?? "";
      // A sender that is as new: the tenant has moved back, and this cell does not have it yet.
      return (decodeCorrection(text)?.epoch ?? 0) > epoch ? misdirected({ [RouterHeader.correction]: text }) : wait;
    }
    case undefined:
      // The sender is newer, or sent the request here because the home is down: another answer would not help.
      return epoch > 0 || request.standIn !== undefined ? wait : misdirected({});
    default:
      return wait;
  }
}

const wait: Arrival = {
  serve: false,
  status: 503,
  headers: { "retry-after": String(waitSeconds), [RouterHeader.arrival]: "wait" },
};

function misdirected(more: Readonly<Record<string, string>>): Arrival {
  return { serve: false, status: 421, headers: { [RouterHeader.arrival]: "misdirected", ...more } };
}
