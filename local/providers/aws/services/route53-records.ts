import {
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
  type Change,
  type ResourceRecordSet,
  type RRType,
} from "@aws-sdk/client-route-53";

import { equal } from "../../properties";
import { resource, strict, type Cloud, type Properties, type ResourceDefinition } from "../resource";
import { sameSet } from "../shape";

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
  const present = (key: string, value: unknown) => (value === undefined ? {} : { [key]: value });
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

async function change(cloud: Cloud, HostedZoneId: string, Changes: Change[]): Promise<void> {
  await cloud
    .client(Route53Client)
    .send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
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
    localOnly: ["allowOverwrite"],
    async create(cloud, inputs) {
      const zoneId = inputs["zoneId"] as string;
      const Action = inputs["allowOverwrite"] === true ? "UPSERT" : "CREATE";
      await change(cloud, zoneId, [{ Action, ResourceRecordSet: recordSet(inputs) }]);
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
    async update(cloud, _id, inputs, olds, changed) {
      // To Route 53 a record of another type or set is another record: both go in one batch.
      const moved = changed.has("type") || changed.has("setIdentifier");
      await change(cloud, inputs["zoneId"] as string, [
        ...(moved ? [{ Action: "DELETE" as const, ResourceRecordSet: recordSet(olds) }] : []),
        { Action: moved ? "CREATE" : "UPSERT", ResourceRecordSet: recordSet(inputs) },
      ]);
    },
    async delete(cloud, _id, state) {
      // A deletion must repeat the record exactly, so it sends the record that Route 53 has.
      const found = await findRecord(cloud, state);
      if (found === undefined) return;
      await change(cloud, state["zoneId"] as string, [{ Action: "DELETE", ResourceRecordSet: found }]);
    },
  }),
);

/** Records. */
export const definitions: ResourceDefinition[] = [record];
