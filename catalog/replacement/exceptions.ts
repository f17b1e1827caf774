/**
 * Where Pulumi's AWS provider does something else than AWS's schemas say, or has an input that they lack. Each entry
 * names the file of the source that decides; Pulumi's provider 7 is Terraform's provider 6 behind a bridge. The file of
 * every type in the table was read, for the inputs that the program writes or the local cloud takes: one version each,
 * of 2021 to 2026, not one tag; `rds/instance.go` is of 2023, before provider 6. Pulumi's `resource_overrides.go` of
 * 2026 replaces nothing else; its patches of Terraform's provider were not read. Nothing was tried on AWS.
 */

import { compareVersions } from "../versions";

/**
 * What a change of an input does. The last two change the state and never the resource: `without effect` is previewed
 * as an update, `suppressed` is not shown at all.
 */
export type Effect = "in place" | "replace" | "without effect" | "suppressed";

/** Inputs of a resource, in Pulumi's names. */
export type Inputs = Readonly<Record<string, unknown>>;

/** An effect, or how it follows from the values. */
export type Rule = Effect | ((olds: Inputs, news: Inputs) => Effect);

/** What is different for one type. */
export interface Exceptions {
  /** File below {@link terraform}. */
  readonly source: string;
  /** Inputs by path: `launchTemplate.id`. */
  readonly rules: Readonly<Record<string, Rule>>;
}

/** Where {@link Exceptions.source} is. */
export const terraform = "https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/";

const all = (rule: Effect, paths: string): Readonly<Record<string, Rule>> =>
  Object.fromEntries(paths.split(" ").map((path) => [path, rule]));
const replaced = (paths: string) => all("replace", paths);
const inPlace = (paths: string) => all("in place", paths);
const replacedIf =
  (isReplaced: (olds: Inputs, news: Inputs) => boolean): Rule =>
  (olds, news) =>
    isReplaced(olds, news) ? "replace" : "in place";

const replacedIfAddedOrRemoved = (paths: string): Readonly<Record<string, Rule>> =>
  Object.fromEntries(
    paths
      .split(" ")
      .map((path) => [path, replacedIf((olds, news) => (olds[path] === undefined) !== (news[path] === undefined))]),
  );

const isDowngrade = (input: string) =>
  replacedIf((olds, news) => olds[input] !== undefined && compareVersions(news[input], olds[input]) < 0);

/** Ids of a zone's VPCs; a preview may not know them yet. */
function vpcIds({ vpcs = [] }: Inputs): string {
  return JSON.stringify(Array.isArray(vpcs) ? vpcs.map(({ vpcId }: { vpcId: unknown }) => vpcId).sort() : vpcs);
}

const securityGroupRule: Exceptions = {
  source: "ec2/vpc_security_group_ingress_rule.go",
  rules: {
    ...inPlace("fromPort ipProtocol toPort"),
    // AWS cannot turn one kind of source into another.
    ...replacedIfAddedOrRemoved("cidrIpv4 cidrIpv6 prefixListId referencedSecurityGroupId"),
  },
};

