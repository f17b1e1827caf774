import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Resource } from "../../policy/core/resource";
import { rules } from "../../policy/rules";
import { kafka, properties as samples } from "./properties";
import { unknown, World } from "./world";

function rule(id: string): (typeof rules)[number] {
  return rules.find((one) => one.id === id)!;
}

/** A copy with one property set, or left out. */
function edited(bag: object, path: string, value: unknown): object {
  const copy = structuredClone(bag) as Record<string, unknown>;
  const steps = path.split(".");
  const last = steps.pop()!;
  let at = copy;
  for (const step of steps) at = at[step] as Record<string, unknown>;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}

function judge(id: string, props: object): readonly string[] {
  const world = new World();
  const { type, key } = samples[id]!;
  world.add(type, props, { from: key === undefined ? {} : { [key]: [world.of(1).key] } });
  return world.judged(rule(id));
}

describe.each(Object.entries(samples))("%s", (id, { good, breaks }) => {
  it("reports nothing for a valid world", () => {
    expect(judge(id, good)).toEqual([]);
  });

  it.each(breaks)("blocks %s = %j", (path, bad) => {
    expect(judge(id, edited(good, path, bad))).toContain(`violation ${path}`);
  });

  it.each(breaks)("judges %s correctly when it is left out", (path, _bad, absent) => {
    const verdicts = judge(id, edited(good, path, undefined));
    expect(verdicts).toEqual(absent === "good" ? [] : [`violation ${path}`]);
  });

  it.each(breaks)("does not take an unknown %s for clean", (path) => {
    expect(judge(id, edited(good, path, unknown))).toContain(`undecided ${path}`);
  });
});

describe("keys", () => {
  const keyed: readonly (readonly [string, string, string, object])[] = [
    ["ENC-01", "aws:rds/instance:Instance", "kmsKeyId", { storageEncrypted: true }],
    ["ENC-03", "aws:elasticache/replicationGroup:ReplicationGroup", "kmsKeyId", samples["ENC-03"]!.good],
    ["ENC-04", "aws:msk/cluster:Cluster", "encryptionInfo.encryptionAtRestKmsKeyArn", kafka],
    [
      "ENC-05",
      "aws:eks/cluster:Cluster",
      "encryptionConfig.provider.keyArn",
      { encryptionConfig: { resources: ["secrets"], provider: {} } },
    ],
    ["ENC-06", "aws:cloudwatch/logGroup:LogGroup", "kmsKeyId", {}],
    ["ENC-06", "aws:secretsmanager/secret:Secret", "kmsKeyId", {}],
    ["ENC-06", "aws:sns/topic:Topic", "kmsMasterKeyId", {}],
    ["ENC-06", "aws:mq/broker:Broker", "encryptionOptions.kmsKeyId", { encryptionOptions: {} }],
  ];

  it.each(keyed)("%s %s: own key, none, another cell's, a literal", (id, type, path, props) => {
    const input = path.split(".")[0]!;
    const said = (value: unknown, from: (world: World) => readonly Resource[]): readonly string[] => {
      const world = new World();
      world.add(type, edited(props, path, value), { from: value === undefined ? {} : { [input]: from(world) } });
      return world.judged(rule(id));
    };
    expect(said(unknown, (world) => [world.of(1).key])).toEqual([]);
    expect(said("arn:of:own", (world) => [world.of(1).key])).toEqual([]);
    expect(said(undefined, () => [])).toEqual([`violation ${path}`]);
    expect(said(unknown, (world) => [world.of(2).key])).toEqual([`violation ${path}`]);
    expect(said(unknown, (world) => [world.of(1).key, world.of(2).key])).toEqual([`violation ${path}`]);
    expect(said("arn:aws:kms:eu-west-1:123456789012:key/1", () => [])).toEqual([`undecided ${path}`]);
  });

  it("lets a replica inherit from its source", () => {
    const world = new World();
    world.add("aws:rds/instance:Instance", { replicateSourceDb: unknown });
    expect(world.judged(rule("ENC-01"))).toEqual([]);
  });

  it("wants Redis to ask for a password or users", () => {
    const { type, good } = samples["ENC-03"]!;
    const world = new World();
    world.add(type, edited(good, "authToken", undefined), { from: { kmsKeyId: [world.of(1).key] } });
    expect(world.judged(rule("ENC-03"))).toEqual(["violation authToken"]);
  });

  it("wants Kafka to know its clients", () => {
    expect(judge("ENC-04", edited(kafka, "clientAuthentication", undefined))).toEqual([
      "violation clientAuthentication",
    ]);
    expect(judge("ENC-04", edited(kafka, "clientAuthentication.sasl.iam", false))).toEqual([
      "violation clientAuthentication",
    ]);
    expect(judge("ENC-04", edited(kafka, "clientAuthentication.sasl.iam", unknown))).toEqual([
      "undecided clientAuthentication",
    ]);
  });

  it("wants Kubernetes secrets under the key, and a node's disk at all", () => {
    const world = new World();
    world.add(
      "aws:eks/cluster:Cluster",
      { encryptionConfig: { resources: ["pods"] } },
      { from: { encryptionConfig: [world.of(1).key] } },
    );
    world.add("aws:ec2/launchTemplate:LaunchTemplate", { metadataOptions: { httpTokens: "required" } });
    expect(world.judged(rule("ENC-05"))).toEqual([
      "violation blockDeviceMappings",
      "violation encryptionConfig.resources",
    ]);
  });
});

