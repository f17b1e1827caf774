import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { CellContext } from "./context";
import { keyPolicy } from "./key-policy";

/** The cell's own KMS key: nothing outside the cell can read what it encrypts, and nothing inside needs another. */
export class Encryption extends pulumi.ComponentResource {
  readonly key: aws.kms.Key;
  /** ARN of the key once its policy is in place: use this one wherever a service needs the key (log groups, topics). */
  readonly keyArn: pulumi.Output<string>;
  readonly alias: aws.kms.Alias;
  /** Twelve digits of the account the cell lives in, as AWS says: for policies, without an extra call. */
  readonly accountId: pulumi.Output<string>;

  constructor(ctx: CellContext, opts: pulumi.ComponentResourceOptions) {
    super("cells:cell:Encryption", `${ctx.cell.id}-encryption`, {}, opts);
    const { cell, names, size } = ctx;

    this.key = new aws.kms.Key(
      `${cell.id}-key`,
      {
        description: `Everything that ${names.prefix} stores`,
        enableKeyRotation: true,
        deletionWindowInDays: size.production ? 30 : 7,
        tags: { Name: names.prefix },
      },
      // A lost key is lost data: of snapshots and retained backups too, which outlive the cell.
      { parent: this, protect: size.production, retainOnDelete: size.production },
    );
    this.accountId = this.key.arn.apply((arn) => arn.split(":")[4] ?? "");

    // Apart from the key because the policy must name the account, which is read from the key's ARN.
    const policy = new aws.kms.KeyPolicy(
      `${cell.id}-key-policy`,
      {
        keyId: this.key.keyId,
        policy: this.accountId.apply((account) => JSON.stringify(keyPolicy(cell, names, account))),
      },
      { parent: this, retainOnDelete: size.production },
    );
    this.keyArn = pulumi.all([this.key.arn, policy.id]).apply(([arn]) => arn);

    this.alias = new aws.kms.Alias(
      `${cell.id}-key-alias`,
      { name: `alias/${names.prefix}`, targetKeyId: this.key.keyId },
      { parent: this },
    );

    this.registerOutputs({ keyArn: this.keyArn });
  }
}
