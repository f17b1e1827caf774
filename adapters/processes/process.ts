import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { createWriteStream, existsSync, openSync, readFileSync } from "node:fs";

/** Receives one line of progress. */
export type Report = (line: string) => void;

/** Exit code and output of a command. */
export interface Finished {
  readonly code: number;
  readonly output: string;
}

/** Runs a command to its end; every line goes to `report`. Never throws for an exit code. */
export function run(
  command: string,
  args: readonly string[],
  options: {
    readonly cwd?: string;
    readonly env?: NodeJS.ProcessEnv;
    readonly report?: Report;
    readonly log?: string;
    readonly signal?: AbortSignal;
    readonly input?: string;
  } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      cwd: options.cwd,
      env: options.env,
      stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      signal: options.signal,
    });
    const log = options.log === undefined ? undefined : createWriteStream(options.log, { flags: "a" });
    let output = "";
    let rest = "";
    const take = (data: Buffer): void => {
      const text = data.toString("utf8");
      log?.write(data);
      output += text;
      if (options.report === undefined) return;
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim() !== "") options.report(line.trim());
    };
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    if (options.input !== undefined) child.stdin?.end(options.input);
    child.once("error", reject);
    child.once("close", (code) => {
      log?.end();
      resolve({ code: code ?? 1, output });
    });
  });
}

/** A process that outlives the command that started it. */
export interface Owned {
  readonly pid: number;
  /** When it started, as the system reports it: guards against a reused id. */
  readonly started: string;
}

/** Starts a process that outlives this one; its output goes to a file. */
export function startDetached(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly log: string },
): { readonly child: ChildProcess; readonly owned: Owned } {
  const log = openSync(options.log, "a");
  const child = spawn(command, [...args], {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ["ignore", log, log],
  });
  child.unref();
  return { child, owned: identify(child.pid ?? 0) };
}

/** Identifies a running process, to distinguish it from a later one with the same id. */
export function identify(pid: number): Owned {
  return { pid, started: startTime(pid) ?? "" };
}

/** True while exactly the process that we started is running. */
export function isRunning(owned: Owned | undefined): owned is Owned {
  return owned !== undefined && owned.pid > 0 && startTime(owned.pid) === owned.started;
}

/** Ends a process that we started, and only that one: SIGTERM, then SIGKILL after five seconds. */
export async function stop(owned: Owned | undefined): Promise<void> {
  if (!isRunning(owned)) return;
  process.kill(owned.pid, "SIGTERM");
  for (let waited = 0; waited < 5000; waited += 50) {
    if (!isRunning(owned)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  if (isRunning(owned)) process.kill(owned.pid, "SIGKILL");
}

/**
 * When a process started, as the system reports it; undefined when there is none, or only a zombie of it. On Linux in
 * clock ticks from `/proc`, because `ps` rounds to seconds, which may differ by one between two calls.
 */
function startTime(pid: number): string | undefined {
  try {
    if (existsSync("/proc/self/stat")) {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The name in brackets may hold anything; the state follows it, and the start is nineteen fields on.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return fields[0] === "Z" ? undefined : fields[19];
    }
    const [state, ...started] = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    })
      .trim()
      .split(/\s+/);
    return state === undefined || state.startsWith("Z") || started.length === 0 ? undefined : started.join(" ");
  } catch {
    return undefined;
  }
}
