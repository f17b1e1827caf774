import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Command } from "commander";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";

import { register } from "../../cli/verbs/check";
import { checkEnvironment, formatReport } from "../../adapters/policy/check";
import type { Report } from "../../policy/report/report";

const forms = ["text", "json", "sarif", "markdown"] as const;
const password = "hunter2";

/** What a stack of two cells exports, in which the first refers to the second. */
function exported(host: string): string {
  const stack = "urn:pulumi:dev::cells::pulumi:pulumi:Stack::cells-dev";
  const cell = (number: number): object => ({
    urn: `urn:pulumi:dev::cells::cells:index:CellStack::cell-${number}`,
    type: "cells:index:CellStack",
    custom: false,
    parent: stack,
    outputs: { cellId: `cell-${number}` },
  });
  const secret = {
    urn: "urn:pulumi:dev::cells::cells:index:CellStack$kubernetes:core/v1:Secret::cell-0-settings",
    type: "kubernetes:core/v1:Secret",
    id: "app/settings",
    custom: true,
    parent: "urn:pulumi:dev::cells::cells:index:CellStack::cell-0",
    inputs: { stringData: { URL: `postgres://app:${password}@${host}/app` } },
  };
  const resources = [{ urn: stack, type: "pulumi:pulumi:Stack", custom: false }, cell(0), cell(1), secret];
  return JSON.stringify({ version: 3, deployment: { resources } });
}

