import { ACMClient, ListCertificatesCommand } from "@aws-sdk/client-acm";
import { afterAll, beforeAll, expect, it } from "vitest";

import { definitions } from "../../../local/providers/aws/services/acm";
import type { Properties } from "../../../local/providers/aws/resource";
import { Made, startMoto, type Moto } from "../../harness/moto";

let moto: Moto;
const make = (token: string, inputs: Properties) => Made.create(moto.cloud(), definitions, token, inputs);

beforeAll(async () => {
  moto = await startMoto();
}, 60_000);
afterAll(() => moto.stop());

it("certificate: one challenge a name, then issued, changed, gone", async () => {
  const certificate = await make("aws:acm/certificate:Certificate", {
    domainName: "cell-3.example.com",
    validationMethod: "DNS",
    tags: { cell: "cell-3" },
  });
  expect(certificate.outputs["domainValidationOptions"]).toEqual([
    {
      domainName: "cell-3.example.com",
      resourceRecordName: expect.stringMatching(/^_.*\.cell-3\.example\.com\.$/) as string,
      resourceRecordType: "CNAME",
      resourceRecordValue: expect.stringContaining("acm-validations.aws") as string,
    },
  ]);
  expect(await certificate.drift()).toEqual([]);
  const issued = await make("aws:acm/certificateValidation:CertificateValidation", {
    certificateArn: certificate.id,
    validationRecordFqdns: ["_x.cell-3.example.com"],
  });
  expect(await issued.drift()).toEqual([]);
  expect(await certificate.read()).toMatchObject({ status: "ISSUED" });
  await certificate.update({ tags: { cell: "cell-3", more: "x" } });
  await certificate.update({ tags: { more: "x" } });
  expect((await certificate.read())?.["tags"]).toEqual({ more: "x" });
  await issued.delete();
  await certificate.delete();
  expect(await certificate.read()).toBeUndefined();
  expect(await issued.read()).toBeUndefined();
  const left = await moto.client(ACMClient).send(new ListCertificatesCommand({}));
  expect(left.CertificateSummaryList).toEqual([]);
});

it("a validation of a certificate that is not there fails instead of waiting", async () => {
  await expect(
    make("aws:acm/certificateValidation:CertificateValidation", {
      certificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/00000000-0000-0000-0000-000000000000",
      validationRecordFqdns: [],
    }),
  ).rejects.toThrow();
});
