import { describe, expect, it } from "vitest";

import { Graph } from "../../policy/core/graph";
import { fingerprintFile, parseFingerprints, type FingerprintFile } from "../../policy/fingerprints/elsewhere";
import { blocksOf, Fingerprints, isUnder, zoneName, type CellPrint } from "../../policy/fingerprints/fingerprints";
import { canName, isSpokenFor, matches, overlap, reachable } from "../../policy/fingerprints/globs";
import { reachOf } from "../../policy/fingerprints/iam";
import { identityOf } from "../../policy/fingerprints/identities";
import { nothingKnown } from "../../policy/fingerprints/known";
import { extract, parseArn } from "../../policy/literals/extract";
import { unknown, World } from "./world";

const cell = (number: number, more: Partial<CellPrint> = {}): CellPrint => ({
  id: `cell-${number}`, number, environment: "dev", zones: [`cell-${number}.internal`], blocks: blocksOf([`10.${number}.0.0/16`]), account: `${number}`.repeat(12), region: "eu-west-1", partition: "aws", ...more,
});
const prints = new Fingerprints([cell(1), cell(2), cell(3, { region: "us-east-1" })], new Map([["vpc-0aaaabbbbccccdddd", "cell-2"], ["mine.example", "cell-1"]]), ["cells.example.com"], new Map([["bucket-7fa3", "cell-2"]]));

/** `evidence cell` of what a statement reaches, seen from cell 1. */
const reaches = (statement: object, of = prints, use: "any" | "endpoint" = "any"): readonly string[] =>
  reachOf({ Statement: [{ Effect: "Allow", ...statement }] }, "cell-1", of, use).map((hit) => `${hit.evidence} ${hit.cell}`);