describe("NET-02", () => {
  const vpc = "aws:ec2/vpc:Vpc";
  const overlap = (...blocks: readonly (readonly [cell: number, cidr: unknown])[]): readonly string[] => {
    const world = new World();
    blocks.forEach(([cell, cidrBlock], index) => world.add(vpc, { cidrBlock }, { cell, name: `vpc-${index}` }));
    return world.judged(rule("NET-02"));
  };

  it("distinguishes overlapping from adjacent blocks", () => {
    expect(overlap([1, "10.1.0.0/16"], [2, "10.2.0.0/16"])).toEqual([]);
    expect(overlap([1, "10.1.0.0/16"], [2, "10.1.128.0/17"])).toEqual(["violation cidrBlock"]);
    expect(overlap([1, "10.1.128.0/17"], [2, "10.1.0.0/16"])).toEqual(["violation cidrBlock"]);
    expect(overlap([1, "10.1.0.0/16"], [1, "10.1.0.0/16"])).toEqual([]);
  });

  it("does not take an unknown block for clean, and still judges the others", () => {
    expect(overlap([1, unknown], [1, "10.1.0.0/16"], [2, "10.1.0.0/17"])).toEqual([
      "undecided cidrBlock",
      "violation cidrBlock",
    ]);
    expect(overlap([1, undefined], [2, "no block"])).toEqual([]);
  });

  it("agrees with comparing every pair", () => {
    const block = fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 16, max: 20 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 2 }), block), { maxLength: 8 }), (given) => {
        const blocks = given.map(([cell, [slot, prefix]]) => {
          const size = 2 ** (32 - prefix);
          const first = (10 << 24) + slot * 16_384 - ((slot * 16_384) % size);
          return {
            cell,
            first,
            end: first + size,
            cidr: `10.${(first >>> 16) & 255}.${(first >>> 8) & 255}.0/${prefix}`,
          };
        });
        const sorted = [...blocks].sort((one, other) => one.first - other.first);
        const later = sorted.filter((one, index) =>
          sorted
            .slice(0, index)
            .some((other) => one.cell !== other.cell && one.first < other.end && other.first < one.end),
        );
        expect(overlap(...blocks.map(({ cell, cidr }) => [cell, cidr] as const))).toHaveLength(later.length);
      }),
    );
  });
});

describe("ISO", () => {
  it("ISO-01 wants an owner, and says when the parent is out of sight", () => {
    const world = new World();
    world.put({ type: "aws:s3/bucket:Bucket", name: "orphan" });
    world.put({
      type: "aws:s3/bucket:Bucket",
      name: "at-root",
      parentUrn: "urn:pulumi:dev::cells::pulumi:pulumi:Stack::cells-dev",
    });
    world.put({ type: "aws:s3/bucket:Bucket", name: "unclear", parentUrn: "urn:pulumi:dev::cells::x:y:Z::gone" });
    const router = world.put({ type: "cells:index:CellRouter", name: "router-eu-west-1" });
    world.put({ type: "aws:s3/bucket:Bucket", name: "table", parent: router });
    world.add("aws:s3/bucket:Bucket", {});
    expect(world.judged(rule("ISO-01"))).toEqual(["violation -", "violation -", "undecided -"]);
  });

  it("ISO-02 sees edges whose values are unknown, and none inside the cell", () => {
    const world = new World();
    const other = world.add("aws:ec2/vpc:Vpc", {}, { cell: 2, name: "theirs" });
    const own = world.add("aws:ec2/vpc:Vpc", {}, { name: "own" });
    const router = world.put({ type: "cells:index:CellRouter", name: "router" });
    world.add("aws:ec2/subnet:Subnet", { vpcId: unknown }, { name: "good", from: { vpcId: [own] } });
    world.add(
      "aws:ec2/subnet:Subnet",
      { vpcId: unknown },
      { name: "leak", from: { vpcId: [other] }, dependsOn: [other] },
    );
    world.add("aws:ec2/subnet:Subnet", {}, { name: "coupled", dependsOn: [other] });
    world.add("aws:ec2/subnet:Subnet", { vpcId: "r" }, { name: "upwards", from: { vpcId: [router] } });
    world.put({ type: "aws:route53/record:Record", name: "edge", parent: router, dependencies: [own, other] });
    expect(world.judged(rule("ISO-02"))).toEqual(["coupling -", "violation vpcId"]);
    expect(world.judged(rule("ISO-03"))).toEqual(["violation vpcId", "violation -"]);
  });

  it("ISO-04 sees a foreign provider", () => {
    const world = new World();
    world.add("aws:ec2/vpc:Vpc", {});
    world.put({ type: "aws:ec2/vpc:Vpc", name: "wrong", parent: world.of(1).stack, provider: world.of(2).provider });
    expect(world.judged(rule("ISO-04"))).toEqual(["violation -"]);
  });
});

