/** Who holds a stack's lock, as the engine says it. */
export interface Lock {
  readonly host: string;
  readonly pid: number;
}

/** The holder that the engine's refusal names; undefined when it was not a lock that stopped it. */
export function lockedBy(output: string): Lock | undefined {
  if (!/currently locked by/.test(output)) return undefined;
  const [, host = "unknown", pid = "0"] = /created by [^\s@]*@(\S+) \(pid (\d+)\)/.exec(output) ?? [];
  return { host, pid: Number(pid) };
}

/** An engine that did not see its command again. */
export interface LeftEngine {
  readonly pid: number;
  /** True while that very process runs. */
  readonly isRunning: () => boolean;
  /** True while any process has its id: ids are given again, perhaps to the engine of another checkout. */
  readonly isTaken: () => boolean;
}

/**
 * True when a lock is that of the engine which this checkout started and of which it knows that it has ended. A process
 * id alone proves nothing: it may be another machine's, another container's with the same name, or a later process's.
 */
export function isOurs({ host, pid }: Lock, left: LeftEngine, here: string): boolean {
  return pid === left.pid && host === here && !left.isRunning() && !left.isTaken();
}
