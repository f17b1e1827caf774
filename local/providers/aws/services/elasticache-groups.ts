import * as cache from "@aws-sdk/client-elasticache";

import { resource, type Cloud, type ResourceDefinition } from "../resource";
import { sameSet } from "../shape";
import { tagList } from "../tags";
import { client, retag, tagsOf } from "./elasticache";

/** Id: the group's name. */
const subnetGroup = resource({
  token: "aws:elasticache/subnetGroup:SubnetGroup",
  async create(cloud, inputs) {
    const { CacheSubnetGroup: made } = await client(cloud).send(
      new cache.CreateCacheSubnetGroupCommand({
        CacheSubnetGroupName: inputs["name"],
        CacheSubnetGroupDescription: inputs["description"],
        SubnetIds: inputs["subnetIds"],
        Tags: tagList(inputs["tags"]),
      }),
    );
    return { id: inputs["name"] as string, outputs: { arn: made?.ARN, vpcId: made?.VpcId } };
  },
  async read(cloud, id, state) {
    const { CacheSubnetGroups } = await client(cloud).send(
      new cache.DescribeCacheSubnetGroupsCommand({ CacheSubnetGroupName: id }),
    );
    const found = CacheSubnetGroups?.[0];
    if (found === undefined) return undefined;
    const subnets = (found.Subnets ?? []).map(({ SubnetIdentifier }) => SubnetIdentifier);
    return {
      arn: found.ARN,
      name: found.CacheSubnetGroupName,
      description: found.CacheSubnetGroupDescription,
      subnetIds: sameSet(state["subnetIds"], subnets),
      vpcId: found.VpcId,
      tags: await tagsOf(cloud, found.ARN),
    };
  },
  async update(cloud, id, inputs, olds, changed) {
    if (changed.has("subnetIds") || changed.has("description")) {
      await client(cloud).send(
        new cache.ModifyCacheSubnetGroupCommand({
          CacheSubnetGroupName: id,
          CacheSubnetGroupDescription: inputs["description"],
          SubnetIds: inputs["subnetIds"],
        }),
      );
    }
    if (changed.has("tags")) await retag(cloud, olds["arn"], inputs, olds);
  },
  async delete(cloud, id) {
    await client(cloud).send(new cache.DeleteCacheSubnetGroupCommand({ CacheSubnetGroupName: id }));
  },
});

interface Parameter {
  readonly name: string;
  readonly value: string;
}

function values(parameters: readonly Parameter[]): cache.ParameterNameValue[] {
  return parameters.map(({ name, value }) => ({ ParameterName: name, ParameterValue: value }));
}

/** AWS takes twenty parameters in a call; no group here has more. */
async function setParameters(cloud: Cloud, CacheParameterGroupName: string, parameters: Parameter[]): Promise<void> {
  if (parameters.length === 0) return;
  await client(cloud).send(
    new cache.ModifyCacheParameterGroupCommand({ CacheParameterGroupName, ParameterNameValues: values(parameters) }),
  );
}

/** Id: the group's name. */
const parameterGroup = resource({
  token: "aws:elasticache/parameterGroup:ParameterGroup",
  async create(cloud, inputs) {
    const { CacheParameterGroup: made } = await client(cloud).send(
      new cache.CreateCacheParameterGroupCommand({
        CacheParameterGroupName: inputs["name"],
        CacheParameterGroupFamily: inputs["family"],
        Description: inputs["description"],
        Tags: tagList(inputs["tags"]),
      }),
    );
    await setParameters(cloud, inputs["name"], inputs["parameters"] ?? []);
    return { id: inputs["name"] as string, outputs: { arn: made?.ARN } };
  },
  async read(cloud, id, state) {
    const [{ CacheParameterGroups }, { Parameters }] = await Promise.all([
      client(cloud).send(new cache.DescribeCacheParameterGroupsCommand({ CacheParameterGroupName: id })),
      client(cloud).send(new cache.DescribeCacheParametersCommand({ CacheParameterGroupName: id, Source: "user" })),
    ]);
    const found = CacheParameterGroups?.[0];
    if (found === undefined) return undefined;
    const parameters = (Parameters ?? []).map(({ ParameterName, ParameterValue }) => ({
      name: ParameterName,
      value: ParameterValue,
    }));
    return {
      arn: found.ARN,
      name: found.CacheParameterGroupName,
      family: found.CacheParameterGroupFamily,
      description: found.Description,
      parameters: sameSet(state["parameters"], parameters),
      tags: await tagsOf(cloud, found.ARN),
    };
  },
  async update(cloud, id, inputs, olds, changed) {
    if (changed.has("parameters")) {
      const wanted = (inputs["parameters"] ?? []) as Parameter[];
      const kept = new Set(wanted.map(({ name }) => name));
      const dropped = ((olds["parameters"] ?? []) as Parameter[]).filter(({ name }) => !kept.has(name));
      if (dropped.length > 0) {
        await client(cloud).send(
          new cache.ResetCacheParameterGroupCommand({
            CacheParameterGroupName: id,
            ParameterNameValues: values(dropped),
          }),
        );
      }
      await setParameters(cloud, id, wanted);
    }
    if (changed.has("tags")) await retag(cloud, olds["arn"], inputs, olds);
  },
  async delete(cloud, id) {
    await client(cloud).send(new cache.DeleteCacheParameterGroupCommand({ CacheParameterGroupName: id }));
  },
});

export const definitions: ResourceDefinition[] = [subnetGroup, parameterGroup];
