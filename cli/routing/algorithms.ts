import { UserError } from "../../contract/user-error";
import { algorithms, type AlgorithmName } from "../../routing";

/** What people call the algorithms: the table's names, and the pattern's own name of the ring. */
const aliases: Readonly<Record<string, AlgorithmName>> = { consistent: "ring" };

/**
 * The algorithm that a person means.
 *
 * @throws UserError when there is none of that name.
 */
export function algorithmNamed(text: string): AlgorithmName {
  const name = Object.hasOwn(aliases, text) ? aliases[text]! : text;
  if (Object.hasOwn(algorithms, name)) return name as AlgorithmName;
  const known = [...Object.keys(algorithms), ...Object.keys(aliases)].join(", ");
  throw new UserError(`--algorithm ${text}: there is no such algorithm; write one of ${known}`);
}
