import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import type { CellContext } from "./context";

/** A password of the cell's own, and the secret in the cell's Secrets Manager that will hold it. */
export interface Credential {
  /** Secret in every state and output. */
  readonly password: pulumi.Output<string>;
  readonly secret: aws.secretsmanager.Secret;
  /** Where the password comes from: what takes it at creation only is replaced with it. */
  readonly source: random.RandomPassword;
}

/** A password of the cell's own. */
export function passwordOf(
  { cell, size }: CellContext,
  part: string,
  parent: pulumi.Resource,
): Pick<Credential, "password" | "source"> {
  const source = new random.RandomPassword(
    `${cell.id}-${part}-password`,
    // Letters and digits: every service and every connection string takes them; 40 of 62 are 238 bits.
    // The random provider is one for the whole program: the cell's is AWS's.
    { length: 40, special: false },
    { parent, protect: size.production, additionalSecretOutputs: ["result"] },
  );
  return { password: pulumi.secret(source.result), source };
}

/**
 * Makes a password and its empty secret, encrypted with the cell's key. Two steps, because what a client needs beside
 * the password (the host) is known only after the service that the password is for: see {@link store}.
 *
 * A password changes only when its source is replaced, and then the service and the secret change in the same
 * update. What rotates it outside of Pulumi writes a new version of the secret, which Pulumi does not manage.
 *
 * @param part last element of the names: `postgres` makes the secret `<environment>-cell-<number>/postgres`. After a
 *   slash, because AWS appends a hyphen and six characters of its own, and so that a policy for `cell-1/*` does not
 *   match cell 10.
 */
export function credential(
  ctx: CellContext,
  part: string,
  description: string,
  keyArn: pulumi.Input<string>,
  parent: pulumi.Resource,
): Credential {
  const { cell, names, size } = ctx;
  const opts: pulumi.CustomResourceOptions = { parent, protect: size.production };
  const { password, source } = passwordOf(ctx, part, parent);
  const secret = new aws.secretsmanager.Secret(
    `${cell.id}-${part}-secret`,
    {
      name: `${names.prefix}/${part}`,
      description,
      kmsKeyId: keyArn,
      recoveryWindowInDays: size.production ? 30 : 0,
      tags: { Name: `${names.prefix}/${part}` },
    },
    opts,
  );
  return { password, secret, source };
}

/** Writes the content of a {@link credential}'s secret, as JSON. */
export function store(
  ctx: CellContext,
  part: string,
  { secret }: Credential,
  content: Readonly<Record<string, pulumi.Input<string | number>>>,
  parent: pulumi.Resource,
): aws.secretsmanager.SecretVersion {
  return new aws.secretsmanager.SecretVersion(
    `${ctx.cell.id}-${part}-secret-version`,
    { secretId: secret.id, secretString: pulumi.secret(pulumi.jsonStringify(content)) },
    { parent },
  );
}
