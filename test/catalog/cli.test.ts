import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

import { catalogJsonSchema } from "../../catalog/json-schema";
import { devText, edited } from "./fixture";

const root = join(__dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "cells-catalog-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function cells(...args: string[]) {
  return spawnSync(process.execPath, [join(root, "cli/bin.js"), ...args], { cwd: root, encoding: "utf8" });
}

const broken = file("broken.yaml", edited(["weight: 1\n", "weight: -1\n"], ["revision: 1\n", "revision: 0\n"]));
const raised = file(
  "raised.yaml",
  edited(["revision: 1\n", "revision: 2\n"], ["region: us-east-2 }", "region: us-east-2, weight: 2 }"]),
);
const forbidden = file(
  "forbidden.yaml",
  edited(["revision: 1\n", "revision: 2\n"], ["region: us-east-2 }", "region: us-west-2 }"]),
);

describe("cells catalog", () => {
  it("check reports a valid catalog", () => {
    const { status, stdout } = cells("catalog", "check", "catalog/dev.yaml");
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^catalog\/dev.yaml is valid: 8 cells, version 1-/)]);
  });

  it("check lists mistakes, exit code 1", () => {
    const { status, stdout, stderr } = cells("catalog", "check", broken);
    expect([status, stderr]).toEqual([1, ""]);
    expect(stdout).toContain("broken.yaml has 2 mistakes:\n");
    expect(stdout).not.toMatch(/^\s+at /m);
  });

  it("check --json is data", () => {
    const { status, stdout } = cells("catalog", "check", broken, "--json");
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      valid: false,
      issues: [
        { path: "revision", value: 0 },
        { path: "defaults.weight", value: -1 },
      ],
    });
  });

  it("schema prints the schema that is committed and that dev.yaml names", () => {
    const committed = readFileSync(join(root, "docs/catalog.schema.json"), "utf8");
    expect(catalogJsonSchema(), "run: npx cells catalog schema > docs/catalog.schema.json").toBe(committed);
    expect(devText.split("\n")[0]).toBe("# yaml-language-server: $schema=../docs/catalog.schema.json");
    const { status, stdout } = cells("catalog", "schema");
    expect([status, stdout]).toEqual([0, committed]);
  });
});

describe("cells diff", () => {
  it("says what an allowed change means, exit code 0", () => {
    const { status, stdout } = cells("diff", "catalog/dev.yaml", raised);
    expect(status).toBe(0);
    expect(stdout).toContain("cell-3 weight 1 -> 2");
  });

  it("says what is forbidden, exit code 1", () => {
    const { status, stdout } = cells("diff", "catalog/dev.yaml", forbidden, "--json");
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      allowed: false,
      changes: [{ verdict: "forbidden", kind: "region", cell: "cell-3" }],
    });
  });

  it("a broken or missing catalog is a message, exit code 1, no stack", () => {
    for (const path of [broken, join(folder, "none.yaml")]) {
      const { status, stdout, stderr } = cells("diff", "catalog/dev.yaml", path);
      expect([status, stdout]).toEqual([1, ""]);
      expect(stderr).toContain(path);
      expect(stderr).not.toMatch(/^\s+at /m);
    }
  });
});

it.each([["diff"], ["catalog", "check"], ["catalog", "schema"]])("%s %s has help with an example", (...verb) => {
  const { status, stdout } = cells(...verb.filter((word) => word !== undefined), "--help");
  expect(status).toBe(0);
  expect(stdout).toContain("Example:");
  expect(stdout).toContain("--json");
});