describe("HA-01", () => {
  const database = "aws:rds/instance:Instance";

  it("wants a second zone, and a replica in another one than the primary's", () => {
    const world = new World();
    const primary = world.add(
      database,
      { identifier: "dev-cell-1-postgres", multiAz: true, availabilityZone: "eu-west-1a" },
      { name: "primary" },
    );
    expect(world.judged(rule("HA-01"))).toEqual(["violation -"]);
    world.add(
      database,
      { replicateSourceDb: unknown, availabilityZone: "eu-west-1a" },
      { name: "near", from: { replicateSourceDb: [primary] } },
    );
    expect(world.judged(rule("HA-01"))).toEqual(["violation availabilityZone"]);
    const apart = new World();
    apart.add(
      database,
      { identifier: "dev-cell-1-postgres", multiAz: unknown, availabilityZone: "eu-west-1a" },
      { name: "primary" },
    );
    apart.add(database, { replicateSourceDb: "dev-cell-1-postgres", availabilityZone: "eu-west-1b" }, { name: "far" });
    expect(apart.judged(rule("HA-01"))).toEqual(["undecided multiAz"]);
  });
});

describe("GOV", () => {
  const database = "aws:rds/instance:Instance";

  it("GOV-01 finds tags on the resource or on its provider", () => {
    const world = new World();
    world.add(database, {});
    expect(world.judged(rule("GOV-01"))).toEqual([]);
    world.put({
      type: database,
      name: "untagged",
      parent: world.of(1).stack,
      props: { tags: { cell: "cell-1", environment: "dev" } },
    });
    expect(world.judged(rule("GOV-01"))).toEqual([
      "violation tags.data-residency",
      "violation tags.locality",
      "violation tags.managed-by",
    ]);
  });

  it("GOV-01 and GOV-02 do not take an unknown tag for clean", () => {
    const world = new World();
    world.add(database, { tags: { cell: unknown } });
    expect(world.judged(rule("GOV-01"))).toEqual(["undecided tags.cell"]);
    expect(world.judged(rule("GOV-02"))).toEqual(["undecided tags.cell"]);
  });

  it("GOV-02 reports a provider whose default tags name another cell, also as the SDK sends them", () => {
    const provider = (defaultTags: unknown): readonly string[] => {
      const world = new World();
      world.put({ type: "pulumi:providers:aws", name: "it", parent: world.of(1).stack, props: { defaultTags } });
      return world.judged(rule("GOV-02"));
    };
    for (const other of [{ tags: { cell: "cell-2" } }, JSON.stringify({ tags: { cell: "cell-2" } })])
      expect(provider(other)).toEqual(["violation defaultTags.tags.cell"]);
    for (const none of [{ tags: { cell: "cell-1" } }, { tags: {} }, undefined, "{", { tags: { cell: unknown } }])
      expect(provider(none)).toEqual([]);
  });

  it("GOV-02 compares the tag with the owner", () => {
    const world = new World();
    world.add(database, { tags: { cell: "cell-1" } }, { name: "right" });
    world.add(database, { tags: { cell: "cell-2" } }, { name: "wrong" });
    world.add(database, { tagsAll: { cell: "cell-20" } }, { name: "almost" });
    expect(world.judged(rule("GOV-02"))).toEqual(["violation tags.cell", "violation tags.cell"]);
  });
});

describe("every rule", () => {
  it("is documented and named once", () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    for (const { id, title, blocks, fix, origin, resource, owned, stack, catalog } of rules) {
      expect(id).toMatch(/^[A-Z]{2,3}-\d{2}$/);
      for (const text of [title, blocks, fix, origin]) expect(text.length).toBeGreaterThan(8);
      expect(resource ?? owned ?? stack ?? catalog).toBeDefined();
    }
  });

  it("survives any value of a property, and never shows a value", () => {
    const nasty = fc.oneof(
      fc.anything(),
      fc.constant(unknown),
      fc.constant({ __proto__: null, constructor: "hunter2" }),
    );
    const types = [...new Set(rules.flatMap((one) => one.resource?.types ?? [])), "aws:sns/topic:Topic"];
    const props = fc.dictionary(
      fc.constantFrom(
        "cidrBlock",
        "storageEncrypted",
        "kmsKeyId",
        "tags",
        "encryptionInfo",
        "encryptionConfig",
        "blockDeviceMappings",
        "metadataOptions",
      ),
      nasty,
    );
    fc.assert(
      fc.property(fc.constantFrom(...types), props, (type, bag) => {
        const world = new World();
        world.add(type, bag);
        for (const one of rules) expect(world.judged(one).join()).not.toContain("hunter2");
      }),
    );
  });
});
