/**
 * A mistake that a user can correct: in a file, a setting or a command. The command line prints the message alone,
 * without a stack, and exits with code 1.
 */
export class UserError extends Error {
  override readonly name: string = "UserError";
}
