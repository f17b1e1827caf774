import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { missingProof } from "../../../ops/up/proof";
import { beyondWave, reachOf } from "../../../ops/up/reach";
import { lossesOf, tokenOf, unapproved } from "../../../ops/up/stateful";
import { cellStep, cellUrn, childStep, fleet, judged, manifest } from "./world";

const database = "aws:rds/instance:Instance";

describe("the proof that the pack ran", () => {
  const steps = [cellStep(1, "create"), childStep("create", "aws:s3/bucket:Bucket", "b", cellUrn(1))];

  it("is whole when each policy judged the stack and each resource", () => {
    expect(missingProof(judged(steps), manifest)).toEqual([]);
    expect(missingProof(judged([]), manifest)).toEqual([]);
    // Deletes are shown to no policy.
    expect(missingProof([...judged([]), { resourcePreEvent: { metadata: cellStep(1, "delete") } }], manifest)).toEqual(
      [],
    );
  });

  it("is missing when one event of it is taken away or emptied", () => {
    const events = judged(steps);
    const summaries = events.flatMap((event, at) => (/Summary/.test(Object.keys(event).join()) ? [at] : []));
    // The first is the stack resource's, which is not a step here.
    for (const at of summaries.slice(1)) {
      expect(
        missingProof(
          events.filter((_, index) => index !== at),
          manifest,
        ),
      ).not.toEqual([]);
    }
    const emptied = events.map(
      ({ policyAnalyzeStackSummaryEvent: stack, policyAnalyzeSummaryEvent: one, ...rest }) => ({
        ...rest,
        ...(stack === undefined
          ? {}
          : { policyAnalyzeStackSummaryEvent: { ...stack, passed: undefined, failed: undefined } }),
        ...(one === undefined ? {} : { policyAnalyzeSummaryEvent: { ...one, passed: undefined, failed: undefined } }),
      }),
    );
    expect(missingProof(emptied, manifest)).toEqual([
      "policy one judged no resource",
      "policy whole did not judge the stack",
      "policy open did not judge the stack",
    ]);
  });

  it("accepts no summary of another pack or another version", () => {
    expect(missingProof(judged(steps), { ...manifest, version: "1.0.1" })).toEqual([
      "no event of the preview names the pack tiny 1.0.1",
      "the preview ran the pack tiny 1.0.0",
    ]);
    expect(missingProof(judged(steps), { ...manifest, name: "other" })).not.toEqual([]);
    const { policyPackVersion: _version, ...summary } = judged(steps)[0]!.policyAnalyzeSummaryEvent!;
    expect(missingProof([{ policyAnalyzeSummaryEvent: summary }], manifest)).toEqual([
      "no event of the preview names the pack tiny 1.0.0",
      "the preview ran the pack tiny without a version",
    ]);
  });

  it("is missing when a mandatory policy gave up on an unknown value", () => {
    const policyEvent = {
      policyName: "whole",
      policyPackName: "tiny",
      message: "can't run policy",
      enforcementLevel: "advisory",
    };
    expect(missingProof([...judged(steps), { policyEvent }], manifest).join()).toMatch(/policy whole gave up/);
    expect(missingProof([...judged(steps), { policyEvent: { ...policyEvent, policyName: "open" } }], manifest)).toEqual(
      [],
    );
  });
});

