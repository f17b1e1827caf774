import { execFileSync, spawn } from "node:child_process";

/** A command that ran, with all it started. */
export interface Watched {
  /** Wall clock. */
  readonly seconds: number;
  /** Most resident memory of the command and its descendants together, sampled each second. */
  readonly peakMegabytes: number;
  /** Standard output. */
  readonly output: string;
}

/** Runs a command to its end, and watches the memory of its process tree. Throws for an exit code not among `codes`. */
export function watched(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly codes?: readonly number[] },
): Promise<Watched> {
  const { codes = [0], ...where } = options;
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, [...args], { ...where, stdio: ["ignore", "pipe", "pipe"] });
    let [output, errors, peak] = ["", "", 0];
    child.stdout.on("data", (data: Buffer) => (output += data.toString("utf8")));
    child.stderr.on("data", (data: Buffer) => (errors += data.toString("utf8")));
    const timer = setInterval(() => (peak = Math.max(peak, memoryOfTree(child.pid ?? 0))), 1000);
    child.once("error", reject);
    child.once("close", (code) => {
      clearInterval(timer);
      const figures = { seconds: (performance.now() - started) / 1000, peakMegabytes: peak, output };
      if (codes.includes(code ?? -1)) resolve(figures);
      else reject(new Error(`${args.slice(0, 2).join(" ")} ended with exit code ${code}:\n${output}${errors}`));
    });
  });
}

/** Megabytes of a process and all below it. The engine runs in a session of its own, but its parent stays. */
function memoryOfTree(root: number): number {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid=,rss="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number, number]);
  const tree = new Set([root]);
  for (let before = 0; before < tree.size;) {
    before = tree.size;
    for (const [pid, parent] of rows) if (tree.has(parent)) tree.add(pid);
  }
  return rows.reduce((sum, [pid, , kilobytes]) => (tree.has(pid) ? sum + kilobytes / 1024 : sum), 0);
}
