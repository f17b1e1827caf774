import { UserError } from "../../contract/user-error";

/**
 * All of standard input.
 *
 * @throws UserError when it is no UTF-8: bytes that are replaced would silently be another id.
 */
export async function standardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
  try {
    // A mark of the byte order is left out, as some shells put one before what they pipe.
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new UserError("standard input is not UTF-8: write an array of strings in it");
  }
}

/**
 * The ids in a JSON array.
 *
 * @throws UserError saying what is wrong with the text.
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
