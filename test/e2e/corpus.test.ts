import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { plan } from "../../adapters/pulumi/plan/plan";
import { judgeState, parseState } from "../../policy/front/state";
import { SmallEngine, type SmallStack } from "../harness/engine";
import { cases } from "../policy/corpus/cases";
import { corpusRules } from "../policy/corpus/rules";
import { blockedIn, openIn } from "../policy/corpus/said";
import { known, Stage, type Case } from "../policy/corpus/stage";
import { inject } from "../policy/corpus/unknowns";

/**
 * The leak corpus on the real engine: in previews (P), before each create of an `up` (C), and after it (A). Cases share
 * a stack where they can, each with a prefix to its names; a case that stops an `up` has its own stack.
 */
const corpus = join(__dirname, "../policy/corpus");
const program = join(corpus, "program");
const pack = ["--policy-pack", join(corpus, "pack")];
const others = { "eu-2": { value: "512" } };

/** Reads and deletedWith never come to a policy: the guard sees them before an engine does, the verifier after it. */
const unseen = /^ISO-08 |^ISO-20 COUPLING/;

let engine: SmallEngine;
beforeAll(async () => {
  engine = await SmallEngine.create();
});
afterAll(() => engine?.dispose());

async function onStack<T>(body: (stack: SmallStack) => Promise<T>, existing = {}): Promise<T> {
  const stack = await engine.stack(program, existing);
  try {
    return await body(stack);
  } finally {
    await stack.close();
  }
}

/** Expected findings of cases, with the prefixes of a shared stack. */
function expected(list: readonly Case[], says: (one: Case) => readonly string[]): readonly string[] {
  return list.flatMap((one) => says(one).map((line) => line.replace(/ (cell-\d)/, ` ${one.id}-$1`))).sort();
}

const ids = (list: readonly Case[]): Record<string, string> => ({ cases: list.map(({ id }) => id).join(",") });
const stopped = cases.filter(({ stops }) => stops !== undefined);
const passing = cases.filter(({ stops }) => stops === undefined);

