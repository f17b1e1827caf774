import { UserError } from "../../contract/user-error";
import { ruleOf } from "./rules";

/** Why an environment is not run, or not served. */
export type Reason =
  | "pack-missing"
  | "pack-disabled"
  | "pack-altered"
  | "config-invalid"
  | "config-old"
  | "no-preview"
  | "no-engine"
  | "preview-failed"
  | "not-proven"
  | "wave"
  | "unclean"
  | "opening"
  | "locked"
  | "interrupted"
  | "data-loss"
  | "up-failed"
  | "not-clean";

/** The gate is shut: the message is for people, without a value that may be secret, and begins with the rule's id. */
export class UpRefused extends UserError {
  override readonly name = "UpRefused";

  constructor(
    readonly reason: Reason,
    message: string,
  ) {
    const rule = ruleOf(reason);
    super(rule === undefined ? message : `${rule}: ${message}`);
  }
}
