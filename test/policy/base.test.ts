import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
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
  const since = (ref: string): Before => readBase({ since: ref }, file, new Date(), directory, ["index.ts"]);

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "cells-base-"));
    file = join(directory, "catalog", "dev.yaml");
    mkdirSync(join(directory, "catalog"));
    copyFileSync(join(root, "catalog/dev.yaml"), file);
    write("components/cell.ts", "export const cell = 1;\n");
    write(
      "index.ts",
      'import { readFileSync } from "node:fs";\nexport * from "./components/cell";\nreadFileSync("policy/config.yaml");\nreadFileSync(`data/${process.pid}.json`);\n',
    );
    write("policy/config.yaml", "rules: {}\n");
    git("init", "-q", "-b", "main");
    git("add", "-A");
    git("commit", "-q", "-m", "first");
    git("checkout", "-q", "-b", "change");
    writeFileSync(file, readFileSync(file, "utf8").replace("revision: 1", "revision: 2"));
    write("README.md", "# words\n");
    write("docs/more.md", "words\n");
    write("components/unused.ts", "export {};\n");
  });

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it("is read from where the branch began, when nothing but catalogs, words and unused code has changed", () => {
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

  const told = (path: string): object => ({
    reason: `${path} has changed since main, and every cell may depend on it`,
  });

  it("does not matter when what the program loads has changed: committed, edited, new, removed or ignored", () => {
    const index = readFileSync(join(directory, "index.ts"), "utf8");
    write("policy/config.yaml", "rules: { SIZ-01: {} }\n");
    expect(since("main")).toEqual(told("policy/config.yaml"));
    git("checkout", "-q", "--", ".");
    write("data/1.json", "{}\n");
    expect(since("main")).toEqual(told("data/1.json"));
    rmSync(join(directory, "data"), { recursive: true });
    write("docs/data/1.json", "{}\n");
    expect(since("main")).toMatchObject({ catalog: {} });
    rmSync(join(directory, "docs/data"), { recursive: true });
    write("components/cell.ts", "export const ours = 1;\n");
    expect(since("main")).toEqual(told("components/cell.ts"));
    git("commit", "-q", "-a", "-m", "ours");
    expect(since("main")).toEqual(told("components/cell.ts"));
    git("reset", "-q", "--hard", "HEAD~1");
    rmSync(join(directory, "components/cell.ts"));
    expect(since("main")).toEqual({
      reason: 'the imports of the program cannot be followed: Could not resolve "./components/cell" (index.ts:2)',
    });
    git("checkout", "-q", "--", ".");
    write("package-lock.json", "{}\n");
    expect(since("main")).toEqual(told("package-lock.json"));
    rmSync(join(directory, "package-lock.json"));
    write(".gitignore", "docs/hidden.ts\n");
    write("docs/hidden.ts", "export const hidden = 1;\n");
    write("index.ts", `${index}export * from "./docs/hidden";\n`);
    git("add", "-A");
    git("commit", "-q", "-m", "hidden");
    expect(readBase({ since: "HEAD" }, file, new Date(), directory, ["index.ts"])).toEqual({
      reason: "docs/hidden.ts has changed since HEAD, and every cell may depend on it",
    });
    write("index.ts", `${index}const name = "./components/cell";\nrequire(name);\n`);
    expect(since("main")).toEqual({ reason: "index.ts loads a module whose name it computes" });
    git("reset", "-q", "--hard", "HEAD~1");
    rmSync(join(directory, "docs/hidden.ts"));
  });

  it("does not matter when code in the folder of documents has changed, behind a link or moved there", () => {
    git("checkout", "-q", "-B", "links", "main");
    write("docs/real.ts", "export const cell = 1;\n");
    rmSync(join(directory, "components/cell.ts"));
    symlinkSync("../docs/real.ts", join(directory, "components/cell.ts"));
    rmSync(join(directory, "policy/config.yaml"));
    write("docs/limits.yaml", "rules: {}\n");
    symlinkSync("../docs/limits.yaml", join(directory, "policy/config.yaml"));
    git("add", "-A");
    git("commit", "-q", "-m", "links");
    const head = (): Before => readBase({ since: "HEAD" }, file, new Date(), directory, ["index.ts"]);
    expect(head()).toMatchObject({ catalog: {} });
    write("docs/real.ts", "export const cell = 2;\n");
    expect(head()).toMatchObject({ reason: expect.stringContaining("docs/real.ts has changed") });
    git("checkout", "-q", "--", ".");
    write("docs/limits.yaml", "rules: { SIZ-01: {} }\n");
    expect(head()).toMatchObject({ reason: expect.stringContaining("docs/limits.yaml has changed") });
    git("checkout", "-q", "--", ".");

    git("checkout", "-q", "-B", "moved", "main");
    git("mv", "components", "docs");
    write("index.ts", 'export * from "./docs/cell";\n');
    git("add", "-A");
    git("commit", "-q", "-m", "moved");
    expect(head()).toMatchObject({ catalog: {} });
    write("docs/cell.ts", "export const leak = 1;\n");
    expect(head()).toMatchObject({ reason: expect.stringContaining("docs/cell.ts has changed") });
    git("checkout", "-q", "--", ".");
    // Where two files have a module's name, the removed one was loaded.
    write("docs/cell/index.ts", "export {};\n");
    git("add", "-A");
    git("commit", "-q", "-m", "two");
    rmSync(join(directory, "docs/cell.ts"));
    expect(head()).toMatchObject({ reason: expect.stringContaining("docs/cell.ts has changed") });
    git("checkout", "-q", "--", ".");
    git("checkout", "-q", "change");
  });

  it("may not exist, or be no catalog", () => {
    expect(
      readBase({ since: "main" }, join(directory, "catalog/prod.yaml"), new Date(), directory, ["index.ts"]),
    ).toEqual({
      reason: "main has no catalog/prod.yaml",
    });
    write("catalog/broken.yaml", "environment: [");
    git("add", "-A");
    git("commit", "-q", "-m", "broken");
    expect(
      readBase({ since: "HEAD" }, join(directory, "catalog/broken.yaml"), new Date(), directory, ["index.ts"]),
    ).toEqual({
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
