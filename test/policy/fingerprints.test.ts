import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";

import { judge } from "../../policy/core/judge";
import { FingerprintError, parseFingerprints, type FingerprintFile } from "../../policy/fingerprints/elsewhere";
import type { Known } from "../../policy/fingerprints/known";
import { knownOf } from "../../policy/front/known";
import { fromPlan } from "../../policy/front/plan";
import { fingerprintsOfState, parseState } from "../../policy/front/state";
import { rules } from "../../policy/rules";
import { known } from "./corpus/stage";

const lambda = "aws:lambda/function:Function";
const now = new Date("2026-06-01T12:00:00Z");
const secret = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: '"hunter2-hunter2"',
};
const urn = (type: string, name: string): string => `urn:pulumi:prod::cells::${type}::${name}`;

/** A stack of another environment with one cell, whose things have names that tell nothing. */
const state = parseState(
  JSON.stringify({
    version: 3,
    deployment: {
      resources: [
        { urn: urn("pulumi:pulumi:Stack", "cells-prod"), type: "pulumi:pulumi:Stack" },
        { urn: urn("cells:index:CellStack", "cell-1"), type: "cells:index:CellStack", outputs: { cellId: "cell-1" } },
        {
          urn: urn("aws:sqs/queue:Queue", "queue"),
          type: "aws:sqs/queue:Queue",
          custom: true,
          id: "https://sqs.eu-west-1.amazonaws.com/210987654321/q-7fa3",
          parent: urn("cells:index:CellStack", "cell-1"),
          outputs: {
            arn: "arn:aws:sqs:eu-west-1:210987654321:q-7fa3",
            url: "https://sqs.eu-west-1.amazonaws.com/210987654321/q-7fa3",
            name: secret,
          },
        },
        {
          urn: urn("aws:ec2/vpc:Vpc", "vpc"),
          type: "aws:ec2/vpc:Vpc",
          custom: true,
          id: "vpc-0aaaabbbbccccdddd",
          parent: urn("cells:index:CellStack", "cell-1"),
          outputs: { cidrBlock: "10.77.0.0/16" },
        },
        // What an event is sent to is not the target's own name.
        {
          urn: urn("aws:cloudwatch/eventTarget:EventTarget", "target"),
          type: "aws:cloudwatch/eventTarget:EventTarget",
          custom: true,
          id: "rule-target",
          parent: urn("cells:index:CellStack", "cell-1"),
          outputs: { arn: "arn:aws:sqs:eu-west-1:111122223333:somebody" },
        },
      ],
    },
  }),
  "prod",
);
const file: FingerprintFile = fingerprintsOfState(state, {
  ...known(),
  cells: [],
  domains: ["cells.example.com"],
  now,
});

const elsewhere = [parseFingerprints(JSON.stringify(file), "prod.json", "dev")];

/** What is said of a text in cell-1, whose queue has the given ARN. */
function said(text: string, facts: Partial<Known> = {}, arn?: string): readonly string[] {
  const stack = "urn:pulumi:dev::cells::cells:index:CellStack::cell-1";
  const plain = { provider: "", dependencies: [], propertyDependencies: {} };
  const type = "aws:sqs/queue:Queue";
  const queue = { urn: `urn:pulumi:dev::cells::${type}::mine`, type, name: "mine" };
  const resources = fromPlan([
    { urn: stack, type: "cells:index:CellStack", name: "cell-1", inputs: {}, parent: "", ...plain },
    {
      urn: `urn:pulumi:dev::cells::${lambda}::it`,
      type: lambda,
      name: "it",
      inputs: { environment: { variables: { A: text } } },
      parent: stack,
      ...plain,
    },
    ...(arn === undefined ? [] : [{ ...queue, inputs: { arn }, parent: stack, ...plain }]),
  ]);
  const isolation = rules.filter(({ id }) => id.startsWith("ISO"));
  return judge(isolation, resources, { ...known(), now, elsewhere, ...facts }).map(
    ({ rule, verdict: { kind, evidence, owners } }) => {
      return `${rule.id} ${kind} ${evidence ?? ""} ${owners?.[1] ?? ""}`.trim();
    },
  );
}

