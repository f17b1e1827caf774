import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { encodeTable, formatVersion } from "../../routing";
import golden from "./fixtures/golden.json";
import { seedTable } from "./tables";

const directory = mkdtempSync(join(tmpdir(), "cells-test-"));
afterAll(() => rmSync(directory, { recursive: true }));

function cells(args: string[], input = ""): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [join(__dirname, "../../cli/bin.js"), ...args], {
    input,
    encoding: "utf8",
    timeout: 60_000,
  });
}

describe("cells place", () => {
  it.each(["sha256", "murmur3", "consistent", "rendezvous"] as const)("prints Python's numbers: %s", (algorithm) => {
    const ids = JSON.stringify(golden.rows.map(({ id }) => id));
    const { stdout } = cells(["place", "--algorithm", algorithm, "--cells", "10", "--json"], ids);
    expect(JSON.parse(stdout)).toEqual(golden.rows.map(({ cells: of }) => of[10][algorithm]));
  });

  it.each([
    [["--algorithm", "toString"], "[]", "there is no such algorithm"],
    [["--cells", "0"], "[]", "whole number"],
    [[], "{", "not JSON"],
    [[], '["a", 1]', "at index 1"],
  ])("says what is wrong and ends with 1: %s %s", (args, input, message) => {
    const { status, stdout, stderr } = cells(["place", ...args], input);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
  });
});

describe("cells route", () => {
  const file = join(directory, "table.json");
  writeFileSync(file, encodeTable(seedTable({ pins: { vip: { cell: 4, epoch: 1 } } })));

  it("explains each stage", () => {
    const { stdout, status } = cells([
      "route",
      "--table",
      file,
      "--tenant",
      "vip",
      "--country",
      "US",
      "--down",
      "4",
      "--explain",
      "--json",
    ]);
    expect(status).toBe(0);
    const answer = JSON.parse(stdout) as {
      stages: { stage: string }[];
      candidates: { number: number; health: string }[];
    };
    expect(answer).toMatchObject({
      home: "cell-4",
      reason: "failover",
      jurisdiction: "us",
      version: formatVersion(seedTable({ pins: { vip: { cell: 4, epoch: 1 } } }).version),
    });
    expect(answer.stages.map(({ stage }) => stage)).toEqual(["residency", "pin", "health"]);
    expect(answer.candidates.map(({ number, health }) => [number, health])).toEqual([
      [2, "ok"],
      [3, "ok"],
      [4, "down"],
    ]);
  });

  it("ends with 1 on a refusal and on a broken table", () => {
    expect(cells(["route", "--table", file, "--tenant", "t", "--country", "ZZ"])).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("refused"),
    });
    const broken = join(directory, "broken.json");
    writeFileSync(broken, encodeTable({ ...seedTable(), cells: [] }));
    expect(cells(["route", "--table", broken, "--tenant", "t"])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("cells is empty"),
    });
  });
});
