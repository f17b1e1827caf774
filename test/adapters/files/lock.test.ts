import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { withLock } from "../../../adapters/files/lock";
import { identify, isRunning, stop } from "../../../adapters/processes/process";
import { readSession, writeSession } from "../../../local/session";
import { UserError } from "../../../contract/user-error";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "cells-lock-"));
  process.env["CELLS_STATE_DIR"] = directory;
});

afterEach(() => {
  delete process.env["CELLS_STATE_DIR"];
  rmSync(directory, { recursive: true, force: true });
});

describe("the lock of an environment", () => {
  it("lets one command in at a time and names the other", async () => {
    await withLock("dev", async () => {
      await expect(withLock("dev", () => Promise.resolve())).rejects.toThrow(
        new RegExp(`another cells command is working on dev \\(process ${process.pid}\\)`),
      );
      // The lock of one environment does not block another.
      await expect(withLock("prod", () => Promise.resolve("in"))).resolves.toBe("in");
    });
    await expect(withLock("dev", () => Promise.resolve("free again"))).resolves.toBe("free again");
  });

  it("is released when the command fails", async () => {
    await expect(withLock("dev", () => Promise.reject(new UserError("no")))).rejects.toThrow("no");
    expect(existsSync(join(directory, "dev", "lock"))).toBe(false);
  });

  it("does not count when its holder was killed", async () => {
    const holder = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    const mark = JSON.stringify(identify(holder.pid ?? 0));
    holder.kill("SIGKILL");
    await new Promise((resolve) => holder.once("exit", resolve));
    await withLock("dev", () => Promise.resolve());
    writeFileSync(join(directory, "dev", "lock"), mark);
    await expect(withLock("dev", () => Promise.resolve("in"))).resolves.toBe("in");
  });

  it("does not count when its file is damaged", async () => {
    await withLock("dev", () => Promise.resolve());
    writeFileSync(join(directory, "dev", "lock"), "{");
    await expect(withLock("dev", () => Promise.resolve("in"))).resolves.toBe("in");
  });
});

describe("a process on record", () => {
  it("is identified by its id and its start, and only that one is stopped", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    const owned = identify(child.pid ?? 0);
    expect(isRunning(owned)).toBe(true);

    const reused = { ...owned, started: `${owned.started}0` };
    expect(isRunning(reused)).toBe(false);
    await stop(reused);
    expect(isRunning(owned)).toBe(true);

    await stop(owned);
    expect(isRunning(owned)).toBe(false);
  });

  it("may be unknown", async () => {
    expect(isRunning(undefined)).toBe(false);
    expect(isRunning({ pid: 0, started: "" })).toBe(false);
    await stop(undefined);
  });
});

describe("the session", () => {
  it("is empty at first, is stored whole, and is unsettled when its file is damaged", () => {
    expect(readSession("dev")).toEqual({ settled: true });
    writeSession("dev", { settled: false, catalogFile: "/a.yaml" });
    expect(readSession("dev")).toEqual({ settled: false, catalogFile: "/a.yaml" });
    const file = join(directory, "dev", "session.json");
    writeFileSync(file, readFileSync(file, "utf8").slice(0, 10));
    expect(readSession("dev")).toEqual({ settled: false });
  });
});
