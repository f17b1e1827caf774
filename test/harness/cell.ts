import * as aws from "@pulumi/aws";

import type { Cell } from "../../catalog/model";
import { CellNames } from "../../catalog/names";
import { sizeIn } from "../../catalog/regional-sizes";
import { sizeOf } from "../../catalog/sizes";
import type { CellContext } from "../../components/cell/context";
import type { PlannedResource } from "../../adapters/pulumi/plan/plan";

/** A cell that is valid in every field; tests change the field that they are about. */
export function testCell(changes: Partial<Cell> = {}): Cell {
  const { number = 3, region = "eu-west-1", sizeClass = "dev" } = changes;
  return {
    id: `cell-${number}`,
    number,
    locality: "EU",
    region,
    availabilityZones: ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
    partition: "aws",
    sizeClass,
    size: sizeIn(region, sizeOf(sizeClass)!),
    weight: 1,
    tier: "standard",
    owner: "platform",
    dataClass: "internal",
    costCenter: "cells",
    capacity: { tenants: 1000, requestsPerSecond: 500 },
    release: "1.0.0",
    state: "active",
    cidr: `10.${number}.0.0/16`,
    rabbitmq: true,
    ...changes,
  };
}

/** A cell in China, with two zones. */
export function chineseCell(changes: Partial<Cell> = {}): Cell {
  return testCell({
    number: 7,
    locality: "CN",
    region: "cn-north-1",
    availabilityZones: ["cn-north-1a", "cn-north-1b"],
    partition: "aws-cn",
    ...changes,
  });
}

/** The context of a cell's part. Call it inside `plan`: it creates the cell's provider. */
export function testContext(cell: Cell): CellContext {
  return {
    cell,
    held: {},
    size: cell.size,
    environment: "dev",
    domain: "example.com",
    names: new CellNames("dev", cell.number),
    provider: new aws.Provider(`${cell.id}-aws`, { region: cell.region as aws.Region }),
  };
}

/** Resources of one type. */
export function ofType(resources: readonly PlannedResource[], type: string): readonly PlannedResource[] {
  return resources.filter((resource) => resource.type === type);
}

/** Resources of one type by Pulumi name. */
export function byName(resources: readonly PlannedResource[], type: string): ReadonlyMap<string, PlannedResource> {
  return new Map(ofType(resources, type).map((resource) => [resource.name, resource]));
}
