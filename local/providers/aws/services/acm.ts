import { setTimeout as delay } from "node:timers/promises";

import {
  ACMClient,
  AddTagsToCertificateCommand,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  ListTagsForCertificateCommand,
  RemoveTagsFromCertificateCommand,
  RequestCertificateCommand,
  type CertificateDetail,
  type ValidationMethod,
} from "@aws-sdk/client-acm";

import { resource, strict, type Cloud, type Properties, type ResourceDefinition } from "../resource";
import { sameSet } from "../shape";
import { tagChanges, tagList, tagMap } from "../tags";

async function describe(cloud: Cloud, arn: string): Promise<CertificateDetail | undefined> {
  const answer = await cloud.client(ACMClient).send(new DescribeCertificateCommand({ CertificateArn: arn }));
  return answer.Certificate;
}

function outputs(detail: CertificateDetail): Properties {
  return {
    arn: detail.CertificateArn,
    domainName: detail.DomainName,
    status: detail.Status,
    type: detail.Type,
    domainValidationOptions: (detail.DomainValidationOptions ?? []).map(({ DomainName, ResourceRecord }) => ({
      domainName: DomainName,
      resourceRecordName: ResourceRecord?.Name,
      resourceRecordType: ResourceRecord?.Type,
      resourceRecordValue: ResourceRecord?.Value,
    })),
  };
}

const certificate = strict(
  ["domainName", "validationMethod", "subjectAlternativeNames"],
  resource({
    token: "aws:acm/certificate:Certificate",
    async create(cloud, inputs) {
      const { CertificateArn: arn = "" } = await cloud.client(ACMClient).send(
        new RequestCertificateCommand({
          DomainName: inputs["domainName"] as string,
          ValidationMethod: inputs["validationMethod"] as ValidationMethod | undefined,
          SubjectAlternativeNames: inputs["subjectAlternativeNames"] as string[] | undefined,
          Tags: tagList(inputs["tags"]),
        }),
      );
      // The challenges are not in the answer, and on AWS come seconds later.
      for (let wait = 50; ; wait = Math.min(wait * 2, 2_000)) {
        const detail = await describe(cloud, arn);
        const challenged = detail?.DomainValidationOptions?.every((option) => option.ResourceRecord !== undefined);
        if (detail !== undefined && challenged === true) return { id: arn, outputs: outputs(detail) };
        await delay(wait);
      }
    },
    async read(cloud, id, state) {
      const [detail, tags] = await Promise.all([
        describe(cloud, id),
        cloud.client(ACMClient).send(new ListTagsForCertificateCommand({ CertificateArn: id })),
      ]);
      if (detail === undefined) return undefined;
      const names = detail.SubjectAlternativeNames?.filter((name) => name !== detail.DomainName);
      return {
        ...outputs(detail),
        // The domain's own name is always among them, requested or not.
        subjectAlternativeNames: sameSet(state["subjectAlternativeNames"], names),
        tags: tagMap(tags.Tags),
      };
    },
    async update(cloud, id, inputs, olds) {
      const { set, remove } = tagChanges(olds["tags"], inputs["tags"]);
      const acm = cloud.client(ACMClient);
      if (remove.length > 0) {
        const Tags = remove.map((Key) => ({ Key }));
        await acm.send(new RemoveTagsFromCertificateCommand({ CertificateArn: id, Tags }));
      }
      if (Object.keys(set).length > 0) {
        await acm.send(new AddTagsToCertificateCommand({ CertificateArn: id, Tags: tagList(set) }));
      }
    },
    async delete(cloud, id) {
      await cloud.client(ACMClient).send(new DeleteCertificateCommand({ CertificateArn: id }));
    },
  }),
);

/** Longest wait for an issue; the local cloud issues within a second. */
const patience = 60_000;

const certificateValidation = strict(
  ["certificateArn", "validationRecordFqdns"],
  resource({
    token: "aws:acm/certificateValidation:CertificateValidation",
    async create(cloud, inputs) {
      const arn = inputs["certificateArn"] as string;
      const deadline = Date.now() + patience;
      for (let wait = 50; ; wait = Math.min(wait * 2, 2_000)) {
        const status = (await describe(cloud, arn))?.Status;
        if (status === "ISSUED") return { id: new Date().toISOString(), outputs: {} };
        if (status !== "PENDING_VALIDATION" || Date.now() > deadline) {
          throw new Error(`the certificate is not issued but ${status ?? "gone"}`);
        }
        await delay(wait);
      }
    },
    async read(cloud, _id, state) {
      const certificateArn = state["certificateArn"] as string;
      const detail = await describe(cloud, certificateArn);
      return detail?.Status === "ISSUED" ? { certificateArn } : undefined;
    },
    // It is only a wait; the certificate goes with its own resource.
    delete: () => Promise.resolve(),
  }),
);

/** Certificates and the wait for their issue. */
export const definitions: ResourceDefinition[] = [certificate, certificateValidation];
