import { describe, expect, it } from "vitest";

import { fromPlan, type Registered } from "../../../policy/front/plan";
import { judge } from "../../../policy/core/judge";
import { rules } from "../../../policy/rules";
import { known, printOf } from "./stage";
import { carriers, encodings, literals, pairs, type Carrier } from "./variants";

const facts = { ...known(), cells: [1, 2, 10, 11, 20].map(printOf) };

/** The same cells, whose ids are words of their own. */
const words: Readonly<Record<number, string>> = {
  1: "blue-eu",
  2: "green-us",
  10: "ocean",
  11: "blue-eu-west",
  20: "green",
};
const renamed = { ...facts, cells: facts.cells.map((print) => ({ ...print, id: words[print.number!]! })) };

/** One resource of a cell, with a text in it. */
function blocked(carrier: Carrier, own: number, text: string, known = facts): readonly string[] {
  const id = known.cells.find(({ number }) => number === own)!.id;
  const stack = `urn:pulumi:dev::cells::cells:index:CellStack::${id}`;
  const plain = { provider: "", dependencies: [], propertyDependencies: {} };
  const resources: readonly Registered[] = [
    { urn: stack, type: "cells:index:CellStack", name: id, inputs: {}, parent: "", ...plain },
    {
      urn: `urn:pulumi:dev::cells::${carrier.type}::it`,
      type: carrier.type,
      name: "it",
      inputs: carrier.props(text),
      parent: stack,
      ...plain,
    },
  ];
  return judge(
    rules.filter(({ id }) => id.startsWith("ISO")),
    fromPlan(resources),
    known,
  )
    .filter(({ verdict }) => verdict.kind === "violation")
    .map(({ rule, verdict }) => `${rule.id} ${verdict.path}`);
}

/** Every carrier meets every literal in every encoding; the pairs of cells take turns. */
function variants(): readonly {
  readonly carrier: Carrier;
  readonly own: number;
  readonly other: number;
  readonly make: (cell: number) => string;
  readonly name: string;
}[] {
  let turn = 0;
  return carriers.flatMap((carrier) =>
    literals.flatMap(([kind, literal]) =>
      encodings.map(([form, encode]) => {
        const [own, other] = pairs[(turn += 1) % pairs.length]!;
        return {
          carrier,
          own,
          other,
          make: (cell: number) => encode(literal(cell)),
          name: `${carrier.name}, ${kind}, ${form}, ${own} to ${other}`,
        };
      }),
    ),
  );
}

describe("generated variants", () => {
  const all = variants();

  it("finds at least 99 % of the leaks, each at its place", () => {
    expect(all.length).toBeGreaterThanOrEqual(500);
    const missed = all.filter(
      ({ carrier, own, other, make }) =>
        blocked(carrier, own, make(other)).join() !== `${carrier.rule} ${carrier.path}`,
    );
    expect(missed.map(({ name }) => name).slice(0, 40)).toEqual([]);
    expect(missed.length / all.length).toBeLessThanOrEqual(0.01);
  });

  it("is wrong about at most 1 % of the same texts with the cell's own number", () => {
    const wrong = all.filter(({ carrier, own, make }) => blocked(carrier, own, make(own)).length > 0);
    expect(wrong.map(({ name }) => name).slice(0, 40)).toEqual([]);
    expect(wrong.length / all.length).toBeLessThanOrEqual(0.01);
  });

  it("finds cells whose ids are other words, by number and by word", () => {
    const some = all.filter(({ carrier }) => carrier === carriers[0]);
    const wrong = some.filter(({ carrier, own, other, make }) => {
      const [leak, fine] = [other, own].map((cell) => blocked(carrier, own, make(cell), renamed).join());
      return leak !== `${carrier.rule} ${carrier.path}` || fine !== "";
    });
    expect(wrong.map(({ name }) => name).slice(0, 40)).toEqual([]);
    for (const [own, other] of pairs) {
      const names = [
        `dev-${words[other]}-kafka`,
        `arn:aws:sqs:eu-west-1:123456789012:dev-${words[other]}-events`,
        `app.${words[other]}.internal`,
      ];
      const missed = names.filter((name) => blocked(carriers[0]!, own, name, renamed).length === 0);
      expect(missed, `${words[own]} to ${words[other]}`).toEqual([]);
      const mine = names.map((name) => name.replaceAll(words[other]!, words[own]!));
      expect(
        mine.filter((name) => blocked(carriers[0]!, own, name, renamed).length > 0),
        words[own],
      ).toEqual([]);
    }
  });

  it("takes look-alikes for what they are", () => {
    const innocent = [
      "notcell-2.internal",
      "cell-2x.example.org",
      "xcell-2.dev.cells.example.org",
      "https://cell-2.somebody-else.example",
      "10.250.0.1",
      "8.8.8.8",
      "1.2.3.4",
      "v10.2.0.5",
      "release-10.2.0.5-rc1",
      "03:00-04:00",
      "aa:bb:cc:dd:ee:ff",
      "excellent-2",
      "supercell-2",
      "vpc-cell",
      "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy",
      "cells",
      "part of cell-2 until May, then moved",
      "curl https://cell-2.somebody-else.example/x",
      "ping cell-2.somebody-else.example now",
      "https://git.example.org/acme/cell-2-tools",
      "1.10.2.0",
      "10.2*3",
      "^10.2.0 || 10.2.x",
      "cell-1,cell-1-jobs",
      "10.1.0.0 255.255.0.0",
      "10.1.0.1-10.1.0.9",
      "supercell2-db",
      "0a020411-0a02-4a02-8a02-0a0204110a02",
      "postgres://a@postgres-cell-1-primary.internal/app_cell_1",
    ];
    const wrong = innocent.filter((text) => blocked(carriers[0]!, 1, text).length > 0);
    expect(wrong).toEqual([]);
  });
});
