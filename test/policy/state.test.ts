import { describe, expect, it } from "vitest";

import { blocks } from "../../policy/core/rule";
import { judgeState, parseState, StateError, type StateExport } from "../../policy/front/state";
import { rules } from "../../policy/rules";
import { known } from "./corpus/stage";

const isolation = rules.filter(({ id }) => /^(?:ISO|NET|SOV)/.test(id));
const secretOf = (inner: object): object => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ...inner,
});
const leak = "redis-cell-2-0.internal";
const lambda = "aws:lambda/function:Function";

type Entry = Readonly<Record<string, unknown>> & { readonly type: string; readonly name: string };

/** An export as the engine writes it: a stack, two cells, and what a test adds to cell 1 (or `cell`). */
class Deployment {
  readonly resources: object[] = [
    { urn: this.urn("pulumi:pulumi:Stack", "cells-dev"), type: "pulumi:pulumi:Stack", custom: false },
  ];
  readonly pending: object[] = [];

  constructor() {
    for (const cell of [1, 2]) {
      const outputs = { cellId: `cell-${cell}` };
      this.resources.push({
        urn: this.cell(cell),
        type: "cells:index:CellStack",
        custom: false,
        outputs,
        parent: this.urn("pulumi:pulumi:Stack", "cells-dev"),
      });
    }
  }

  urn(type: string, name: string): string {
    return `urn:pulumi:dev::cells::${type}::${name}`;
  }

  cell(number: number): string {
    return this.urn("cells:index:CellStack", `cell-${number}`);
  }

  entry({ type, name, cell = 1, ...more }: Entry & { readonly cell?: number }): Entry & { readonly urn: string } {
    return {
      urn: this.urn(type, name),
      type,
      name,
      custom: true,
      id: `id-of-${name}`,
      parent: this.cell(cell),
      inputs: {},
      outputs: {},
      ...more,
    };
  }

  /** Adds a resource and answers its URN. */
  add(given: Entry & { readonly cell?: number }): string {
    const entry = this.entry(given);
    this.resources.push(entry);
    return entry.urn;
  }

  get export(): StateExport {
    return parseState(
      JSON.stringify({ version: 3, deployment: { resources: this.resources, pending_operations: this.pending } }),
      "test",
    );
  }

  said(): readonly string[] {
    return judgeState(this.export, known(), isolation).map(({ rule, verdict: { kind, urn, path } }) => {
      return `${rule.id} ${kind} ${urn.split("::").pop()}${path === undefined ? "" : ` ${path}`}`;
    });
  }
}

/** A state of resources with these parents, by URN. */
function withParents(parents: Readonly<Record<string, string>>): string {
  const resources = Object.entries(parents).map(([urn, parent]) => ({ urn, type: "x", parent }));
  return JSON.stringify({ version: 3, deployment: { resources } });
}

