import { beforeAll, describe, expect, it } from "vitest";

import type { Cell } from "../../catalog/model";
import { sizeIn } from "../../catalog/regional-sizes";
import { regions, type Region } from "../../catalog/regions";
import { sizes, type SizeClassName } from "../../catalog/sizes";
import { CellStack } from "../../components/cell-stack";
import { checkConformance, describe as words } from "../../local/conformance/check";
import { plan, type PlannedResource } from "../../adapters/pulumi/plan/plan";
import { ensurePython } from "../../local/python";
import { testCell } from "../harness/cell";

const home = "eu-west-1";
const classes = Object.keys(sizes) as SizeClassName[];
const all: readonly Region[] = [...regions.values()];

/** Types whose inputs AWS takes in one region and refuses in another. */
const regional: ReadonlySet<string> = new Set([
  "aws:ec2/launchTemplate:LaunchTemplate",
  "aws:eks/nodeGroup:NodeGroup",
  "aws:elasticache/cluster:Cluster",
  "aws:elasticache/replicationGroup:ReplicationGroup",
  "aws:lambda/function:Function",
  "aws:mq/broker:Broker",
  "aws:msk/cluster:Cluster",
  "aws:rds/instance:Instance",
]);

let python: string;
beforeAll(async () => {
  python = await ensurePython(() => undefined);
}, 300_000);

function cellIn({ name, partition, defaultZones }: Region, sizeClass: SizeClassName, number: number): Cell {
  const availabilityZones = defaultZones.map((letter) => `${name}${letter}`);
  return testCell({ number, region: name, partition, availabilityZones, sizeClass, rabbitmq: true });
}

async function planned(cells: readonly Cell[]): Promise<readonly PlannedResource[]> {
  const { resources } = await plan(() => {
    for (const cell of cells) {
      new CellStack(cell.id, { cell, environment: "dev", domain: "example.com", appImage: "example" });
    }
  });
  return resources;
}

/** The same resources as the catalog's sizes would make them in another region. */
function moved(
  resources: readonly PlannedResource[],
  region: Region,
  sizeClass: SizeClassName,
): readonly PlannedResource[] {
  const [from, to] = [sizeIn(home, sizes[sizeClass]), sizeIn(region.name, sizes[sizeClass])];
  const swaps: readonly (readonly [string, string])[] = [
    [home, region.name],
    [from.postgres.instanceClass, to.postgres.instanceClass],
    [from.redis.nodeType, to.redis.nodeType],
    [from.memcached.nodeType, to.memcached.nodeType],
    [from.kafka.instanceType, to.kafka.instanceType],
    [from.rabbitmq.instanceType, to.rabbitmq.instanceType],
    [`"engineVersion":"${from.rabbitmq.engineVersion}"`, `"engineVersion":"${to.rabbitmq.engineVersion}"`],
    [`"${from.nodes.instanceType}"`, `"${to.nodes.instanceType}"`],
  ];
  const text = resources.map((resource) => JSON.stringify(resource));
  return text.map((one) => JSON.parse(swaps.reduce((left, [a, b]) => left.replaceAll(a, b), one)) as PlannedResource);
}

/** The values by which AWS takes a resource in one region and refuses it in another. */
function asked({ type, inputs }: PlannedResource): string {
  const { instanceClass, instanceType, instanceTypes, nodeType, hostInstanceType, amiType, runtime } = inputs;
  const broker = (inputs["brokerNodeGroupInfo"] as { instanceType?: string } | undefined)?.instanceType;
  const types = [instanceClass, instanceType, instanceTypes, nodeType, hostInstanceType, broker, amiType, runtime];
  return JSON.stringify([type, types, inputs["engine"], inputs["engineVersion"]]);
}

describe("each size class in each region", () => {
  it("is taken by AWS, resource by resource", async () => {
    const ofHome = all.find(({ name }) => name === home)!;
    const cells = classes.map((sizeClass, number) => cellIn(ofHome, sizeClass, number));
    const resources = await planned(cells);
    const parts = all.flatMap((region) => {
      const here = classes.flatMap((sizeClass, number) => {
        const owned = resources.filter(({ name, type }) => name.startsWith(`cell-${number}`) && regional.has(type));
        return moved(owned, region, sizeClass).map((one) => ({ ...one, name: `${sizeClass} ${one.name}` }));
      });
      // What AWS decides by region are these values; asking twice about the same ones would take twice the time.
      // A replica has its primary's class.
      const asking = here.filter(({ inputs }) => inputs["replicateSourceDb"] === undefined);
      const distinct = [...new Map(asking.map((one) => [asked(one), one])).values()];
      expect(new Set(distinct.map(({ type }) => type)).size).toBeGreaterThanOrEqual(6);
      return distinct.map((one) => ({
        ...one,
        urn: `${one.urn} of ${one.name} in ${region.name}`,
        inputs: { ...one.inputs, region: region.name },
      }));
    });
    const findings = await checkConformance({ resources: parts, python });
    expect(findings.map(words)).toEqual([]);
  }, 300_000);

  // Whole cells where the shape differs: three zones, two zones, China, and the regions with substitutes.
  it("is clean as a whole where regions differ most", async () => {
    const chosen = ["cn-north-1", "us-west-1", "ca-west-1", "mx-central-1"];
    const cells = chosen.map((name, index) => {
      const region = all.find((one) => one.name === name)!;
      return cellIn(region, classes[index % classes.length]!, index);
    });
    const findings = await checkConformance({ resources: await planned(cells), python });
    expect(findings.map(words)).toEqual([]);
  }, 300_000);

  it("substitutes nothing where the class is to be had", () => {
    for (const sizeClass of classes) expect(sizeIn(home, sizes[sizeClass])).toBe(sizes[sizeClass]);
  });

  it("keeps the size and swaps the family only", () => {
    for (const { name } of all) {
      for (const sizeClass of classes) {
        const size = sizeIn(name, sizes[sizeClass]);
        expect(size.kafka.instanceType.split(".")[2]).toBe(sizes[sizeClass].kafka.instanceType.split(".")[2]);
        expect(size.redis.nodeType.split(".")[2]).toBe(sizes[sizeClass].redis.nodeType.split(".")[2]);
      }
    }
  });
});
