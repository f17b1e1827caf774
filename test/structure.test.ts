import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

import { describe, expect, it } from "vitest";

import * as components from "../contract/components";
import { objectPaths, RouterMetric, routerNamespace, RouterVariable } from "../contract/router";
import { variables } from "../contract/variables";

const root = join(__dirname, "..");
const files = execFileSync("git", ["ls-files", "*.ts"], { cwd: root, encoding: "utf8" })
  .split("\n")
  .filter((file) => file !== "" && !/^(?:test|bench|examples)\//.test(file) && existsSync(join(root, file)));
const sources = new Map(files.map((file) => [file, readFileSync(join(root, file), "utf8")]));

/** Files that a file imports, types included; a file that is loaded when it is used (`require`) makes no circle. */
function importsOf(file: string, text: string): readonly string[] {
  return [...text.matchAll(/^(?:import|export)\b[^;]*?from "(\.[^"]*)";/gm)].flatMap(([, path]) => {
    const base = normalize(join(dirname(file), path!));
    return [`${base}.ts`, `${base}/index.ts`].filter((one) => sources.has(one));
  });
}

/** The first circle that is found, as a path of files; undefined when there is none. */
function circleIn(imports: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of imports.get(file) ?? []) {
      const found = walk(next, [...path, file]);
      if (found !== undefined) return found;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const found = walk(file, []);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Files outside `contract/` that write a string of the contract themselves. */
function copiesIn(texts: ReadonlyMap<string, string>): readonly string[] {
  const tokens = Object.values(components) as readonly string[];
  const names = [
    ...tokens,
    ...Object.values(RouterVariable),
    ...Object.values(RouterMetric),
    ...Object.values(variables),
    ...[objectPaths.base, objectPaths.overlay, routerNamespace],
  ];
  return [...texts].flatMap(([file, text]) =>
    file.startsWith("contract/")
      ? []
      : names.filter((name) => text.includes(`"${name}"`)).map((name) => `${file}: ${name}`),
  );
}

describe("imports", () => {
  it("make no circle", () => {
    expect(circleIn(new Map([...sources].map(([file, text]) => [file, importsOf(file, text)])))).toBeUndefined();
  });

  it("are followed: a circle of three files is found", () => {
    const imports = new Map([
      ["a.ts", ["b.ts"]],
      ["b.ts", ["c.ts"]],
      ["c.ts", ["b.ts"]],
    ]);
    expect(circleIn(imports)).toEqual(["b.ts", "c.ts", "b.ts"]);
    expect(importsOf("ops/up/refused.ts", sources.get("ops/up/refused.ts")!)).toContain("ops/up/rules.ts");
  });
});

describe("names of the contract", () => {
  it("are written in contract/ and nowhere else", () => {
    expect(copiesIn(sources)).toEqual([]);
  });

  it("are found where they are copied", () => {
    expect(copiesIn(new Map([["policy/x.ts", 'const type = "cells:index:CellStack";']]))).toEqual([
      "policy/x.ts: cells:index:CellStack",
    ]);
  });
});
