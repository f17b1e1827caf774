import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import type { LeftEngine } from "../../ops/up/locks";
import { identify, isRunning, type Owned } from "../processes/process";

/** Records the engine that changes things, so that the next command finds it when this one has been killed. */
export interface Journal {
  /** The engine of a command that was killed before the engine ended. */
  left(): LeftEngine | undefined;
  begin(engine: Owned): void;
  /** The engine has ended by itself and has written its state, whatever the outcome. */
  end(): void;
}

/** A journal in a file. It keeps when the engine started, because another process may get the same id later. */
export function journalIn(file: string): Journal {
  return {
    left: () => leftEngine(read(file)),
    begin: (engine) => {
      mkdirSync(dirname(file), { recursive: true });
      // Whole or not at all: a command that is killed here must not lose the engine.
      writeFileSync(`${file}.new`, JSON.stringify(engine));
      renameSync(`${file}.new`, file);
    },
    end: () => rmSync(file, { force: true }),
  };
}

/** A recorded engine as the gate asks for it. */
function leftEngine(owned: Owned | undefined): LeftEngine | undefined {
  if (owned === undefined) return undefined;
  return {
    pid: owned.pid,
    isRunning: () => isRunning(owned),
    isTaken: () => isRunning(identify(owned.pid)),
  };
}

function read(file: string): Owned | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Owned;
  } catch {
    // Damaged. If the engine lives, its lock shows it, and a person must break that.
    return undefined;
  }
}
