import { ACMClient, ListCertificatesCommand } from "@aws-sdk/client-acm";
import { ApiGatewayV2Client, GetApisCommand } from "@aws-sdk/client-apigatewayv2";
import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { CloudWatchClient, DescribeAlarmsCommand, ListDashboardsCommand } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeAddressesCommand,
  DescribeNatGatewaysCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import {
  DescribeCacheClustersCommand,
  DescribeReplicationGroupsCommand,
  ElastiCacheClient,
} from "@aws-sdk/client-elasticache";
import { EKSClient, ListClustersCommand as ListEksClustersCommand } from "@aws-sdk/client-eks";
import { DescribeLoadBalancersCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import { KafkaClient, ListClustersV2Command } from "@aws-sdk/client-kafka";
import { KMSClient, ListAliasesCommand } from "@aws-sdk/client-kms";
import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { ListBrokersCommand, MqClient } from "@aws-sdk/client-mq";
import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { ListHealthChecksCommand, ListHostedZonesCommand, Route53Client } from "@aws-sdk/client-route-53";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ListTopicsCommand, SNSClient } from "@aws-sdk/client-sns";

import { createCloud } from "../../local/providers/aws/cloud";

/**
 * Everything of ours that the local cloud holds in some regions, as `service: name`, sorted. What AWS creates by itself
 * (default VPCs, service-linked roles, AWS's own key aliases) and deleted resources that are still listed do not count.
 */
export async function inventory(endpoint: string, regions: readonly string[]): Promise<readonly string[]> {
  // IAM, Route 53 and S3's list are one per partition.
  const homes = [
    regions.find((region) => !region.startsWith("cn-")),
    regions.find((region) => region.startsWith("cn-")),
  ];
  const found = await Promise.all([
    ...regions.map((region) => regional(endpoint, region)),
    ...homes.filter((home) => home !== undefined).map((home) => global(endpoint, home)),
  ]);
  return [...new Set(found.flat())].sort();
}

async function global(endpoint: string, region: string): Promise<string[]> {
  const cloud = createCloud(endpoint, { region });
  const route53 = cloud.client(Route53Client);
  const roles = await cloud.client(IAMClient).send(new ListRolesCommand({ MaxItems: 1000 }));
  const zones = await route53.send(new ListHostedZonesCommand({ MaxItems: 1000 }));
  const checks = await route53.send(new ListHealthChecksCommand({ MaxItems: 1000 }));
  const buckets = await cloud.client(S3Client).send(new ListBucketsCommand({}));
  return [
    ...(roles.Roles ?? [])
      .filter(({ Path }) => Path?.startsWith("/aws-service-role/") !== true)
      .map(({ RoleName }) => `role: ${RoleName}`),
    ...(zones.HostedZones ?? []).map(({ Name }) => `zone: ${Name}`),
    ...(checks.HealthChecks ?? []).map(({ Id }) => `health check: ${Id}`),
    ...(buckets.Buckets ?? []).map(({ Name }) => `bucket: ${Name}`),
  ];
}

