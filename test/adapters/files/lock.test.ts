import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { withLock } from "../../../adapters/files/lock";
import { identify, isRunning, stop } from "../../../adapters/processes/process";
import { readSession, writeSession } from "../../../local/session";
import { UserError } from "../../../contract/user-error";

const root = join(__dirname, "../../..");
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
    expect(readdirSync(join(directory, "dev", "locks"))).toEqual([]);
  });

  it("does not count when its holder was killed", async () => {
    const holder = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    const { pid, started } = identify(holder.pid ?? 0);
    holder.kill("SIGKILL");
    await new Promise((resolve) => holder.once("exit", resolve));
    await withLock("dev", () => Promise.resolve());
    writeFileSync(join(directory, "dev", "locks", `${pid}-${started}`), "");
    await expect(withLock("dev", () => Promise.resolve("in"))).resolves.toBe("in");
  });

  it("does not count when its file is not a command's", async () => {
    await withLock("dev", () => Promise.resolve());
    for (const name of ["x", "1-%"]) writeFileSync(join(directory, "dev", "locks", name), "");
    await expect(withLock("dev", () => Promise.resolve("in"))).resolves.toBe("in");
  });

  it("lets one of several processes in, also over a lock that was left", async () => {
    // Each takes the lock again and again. Two that are in at once find each other's file.
    const program = `
      require("tsx/cjs");
      const { closeSync, mkdirSync, openSync, rmSync, writeFileSync } = require("node:fs");
      const { withLock } = require("./adapters/files/lock");
      const inside = process.env.CELLS_STATE_DIR + "/inside";
      (async () => {
        let done = 0;
        for (const end = Date.now() + 4000; Date.now() < end; ) {
          // What a killed command leaves.
          mkdirSync(process.env.CELLS_STATE_DIR + "/dev/locks", { recursive: true });
          writeFileSync(process.env.CELLS_STATE_DIR + "/dev/locks/999999999-1", "");
          await withLock("dev", async () => {
            closeSync(openSync(inside, "wx"));
            await new Promise((resolve) => setTimeout(resolve, 1));
            rmSync(inside);
            done += 1;
          }).catch((error) => { if (error.name !== "UserError") throw error; });
        }
        console.log(done);
      })().catch((error) => { console.error(error); process.exit(1); });`;
    const run = (): Promise<readonly [number | null, string]> =>
      new Promise((resolve) => {
        const child = spawn(process.execPath, ["-e", program], { cwd: root, env: process.env });
        let output = "";
        for (const stream of [child.stdout, child.stderr])
          stream.on("data", (data: Buffer) => (output += String(data)));
        child.once("close", (code) => resolve([code, output]));
      });
    const ended = await Promise.all([run(), run(), run()]);
    expect(ended.map(([code, output]) => (code === 0 ? "ended" : output))).toEqual(["ended", "ended", "ended"]);
    expect(ended.reduce((sum, [, output]) => sum + Number(output), 0)).toBeGreaterThan(0);
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
