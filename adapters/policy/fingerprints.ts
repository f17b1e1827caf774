import { knownOfFile } from "../../policy/front/known";
import { fingerprintsOfState, parseState } from "../../policy/front/state";
import { inputName, readInput } from "../files/input";

/**
 * The identifiers of an exported stack's cells, as JSON for `CELLS_FINGERPRINTS` of other stacks.
 *
 * @param state path of the output of `pulumi stack export`, or `-` for standard input.
 * @param catalog the stack's catalog, which has numbers, accounts and zones.
 * @throws UserError, StateError, CatalogError for files that cannot be used.
 */
export async function exportFingerprints(state: string, catalog: string, now: Date = new Date()): Promise<string> {
  return JSON.stringify(
    fingerprintsOfState(parseState(await readInput(state), inputName(state)), knownOfFile(catalog, now)),
    null,
    2,
  );
}
