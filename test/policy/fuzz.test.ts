import { unknownCheckingProxy, type PolicyResource } from "@pulumi/policy";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { judge } from "../../policy/core/judge";
import { policies } from "../../policy/front/crossguard";
import { fromPlan, type Registered } from "../../policy/front/plan";
import { rules } from "../../policy/rules";
import { known } from "./corpus/stage";
import { bags, bombs, planted } from "./hostile/bags";

/** A share of what `npm run bench -- policy --fuzz` runs. */
const runs = Number(process.env["CELLS_RUNS"] ?? 1000);
const timeout = 3_600_000;
const facts = known();
const types = [
  ...new Set(rules.flatMap(({ resource }) => resource?.types ?? [])),
  "aws:sns/topic:Topic",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:route53/zone:Zone",
  "aws:ec2/route:Route",
  "kubernetes:core/v1:Secret",
  "pulumi:providers:aws",
];
const cellUrn = "urn:pulumi:dev::cells::cells:index:CellStack::cell-1";

/** What a plan's judgement says of one resource of cell 1. */
function judged(type: string, inputs: object): readonly string[] {
  const plain = { provider: "", dependencies: [], propertyDependencies: {} };
  const resources: readonly Registered[] = [
    { urn: cellUrn, type: "cells:index:CellStack", name: "cell-1", inputs: {}, parent: "", ...plain },
    { urn: "urn:it", type, name: "it", inputs, parent: cellUrn, ...plain },
  ];
  return judge(rules, fromPlan(resources), facts)
    .filter(({ verdict }) => verdict.urn === "urn:it")
    .map(({ rule, verdict }) => `${rule.id} ${verdict.kind}`);
}

/** What the pack reports of it, as the SDK calls it: an exception would fail the run, or switch a policy off. */
async function reported(type: string, inputs: object): Promise<readonly string[]> {
  const opts = {
    protect: false,
    ignoreChanges: [],
    aliases: [],
    additionalSecretOutputs: [],
    parent: cellUrn,
  } as unknown as PolicyResource["opts"];
  const base = { opts, dependencies: [], propertyDependencies: {} };
  const cell = {
    ...base,
    type: "cells:index:CellStack",
    name: "cell-1",
    urn: cellUrn,
    props: unknownCheckingProxy({ cellId: "cell-1" }),
    opts: { ...opts, parent: undefined },
  };
  const it = { ...base, type, name: "it", urn: "urn:it", props: unknownCheckingProxy(inputs), parent: cell };
  const said: string[] = [];
  const report = (message: string): void => void said.push(message.split(":")[0]!);
  for (const policy of policies(rules, () => facts)) {
    if ("validateStack" in policy)
      await (policy.validateStack as (args: unknown, report: unknown) => unknown)(
        { resources: [cell, it], getConfig: () => ({}) },
        report,
      );
    else
      for (const one of [cell, it])
        await (policy.validateResource as (args: unknown, report: unknown) => unknown)(
          { ...one, getConfig: () => ({}) },
          report,
        );
  }
  return said;
}

const leak = "postgres-cell-2-primary.cell-2.internal";
const isTold = (line: string): boolean => /^(?:ISO|NET)-\d+ (?:violation|undecided)$/.test(line);

describe("hostile properties", () => {
  it(
    "never crash the pack",
    async () => {
      let count = 0;
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...types), bags, async (type, bag) => {
          judged(type, bag);
          await reported(type, bag);
          count += 1;
        }),
        { numRuns: runs },
      );
      process.stderr.write(`hostile bags judged: ${count}\n`);
      expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    },
    timeout,
  );

  it(
    "hide no leak: it is found, or said to be undecided",
    async () => {
      let count = 0;
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...types), planted(leak), async (type, bag) => {
          expect(judged(type, bag).some(isTold)).toBe(true);
          expect((await reported(type, bag)).some((line) => /^(?:ISO|NET)-/.test(line))).toBe(true);
          count += 1;
        }),
        { numRuns: runs },
      );
      process.stderr.write(`planted leaks judged: ${count}\n`);
    },
    timeout,
  );

  it(
    "that are bombs are undecided",
    () => {
      fc.assert(
        fc.property(bombs, (text) => {
          expect(judged("aws:lambda/function:Function", { environment: { variables: { A: text } } })).toContain(
            "ISO-18 undecided",
          );
        }),
        { numRuns: Math.max(12, Math.floor(runs / 50)) },
      );
    },
    timeout,
  );

  it("cannot hide by being a promise, as files and archives are in the SDK", () => {
    expect(judged("aws:lambda/function:Function", { code: { text: Promise.resolve(leak) } })).toContain(
      "ISO-18 undecided",
    );
  });
});
