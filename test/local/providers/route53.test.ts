import { CreateVpcCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  ChangeResourceRecordSetsCommand,
  ListHealthChecksCommand,
  ListHostedZonesCommand,
  Route53Client,
  type ResourceRecordSet,
} from "@aws-sdk/client-route-53";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { definitions as zones } from "../../../local/providers/aws/services/route53";
import { definitions as records } from "../../../local/providers/aws/services/route53-records";
import { definitions as health } from "../../../local/providers/aws/services/route53-health";
import type { Properties } from "../../../local/providers/aws/resource";
import { Made, startMoto, type Moto } from "../../harness/moto";

let moto: Moto;
const definitions = [...zones, ...records, ...health];
const make = (token: string, inputs: Properties) => Made.create(moto.cloud(), definitions, token, inputs);
const tags = { Name: "cell-3", cell: "cell-3" };
const vpc = async () =>
  (await moto.client(EC2Client).send(new CreateVpcCommand({ CidrBlock: "10.3.0.0/16" }))).Vpc?.VpcId ?? "";

beforeAll(async () => {
  moto = await startMoto();
}, 60_000);
afterAll(() => moto.stop());

describe("zone", () => {
  it("has a VPC, a comment and tags when it is private", async () => {
    const [first, second] = [await vpc(), await vpc()];
    const zone = await make("aws:route53/zone:Zone", {
      name: "cell-3.internal",
      comment: "Data",
      vpcs: [{ vpcId: first, vpcRegion: "eu-west-1" }],
      tags,
    });
    expect(zone.outputs["arn"]).toBe(`arn:aws:route53:::hostedzone/${zone.id}`);
    expect(await zone.drift()).toEqual([]);
    expect(await zone.inventions()).toEqual([]);
    await zone.update({ vpcs: [{ vpcId: second }], comment: "Other", tags: { Name: "x" } });
    expect(await zone.drift()).toEqual([]);
    await expect(zone.update({ vpcs: [{ vpcId: second, vpcRegion: "us-east-1" }] })).rejects.toThrow(/in one region/);
    await zone.delete();
    expect(await zone.read()).toBeUndefined();
  });

  it("has four name servers when it is public", async () => {
    const zone = await make("aws:route53/zone:Zone", { name: "cell-3.example.com", comment: "Public", tags });
    expect(zone.outputs["nameServers"]).toHaveLength(4);
    expect(await zone.drift()).toEqual([]);
    await zone.delete();
    expect(await zone.read()).toBeUndefined();
  });
});

describe("record", () => {
  const name = "redis-cell-3-0.cell-3.example.com";
  const zoneOf = () => make("aws:route53/zone:Zone", { name: "cell-3.example.com", comment: "Public" });

  it("a CNAME changes in place and shows drift; dots and case do not count", async () => {
    const zone = await zoneOf();
    const inputs = { zoneId: zone.id, name, type: "CNAME", ttl: 60 };
    const record = await make("aws:route53/record:Record", { ...inputs, records: ["A.cache.example.com."] });
    expect(record.outputs["fqdn"]).toBe(name);
    expect(await record.drift()).toEqual([]);
    await record.update({ ttl: 30, records: ["b.cache.example.com"] });
    expect(await record.drift()).toEqual([]);
    const elsewhere: ResourceRecordSet = {
      Name: name,
      Type: "CNAME",
      TTL: 30,
      ResourceRecords: [{ Value: "elsewhere.example" }],
    };
    await moto.client(Route53Client).send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: zone.id,
        ChangeBatch: {
          Changes: [{ Action: "UPSERT", ResourceRecordSet: elsewhere }],
        },
      }),
    );
    expect(await record.drift()).toEqual(['records: ["b.cache.example.com"] → ["elsewhere.example"]']);
    await record.delete();
    expect(await record.read()).toBeUndefined();
    await zone.delete();
  });

  it("a record gets another type in place, and the old one is gone", async () => {
    const zone = await zoneOf();
    const record = await make("aws:route53/record:Record", {
      zoneId: zone.id,
      name,
      type: "A",
      ttl: 60,
      records: ["192.0.2.1"],
    });
    await record.update({ type: "AAAA", records: ["2001:db8::1"] });
    expect(await record.drift()).toEqual([]);
    await record.delete();
    // Only a zone without records of ours can be deleted.
    await zone.delete();
  });

  it("an alias is created, read and deleted", async () => {
    const zone = await zoneOf();
    const record = await make("aws:route53/record:Record", {
      zoneId: zone.id,
      name: "cell-3.example.com",
      type: "A",
      aliases: [{ name: "App-1.eu-west-1.elb.amazonaws.com", zoneId: "Z32O12XQLNTSW2", evaluateTargetHealth: true }],
    });
    expect(await record.drift()).toEqual([]);
    await record.delete();
    expect(await record.read()).toBeUndefined();
    await zone.delete();
  });

  it("records of one name are distinguished by weight and latency", async () => {
    const zone = await zoneOf();
    const base = { zoneId: zone.id, name: "router.cell-3.example.com", type: "CNAME", ttl: 60 };
    const [eu, us] = await Promise.all(
      ["eu-west-1", "us-east-1"].map((region) =>
        make("aws:route53/record:Record", {
          ...base,
          setIdentifier: region,
          latencyRoutingPolicies: [{ region }],
          records: [`${region}.example.com`],
        }),
      ),
    );
    expect(await eu?.drift()).toEqual([]);
    expect(await us?.drift()).toEqual([]);
    await eu?.delete();
    expect(await eu?.read()).toBeUndefined();
    expect(await us?.drift()).toEqual([]);
    await us?.delete();
    await zone.delete();
  });
});

it("a health check is created, read and deleted", async () => {
  const check = await make("aws:route53/healthCheck:HealthCheck", {
    type: "HTTPS",
    fqdn: "cell-3.example.com",
    port: 443,
    resourcePath: "/healthz",
    requestInterval: 30,
    failureThreshold: 3,
    tags,
  });
  expect(await check.drift()).toEqual([]);
  expect(await check.inventions()).toEqual([]);
  await check.update({ failureThreshold: 2, resourcePath: "/live", tags: { Name: "x" } });
  expect(await check.drift()).toEqual([]);
  await check.delete();
  expect(await check.read()).toBeUndefined();
});

it("nothing is left behind", async () => {
  const route53 = moto.client(Route53Client);
  expect((await route53.send(new ListHostedZonesCommand({}))).HostedZones ?? []).toEqual([]);
  expect((await route53.send(new ListHealthChecksCommand({}))).HealthChecks ?? []).toEqual([]);
});