describe("a report of a catalog and of states", () => {
  let directory: string;
  let catalog: string;
  let leaking: string;
  let clean: string;
  let report: Report;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "cells-report-"));
    catalog = join(directory, "dev.yaml");
    const dev = parse(readFileSync("catalog/dev.yaml", "utf8")) as { cells: readonly object[] };
    const small = {
      ...dev,
      routers: ["eu-west-1"],
      localities: { EU: ["eu-west-1"] },
      residency: inOne(dev),
      cells: [0, 1].map((number) => ({ number, locality: "EU", region: "eu-west-1" })),
    };
    writeFileSync(catalog, stringify(small));
    leaking = join(directory, "leaking.json");
    clean = join(directory, "clean state.json");
    writeFileSync(leaking, exported("postgres-cell-1-primary.cell-1.internal"));
    writeFileSync(clean, exported("postgres-cell-0-primary.cell-0.internal"));
    report = await checkEnvironment(catalog, { states: [clean, leaking] });
  });

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it("lists each source, in the order given, and where each finding is", () => {
    expect(report.sources.map(({ name, kind, cells }) => [name, kind, cells])).toEqual([
      [catalog, "catalog", 2],
      [clean, "state", 2],
      [leaking, "state", 2],
    ]);
    expect(
      report.findings
        .filter(({ rule }) => rule.startsWith("ISO"))
        .map(({ source, rule, path, owners }) => [source, rule, path, owners]),
    ).toEqual([[leaking, "ISO-16", "stringData.URL", ["cell-0", "cell-1"]]]);
  });

  it.each(forms)("as %s names rule and source, is the same every time, and shows no value", async (form) => {
    const text = formatReport(report, form);
    expect(text).toContain("ISO-16");
    expect(text).toContain("leaking.json");
    expect(text).not.toContain(password);
    expect(text).not.toContain("cell-1.internal");
    expect(formatReport(await checkEnvironment(catalog, { states: [clean, leaking] }), form)).toBe(text);
  });

  it("as SARIF has a place that code scanning takes for each result", () => {
    interface Result {
      readonly ruleIndex: number;
      readonly ruleId: string;
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string };
          readonly region: { readonly startLine: number };
        };
      }[];
      readonly partialFingerprints: Readonly<Record<string, string>>;
    }
    const { version, runs } = JSON.parse(formatReport(report, "sarif")) as {
      version: string;
      runs: { results: Result[]; tool: { driver: { rules: { id: string }[] } } }[];
    };
    expect(version).toBe("2.1.0");
    const [{ results, tool } = { results: [], tool: { driver: { rules: [] } } }] = runs;
    expect(results).toHaveLength(report.findings.length + report.undecided.length + report.notes.length);
    expect(results.length).toBeGreaterThan(0);
    for (const { ruleId, ruleIndex, locations } of results) {
      expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
      const [{ physicalLocation }] = locations as [Result["locations"][number]];
      expect(physicalLocation.artifactLocation.uri).toMatch(/^[^\s]+$/);
      expect(physicalLocation.region.startLine).toBe(1);
    }
    // The standard wants a whole address here, and the page of the rules has none.
    expect(tool.driver).not.toHaveProperty("informationUri");
    const prints = results.map(({ partialFingerprints }) => JSON.stringify(partialFingerprints));
    expect(new Set(prints).size).toBe(prints.length);
  });

  it("as Markdown lets no name of a resource become markup", () => {
    const evil = "x](javascript:1) <img src=x> | `y`\n# z";
    const one = { ...report.findings[0]!, urn: `urn:pulumi:dev::cells::t::${evil}`, path: "a|b`c", message: evil };
    const text = formatReport({ ...report, findings: [one], undecided: [] }, "markdown");
    const row = text.split("\n").find((line) => line.includes("javascript"))!;
    expect(row.replace(/`[^`]*`/g, "")).not.toMatch(/<img|[^\\]\]\(javascript/);
    expect(row.replace(/\\\|/g, "").split("|")).toHaveLength(7);
    expect(text).not.toMatch(/^# z/m);
  });

  it("as Markdown stays below what GitHub takes, and says what is left out", () => {
    const many = Array.from({ length: 500 }, () => report.findings[0]!);
    const text = formatReport({ ...report, findings: many, undecided: [] }, "markdown");
    expect(text.length).toBeLessThan(65_536);
    expect(text).toContain("400 more are not shown here.");
  });

  it("as text shows a hundred findings and the number of the others; as JSON it has all", () => {
    const many = {
      ...report,
      findings: Array.from({ length: 500 }, () => report.findings[0]!),
      undecided: [],
      notes: [],
    };
    const lines = formatReport(many, "text").split("\n");
    expect(lines.filter((line) => line.startsWith(`${many.findings[0]!.rule} `))).toHaveLength(100);
    expect(lines).toContain("and 400 more, which --json lists");
    expect((JSON.parse(formatReport(many, "json")) as Report).findings).toHaveLength(500);
  });

  it("is what the command prints, with exit code 1 for a finding, and standard input is a state too", () => {
    const run = (args: readonly string[], input = ""): { status: number | null; stdout: string; stderr: string } =>
      spawnSync(process.execPath, ["cli/bin.js", "check", catalog, ...args], { encoding: "utf8", input });
    const found = run(
      ["--json", "--state", "-", "--state", clean],
      exported("postgres-cell-1-primary.cell-1.internal"),
    );
    expect(found.stderr).toBe("");
    expect(found.status).toBe(1);
    const { sources, findings } = JSON.parse(found.stdout) as Report;
    expect(sources.map(({ name }) => name)).toEqual([catalog, "standard input", clean]);
    expect(findings.some(({ rule, source }) => rule === "ISO-16" && source === "standard input")).toBe(true);
    const wrong = run(["--state", join(directory, "none.json")]);
    expect(wrong).toMatchObject({ status: 1, stdout: "" });
    expect(wrong.stderr.trim().split("\n")).toHaveLength(1);
  });

  it("names the mistakes of every file that it needs in one message, and as JSON all of a catalog", () => {
    const broken = join(directory, "broken.yaml");
    writeFileSync(broken, readFileSync(catalog, "utf8").replace("revision: 1", "revision: .nan"));
    const run = (
      args: readonly string[],
      env: NodeJS.ProcessEnv = {},
    ): { status: number | null; stdout: string; stderr: string } =>
      spawnSync(process.execPath, ["cli/bin.js", "check", broken, ...args], {
        encoding: "utf8",
        env: { ...process.env, ...env },
      });
    const both = run([], { CELLS_FINGERPRINTS: "nowhere.json" });
    expect(both.status).toBe(1);
    expect(both.stderr).toMatch(/revision: \.nan: write a positive[^]*CELLS_FINGERPRINTS names nowhere\.json/);
    const json = run(["--json"]);
    expect(json.status).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ valid: false, issues: [{ path: "revision", value: ".nan" }] });
  });

  it("begins with no long work when a file cannot be read", async () => {
    await expect(checkEnvironment(catalog, { states: [join(directory, "none.json")] })).rejects.toThrow(
      /^there is no file .*none\.json$/,
    );
    await expect(checkEnvironment(catalog, { states: [directory] })).rejects.toThrow(/cannot be read \(EISDIR\)$/);
    writeFileSync(join(directory, "no.json"), `{"deployment": "${password}"`);
    await expect(checkEnvironment(catalog, { states: [join(directory, "no.json")] })).rejects.toThrow(
      /^(?!.*hunter2).*is not JSON/,
    );
    await expect(checkEnvironment(join(directory, "none.yaml"))).rejects.toThrow(/no such file/);
  });
});

describe("the options of cells check", () => {
  async function mistake(...args: readonly string[]): Promise<string> {
    let said = "";
    const program = new Command("cells").exitOverride().configureOutput({ writeErr: (text) => void (said += text) });
    register(program);
    for (const command of program.commands)
      command.exitOverride().configureOutput({ writeErr: (text) => void (said += text) });
    await expect(program.parseAsync(["node", "cells", "check", ...args])).rejects.toThrow();
    return said.trim();
  }

  it("that do not go together are refused in one message", async () => {
    expect(await mistake("--json", "--sarif")).toMatch(
      /^error: option '--(?:json|sarif)' cannot be used with option '--(?:json|sarif)'$/,
    );
    expect(await mistake("--since", "main", "--base", "x.yaml")).toMatch(/cannot be used with option/);
    expect(await mistake("--state")).toMatch(/argument missing/);
  });
});

/** Every jurisdiction of the dev environment in one locality. */
function inOne(dev: object): object {
  const { residency } = dev as { residency: { jurisdictions: object } };
  return {
    ...residency,
    jurisdictions: Object.fromEntries(Object.keys(residency.jurisdictions).map((name) => [name, ["EU"]])),
  };
}
