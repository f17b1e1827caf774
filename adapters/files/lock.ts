import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { environmentDirectory } from "./paths";
import { makeStateFolder } from "./write";
import { identify, isRunning, type Owned } from "../processes/process";
import { UserError } from "../../contract/user-error";

/** Attempts before a command gives up: two that begin in the same moment both withdraw, and try again. */
const attempts = 4;
/** Longest pause between two attempts, in milliseconds. */
const longestPause = 100;

/**
 * Runs `body` while no other command works on the same environment of this checkout. The lock of a process that has
 * ended, however it ended, does not count.
 *
 * Each process has a mark of its own, an empty file whose name identifies it, so a mark is whole from the moment that it
 * exists, and no process ever removes the mark of another one that runs. A process that has its own mark and sees no
 * other is alone: of two processes the later one sees the mark of the earlier.
 *
 * @throws UserError when another command is at work.
 */
export async function withLock<T>(environment: string, body: () => Promise<T>): Promise<T> {
  const folder = join(environmentDirectory(environment), "locks");
  makeStateFolder(folder);
  const own = nameOf(identify(process.pid));
  for (let attempt = 1; ; attempt += 1) {
    const holder = take(folder, own);
    if (holder === undefined) break;
    if (attempt === attempts || holder.pid === process.pid) {
      throw new UserError(
        `another cells command is working on ${environment} (process ${holder.pid}): wait until it ends, then try again`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, Math.random() * longestPause));
  }
  try {
    return await body();
  } finally {
    rmSync(join(folder, own), { force: true });
  }
}

/** Puts the own mark there. @returns another holder, if there is one; then the own mark is gone again. */
function take(folder: string, own: string): Owned | undefined {
  try {
    writeFileSync(join(folder, own), "", { flag: "wx" });
  } catch (error) {
    // This process has the lock already.
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return processOf(own);
    throw new UserError(
      `${folder} cannot be written (${code}): make it writable, or name another place with CELLS_STATE_DIR`,
    );
  }
  for (const name of readdirSync(folder)) {
    if (name === own) continue;
    const holder = processOf(name);
    if (isRunning(holder)) {
      rmSync(join(folder, own), { force: true });
      return holder;
    }
    // No process has this id and start again.
    rmSync(join(folder, name), { force: true });
  }
  return undefined;
}

function nameOf({ pid, started }: Owned): string {
  return `${pid}-${encodeURIComponent(started)}`;
}

function processOf(name: string): Owned | undefined {
  const [, pid, started] = /^(\d+)-(.*)$/.exec(name) ?? [];
  if (pid === undefined || started === undefined) return undefined;
  try {
    return { pid: Number(pid), started: decodeURIComponent(started) };
  } catch {
    return undefined;
  }
}
