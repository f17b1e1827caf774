import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

import type { CellContext } from "./context";

/**
 * A role that a service of AWS takes on for the cell, with AWS's own policies attached.
 *
 * @param part last element of the names.
 * @param service service principal, e.g. `eks.amazonaws.com`.
 * @param policies names of AWS managed policies; the cell's partition is put before them.
 */
export function serviceRole(
  { cell, names }: CellContext,
  part: string,
  description: string,
  trust: pulumi.Input<string>,
  policies: readonly string[],
  parent: pulumi.Resource,
): { readonly role: aws.iam.Role; readonly attachments: readonly aws.iam.RolePolicyAttachment[] } {
  const name = names.of(part);
  const role = new aws.iam.Role(
    `${cell.id}-${part}-role`,
    { name, description: `${description} of ${names.label}`, assumeRolePolicy: trust, tags: { Name: name } },
    { parent },
  );
  const attachments = policies.map(
    (policy) =>
      new aws.iam.RolePolicyAttachment(
        `${cell.id}-${part}-${policy}`,
        { role: role.name, policyArn: `arn:${cell.partition}:iam::aws:policy/${policy}` },
        { parent },
      ),
  );
  return { role, attachments };
}

/** Lets a service take a role on; `tagged` for those that put tags on the session (EKS, pod identity). */
export function trustOf(service: string, tagged = false): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: service },
        Action: tagged ? ["sts:AssumeRole", "sts:TagSession"] : "sts:AssumeRole",
      },
    ],
  });
}
