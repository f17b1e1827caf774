import { describe, expect, it } from "vitest";

import { Graph } from "../../policy/core/graph";
import type { Known } from "../../policy/fingerprints/known";
import { parseRegister, type Register } from "../../policy/register/register";
import { rules } from "../../policy/rules";
import { ofRegister } from "./facts";
import { World } from "./world";

const rule = (id: string): (typeof rules)[number] => rules.find((one) => one.id === id)!;
const agreed = { reason: "agreed for the test", owner: "platform", expires: "2026-12-31" };
const database = "aws:rds/instance:Instance";
const urn = `urn:pulumi:dev::cells::${database}::it`;

/** What some rules say with a register, GOV-04 among them: it reports unused entries. */
function said(ids: readonly string[], act: (world: World) => void, register: Partial<Register>): readonly string[] {
  const world = new World();
  act(world);
  const known: Known = ofRegister(register);
  return world.judgedBy([...ids, "GOV-04"].map(rule), known);
}

const exposed = (world: World): void => void world.add(database, { publiclyAccessible: true });

describe("exceptions", () => {
  const exception = { rule: "PUB-02", urn, ...agreed };

  it("take out one finding of one rule, with or without its path", () => {
    expect(said(["PUB-02"], exposed, {})).toEqual(["PUB-02 violation publiclyAccessible"]);
    expect(said(["PUB-02"], exposed, { exceptions: [exception] })).toEqual([]);
    expect(said(["PUB-02"], exposed, { exceptions: [{ ...exception, path: "publiclyAccessible" }] })).toEqual([]);
  });

  it("fail when nothing needs them: another rule, another resource, another path", () => {
    for (const other of [{ rule: "PUB-01" }, { urn: `${urn}-2` }, { path: "multiAz" }]) {
      expect(said(["PUB-02"], exposed, { exceptions: [{ ...exception, ...other }] })).toEqual([
        "PUB-02 violation publiclyAccessible",
        "GOV-04 violation exceptions.0",
      ]);
    }
  });

  it("fail when their day is over, and hide nothing then", () => {
    expect(said(["PUB-02"], exposed, { exceptions: [{ ...exception, expires: "2026-11-22" }] })).toEqual([
      "PUB-02 violation publiclyAccessible",
      "GOV-04 violation exceptions.0",
    ]);
    // The last day counts to its end.
    expect(said(["PUB-02"], exposed, { exceptions: [{ ...exception, expires: "2026-11-23" }] })).toEqual([]);
  });

  it("fail when they last longer than 90 days", () => {
    expect(said(["PUB-02"], exposed, { exceptions: [{ ...exception, expires: "2027-02-21" }] })).toEqual([]);
    expect(said(["PUB-02"], exposed, { exceptions: [{ ...exception, expires: "2027-02-22" }] })).toEqual([
      "GOV-04 violation exceptions.0",
    ]);
  });

  it("last no longer in any other list", () => {
    for (const [list, entry] of [
      ["sharing", { what: database, direction: "cell-reads", failure: "cells wait until it is back" }],
      ["conduits", { what: database, purpose: "operators' way in" }],
      ["stacks", { stack: "org/foundation/dev" }],
    ] as const)
      for (const [expires, isLong] of [
        ["2027-02-21", false],
        ["2027-02-22", true],
        ["9999-12-31", true],
      ] as const) {
        const world = new World();
        const found = rule("GOV-04").stack!(
          new Graph(world.resources, ofRegister({ [list]: [{ ...agreed, ...entry, expires }] })),
          {
            longestDays: 90,
            longestHours: 72,
          },
        );
        expect(
          found.map(({ message }) => message).filter((message) => message === "it lasts too long").length > 0,
          `${list} ${expires}`,
        ).toBe(isLong);
      }
  });

  it("cannot except the register's own mistakes", () => {
    const own = { rule: "GOV-04", urn: "policy/register.yaml", ...agreed };
    expect(said(["PUB-02"], () => undefined, { exceptions: [own] })).toEqual(["GOV-04 violation exceptions.0"]);
  });
});

