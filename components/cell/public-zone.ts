import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { CellContext } from "./context";

/**
 * The cell's public face: its own zone `cell-<number>.<domain>` and a certificate validated inside it.
 *
 * Validation ends when the parent zone delegates to {@link nameServers}. That NS record is written outside the cell
 * (nothing of a cell changes anything shared) and must depend on the name servers only, never on the whole cell: the
 * cell's load balancer waits for the certificate, so that would be a circle.
 */
export class PublicZone extends pulumi.ComponentResource {
  readonly zone: aws.route53.Zone;
  /** Zone apex, the cell's public host: `cell-3.example.com`. The load balancer's alias record belongs here. */
  readonly domainName: string;
  /** For the delegation in the parent zone. */
  readonly nameServers: pulumi.Output<string[]>;
  /** ARN of the certificate, known once it is issued. */
  readonly certificateArn: pulumi.Output<string>;

  constructor(ctx: CellContext, opts: pulumi.ComponentResourceOptions) {
    super("cells:cell:PublicZone", `${ctx.cell.id}-public-zone`, {}, opts);
    const { cell, names } = ctx;
    this.domainName = `${names.label}.${ctx.domain}`;

    this.zone = new aws.route53.Zone(
      `${cell.id}-public`,
      { name: this.domainName, comment: `Public endpoint of ${names.prefix}`, tags: { Name: this.domainName } },
      { parent: this },
    );
    this.nameServers = this.zone.nameServers;

    const certificate = new aws.acm.Certificate(
      `${cell.id}-certificate`,
      { domainName: this.domainName, validationMethod: "DNS", tags: { Name: this.domainName } },
      { parent: this },
    );
    // One domain name, so exactly one challenge.
    const challenge = certificate.domainValidationOptions.apply((options) => options[0]);
    const proof = new aws.route53.Record(
      `${cell.id}-certificate-proof`,
      {
        zoneId: this.zone.zoneId,
        name: challenge.apply((option) => option?.resourceRecordName ?? ""),
        type: challenge.apply((option) => (option?.resourceRecordType ?? "CNAME") as aws.route53.RecordType),
        records: [challenge.apply((option) => option?.resourceRecordValue ?? "")],
        ttl: 300,
        allowOverwrite: true,
      },
      { parent: this },
    );
    const issued = new aws.acm.CertificateValidation(
      `${cell.id}-certificate-issued`,
      { certificateArn: certificate.arn, validationRecordFqdns: [proof.fqdn] },
      { parent: this },
    );
    this.certificateArn = issued.certificateArn;

    this.registerOutputs({ domainName: this.domainName, nameServers: this.nameServers });
  }
}
