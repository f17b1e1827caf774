import { randomUUID } from "node:crypto";

import {
  AssociateVPCWithHostedZoneCommand,
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  DisassociateVPCFromHostedZoneCommand,
  GetHostedZoneCommand,
  ListResourceRecordSetsCommand,
  ListTagsForResourceCommand,
  Route53Client,
  UpdateHostedZoneCommentCommand,
  type ChangeAction,
  type DelegationSet,
  type ResourceRecordSet,
  type RRType,
  type TagResourceType,
  type VPCRegion,
} from "@aws-sdk/client-route-53";

import { sameSet, strict, tagChanges, tagRecord } from "../canonical";
import { equal } from "../../properties";
import { resource, tagList, type Cloud, type Properties, type ResourceDefinition } from "../resource";

/** A zone's id without the `/hostedzone/` that Route 53 answers with. */
function bare(id: string | undefined): string {
  return (id ?? "").replace(/^\/[a-z]+\//, "");
}

/** Route 53 takes tags in a call of their own only. */
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
  return tagRecord(answer.ResourceTagSet?.Tags);
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
    replaceOn: ["name"],
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

/** Host names are the same in any case and with or without the last dot. */
function host(name: string | undefined): string {
  return (name ?? "").replace(/\.$/, "").toLowerCase();
}

interface Alias {
  readonly name: string;
  readonly zoneId: string;
  readonly evaluateTargetHealth: boolean;
}

/** Inputs in Route 53's shape. The routing policies are lists of one in the official provider. */
function recordSet(inputs: Properties): ResourceRecordSet {
  const [alias] = (inputs["aliases"] as Alias[] | undefined) ?? [];
  const first = (key: string) => (inputs[key] as Properties[] | undefined)?.[0];
  const geolocation = first("geolocationRoutingPolicies");
  const present = <T extends object>(key: string, value: unknown) => (value === undefined ? {} : ({ [key]: value } as T));
  return {
    Name: inputs["name"] as string,
    Type: inputs["type"] as RRType,
    ...present("TTL", inputs["ttl"]),
    ...present("SetIdentifier", inputs["setIdentifier"]),
    ...present("HealthCheckId", inputs["healthCheckId"]),
    ...present("MultiValueAnswer", inputs["multivalueAnswerRoutingPolicy"]),
    ...present("Weight", first("weightedRoutingPolicies")?.["weight"]),
    ...present("Region", first("latencyRoutingPolicies")?.["region"]),
    ...present("Failover", first("failoverRoutingPolicies")?.["type"]),
    ...(geolocation === undefined
      ? {}
      : {
          GeoLocation: {
            ContinentCode: geolocation["continent"] as string | undefined,
            CountryCode: geolocation["country"] as string | undefined,
            SubdivisionCode: geolocation["subdivision"] as string | undefined,
          },
        }),
    ...(alias === undefined
      ? { ResourceRecords: ((inputs["records"] as string[] | undefined) ?? []).map((Value) => ({ Value })) }
      : {
          AliasTarget: {
            DNSName: alias.name,
            HostedZoneId: alias.zoneId,
            EvaluateTargetHealth: alias.evaluateTargetHealth,
          },
        }),
  };
}

async function change(cloud: Cloud, zoneId: string, Action: ChangeAction, set: ResourceRecordSet): Promise<void> {
  await cloud.client(Route53Client).send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: zoneId,
      ChangeBatch: { Changes: [{ Action, ResourceRecordSet: set }] },
    }),
  );
}

async function findRecord(cloud: Cloud, state: Properties): Promise<ResourceRecordSet | undefined> {
  const answer = await cloud.client(Route53Client).send(
    new ListResourceRecordSetsCommand({
      HostedZoneId: state["zoneId"] as string,
      StartRecordName: state["name"] as string,
      StartRecordType: state["type"] as RRType,
    }),
  );
  return answer.ResourceRecordSets?.find(
    ({ Name, Type, SetIdentifier }) =>
      host(Name) === host(state["name"]) && Type === state["type"] && SetIdentifier === state["setIdentifier"],
  );
}

function recordOutputs(inputs: Properties, set: ResourceRecordSet): Properties {
  const had = inputs["records"] as string[] | undefined;
  const has = set.ResourceRecords?.map(({ Value = "" }) => Value);
  const sameHosts = equal(sameSet(had?.map(host), has?.map(host)), had?.map(host));
  const target = set.AliasTarget;
  const [alias] = (inputs["aliases"] as Alias[] | undefined) ?? [];
  const sameAlias =
    alias !== undefined &&
    host(alias.name) === host(target?.DNSName) &&
    alias.zoneId === target?.HostedZoneId &&
    alias.evaluateTargetHealth === target?.EvaluateTargetHealth;
  const policy = (value: unknown, key: string) => (value === undefined ? undefined : [{ [key]: value }]);
  return {
    name: host(inputs["name"]) === host(set.Name) ? inputs["name"] : host(set.Name),
    type: set.Type,
    fqdn: host(set.Name),
    ttl: set.TTL,
    setIdentifier: set.SetIdentifier,
    healthCheckId: set.HealthCheckId,
    records: target === undefined ? (sameHosts ? had : has) : undefined,
    aliases:
      target === undefined
        ? undefined
        : sameAlias
          ? inputs["aliases"]
          : [
              {
                name: host(target.DNSName),
                zoneId: target.HostedZoneId,
                evaluateTargetHealth: target.EvaluateTargetHealth,
              },
            ],
    weightedRoutingPolicies: policy(set.Weight, "weight"),
    latencyRoutingPolicies: policy(set.Region, "region"),
    failoverRoutingPolicies: policy(set.Failover, "type"),
  };
}

const record = strict(
  [
    "zoneId",
    "name",
    "type",
    "ttl",
    "records",
    "aliases",
    "setIdentifier",
    "healthCheckId",
    "weightedRoutingPolicies",
    "latencyRoutingPolicies",
    "failoverRoutingPolicies",
    "geolocationRoutingPolicies",
    "multivalueAnswerRoutingPolicy",
  ],
  resource({
    token: "aws:route53/record:Record",
    replaceOn: ["zoneId", "name", "type", "setIdentifier"],
    localOnly: ["allowOverwrite"],
    async create(cloud, inputs) {
      const zoneId = inputs["zoneId"] as string;
      await change(cloud, zoneId, inputs["allowOverwrite"] === true ? "UPSERT" : "CREATE", recordSet(inputs));
      const parts = [zoneId, host(inputs["name"]), inputs["type"], inputs["setIdentifier"]];
      return {
        id: parts.filter((part) => part !== undefined).join("_"),
        outputs: { fqdn: host(inputs["name"]) },
      };
    },
    async read(cloud, _id, state) {
      const found = await findRecord(cloud, state);
      return found === undefined ? undefined : { zoneId: state["zoneId"], ...recordOutputs(state, found) };
    },
    async update(cloud, _id, inputs) {
      await change(cloud, inputs["zoneId"] as string, "UPSERT", recordSet(inputs));
    },
    async delete(cloud, _id, state) {
      // A deletion must repeat the record exactly, so it repeats what is there.
      const found = await findRecord(cloud, state);
      if (found !== undefined) await change(cloud, state["zoneId"] as string, "DELETE", found);
    },
  }),
);

/** Zones and records. */
export const definitions: ResourceDefinition[] = [zone, record];