describe("conduits", () => {
  const vpn = "aws:ec2/vpnConnection:VpnConnection";
  const conduit = { what: vpn, purpose: "operators' way in", ...agreed };

  it("let one type or one resource through, for a while", () => {
    const act = (world: World): void => void world.add(vpn, {});
    expect(said(["ISO-09"], act, {})).toEqual(["ISO-09 violation -"]);
    expect(said(["ISO-09"], act, { conduits: [conduit] })).toEqual([]);
    expect(said(["ISO-09"], act, { conduits: [{ ...conduit, what: `urn:pulumi:dev::cells::${vpn}::it` }] })).toEqual(
      [],
    );
    expect(said(["ISO-09"], act, { conduits: [{ ...conduit, expires: "2026-11-01" }] })).toEqual([
      "ISO-09 violation -",
      "GOV-04 violation conduits.0",
    ]);
    expect(said(["ISO-09"], () => undefined, { conduits: [conduit] })).toEqual(["GOV-04 violation conduits.0"]);
  });
});

describe("transfers", () => {
  const move = {
    from: "cell-1",
    to: "cell-2",
    tenant: "acme",
    purpose: "transfer-acme",
    reason: "acme moves house",
    owner: "platform",
    notBefore: "2026-11-22T12:00:00Z",
    notAfter: "2026-11-25T12:00:00Z",
  };
  /** A queue that the other cell's topic fills, with a key of its own. */
  const channel =
    (purpose: string, cell = 1, withKey = true) =>
    (world: World): void => {
      const key = world.add("aws:kms/key:Key", { tags: withKey ? { purpose } : {} }, { cell, name: "channel-key" });
      const topic = world.add("aws:sns/topic:Topic", {}, { cell: cell === 1 ? 2 : 1, name: "theirs" });
      world.add(
        "aws:sns/topicSubscription:TopicSubscription",
        { tags: { purpose } },
        { cell, from: { topic: [topic], kmsKeyId: [key] } },
      );
    };
  const rulesOfMoves = ["ISO-02", "ISO-15", "ISO-19"];

  it("connect two cells while the window is open, in both directions", () => {
    expect(said(rulesOfMoves, channel("transfer-acme"), {})).toEqual([
      "ISO-02 violation topic",
      "ISO-15 violation topic",
      "ISO-19 violation tags.purpose",
      "ISO-19 violation tags.purpose",
    ]);
    expect(said(rulesOfMoves, channel("transfer-acme"), { transfers: [move] })).toEqual([]);
    expect(said(rulesOfMoves, channel("transfer-acme", 2), { transfers: [move] })).toEqual([]);
  });

  it("are leaks before, after, for another pair and for another purpose", () => {
    const leak = [
      "ISO-02 violation topic",
      "ISO-15 violation topic",
      "ISO-19 violation tags.purpose",
      "ISO-19 violation tags.purpose",
    ];
    const early = { ...move, notBefore: "2026-11-23T12:00:01Z" };
    expect(said(rulesOfMoves, channel("transfer-acme"), { transfers: [early] })).toEqual(leak);
    const over = { ...move, notBefore: "2026-11-20T12:00:00Z", notAfter: "2026-11-23T12:00:00Z" };
    expect(said(rulesOfMoves, channel("transfer-acme"), { transfers: [over] })).toEqual([
      ...leak,
      "GOV-04 violation transfers.0",
    ]);
    const others = { ...move, from: "cell-3", to: "cell-4" };
    expect(said(rulesOfMoves, channel("transfer-acme"), { transfers: [others] })).toEqual([
      ...leak,
      "GOV-04 violation transfers.0",
    ]);
    expect(said(rulesOfMoves, channel("transfer-other"), { transfers: [move] })).toEqual([
      ...leak,
      "GOV-04 violation transfers.0",
    ]);
  });

  it("last 72 hours at most", () => {
    const long = { ...move, notAfter: "2026-11-25T12:00:01Z" };
    expect(said(rulesOfMoves, channel("transfer-acme"), { transfers: [long] })).toContain(
      "GOV-04 violation transfers.0",
    );
    expect(said(rulesOfMoves, channel("transfer-acme"), { transfers: [long] })).toContain("ISO-02 violation topic");
  });

  it("have a key of their own", () => {
    expect(said(rulesOfMoves, channel("transfer-acme", 1, false), { transfers: [move] })).toEqual([
      "ISO-19 violation kmsKeyId",
    ]);
  });

  it("join no networks", () => {
    const peering = (world: World): void =>
      void world.add("aws:ec2/vpcPeeringConnection:VpcPeeringConnection", { tags: { purpose: "transfer-acme" } });
    expect(said(["ISO-09"], peering, { transfers: [move] })).toEqual([
      "ISO-09 violation -",
      "GOV-04 violation transfers.0",
    ]);
  });
});

