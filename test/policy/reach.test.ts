import { describe, expect, it } from "vitest";

import { Fingerprints, type CellPrint } from "../../policy/fingerprints/fingerprints";
import { canName, isSpokenFor, matches, overlap, reachable } from "../../policy/fingerprints/globs";
import { reachOf } from "../../policy/fingerprints/iam";
import { parseArn } from "../../policy/literals/extract";
import { cell, prints } from "./prints";

/** `evidence cell` of what a statement reaches, seen from cell 1. */
const reaches = (statement: object, of = prints, use: "any" | "endpoint" = "any"): readonly string[] =>
  reachOf({ Statement: [{ Effect: "Allow", ...statement }] }, "cell-1", of, use).map(
    (hit) => `${hit.evidence} ${hit.cell}`,
  );

describe("what an IAM document reaches", () => {
  const bound = { StringEquals: { "aws:PrincipalAccount": "111111111111" } };

  it("is what its resources name, by word, id and account", () => {
    expect(
      reaches({ Action: "s3:*", Resource: ["arn:aws:s3:::dev-cell-1-data", "arn:aws:s3:::dev-cell-2-data/*"] }),
    ).toEqual(["iam:resource cell-2"]);
    expect(reaches({ Action: "sqs:*", Resource: "arn:aws:sqs:eu-west-1:222222222222:q" })).toEqual([
      "iam:resource cell-2",
    ]);
    expect(reaches({ Action: "sqs:*", Resource: "arn:aws:sqs:eu-west-1:111111111111:q" })).toEqual([]);
    expect(reaches({ Action: "s3:*", Resource: "dev-cell-2-data" })).toEqual(["iam:resource cell-2"]);
    expect(reachOf({ Statement: { Effect: "Deny", Resource: "arn:aws:s3:::cell-2-data" } }, "cell-1", prints)).toEqual(
      [],
    );
    expect(reachOf({ Statement: ["text", null, 7] }, "cell-1", prints)).toEqual([]);
    expect(reachOf({}, "cell-1", prints)).toEqual([]);
  });

  it("is everybody where a principal is, unless a condition holds it", () => {
    for (const who of [
      { Principal: "*" },
      { Principal: { AWS: "*" } },
      { Principal: { AWS: ["arn:aws:iam::111111111111:root", "*"] } },
      { NotPrincipal: { AWS: "x" } },
    ]) {
      expect(reaches({ ...who, Action: "s3:GetObject", Resource: "*" })).toEqual(["iam:principal every cell"]);
      expect(reaches({ ...who, Action: "s3:GetObject", Resource: "*", Condition: bound })).toEqual([]);
      expect(reaches({ ...who, Action: "sts:GetCallerIdentity" }, prints, "endpoint")).toEqual([]);
    }
    expect(reaches({ Principal: { Service: "*" }, Action: "s3:GetObject" })).toEqual([]);
    expect(reaches({ Principal: null, Action: "s3:GetObject" })).toEqual([]);
  });

  it("is another cell's principal, by account, name and wildcard", () => {
    const who = (AWS: unknown): readonly string[] => reaches({ Principal: { AWS }, Action: "s3:GetObject" });
    expect(who("222222222222")).toEqual(["iam:account cell-2"]);
    expect(who("111111111111")).toEqual([]);
    expect(who("2222222222222")).toEqual([]);
    expect(who("arn:aws:iam::111111111111:role/dev-cell-2-app")).toEqual(["iam:principal cell-2"]);
    expect(who("arn:aws:iam::111111111111:role/dev-cell-1-app")).toEqual([]);
    expect(who("arn:aws:iam::*:role/dev-cell-1-*")).toEqual([]);
    expect(who("arn:aws:iam::222222222222:role/*")).toEqual(["iam:principal cell-2"]);
    expect(who("arn:aws:iam::999999999999:role/dev-cell-1*")).toEqual(["iam:principal cell-10"]);
  });

  it("is what a wildcard matches of another cell, and not of the own", () => {
    const at = (Resource: unknown, more: object = {}): readonly string[] =>
      reaches({ Action: "s3:GetObject", Resource, ...more });
    const twin = new Fingerprints([cell(1), cell(2, { account: "111111111111" })]);
    const same = (Resource: string, Action = "s3:GetObject"): readonly string[] => reaches({ Action, Resource }, twin);
    expect(same("*")).toEqual(["iam:wildcard cell-2"]);
    expect(same("arn:aws:s3:::*")).toEqual(["iam:wildcard cell-2"]);
    expect(same("arn:aws:s3:::dev-cell-?-data")).toEqual(["iam:wildcard cell-2"]);
    expect(same("arn:aws:s3:::dev-cell-?-primary")).toEqual(["iam:wildcard cell-2"]);
    expect(same("arn:aws:s3:::dev-cell-1-*")).toEqual([]);
    expect(same("arn:aws:s3:::cell-1*")).toEqual(["iam:wildcard cell-10"]);
    expect(same("arn:aws:logs:eu-west-1:111111111111:log-group:/cells/*")).toEqual(["iam:wildcard cell-2"]);
    expect(same("arn:aws:dynamodb:eu-west-1:111111111111:table/fixed/index/*")).toEqual([]);
    expect(same("arn:aws:dynamodb:eu-west-1:111111111111:table/*")).toEqual(["iam:wildcard cell-2"]);
    for (const action of ["ec2:DescribeInstances", "sts:GetCallerIdentity", "cloudwatch:PutMetricData"])
      expect(same("*", action)).toEqual([]);
    for (const action of ["s3:ListBucket", "ec2:RunInstances"])
      expect(same("*", action)).toEqual(["iam:wildcard cell-2"]);
    // Other accounts and regions are out of reach of a wildcard.
    expect(at("arn:aws:s3:::*")).toEqual([]);
    expect(
      reaches(
        { Action: "s3:GetObject", Resource: "arn:aws:sqs:eu-west-1:111111111111:*" },
        new Fingerprints([cell(1), cell(3, { account: "111111111111", region: "us-east-1" })]),
      ),
    ).toEqual([]);
  });

  it("is all but what NotResource and NotAction leave out", () => {
    const twin = new Fingerprints([cell(1), cell(2, { account: "111111111111" })]);
    expect(reaches({ Action: "s3:GetObject", NotResource: "arn:aws:s3:::x" }, twin)).toEqual(["iam:wildcard cell-2"]);
    expect(
      reaches({ NotAction: "ec2:DescribeInstances", Action: "ec2:DescribeInstances", Resource: "*" }, twin),
    ).toEqual(["iam:wildcard cell-2"]);
    expect(reaches({ Action: [], Resource: "*" }, twin)).toEqual(["iam:wildcard cell-2"]);
    expect(reaches({ Action: ["ec2:DescribeInstances", "s3:GetObject"], Resource: "*" }, twin)).toEqual([
      "iam:wildcard cell-2",
    ]);
    // In a resource's own policy, a star is that resource.
    expect(reaches({ Principal: { AWS: "111111111111" }, Action: "s3:GetObject", Resource: "*" }, twin)).toEqual([]);
    expect(reaches({ Principal: "*", Action: "s3:GetObject", Resource: "*" }, twin, "endpoint")).toEqual([
      "iam:wildcard cell-2",
    ]);
  });

  it("is bound by conditions that cannot be missed, and hold to the own cell", () => {
    const twin = new Fingerprints([cell(1), cell(2, { account: "111111111111" })]);
    const under = (Condition: unknown): readonly string[] =>
      reaches({ Action: "s3:GetObject", Resource: "*", Condition }, twin);
    const open = ["iam:wildcard cell-2"];
    for (const condition of [
      { StringEquals: { "aws:ResourceTag/cell": "cell-1" } },
      { StringLike: { "s3:prefix": "cell-1-*" } },
      { StringEquals: { "cloudwatch:namespace": "cells/cell-1" } },
      { StringEquals: { "aws:ResourceTag/cell": "${aws:PrincipalTag/cell}" } },
      { StringEquals: { "aws:ResourceTag/kubernetes.io/cluster/dev-cell-1-app": "owned" } },
      { StringEquals: { "ec2:CreateAction": "CreateSecurityGroup" }, Bool: { x: "true" } },
    ])
      expect(under(condition)).toEqual([]);
    // The account is the cell's alone.
    const alone = new Fingerprints([cell(1), cell(2)]);
    expect(
      reaches(
        {
          Action: "s3:GetObject",
          Resource: "*",
          Condition: { StringEquals: { "aws:ResourceAccount": "111111111111" } },
        },
        alone,
      ),
    ).toEqual([]);
    for (const condition of [
      undefined,
      null,
      "text",
      {},
      { StringEquals: null },
      { StringEquals: { "aws:ResourceTag/cell": "*" } },
      { StringLike: { "aws:ResourceTag/cell": "cell-1*" } },
      { StringEqualsIfExists: { "aws:ResourceTag/cell": "cell-1" } },
      { "ForAllValues:StringEquals": { "aws:ResourceTag/cell": "cell-1" } },
      { Null: { "aws:ResourceTag/cell": "false" } },
      { StringNotEquals: { "aws:ResourceTag/cell": "cell-1" } },
      { StringEquals: { "aws:PrincipalAccount": "*" } },
      { StringEquals: { "aws:PrincipalAccount": [] } },
      { StringEquals: { "aws:ResourceTag/team": "payments" } },
      { StringEquals: { "aws:PrincipalAccount": ["111111111111", "*"] } },
      // The caller is held, and the resources are not.
      { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::111111111111:role/dev-cell-1-app" } },
      { StringEquals: { "aws:sourceVpc": "vpc-1" } },
      { StringEquals: { "aws:PrincipalAccount": ["111111111111"] } },
      { StringEquals: { "aws:PrincipalTag/cell": "cell-1" } },
      // Both cells are in the account, and in the organisation.
      { StringEquals: { "aws:ResourceAccount": "111111111111" } },
      { StringEquals: { "aws:ResourceOrgID": "o-abcdef1234" } },
      { StringEquals: { "aws:ResourceTag/project": "${aws:PrincipalTag/project}" } },
    ])
      expect(under(condition)).toEqual(open);
  });

  it("is what a condition lets in, by key and by value", () => {
    const under = (Condition: object): readonly string[] =>
      reaches({ Action: "s3:GetObject", Resource: "arn:aws:s3:::dev-cell-1-data", Condition });
    expect(under({ StringEquals: { "aws:SourceAccount": "222222222222" } })).toEqual(["iam:account cell-2"]);
    expect(under({ StringEquals: { "aws:SourceVpc": "vpc-0aaaabbbbccccdddd" } })).toEqual(["iam:condition cell-2"]);
    expect(under({ StringEquals: { "redis-cell-2.internal:sub": "x" } })).toEqual(["iam:condition cell-2"]);
    expect(under({ IpAddress: { "aws:SourceIp": "10.0.0.0/8" } })).toEqual(["iam:condition cell-2"]);
    expect(under({ NotIpAddress: { "aws:SourceIp": "10.2.0.0/16" } })).toEqual([]);
    expect(under({ StringEquals: { "aws:SourceAccount": ["111111111111", 7] } })).toEqual([]);
  });
});

describe("IAM's wildcards", () => {
  it("match as IAM does, without case and without a regular expression's own signs", () => {
    for (const [pattern, text] of [
      ["*", ""],
      ["a*c", "abbc"],
      ["a?c", "abc"],
      ["A.c", "a.C"],
      ["a**", "a"],
      ["(a|b)*", "(a|b)x"],
    ] as const)
      expect(matches(pattern, text)).toBe(true);
    for (const [pattern, text] of [
      ["a?c", "ac"],
      ["a.c", "abc"],
      ["a*", "ba"],
      ["*a", "ab"],
      ["(a|b)*", "a"],
    ] as const)
      expect(matches(pattern, text)).toBe(false);
  });

  it("speak of the own cell by whole words alone", () => {
    for (const own of ["cell-1-*", "dev-cell-1-*", "cell-1"]) expect(isSpokenFor(own, "cell-1", prints)).toBe(true);
    for (const other of ["cell-1*", "cell-?", "*", "", "cell-1-cell-2-*"])
      expect(isSpokenFor(other, "cell-1", prints)).toBe(false);
  });

  it("can name what a cell's things are called, and no other cell's", () => {
    const blue: CellPrint = { id: "blue", number: 4, environment: "dev", zones: [], blocks: [] };
    for (const segment of [
      "blue",
      "b*",
      "postgres-blue-?rimary",
      "dev-cell-4-*",
      "acme-cell-*",
      "redis-cell-?-0",
      "i-*",
      "db-???",
    ])
      expect(canName(segment, blue)).toBe(true);
    for (const segment of ["dev-cell-5-*", "green-*", "acme-*-x", "log-*"]) expect(canName(segment, blue)).toBe(false);
    expect(canName("dev-cell-4-*", { id: "blue", zones: [], blocks: [] })).toBe(false);
  });

  it("are tried in moments, however many there are in a segment", () => {
    // The first took twice as long for each star more, the second the cube of its length.
    const started = performance.now();
    const stars = `z${"*a".repeat(60)}celld`;
    for (const segment of [stars, `z${"cell?".repeat(300)}d`, `z${"cell?".repeat(5)}d`, `z${"*a".repeat(200)}`])
      expect(canName(segment, cell(2))).toBe(true);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it("overlap when some text fits both", () => {
    for (const [one, other] of [
      ["a*", "*b"],
      ["a?c", "ab*"],
      ["*", ""],
      ["", ""],
      ["A", "a"],
      ["a*b*c", "a-*"],
      ["**", "x"],
    ] as const)
      expect([overlap(one, other), overlap(other, one)]).toEqual([true, true]);
    for (const [one, other] of [
      ["a*", "b*"],
      ["a?", "a"],
      ["*a", "*b"],
      ["ab", "a"],
      ["?", ""],
    ] as const)
      expect([overlap(one, other), overlap(other, one)]).toEqual([false, false]);
  });

  it("reach cells that partition, region and account do not rule out, and a twin's number", () => {
    const ids = (arn: string, own = "cell-1", of = prints): readonly string[] =>
      reachable(parseArn(arn)!, own, of).map(({ id }) => id);
    expect(ids("arn:aws:s3:::x-*")).toEqual(["cell-10"]);
    expect(ids("arn:aws:sqs:eu-west-1:222222222222:x-*")).toEqual(["cell-2", "cell-10"]);
    expect(ids("arn:aws:sqs:us-*:333333333333:x-*")).toEqual(["cell-3", "cell-10"]);
    expect(ids("arn:aws-cn:sqs:eu-west-1:222222222222:x-*")).toEqual(["cell-10"]);
    expect(ids("arn:aws:sqs:eu-west-1:222222222222:*")).toEqual(["cell-2"]);
    expect(ids("arn:aws:rds:eu-west-1:222222222222:db:*")).toEqual(["cell-2"]);
    const china = new Fingerprints([cell(1), cell(2, { account: "111111111111", partition: "aws-cn" })]);
    expect(ids("arn:*:s3:::x-*", "cell-1", china)).toEqual(["cell-10"]);
    const bare = new Fingerprints([
      { id: "blue", zones: [], blocks: [] },
      { id: "green", zones: [], blocks: [] },
    ]);
    expect(ids("arn:aws:s3:::x-*", "blue", bare)).toEqual(["green"]);
    expect(reachable(parseArn("arn:aws:s3:::x-*")!, "cell-7", bare).at(-1)).toEqual({
      id: "cell-70",
      zones: [],
      blocks: [],
    });
    expect(reachable(parseArn("arn:aws:s3:::x-*")!, "cell-1", prints).at(-1)).toEqual({
      id: "cell-10",
      zones: [],
      blocks: [],
      environment: "dev",
    });
  });
});
