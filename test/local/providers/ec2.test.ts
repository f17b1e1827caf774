import {
  DescribeAddressesCommand,
  DescribeDhcpOptionsCommand,
  DescribeInternetGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcsCommand,
  EC2Client,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import { CloudWatchLogsClient, CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { definitions as endpoints } from "../../../local/providers/aws/services/ec2-endpoints";
import { definitions as launchTemplates } from "../../../local/providers/aws/services/ec2-launch-template";
import { definitions as routing } from "../../../local/providers/aws/services/ec2-routing";
import { definitions as security } from "../../../local/providers/aws/services/ec2-security";
import { definitions as vpcs } from "../../../local/providers/aws/services/ec2-vpc";
import type { Properties } from "../../../local/providers/aws/resource";
import { dies, lives } from "../../harness/life";
import { Made, startMoto, type Moto } from "../../harness/moto";

const definitions = [...vpcs, ...routing, ...security, ...endpoints, ...launchTemplates];
const tags = { Name: "dev-cell-3", cell: "cell-3" };
let moto: Moto;

const make = (token: string, inputs: Properties) => Made.create(moto.cloud(), definitions, token, inputs);
const vpcOf = (cidrBlock = "10.3.0.0/16") =>
  make("aws:ec2/vpc:Vpc", { cidrBlock, enableDnsSupport: true, enableDnsHostnames: true, tags });
const subnetOf = (vpc: Made, cidrBlock = "10.3.0.0/19", availabilityZone = "eu-west-1a") =>
  make("aws:ec2/subnet:Subnet", { vpcId: vpc.id, cidrBlock, availabilityZone, mapPublicIpOnLaunch: false, tags });

beforeAll(async () => {
  moto = await startMoto();
}, 60_000);
afterAll(() => moto.stop());

describe("network", () => {
  it("a VPC has attributes and tags, and its deletion is detected", async () => {
    const vpc = await vpcOf();
    expect(vpc.outputs).toMatchObject({
      arn: `arn:aws:ec2:eu-west-1:123456789012:vpc/${vpc.id}`,
      ownerId: "123456789012",
    });
    await lives(vpc, { enableDnsHostnames: false, tags: { Name: "other", extra: "1" } });
    expect((await vpc.read())?.["tags"]).toEqual({ Name: "other", extra: "1" });
    await dies(vpc);
  });

  it("a subnet is created, read and deleted", async () => {
    const vpc = await vpcOf();
    const subnet = await subnetOf(vpc);
    await lives(subnet, { mapPublicIpOnLaunch: true, tags: { Name: "x" } });
    await dies(subnet, vpc);
  });

  it("DHCP options are associated with their VPC", async () => {
    const vpc = await vpcOf();
    const options = await make("aws:ec2/vpcDhcpOptions:VpcDhcpOptions", {
      domainName: "cell-3.internal",
      domainNameServers: ["AmazonProvidedDNS"],
      tags,
    });
    await lives(options, { tags: { Name: "x" } });
    const association = await make("aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation", {
      vpcId: vpc.id,
      dhcpOptionsId: options.id,
    });
    await lives(association);
    await dies(association, options, vpc);
  });

  it("gateways, addresses and routes are created, read and deleted", async () => {
    const vpc = await vpcOf();
    const subnet = await subnetOf(vpc);
    const gateway = await make("aws:ec2/internetGateway:InternetGateway", { vpcId: vpc.id, tags });
    await lives(gateway, { tags: { Name: "x" } });
    const address = await make("aws:ec2/eip:Eip", { domain: "vpc", tags });
    await lives(address, { tags: { Name: "x" } });
    const nat = await make("aws:ec2/natGateway:NatGateway", {
      subnetId: subnet.id,
      allocationId: address.id,
      connectivityType: "public",
      tags,
    });
    await lives(nat, { tags: { Name: "x" } });
    expect(nat.outputs["publicIp"]).toBe(address.outputs["publicIp"]);
    const table = await make("aws:ec2/routeTable:RouteTable", { vpcId: vpc.id, tags });
    await lives(table, { tags: { Name: "x" } });
    const route = await make("aws:ec2/route:Route", {
      routeTableId: table.id,
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: gateway.id,
    });
    await lives(route);
    const association = await make("aws:ec2/routeTableAssociation:RouteTableAssociation", {
      routeTableId: table.id,
      subnetId: subnet.id,
    });
    await lives(association);
    const other = await make("aws:ec2/routeTable:RouteTable", { vpcId: vpc.id, tags });
    await lives(association, { routeTableId: other.id });
    await dies(association, route, table, other, nat, address, gateway, subnet, vpc);
  });

  it("a replacement that creates first meets what AWS would refuse beside the old one", async () => {
    const vpc = await vpcOf();
    const subnet = await subnetOf(vpc);
    await expect(subnetOf(vpc)).rejects.toThrow(/conflicts with another subnet/);
    const address = await make("aws:ec2/eip:Eip", { domain: "vpc", tags });
    const inputs = { subnetId: subnet.id, allocationId: address.id, tags };
    const nat = await make("aws:ec2/natGateway:NatGateway", inputs);
    await expect(make("aws:ec2/natGateway:NatGateway", inputs)).rejects.toThrow(/already associated/);
    await dies(nat, address, subnet, vpc);
  });

  it("a route moves to another target in place", async () => {
    const vpc = await vpcOf();
    const subnet = await subnetOf(vpc);
    const gateway = await make("aws:ec2/internetGateway:InternetGateway", { vpcId: vpc.id, tags });
    const address = await make("aws:ec2/eip:Eip", { domain: "vpc", tags });
    const nat = await make("aws:ec2/natGateway:NatGateway", { subnetId: subnet.id, allocationId: address.id, tags });
    const table = await make("aws:ec2/routeTable:RouteTable", { vpcId: vpc.id, tags });
    const inputs = { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0" };
    const route = await make("aws:ec2/route:Route", { ...inputs, gatewayId: gateway.id });
    await route.update({ gatewayId: undefined, natGatewayId: nat.id });
    expect(await route.read()).toMatchObject({ natGatewayId: nat.id });
    await dies(route, table, nat, address, gateway, subnet, vpc);
  });

  it("an interface endpoint has no drift with sets in any order and policies in any spelling", async () => {
    const vpc = await vpcOf();
    const subnets = [await subnetOf(vpc), await subnetOf(vpc, "10.3.32.0/19", "eu-west-1b")];
    const group = await make("aws:ec2/securityGroup:SecurityGroup", {
      vpcId: vpc.id,
      name: "e",
      description: "e",
      tags,
    });
    const endpoint = await make("aws:ec2/vpcEndpoint:VpcEndpoint", {
      vpcId: vpc.id,
      vpcEndpointType: "Interface",
      serviceName: "com.amazonaws.eu-west-1.ecr.api",
      privateDnsEnabled: true,
      subnetIds: subnets.map(({ id }) => id).reverse(),
      securityGroupIds: [group.id],
      policy: '{ "Version": "2012-10-17",  "Statement": [] }',
      tags,
    });
    await lives(endpoint, { tags: { Name: "x" }, policy: '{"Version":"2012-10-17","Statement":[{"Effect":"Deny"}]}' });
    await endpoint.update({ subnetIds: [subnets[0]?.id] });
    expect(await endpoint.drift()).toEqual([]);
    await dies(endpoint, group, ...subnets, vpc);
  });

  it("a gateway endpoint is created, read and deleted", async () => {
    const vpc = await vpcOf();
    const table = await make("aws:ec2/routeTable:RouteTable", { vpcId: vpc.id, tags });
    const endpoint = await make("aws:ec2/vpcEndpoint:VpcEndpoint", {
      vpcId: vpc.id,
      vpcEndpointType: "Gateway",
      serviceName: "com.amazonaws.eu-west-1.s3",
      routeTableIds: [table.id],
      tags,
    });
    await lives(endpoint, { tags: { Name: "x" } });
    await dies(endpoint, table, vpc);
  });

  it("a flow log is created, read and deleted", async () => {
    await moto.client(CloudWatchLogsClient).send(new CreateLogGroupCommand({ logGroupName: "/cells/flow" }));
    const vpc = await vpcOf();
    const log = await make("aws:ec2/flowLog:FlowLog", {
      vpcId: vpc.id,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: "arn:aws:logs:eu-west-1:123456789012:log-group:/cells/flow",
      iamRoleArn: "arn:aws:iam::123456789012:role/flow",
      maxAggregationInterval: 600,
      tags,
    });
    await lives(log, { tags: { Name: "x" } });
    await dies(log, vpc);
  });
});

describe("security groups", () => {
  it("a new group has no rule, not even AWS's own", async () => {
    const vpc = await vpcOf();
    const group = await make("aws:ec2/securityGroup:SecurityGroup", {
      vpcId: vpc.id,
      name: "dev-cell-3-nodes",
      description: "Nodes",
      tags,
    });
    const { SecurityGroups } = await moto
      .client(EC2Client)
      .send(new DescribeSecurityGroupsCommand({ GroupIds: [group.id] }));
    expect(SecurityGroups?.[0]?.IpPermissionsEgress ?? []).toEqual([]);
    await lives(group, { tags: { Name: "x" } });
    await dies(group, vpc);
  });

  it.each(["Ingress", "Egress"])("%s rules: a block, a group, everything", async (direction) => {
    const token = `aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`;
    const vpc = await vpcOf();
    const [group, other] = [
      await make("aws:ec2/securityGroup:SecurityGroup", { vpcId: vpc.id, name: "a", description: "a" }),
      await make("aws:ec2/securityGroup:SecurityGroup", { vpcId: vpc.id, name: "b", description: "b" }),
    ];
    const base = { securityGroupId: group.id, description: "Why", tags };
    const block = await make(token, {
      ...base,
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrIpv4: "10.3.0.0/16",
    });
    const peer = await make(token, {
      ...base,
      ipProtocol: "tcp",
      fromPort: 5432,
      toPort: 5432,
      referencedSecurityGroupId: other.id,
    });
    const self = await make(token, { ...base, ipProtocol: "-1", referencedSecurityGroupId: group.id });
    await lives(block, { fromPort: 8443, toPort: 8443, cidrIpv4: "10.3.0.0/19", description: "Because" });
    await lives(peer, { fromPort: 5433, toPort: 5433, description: "Because" });
    await lives(self, { description: "Because", tags: { Name: "x" } });
    // One is deleted, the others stay.
    await dies(peer);
    expect(await block.drift()).toEqual([]);
    expect(await self.drift()).toEqual([]);
    await dies(block, self, group, other, vpc);
  });

  it("a revoked rule is gone", async () => {
    const vpc = await vpcOf();
    const group = await make("aws:ec2/securityGroup:SecurityGroup", { vpcId: vpc.id, name: "a", description: "a" });
    const rule = await make("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", {
      securityGroupId: group.id,
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrIpv4: "10.3.0.0/16",
    });
    await moto
      .client(EC2Client)
      .send(new RevokeSecurityGroupIngressCommand({ GroupId: group.id, SecurityGroupRuleIds: [rule.id] }));
    expect(await rule.read()).toBeUndefined();
    await dies(group, vpc);
  });

  it("the default group is locked, and locked again after drift", async () => {
    const vpc = await vpcOf();
    const group = await make("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", {
      vpcId: vpc.id,
      ingress: [],
      egress: [],
      tags,
    });
    await lives(group);
    const opened = await make("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", {
      securityGroupId: group.id,
      ipProtocol: "tcp",
      fromPort: 22,
      toPort: 22,
      cidrIpv4: "0.0.0.0/0",
    });
    expect(await group.drift()).toHaveLength(1);
    await group.update({ tags: { Name: "x" } });
    expect(await group.drift()).toEqual([]);
    expect(await opened.read()).toBeUndefined();
    await dies(vpc);
  });
});

describe("launch template", () => {
  const inputs = {
    name: "dev-cell-3-green",
    description: "Nodes",
    instanceType: "t4g.medium",
    vpcSecurityGroupIds: ["sg-1"],
    blockDeviceMappings: [
      { deviceName: "/dev/xvda", ebs: { volumeSize: 30, volumeType: "gp3", encrypted: "true", kmsKeyId: "arn:k" } },
    ],
    metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1, httpEndpoint: "enabled" },
    monitoring: { enabled: true },
    tagSpecifications: [{ resourceType: "instance", tags: { Name: "node" } }],
    updateDefaultVersion: true,
    tags,
  };

  it("a change makes the next version the default", async () => {
    const template = await make("aws:ec2/launchTemplate:LaunchTemplate", inputs);
    expect(template.outputs).toMatchObject({ latestVersion: 1, defaultVersion: 1 });
    expect(await template.drift()).toEqual([]);
    await template.update({ instanceType: "m6g.large", tags: { Name: "x" } });
    expect(await template.read()).toMatchObject({ latestVersion: 2, defaultVersion: 2, instanceType: "m6g.large" });
    expect(await template.drift()).toEqual([]);
    await dies(template);
  });
});

it("an input that the definition does not support is refused, not dropped", async () => {
  await expect(make("aws:ec2/vpc:Vpc", { cidrBlock: "10.3.0.0/16", ipv4IpamPoolId: "x" })).rejects.toThrow(
    "does not support ipv4IpamPoolId",
  );
});

it("nothing is left behind", async () => {
  const ec2 = moto.client(EC2Client);
  const isDefault = { Filters: [{ Name: "is-default", Values: ["false"] }] };
  expect((await ec2.send(new DescribeVpcsCommand(isDefault))).Vpcs ?? []).toEqual([]);
  expect((await ec2.send(new DescribeAddressesCommand({}))).Addresses ?? []).toEqual([]);
  expect((await ec2.send(new DescribeInternetGatewaysCommand({}))).InternetGateways ?? []).toEqual([]);
  expect((await ec2.send(new DescribeDhcpOptionsCommand({}))).DhcpOptions ?? []).toEqual([]);
  const tables = (await ec2.send(new DescribeRouteTablesCommand({}))).RouteTables ?? [];
  expect(tables.filter(({ Associations }) => Associations?.[0]?.Main !== true)).toEqual([]);
});
