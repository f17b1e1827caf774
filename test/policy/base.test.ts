import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { readBase, type Before } from "../../adapters/git/base";

const root = join(__dirname, "../..");

describe("the catalog as it was", () => {
  let directory: string;
  let file: string;
  const git = (...args: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.com", ...args], {
      cwd: directory,
      encoding: "utf8",
      stdio: "pipe",
    });
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  };
  const since = (ref: string): Before => readBase({ since: ref }, file, new Date(), directory);

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "cells-base-"));
    file = join(directory, "catalog", "dev.yaml");
    mkdirSync(join(directory, "catalog"));
    copyFileSync(join(root, "catalog/dev.yaml"), file);
    write("components/cell.ts", "export {};\n");
    git("init", "-q", "-b", "main");
    git("add", "-A");
    git("commit", "-q", "-m", "first");
    git("checkout", "-q", "-b", "change");
    writeFileSync(file, readFileSync(file, "utf8").replace("revision: 1", "revision: 2"));
    write("README.md", "# words\n");
    write("docs/more.md", "words\n");
  });

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it("is read from where the branch began, when nothing but catalogs and words has changed", () => {
    expect(since("main")).toMatchObject({ catalog: { revision: 1 } });
    git("add", "-A");
    git("commit", "-q", "-m", "change");
    expect(since("main")).toMatchObject({ catalog: { revision: 1 } });
  });

  it("is not changed by what others did on the main branch since", () => {
    git("checkout", "-q", "main");
    write("components/cell.ts", "export const theirs = 1;\n");
    git("commit", "-q", "-a", "-m", "theirs");
    git("checkout", "-q", "change");
    expect(since("main")).toMatchObject({ catalog: { revision: 1 } });
  });

  it("does not matter when code has changed: committed, edited, new or removed", () => {
    const told = (path: string): object => ({
      reason: `${path} has changed since main, and every cell may depend on it`,
    });
    write("policy/rules/new.ts", "export {};\n");
    expect(since("main")).toEqual(told("policy/rules/new.ts"));
    rmSync(join(directory, "policy"), { recursive: true });
    write("components/cell.ts", "export const ours = 1;\n");
    expect(since("main")).toEqual(told("components/cell.ts"));
    git("commit", "-q", "-a", "-m", "ours");
    expect(since("main")).toEqual(told("components/cell.ts"));
    git("reset", "-q", "--hard", "HEAD~1");
    rmSync(join(directory, "components/cell.ts"));
    expect(since("main")).toEqual(told("components/cell.ts"));
    git("checkout", "-q", "--", ".");
    write("package-lock.json", "{}\n");
    expect(since("main")).toEqual(told("package-lock.json"));
    rmSync(join(directory, "package-lock.json"));
  });

  it("may not exist, or be no catalog", () => {
    expect(readBase({ since: "main" }, join(directory, "catalog/prod.yaml"), new Date(), directory)).toEqual({
      reason: "main has no catalog/prod.yaml",
    });
    write("catalog/broken.yaml", "environment: [");
    git("add", "-A");
    git("commit", "-q", "-m", "broken");
    expect(readBase({ since: "HEAD" }, join(directory, "catalog/broken.yaml"), new Date(), directory)).toEqual({
      reason: "catalog/broken.yaml of HEAD is no catalog that can be used",
    });
  });

  it("of a missing commit is a user error, in any form", () => {
    for (const ref of ["nobody", "--output=/tmp/x", ""])
      expect(() => since(ref)).toThrow(/git finds no common commit.*: fetch it/);
  });

  it("says what to do in a shallow checkout, and outside git", () => {
    const shallow = mkdtempSync(join(tmpdir(), "cells-shallow-"));
    try {
      execFileSync("git", ["clone", "-q", "--depth", "1", `file://${directory}`, join(shallow, "clone")], {
        stdio: "ignore",
      });
      const at = (place: string) => () =>
        readBase({ since: "HEAD~1" }, join(place, "catalog/dev.yaml"), new Date(), place);
      expect(at(join(shallow, "clone"))).toThrow(/shallow: fetch the history .*fetch-depth: 0/);
      expect(at(shallow)).toThrow(/not in a git checkout; leave --since out/);
    } finally {
      rmSync(shallow, { recursive: true, force: true });
    }
  });

  it("may be a file that was kept", () => {
    expect(readBase({ file: join(root, "catalog/dev.yaml") }, file)).toMatchObject({ catalog: { revision: 1 } });
    expect(() => readBase({ file: "nowhere.yaml" }, file)).toThrow(/no such file/);
  });
});
