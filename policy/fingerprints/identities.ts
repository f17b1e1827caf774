import type { Resource } from "../core/resource";
import { items, read } from "../core/value";
import type { Arn } from "../literals/extract";
import { byForm } from "../literals/names";

/** Properties that contain a name or id of the resource itself, by type. */
const own: readonly (readonly [types: RegExp, keys: readonly string[]])[] = [
  [/^aws:ec2\/vpc:/, ["defaultSecurityGroupId", "defaultRouteTableId", "mainRouteTableId", "defaultNetworkAclId"]],
  [
    /^aws:ec2\/(?:subnet|securityGroup|routeTable|networkAcl|internetGateway|egressOnlyInternetGateway|launchTemplate|flowLog|vpcDhcpOptions|vpcEndpoint|vpcEndpointService|vpcPeeringConnection|managedPrefixList|customerGateway|vpnGateway|volume|snapshot|ami):/,
    ["serviceName"],
  ],
  [
    /^aws:ec2\/(?:instance|networkInterface|natGateway|eip):/,
    ["privateIp", "publicIp", "privateDns", "publicDns", "allocationId"],
  ],
  [/^aws:ec2transitgateway\//, []],
  [
    /^aws:(?:rds|docdb|neptune)\/(?:instance|cluster|clusterInstance|proxy):/,
    [
      "identifier",
      "clusterIdentifier",
      "address",
      "endpoint",
      "readerEndpoint",
      "resourceId",
      "dbiResourceId",
      "clusterResourceId",
      "name",
    ],
  ],
  [
    /^aws:(?:elasticache|memorydb)\/(?:replicationGroup|cluster|serverlessCache):/,
    [
      "replicationGroupId",
      "clusterId",
      "clusterAddress",
      "configurationEndpoint",
      "configurationEndpointAddress",
      "primaryEndpointAddress",
      "readerEndpointAddress",
      "memberClusters",
    ],
  ],
  [
    /^aws:msk\/(?:cluster|serverlessCluster):/,
    [
      "clusterName",
      "clusterUuid",
      "bootstrapBrokers",
      "bootstrapBrokersTls",
      "bootstrapBrokersSaslIam",
      "bootstrapBrokersSaslScram",
      "zookeeperConnectString",
    ],
  ],
  [/^aws:mq\/broker:/, ["brokerName"]],
  [/^aws:eks\/cluster:/, ["name", "endpoint"]],
  [/^aws:lb\/(?:loadBalancer|targetGroup|listener):/, ["name", "dnsName", "arnSuffix"]],
  [/^aws:lambda\/function:/, ["name", "invokeArn"]],
  [/^aws:iam\/(?:role|user|group|policy|instanceProfile|openIdConnectProvider):/, ["name", "uniqueId"]],
  [/^aws:kms\/(?:key|alias|replicaKey):/, ["keyId", "name"]],
  [
    /^aws:(?:sns\/topic|sqs\/queue|dynamodb\/table|kinesis\/stream|ssm\/parameter|secretsmanager\/secret|ecs\/(?:cluster|service)|cloudwatch\/(?:logGroup|eventBus|metricAlarm|compositeAlarm)|backup\/vault|autoscaling\/group|sfn\/stateMachine|opensearch\/domain):/,
    ["name", "url", "streamArn", "endpoint"],
  ],
  [/^aws:s3\/bucket(?:V2)?:/, ["bucket", "bucketDomainName", "bucketRegionalDomainName"]],
  [/^aws:efs\/(?:fileSystem|accessPoint|mountTarget):/, ["dnsName", "ipAddress"]],
  [/^aws:route53\/(?:zone|healthCheck|resolverRule|resolverEndpoint|resolverFirewallRuleGroup|profile):/, ["zoneId"]],
  [/^aws:acm\/certificate:/, []],
  [/^aws:(?:apigatewayv2\/api|apigateway\/restApi):/, ["apiEndpoint", "executionArn"]],
  [/^aws:cloudfront\/distribution:/, ["domainName"]],
];

/** Properties with the name that a resource's ARN ends in. */
const nameKeys = [
  "name",
  "bucket",
  "identifier",
  "clusterIdentifier",
  "replicationGroupId",
  "clusterName",
  "domainName",
];

/** Services of ARNs that Pulumi's modules call otherwise. */
const services: Readonly<Record<string, string>> = {
  "cloudwatch/eventBus": "events",
  "cloudwatch/logGroup": "logs",
  lb: "elasticloadbalancing",
  msk: "kafka",
  opensearch: "es",
  sfn: "states",
};

/** Services whose ARNs contain the name without a type before it. */
export const untyped = new Set(["s3", "sns", "sqs"]);

/** `s3 acme-orders-archive`: a name that says nothing of a cell, as an ARN of its service ends in it. */
export function neutralNames(resource: Resource): readonly string[] {
  if (!own.some(([types]) => types.test(resource.type))) return [];
  const [module = "", type = ""] = resource.type.slice("aws:".length).split(/[/:]/);
  const service = services[`${module}/${type}`] ?? services[module] ?? module;
  return nameKeys
    .flatMap((key) => texts(resource, key))
    .filter((name) => byForm.cellsIn(name).length === 0)
    .map((name) => `${service} ${name.replace(/^alias\/|^\//, "")}`);
}

/** The same of an ARN; what is inside of the resource may follow the name. */
export function neutralName({ service, resource }: Arn): string {
  const named = untyped.has(service) ? resource : resource.replace(/^[A-Za-z-]+[:/]/, "");
  // Roles have paths, and Secrets Manager adds six characters.
  const last = service === "iam" ? named.slice(named.lastIndexOf("/") + 1) : named.replace(/^\//, "");
  return `${service} ${service === "secretsmanager" ? last.replace(/-(?:[A-Za-z0-9]{6}|\?{6}|\*)(?=:|$)/, "") : last}`;
}

/** Names of a resource. `certain`: resources of its type have names of their own and are not parts of another one. */
interface Identity {
  readonly texts: readonly string[];
  readonly certain: boolean;
}

/**
 * Ids, ARNs, hosts and physical names of a resource, if long enough to be unique. For a type outside the table only id
 * and ARN, and those are not certain: the id of a bucket's policy is the bucket's name, the ARN of an event's target is
 * that of the receiver.
 */
export function identityOf(resource: Resource): Identity {
  if (!resource.type.startsWith("aws:")) return { texts: [], certain: false };
  const row = own.find(([types]) => types.test(resource.type));
  const keys = ["id", "arn", ...(row?.[1] ?? [])];
  const found = keys.flatMap((key) => texts(resource, key));
  const [issuer] = texts(resource, "identities.0.oidcs.0.issuer");
  if (issuer !== undefined) found.push(...(/[0-9A-F]{32}$/.exec(issuer) ?? []));
  const whole = found.map((text) => text.replace(/:\d{1,5}$/, "").replace(/^https?:\/\//, ""));
  return {
    texts: [...new Set([...found, ...whole])].filter((text) => text.length >= 8 && /[\d./-]/.test(text)),
    certain: row !== undefined,
  };
}

function texts({ props }: Resource, path: string): readonly string[] {
  if (read(props, path).state !== "known") return [];
  return items(props, path).flatMap((one) =>
    one.state === "known" && typeof one.value === "string" ? one.value.split(",") : [],
  );
}
