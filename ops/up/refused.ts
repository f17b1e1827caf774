import { UserError } from "../../contract/user-error";
import { ruleOf, type Reason } from "./rules";

/** The gate refuses. The message is for people, contains no value that may be secret, and begins with the rule's id. */
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
