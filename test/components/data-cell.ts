import type * as pulumi from "@pulumi/pulumi";

import type { Cell } from "../../catalog/model";
import type { SizeClassName } from "../../catalog/sizes";
import type { CellContext } from "../../components/cell/context";
import { plan, type PlannedResource } from "../../adapters/pulumi/plan/plan";
import { testCell, testContext } from "../harness/cell";

/** What every data part takes; two or three subnets as the cell has zones. */
export interface DataArgs {
  readonly keyArn: string;
  readonly subnetIds: string[];
}

export const keyArn = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555";

/** A cell with `zones` availability zones, of a class. */
export function cellOf(sizeClass: SizeClassName, zones = 3): Cell {
  return testCell({ sizeClass, availabilityZones: testCell().availabilityZones.slice(0, zones) });
}

/** Plans one data part of one cell, as `CellStack` would make it. */
export async function planPart<T>(
  cell: Cell,
  make: (ctx: CellContext, args: DataArgs, opts: pulumi.ComponentResourceOptions) => T,
  preview = false,
) {
  const planned = await plan(
    () => {
      const ctx = testContext(cell);
      const subnetIds = cell.availabilityZones.map((zone) => `subnet-${zone}`);
      return make(ctx, { keyArn, subnetIds }, { provider: ctx.provider });
    },
    { preview },
  );
  const of = (type: string): PlannedResource[] => planned.resources.filter((found) => found.type === type);
  const one = (type: string, name?: string): PlannedResource => {
    const found = of(type).filter((candidate) => name === undefined || candidate.name === name);
    if (found.length !== 1) throw new Error(`${found.length} of ${type} ${name ?? ""}, wanted one`);
    return found[0] as PlannedResource;
  };
  return { ...planned, of, one };
}

/** Types whose loss is a loss of data, or of the way to it. */
export const stateful = [
  "aws:rds/instance:Instance",
  "aws:elasticache/replicationGroup:ReplicationGroup",
  "aws:msk/cluster:Cluster",
  "aws:mq/broker:Broker",
  "aws:secretsmanager/secret:Secret",
  "random:index/randomPassword:RandomPassword",
];

/** Inputs that hold a password anywhere and are not marked as secret, as `urn: input`. */
export function plainSecrets(resources: readonly PlannedResource[], passwords: readonly string[]): string[] {
  return resources.flatMap((found) =>
    Object.entries(found.inputs)
      .filter(([key]) => !found.secretInputs.includes(key))
      .filter(([, value]) => passwords.some((password) => JSON.stringify(value ?? null).includes(password)))
      .map(([key]) => `${found.urn}: ${key}`),
  );
}
