import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { environmentDirectory } from "./paths";
import { identify, isRunning, type Owned } from "../processes/process";
import { UserError } from "../../contract/user-error";

/**
 * Runs `body` while no other command works on the same environment of this checkout. The lock of a process that has
 * ended, however it ended, does not count.
 *
 * @throws UserError when another command is at work.
 */
export async function withLock<T>(environment: string, body: () => Promise<T>): Promise<T> {
  const file = join(environmentDirectory(environment), "lock");
  mkdirSync(environmentDirectory(environment), { recursive: true });
  const mine = JSON.stringify(identify(process.pid));
  if (!take(file, mine)) {
    const holder = read(file);
    if (isRunning(holder)) {
      throw new UserError(
        `another cells command is working on ${environment} (process ${holder.pid}): wait until it ends, then try again`,
      );
    }
    rmSync(file, { force: true });
    if (!take(file, mine)) return withLock(environment, body);
  }
  try {
    return await body();
  } finally {
    rmSync(file, { force: true });
  }
}

/** True when the file was not there and now holds our mark: one system call, so only one process can win. */
function take(file: string, mark: string): boolean {
  try {
    writeFileSync(file, mark, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function read(file: string): Owned | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Owned;
  } catch {
    // Another process is writing it, or a crash damaged it: the next attempt finds the holder.
    return undefined;
  }
}
