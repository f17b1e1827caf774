import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import type { Journal } from "./pulumi-cli";
import { identify, isRunning, type Owned } from "../processes/process";

/** Remembers in a file which engine is at work, with when it started: its id alone may be somebody else's by then. */
export function journalIn(file: string): Journal {
  return {
    left: () => {
      const owned = read(file);
      return owned === undefined
        ? undefined
        : { pid: owned.pid, isRunning: () => isRunning(owned), isTaken: () => isRunning(identify(owned.pid)) };
    },
    begin: (pid) => {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify(identify(pid)));
    },
    end: () => rmSync(file, { force: true }),
  };
}

function read(file: string): Owned | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Owned;
  } catch {
    // Cut off while it was written. If the engine lives, its lock tells, and that is then for a person to break.
    return undefined;
  }
}