async function regional(endpoint: string, region: string): Promise<string[]> {
  const cloud = createCloud(endpoint, { region });
  const ec2 = cloud.client(EC2Client);
  const vpcs = (await ec2.send(new DescribeVpcsCommand({}))).Vpcs ?? [];
  const ours = vpcs.filter(({ IsDefault }) => IsDefault !== true);
  const groups = (await ec2.send(new DescribeSecurityGroupsCommand({}))).SecurityGroups ?? [];
  const nats = (await ec2.send(new DescribeNatGatewaysCommand({}))).NatGateways ?? [];
  const endpoints = (await ec2.send(new DescribeVpcEndpointsCommand({}))).VpcEndpoints ?? [];
  const named = async (service: string, names: Promise<(string | undefined)[]>): Promise<string[]> =>
    (await names).map((name) => `${region} ${service}: ${name}`);
  return [
    ...ours.map(({ VpcId }) => `${region} vpc: ${VpcId}`),
    ...groups
      .filter(({ GroupName }) => GroupName !== "default")
      .map(({ GroupName }) => `${region} group: ${GroupName}`),
    ...nats.filter(({ State }) => State !== "deleted").map(({ NatGatewayId }) => `${region} nat: ${NatGatewayId}`),
    ...endpoints
      .filter(({ State }) => !/^delet/i.test(State ?? ""))
      .map(({ VpcEndpointId }) => `${region} endpoint: ${VpcEndpointId}`),
    ...(await named(
      "address",
      ec2.send(new DescribeAddressesCommand({})).then((r) => (r.Addresses ?? []).map((a) => a.AllocationId)),
    )),
    ...(await named(
      "database",
      cloud
        .client(RDSClient)
        .send(new DescribeDBInstancesCommand({}))
        .then((r) => (r.DBInstances ?? []).map((d) => d.DBInstanceIdentifier)),
    )),
    ...(await named(
      "redis",
      cloud
        .client(ElastiCacheClient)
        .send(new DescribeReplicationGroupsCommand({}))
        .then((r) => (r.ReplicationGroups ?? []).map((g) => g.ReplicationGroupId)),
    )),
    ...(await named(
      "cache",
      cloud
        .client(ElastiCacheClient)
        .send(new DescribeCacheClustersCommand({}))
        .then((r) => (r.CacheClusters ?? []).map((c) => c.CacheClusterId)),
    )),
    ...(await named(
      "kafka",
      cloud
        .client(KafkaClient)
        .send(new ListClustersV2Command({}))
        .then((r) => (r.ClusterInfoList ?? []).map((c) => c.ClusterName)),
    )),
    ...(await named(
      "broker",
      cloud
        .client(MqClient)
        .send(new ListBrokersCommand({}))
        .then((r) => (r.BrokerSummaries ?? []).map((b) => b.BrokerName)),
    )),
    ...(await named(
      "cluster",
      cloud
        .client(EKSClient)
        .send(new ListEksClustersCommand({}))
        .then((r) => r.clusters ?? []),
    )),
    ...(await named(
      "scaling group",
      cloud
        .client(AutoScalingClient)
        .send(new DescribeAutoScalingGroupsCommand({}))
        .then((r) => (r.AutoScalingGroups ?? []).map((g) => g.AutoScalingGroupName)),
    )),
    ...(await named(
      "load balancer",
      cloud
        .client(ElasticLoadBalancingV2Client)
        .send(new DescribeLoadBalancersCommand({}))
        .then((r) => (r.LoadBalancers ?? []).map((l) => l.LoadBalancerName)),
    )),
    ...(await named(
      "certificate",
      cloud
        .client(ACMClient)
        .send(new ListCertificatesCommand({}))
        .then((r) => (r.CertificateSummaryList ?? []).map((c) => c.DomainName)),
    )),
    ...(await named(
      "alarm",
      cloud
        .client(CloudWatchClient)
        .send(new DescribeAlarmsCommand({ AlarmTypes: ["MetricAlarm", "CompositeAlarm"] }))
        .then((r) => [...(r.MetricAlarms ?? []), ...(r.CompositeAlarms ?? [])].map((a) => a.AlarmName)),
    )),
    ...(await named(
      "dashboard",
      cloud
        .client(CloudWatchClient)
        .send(new ListDashboardsCommand({}))
        .then((r) => (r.DashboardEntries ?? []).map((d) => d.DashboardName)),
    )),
    ...(await named(
      "log group",
      cloud
        .client(CloudWatchLogsClient)
        .send(new DescribeLogGroupsCommand({}))
        .then((r) => (r.logGroups ?? []).map((g) => g.logGroupName)),
    )),
    ...(await named(
      "secret",
      cloud
        .client(SecretsManagerClient)
        .send(new ListSecretsCommand({}))
        .then((r) => (r.SecretList ?? []).map((s) => s.Name)),
    )),
    ...(await named(
      "topic",
      cloud
        .client(SNSClient)
        .send(new ListTopicsCommand({}))
        .then((r) => (r.Topics ?? []).map((t) => t.TopicArn)),
    )),
    ...(await named(
      "key alias",
      cloud
        .client(KMSClient)
        .send(new ListAliasesCommand({}))
        .then((r) =>
          (r.Aliases ?? []).map((a) => a.AliasName).filter((name) => name?.startsWith("alias/aws/") !== true),
        ),
    )),
    ...(await named(
      "function",
      cloud
        .client(LambdaClient)
        .send(new ListFunctionsCommand({}))
        .then((r) => (r.Functions ?? []).map((f) => f.FunctionName)),
    )),
    ...(await named(
      "api",
      cloud
        .client(ApiGatewayV2Client)
        .send(new GetApisCommand({}))
        .then((r) => (r.Items ?? []).map((a) => a.Name)),
    )),
  ];
}