describe("what an IAM document reaches", () => {
  const bound = { StringEquals: { "aws:PrincipalAccount": "111111111111" } };

  it("is what its resources name, by word, id and account", () => {
    expect(reaches({ Action: "s3:*", Resource: ["arn:aws:s3:::dev-cell-1-data", "arn:aws:s3:::dev-cell-2-data/*"] })).toEqual(["iam:resource cell-2"]);
    expect(reaches({ Action: "sqs:*", Resource: "arn:aws:sqs:eu-west-1:222222222222:q" })).toEqual(["iam:resource cell-2"]);
    expect(reaches({ Action: "sqs:*", Resource: "arn:aws:sqs:eu-west-1:111111111111:q" })).toEqual([]);
    expect(reaches({ Action: "s3:*", Resource: "dev-cell-2-data" })).toEqual(["iam:resource cell-2"]);
    expect(reachOf({ Statement: { Effect: "Deny", Resource: "arn:aws:s3:::cell-2-data" } }, "cell-1", prints)).toEqual([]);
    expect(reachOf({ Statement: ["text", null, 7] }, "cell-1", prints)).toEqual([]);
    expect(reachOf({}, "cell-1", prints)).toEqual([]);
  });

  it("is everybody where a principal is, unless a condition holds it", () => {
    for (const who of [{ Principal: "*" }, { Principal: { AWS: "*" } }, { Principal: { AWS: ["arn:aws:iam::111111111111:root", "*"] } }, { NotPrincipal: { AWS: "x" } }]) {
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
    const at = (Resource: unknown, more: object = {}): readonly string[] => reaches({ Action: "s3:GetObject", Resource, ...more });
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
    for (const action of ["ec2:DescribeInstances", "sts:GetCallerIdentity", "cloudwatch:PutMetricData"]) expect(same("*", action)).toEqual([]);
    for (const action of ["s3:ListBucket", "ec2:RunInstances"]) expect(same("*", action)).toEqual(["iam:wildcard cell-2"]);
    // Other accounts and regions are out of reach of a wildcard.
    expect(at("arn:aws:s3:::*")).toEqual([]);
    expect(reaches({ Action: "s3:GetObject", Resource: "arn:aws:sqs:eu-west-1:111111111111:*" }, new Fingerprints([cell(1), cell(3, { account: "111111111111", region: "us-east-1" })]))).toEqual([]);
  });

  it("is all but what NotResource and NotAction leave out", () => {
    const twin = new Fingerprints([cell(1), cell(2, { account: "111111111111" })]);
    expect(reaches({ Action: "s3:GetObject", NotResource: "arn:aws:s3:::x" }, twin)).toEqual(["iam:wildcard cell-2"]);
    expect(reaches({ NotAction: "ec2:DescribeInstances", Action: "ec2:DescribeInstances", Resource: "*" }, twin)).toEqual(["iam:wildcard cell-2"]);
    expect(reaches({ Action: [], Resource: "*" }, twin)).toEqual(["iam:wildcard cell-2"]);
    expect(reaches({ Action: ["ec2:DescribeInstances", "s3:GetObject"], Resource: "*" }, twin)).toEqual(["iam:wildcard cell-2"]);
    // In a resource's own policy, a star is that resource.
    expect(reaches({ Principal: { AWS: "111111111111" }, Action: "s3:GetObject", Resource: "*" }, twin)).toEqual([]);
    expect(reaches({ Principal: "*", Action: "s3:GetObject", Resource: "*" }, twin, "endpoint")).toEqual(["iam:wildcard cell-2"]);
  });

  it("is bound by conditions that cannot be missed, and hold to the own cell", () => {
    const twin = new Fingerprints([cell(1), cell(2, { account: "111111111111" })]);
    const under = (Condition: unknown): readonly string[] => reaches({ Action: "s3:GetObject", Resource: "*", Condition }, twin);
    const open = ["iam:wildcard cell-2"];
    for (const condition of [
      { StringEquals: { "aws:ResourceTag/cell": "cell-1" } }, { StringLike: { "s3:prefix": "cell-1-*" } }, { StringEquals: { "cloudwatch:namespace": "cells/cell-1" } },
      { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::111111111111:role/dev-cell-1-app" } }, { StringEquals: { "aws:sourceVpc": "vpc-1" } },
      { StringEquals: { "aws:PrincipalAccount": ["111111111111"] }, Bool: { x: "true" } },
    ]) expect(under(condition)).toEqual([]);
    for (const condition of [
      undefined, null, "text", {}, { StringEquals: null }, { StringEquals: { "aws:ResourceTag/cell": "*" } }, { StringLike: { "aws:ResourceTag/cell": "cell-1*" } },
      { StringEqualsIfExists: { "aws:ResourceTag/cell": "cell-1" } }, { "ForAllValues:StringEquals": { "aws:ResourceTag/cell": "cell-1" } }, { Null: { "aws:ResourceTag/cell": "false" } },
      { StringNotEquals: { "aws:ResourceTag/cell": "cell-1" } }, { StringEquals: { "aws:PrincipalAccount": "*" } }, { StringEquals: { "aws:PrincipalAccount": [] } },
      { StringEquals: { "aws:ResourceTag/team": "cell-1" } }, { StringEquals: { "aws:PrincipalAccount": ["111111111111", "*"] } },
    ]) expect(under(condition)).toEqual(open);
  });

  it("is what a condition lets in, by key and by value", () => {
    const under = (Condition: object): readonly string[] => reaches({ Action: "s3:GetObject", Resource: "arn:aws:s3:::dev-cell-1-data", Condition });
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
    for (const [pattern, text] of [["*", ""], ["a*c", "abbc"], ["a?c", "abc"], ["A.c", "a.C"], ["a**", "a"], ["(a|b)*", "(a|b)x"]] as const) expect(matches(pattern, text)).toBe(true);
    for (const [pattern, text] of [["a?c", "ac"], ["a.c", "abc"], ["a*", "ba"], ["*a", "ab"], ["(a|b)*", "a"]] as const) expect(matches(pattern, text)).toBe(false);
  });

  it("speak of the own cell by whole words alone", () => {
    for (const own of ["cell-1-*", "dev-cell-1-*", "cell-1"]) expect(isSpokenFor(own, "cell-1", prints)).toBe(true);
    for (const other of ["cell-1*", "cell-?", "*", "", "cell-1-cell-2-*"]) expect(isSpokenFor(other, "cell-1", prints)).toBe(false);
  });

  it("can name what a cell's things are called, and no other cell's", () => {
    const blue: CellPrint = { id: "blue", number: 4, environment: "dev", zones: [], blocks: [] };
    for (const segment of ["blue", "b*", "postgres-blue-?rimary", "dev-cell-4-*", "acme-cell-*", "redis-cell-?-0", "i-*", "db-???"]) expect(canName(segment, blue)).toBe(true);
    for (const segment of ["dev-cell-5-*", "green-*", "acme-*-x", "log-*"]) expect(canName(segment, blue)).toBe(false);
    expect(canName("dev-cell-4-*", { id: "blue", zones: [], blocks: [] })).toBe(false);
  });

  it("are tried in moments, however many there are in a segment", () => {
    // The first took twice as long for each star more, the second the cube of its length.
    const started = performance.now();
    const stars = `z${"*a".repeat(60)}celld`;
    for (const segment of [stars, `z${"cell?".repeat(300)}d`, `z${"cell?".repeat(5)}d`, `z${"*a".repeat(200)}`]) expect(canName(segment, cell(2))).toBe(true);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it("overlap when some text fits both", () => {
    for (const [one, other] of [["a*", "*b"], ["a?c", "ab*"], ["*", ""], ["", ""], ["A", "a"], ["a*b*c", "a-*"], ["**", "x"]] as const) expect([overlap(one, other), overlap(other, one)]).toEqual([true, true]);
    for (const [one, other] of [["a*", "b*"], ["a?", "a"], ["*a", "*b"], ["ab", "a"], ["?", ""]] as const) expect([overlap(one, other), overlap(other, one)]).toEqual([false, false]);
  });

  it("reach cells that partition, region and account do not rule out, and a twin's number", () => {
    const ids = (arn: string, own = "cell-1", of = prints): readonly string[] => reachable(parseArn(arn)!, own, of).map(({ id }) => id);
    expect(ids("arn:aws:s3:::x-*")).toEqual(["cell-10"]);
    expect(ids("arn:aws:sqs:eu-west-1:222222222222:x-*")).toEqual(["cell-2", "cell-10"]);
    expect(ids("arn:aws:sqs:us-*:333333333333:x-*")).toEqual(["cell-3", "cell-10"]);
    expect(ids("arn:aws-cn:sqs:eu-west-1:222222222222:x-*")).toEqual(["cell-10"]);
    expect(ids("arn:aws:sqs:eu-west-1:222222222222:*")).toEqual(["cell-2"]);
    expect(ids("arn:aws:rds:eu-west-1:222222222222:db:*")).toEqual(["cell-2"]);
    const china = new Fingerprints([cell(1), cell(2, { account: "111111111111", partition: "aws-cn" })]);
    expect(ids("arn:*:s3:::x-*", "cell-1", china)).toEqual(["cell-10"]);
    const bare = new Fingerprints([{ id: "blue", zones: [], blocks: [] }, { id: "green", zones: [], blocks: [] }]);
    expect(ids("arn:aws:s3:::x-*", "blue", bare)).toEqual(["green"]);
    expect(reachable(parseArn("arn:aws:s3:::x-*")!, "cell-7", bare).at(-1)).toEqual({ id: "cell-70", zones: [], blocks: [] });
    expect(reachable(parseArn("arn:aws:s3:::x-*")!, "cell-1", prints).at(-1)).toEqual({ id: "cell-10", zones: [], blocks: [], environment: "dev" });
  });
});

describe("whose a literal is", () => {
  const whose = (text: string, reach = false, own = "cell-1"): string | undefined => {
    for (const literal of extract(text)) {
      const hit = prints.foreign(literal, own, reach);
      if (hit !== undefined) return `${hit.evidence} ${hit.cell}`;
    }
    return undefined;
  };

  it("is told by ARN, id, host, name and block", () => {
    expect(whose("vpc-0aaaabbbbccccdddd")).toBe("literal:id cell-2");
    expect(whose("vpc-0aaaabbbbccccdddd", false, "cell-2")).toBeUndefined();
    expect(whose("arn:aws:sqs:eu-west-1:222222222222:q")).toBe("literal:account cell-2");
    expect(whose("arn:aws:sqs:eu-west-1:444444444444:q")).toBeUndefined();
    expect(whose("bucket-7fa3")).toBe("literal:name cell-2");
    expect(whose("bucket-7fa3", false, "cell-2")).toBeUndefined();
    expect(whose("redis-cell-2")).toBe("literal:name cell-2");
    expect(whose("https://mine.example/x")).toBeUndefined();
    expect(whose("https://mine.example/x", false, "cell-2")).toBe("literal:host cell-1");
  });

  it("is a host's by the longest zone, and by its name in our own domains alone", () => {
    expect(whose("db.cell-2.internal")).toBe("literal:host cell-2");
    expect(whose("db.cell-1.internal")).toBeUndefined();
    expect(whose("db.cell-99.internal")).toBe("literal:host cell-99");
    for (const domain of ["internal", "local", "amazonaws.com", "amazonaws.com.cn", "on.aws", "api.aws", "cells.example.com"]) expect(whose(`redis-cell-2.x.${domain}`)).toBe("literal:host cell-2");
    expect(whose("cell-2.example.org")).toBeUndefined();
    expect(whose("redis-cell-2.notinternal")).toBeUndefined();
  });

  it("is a block's when it lies in a cell's, and, where it opens a way, around one", () => {
    expect(whose("10.2.4.0/24")).toBe("literal:cidr cell-2");
    expect(whose("10.2.0.0/16")).toBe("literal:cidr cell-2");
    expect(whose("10.1.4.0/24")).toBeUndefined();
    expect(whose("10.1.0.0/16", true)).toBeUndefined();
    expect(whose("10.2.0.0/15")).toBeUndefined();
    expect(whose("10.2.0.0/15", true)).toBe("literal:supernet cell-2");
    expect(whose("10.0.0.0/15", true)).toBe("literal:supernet every cell around it");
    expect(whose("10.0.0.0/15")).toBeUndefined();
    expect(whose("0.0.0.0/0", true)).toBeUndefined();
    expect(whose("0.0.0.0/1", true)).toBe("literal:supernet cell-2");
    expect(whose("192.168.0.0/16", true)).toBeUndefined();
  });

  it("is nobody's where two cells share an account", () => {
    const shared = new Fingerprints([cell(1), cell(2, { account: "333333333333" }), cell(3)]);
    expect([shared.foreignAccount("333333333333", "cell-1"), shared.foreignAccount("111111111111", "cell-1"), shared.foreignAccount("111111111111", "cell-2")]).toEqual([undefined, undefined, "cell-1"]);
  });

  it("counts a cell by its number and by its word as the same", () => {
    const named = new Fingerprints([cell(4, { id: "blue" }), cell(1)]);
    expect([named.isSame("blue", "cell-4"), named.isSame("cell-4", "blue"), named.isSame("blue", "cell-1"), named.isSame("cell-1", "cell-01")]).toEqual([true, true, false, true]);
    expect([named.named("x-cell-4-x", "blue"), named.named("x-blue-x", "cell-1"), named.named("x-blue-cell-1", "cell-1")]).toEqual([undefined, "blue", "blue"]);
    expect(named.cells.map(({ id }) => id)).toEqual(["blue", "cell-1"]);
    // A short single word is nobody's name.
    expect(new Fingerprints([cell(1, { id: "eu" })]).cellsIn("app-eu-x")).toEqual([]);
    expect(new Fingerprints([cell(1, { id: "eup" })]).cellsIn("app-eup-x")).toEqual(["eup"]);
  });

  it("is told in moments, however long the literal is", () => {
    // Each beginning of an ARN, each zone of a host and each cell of a word was looked up, in time by the square of the text.
    const known = new Fingerprints([cell(1), cell(2)], new Map([["arn:aws:s3:::long-bucket", "cell-2"]]));
    const started = performance.now();
    expect(known.foreignArn(parseArn(`arn:aws:s3:::long-bucket${"/a".repeat(250_000)}`)!, "cell-1")).toBeDefined();
    expect(known.foreign({ kind: "host", host: `${"a.".repeat(250_000)}cell-2.internal` }, "cell-1")).toBeDefined();
    expect(known.foreign({ kind: "host", host: `${"a".repeat(250)}-cell-2.internal` }, "cell-2")).toBeUndefined();
    expect(known.foreignWord(Array.from({ length: 60_000 }, (_, at) => `cell-${at + 10_000}`).join("-"), "cell-1")).toBeDefined();
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it("is a word's only as a part of a longer name", () => {
    expect(prints.foreignWord("redis-cell-2-0", "cell-1")).toEqual({ cell: "cell-2", evidence: "literal:name" });
    expect(prints.foreignWord("redis-cell-1-0", "cell-1")).toBeUndefined();
    expect(prints.foreignWord("cell-2", "cell-1")).toBeUndefined();
  });

  it("reads zones as DNS does, label by label", () => {
    expect([zoneName("A.Example.."), isUnder("a.b", "b"), isUnder("b", "b"), isUnder("ab", "b"), isUnder("b", "a.b")]).toEqual(["a.example", true, true, false, false]);
  });
});

describe("a stack's own fingerprints", () => {
  it("hold networks, zones and regions of its cells, and nothing that it only reads", () => {
    const world = new World();
    const zone = "aws:route53/zone:Zone";
    world.add("aws:ec2/vpc:Vpc", { cidrBlock: "10.77.0.0/16", ipv6CidrBlock: "fd00:77::/56" });
    world.add("aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation", { cidrBlock: "10.78.0.0/16" }, { name: "more" });
    world.add("aws:ec2/subnet:Subnet", { cidrBlock: "10.79.0.0/16" }, { name: "subnet" });
    world.add(zone, { name: "Shop.Cell-1.example.com." }, { name: "zone" });
    world.add(zone, { name: "example.net" }, { name: "foreign-zone" });
    world.put({ type: "aws:ec2/vpc:Vpc", name: "read", parent: world.of(1).stack, isRead: true, props: { cidrBlock: "10.80.0.0/16", id: "vpc-0123456789abcdef0" } });
    const { prints: found } = new Graph(world.resources);
    expect(found.cell("cell-1")).toMatchObject({ number: 1, region: "eu-west-1", zones: ["cell-1.internal", "shop.cell-1.example.com"] });
    expect(found.cell("cell-1")?.blocks).toEqual(blocksOf(["10.77.0.0/16", "fd00:77::/56", "10.78.0.0/16"]));
    expect(found.texts.has("vpc-0123456789abcdef0")).toBe(false);
  });

  it("give a text that two cells claim to neither", () => {
    const world = new World();
    for (const one of [1, 2]) world.add("aws:sqs/queue:Queue", { name: "shared-queue-1", url: `https://sqs/queue-${one}` }, { cell: one, name: `queue-${one}` });
    const { prints: found } = new Graph(world.resources);
    expect([found.texts.get("shared-queue-1"), found.texts.get("https://sqs/queue-1"), found.texts.get("sqs/queue-2")]).toEqual([undefined, "cell-1", "cell-2"]);
  });

  it("take zone and block that a cell has registered", () => {
    const world = new World();
    world.put({ type: "cells:index:CellStack", name: "blue", props: { cellId: "blue", cidr: "10.9.0.0/16", zone: "Blue.Example." } });
    const print = new Graph(world.resources).prints.cell("blue");
    expect([print?.zones, print?.blocks, print?.number]).toEqual([["blue.internal", "blue.example"], blocksOf(["10.9.0.0/16"]), undefined]);
  });
});

describe("what a resource is called", () => {
  const of = (type: string, props: object): unknown => identityOf(new World().add(type, props));

  it("is what its type says, without port and scheme, and long enough to be one thing's", () => {
    expect(of("aws:rds/instance:Instance", { identifier: "dev-cell-1-db", endpoint: "db.x.rds.amazonaws.com:5432", address: "short", username: "ignored-name-1" })).toEqual({
      texts: ["dev-cell-1-db", "db.x.rds.amazonaws.com:5432", "db.x.rds.amazonaws.com"],
      certain: true,
    });
    expect(of("aws:msk/cluster:Cluster", { bootstrapBrokersTls: "b-1.x.kafka:9094,b-2.x.kafka:9094" })).toMatchObject({ texts: ["b-1.x.kafka:9094", "b-2.x.kafka:9094", "b-1.x.kafka", "b-2.x.kafka"] });
    expect(of("aws:eks/cluster:Cluster", { endpoint: "https://ABC.gr7.eks", identities: [{ oidcs: [{ issuer: "https://oidc.eks/id/0123456789ABCDEF0123456789ABCDEF" }] }] })).toMatchObject({
      texts: ["https://ABC.gr7.eks", "0123456789ABCDEF0123456789ABCDEF", "ABC.gr7.eks"],
    });
    expect(of("aws:sqs/queue:Queue", { name: "abcdefghij", id: unknown, arn: "arn:aws:sqs:x-1" })).toEqual({ texts: ["arn:aws:sqs:x-1"], certain: true });
  });

  it("is not certain for a part of something else, and nothing outside AWS", () => {
    expect(of("aws:s3/bucketPolicy:BucketPolicy", { id: "bucket-7fa3", name: "name-7fa3" })).toEqual({ texts: ["bucket-7fa3"], certain: false });
    expect(of("kubernetes:core/v1:Service", { id: "bucket-7fa3" })).toEqual({ texts: [], certain: false });
  });
});

describe("a file of fingerprints", () => {
  const now = new Date("2026-11-23T12:00:00Z");
  const world = new World();
  const queue = world.add("aws:sqs/queue:Queue", { name: "queue-7fa3" }, { name: "queue" });
  world.put({ ...queue, name: "read", urn: `${queue.urn}-read`, isRead: true, props: { name: "read-7fa3" } });
  world.add("aws:s3/bucketPolicy:BucketPolicy", { id: "policy-7fa3" }, { name: "uncertain" });
  const bare: CellPrint = { id: "cell-3", zones: [], blocks: [] };
  const full = cell(1, { zones: ["z.internal", "a.example"] });
  const file = fingerprintFile(new Graph(world.resources, { ...nothingKnown, cells: [cell(2), full, bare], domains: ["example.com"] }), "prod", now);

  it("holds each cell by its id, with all that is known of it", () => {
    expect(file).toStrictEqual({
      version: 1, environment: "prod", exportedAt: now.toISOString(), domains: ["example.com"],
      cells: [
        { id: "cell-1", number: 1, zones: ["a.example", "z.internal"], blocks: ["10.1.0.0/16"], account: "111111111111", region: "eu-west-1", partition: "aws", texts: ["queue-7fa3"] },
        { id: "cell-2", number: 2, zones: ["cell-2.internal"], blocks: ["10.2.0.0/16"], account: "222222222222", region: "eu-west-1", partition: "aws", texts: [] },
        { id: "cell-3", zones: [], blocks: [], texts: [] },
      ],
    } satisfies FingerprintFile);
  });

  it("is read as its own environment's, or with its environment before each name", () => {
    const own = parseFingerprints(JSON.stringify(file), "prod.json", "prod");
    expect(own.cells[0]).toStrictEqual({ id: "cell-1", number: 1, environment: "prod", zones: ["a.example", "z.internal"], blocks: blocksOf(["10.1.0.0/16"]), account: "111111111111", region: "eu-west-1", partition: "aws" });
    expect([...own.texts]).toEqual([["queue-7fa3", "cell-1"]]);
    expect(parseFingerprints(JSON.stringify(file), "prod.json", undefined)).toEqual({ ...own });
    const other = parseFingerprints(JSON.stringify(file), "prod.json", "dev");
    expect(other.cells[0]).toStrictEqual({ id: "prod-cell-1", zones: ["a.example"], blocks: blocksOf(["10.1.0.0/16"]), account: "111111111111", region: "eu-west-1", partition: "aws" });
    expect([[...other.texts], other.environment, other.source, other.domains, other.exportedAt]).toEqual([[["queue-7fa3", "prod-cell-1"]], "prod", "prod.json", ["example.com"], now]);
    const blue = parseFingerprints(JSON.stringify({ ...file, cells: [{ id: "blue" }] }), "prod.json", "prod");
    expect(blue.cells).toStrictEqual([{ id: "blue", environment: "prod", zones: [], blocks: [] }]);
  });

  it("that is none is refused by name, with every mistake on its line", () => {
    const bad = { ...file, version: 2, cells: [{ id: "" }] };
    expect(() => parseFingerprints(JSON.stringify(bad), "bad.json", "dev")).toThrow(/^bad\.json is no file of fingerprints \(cells fingerprints writes one\):\n {2}version: .+\n {2}cells\.0\.id: /);
    expect(() => parseFingerprints("{", "bad.json", "dev")).toThrow("bad.json is not JSON: cells fingerprints writes such a file");
  });
});
