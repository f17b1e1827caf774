import * as pulumi from "@pulumi/pulumi";

import type { Case, StageCell, Thing } from "../stage";

/** A case that does not say which rule must find it. */
export type BlindCase = Pick<Case, "id" | "title" | "act">;

/** The account that all cells of the stage share. */
export const account = "123456789012";

type Statement = Readonly<Record<string, unknown>>;

export const policy = (...Statement: readonly Statement[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement });

export const allow = (Action: unknown, Resource: unknown, Condition?: Statement): Statement => ({
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});

/** A statement of a resource's policy, or of a role's trust when `Resource` is left out. */
export const admit = (Principal: unknown, Action: unknown, Resource?: unknown, Condition?: Statement): Statement => ({
  Effect: "Allow",
  Principal,
  Action,
  ...(Resource === undefined ? {} : { Resource }),
  ...(Condition === undefined ? {} : { Condition }),
});

export const base64 = (text: string | Buffer): string => Buffer.from(text).toString("base64");

/** A role of a cell that one of AWS's services takes on. */
export const role = (cell: StageCell, part = "worker", service = "ec2.amazonaws.com"): Thing =>
  cell.make("aws:iam/role:Role", `${part}-role`, {
    name: `dev-cell-${cell.number}-${part}`,
    assumeRolePolicy: policy(admit({ Service: service }, "sts:AssumeRole")),
  });

/** What such a role may do. */
export function may(cell: StageCell, ...statements: readonly (Statement | pulumi.Output<Statement>)[]): void {
  cell.make("aws:iam/rolePolicy:RolePolicy", "worker-policy", {
    role: role(cell).id,
    policy: pulumi.all([...statements]).apply((all) => policy(...all)),
  });
}

/** An object in the cell's own Kubernetes. */
export const put = (cell: StageCell, type: string, name: string, props: Readonly<Record<string, unknown>>): Thing =>
  cell.make(
    `kubernetes:${type}`,
    name,
    { metadata: { name, namespace: "app" }, ...props },
    { provider: cell.kubernetes },
  );

export const configMap = (cell: StageCell, name: string, data: Readonly<Record<string, unknown>>): Thing =>
  put(cell, "core/v1:ConfigMap", name, { data });
