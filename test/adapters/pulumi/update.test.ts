import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { withLock } from "../../../adapters/files/lock";
import { Engine } from "../../../adapters/pulumi/engine";
import { updateStack, type UpdateOptions } from "../../../adapters/pulumi/update";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "cells-update-"));
  vi.stubEnv("CELLS_STATE_DIR", join(directory, "state"));
  vi.stubEnv("PATH", [directory, process.env["PATH"]].join(delimiter));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true, force: true });
});

const options: UpdateOptions = { stack: "dev", quiet: true, report: () => undefined };

it("one update of a stack runs at a time, and the second one starts no engine", async () => {
  const started = join(directory, "started");
  writeFileSync(join(directory, "pulumi"), `#!/bin/sh\ntouch ${started}\n`, { mode: 0o755 });
  await withLock("dev.pulumi", () =>
    expect(updateStack(options)).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringContaining(`process ${process.pid}`) as string,
    }),
  );
  expect(existsSync(started)).toBe(false);
});

it("a catalog that AWS would refuse is refused before the engine is started", async () => {
  // Then AWS has ended every version of today.
  vi.useFakeTimers({ now: new Date("2060-01-01"), toFake: ["Date"] });
  try {
    await expect(updateStack(options)).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringMatching(/^AWS would refuse this environment; nothing was changed:\n {2}cell-0/) as string,
    });
  } finally {
    vi.useRealTimers();
  }
});

it("an engine that may not be run is reported as that", async () => {
  writeFileSync(join(directory, "pulumi"), "#!/bin/sh\n", { mode: 0o644 });
  const engine = new Engine({
    command: "pulumi",
    stack: "dev",
    directory,
    folder: join(directory, "run"),
    variables: () => ({ PATH: directory }),
  });
  await expect(engine.query(["version"])).rejects.toMatchObject({
    reason: "no-engine",
    message: expect.stringContaining("chmod +x") as string,
  });
});
