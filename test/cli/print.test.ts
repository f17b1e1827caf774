import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { writeNew } from "../../adapters/files/write";
import { withLock } from "../../adapters/files/lock";
import { printable } from "../../adapters/processes/printable";

const root = join(__dirname, "../..");
const cells = (...args: readonly string[]) =>
  spawnSync(process.execPath, ["cli/bin.js", ...args], { cwd: root, encoding: "utf8" });

describe("what is printed", () => {
  it("holds no command for a terminal or for the log of a CI", () => {
    expect(printable("a\u001b]0;title\u0007\r\n::error::x\n  ::set-output name=a::b")).toBe(
      "a\\u001b]0;title\\u0007\\u000d\n\\u003a:error::x\n  \\u003a:set-output name=a::b",
    );
    expect(printable("##[error]x a\u202eb")).toBe("##\\u005berror]x a\\u202eb");
    const plain = "urn:pulumi:dev::cells::aws:sqs/queue:Queue::q\n\tGrüße 東京 | a # b\n";
    expect(printable(plain)).toBe(plain);
  });

  it("keeps the meaning of JSON", () => {
    const value = { "##[a]": "\u0085\u202e\u001b", b: "::c" };
    const text = JSON.stringify(value, null, 2);
    expect(printable(text)).not.toBe(text);
    expect(JSON.parse(printable(text))).toEqual(value);
  });

  it("is so in every message about a user's input", () => {
    const folder = mkdtempSync(join(tmpdir(), "cells-print-"));
    try {
      const catalog = join(folder, "c.yaml");
      const hostile = "\u001b[2J\n::error file=a::pwned\n##[error]pwned";
      writeFileSync(catalog, `${JSON.stringify(hostile)}: 1\ncells: ${JSON.stringify(hostile)}\n`);
      for (const args of [
        ["catalog", "check", catalog],
        ["check", catalog],
        ["catalog", "check", `${hostile}.yaml`],
        [hostile],
        ["route", "acme", `--${hostile}`],
      ]) {
        const { stdout, stderr, status } = cells(...args);
        expect(status, args[0]).toBe(1);
        expect(`${stdout}${stderr}`, args[0]).not.toMatch(/\u001b|^\s*::|##\[/m);
        expect(`${stdout}${stderr}`, args[0]).toContain("pwned");
        expect(stderr, args[0]).not.toMatch(/^ {4}at /m);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("a folder that cannot be written", () => {
  it("is named, and no file is left behind", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cells-write-"));
    try {
      const file = join(folder, "file");
      writeFileSync(file, "");
      expect(() => writeNew(folder, { "a.yaml": "a", "file/b.yaml": "b" })).toThrow(
        /file\/b\.yaml cannot be written \(ENOTDIR\), nothing was written: make .*file writable/,
      );
      expect(() => readFileSync(join(folder, "a.yaml"))).toThrow(/ENOENT/);
      expect(() => writeNew(folder, { file: "new" })).toThrow("file: file exists, nothing was written");
      process.env["CELLS_STATE_DIR"] = file;
      await expect(withLock("dev", () => Promise.resolve())).rejects.toMatchObject({
        name: "UserError",
        message: expect.stringMatching(/cannot be created \(ENOTDIR\).*CELLS_STATE_DIR/) as string,
      });
    } finally {
      delete process.env["CELLS_STATE_DIR"];
      rmSync(folder, { recursive: true });
    }
  });
});
