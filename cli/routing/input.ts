import { UserError } from "../../contract/user-error";

/**
 * The ids in a JSON array.
 *
 * @throws UserError naming the mistake in the text.
 */
export function idsOf(text: string): readonly string[] {
  const fail = (what: string): never => {
    throw new UserError(`standard input ${what}`);
  };
  if (text.trim() === "") fail('is empty: write an array of strings, e.g. ["tenant-1"]');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail("is not JSON: write an array of strings");
  }
  if (!Array.isArray(value)) return fail("is not a JSON array: write an array of strings");
  const wrong = value.findIndex((id) => typeof id !== "string");
  return wrong < 0
    ? (value as string[])
    : fail(`has an element that is no string, at index ${wrong}: write ids as strings`);
}
