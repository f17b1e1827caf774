import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { cacheDirectory } from "../../adapters/files/paths";
import { find } from "../../local/go";

const go = find("go");
const withoutGo = go === undefined;
type Section = readonly object[] | { readonly cases: readonly object[] };
const conformanceFile = join(__dirname, "..", "..", "routing", "conformance.json");
const file = JSON.parse(readFileSync(conformanceFile, "utf8")) as Readonly<Record<string, Section>>;
const [{ steps }] = file["steps"] as unknown as readonly [{ readonly steps: readonly object[] }];
/** Sections that the reader knows, and a wrong answer to the first case of each. */
const wrong: Readonly<Record<string, object>> = {
  hashes: { slot: 0.5 },
  bases: { accepted: {} },
  compiled: { accepted: {} },
  overlays: { accepted: {} },
  decisions: { version: "1-000000000000" },
  signatures: { accepted: false },
  corrections: { followed: false },
  steps: { steps: steps.map((step) => ({ ...step, version: "1-000000000000" })) },
};
const casesOf = (section: Section): readonly object[] => ("cases" in section ? section.cases : section);

describe("a reader in Go, written from the documentation and the file", () => {
  let folder: string;
  const run = (path: string) => {
    const { status, stdout, stderr } = spawnSync(join(folder, "reader"), [path], { encoding: "utf8" });
    return { status, stderr, sections: stdout.split("\n").filter((line) => /^\w/.test(line)) };
  };

  beforeAll(() => {
    if (go === undefined) return;
    folder = mkdtempSync(join(tmpdir(), "reader-"));
    execFileSync(go, ["build", "-o", join(folder, "reader"), "."], {
      cwd: join(__dirname, "reader"),
      env: {
        ...process.env,
        CGO_ENABLED: "0",
        GOCACHE: join(cacheDirectory(), "go-build"),
        GOFLAGS: "-mod=mod -buildvcs=false",
        GOTOOLCHAIN: "local",
      },
    });
    // Without Go's cache it compiles the standard library too.
  }, 600_000);
  afterAll(() => {
    if (!withoutGo) rmSync(folder, { recursive: true, force: true });
  });

  it.skipIf(withoutGo)("gives every answer of the conformance file", () => {
    const sections = Object.keys(wrong).map((name) => `${name}: ${casesOf(file[name]!).length} passed, 0 failed`);
    expect(run(conformanceFile)).toEqual({ status: 0, stderr: "", sections });
  });

  it.skipIf(withoutGo)("reports a wrong answer in each section", () => {
    const changed = Object.entries(wrong).map(([name, answer]) => {
      const section = file[name]!;
      const [first, second] = casesOf(section);
      const cases = [{ ...first, ...answer }, second];
      return [name, "cases" in section ? { ...section, cases } : cases];
    });
    const path = join(folder, "wrong.json");
    writeFileSync(path, JSON.stringify({ ...file, ...Object.fromEntries(changed) }));
    const sections = Object.keys(wrong).map((name) => `${name}: 1 passed, 1 failed`);
    expect(run(path)).toEqual({ status: 1, stderr: "", sections });
  });
});
