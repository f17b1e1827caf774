import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";

import ts from "typescript";
import { describe, expect, it } from "vitest";

const root = join(__dirname, "..");

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;

/** What users run after `npm ci --omit=dev`: all code but tests, benches, examples and settings of tools. */
const product = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts", "*.js"], {
  cwd: root,
  encoding: "utf8",
})
  .trim()
  .split("\n")
  .filter((file) => !/^(?:test|bench|examples)\/|\.config\.m?[jt]s$/.test(file));

/** Names of the packages that a text loads: imports of every kind, and module names that the code completes itself. */
function packagesOf(text: string): readonly string[] {
  const names = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  const others = [
    ...text.matchAll(/require\.resolve\(\s*["']([^"']+)["']\s*\)|= [`]((?:@[\w-]+\/)?[\w.-]+)\/[^`]*\$\{/g),
  ];
  return [...names, ...others.map(([, resolved, completed]) => resolved ?? completed!)]
    .filter((name) => !/^[./]/.test(name) && !isBuiltin(name))
    .map((name) =>
      name
        .split("/")
        .slice(0, name.startsWith("@") ? 2 : 1)
        .join("/"),
    );
}

const loaded = new Map<string, string>();
for (const file of product) {
  for (const name of packagesOf(readFileSync(join(root, file), "utf8"))) loaded.set(name, file);
}

describe("packages", () => {
  it("finds each way to load one", () => {
    const text = [
      'import { a } from "one";',
      'export * from "two/file";',
      'const c = require("@scope/three/x");',
      'const d = require.resolve("four/y");',
      // Found where another package finds it.
      'const x = require.resolve("other", { paths: [] });',
      'type E = import("five").E;',
      "const f = `six/${version}`;",
      'import { g } from "node:fs"; import { h } from "./h";',
    ];
    expect(packagesOf(text.join("\n"))).toEqual(["one", "two", "@scope/three", "five", "four", "six"]);
  });

  it("are dependencies when product code loads them: npm ci --omit=dev installs nothing else", () => {
    const missing = [...loaded].filter(([name]) => dependencies[name] === undefined);
    expect(missing.map(([name, file]) => `${file} loads ${name}`)).toEqual([]);
  });

  it("are dependencies only when product code loads them", () => {
    expect(Object.keys(dependencies).filter((name) => !loaded.has(name))).toEqual([]);
  });

  it("have one exact version each", () => {
    const all = [...Object.entries(dependencies), ...Object.entries(devDependencies)];
    expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    expect(Object.keys(dependencies).filter((name) => name in devDependencies)).toEqual([]);
  });
});
