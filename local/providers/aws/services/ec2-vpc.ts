import {
  AssociateDhcpOptionsCommand,
  CreateDhcpOptionsCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteDhcpOptionsCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeDhcpOptionsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  EC2Client,
  ModifySubnetAttributeCommand,
  ModifyVpcAttributeCommand,
  type Subnet,
  type Tenancy,
  type Vpc,
} from "@aws-sdk/client-ec2";

import { ec2Arn, retag, tagsOf } from "../ec2";
import { resource, strict, type Cloud, type Properties, type ResourceDefinition } from "../resource";
import { tagMap } from "../tags";

/** Attributes that EC2 reads and writes one per call. */
async function setVpcDns(cloud: Cloud, id: string, inputs: Properties, olds: Properties): Promise<void> {
  const ec2 = cloud.client(EC2Client);
  if ((inputs["enableDnsSupport"] ?? true) !== (olds["enableDnsSupport"] ?? true)) {
    const EnableDnsSupport = { Value: inputs["enableDnsSupport"] as boolean };
    await ec2.send(new ModifyVpcAttributeCommand({ VpcId: id, EnableDnsSupport }));
  }
  if ((inputs["enableDnsHostnames"] ?? false) !== (olds["enableDnsHostnames"] ?? false)) {
    const EnableDnsHostnames = { Value: (inputs["enableDnsHostnames"] as boolean | undefined) ?? false };
    await ec2.send(new ModifyVpcAttributeCommand({ VpcId: id, EnableDnsHostnames }));
  }
}

function vpcOutputs(cloud: Cloud, vpc: Vpc): Properties {
  return {
    arn: ec2Arn(cloud, "vpc", vpc.VpcId ?? ""),
    ownerId: cloud.accountId,
    cidrBlock: vpc.CidrBlock,
    instanceTenancy: vpc.InstanceTenancy,
    dhcpOptionsId: vpc.DhcpOptionsId,
  };
}

const vpc = strict(
  ["cidrBlock", "enableDnsSupport", "enableDnsHostnames", "instanceTenancy"],
  resource({
    token: "aws:ec2/vpc:Vpc",
    async create(cloud, inputs) {
      const answer = await cloud.client(EC2Client).send(
        new CreateVpcCommand({
          CidrBlock: inputs["cidrBlock"] as string,
          InstanceTenancy: inputs["instanceTenancy"] as Tenancy | undefined,
          TagSpecifications: tagsOf("vpc", inputs),
        }),
      );
      const made = answer.Vpc ?? {};
      await setVpcDns(cloud, made.VpcId ?? "", inputs, {});
      return {
        id: made.VpcId ?? "",
        outputs: {
          ...vpcOutputs(cloud, made),
          enableDnsSupport: inputs["enableDnsSupport"] ?? true,
          enableDnsHostnames: inputs["enableDnsHostnames"] ?? false,
        },
      };
    },
    async read(cloud, id) {
      const ec2 = cloud.client(EC2Client);
      const [vpcs, support, hostnames] = await Promise.all([
        ec2.send(new DescribeVpcsCommand({ VpcIds: [id] })),
        ec2.send(new DescribeVpcAttributeCommand({ VpcId: id, Attribute: "enableDnsSupport" })),
        ec2.send(new DescribeVpcAttributeCommand({ VpcId: id, Attribute: "enableDnsHostnames" })),
      ]);
      const found = vpcs.Vpcs?.[0];
      if (found === undefined) return undefined;
      return {
        ...vpcOutputs(cloud, found),
        enableDnsSupport: support.EnableDnsSupport?.Value,
        enableDnsHostnames: hostnames.EnableDnsHostnames?.Value,
        tags: tagMap(found.Tags),
      };
    },
    async update(cloud, id, inputs, olds) {
      await setVpcDns(cloud, id, inputs, olds);
      await retag(cloud, id, inputs, olds);
    },
    async delete(cloud, id) {
      await cloud.client(EC2Client).send(new DeleteVpcCommand({ VpcId: id }));
    },
  }),
);

function subnetOutputs(subnet: Subnet): Properties {
  return {
    arn: subnet.SubnetArn,
    vpcId: subnet.VpcId,
    cidrBlock: subnet.CidrBlock,
    availabilityZone: subnet.AvailabilityZone,
    availabilityZoneId: subnet.AvailabilityZoneId,
    ownerId: subnet.OwnerId,
  };
}

async function setPublicAddresses(cloud: Cloud, id: string, value: boolean): Promise<void> {
  await cloud
    .client(EC2Client)
    .send(new ModifySubnetAttributeCommand({ SubnetId: id, MapPublicIpOnLaunch: { Value: value } }));
}

