import { readdirSync } from "node:fs";
import { join } from "node:path";

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";

import { planEnvironment } from "../../adapters/pulumi/plan/environment";
import { plan, type PlannedResource } from "../../adapters/pulumi/plan/plan";
import { loadCatalog } from "../../catalog/load";
import { broken, outputsOf, readRelease, type ReleasedResource } from "./replay";

/** What an update from a release deletes or replaces on purpose, as ends of lines: each is in CHANGELOG.md. */
const meant: Readonly<Record<string, readonly string[]>> = {
  "v0.1.0": ["-operator-AmazonEKSEditPolicy", "-memcached, because clusterId changed"],
};

/**
 * Types with inputs that the fixture of a release lacks, because the replacement table was corrected after it was
 * written. The program gives them the inputs that it gave them then.
 */
const unrecorded: Readonly<Record<string, RegExp>> = { "v0.1.0": /^aws:vpc\/securityGroup(?:Ingress|Egress)Rule:/ };

const releases = readdirSync(__dirname).filter((name) => /^v\d/.test(name));

/** An environment as today's program would plan it over the state of a release. */
async function replayed(release: string, released: readonly ReleasedResource[]): Promise<readonly PlannedResource[]> {
  const only = released
    .filter(({ type }) => type === "cells:index:CellStack")
    .map(({ urn }) => urn.split("::").at(-1)!);
  const { resources } = await planEnvironment(
    loadCatalog(join(__dirname, release, "catalog.yaml")),
    {},
    { only, outputsOf: outputsOf(released) },
  );
  return resources;
}

describe.each(releases)("an environment of release %s", (release) => {
  it("loses nothing and replaces nothing when today's program updates it", async () => {
    const released = readRelease(release);
    expect(released.length).toBeGreaterThan(400);
    expect(JSON.stringify(released)).not.toMatch(/ciphertext|BEGIN [A-Z ]*PRIVATE KEY/);
    const planned = await replayed(release, released);
    const now = new Map(planned.map((resource) => [resource.urn, resource.inputs]));
    const complete = released.map((one) =>
      unrecorded[release]?.test(one.type) === true ? { ...one, inputs: { ...now.get(one.urn), ...one.inputs } } : one,
    );
    const lines = broken(complete, planned);
    const ends = meant[release] ?? [];
    expect(lines.filter((line) => !ends.some((end) => line.endsWith(end)))).toEqual([]);
    expect(ends.filter((end) => !lines.some((line) => line.endsWith(end)))).toEqual([]);
  });
});

describe("what a replay finds", () => {
  class Part extends pulumi.ComponentResource {
    constructor(
      name: string,
      vpc: string,
      cidrBlock: string,
      aliases: pulumi.ComponentResourceOptions["aliases"] = [],
    ) {
      super("cells:test:Part", name, {}, { aliases });
      new aws.ec2.Vpc(vpc, { cidrBlock, tags: { Name: vpc } }, { parent: this });
    }
  }
  const planned = async (program: () => void): Promise<readonly PlannedResource[]> => (await plan(program)).resources;
  const released = async (): Promise<readonly ReleasedResource[]> =>
    (await planned(() => void new Part("part", "part-vpc", "10.0.0.0/16"))).map(({ urn, type, inputs }) => ({
      urn,
      type,
      inputs,
      outputs: {},
    }));

  it("is nothing when nothing changed, and nothing when a parent was renamed with an alias", async () => {
    const before = await released();
    expect(broken(before, await planned(() => void new Part("part", "part-vpc", "10.0.0.0/16")))).toEqual([]);
    const renamed = await planned(() => void new Part("room", "room-vpc", "10.0.0.0/16", [{ name: "part" }]));
    expect(broken(before, renamed)).toEqual([]);
  });

  it("is each resource that was renamed without an alias, and each whose lasting inputs changed", async () => {
    const before = await released();
    const renamed = await planned(() => void new Part("room", "room-vpc", "10.0.0.0/16"));
    expect(broken(before, renamed)).toEqual([
      "deleted: urn:pulumi:dev::cells::cells:test:Part::part",
      "deleted: urn:pulumi:dev::cells::cells:test:Part$aws:ec2/vpc:Vpc::part-vpc",
    ]);
    const moved = await planned(() => void new Part("part", "part-vpc", "10.1.0.0/16"));
    expect(broken(before, moved)).toEqual([
      "replaced: urn:pulumi:dev::cells::cells:test:Part$aws:ec2/vpc:Vpc::part-vpc, because cidrBlock changed",
    ]);
  });
});
