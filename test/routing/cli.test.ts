import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { loadCatalog } from "../../catalog/load";
import { baseRoutingTable } from "../../catalog/routing-table";
import { algorithms, encodeTable, formatVersion, movedSlots, ownersOf, sealTable } from "../../routing";
import { verifyClosure } from "../../routing/closure";
import golden from "./fixtures/golden.json";
import { exampleContent, exampleTable } from "./tables";

const directory = mkdtempSync(join(tmpdir(), "cells-test-"));
const catalogFile = join(__dirname, "../../catalog/dev.yaml");
afterAll(() => rmSync(directory, { recursive: true }));

const bin = join(__dirname, "../../cli/bin.js");

function cells(args: string[], input: string | Buffer = ""): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [bin, ...args], {
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
    [["--algorithm", "__proto__"], "[]", "there is no such algorithm"],
    [["--cells", "0"], "[]", "whole number"],
    [["--cells", "1e2"], "[]", "whole number"],
    [["--cells", "4097"], "[]", "whole number from 1 to 4096"],
    [[], "{", "not JSON"],
    [[], "", "is empty"],
    [[], Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]), "not UTF-8"],
    [[], '["a", 1]', "at index 1"],
  ])("names the mistake and ends with 1: %s %s", (args, input, message) => {
    const { status, stdout, stderr } = cells(["place", ...args], input);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
    expect(stderr.trimEnd()).not.toContain("\n");
  });

  it("reports every mistake at once, a line each", () => {
    const { status, stdout, stderr } = cells(["place", "--algorithm", "foo", "--cells", "0"], "[1]");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(
      stderr
        .trimEnd()
        .split("\n")
        .map((line) => line.slice(0, 14)),
    ).toEqual(["--algorithm fo", "--cells 0: wri", "standard input"]);
  });

  it("takes any strings: empty, lone surrogates, NUL, a megabyte, the same twice, a byte order mark at the start", () => {
    const ids = ["", "\ud800", "\ufffd", "\0", "x".repeat(2 ** 20), "a", "a", "__proto__", "👍"];
    for (const name of ["slots", "ring", "rendezvous", "murmur3", "sha256"] as const) {
      const { place } = algorithms[name].prepare(Array.from({ length: 100 }, (_, number) => ({ number, weight: 1 })));
      const { status, stdout } = cells(
        ["place", "--algorithm", name, "--cells", "100", "--json"],
        `\ufeff${JSON.stringify(ids)}`,
      );
      expect([status, JSON.parse(stdout)]).toEqual([0, ids.map(place)]);
    }
  });

  it("ends quietly when its reader closes the pipe", () => {
    const ids = join(directory, "many.json");
    writeFileSync(ids, JSON.stringify(Array.from({ length: 100_000 }, (_, i) => `t-${i}`)));
    const { status, stderr } = spawnSync(
      "sh",
      ["-c", `"$0" "$1" place --json < "$2" | head -c 1`, process.execPath, bin, ids],
      { encoding: "utf8" },
    );
    expect([status, stderr]).toEqual([0, ""]);
  });
});

describe("cells route", () => {
  const file = join(directory, "table.json");
  writeFileSync(file, encodeTable(exampleTable({ pins: { vip: { cell: 4, epoch: 1 } } })));

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
      version: formatVersion(exampleTable({ pins: { vip: { cell: 4, epoch: 1 } } }).version),
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
    writeFileSync(broken, encodeTable({ ...exampleTable(), cells: [] }));
    expect(cells(["route", "--table", broken, "--tenant", "t"])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("cells is empty"),
    });
  });
});