/** By Pulumi's type. */
export const exceptions: Readonly<Record<string, Exceptions>> = {
  "aws:acm/certificate:Certificate": { source: "acm/certificate.go", rules: replaced("validationMethod") },
  "aws:acm/certificateValidation:CertificateValidation": {
    source: "acm/certificate_validation.go",
    rules: replaced("certificateArn validationRecordFqdns"),
  },
  "aws:apigatewayv2/integration:Integration": {
    source: "apigatewayv2/integration.go",
    rules: replaced("integrationType"),
  },
  "aws:autoscaling/attachment:Attachment": {
    source: "autoscaling/attachment.go",
    rules: replaced("autoscalingGroupName lbTargetGroupArn"),
  },
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": {
    source: "cloudwatch/composite_alarm.go",
    rules: replaced("actionsEnabled"),
  },
  "aws:cloudwatch/logGroup:LogGroup": { source: "logs/group.go", rules: replaced("logGroupClass") },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
    source: "ec2/vpc_default_security_group.go",
    rules: { ...replaced("vpcId"), ...inPlace("egress ingress") },
  },
  "aws:ec2/eip:Eip": { source: "ec2/ec2_eip.go", rules: replaced("domain") },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    source: "ec2/vpc_route_table_association.go",
    rules: inPlace("routeTableId"),
  },
  "aws:ec2/vpc:Vpc": {
    source: "ec2/vpc_.go",
    rules: {
      instanceTenancy: replacedIf(
        (olds, news) => olds["instanceTenancy"] !== "dedicated" || (news["instanceTenancy"] ?? "default") !== "default",
      ),
    },
  },
  "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation": {
    source: "ec2/vpc_dhcp_options_association.go",
    rules: inPlace("dhcpOptionsId"),
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    source: "ec2/vpc_endpoint.go",
    rules: { privateDnsEnabled: replacedIf((_, news) => news["vpcEndpointType"] !== "Interface") },
  },
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": {
    source: "eks/access_policy_association.go",
    rules: replaced("accessScope clusterName policyArn"),
  },
  "aws:eks/cluster:Cluster": {
    source: "eks/cluster.go",
    rules: {
      // It can be added and never changed.
      encryptionConfig: (olds, news) =>
        !olds["encryptionConfig"] ? "in place" : !news["encryptionConfig"] ? "replace" : "without effect",
    },
  },
  "aws:eks/nodeGroup:NodeGroup": {
    source: "eks/node_group.go",
    rules: replaced("launchTemplate.id launchTemplate.name"),
  },
  "aws:elasticache/cluster:Cluster": {
    source: "elasticache/cluster.go",
    rules: {
      ...replaced("availabilityZone transitEncryptionEnabled"),
      nodeType: replacedIf((olds) => olds["engine"] === "memcached"),
      engineVersion: isDowngrade("engineVersion"),
    },
  },
  "aws:elasticache/parameterGroup:ParameterGroup": {
    source: "elasticache/parameter_group.go",
    rules: replaced("description name"),
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    source: "elasticache/replication_group.go",
    rules: {
      ...inPlace("preferredCacheClusterAzs"),
      engine: replacedIf((olds, news) => {
        const [from, to] = [olds, news].map(({ engine = "redis" }) => engine);
        return from !== to && (from !== "redis" || to !== "valkey");
      }),
      engineVersion: isDowngrade("engineVersion"),
      transitEncryptionEnabled: replacedIf((olds) => compareVersions(olds["engineVersion"], "7.0.5") < 0),
    },
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    source: "iam/role_policy_attachment.go",
    rules: replaced("policyArn"),
  },
  "aws:kms/key:Key": { source: "kms/key.go", rules: replaced("customerMasterKeySpec keyUsage multiRegion") },
  // An update writes the policy to the old key, and only where the policy differs.
  "aws:kms/keyPolicy:KeyPolicy": { source: "kms/key_policy.go", rules: all("without effect", "keyId") },
  "aws:lambda/permission:Permission": {
    source: "lambda/permission.go",
    rules: replaced("qualifier statementId statementIdPrefix"),
  },
  "aws:mq/broker:Broker": {
    source: "mq/broker.go",
    rules: {
      ...inPlace("authenticationStrategy storageType"),
      // Amazon MQ has no call that changes a user of a RabbitMQ broker.
      users: (olds) => (String(olds["engineType"]).toLowerCase() === "rabbitmq" ? "suppressed" : "in place"),
    },
  },
  "aws:msk/cluster:Cluster": {
    source: "kafka/cluster.go",
    rules: {
      ...replacedIfAddedOrRemoved("encryptionInfo"),
      kafkaVersion: isDowngrade("kafkaVersion"),
    },
  },
  "aws:rds/instance:Instance": {
    source: "rds/instance.go",
    rules: {
      ...replaced("availabilityZone engine"),
      ...inPlace("dbSubnetGroupName identifier"),
      // Autoscaling may have grown it: a smaller size is ignored.
      allocatedStorage: (olds, news) =>
        Math.min(Number(olds["allocatedStorage"]), Number(news["maxAllocatedStorage"])) >
        Number(news["allocatedStorage"])
          ? "suppressed"
          : "in place",
    },
  },
  "aws:route53/healthCheck:HealthCheck": { source: "route53/health_check.go", rules: replaced("referenceName") },
  "aws:route53/record:Record": { source: "route53/record.go", rules: replaced("name") },
  "aws:route53/zone:Zone": {
    source: "route53/zone.go",
    rules: {
      // It looks at the VPCs' ids only.
      vpcs: (olds, news) => (vpcIds(olds) === vpcIds(news) ? "without effect" : "in place"),
    },
  },
  "aws:s3/bucket:Bucket": { source: "s3/bucket.go", rules: replaced("objectLockEnabled") },
  "aws:s3/bucketObjectv2:BucketObjectv2": {
    source: "s3/object.go",
    rules: {
      ...replaced("bucket key"),
      ...inPlace("content contentBase64 contentType metadata serverSideEncryption"),
    },
  },
  "aws:secretsmanager/secretVersion:SecretVersion": {
    source: "secretsmanager/secret_version.go",
    rules: replaced("secretBinary secretId secretString"),
  },
  "aws:sns/topicPolicy:TopicPolicy": { source: "sns/topic_policy.go", rules: replaced("arn") },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": securityGroupRule,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": securityGroupRule,
};