describe("fingerprints of another stack", () => {
  it("hold what names a cell's things, and no secret", () => {
    expect(file).toMatchObject({
      version: 1,
      environment: "prod",
      exportedAt: "2026-06-01T12:00:00.000Z",
      domains: ["cells.example.com"],
    });
    expect(file.cells).toEqual([
      {
        id: "cell-1",
        number: 1,
        zones: ["cell-1.internal"],
        blocks: ["10.77.0.0/16"],
        texts: [
          "arn:aws:sqs:eu-west-1:210987654321:q-7fa3",
          "https://sqs.eu-west-1.amazonaws.com/210987654321/q-7fa3",
          "sqs.eu-west-1.amazonaws.com/210987654321/q-7fa3",
          "vpc-0aaaabbbbccccdddd",
        ],
      },
    ]);
    expect(JSON.stringify(file)).not.toContain("hunter2");
  });

  it.each([
    ["arn:aws:sqs:eu-west-1:210987654321:q-7fa3", "literal:arn"],
    ["vpc-0aaaabbbbccccdddd", "literal:id"],
    ["10.77.3.4", "literal:cidr"],
    ["prod-cell-1-kafka", "literal:name"],
  ])("make %s another cell's, of the same number or not", (text, evidence) => {
    expect(said(text)).toEqual([`ISO-05 violation ${evidence} prod-cell-1`]);
    // Without the file it is no cell's: an id alone is then a resource that the stack did not create.
    expect(said(text, { elsewhere: [] })).toEqual(evidence === "literal:id" ? ["ISO-18 undecided"] : []);
  });

  it("leave the own cell's names alone, private zones of other networks included", () => {
    for (const text of [
      "dev-cell-1-kafka",
      "postgres-cell-1-primary.cell-1.internal",
      "10.1.2.3",
      "arn:aws:sqs:eu-west-1:111122223333:somebody",
    ]) {
      expect(said(text)).toEqual([]);
    }
  });

  it("clear nothing, whatever they call their cells", () => {
    // As if the leaks below were the own cell's.
    const lies = (cells: readonly object[]) => {
      const text = JSON.stringify({ ...file, environment: "dev", cells });
      return [...elsewhere, parseFingerprints(text, "lies.json", "dev")];
    };
    const leaks = [
      "arn:aws:sqs:eu-west-1:210987654321:q-7fa3",
      "vpc-0aaaabbbbccccdddd",
      "10.77.3.4",
      "prod-cell-1-kafka",
      "dev-cell-2-kafka",
      "dev-cell-9-kafka",
      "arn:aws:sqs:eu-west-1:210987654321:dev-cell-9-kafka",
    ];
    const texts = leaks;
    const blocks = ["10.77.0.0/16", "10.2.0.0/16"];
    const found = leaks.map((text) => said(text));
    expect(found.filter((one) => one.length === 0)).toEqual([]);
    for (const one of [
      { id: "cell-1", number: 1, texts, blocks },
      { id: "cell-1", number: 2, texts, blocks, zones: ["cell-2.internal"] },
      { id: "cell-2", number: 1, texts: [] },
      { id: "cell-9", number: 1, texts: [] },
    ])
      leaks.forEach((text, at) =>
        expect(said(text, { elsewhere: lies([one]) }).length, `${JSON.stringify(one)} ${text}`).toBeGreaterThanOrEqual(
          found[at]!.length,
        ),
      );
  });

  it("make a text that both stacks call their own a finding", () => {
    const own = "arn:aws:sqs:eu-west-1:111122223333:mine";
    const both = parseFingerprints(
      JSON.stringify({ ...file, cells: [{ id: "cell-5", texts: [own] }] }),
      "b.json",
      "dev",
    );
    expect(said(own, {}, own)).toEqual([]);
    expect(said(own, { elsewhere: [both] }, own)).toContain("ISO-05 violation literal:arn prod-cell-5");
  });

  it("are reported when they are older than a day, and not before", () => {
    const at = (hours: number): Partial<Known> => ({ now: new Date(now.getTime() + hours * 3_600_000) });
    expect(said("x-1", at(24))).toEqual([]);
    expect(said("x-1", at(25))).toEqual(["ISO-05 advisory fingerprints"]);
  });

  it("are refused with every mistake", () => {
    const bad = { ...file, version: 2, exportedAt: "yesterday" };
    expect(() => parseFingerprints(JSON.stringify(bad), "bad.json", "dev")).toThrow(
      /bad\.json[^]*version[^]*exportedAt/,
    );
    expect(() => parseFingerprints("{", "bad.json", "dev")).toThrow(FingerprintError);
  });
});

describe("CELLS_FINGERPRINTS and cells fingerprints", () => {
  let folder: string;
  afterEach(() => void vi.unstubAllEnvs());
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "cells-fingerprints-"))));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("name files, which must be there", () => {
    const [one, two] = [join(folder, "prod.json"), join(folder, "gone.json")];
    writeFileSync(one, JSON.stringify(file));
    vi.stubEnv("CELLS_FINGERPRINTS", one);
    expect(knownOf("dev").elsewhere?.map(({ environment }) => environment)).toEqual(["prod"]);
    vi.stubEnv("CELLS_FINGERPRINTS", [one, two].join(delimiter));
    expect(() => knownOf("dev")).toThrow(/gone\.json, which does not exist/);
  });

  it("print what an export holds, and say plainly what is none", () => {
    const bin = join(__dirname, "../../cli/bin.js");
    const run = (input: string) =>
      spawnSync(process.execPath, [bin, "fingerprints", "-"], {
        input,
        encoding: "utf8",
        cwd: join(__dirname, "../.."),
      });
    const good = run(JSON.stringify(state));
    expect(good.status).toBe(0);
    expect((JSON.parse(good.stdout) as FingerprintFile).cells.find(({ id }) => id === "cell-1")?.texts).toContain(
      "vpc-0aaaabbbbccccdddd",
    );
    const bad = run("no JSON");
    expect([bad.status, bad.stdout]).toEqual([1, ""]);
    expect(bad.stderr).toMatch(/^standard input is not JSON/);
  });
});