describe("a register's file", () => {
  const mistakes: readonly (readonly [what: string, yaml: string, says: RegExp])[] = [
    [
      "a wildcard",
      `exceptions: [{ rule: "PUB-*", urn: "${urn}", reason: because it is, owner: me, expires: "2026-12-01" }]`,
      /exceptions\.0\.rule: "[^"]+": name one thing; wildcards/,
    ],
    [
      "part of a type",
      `sharing: [{ what: "aws:ecr", direction: cell-reads, failure: pods wait a bit, reason: because it is, owner: me, expires: "2026-12-01" }]`,
      /sharing\.0\.what: "[^"]+": write a URN, or a full Pulumi type/,
    ],
    [
      "no owner",
      `stacks: [{ stack: org/foundation, reason: because it is, expires: "2026-12-01" }]`,
      /stacks\.0\.owner/,
    ],
    [
      "no day",
      `conduits: [{ what: "${urn}", purpose: a way in for us, reason: because it is, owner: me, expires: soon }]`,
      /conduits\.0\.expires: "[^"]+": write a day/,
    ],
    [
      "no zone",
      `transfers: [{ from: cell-1, to: cell-2, tenant: acme, purpose: transfer-a, notBefore: "2026-11-22T12:00:00", notAfter: "2026-11-22T13:00:00Z", reason: because it is, owner: me }]`,
      /transfers\.0\.notBefore: "[^"]+": write a time with its zone/,
    ],
    [
      "one cell",
      `transfers: [{ from: cell-1, to: cell-1, tenant: acme, purpose: transfer-a, notBefore: "2026-11-22T12:00:00Z", notAfter: "2026-11-22T13:00:00Z", reason: because it is, owner: me }]`,
      /transfers\.0\.to: a transfer needs two cells/,
    ],
    ["no YAML", "exceptions: [", /line 1: this is not YAML/],
    ["an alias inside itself", "sharing: &a [*a]", /line 1: this alias is inside what it stands for/],
    ["a text", "nothing", /"nothing": write keys and values/],
    ["an unknown key", "shared: []", /shared: \[\]: no such key; remove it/],
  ];

  it("is refused for an exception of no rule, and the message names the rule that its id looks like", () => {
    const of = (id: string) =>
      `exceptions: [{ rule: "${id}", urn: "${urn}", reason: because it is, owner: me, expires: "2026-12-01" }]`;
    const ids = rules.map(({ id }) => id);
    const read = (id: string) => () => parseRegister(of(id), "policy/register.yaml", ids);
    expect(read("PUB-02")().exceptions).toHaveLength(1);
    // The first letter is Cyrillic; the dash is a hyphen of another kind; the letters are wide ones.
    expect(read("\u0420UB-02")).toThrow(/exceptions\.0\.rule: no rule has the id "\u0420UB-02"; PUB-02 looks like it/);
    expect(read("PUB\u201002")).toThrow(/PUB-02 looks like it/);
    expect(read("\uff30\uff35\uff22-02")).toThrow(/PUB-02 looks like it/);
    expect(read("something")).toThrow(/no rule has the id "something"$/);
  });

  it.each(mistakes)("is refused for %s", (_what, yaml, says) => {
    expect(() => parseRegister(yaml, "policy/register.yaml")).toThrow(says);
  });
});
