/** Something the person at the terminal can mend: shown as its message alone, without a stack, with exit code 1. */
export class UserError extends Error {
  override readonly name = "UserError";
}
