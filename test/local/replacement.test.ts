import { beforeAll, describe, expect, it } from "vitest";

import type { PlannedResource } from "../../adapters/pulumi/plan/plan";
import { consequences, deletesFirst, replacementRules, replacementTypes } from "../../catalog/replacement";
import { twinless } from "../../local/conformance/tables";
import type { Difference } from "../../local/providers/backend";
import { awsBackend } from "../../local/providers/aws/provider";
import type { Cloud, Properties, ResourceDefinition } from "../../local/providers/aws/resource";
import { localDefinitions, resourcesInUse, typesInUse } from "../conformance/types-in-use";

let resources: readonly PlannedResource[];
let definitions: readonly ResourceDefinition[];
let diff: (type: string, olds: Properties, news: Properties) => Difference;

beforeAll(async () => {
  [resources, definitions] = [await resourcesInUse(), await localDefinitions()];
  const backend = awsBackend("http://127.0.0.1:1", definitions);
  const session = backend.configure({ region: "eu-west-1" });
  diff = (type, olds, news) => backend.diff(session, type, olds, { tagsAll: olds["tags"] ?? {} }, news);
});

/** The same inputs with each leaf changed in turn, by its path. */
function edits(value: unknown, path = ""): [path: string, edited: unknown][] {
  if (Array.isArray(value) && value.some((item) => typeof item === "object")) {
    return value.flatMap((item, at) =>
      edits(item, path).map(([leaf, edited]): [string, unknown] => [leaf, value.with(at, edited)]),
    );
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return Object.entries(value).flatMap(([key, inner]) =>
      edits(inner, path === "" ? key : `${path}.${key}`).map(([leaf, edited]): [string, unknown] => [
        leaf,
        { ...value, [key]: edited },
      ]),
    );
  }
  if (Array.isArray(value)) return [[path, [...(value as unknown[]), "another"]]];
  if (typeof value === "boolean") return [[path, !value]];
  if (typeof value === "number") return [[path, value + 1]];
  // In front: what stands behind the padding of base64 is ignored.
  return [[path, path.endsWith("Base64") ? `AAAA${String(value)}` : `${String(value)}-other`]];
}

/** One edit of each input that the program writes, by type and path. */
function editsInUse(): Map<string, { type: string; olds: Properties; news: Properties }> {
  const found = new Map<string, { type: string; olds: Properties; news: Properties }>();
  for (const { type, inputs } of resources) {
    for (const [path, news] of edits(inputs)) {
      found.set(`${type} ${path}`, { type, olds: inputs, news: news as Properties });
    }
  }
  return found;
}

/** What an update sends to a cloud that answers nothing, as text; or its refusal. */
async function sentBy(definition: ResourceDefinition, olds: Properties, news: Properties, changed: Set<string>) {
  const sent: string[] = [];
  const send = (command: { readonly input: unknown }) => {
    sent.push(`${command.constructor.name} ${JSON.stringify(command.input)}`);
    return Promise.resolve({});
  };
  const cloud = { region: "eu-west-1", partition: "aws", accountId: "1", client: () => ({ send }) };
  try {
    await definition.update?.(cloud as unknown as Cloud, "id:id", news, olds, changed);
  } catch (error) {
    // An empty answer lacks what an update reads; a refusal comes before any call.
    if (sent.length === 0) return String(error);
  }
  return sent.join(" ");
}

describe("the replacement table", () => {
  it("has a row for every type in use, and for no other", () => {
    expect(replacementTypes).toEqual(typesInUse(resources, definitions));
    expect(() => replacementRules("aws:dax/cluster:Cluster")).toThrow("has no row for aws:dax/cluster:Cluster");
  });

  it("has a rule for each input of the types that AWS's schemas lack", () => {
    const missing = [...editsInUse().values()].flatMap(({ type, olds }) => {
      const known = new Set(["tags", ...replacementRules(type).map(({ input }) => input.split(".")[0])]);
      return twinless[type] === undefined ? [] : Object.keys(olds).filter((input) => !known.has(input));
    });
    expect([...new Set(missing)]).toEqual([]);
  });

  it("has no exception that says what the schema says", () => {
    const idle = replacementTypes
      .filter((type) => twinless[type] === undefined)
      .flatMap((type) =>
        replacementRules(type)
          .filter(
            ({ source, aws, provider }) => source !== undefined && provider === (aws === "replace" ? aws : "in place"),
          )
          .map(({ input }) => `${type} ${input}`),
      );
    expect(idle).toEqual([]);
  });

  it("compares what stands at a path, in each object of a list too", () => {
    const type = "aws:msk/cluster:Cluster";
    const group = (change: object) => ({ brokerNodeGroupInfo: { clientSubnets: ["a"], instanceType: "b", ...change } });
    expect(consequences(type, group({}), group({ securityGroups: undefined }))).toEqual([]);
    expect(consequences(type, group({}), group({ instanceType: "c" }))).toEqual([
      { input: "brokerNodeGroupInfo", aws: "in place", provider: "in place" },
    ]);
    expect(consequences(type, group({}), group({ clientSubnets: ["a", "b"] }))).toEqual([
      { input: "brokerNodeGroupInfo.clientSubnets", aws: "replace", provider: "replace" },
    ]);
  });
});

