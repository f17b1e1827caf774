import { UserError } from "../contract/user-error";

type Values<Readers extends readonly (() => unknown)[]> = { readonly [At in keyof Readers]: ReturnType<Readers[At]> };

/**
 * The values of all readers. Several mistakes are reported together.
 *
 * @throws UserError with the mistakes of all readers, a line each.
 */
export function together<Readers extends readonly (() => unknown)[]>(...readers: Readers): Values<Readers> {
  const mistakes: string[] = [];
  const values = readers.map((read) => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      mistakes.push(error.message);
      return undefined;
    }
  });
  if (mistakes.length > 0) throw new UserError(mistakes.join("\n"));
  return values as Values<Readers>;
}