const subnet = strict(
  ["vpcId", "cidrBlock", "availabilityZone", "mapPublicIpOnLaunch"],
  resource({
    token: "aws:ec2/subnet:Subnet",
    async create(cloud, inputs) {
      const answer = await cloud.client(EC2Client).send(
        new CreateSubnetCommand({
          VpcId: inputs["vpcId"] as string,
          CidrBlock: inputs["cidrBlock"] as string,
          AvailabilityZone: inputs["availabilityZone"] as string | undefined,
          TagSpecifications: tagsOf("subnet", inputs),
        }),
      );
      const made = answer.Subnet ?? {};
      const open = inputs["mapPublicIpOnLaunch"] === true;
      if (open) await setPublicAddresses(cloud, made.SubnetId ?? "", true);
      return { id: made.SubnetId ?? "", outputs: { ...subnetOutputs(made), mapPublicIpOnLaunch: open } };
    },
    async read(cloud, id) {
      const answer = await cloud.client(EC2Client).send(new DescribeSubnetsCommand({ SubnetIds: [id] }));
      const found = answer.Subnets?.[0];
      if (found === undefined) return undefined;
      return {
        ...subnetOutputs(found),
        mapPublicIpOnLaunch: found.MapPublicIpOnLaunch ?? false,
        tags: tagMap(found.Tags),
      };
    },
    async update(cloud, id, inputs, olds, changed) {
      if (changed.has("mapPublicIpOnLaunch")) {
        await setPublicAddresses(cloud, id, inputs["mapPublicIpOnLaunch"] === true);
      }
      await retag(cloud, id, inputs, olds);
    },
    async delete(cloud, id) {
      await cloud.client(EC2Client).send(new DeleteSubnetCommand({ SubnetId: id }));
    },
  }),
);

const dhcpOptions = strict(
  ["domainName", "domainNameServers"],
  resource({
    token: "aws:ec2/vpcDhcpOptions:VpcDhcpOptions",
    async create(cloud, inputs) {
      const answer = await cloud.client(EC2Client).send(
        new CreateDhcpOptionsCommand({
          DhcpConfigurations: [
            { Key: "domain-name", Values: [inputs["domainName"] as string] },
            { Key: "domain-name-servers", Values: inputs["domainNameServers"] as string[] },
          ],
          TagSpecifications: tagsOf("dhcp-options", inputs),
        }),
      );
      const id = answer.DhcpOptions?.DhcpOptionsId ?? "";
      return { id, outputs: { arn: ec2Arn(cloud, "dhcp-options", id), ownerId: cloud.accountId } };
    },
    async read(cloud, id) {
      const answer = await cloud.client(EC2Client).send(new DescribeDhcpOptionsCommand({ DhcpOptionsIds: [id] }));
      const found = answer.DhcpOptions?.[0];
      if (found === undefined) return undefined;
      const values = (key: string) =>
        found.DhcpConfigurations?.find(({ Key }) => Key === key)?.Values?.map(({ Value }) => Value ?? "");
      return {
        arn: ec2Arn(cloud, "dhcp-options", id),
        domainName: values("domain-name")?.[0],
        domainNameServers: values("domain-name-servers"),
        tags: tagMap(found.Tags),
      };
    },
    update: retag,
    async delete(cloud, id) {
      await cloud.client(EC2Client).send(new DeleteDhcpOptionsCommand({ DhcpOptionsId: id }));
    },
  }),
);

async function associate(cloud: Cloud, VpcId: string, DhcpOptionsId: string): Promise<void> {
  await cloud.client(EC2Client).send(new AssociateDhcpOptionsCommand({ VpcId, DhcpOptionsId }));
}

const dhcpOptionsAssociation = strict(
  ["vpcId", "dhcpOptionsId"],
  resource({
    token: "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation",
    async create(cloud, inputs) {
      const { vpcId, dhcpOptionsId } = inputs as { vpcId: string; dhcpOptionsId: string };
      await associate(cloud, vpcId, dhcpOptionsId);
      return { id: `${dhcpOptionsId}-${vpcId}`, outputs: {} };
    },
    async read(cloud, _id, state) {
      const vpcId = state["vpcId"] as string;
      const answer = await cloud.client(EC2Client).send(new DescribeVpcsCommand({ VpcIds: [vpcId] }));
      const dhcpOptionsId = answer.Vpcs?.[0]?.DhcpOptionsId;
      // A VPC without an association reports `default`.
      return dhcpOptionsId === undefined || dhcpOptionsId === "default" ? undefined : { vpcId, dhcpOptionsId };
    },
    async update(cloud, _id, inputs) {
      await associate(cloud, inputs["vpcId"] as string, inputs["dhcpOptionsId"] as string);
    },
    async delete(cloud, _id, state) {
      await associate(cloud, state["vpcId"] as string, "default");
    },
  }),
);

/** VPC, subnet, DHCP options. */
export const definitions: ResourceDefinition[] = [vpc, subnet, dhcpOptions, dhcpOptionsAssociation];
