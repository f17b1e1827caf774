import { gzipSync } from "fflate";
import { describe, expect, it } from "vitest";

import { judge } from "../../policy/core/judge";
import { rules } from "../../policy/rules";
import { plan } from "../../adapters/pulumi/plan/plan";
import { fromPlan } from "../../policy/front/plan";
import { cases } from "./corpus/cases";
import { known, Stage } from "./corpus/stage";
import { injected, paths } from "./corpus/unknowns";
import { samples } from "./samples";
import { unknown, World } from "./world";

const isolation = rules.filter(({ id }) => id.startsWith("ISO"));

function said(type: string, props: object): readonly string[] {
  const world = new World();
  world.add(type, props);
  return judge(isolation, world.resources, known()).map(
    ({ rule, verdict }) => `${rule.id} ${verdict.kind} ${verdict.path ?? "-"}`,
  );
}

describe("an unknown at every path of every sample", () => {
  const plain = Object.entries(samples).filter(
    ([, { act, props }]) => act === undefined && Object.keys(props).length > 0,
  );

  it.each(plain)("%s: is reported, and hides nothing else", (_id, { type, props }) => {
    for (const path of paths(props)) {
      const verdicts = said(type, injected(props, path, unknown));
      expect(verdicts).toContain(`ISO-18 undecided ${path.join(".")}`);
    }
    // A leak beside an unknown is still a leak.
    const both = said("aws:lambda/function:Function", {
      a: unknown,
      environment: { variables: { A: unknown, B: "redis-cell-2-0.internal" } },
    });
    expect(both).toContain("ISO-05 violation environment.variables.B");
  });
});

describe("an unknown at every path of every case", () => {
  it.each(cases)("$id: is reported, and hides no finding of another input", async ({ act }) => {
    const { resources, reads } = await plan(
      () => {
        const stage = new Stage(false);
        act(stage.cell(1), stage.cell(2), stage);
        return true;
      },
      { preview: true },
    );
    const judged = (given: typeof resources): readonly string[] =>
      judge(isolation, fromPlan(given, reads), known()).map(
        ({ rule, verdict: { kind, urn, path } }) => `${rule.id} ${kind} ${urn} ${path ?? ""}`,
      );
    const before = judged(resources).filter((line) => / (?:violation|coupling) /.test(line));
    const acted = resources.filter(
      ({ parent, type, name }) =>
        parent.endsWith("::cell-1") &&
        !type.startsWith("pulumi:") &&
        !/cell-1-(?:vpc|database|cluster|topic)$/.test(name),
    );
    for (const one of acted) {
      for (const path of paths(one.inputs).filter(({ length }) => length > 0)) {
        const inputs = injected(one.inputs, path, unknown);
        const after = judged(resources.map((other) => (other === one ? { ...one, inputs } : other)));
        const told = path.join(".");
        // Where the input is computed from the own cell alone, or not at all here, its edges have the word.
        const isOpen = (one.propertyDependencies[path[0]!] ?? []).length === 0;
        if (isOpen) expect(after).toContain(`ISO-18 undecided ${one.urn} ${told}`);
        const elsewhere = before.filter((line) => !line.includes(`${one.urn} ${path[0]}`));
        expect(elsewhere.filter((line) => !after.includes(line))).toEqual([]);
      }
    }
  });
});

describe("what cannot be read to its end", () => {
  const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString("base64");
  const wrapped = (times: number, text: string): string => (times === 0 ? text : base64(wrapped(times - 1, text)));
  const deep = (levels: number): object => (levels === 0 ? {} : { a: deep(levels - 1) });

  const unreadable: readonly (readonly [name: string, text: string])[] = [
    ["a bomb", base64(gzipSync(new Uint8Array(1 << 24)))],
    ["gzip that is cut off", base64(gzipSync(Buffer.from("redis-cell-2-0.internal".repeat(50))).slice(0, 40))],
    ["more layers than the limit", wrapped(7, "redis-cell-2-0.internal")],
    ["more than a mebibyte", "x ".repeat(600_000)],
  ];

  it.each(unreadable)("%s is undecided", (_name, text) => {
    expect(said("aws:lambda/function:Function", { environment: { variables: { A: text } } })).toContain(
      "ISO-18 undecided environment.variables.A",
    );
  });

  it("is undecided when it is nested too deep", () => {
    expect(
      said("aws:lambda/function:Function", deep(500)).some((line) => line.startsWith("ISO-18 undecided a.a.a")),
    ).toBe(true);
  });

  it("never crashes into a pass", () => {
    const hostile = JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": 1}}') as object;
    const texts = [
      "\ud800",
      "\udfff-cell-2",
      "%E0%A4%A",
      "&a [*a]",
      "a: &a [*a, *a]\nb: *a",
      "{",
      "[".repeat(10_000),
      "arn:",
      "arn:::::",
      "::",
      "1.2.3.4/99",
      "\0",
      "http://[",
      "%".repeat(1000),
    ];
    for (const text of texts) expect(() => said("aws:lambda/function:Function", { text, hostile })).not.toThrow();
    const leak = said("aws:lambda/function:Function", { texts, hostile, leak: "redis-cell-2-0.internal" });
    expect(leak).toContain("ISO-05 violation leak");
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});
