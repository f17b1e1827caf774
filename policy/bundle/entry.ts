import { UserError } from "../../contract/user-error";
import { policies } from "../front/crossguard";
import { knownOfTexts, type PackTexts, type StackTexts } from "../front/known";
import { judgeState, parseState } from "../front/state";
import { name, version } from "../package.json";
import { rules } from "../rules";

/** Written in by `build.ts`. */
declare const packTexts: PackTexts;

/** The SDK's server. `PolicyPack` would take the version from the package.json of the folder that the engine runs in. */
const { serve: serveSdk } = require("@pulumi/policy/server") as {
  readonly serve: (name: string, version: string, level: string, pack: object) => void;
};

/**
 * Serves the policies to the engine that started this process.
 *
 * @param digest of the bytes that run, and of the stack's files. It is part of the pack's version, which the engine writes
 *   into each of its events, so that the gate can compare it.
 */
export function serve(digest: string, stack: StackTexts): void {
  const known = knownOfTexts(packTexts, stack);
  serveSdk(name, `${version}+${digest}`, "mandatory", { policies: policies(rules, () => known) });
}

/** Findings in an exported state and undecided questions, or why it cannot be judged. */
export function verify(
  state: string,
  stack: StackTexts,
): { readonly findings: readonly { rule: string; urn: string; message: string }[] } | { readonly mistake: string } {
  try {
    const judged = judgeState(parseState(state, "the exported state"), knownOfTexts(packTexts, stack));
    return {
      findings: judged
        .filter(({ verdict }) => verdict.kind !== "advisory")
        .map(({ rule, verdict }) => ({
          rule: rule.id,
          urn: verdict.urn,
          message: verdict.kind === "undecided" ? `not decided: ${verdict.message}` : verdict.message,
        })),
    };
  } catch (error) {
    if (error instanceof UserError) return { mistake: error.message };
    throw error;
  }
}