const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const rabbit = { engineType: "RabbitMQ", users: [{ username: "admin", password: "old" }] };
const redis = { engine: "redis", engineVersion: "7.1", transitEncryptionEnabled: true };
const autoscaled = { allocatedStorage: 100, maxAllocatedStorage: 200 };
const secrets = { provider: { keyArn: "one" }, resources: ["secrets"] };

/** Edits where AWS and its official provider differ, or the official provider is easily misjudged. */
const known: readonly [type: string, olds: Properties, news: Properties, shown: "replace" | "update" | "nothing"][] = [
  ["aws:mq/broker:Broker", rabbit, { users: [{ username: "admin", password: "new" }] }, "nothing"],
  ["aws:mq/broker:Broker", { ...rabbit, engineType: "ActiveMQ" }, { users: [] }, "update"],
  [
    "aws:eks/nodeGroup:NodeGroup",
    { launchTemplate: { id: "a", version: "1" } },
    { launchTemplate: { id: "b" } },
    "replace",
  ],
  [
    "aws:eks/nodeGroup:NodeGroup",
    { launchTemplate: { id: "a", version: "1" } },
    { launchTemplate: { id: "a" } },
    "update",
  ],
  [
    "aws:eks/cluster:Cluster",
    { accessConfig: { bootstrapClusterCreatorAdminPermissions: true } },
    { accessConfig: { bootstrapClusterCreatorAdminPermissions: false } },
    "replace",
  ],
  ["aws:eks/cluster:Cluster", { accessConfig: { authenticationMode: "API" } }, { accessConfig: {} }, "update"],
  ["aws:eks/cluster:Cluster", {}, { encryptionConfig: secrets }, "update"],
  ["aws:eks/cluster:Cluster", { encryptionConfig: secrets }, { encryptionConfig: { provider: {} } }, "update"],
  ["aws:eks/cluster:Cluster", { encryptionConfig: secrets }, { encryptionConfig: undefined }, "replace"],
  ["aws:msk/cluster:Cluster", {}, { brokerNodeGroupInfo: { clientSubnets: ["a"] } }, "replace"],
  ["aws:msk/cluster:Cluster", {}, { brokerNodeGroupInfo: { securityGroups: ["a"] } }, "replace"],
  [
    "aws:msk/cluster:Cluster",
    { encryptionInfo: {} },
    { encryptionInfo: { encryptionAtRestKmsKeyArn: "a" } },
    "replace",
  ],
  [
    "aws:msk/cluster:Cluster",
    { encryptionInfo: {} },
    { encryptionInfo: { encryptionInTransit: { clientBroker: "TLS" } } },
    "update",
  ],
  ["aws:msk/cluster:Cluster", { kafkaVersion: "3.9.0" }, { kafkaVersion: "3.10.0" }, "update"],
  ["aws:msk/cluster:Cluster", { kafkaVersion: "3.9.0" }, { kafkaVersion: "3.8.0" }, "replace"],
  ["aws:rds/instance:Instance", { identifier: "a" }, { identifier: "b" }, "update"],
  ["aws:rds/instance:Instance", { allocatedStorage: 100 }, { allocatedStorage: 50 }, "update"],
  ["aws:rds/instance:Instance", autoscaled, { allocatedStorage: 50 }, "nothing"],
  ["aws:rds/instance:Instance", autoscaled, { allocatedStorage: 150 }, "update"],
  ["aws:elasticache/replicationGroup:ReplicationGroup", redis, { transitEncryptionEnabled: false }, "update"],
  [
    "aws:elasticache/replicationGroup:ReplicationGroup",
    { ...redis, engineVersion: "6.2" },
    { transitEncryptionEnabled: false },
    "replace",
  ],
  ["aws:elasticache/replicationGroup:ReplicationGroup", redis, { engineVersion: "7.0" }, "replace"],
  ["aws:elasticache/replicationGroup:ReplicationGroup", redis, { engine: "valkey", engineVersion: "8.0" }, "update"],
  ["aws:elasticache/replicationGroup:ReplicationGroup", { ...redis, engine: "valkey" }, { engine: "redis" }, "replace"],
  ["aws:route53/record:Record", { type: "A", name: "a" }, { type: "AAAA" }, "update"],
  ["aws:route53/record:Record", { type: "A", name: "a" }, { setIdentifier: "one" }, "update"],
  ["aws:route53/zone:Zone", { vpcs: [{ vpcId: "a" }] }, { vpcs: [{ vpcId: "a", vpcRegion: "b" }] }, "update"],
  ["aws:iam/role:Role", {}, { permissionsBoundary: "arn" }, "update"],
  ["aws:iam/openIdConnectProvider:OpenIdConnectProvider", { clientIdLists: ["a"] }, { clientIdLists: ["b"] }, "update"],
  ["aws:sns/topicSubscription:TopicSubscription", {}, { rawMessageDelivery: true }, "update"],
  ["aws:sns/topicSubscription:TopicSubscription", {}, { filterPolicy: "{}" }, "update"],
  ["aws:lb/targetGroup:TargetGroup", {}, { ipAddressType: "ipv6" }, "replace"],
  [ingress, { cidrIpv4: "a" }, { cidrIpv4: "b" }, "update"],
  [ingress, { cidrIpv4: "a" }, { cidrIpv4: undefined, referencedSecurityGroupId: "b" }, "replace"],
  ["aws:ec2/vpcEndpoint:VpcEndpoint", { vpcEndpointType: "Interface" }, { privateDnsEnabled: true }, "update"],
  ["aws:ec2/vpcEndpoint:VpcEndpoint", { vpcEndpointType: "Gateway" }, { privateDnsEnabled: true }, "replace"],
  ["aws:kms/keyPolicy:KeyPolicy", { keyId: "a" }, { keyId: "b" }, "update"],
];

