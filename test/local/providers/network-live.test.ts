import { DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { ListHostedZonesCommand, Route53Client } from "@aws-sdk/client-route-53";
import { ListRolesCommand, IAMClient } from "@aws-sdk/client-iam";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, expect, it } from "vitest";

import { Encryption } from "../../../components/cell/encryption";
import { Network } from "../../../components/cell/network";
import { PrivateZone } from "../../../components/cell/private-zone";
import { PublicZone } from "../../../components/cell/public-zone";
import { refusedZones } from "../../../catalog/regions";
import { zoneMistake } from "../../../components/cell/zones";
import { answer } from "../../../local/providers/aws/data-sources";
import type { ResourceDefinition } from "../../../local/providers/aws/resource";
import { definitions as acm } from "../../../local/providers/aws/services/acm";
import { definitions as endpoints } from "../../../local/providers/aws/services/ec2-endpoints";
import { definitions as routing } from "../../../local/providers/aws/services/ec2-routing";
import { definitions as security } from "../../../local/providers/aws/services/ec2-security";
import { definitions as vpcs } from "../../../local/providers/aws/services/ec2-vpc";
import { definitions as iam } from "../../../local/providers/aws/services/iam";
import { definitions as kms } from "../../../local/providers/aws/services/kms";
import { definitions as logs } from "../../../local/providers/aws/services/logs";
import { definitions as records } from "../../../local/providers/aws/services/route53-records";
import { definitions as route53 } from "../../../local/providers/aws/services/route53";
import { chineseCell, testCell, testContext } from "../../harness/cell";
import { Made, startMoto, type Moto } from "../../harness/moto";

const definitions: ResourceDefinition[] = [
  ...acm,
  ...endpoints,
  ...routing,
  ...security,
  ...vpcs,
  ...iam,
  ...kms,
  ...logs,
  ...route53,
  ...records,
];
const ours = new Set(definitions.map(({ token }) => token));
let moto: Moto;

beforeAll(async () => {
  moto = await startMoto();
}, 60_000);
afterAll(() => moto.stop());

/**
 * The real components with the real definitions against the local cloud, without an engine: the SDK's mock hook creates
 * each resource once its inputs are known, as the engine would, many at once.
 */
const cells = [testCell({ sizeClass: "small" }), chineseCell()];
it.each(cells)("$id is created, has no drift, and is deleted without a trace", async (cell) => {
  const made: { readonly name: string; readonly resource: Made }[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: async ({ type, name, inputs, custom }) => {
        if (custom !== true || !ours.has(type)) return { id: name, state: inputs as Record<string, unknown> };
        const given = inputs as Record<string, unknown>;
        const resource = await Made.create(moto.cloud(cell.region), definitions, type, given);
        made.push({ name, resource });
        return { id: resource.id, state: resource.outputs };
      },
      call: ({ token, inputs }) => answer(moto.cloud(cell.region), token, inputs as Record<string, unknown>),
    },
    "cells",
    "dev",
  );
  await pulumi.runtime.runInPulumiStack(() => {
    const ctx = testContext(cell);
    const own = { provider: ctx.provider };
    const { keyArn } = new Encryption(ctx, own);
    const network = new Network(ctx, { keyArn }, own);
    const zone = new PrivateZone(ctx, { vpcId: network.vpc.id }, own);
    zone.add([{ name: ctx.names.host("redis", 0), target: "redis.example" }]);
    new PublicZone(ctx, own);
    return Promise.resolve({});
  });
  await pulumi.runtime.disconnect();
  expect(made.length).toBeGreaterThan(70);

  const drifted = await Promise.all(
    made.map(async ({ name, resource }) => (await resource.drift()).map((change) => `${name}: ${change}`)),
  );
  expect(drifted.flat()).toEqual([]);

  // Later resources depend on earlier ones.
  for (const { resource } of [...made].reverse()) await resource.delete();
  const left = await Promise.all(made.map(async ({ name, resource }) => ((await resource.read()) ? name : undefined)));
  // The default security group goes with its VPC, a key's policy with its key.
  expect(left.filter((name) => name !== undefined)).toEqual([]);
  const filter = { Filters: [{ Name: "is-default", Values: ["false"] }] };
  expect((await moto.client(EC2Client, cell.region).send(new DescribeVpcsCommand(filter))).Vpcs ?? []).toEqual([]);
  const zones = await moto.client(Route53Client, cell.region).send(new ListHostedZonesCommand({}));
  expect(zones.HostedZones ?? []).toEqual([]);
  expect((await moto.client(IAMClient, cell.region).send(new ListRolesCommand({}))).Roles ?? []).toEqual([]);
});

it("zones that an account has, without those that EKS refuses, decide whether a cell can be there", async () => {
  const token = "aws:index/getAvailabilityZones:getAvailabilityZones";
  const cloud = moto.cloud("us-east-1");
  const all = (await answer(cloud, token, {}))["names"] as string[];
  const usable = (await answer(cloud, token, { excludeZoneIds: Object.keys(refusedZones) }))["names"] as string[];
  const [refused] = all.filter((zone) => !usable.includes(zone));
  expect(refused).toBe(refusedZones["use1-az3"]);
  const availabilityZones = [...usable.slice(0, 2), refused!];
  expect(zoneMistake({ id: "cell-2", availabilityZones: usable.slice(0, 3) }, usable)).toBeUndefined();
  expect(zoneMistake({ id: "cell-2", availabilityZones }, usable)).toBe(
    `cell-2: its account does not have ${refused}, or EKS refuses the zone there: ` +
      `write availabilityZones in the catalog, from ${usable.join(", ")}`,
  );
  await expect(answer(cloud, "aws:index/getRegion:getRegion", {})).rejects.toThrow("does not have the data source");
});
