import { describe, expect, it } from "vitest";

import { judge } from "../../../policy/core/judge";
import { fromPlan, type Registered } from "../../../policy/front/plan";
import { families, type Family } from "./families";
import { corpusRules } from "./rules";
import { known, printOf } from "./stage";
import { pairs } from "./variants";

const facts = { ...known(), cells: [1, 2, 10, 11, 20].map(printOf) };

/** What is said of one resource of a cell, `kind` of verdict by kind. */
function said(
  { type, props }: Family,
  own: number,
  other: number,
): Readonly<Record<"blocked" | "open", readonly string[]>> {
  const stack = `urn:pulumi:dev::cells::cells:index:CellStack::cell-${own}`;
  const plain = { provider: "", dependencies: [], propertyDependencies: {} };
  const resources: readonly Registered[] = [
    { urn: stack, type: "cells:index:CellStack", name: `cell-${own}`, inputs: {}, parent: "", ...plain },
    { urn: `urn:pulumi:dev::cells::${type}::it`, type, name: "it", inputs: props(own, other), parent: stack, ...plain },
  ];
  const found = judge(corpusRules, fromPlan(resources), facts).filter(({ verdict }) => verdict.urn.endsWith("::it"));
  const of = (...kinds: readonly string[]): readonly string[] =>
    found
      .filter(({ verdict }) => kinds.includes(verdict.kind))
      .map(({ rule, verdict }) => `${rule.id} ${verdict.path ?? "-"}`);
  return { blocked: of("violation", "coupling"), open: of("undecided") };
}

describe("families of leaks beyond the open cases", () => {
  it.each(families)("$title", (family) => {
    for (const [own, other] of pairs) {
      const { blocked, open } = said(family, own, other);
      expect(blocked, `${own} to ${other}`).toEqual(family.says === undefined ? [] : [family.says]);
      if (family.open !== undefined) expect(open).toContain(family.open);
    }
  });
});
