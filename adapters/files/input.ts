import { readFile } from "node:fs/promises";

import { UserError } from "../../contract/user-error";

/** What stands for standard input where a verb takes a file. */
export const standardInputName = "-";

/**
 * All of standard input. Read as a stream: a synchronous read of a pipe whose writer is slow fails with EAGAIN.
 *
 * @throws UserError when it is not UTF-8: bytes that are replaced would silently be other text.
 */
export function standardInput(): Promise<string> {
  return (whole ??= readAll());
}

/** Read once: a second reader would find the stream at its end. */
let whole: Promise<string> | undefined;

async function readAll(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
  try {
    // A byte order mark is left out: some shells write one before what they pipe.
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new UserError("standard input is not UTF-8");
  }
}

/** How messages call a file, or standard input. */
export function inputName(path: string): string {
  return path === standardInputName ? "standard input" : path;
}

/**
 * The text of a file, or of standard input for `-`.
 *
 * @throws UserError when it cannot be read.
 */
export async function readInput(path: string): Promise<string> {
  if (path === standardInputName) return standardInput();
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(code === "ENOENT" ? `there is no file ${path}` : `${path} cannot be read (${code})`);
  }
}
