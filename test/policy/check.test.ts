import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { loadCatalog } from "../../catalog/load";
import { checkEnvironment, formatReport } from "../../adapters/policy/check";
import { starterCatalog } from "../../ops/catalog/starter";
import { judge } from "../../policy/core/judge";
import { knownOf } from "../../policy/front/known";
import { fromPlan } from "../../policy/front/plan";
import { reportOf, type Source } from "../../policy/report/report";
import { rules } from "../../policy/rules";
import { planEnvironment } from "../../adapters/pulumi/plan/environment";

const source: Source = { name: "catalog/dev.yaml", kind: "catalog", cells: 8, resources: 1, extent: { kind: "whole" } };

/** The dev environment with one password in a rule's reach: a leak beside a secret. */
async function leaking(): Promise<ReturnType<typeof reportOf>> {
  const { resources } = await planEnvironment(loadCatalog("catalog/dev.yaml"));
  const changed = resources.map((one) =>
    one.type === "kubernetes:core/v1:Secret" &&
    one.name.startsWith("cell-3") &&
    one.inputs["data"]?.DATABASE_URL !== undefined
      ? {
          ...one,
          inputs: {
            ...one.inputs,
            stringData: { DATABASE_URL: "postgres://app:hunter2@postgres-cell-4-primary.cell-4.internal/app" },
          },
        }
      : one,
  );
  return reportOf(rules, [{ source, found: judge(rules, fromPlan(changed), knownOf("dev")) }]);
}

const folder = mkdtempSync(join(tmpdir(), "cells-check-"));
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe("cells check", { timeout: 120_000 }, () => {
  it("has no findings in the dev environment", async () => {
    const report = await checkEnvironment("catalog/dev.yaml");
    expect(report).toMatchObject({ sources: [{ cells: 8, extent: { kind: "whole" } }], findings: [], undecided: [] });
    // China has one cell: no other may take over for it.
    expect(report.notes.map(({ rule, path }) => `${rule} ${path}`)).toEqual(["SOV-04 residency.jurisdictions.CN"]);
    expect(formatReport(report, "text")).toMatch(
      /catalog\/dev\.yaml: no findings; 0 undecided, 1 note; 8 cells, \d+ resources/,
    );
  });

  it("has no findings where two cells are of each class", async () => {
    const classes = ["small", "small", "medium", "medium", "large", "large"];
    const text = readFileSync("catalog/dev.yaml", "utf8").replace(
      /(\{ number: (\d), [^}]*?) \}/g,
      (all, cell: string, at) =>
        classes[Number(at)] === undefined ? String(all) : `${cell}, sizeClass: ${classes[Number(at)]} }`,
    );
    expect(text.match(/sizeClass: (?:small|medium|large)/g)).toHaveLength(classes.length);
    const { findings, undecided } = await checkEnvironment(written("dev.yaml", text));
    expect({ findings, undecided }).toEqual({ findings: [], undecided: [] });
  });

  it("finds what AWS refuses of a change, beside what it would create", async () => {
    const one = { environment: "dev", domain: "cells.example.com", regions: ["eu-west-1"] };
    const [before, after] = (["dev", "small"] as const).map((sizeClass) =>
      written(`${sizeClass}.yaml`, starterCatalog({ ...one, sizeClass })),
    );
    const { findings } = await checkEnvironment(after!, { base: { file: before! } });
    expect(findings.map(({ rule, path, urn }) => [rule, path, urn.split("::").at(-1)])).toEqual([
      ["DUR-05", "instanceTypes", "cell-0-blue"],
    ]);
  });

  it("reports a leak in every format, in the same order, and never a value", async () => {
    const report = await leaking();
    expect(report.findings.map(({ rule, path, owners }) => [rule, path, owners])).toEqual([
      ["ISO-16", "stringData.DATABASE_URL", ["cell-3", "cell-4"]],
    ]);
    for (const format of ["text", "json", "sarif", "markdown"] as const) {
      const text = formatReport(report, format);
      expect(text).toContain("ISO-16");
      expect(text).not.toContain("hunter2");
      expect(text).not.toContain("postgres-cell-4");
      expect(formatReport(report, format)).toBe(text);
    }
    const sarif = JSON.parse(formatReport(report, "sarif")) as {
      runs: {
        results: { ruleId: string; ruleIndex: number; level: string }[];
        tool: { driver: { rules: { id: string }[] } };
      }[];
    };
    const [run] = sarif.runs;
    const [result] = run!.results;
    expect(result).toMatchObject({ ruleId: "ISO-16", level: "error" });
    expect(run!.tool.driver.rules[result!.ruleIndex]?.id).toBe("ISO-16");
  });
});
