import { createServer } from "node:http";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { Cells } from "../harness/cells";

/** What goes wrong around a start: a broken catalog, a taken port, missing tools, Ctrl-C, a killed process. */
let cells: Cells;
let file: string;

/** One cell and one router of the dev catalog, of a class whose data is protected: enough to be interrupted. */
function smallest(text: string): string {
  return text
    .split("\n")
    .filter((line) => !/^ {2}- \{ number: [1-7],/.test(line))
    .map((line) =>
      line
        .replace("sizeClass: dev", "sizeClass: small")
        .replace(/^routers: .*/, "routers: [eu-west-1]")
        .replace(/^ {2}(EU): \[eu-west-1, eu-central-1\]/, "  $1: [eu-west-1]")
        .replace(/^ {2}(US|APAC|CN): \[[a-z].*\]$/, "")
        .replace(/^( {4}[A-Z-]+): \[(?:US|APAC|CN)\]/, "$1: refuse"),
    )
    .join("\n");
}

beforeAll(async () => {
  cells = await Cells.create();
  file = join(cells.directory, "catalog.yaml");
});

afterAll(async () => {
  await cells?.dispose();
});

describe("a start that cannot continue", () => {
  it("names every mistake of a catalog at once, and changes nothing", async () => {
    const broken = join(cells.directory, "broken.yaml");
    writeFileSync(
      broken,
      readFileSync(join(__dirname, "../../catalog/dev.yaml"), "utf8")
        .replace("number: 1,", "number: 0,")
        .replace("region: us-east-1 }", "region: us-est-1, weight: -1 }"),
    );
    const ran = await cells.run(["start", "--catalog", broken]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/us-est-1/);
    expect(ran.stderr).toMatch(/-1/);
    expect(ran.stderr).toMatch(/number/);
    expect(ran.stderr).not.toMatch(/\n\s+at /);
    expect((await cells.run(["status"])).code).toBe(1);
  });

  it("names the port that is taken and how to choose another", async () => {
    writeFileSync(file, readFileSync(join(__dirname, "../../catalog/dev.yaml"), "utf8"));
    const squatter = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => squatter.once("listening", resolve));
    const { port } = squatter.address() as AddressInfo;
    try {
      const ran = await cells.run(["start", "--catalog", file, "--cloud-port", String(port)]);
      expect(ran.code).toBe(1);
      expect(ran.stderr).toContain(`port ${port} is in use by another program`);
      expect(ran.stderr).toContain("CELLS_CLOUD_PORT");
    } finally {
      squatter.close();
    }
  });

  it("names every tool that is missing, in one message", async () => {
    const empty = mkdtempSync(join(tmpdir(), "cells-cache-"));
    try {
      const ran = await cells.run(["start", "--catalog", file], {
        env: { CELLS_CACHE_DIR: empty, CELLS_PYTHON: "no-such-python", PATH: "/nowhere" },
      });
      expect(ran.code).toBe(1);
      expect(ran.stderr).toMatch(/install Pulumi .*or install Go/s);
      expect(ran.stderr).toMatch(/Python 3\.10 or newer.*no-such-python/);
      expect(ran.stderr).not.toMatch(/\n\s+at /);
    } finally {
      rmSync(empty, { recursive: true, force: true });
    }
  });
});

describe("an interrupted start", () => {
  it("converges when it is started again, after Ctrl-C and after kill -9", async () => {
    writeFileSync(file, smallest(readFileSync(join(__dirname, "../../catalog/dev.yaml"), "utf8")));
    for (const signal of ["SIGINT", "SIGKILL"] as const) {
      const { child, ended } = cells.spawn(["start", "--catalog", file]);
      // In the middle of `up`: some resources are there, most are not.
      await new Promise<void>((resolve) => {
        child.stdout?.on("data", (data: Buffer) => {
          if (/✔ preview with policies/.test(data.toString())) setTimeout(resolve, 1500);
        });
        child.once("exit", () => resolve());
      });
      child.kill(signal);
      const ran = await ended;
      expect(ran.code).not.toBe(0);
    }
    const started = await cells.start(file);
    expect(started.cells.map(({ id }) => id)).toEqual(["cell-0"]);
    const again = await cells.start(file);
    expect(again.changes).toEqual({});
  });

  it("is stopped as a whole, whatever is protected in it", async () => {
    const stopped = await cells.run(["stop"]);
    expect([stopped.code, stopped.stderr]).toEqual([0, ""]);
    expect(stopped.stdout).toMatch(/\d+ resources are protected: the cloud ends with all its contents/);
    expect((await cells.run(["status"])).code).toBe(1);
  });
});
