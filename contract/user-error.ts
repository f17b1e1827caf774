/**
 * A mistake that a user can correct: in a file, a setting or a command. The command line prints the message alone,
 * without a stack, and exits with code 1.
 */
export class UserError extends Error {
  override readonly name: string = "UserError";
}

/**
 * Throws what stopped a piece of work with several parts, if anything did.
 *
 * @throws UserError with all mistakes of the user, a line each; the first failure of another kind as it is.
 */
export function throwTogether(failures: readonly unknown[]): void {
  if (failures.length === 0) return;
  const other = failures.find((failure) => !(failure instanceof UserError));
  if (other !== undefined || failures.length === 1) throw other ?? failures[0];
  throw new UserError(failures.map((failure) => (failure as UserError).message).join("\n"));
}
