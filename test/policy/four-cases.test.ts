import { describe, expect, it } from "vitest";

import { judge } from "../../policy/core/judge";
import { blocks } from "../../policy/core/rule";
import { rules } from "../../policy/rules";
import { cases, type Scene } from "./cases";
import { known as corpus } from "./corpus/stage";
import { properties } from "./properties";
import { put, samples } from "./samples";
import { World } from "./world";

function ruleOf(id: string): (typeof rules)[number] {
  const found = rules.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no rule ${id}`);
  return found;
}

function said(id: string, { act, known, by }: Scene): readonly string[] {
  const world = new World();
  act(world);
  return world.judged(ruleOf(by ?? id), known);
}

describe("every rule", () => {
  it.each(rules.map(({ id }) => id))("%s has a bad, a good, an absent and an unknown case", (id) => {
    expect(samples[id], "a sample violation in samples.ts").toBeDefined();
    expect(
      cases[id] ?? properties[id],
      "good, absent and unknown in cases.ts, or properties in properties.ts",
    ).toBeDefined();
  });

  it("has no case of a rule that is gone", () => {
    const ids = new Set(rules.map(({ id }) => id));
    expect(
      [...Object.keys(cases), ...Object.keys(properties), ...Object.keys(samples)].filter((id) => !ids.has(id)),
    ).toEqual([]);
  });
});

describe.each(rules.map(({ id }) => id))("%s", (id) => {
  it("objects to its sample", () => {
    const sample = samples[id]!;
    const world = new World();
    put(world, sample);
    const facts =
      sample.known ??
      corpus(
        id === "GOV-04"
          ? { exceptions: [{ rule: "HA-01", urn: "urn:it", reason: "it", owner: "it", expires: "2020-01-01" }] }
          : {},
      );
    const strict = sample.known ?? { ...facts, cells: facts.cells.map(({ production: _class, ...print }) => print) };
    const found = judge([ruleOf(id)], world.resources, strict);
    // ISO-18 reports what is undecided and blocks nothing in a preview.
    expect(found.some(({ verdict }) => (id === "ISO-18" ? verdict.kind === "undecided" : blocks(verdict)))).toBe(true);
  });

  const four = cases[id];
  if (four === undefined) return;
  it("reports nothing for a valid world", () => expect(said(id, four.good)).toEqual(four.good.says));
  it("judges absence", () => expect(said(id, four.absent)).toEqual(four.absent.says));
  it("never takes what is unknown for clean", () => {
    const found = said(id, four.unknown);
    expect(found).toEqual(four.unknown.says);
    expect(found.length).toBeGreaterThan(0);
  });
});
