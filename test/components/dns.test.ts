import { describe, expect, it } from "vitest";

import { PrivateZone } from "../../components/cell/private-zone";
import { PublicZone } from "../../components/cell/public-zone";
import { plan } from "../../adapters/pulumi/plan/plan";
import { ofType, testCell, testContext } from "../harness/cell";

describe("private zone", () => {
  const zoneWith = (names: readonly string[]) =>
    plan(() => {
      const ctx = testContext(testCell());
      const zone = new PrivateZone(ctx, { vpcId: "vpc-1" }, { provider: ctx.provider });
      // Caught here: a program that fails inside a plan leaves the runtime's promises behind.
      try {
        zone.add(names.map((name) => ({ name, target: `target-of-${name}` })));
        return "";
      } catch (error) {
        return (error as Error).message;
      }
    });

  it("answers in the cell's VPC, with a record named for its host", async () => {
    const { resources } = await zoneWith(["redis-cell-3-0.cell-3.internal", "app-cell-3.cell-3.internal"]);
    const [zone] = ofType(resources, "aws:route53/zone:Zone");
    expect(zone?.inputs).toMatchObject({ name: "cell-3.internal", vpcs: [{ vpcId: "vpc-1", vpcRegion: "eu-west-1" }] });
    const records = ofType(resources, "aws:route53/record:Record");
    expect(records.map(({ name }) => name).sort()).toEqual(["cell-3-host-app-cell-3", "cell-3-host-redis-cell-3-0"]);
    const redis = records.find(({ name }) => name === "cell-3-host-redis-cell-3-0");
    expect(redis?.inputs).toMatchObject({
      name: "redis-cell-3-0.cell-3.internal",
      type: "CNAME",
      ttl: 60,
      records: ["target-of-redis-cell-3-0.cell-3.internal"],
    });
    const [component] = ofType(resources, "cells:cell:PrivateZone");
    expect(records.every(({ parent }) => parent === component?.urn)).toBe(true);
  });

  it("refuses names of another cell, all in one message", async () => {
    const names = ["redis-cell-4-0.cell-4.internal", "ok.cell-3.internal", "x.cell-13.internal"];
    const { resources, result } = await zoneWith(names);
    expect(result).toBe("not in cell-3.internal: redis-cell-4-0.cell-4.internal, x.cell-13.internal");
    expect(ofType(resources, "aws:route53/record:Record")).toEqual([]);
  });
});

describe("public zone", () => {
  it("holds the proof of its own certificate, and nothing of the parent's", async () => {
    const { resources, result } = await plan(() => {
      const ctx = testContext(testCell());
      const { domainName, nameServers, certificateArn } = new PublicZone(ctx, { provider: ctx.provider });
      return { domainName, nameServers, certificateArn };
    });
    expect(result.domainName).toBe("cell-3.example.com");
    expect(result.nameServers).toHaveLength(4);
    const zones = ofType(resources, "aws:route53/zone:Zone");
    expect(zones.map(({ inputs }) => inputs["name"] as string)).toEqual(["cell-3.example.com"]);
    const [certificate] = ofType(resources, "aws:acm/certificate:Certificate");
    expect(certificate?.inputs).toMatchObject({ domainName: "cell-3.example.com", validationMethod: "DNS" });
    const records = ofType(resources, "aws:route53/record:Record");
    expect(records).toHaveLength(1);
    expect(records[0]?.propertyDependencies["zoneId"]).toEqual([zones[0]?.urn]);
    expect(records[0]?.inputs["name"]).toMatch(/^_.*\.cell-3\.example\.com\.$/);
    // Users of the certificate wait until it is issued.
    const [issued] = ofType(resources, "aws:acm/certificateValidation:CertificateValidation");
    expect(issued?.inputs["certificateArn"]).toBe(result.certificateArn);
    expect(issued?.propertyDependencies["validationRecordFqdns"]).toEqual([records[0]?.urn]);
  });
});
