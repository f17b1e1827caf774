import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { gateRules } from "../../ops/up/rules";
import { judge } from "../../policy/core/judge";
import { firstSaid, policiesMarkdown, type Comparison, type Sample } from "../../policy/report/docs";
import { rules } from "../../policy/rules";
import { cases } from "./corpus/cases";
import { known } from "./corpus/stage";
import { put, samples } from "./samples";
import { unknown, World } from "./world";

const file = join(__dirname, "../../docs/policies.md");

/** No class and no allowed regions, so the cells of the samples are judged as production. */
const strict = {
  ...known({
    exceptions: [
      { rule: "HA-01", urn: "urn:it", reason: "the replica follows", owner: "platform", expires: "2026-01-01" },
    ],
  }),
  cells: known().cells.map(({ production: _production, ...print }) => print),
};

function sampleOf(id: string): Sample | undefined {
  const sample = samples[id];
  const rule = rules.find((one) => one.id === id);
  if (sample === undefined || rule === undefined) return undefined;
  const world = new World();
  put(world, sample);
  const said = firstSaid(
    judge(
      [rule],
      world.resources,
      sample.known ?? (id === "GOV-04" ? strict : { ...strict, register: known().register }),
    ),
    rule,
  );
  if (said === undefined) return undefined;
  const props = JSON.stringify(sample.props).replaceAll(String(unknown), "(not known yet)");
  return { rule: id, bad: `${sample.type} ${props}${sample.note === undefined ? "" : `   # ${sample.note}`}`, said };
}

/** The corpus' own verdicts, and those that `bench -- policy --checkov` recorded. */
function beside(): Comparison {
  const {
    version,
    date,
    cases: recorded,
  } = JSON.parse(readFileSync(join(__dirname, "corpus/checkov.json"), "utf8")) as {
    version: string;
    date: string;
    cases: Record<string, { findings: string[]; ofTheLeak: string[] }>;
  };
  return {
    version,
    date,
    cases: Object.entries(recorded).map(([id, { findings, ofTheLeak }]) => {
      const found = cases.find((each) => each.id === id);
      if (found === undefined) throw new Error(`there is no case ${id}`);
      const ours = found.says.filter((said) => !/ advisory$/.test(said)).map((said) => said.split(" ")[0]!);
      return {
        id,
        title: found.title,
        ours: [...new Set(ours)],
        ofTheLeak,
        ofBoth: findings.length - ofTheLeak.length,
      };
    }),
  };
}

describe("docs/policies.md", () => {
  const told = new Map(
    rules.flatMap(({ id }) => {
      const sample = sampleOf(id);
      return sample === undefined ? [] : [[id, sample] as const];
    }),
  );

  it("has a sample for every rule, and the rule objects to it", () => {
    expect(rules.map(({ id }) => id).filter((id) => !told.has(id))).toEqual([]);
  });

  it("is what the rules say", () => {
    const text = policiesMarkdown(rules, gateRules, told, beside());
    if (process.env["UPDATE_DOCS"] === "1") writeFileSync(file, text);
    expect(readFileSync(file, "utf8")).toBe(text);
  });
});
