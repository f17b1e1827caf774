import { describe, expect, it } from "vitest";

import { fromPlan, type Registered } from "../../../policy/front/plan";
import { judge } from "../../../policy/core/judge";
import { rules } from "../../../policy/rules";
import { known, printOf } from "./stage";
import { carriers, encodings, literals, pairs, type Carrier } from "./variants";

const facts = { ...known(), cells: [1, 2, 10, 11, 20].map(printOf) };

/** One resource of a cell, with a text in it. */
function blocked(carrier: Carrier, own: number, text: string): readonly string[] {
  const stack = `urn:pulumi:dev::cells::cells:index:CellStack::cell-${own}`;
  const plain = { provider: "", dependencies: [], propertyDependencies: {} };
  const resources: readonly Registered[] = [
    { urn: stack, type: "cells:index:CellStack", name: `cell-${own}`, inputs: {}, parent: "", ...plain },
    { urn: `urn:pulumi:dev::cells::${carrier.type}::it`, type: carrier.type, name: "it", inputs: carrier.props(text), parent: stack, ...plain },
  ];
  return judge(rules.filter(({ id }) => id.startsWith("ISO")), fromPlan(resources), facts)
    .filter(({ verdict }) => verdict.kind === "violation")
    .map(({ rule, verdict }) => `${rule.id} ${verdict.path}`);
}

/** Every carrier meets every literal in every encoding; the pairs of cells take turns. */
function variants(): readonly { readonly carrier: Carrier; readonly own: number; readonly other: number; readonly make: (cell: number) => string; readonly name: string }[] {
  let turn = 0;
  return carriers.flatMap((carrier) =>
    literals.flatMap(([kind, literal]) =>
      encodings.map(([form, encode]) => {
        const [own, other] = pairs[(turn += 1) % pairs.length]!;
        return { carrier, own, other, make: (cell: number) => encode(literal(cell)), name: `${carrier.name}, ${kind}, ${form}, ${own} to ${other}` };
      }),
    ),
  );
}

describe("generated variants", () => {
  const all = variants();

  it("finds at least 99 % of the leaks, each at its place", () => {
    expect(all.length).toBeGreaterThanOrEqual(500);
    const missed = all.filter(({ carrier, own, other, make }) => blocked(carrier, own, make(other)).join() !== `${carrier.rule} ${carrier.path}`);
    expect(missed.map(({ name }) => name).slice(0, 40)).toEqual([]);
    expect(missed.length / all.length).toBeLessThanOrEqual(0.01);
  });

  it("is wrong about at most 1 % of the same texts with the cell's own number", () => {
    const wrong = all.filter(({ carrier, own, make }) => blocked(carrier, own, make(own)).length > 0);
    expect(wrong.map(({ name }) => name).slice(0, 40)).toEqual([]);
    expect(wrong.length / all.length).toBeLessThanOrEqual(0.01);
  });

  it("takes look-alikes for what they are", () => {
    const innocent = [
      "notcell-2.internal", "cell-2x.example.org", "xcell-2.dev.cells.example.org", "https://cell-2.somebody-else.example",
      "10.250.0.1", "8.8.8.8", "1.2.3.4", "v10.2.0.5", "release-10.2.0.5-rc1", "03:00-04:00", "aa:bb:cc:dd:ee:ff",
      "excellent-2", "supercell-2", "vpc-cell", "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy", "cells", "part of cell-2 until May, then moved",
    ];
    const wrong = innocent.filter((text) => blocked(carriers[0]!, 1, text).length > 0);
    expect(wrong).toEqual([]);
  });
});
