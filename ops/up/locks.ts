/** The holder of a stack's lock, as the engine names it. */
export interface Lock {
  readonly host: string;
  readonly pid: number;
}

/**
 * The holder that the engine's refusal names, alone or after what the engine could not do; undefined when the engine
 * stopped for another reason.
 *
 * @param output of a command that has run no program: a program may print the same words.
 */
export function lockedBy(output: string): Lock | undefined {
  const [, rest] = /^error: (?:[a-z ]+: )?the stack is currently locked by \d+ lock\(s\)([^]*)/m.exec(output) ?? [];
  if (rest === undefined) return undefined;
  const [, host = "unknown", pid = "0"] = /created by [^\s@]*@(\S+) \(pid (\d+)\)/.exec(rest) ?? [];
  return { host, pid: Number(pid) };
}

/** An engine that outlived its command. */
export interface LeftEngine {
  readonly pid: number;
  /** True while exactly that process runs. */
  readonly isRunning: () => boolean;
  /** True while any process has its id: ids are reused, perhaps by the engine of another checkout. */
  readonly isTaken: () => boolean;
}

/**
 * True when the holder of a lock is an engine that this checkout started and that has ended. A process id alone proves
 * nothing: it may be another machine's, another container's with the same name, or a later process's.
 */
export function isOurs({ host, pid }: Lock, left: LeftEngine, here: string): boolean {
  return pid === left.pid && host === here && !left.isRunning() && !left.isTaken();
}
