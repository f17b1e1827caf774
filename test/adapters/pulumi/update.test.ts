import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { withLock } from "../../../adapters/files/lock";
import { refuseConstraints } from "../../../adapters/pulumi/plan/constraints";
import { updateStack, type UpdateOptions } from "../../../adapters/pulumi/update";
import { loadCatalog } from "../../../catalog/load";

const catalog = join(__dirname, "../../../catalog/dev.yaml");
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
  writeFileSync(join(directory, "pulumi"), "#!/bin/sh\necho started >&2\nexit 3\n", { mode: 0o755 });
  await withLock("dev.pulumi", () =>
    expect(updateStack(options)).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringContaining(`process ${process.pid}`) as string,
    }),
  );
  await expect(updateStack(options)).rejects.toThrow(/cannot be read \(pulumi stack export ended with 3\): started/);
});

it("a catalog that AWS would refuse is refused before the engine is started", async () => {
  await expect(refuseConstraints(loadCatalog(catalog))).resolves.toBeUndefined();
  await expect(refuseConstraints(loadCatalog(catalog), new Date("2060-01-01"))).rejects.toMatchObject({
    name: "UserError",
    message: expect.stringMatching(/^AWS would refuse this environment; nothing was changed:\n {2}cell-0/) as string,
  });
  vi.useFakeTimers({ now: new Date("2060-01-01"), toFake: ["Date"] });
  try {
    await expect(updateStack(options)).rejects.toThrow(/AWS would refuse this environment/);
  } finally {
    vi.useRealTimers();
  }
});

it("an engine that may not be run is reported as that", async () => {
  writeFileSync(join(directory, "pulumi"), "#!/bin/sh\n", { mode: 0o644 });
  vi.stubEnv("PATH", directory);
  await expect(updateStack(options)).rejects.toMatchObject({ reason: "no-engine" });
});
