import type { CatalogChange, ChangeVerdict } from "./change";
import type { CellState } from "../../contract/cells";
import type { Cell } from "../model";

/** True for a cell that may hold tenants' data: it has been opened and is not marked as empty. */
export function mayHoldTenants({ state }: { readonly state: string }): boolean {
  return state !== "provisioning" && state !== "disabled";
}

/** What entering a state means, except for the pairs of states below. */
const entering: Readonly<Record<CellState, readonly [kind: string, verdict: ChangeVerdict, message: string]>> = {
  provisioning: [
    "state",
    "forbidden",
    "an opened cell cannot return to provisioning: its tenants would lose their home; write draining or disabled",
  ],
  canary: ["opened", "allowed", "the cell takes tenants, and gets releases first"],
  active: ["opened", "allowed", "the cell takes tenants"],
  draining: ["drained", "allowed", "the cell keeps its tenants and takes no new ones"],
  disabled: ["disabled", "warning", "the cell's tenants are served by other cells of their candidate set, or refused"],
  quarantined: [
    "quarantined",
    "warning",
    "the cell's tenants are served by other cells of their candidate set, or refused",
  ],
};

/** A change of state, if there is one. */
export function compareState(old: Cell, cell: Cell): readonly CatalogChange[] {
  if (old.state === cell.state) return [];
  const [kind, verdict, message] = entering[cell.state];
  const base = { kind, cell: old.id, from: old.state, to: cell.state };
  if (old.state === "provisioning" && cell.state !== "canary" && cell.state !== "active") {
    return [{ ...base, verdict: "allowed", message: "the cell was never open" }];
  }
  if (cell.state === "disabled" && (old.state === "active" || old.state === "canary")) {
    return [{ ...base, verdict, message: `${message}: it was not drained first` }];
  }
  return [{ ...base, verdict, message }];
}
