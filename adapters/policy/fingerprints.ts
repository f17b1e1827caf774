import { readFileSync } from "node:fs";

import { knownOfFile } from "../../policy/front/known";
import { fingerprintsOfState, parseState } from "../../policy/front/state";
import { UserError } from "../../contract/user-error";

/**
 * What the cells of an exported stack can be told by, as JSON for `CELLS_FINGERPRINTS` of other stacks.
 *
 * @param state path of the output of `pulumi stack export`, or `-` for standard input.
 * @param catalog the stack's catalog, which knows numbers, accounts and zones.
 * @throws UserError, StateError, CatalogError for files that cannot be used.
 */
export function exportFingerprints(state: string, catalog: string, now: Date = new Date()): string {
  let text: string;
  try {
    text = readFileSync(state === "-" ? 0 : state, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw new UserError(`there is no file ${state}`);
    throw error;
  }
  return JSON.stringify(fingerprintsOfState(parseState(text, state), knownOfFile(catalog, now)), null, 2);
}