describe("the verifier of exported states", () => {
  it("has nothing to say of cells that keep to themselves", () => {
    const state = new Deployment();
    state.add({ type: lambda, name: "own", inputs: { environment: { variables: { DB: "redis-cell-1-0.internal" } } } });
    expect(state.said()).toEqual([]);
  });

  it("judges what the cloud returned, and the inputs where they differ", () => {
    const state = new Deployment();
    const at = (text: string): object => ({ environment: { variables: { DB: text } } });
    state.add({ type: lambda, name: "answered", inputs: at("redis-cell-1-0.internal"), outputs: at(leak) });
    state.add({ type: lambda, name: "asked", inputs: at(leak), outputs: at("3f2a9c") });
    state.add({ type: lambda, name: "computed", outputs: { endpoint: leak } });
    expect(state.said()).toEqual([
      "ISO-05 violation answered environment.variables.DB",
      "ISO-05 violation asked environment.variables.DB",
      "ISO-06 violation computed endpoint",
    ]);
  });

  it("follows dependencies, providers and properties by URN, plain properties aside", () => {
    const state = new Deployment();
    const theirs = state.add({ type: "aws:ec2/vpc:Vpc", name: "vpc-2", cell: 2, inputs: { cidrBlock: "10.2.0.0/16" } });
    const provider = state.add({
      type: "pulumi:providers:aws",
      name: "aws-2",
      cell: 2,
      inputs: { region: "eu-west-1" },
    });
    state.add({
      type: "aws:ec2/subnet:Subnet",
      name: "subnet",
      dependencies: [theirs],
      propertyDependencies: { vpcId: [theirs], cidrBlock: [] },
    });
    state.add({ type: "aws:sns/topic:Topic", name: "made", provider: `${provider}::1234` });
    expect(state.said()).toEqual(["ISO-02 violation subnet vpcId", "ISO-04 violation made"]);
  });

  it("sees reads, other stacks and deletedWith, which no policy of an engine does", () => {
    const state = new Deployment();
    const read = state.add({
      type: "aws:ec2/vpc:Vpc",
      name: "vpc-of-2",
      external: true,
      id: "vpc-0fedcba9876543210",
      outputs: { arn: "arn:aws:ec2:eu-west-1:1:vpc/x" },
    });
    state.add({
      type: "aws:ec2/subnet:Subnet",
      name: "subnet",
      inputs: { vpcId: "vpc-0fedcba9876543210" },
      propertyDependencies: { vpcId: [read] },
    });
    const stack = "pulumi:pulumi:StackReference";
    state.add({
      type: stack,
      name: "org/cells/eu-2",
      external: true,
      inputs: { name: "org/cells/eu-2" },
      outputs: { outputs: { host: leak } },
    });
    const theirs = state.add({ type: "aws:sns/topic:Topic", name: "topic-2", cell: 2 });
    state.add({ type: "aws:sns/topic:Topic", name: "tied", deletedWith: theirs });
    expect(state.said()).toEqual(
      [
        "ISO-07 violation subnet vpcId",
        "ISO-08 violation vpc-of-2",
        "ISO-08 violation org/cells/eu-2",
        "ISO-20 coupling tied",
      ].sort((a, b) => (a.slice(0, 6) < b.slice(0, 6) ? -1 : 1)),
    );
  });

  it("does not let a read hide a resource's owner", () => {
    const state = new Deployment();
    const id = "vpc-0fedcba9876543210";
    state.add({ type: "aws:ec2/vpc:Vpc", name: "vpc-2", cell: 2, id, inputs: { cidrBlock: "10.2.0.0/16" } });
    state.add({ type: "aws:ec2/vpc:Vpc", name: "vpc-of-2", external: true, id });
    state.add({ type: lambda, name: "uses", inputs: { environment: { variables: { VPC: id } } } });
    expect(state.said()).toEqual(["ISO-05 violation uses environment.variables.VPC", "ISO-08 violation vpc-of-2"]);
  });

  it("opens secrets that are readable, and says which are not", () => {
    const state = new Deployment();
    const plain = secretOf({ plaintext: JSON.stringify({ url: `redis://:hunter2@${leak}` }) });
    state.add({ type: "kubernetes:core/v1:Secret", name: "open", inputs: { stringData: plain } });
    state.add({
      type: "kubernetes:core/v1:Secret",
      name: "shut",
      inputs: { stringData: { a: secretOf({ ciphertext: "v1:abc" }) } },
    });
    expect(state.said()).toEqual(["ISO-16 violation open stringData.url", "ISO-18 undecided shut stringData.a"]);
    expect(JSON.stringify(judgeState(state.export, known()))).not.toMatch(/hunter2|v1:abc/);
  });

  it("never counts an encrypted secret as clean, whatever its source", () => {
    const state = new Deployment();
    const own = state.add({ type: "random:index/randomPassword:RandomPassword", name: "password" });
    state.add({
      type: lambda,
      name: "uses",
      inputs: { environment: secretOf({ ciphertext: "v1:x" }) },
      propertyDependencies: { environment: [own] },
    });
    expect(state.said()).toEqual(["ISO-18 undecided uses environment"]);
  });

  it("calls interrupted and half-created resources undecided", () => {
    const state = new Deployment();
    const half = state.entry({ type: "aws:sns/topic:Topic", name: "half", initErrors: ["never became ready"] });
    state.resources.push(half);
    state.pending.push({
      type: "creating",
      resource: state.entry({ type: "aws:rds/instance:Instance", name: "unborn", id: "" }),
    });
    expect(state.said()).toEqual(["ISO-18 undecided unborn", "ISO-18 undecided half"]);
  });

  it("judges what waits for its deletion beside what replaced it", () => {
    const state = new Deployment();
    const inputs = { environment: { variables: { DB: leak } } };
    state.add({ type: lambda, name: "both" });
    state.add({ type: lambda, name: "both", delete: true, inputs });
    expect(state.said()).toEqual(["ISO-05 violation both environment.variables.DB"]);
  });

  it("says of production data what keeps it", () => {
    const state = new Deployment();
    for (const [name, protect] of [
      ["kept", true],
      ["loose", false],
    ] as const)
      state.add({ type: "aws:msk/cluster:Cluster", name, protect });
    const protection = rules.filter(({ id }) => id === "DUR-03");
    const found = judgeState(state.export, { ...known(), cells: [] }, protection).filter(({ verdict }) =>
      blocks(verdict),
    );
    expect(found.map(({ verdict }) => verdict.urn.split("::").pop())).toEqual(["loose"]);
  });

  it.each([
    ["{", /is not JSON/],
    ["[]", /not an export of a stack/],
    [withParents({ a: "a" }), /parent: a: this resource is its own ancestor; export the stack again/],
    [
      withParents({ a: "b", b: "c", c: "b" }),
      /^state\.json[^\n]*\n {2}parent: b: this resource is its own ancestor[^\n]*$/,
    ],
    ['{"version":3,"deployment":{"resources":[{"type":"x"}]}}', /deployment\.resources\.0\.urn/],
  ])("refuses %s with a message for people", (text, says) => {
    expect(() => parseState(text, "state.json")).toThrow(StateError);
    expect(() => parseState(text, "state.json")).toThrow(says);
  });

  it("judges providers that depend on each other, though no engine writes such a state", () => {
    const urn = (name: string): string => `urn:pulumi:dev::cells::pulumi:providers:aws::${name}`;
    const provider = (name: string, other: string): object => ({
      urn: urn(name),
      type: "pulumi:providers:aws",
      id: name,
      custom: true,
      dependencies: [urn(other)],
    });
    const text = JSON.stringify({ version: 3, deployment: { resources: [provider("a", "b"), provider("b", "a")] } });
    expect(judgeState(parseState(text, "state.json"), known())).toEqual([]);
  });

  it("survives input that makes no sense", () => {
    const deep = `${'{"a":'.repeat(3000)}1${"}".repeat(3000)}`;
    const inputs = `{"__proto__":{"polluted":true},"constructor":1,"deep":${deep},"text":"\\ud800","leak":"${leak}"}`;
    const text = `{"version":3,"deployment":{"resources":[${JSON.stringify(new Deployment().resources.slice(0, 2)).slice(1, -1)},
      {"urn":"urn:pulumi:dev::cells::${lambda}::odd","type":"${lambda}","custom":true,"parent":"${new Deployment().cell(1)}","inputs":${inputs}}]}}`;
    const found = judgeState(parseState(text, "odd"), known(), isolation).map(
      ({ rule, verdict }) => `${rule.id} ${verdict.kind} ${verdict.path?.slice(0, 12)}`,
    );
    expect(found).toEqual(["ISO-05 violation leak", "ISO-18 undecided deep.a.a.a.a"]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});