describe("the local AWS provider", () => {
  it.each(known)("previews a change of %s from %j to %j as the official one: %s", (type, olds, news, shown) => {
    const { changed, replaces } = diff(type, olds, { ...olds, ...news });
    expect(replaces.length > 0 ? "replace" : changed.size > 0 ? "update" : "nothing").toBe(shown);
  });

  it("deletes first what has a fixed name, and creates first what AWS names", () => {
    const local = resources.filter(({ type }) => definitions.some(({ token }) => token === type));
    const named = local.filter(({ type, inputs }) => deletesFirst(type, inputs));
    expect([...new Set(named.map(({ type }) => type.replace(/^aws:|:.*/g, "")))].sort()).toEqual(
      (
        "apigatewayv2/api apigatewayv2/stage cloudwatch/logGroup cloudwatch/metricAlarm ec2/launchTemplate " +
        "ec2/securityGroup eks/cluster eks/nodeGroup elasticache/cluster elasticache/parameterGroup " +
        "elasticache/replicationGroup elasticache/subnetGroup iam/role iam/rolePolicy iam/rolePolicyAttachment " +
        "kms/alias lambda/alias lambda/function lambda/permission lb/loadBalancer lb/targetGroup mq/broker " +
        "msk/cluster msk/configuration rds/instance rds/parameterGroup rds/subnetGroup route53/zone s3/bucket " +
        "secretsmanager/secret sns/topic"
      ).split(" "),
    );
    const order = (olds: Properties, news: Properties) => diff("aws:s3/bucket:Bucket", olds, news).deleteBeforeReplace;
    expect(order({ bucket: "a" }, { bucket: "b" })).toBe(true);
    expect(order({ objectLockEnabled: true }, { objectLockEnabled: false })).toBe(false);
    expect(order({ bucket: "a" }, { bucket: "a", tags: { a: "b" } })).toBe(false);
  });

  it("replaces what the table says, and sends every other change to the cloud", async () => {
    const silent: string[] = [];
    for (const [edit, { type, olds, news }] of editsInUse()) {
      const definition = definitions.find(({ token }) => token === type);
      if (definition === undefined) continue;
      const { changed, replaces } = diff(type, olds, news);
      const sent = new Set([...changed].filter((input) => definition.localOnly?.includes(input) !== true));
      if (replaces.length > 0 || sent.size === 0) continue;
      const edited = await sentBy(definition, olds, news, sent);
      const same = await sentBy(definition, olds, olds, sent);
      if (edited === same && !edited.startsWith("Error:")) silent.push(edit);
    }
    // A digest: what it stands for is sent, and has not changed here.
    expect(silent).toEqual(["aws:lambda/function:Function sourceCodeHash"]);
  });
});
