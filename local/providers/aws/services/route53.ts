import { randomUUID } from "node:crypto";

import {
  AssociateVPCWithHostedZoneCommand,
  ChangeTagsForResourceCommand,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  DisassociateVPCFromHostedZoneCommand,
  GetHostedZoneCommand,
  ListTagsForResourceCommand,
  Route53Client,
  UpdateHostedZoneCommentCommand,
  type DelegationSet,
  type TagResourceType,
  type VPCRegion,
} from "@aws-sdk/client-route-53";

import { equal } from "../../properties";
import { resource, strict, type Cloud, type Properties, type ResourceDefinition } from "../resource";
import { sameSet } from "../shape";
import { tagChanges, tagList, tagMap } from "../tags";

/** A zone's id without the `/hostedzone/` that Route 53 answers with. */
function bare(id: string | undefined): string {
  return (id ?? "").replace(/^\/[a-z]+\//, "");
}

/** Route 53 takes tags in a separate call only. */
export async function retagRoute53(
  cloud: Cloud,
  type: TagResourceType,
  id: string,
  inputs: Properties,
  olds: Properties,
): Promise<void> {
  const { set, remove } = tagChanges(olds["tags"], inputs["tags"]);
  if (Object.keys(set).length === 0 && remove.length === 0) return;
  await cloud.client(Route53Client).send(
    new ChangeTagsForResourceCommand({
      ResourceType: type,
      ResourceId: id,
      AddTags: Object.keys(set).length === 0 ? undefined : tagList(set),
      RemoveTagKeys: remove.length === 0 ? undefined : remove,
    }),
  );
}

/** Tags of a zone or a health check. */
export async function route53Tags(cloud: Cloud, type: TagResourceType, id: string): Promise<Record<string, string>> {
  const answer = await cloud
    .client(Route53Client)
    .send(new ListTagsForResourceCommand({ ResourceType: type, ResourceId: id }));
  return tagMap(answer.ResourceTagSet?.Tags);
}

interface ZoneVpc {
  readonly vpcId: string;
  readonly vpcRegion?: string | undefined;
}

function vpc({ vpcId, vpcRegion }: ZoneVpc, region: string) {
  return { VPCId: vpcId, VPCRegion: (vpcRegion ?? region) as VPCRegion };
}

function zoneOutputs(cloud: Cloud, id: string, delegation: DelegationSet | undefined): Properties {
  const nameServers = [...(delegation?.NameServers ?? [])].sort();
  return {
    zoneId: id,
    arn: `arn:${cloud.partition}:route53:::hostedzone/${id}`,
    nameServers,
    primaryNameServer: nameServers[0],
  };
}

const zone = strict(
  ["name", "comment", "vpcs"],
  resource({
    token: "aws:route53/zone:Zone",
    localOnly: ["forceDestroy"],
    async create(cloud, inputs) {
      const route53 = cloud.client(Route53Client);
      const [first, ...others] = (inputs["vpcs"] as ZoneVpc[] | undefined) ?? [];
      const answer = await route53.send(
        new CreateHostedZoneCommand({
          Name: inputs["name"] as string,
          CallerReference: randomUUID(),
          HostedZoneConfig: {
            Comment: (inputs["comment"] as string | undefined) ?? "Managed by Pulumi",
            PrivateZone: first !== undefined,
          },
          VPC: first === undefined ? undefined : vpc(first, cloud.region),
        }),
      );
      const id = bare(answer.HostedZone?.Id);
      for (const other of others) {
        const VPC = vpc(other, cloud.region);
        await route53.send(new AssociateVPCWithHostedZoneCommand({ HostedZoneId: id, VPC }));
      }
      await retagRoute53(cloud, "hostedzone", id, inputs, {});
      return { id, outputs: zoneOutputs(cloud, id, answer.DelegationSet) };
    },
    async read(cloud, id, state) {
      const [answer, tags] = await Promise.all([
        cloud.client(Route53Client).send(new GetHostedZoneCommand({ Id: id })),
        route53Tags(cloud, "hostedzone", id),
      ]);
      const vpcs: ZoneVpc[] = (answer.VPCs ?? []).map((one) => ({ vpcId: one.VPCId ?? "", vpcRegion: one.VPCRegion }));
      const asked = state["vpcs"] as ZoneVpc[] | undefined;
      const same = (asked ?? []).map(({ vpcId, vpcRegion }) => ({ vpcId, vpcRegion: vpcRegion ?? cloud.region }));
      return {
        ...zoneOutputs(cloud, id, answer.DelegationSet),
        name: answer.HostedZone?.Name?.replace(/\.$/, ""),
        comment: answer.HostedZone?.Config?.Comment,
        vpcs: equal(sameSet(same, vpcs), same) ? asked : vpcs,
        tags,
      };
    },
    async update(cloud, id, inputs, olds, changed) {
      const route53 = cloud.client(Route53Client);
      if (changed.has("comment")) {
        await route53.send(new UpdateHostedZoneCommentCommand({ Id: id, Comment: inputs["comment"] as string }));
      }
      if (changed.has("vpcs")) {
        const [had, has] = [(olds["vpcs"] ?? []) as ZoneVpc[], (inputs["vpcs"] ?? []) as ZoneVpc[]];
        const lacks = (list: ZoneVpc[], { vpcId }: ZoneVpc) => !list.some((other) => other.vpcId === vpcId);
        for (const one of has) {
          const before = had.find(({ vpcId }) => vpcId === one.vpcId) ?? one;
          if (!equal(vpc(one, cloud.region), vpc(before, cloud.region))) {
            // The official provider makes no call here, and its state then names a region that the VPC is not in.
            throw new Error(`a VPC is in one region: Route 53 cannot change ${one.vpcId}'s`);
          }
        }
        // New ones first: Route 53 refuses to take the last one away.
        for (const one of has.filter((item) => lacks(had, item))) {
          const VPC = vpc(one, cloud.region);
          await route53.send(new AssociateVPCWithHostedZoneCommand({ HostedZoneId: id, VPC }));
        }
        for (const one of had.filter((item) => lacks(has, item))) {
          const VPC = vpc(one, cloud.region);
          await route53.send(new DisassociateVPCFromHostedZoneCommand({ HostedZoneId: id, VPC }));
        }
      }
      await retagRoute53(cloud, "hostedzone", id, inputs, olds);
    },
    async delete(cloud, id) {
      await cloud.client(Route53Client).send(new DeleteHostedZoneCommand({ Id: id }));
    },
  }),
);

/** Zones. Records: `route53-records.ts`. */
export const definitions: ResourceDefinition[] = [zone];
