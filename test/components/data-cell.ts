import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

import type { Cell, SizeClassName } from "../../catalog/model";
import { CellNames } from "../../catalog/names";
import { sizes } from "../../catalog/sizes";
import type { CellContext } from "../../components/cell/context";
import { plan, type PlannedResource } from "../../local/plan/plan";

/** What every data part takes; two or three subnets as the cell has zones. */
export interface DataArgs {
  readonly keyArn: string;
  readonly subnetIds: string[];
}

export const keyArn = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555";

/** A cell with `zones` availability zones, of a class. */
export function cellOf(sizeClass: SizeClassName, zones = 3, number = 3): Cell {
  return {
    id: `cell-${number}`,
    number,
    locality: "EU",
    region: "eu-west-1",
    availabilityZones: ["eu-west-1a", "eu-west-1b", "eu-west-1c"].slice(0, zones),
    partition: "aws",
    sizeClass,
    weight: 1,
    tier: "standard",
    capacity: { tenants: 1000, requestsPerSecond: 500 },
    release: "1.0.0",
    state: "active",
    cidr: `10.${number}.0.0/16`,
    rabbitmq: true,
  };
}

/** Plans one data part of one cell, as `CellStack` would make it. */
export async function planPart<T>(
  cell: Cell,
  make: (ctx: CellContext, args: DataArgs, opts: pulumi.ComponentResourceOptions) => T,
  preview = false,
) {
  const planned = await plan(
    () => {
      const provider = new aws.Provider(`${cell.id}-aws`, { region: cell.region as aws.Region });
      const ctx: CellContext = {
        cell,
        size: sizes[cell.sizeClass],
        environment: "dev",
        domain: "cells.example.com",
        names: new CellNames("dev", cell.number),
        provider,
      };
      return make(ctx, { keyArn, subnetIds: cell.availabilityZones.map((zone) => `subnet-${zone}`) }, { provider });
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
