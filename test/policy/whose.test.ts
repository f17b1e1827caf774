import { describe, expect, it } from "vitest";

import { Graph } from "../../policy/core/graph";
import { parseFingerprints, type FingerprintFile } from "../../policy/fingerprints/elsewhere";
import { fingerprintFile } from "../../policy/fingerprints/export";
import { blocksOf, Fingerprints, isUnder, zoneName, type CellPrint } from "../../policy/fingerprints/fingerprints";
import { reachOf } from "../../policy/fingerprints/iam";
import { identityOf } from "../../policy/fingerprints/identities";
import { nothingKnown } from "../../policy/fingerprints/known";
import { addsToFingerprints } from "../../policy/fingerprints/of-graph";
import { extract, parseArn } from "../../policy/literals/extract";
import { cell, prints } from "./prints";
import { unknown, World } from "./world";

describe("the owner of a literal", () => {
  const whose = (text: string, reach = false, own = "cell-1"): string | undefined => {
    for (const literal of extract(text)) {
      const hit = prints.foreign(literal, own, reach);
      if (hit !== undefined) return `${hit.evidence} ${hit.cell}`;
    }
    return undefined;
  };

  it("is found by ARN, id, host, name and block", () => {
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
    for (const domain of [
      "internal",
      "local",
      "amazonaws.com",
      "amazonaws.com.cn",
      "on.aws",
      "api.aws",
      "cells.example.com",
    ])
      expect(whose(`redis-cell-2.x.${domain}`)).toBe("literal:host cell-2");
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

  it("is unknown where two cells share an account", () => {
    const shared = new Fingerprints([cell(1), cell(2, { account: "333333333333" }), cell(3)]);
    expect([
      shared.foreignAccount("333333333333", "cell-1"),
      shared.foreignAccount("111111111111", "cell-1"),
      shared.foreignAccount("111111111111", "cell-2"),
    ]).toEqual([undefined, undefined, "cell-1"]);
  });

  it("counts a cell by its number and by its word as the same", () => {
    const named = new Fingerprints([cell(4, { id: "blue" }), cell(1)]);
    expect([
      named.isSame("blue", "cell-4"),
      named.isSame("cell-4", "blue"),
      named.isSame("blue", "cell-1"),
      named.isSame("cell-1", "cell-01"),
    ]).toEqual([true, true, false, true]);
    expect([
      named.named("x-cell-4-x", "blue"),
      named.named("x-blue-x", "cell-1"),
      named.named("x-blue-cell-1", "cell-1"),
    ]).toEqual([undefined, "blue", "blue"]);
    expect(named.cells.map(({ id }) => id)).toEqual(["blue", "cell-1"]);
    // A short single word is no cell's name.
    expect(new Fingerprints([cell(1, { id: "eu" })]).cellsIn("app-eu-x")).toEqual([]);
    expect(new Fingerprints([cell(1, { id: "eup" })]).cellsIn("app-eup-x")).toEqual(["eup"]);
  });

  it("is found quickly, also for a very long literal", () => {
    // Each beginning of an ARN, each zone of a host and each cell of a word was looked up, in time by the square of the text.
    const known = new Fingerprints([cell(1), cell(2)], new Map([["arn:aws:s3:::long-bucket", "cell-2"]]));
    const started = performance.now();
    expect(known.foreignArn(parseArn(`arn:aws:s3:::long-bucket${"/a".repeat(250_000)}`)!, "cell-1")).toBeDefined();
    expect(known.foreign({ kind: "host", host: `${"a.".repeat(250_000)}cell-2.internal` }, "cell-1")).toBeDefined();
    expect(known.foreign({ kind: "host", host: `${"a".repeat(250)}-cell-2.internal` }, "cell-2")).toBeUndefined();
    expect(
      known.foreignWord(Array.from({ length: 60_000 }, (_, at) => `cell-${at + 10_000}`).join("-"), "cell-1"),
    ).toBeDefined();
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it("is a word's only as a part of a longer name", () => {
    expect(prints.foreignWord("redis-cell-2-0", "cell-1")).toEqual({ cell: "cell-2", evidence: "literal:name" });
    expect(prints.foreignWord("redis-cell-1-0", "cell-1")).toBeUndefined();
    expect(prints.foreignWord("cell-2", "cell-1")).toBeUndefined();
  });

  it("reads zones as DNS does, label by label", () => {
    expect([
      zoneName("A.Example.."),
      isUnder("a.b", "b"),
      isUnder("b", "b"),
      isUnder("ab", "b"),
      isUnder("b", "a.b"),
    ]).toEqual(["a.example", true, true, false, false]);
  });
});

describe("a stack's own fingerprints", () => {
  it("hold networks, zones and regions of its cells, and nothing that it only reads", () => {
    const world = new World();
    const zone = "aws:route53/zone:Zone";
    world.add("aws:ec2/vpc:Vpc", { cidrBlock: "10.77.0.0/16", ipv6CidrBlock: "fd00:77::/56" });
    world.add(
      "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
      { cidrBlock: "10.78.0.0/16" },
      { name: "more" },
    );
    world.add("aws:ec2/subnet:Subnet", { cidrBlock: "10.79.0.0/16" }, { name: "subnet" });
    world.add(zone, { name: "Shop.Cell-1.example.com." }, { name: "zone" });
    world.add(zone, { name: "example.net" }, { name: "foreign-zone" });
    world.put({
      type: "aws:ec2/vpc:Vpc",
      name: "read",
      parent: world.of(1).stack,
      isRead: true,
      props: { cidrBlock: "10.80.0.0/16", id: "vpc-0123456789abcdef0" },
    });
    const { prints: found } = new Graph(world.resources);
    expect(found.cell("cell-1")).toMatchObject({
      number: 1,
      region: "eu-west-1",
      zones: ["cell-1.internal", "shop.cell-1.example.com"],
    });
    expect(found.cell("cell-1")?.blocks).toEqual(blocksOf(["10.77.0.0/16", "fd00:77::/56", "10.78.0.0/16"]));
    expect(found.texts.has("vpc-0123456789abcdef0")).toBe(false);
  });

  it("give a number that two cells' names speak of to the one that is called so, or to neither", () => {
    const world = new World();
    const network = (id: string, cidrBlock: string, name: string): void =>
      void world.put({
        type: "aws:ec2/vpc:Vpc",
        name,
        parent: world.put({ type: "cells:index:CellStack", name: id, props: { cellId: id } }),
        props: { cidrBlock },
      });
    network("cell-1", "10.1.0.0/16", "a");
    network("cell-1-eu", "10.2.0.0/16", "b");
    network("blue", "10.3.0.0/16", "cell-1-peering");
    network("prod-cell-4", "10.4.0.0/16", "c");
    network("test-cell-4", "10.5.0.0/16", "d");
    network("red", "10.6.0.0/16", "cell-6-network");
    const { prints: found } = new Graph(world.resources);
    expect(found.cells.map(({ id, number }) => [id, number])).toEqual([
      ["cell-1", 1],
      ["cell-2", 2],
      ["cell-1-eu", undefined],
      ["blue", undefined],
      ["prod-cell-4", undefined],
      ["test-cell-4", undefined],
      ["red", 6],
    ]);
    expect([
      found.named("redis-cell-1-0", "cell-1-eu"),
      found.named("redis-cell-1-0", "blue"),
      found.named("redis-cell-6-0", "red"),
      found.named("redis-cell-6-0", "blue"),
    ]).toEqual(["cell-1", "cell-1", undefined, "red"]);
    expect([
      found.foreign({ kind: "host", host: "db.cell-6.internal" }, "red"),
      found.foreign({ kind: "host", host: "db.cell-6.internal" }, "blue")?.evidence,
    ]).toEqual([undefined, "literal:host"]);
  });

  it("give a zone to the cell that it names by whole words", () => {
    const world = new World();
    world.add("aws:route53/zone:Zone", { name: "cell-10.internal" });
    const { prints: found } = new Graph(world.resources);
    expect(found.foreign({ kind: "host", host: "redis.cell-10.internal" }, "cell-1")).toEqual({
      cell: "cell-10",
      evidence: "literal:host",
    });
  });

  it("are computed again for a resource that adds to them, and not for what the catalog already says", () => {
    const world = new World();
    const told = {
      id: "cell-1",
      number: 1,
      zones: ["cell-1.internal"],
      blocks: blocksOf(["10.1.0.0/16"]),
      region: "eu-west-1",
    };
    const of = (type: string, props: object, cell = told as CellPrint): boolean =>
      addsToFingerprints(world.add(type, props, { name: "it" }), new Graph([], { ...nothingKnown, cells: [cell] }));
    const [network, zone, provider] = ["aws:ec2/vpc:Vpc", "aws:route53/zone:Zone", "pulumi:providers:aws"];
    expect([
      of(network, { cidrBlock: "10.1.0.0/16" }),
      of(zone, { name: "Cell-1.internal." }),
      of(zone, { name: "else.example" }),
      of(provider, { region: "eu-west-1" }),
      of("aws:ec2/subnet:Subnet", { cidrBlock: "10.9.0.0/24" }),
    ]).toEqual([false, false, false, false, false]);
    expect([
      of(network, { cidrBlock: "10.9.0.0/16" }),
      of(network, { cidrBlock: "10.1.0.0/16", ipv6CidrBlock: "fd00::/56" }),
      of(zone, { name: "cell-1.example.com" }),
      of("cells:index:CellStack", {}),
    ]).toEqual([true, true, true, true]);
    expect(of(provider, { region: "eu-west-1" }, { id: "cell-1", number: 1, zones: [], blocks: [] })).toBe(true);
    expect(of(network, {}, { id: "cell-1", zones: [], blocks: [] })).toBe(true);
  });

  it("give a text that two cells claim to neither", () => {
    const world = new World();
    for (const one of [1, 2])
      world.add(
        "aws:sqs/queue:Queue",
        { name: "shared-queue-1", url: `https://sqs/queue-${one}` },
        { cell: one, name: `queue-${one}` },
      );
    const { prints: found } = new Graph(world.resources);
    expect([
      found.texts.get("shared-queue-1"),
      found.texts.get("https://sqs/queue-1"),
      found.texts.get("sqs/queue-2"),
    ]).toEqual([undefined, "cell-1", "cell-2"]);
  });

  it("give an ARN to the cell whose resource has its name, of the same service and in the same region", () => {
    const world = new World();
    const named = { "aws:s3/bucket:Bucket": "acme-archive", "aws:secretsmanager/secret:Secret": "ledger/db" };
    for (const [type, name] of Object.entries(named)) world.add(type, { name, bucket: name }, { cell: 2, name });
    world.add("aws:iam/role:Role", { name: "ledger" }, { cell: 2 });
    for (const number of [1, 2]) world.add("aws:sqs/queue:Queue", { name: "orders" }, { cell: number });
    world.add("aws:sns/topic:Topic", { name: "orders" }, { cell: 2 });
    const { prints: found } = new Graph(world.resources);
    const owner = (arn: string): string | undefined => found.foreignArn(parseArn(arn)!, "cell-1")?.cell;
    const here = "eu-west-1:111111111111";
    expect([
      owner("arn:aws:s3:::acme-archive/2026/*"),
      owner(`arn:aws:secretsmanager:${here}:secret:ledger/db-AbCdEf`),
      owner(`arn:aws:secretsmanager:us-east-1:111111111111:secret:ledger/db-AbCdEf`),
      owner("arn:aws:iam::111111111111:role/service/ledger"),
      owner(`arn:aws:sqs:${here}:orders`),
      owner(`arn:aws:sns:${here}:orders`),
    ]).toEqual(["cell-2", "cell-2", undefined, "cell-2", undefined, "cell-2"]);
    const reached = (Resource: string): readonly string[] =>
      reachOf({ Statement: { Effect: "Allow", Action: "*", Resource } }, "cell-1", found).map((hit) => hit.cell);
    expect([reached("arn:aws:s3:::acme-*/*"), reached("arn:aws:s3:::other-*/*")]).toEqual([["cell-2"], []]);
    // A path may be a directory too.
    world.add("aws:cloudwatch/logGroup:LogGroup", { name: "/acme/ledger" }, { cell: 2 });
    const name = { kind: "name", name: "/acme/ledger" } as const;
    expect(new Graph(world.resources).prints.foreign(name, "cell-1")).toMatchObject({ cell: "cell-2", isOpen: true });
  });

  it("take zone and block that a cell has registered", () => {
    const world = new World();
    world.put({
      type: "cells:index:CellStack",
      name: "blue",
      props: { cellId: "blue", cidr: "10.9.0.0/16", zone: "Blue.Example." },
    });
    const print = new Graph(world.resources).prints.cell("blue");
    expect([print?.zones, print?.blocks, print?.number]).toEqual([
      ["blue.internal", "blue.example"],
      blocksOf(["10.9.0.0/16"]),
      undefined,
    ]);
  });
});

describe("what a resource is called", () => {
  const of = (type: string, props: object): unknown => identityOf(new World().add(type, props));

  it("is what its type says, without port and scheme, and long enough to be one thing's", () => {
    expect(
      of("aws:rds/instance:Instance", {
        identifier: "dev-cell-1-db",
        endpoint: "db.x.rds.amazonaws.com:5432",
        address: "short",
        username: "ignored-name-1",
      }),
    ).toEqual({
      texts: ["dev-cell-1-db", "db.x.rds.amazonaws.com:5432", "db.x.rds.amazonaws.com"],
      certain: true,
    });
    expect(of("aws:msk/cluster:Cluster", { bootstrapBrokersTls: "b-1.x.kafka:9094,b-2.x.kafka:9094" })).toMatchObject({
      texts: ["b-1.x.kafka:9094", "b-2.x.kafka:9094", "b-1.x.kafka", "b-2.x.kafka"],
    });
    expect(
      of("aws:eks/cluster:Cluster", {
        endpoint: "https://ABC.gr7.eks",
        identities: [{ oidcs: [{ issuer: "https://oidc.eks/id/0123456789ABCDEF0123456789ABCDEF" }] }],
      }),
    ).toMatchObject({
      texts: ["https://ABC.gr7.eks", "0123456789ABCDEF0123456789ABCDEF", "ABC.gr7.eks"],
    });
    expect(of("aws:sqs/queue:Queue", { name: "abcdefghij", id: unknown, arn: "arn:aws:sqs:x-1" })).toEqual({
      texts: ["arn:aws:sqs:x-1"],
      certain: true,
    });
  });

  it("is not certain for a part of something else, and nothing outside AWS", () => {
    expect(of("aws:s3/bucketPolicy:BucketPolicy", { id: "bucket-7fa3", name: "name-7fa3" })).toEqual({
      texts: ["bucket-7fa3"],
      certain: false,
    });
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
  const file = fingerprintFile(
    new Graph(world.resources, { ...nothingKnown, cells: [cell(2), full, bare], domains: ["example.com"] }),
    "prod",
    now,
  );

  it("holds each cell by its id, with all that is known of it", () => {
    expect(file).toStrictEqual({
      version: 1,
      environment: "prod",
      exportedAt: now.toISOString(),
      domains: ["example.com"],
      cells: [
        {
          id: "cell-1",
          number: 1,
          zones: ["a.example", "z.internal"],
          blocks: ["10.1.0.0/16"],
          account: "111111111111",
          region: "eu-west-1",
          partition: "aws",
          texts: ["queue-7fa3"],
        },
        {
          id: "cell-2",
          number: 2,
          zones: ["cell-2.internal"],
          blocks: ["10.2.0.0/16"],
          account: "222222222222",
          region: "eu-west-1",
          partition: "aws",
          texts: [],
        },
        { id: "cell-3", zones: [], blocks: [], texts: [] },
      ],
    } satisfies FingerprintFile);
  });

  it("is read as its own environment's, or with its environment before each name", () => {
    const own = parseFingerprints(JSON.stringify(file), "prod.json", "prod");
    expect(own.cells[0]).toStrictEqual({
      id: "cell-1",
      number: 1,
      environment: "prod",
      zones: ["a.example", "z.internal"],
      blocks: blocksOf(["10.1.0.0/16"]),
      account: "111111111111",
      region: "eu-west-1",
      partition: "aws",
    });
    expect([...own.texts]).toEqual([["queue-7fa3", "cell-1"]]);
    expect(parseFingerprints(JSON.stringify(file), "prod.json", undefined)).toEqual({ ...own });
    const other = parseFingerprints(JSON.stringify(file), "prod.json", "dev");
    expect(other.cells[0]).toStrictEqual({
      id: "prod-cell-1",
      zones: ["a.example"],
      blocks: blocksOf(["10.1.0.0/16"]),
      account: "111111111111",
      region: "eu-west-1",
      partition: "aws",
    });
    expect([[...other.texts], other.environment, other.source, other.domains, other.exportedAt]).toEqual([
      [["queue-7fa3", "prod-cell-1"]],
      "prod",
      "prod.json",
      ["example.com"],
      now,
    ]);
    const blue = parseFingerprints(JSON.stringify({ ...file, cells: [{ id: "blue" }] }), "prod.json", "prod");
    expect(blue.cells).toStrictEqual([{ id: "blue", environment: "prod", zones: [], blocks: [] }]);
  });

  it("that is none is refused by name, with every mistake on its line", () => {
    const bad = { ...file, version: 2, cells: [{ id: "" }] };
    expect(() => parseFingerprints(JSON.stringify(bad), "bad.json", "dev")).toThrow(
      /^bad\.json is not a fingerprints file \(cells fingerprints writes one\):\n {2}version: .+\n {2}cells\.0\.id: /,
    );
    expect(() => parseFingerprints("{", "bad.json", "dev")).toThrow(
      "bad.json is not JSON; cells fingerprints writes such a file",
    );
  });
});