describe("the corpus on the real engine", () => {
  it("P: a preview reports exactly the expected findings of every case", async () => {
    const run = await onStack((stack) => stack.run(["preview", ...pack], ids(cases)), others);
    expect(blockedIn(run)).toEqual(expected(cases, ({ says }) => says.filter((line) => !unseen.test(line))));
    expect(run.code).not.toBe(0);
    // Harmless cases leave nothing open either; a note is no open question.
    const harmless = openIn(run).filter((line) => / N\d\d-/.test(line));
    expect(harmless).toEqual(expected(cases, ({ notes }) => notes ?? []));
  });

  it("P: the guard refuses what no policy sees, before anything is registered", async () => {
    // Ids of test/policy/corpus/cases.ts. A case's id is the first part of the name of each resource that it creates.
    const run = await onStack((stack) => stack.run(["preview"], { cases: "L07,L30,L33", guard: "true" }), others);
    expect(run.code).not.toBe(0);
    expect(run.output).toMatch(/vpc-of-2 \(aws:ec2\/vpc:Vpc\): L07-cell-1 reads a resource that it did not create/);
    expect(run.output).toMatch(
      /L30-cell-1-tied \(aws:sns\/topic:Topic\): it would be deleted with a resource of L30-cell-2/,
    );
    expect(run.output).toMatch(
      /organization\/cells\/eu-2 \(pulumi:pulumi:StackReference\): this stack may not be read/,
    );
    expect(run.output).not.toMatch(/\n\s+at .*guard/);
  });

  it("C: an up creates nothing that leaks", async () => {
    const todo = [...stopped];
    const ended: {
      readonly id: string;
      readonly blocked: readonly string[];
      readonly made: readonly string[];
      readonly code: number;
    }[] = [];
    // Two at a time: each is an engine, a language host, a program and a pack.
    const work = async (): Promise<void> => {
      for (let one = todo.shift(); one !== undefined; one = todo.shift()) {
        const { id } = one;
        await onStack(async (stack) => {
          const run = await stack.run(["up", "--yes", "--skip-preview", ...pack], { cases: id });
          ended.push({ id, blocked: blockedIn(run), made: stack.made, code: run.code });
        });
      }
    };
    await Promise.all([work(), work()]);
    const byId = new Map(ended.map((one) => [one.id, one]));
    expect(Object.fromEntries(ended.map(({ id, blocked }) => [id, blocked]))).toEqual(
      Object.fromEntries(stopped.map(({ id, stops }) => [id, stops])),
    );
    for (const { id, stops = [] } of stopped) {
      const { made, code } = byId.get(id)!;
      expect(code, id).not.toBe(0);
      for (const line of stops) expect(made, id).not.toContain(line.split(" ")[1]);
    }
  });

  it("A: the pack reports what only the whole stack shows, once everything is created", async () => {
    await onStack(async (stack) => {
      const run = await stack.run(["up", "--yes", "--skip-preview", ...pack], ids(passing));
      expect(run.code).not.toBe(0);
      expect(blockedIn(run)).toEqual(
        expected(passing, ({ says, saysInUp }) => (saysInUp ?? says).filter((line) => !unseen.test(line))),
      );
      expect(stack.made).toEqual(expect.arrayContaining(["L20-cell-1-role", "N09-cell-1-s3"]));
    }, others);
  });

  it("A: the verifier finds all of it in the exported state, and leaves nothing open", async () => {
    const text = await onStack(async (stack) => {
      expect((await stack.run(["up", "--yes", "--skip-preview"], ids(cases))).code).toBe(0);
      return stack.export();
    }, others);
    const found = judgeState(parseState(text, "stack export"), known(), corpusRules);
    const said = (...kinds: readonly string[]): readonly string[] =>
      found
        .filter(({ verdict }) => kinds.includes(verdict.kind))
        .map(
          ({ rule, verdict: { kind, urn, path } }) =>
            `${rule.id}${kind === "coupling" ? " COUPLING" : ""} ${urn.split("::").pop()}${path === undefined ? "" : ` ${path}`}`,
        )
        .sort();
    expect(said("violation", "coupling")).toEqual(
      expected(cases, ({ says, saysInUp, saysAfter }) => saysAfter ?? saysInUp ?? says),
    );
    expect(said("undecided")).toEqual([]);
    expect(said("advisory")).toEqual(expected(cases, ({ notes }) => notes ?? []));
  });

  it("P: an unknown at any path is reported, and switches nothing off", async () => {
    // The same names and paths as the program's.
    const wanted: { readonly name: string; readonly path: string }[] = [];
    await plan(
      () => {
        for (const { id, act } of cases) {
          const stage = new Stage(true, `${id}-`);
          act(stage.cell(1), stage.cell(2), stage);
          wanted.push(...inject(stage.cell(1), pulumi.output("known")));
        }
        return true;
      },
      { preview: true },
    );
    expect(wanted.length).toBeGreaterThan(70);
    const run = await onStack((stack) => stack.run(["preview", ...pack], { ...ids(cases), unknowns: "true" }), others);
    const open = new Set(openIn(run));
    const blocked = blockedIn(run);
    // Reported at its path; or the input is blocked anyway, as one with two networks is.
    const isReported = ({ name, path }: { readonly name: string; readonly path: string }): boolean =>
      open.has(`ISO-18 ${name} ${path}`) || blocked.some((line) => line.endsWith(` ${name} ${path.split(".")[0]}`));
    expect(wanted.filter((one) => !isReported(one))).toEqual([]);
    // Every leak of the cases themselves is still found, beside all the unknowns.
    expect(
      expected(cases, ({ says }) => says.filter((line) => !unseen.test(line))).filter(
        (line) => !blocked.includes(line),
      ),
    ).toEqual([]);
    expect(run.output).not.toMatch(/can't run policy/);
  });
});