describe("cells route --explain", () => {
  it("names the slot, the shares, the stand-in scores and the age; the best score stands in", () => {
    const ask = (...more: string[]) =>
      JSON.parse(
        cells(["route", "--catalog", catalogFile, "--tenant", "t-1", "--country", "US", "--explain", "--json", ...more])
          .stdout,
      ) as {
        number: number;
        age: number;
        stages: { stage: string; result: string }[];
        candidates: { number: number; share: number; score: number; rendezvous: number }[];
      };
    const { number, age, stages, candidates } = ask();
    expect(age).toBeGreaterThanOrEqual(0);
    expect(stages.find(({ stage }) => stage === "hash")!.result).toMatch(/^slots, slot \d+$/);
    expect(candidates.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
    const { algorithms: by } = ask() as unknown as { algorithms: { algorithm: string; home: string; used: boolean }[] };
    expect(by.filter(({ used }) => used)).toEqual([{ algorithm: "slots", home: `cell-${number}`, used: true }]);
    const best = [...candidates].sort((a, b) => b.rendezvous - a.rendezvous)[0]!;
    expect(by.find(({ algorithm }) => algorithm === "rendezvous")).toMatchObject({ home: `cell-${best.number}` });
    expect(by).toHaveLength(5);
    const others = candidates.filter((each) => each.number !== number).sort((a, b) => b.score - a.score);
    expect(ask("--down", String(number)).number).toBe(others[0]!.number);
  });
});

it("cells route shows the form of a misspelt country, and notes a tenant that routers refuse", () => {
  const ask = (tenant: string, country: string) =>
    cells(["route", "--catalog", catalogFile, "--tenant", tenant, "--country", country]);
  expect(ask("t-1", "us")).toMatchObject({ status: 1, stdout: "", stderr: expect.stringContaining("e.g. US") });
  expect(ask("T 1", "US")).toMatchObject({
    status: 0,
    stderr: expect.stringContaining("a router refuses this tenant"),
  });
  expect(ask("t-1", "US").stderr).toBe("");
});

describe("cells remap", () => {
  const ids = JSON.stringify(Array.from({ length: 3000 }, (_, i) => `t-${i}`));
  type Answer = { jurisdictions: { jurisdiction: string; share: number; moves: { from: number; to: number }[] }[] };
  const of = (answer: string, name: string) =>
    (JSON.parse(answer) as Answer).jurisdictions.find(({ jurisdiction }) => jurisdiction === name)!;

  it("adds a cell: the fewest tenants move, to the new cell only; other jurisdictions stay", () => {
    const { stdout } = cells(["remap", "--catalog", catalogFile, "--add", "US", "--json"], ids);
    const us = of(stdout, "US");
    expect(us.share).toBeCloseTo(1 / 4, 4);
    expect(new Set(us.moves.map(({ to }) => to))).toEqual(new Set([8]));
    expect(us.moves.length / 3000).toBeCloseTo(1 / 4, 1);
    expect(of(stdout, "EU").moves).toEqual([]);
  });

  it("removes a cell: its tenants only move, to all other cells", () => {
    const us = of(cells(["remap", "--catalog", catalogFile, "--remove", "3", "--json"], ids).stdout, "US");
    expect(us.share).toBeCloseTo(1 / 3, 4);
    expect(new Set(us.moves.map(({ from }) => from))).toEqual(new Set([3]));
    expect(new Set(us.moves.map(({ to }) => to))).toEqual(new Set([2, 4]));
  });

  it("weighs a cell: shares follow", () => {
    const us = of(cells(["remap", "--catalog", catalogFile, "--weigh", "2:2", "--json"], "a\nb\n").stdout, "US");
    expect(us.share).toBeCloseTo(1 / 2 - 1 / 3, 4);
  });

  it("takes cells by id and another algorithm, and counts the tenants without a cell", () => {
    const by = (...more: string[]) => cells(["remap", "--catalog", catalogFile, ...more], ids);
    expect(by("--remove", "cell-3").stdout).toBe(by("--remove", "3").stdout);
    expect(by("--remove", "7").stdout).toContain("3000 would be refused");
    const us = of(by("--add", "US", "--algorithm", "consistent", "--json").stdout, "US");
    expect(us.share).toBeCloseTo(1 / 4, 1);
    expect(new Set(us.moves.map(({ to }) => to))).toEqual(new Set([8]));
    expect(by("--add", "US", "--algorithm", "none")).toMatchObject({ status: 1, stdout: "" });
  });

  it("stores the deals, and a later catalog is dealt from them", () => {
    const file = join(directory, "remembered.yaml");
    const text = readFileSync(catalogFile, "utf8");
    writeFileSync(file, text);
    expect(cells(["remap", "--catalog", file, "--write"])).toMatchObject({ status: 0 });
    const homes = () =>
      baseRoutingTable(loadCatalog(file)).deals!.find(({ localities }) => localities.join() === "US")!;
    const before = homes();
    writeFileSync(file, text.replace(/^ {2}- \{ number: 3,.*\n/m, ""));
    const after = homes();
    expect(after.cells).toEqual([2, 4]);
    const [old, now] = [ownersOf(before), ownersOf(after)];
    expect(movedSlots(old, now)).toBe(old.filter((owner) => owner === 3).length);
    writeFileSync(file.replace("yaml", "deals.json"), "[{}]");
    expect(() => loadCatalog(file)).toThrow("deal 0 is not 65536 slots");
  });

  it.each([
    [[], "name a change"],
    [["--remove", "99"], "99: no such cell"],
    [["--add", "MARS"], "write a locality out of EU, US, APAC, CN"],
    [["--weigh", "3:x"], "a weight from 0 to 100"],
    [["--write", "--add", "EU"], "change the catalog first"],
  ])("names the mistake: %s", (args, message) => {
    expect(cells(["remap", "--catalog", catalogFile, ...args])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(message),
    });
  });
});

describe("cells verify-residency", () => {
  it("tries every state and finds no violation in the catalog", () => {
    const { status, stdout } = cells(["verify-residency", "--k", "2", "--catalog", catalogFile, "--json"]);
    expect(status).toBe(0);
    // 8 cells in 4 troubles, one or two at once or none, in 14 jurisdictions.
    expect(JSON.parse(stdout)).toMatchObject({ states: (1 + 8 * 4 + 28 * 16) * 14, violations: [] });
  });

  it("gives a counter-example for a catalog that lets the EU's tenants out", () => {
    const file = join(directory, "bad.yaml");
    writeFileSync(file, readFileSync(catalogFile, "utf8").replace("    EU: [EU]", "    EU: [EU, US]"));
    const { status, stdout } = cells(["verify-residency", "--k", "1", "--catalog", file, "--json"]);
    expect(status).toBe(1);
    const { violations } = JSON.parse(stdout) as { violations: { jurisdiction: string; cell: number }[] };
    expect(violations[0]).toMatchObject({ jurisdiction: "EU" });
    expect([2, 3, 4]).toContain(violations[0]!.cell);
  });

  it("gives a counter-example for a country that counts as a jurisdiction with another law", () => {
    const file = join(directory, "country.yaml");
    writeFileSync(
      file,
      readFileSync(catalogFile, "utf8").replace("residency:\n", "residency:\n  countries: { DE: US }\n"),
    );
    const { status, stdout } = cells(["verify-residency", "--catalog", file, "--k", "1"]);
    expect([status, stdout]).toEqual([1, expect.stringContaining("DE counts as US, though EU has its own locality")]);
  });

  it("finds a cell on foreign soil in a published table", () => {
    const table = baseRoutingTable(loadCatalog(catalogFile));
    const moved = table.cells.map((each) => (each.number === 1 ? { ...each, region: "us-east-1" } : each));
    const file = join(directory, "foreign.json");
    writeFileSync(file, encodeTable(sealTable(1, { ...table, cells: moved })));
    const { status, stdout } = cells(["verify-residency", "--k", "0", "--table", file]);
    expect(status).toBe(1);
    expect(stdout).toContain("on the soil of US, which is not EU");
  });

  it("finds a failover that leaves the jurisdiction", () => {
    const law = (jurisdiction: string, { number }: { number: number }) =>
      jurisdiction === "us" && number === 4 ? "cell 4 is closed" : undefined;
    const none = verifyClosure(
      exampleTable({
        cells: exampleContent().cells.map((each) => (each.number === 4 ? { ...each, weight: 0 } : each)),
      }),
      { most: 2, objection: law, perCell: 3, mostViolations: 5 },
    );
    expect(none.violations).toEqual([]);
    const found = verifyClosure(
      exampleTable({
        cells: exampleContent().cells.map((each) => (each.number === 4 ? { ...each, weight: 0.001 } : each)),
      }),
      { most: 2, objection: law, perCell: 3, mostViolations: 5 },
    );
    expect(found.violations[0]).toMatchObject({ cell: 4, message: "failover: cell 4 is closed" });
    expect([...found.violations[0]!.failed, ...found.violations[0]!.full].sort()).toEqual([2, 3]);
  });
});