describe("the reach of a plan", () => {
  it("finds the cell by walking parents, for any resource name", () => {
    const inner = childStep("same", "cells:cell:Postgres", "cell-2-postgres", cellUrn(1));
    const steps = [cellStep(1, "same"), inner, childStep("update", database, "cell-2-db", inner.urn)];
    const { cells, share, shared } = reachOf(steps, fleet(4));
    expect(cells).toEqual([{ id: "cell-1", steps: { update: 1 }, isNew: false, share: 0.25 }]);
    expect([share, shared]).toEqual([0.25, 0]);
  });

  it("counts no step of a provider: the steps of resources show what changes in the cloud", () => {
    const provider = childStep("update", "pulumi:providers:aws", "cell-1-aws", cellUrn(1));
    expect(reachOf([cellStep(1, "same"), provider], fleet(2))).toEqual({ cells: [], share: 0, shared: 0 });
  });

  it("counts tenants by weight, none for a new cell, and shared resources apart", () => {
    const router = {
      ...childStep(
        "update",
        "aws:lambda/function:Function",
        "router",
        "urn:pulumi:dev::cells::cells:index:CellRouter::eu",
      ),
      urn: "urn:pulumi:dev::cells::cells:index:CellRouter$aws:lambda/function:Function::router",
    };
    const steps = [cellStep(1, "update"), cellStep(3, "create"), router];
    const reach = reachOf(steps, fleet(3, { 1: 3, 2: 1, 3: 100 }));
    expect(reach.cells.map(({ id, isNew, share }) => [id, isNew, share])).toEqual([
      ["cell-1", false, 0.75],
      ["cell-3", true, 0],
    ]);
    expect([reach.share, reach.shared]).toEqual([0.75, 1]);
  });

  it("lets one old cell through, any number of new ones, and more only by name", () => {
    const numbers = (min: number, max: number) => fc.uniqueArray(fc.integer({ min, max }));
    fc.assert(
      fc.property(numbers(1, 9), numbers(10, 19), (old, fresh) => {
        const steps = [...old.map((at) => cellStep(at, "update")), ...fresh.map((at) => cellStep(at, "create"))];
        const reach = reachOf(steps, fleet(19));
        expect(reach.cells.length).toBe(old.length + fresh.length);
        expect(beyondWave(reach, 1, undefined) === undefined).toBe(old.length <= 1);
        const named = reach.cells.map(({ id }) => id);
        expect(beyondWave(reach, 1, named)).toBeUndefined();
        for (const left of named)
          expect(
            beyondWave(
              reach,
              1,
              named.filter((id) => id !== left),
            ),
          ).toContain(left);
      }),
    );
  });
});

describe("data that a plan loses", () => {
  const lose = childStep("delete-replaced", database, "db", cellUrn(1));
  const steps = [
    lose,
    childStep("replace", database, "db", cellUrn(1)),
    childStep("delete", "aws:kms/key:Key", "key", cellUrn(1)),
  ];

  it("is each stateful resource once, and no other", () => {
    const others = [
      childStep("update", database, "x", cellUrn(1)),
      childStep("delete", "aws:s3/bucketPolicy:BucketPolicy", "y", cellUrn(1)),
    ];
    expect(
      lossesOf([...steps, ...others])
        .map(({ op }) => op)
        .sort(),
    ).toEqual(["delete", "replace"]);
    expect(lossesOf(others)).toEqual([]);
  });

  it.each([
    "aws:secretsmanager/secret:Secret",
    "aws:s3/bucket:Bucket",
    "aws:route53/zone:Zone",
    "aws:cloudwatch/logGroup:LogGroup",
    "random:index/randomPassword:RandomPassword",
  ])("includes credentials, names and files: %s", (type) => {
    const step = childStep("replace", type, "x", cellUrn(1));
    expect(lossesOf([step])).toEqual([{ urn: step.urn, op: "replace" }]);
  });

  it("needs an approval of each loss, or of exactly this plan", () => {
    const losses = lossesOf(steps);
    const [first, second] = losses.map(({ urn }) => urn);
    expect(unapproved([], [])).toBeUndefined();
    expect(unapproved(losses, [])).toContain(tokenOf(losses));
    expect(unapproved(losses, [first!])).toContain(second!);
    expect(unapproved(losses, [first!, second!])).toBeUndefined();
    expect(unapproved(losses, [tokenOf(losses)])).toBeUndefined();
    expect(unapproved(losses, [tokenOf(losses.slice(1))])).toBeDefined();
  });
});
