import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it } from "vitest";

import { environmentDirectory } from "../../adapters/files/paths";
import { isRunning, startDetached, stop, type Owned } from "../../adapters/processes/process";
import { writeSession } from "../../local/session";
import { stopEnvironment } from "../../local/stop";

const environment = "test";
const before = process.env["CELLS_STATE_DIR"];
let folder: string;
let processes: Owned[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cells-stop-"));
  process.env["CELLS_STATE_DIR"] = folder;
  mkdirSync(environmentDirectory(environment), { recursive: true });
  const wait = ["-e", "setTimeout(() => undefined, 60_000)"];
  processes = [0, 1].map(() => startDetached(process.execPath, wait, { log: join(folder, "log") }).owned);
  const [cloud, routers] = processes as [Owned, Owned];
  // Port 9 answers nothing: an engine that asked this cloud would fail.
  writeSession(environment, {
    cloud: { ...cloud, port: 9, endpoint: "http://127.0.0.1:9" },
    routers: { ...routers, addresses: {}, codeSha256: {} },
    settled: true,
  });
});

afterEach(async () => {
  for (const one of processes) await stop(one);
  if (before === undefined) delete process.env["CELLS_STATE_DIR"];
  else process.env["CELLS_STATE_DIR"] = before;
  rmSync(folder, { recursive: true, force: true });
});

/** The engine's state of an environment with these resources. */
function writeState(...resources: readonly object[]): void {
  const stacks = join(environmentDirectory(environment), "state/.pulumi/stacks/cells");
  mkdirSync(stacks, { recursive: true });
  writeFileSync(
    join(stacks, `${environment}.json`),
    JSON.stringify({ version: 3, checkpoint: { latest: { resources } } }),
  );
}

it("ends a cloud with protected resources as a whole, and every process of the environment", async () => {
  writeState({ urn: "urn:a", protect: true }, { urn: "urn:b" }, { urn: "urn:c", protect: true, retainOnDelete: true });
  const dry = await stopEnvironment({ environment, dryRun: true, quiet: true });
  expect(dry.message).toMatch(/^dry run, would: end the local cloud/);
  expect(processes.map(isRunning)).toEqual([true, true]);
  expect(await stopEnvironment({ environment, quiet: true })).toEqual({
    wasRunning: true,
    destroyed: 0,
    message: "test is down: the cloud ended with all its contents",
  });
  expect(processes.map(isRunning)).toEqual([false, false]);
  expect(existsSync(environmentDirectory(environment))).toBe(false);
});

it("destroys an environment in which nothing is protected", async () => {
  writeState({ urn: "urn:a" });
  const { message } = await stopEnvironment({ environment, dryRun: true, quiet: true });
  expect(message).toMatch(/^dry run, would: destroy the stack, end the local cloud/);
});
