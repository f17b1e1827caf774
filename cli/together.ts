import { throwTogether } from "../contract/user-error";

type Values<Readers extends readonly (() => unknown)[]> = { readonly [At in keyof Readers]: ReturnType<Readers[At]> };

/**
 * The values of all readers. Several mistakes are reported together.
 *
 * @throws UserError with the mistakes of all readers, a line each.
 */
export function together<Readers extends readonly (() => unknown)[]>(...readers: Readers): Values<Readers> {
  const failures: unknown[] = [];
  const values = readers.map((read) => {
    try {
      return read();
    } catch (error) {
      failures.push(error);
      return undefined;
    }
  });
  throwTogether(failures);
  return values as Values<Readers>;
}
