import { X509Certificate } from "node:crypto";

import { expect, it } from "vitest";

import { regionNames } from "../../catalog/regions";
import { rdsRoots } from "../../components/cell/rds-roots";

const certificates = (pem: string) =>
  pem.split(/(?<=-----END CERTIFICATE-----)\n/).map((one) => new X509Certificate(one));

it("are a region's own, self-signed and valid for decades", () => {
  const found = certificates(rdsRoots("eu-west-1") ?? "");
  expect(found.length).toBeGreaterThanOrEqual(3);
  for (const root of found) {
    expect(root.subject).toContain("CN=Amazon RDS eu-west-1 Root CA");
    expect(root.ca).toBe(true);
    expect(root.verify(root.publicKey)).toBe(true);
    expect(new Date(root.validTo).getUTCFullYear()).toBeGreaterThan(2050);
  }
});

it("are known of every region but a few, where the connection is encrypted and not verified", () => {
  const without = regionNames.filter((region) => rdsRoots(region) === undefined);
  expect(without).toMatchInlineSnapshot(`
    [
      "ap-east-2",
      "ap-southeast-5",
      "ap-southeast-6",
      "ap-southeast-7",
      "ca-west-1",
      "cn-north-1",
      "cn-northwest-1",
      "il-central-1",
      "mx-central-1",
      "us-gov-east-1",
      "us-gov-west-1",
    ]
  `);
});
