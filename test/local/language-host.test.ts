import { spawn } from "node:child_process";
import { join } from "node:path";

import { expect, it, vi } from "vitest";

import { languageHostEnvironment } from "../../local/engine/engine";

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

it("ends when its engine is killed, which can tell it nothing", async () => {
  const { CELLS_NODE, CELLS_LOADER, CELLS_LANGUAGE_HOST } = languageHostEnvironment();
  // Stands for the engine: starts the host as it does, says its id, and waits.
  const engine = spawn(
    process.execPath,
    [
      "-e",
      `const host = require("node:child_process").spawn(process.argv[1], process.argv.slice(2), { stdio: ["ignore", "pipe", "inherit"], detached: true });
       host.stdout.once("data", () => console.log(host.pid)); setInterval(() => {}, 1000);`,
      CELLS_NODE!,
      "--import",
      CELLS_LOADER!,
      CELLS_LANGUAGE_HOST!,
      "127.0.0.1:1",
    ],
    { stdio: ["ignore", "pipe", "inherit"], cwd: join(__dirname, "..", "..") },
  );
  const pid = await new Promise<number>((resolve) =>
    engine.stdout.once("data", (data: Buffer) => resolve(Number(data.toString()))),
  );
  try {
    expect(isAlive(pid)).toBe(true);
    engine.kill("SIGKILL");
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000, interval: 100 });
  } finally {
    engine.kill("SIGKILL");
    if (isAlive(pid)) process.kill(pid, "SIGKILL");
  }
});
