import { dropped, json, pulumiOnly, renamed, same, type Shape, type Twin } from "../fields";

interface InlineRule {
  readonly protocol?: string;
  readonly fromPort?: number;
  readonly toPort?: number;
  readonly description?: string;
  readonly cidrBlocks?: readonly string[];
  readonly ipv6CidrBlocks?: readonly string[];
  readonly prefixListIds?: readonly string[];
  readonly securityGroups?: readonly string[];
}

/** One Pulumi rule holds lists of sources; CloudFormation wants a rule for each. `self` has no address to judge. */
function rules(direction: "Source" | "Destination"): (value: unknown) => unknown {
  return (value) =>
    (value as readonly InlineRule[]).flatMap((rule) => {
      const base = {
        IpProtocol: rule.protocol,
        FromPort: rule.fromPort,
        ToPort: rule.toPort,
        Description: rule.description,
      };
      return [
        ...(rule.cidrBlocks ?? []).map((CidrIp) => ({ ...base, CidrIp })),
        ...(rule.ipv6CidrBlocks ?? []).map((CidrIpv6) => ({ ...base, CidrIpv6 })),
        ...(rule.prefixListIds ?? []).map((id) => ({ ...base, [`${direction}PrefixListId`]: id })),
        ...(rule.securityGroups ?? []).map((id) => ({ ...base, [`${direction}SecurityGroupId`]: id })),
      ];
    });
}

function rule(direction: "Source" | "Destination"): Shape {
  return {
    ...same("cidrIpv6 description fromPort ipProtocol toPort"),
    ...renamed({
      cidrIpv4: "CidrIp",
      securityGroupId: "GroupId",
      referencedSecurityGroupId: `${direction}SecurityGroupId`,
      prefixListId: `${direction}PrefixListId`,
    }),
  };
}

/** EC2 networking. */
export const network: Readonly<Record<string, Twin>> = {
  "aws:ec2/vpc:Vpc": {
    type: "AWS::EC2::VPC",
    fields: {
      ...same("cidrBlock enableDnsHostnames enableDnsSupport instanceTenancy ipv4IpamPoolId ipv4NetmaskLength"),
      ...dropped("CloudFormation gives IPv6 by another resource; no value to judge", "assignGeneratedIpv6CidrBlock"),
      ...dropped("a switch without constraints", "enableNetworkAddressUsageMetrics"),
    },
  },
  "aws:ec2/subnet:Subnet": {
    type: "AWS::EC2::Subnet",
    fields: {
      ...same("assignIpv6AddressOnCreation availabilityZone availabilityZoneId cidrBlock enableDns64 ipv6CidrBlock"),
      ...same("ipv6Native mapPublicIpOnLaunch"),
      vpcId: { to: "VpcId", reference: true },
      enableResourceNameDnsARecordOnLaunch: { to: "PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsARecord" },
      privateDnsHostnameTypeOnLaunch: { to: "PrivateDnsNameOptionsOnLaunch.HostnameType" },
    },
  },
  "aws:ec2/internetGateway:InternetGateway": {
    type: "AWS::EC2::InternetGateway",
    fields: dropped("CloudFormation attaches by another resource; the VPC itself is judged", "vpcId"),
  },
  "aws:ec2/eip:Eip": {
    type: "AWS::EC2::EIP",
    fields: { ...same("address domain networkBorderGroup publicIpv4Pool"), ...renamed({ instance: "InstanceId" }) },
  },
  "aws:ec2/natGateway:NatGateway": {
    type: "AWS::EC2::NatGateway",
    fields: {
      ...same("allocationId availabilityMode connectivityType subnetId vpcId"),
      ...renamed({ privateIp: "PrivateIpAddress" }),
    },
  },
  "aws:ec2/routeTable:RouteTable": {
    type: "AWS::EC2::RouteTable",
    fields: {
      vpcId: { to: "VpcId", reference: true },
      ...dropped("inline routes are forbidden here: use aws.ec2.Route", "propagatingVgws"),
    },
  },
  "aws:ec2/route:Route": {
    type: "AWS::EC2::Route",
    fields: {
      ...same("destinationCidrBlock destinationIpv6CidrBlock destinationPrefixListId gatewayId natGatewayId"),
      ...same("networkInterfaceId routeTableId transitGatewayId vpcEndpointId vpcPeeringConnectionId"),
      ...renamed({ egressOnlyGatewayId: "EgressOnlyInternetGatewayId" }),
    },
    tags: "none",
  },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    type: "AWS::EC2::SubnetRouteTableAssociation",
    fields: same("routeTableId subnetId"),
    tags: "none",
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    type: "AWS::EC2::VPCEndpoint",
    fields: {
      ...same(
        "ipAddressType privateDnsEnabled routeTableIds securityGroupIds serviceName subnetIds vpcEndpointType vpcId",
      ),
      policy: { to: "PolicyDocument", via: json },
      dnsOptions: {
        to: "DnsOptions",
        of: same("dnsRecordIpType privateDnsOnlyForInboundResolverEndpoint"),
      },
      ...dropped(pulumiOnly, "autoAccept"),
    },
  },
  "aws:ec2/flowLog:FlowLog": {
    type: "AWS::EC2::FlowLog",
    fields: {
      ...same("deliverCrossAccountRole logDestination logDestinationType logFormat maxAggregationInterval trafficType"),
      ...renamed({ iamRoleArn: "DeliverLogsPermissionArn", vpcId: "ResourceId", subnetId: "ResourceId" }),
      ...renamed({ eniId: "ResourceId" }),
    },
    defaults: ({ inputs }) => ({
      ResourceType:
        inputs["vpcId"] !== undefined ? "VPC" : inputs["subnetId"] !== undefined ? "Subnet" : "NetworkInterface",
    }),
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    type: "AWS::EC2::SecurityGroup",
    fields: {
      ...same("vpcId"),
      ...renamed({ name: "GroupName", description: "GroupDescription" }),
      ingress: { to: "SecurityGroupIngress", via: rules("Source") },
      egress: { to: "SecurityGroupEgress", via: rules("Destination") },
      ...dropped(pulumiOnly, "revokeRulesOnDelete namePrefix"),
    },
    defaults: () => ({ GroupDescription: "Managed by Pulumi" }),
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
    type: "AWS::EC2::SecurityGroupIngress",
    fields: rule("Source"),
    tags: "none",
  },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
    type: "AWS::EC2::SecurityGroupEgress",
    fields: rule("Destination"),
    tags: "none",
  },
  "aws:ec2/vpcDhcpOptions:VpcDhcpOptions": {
    type: "AWS::EC2::DHCPOptions",
    fields: same("domainName domainNameServers netbiosNameServers netbiosNodeType ntpServers"),
  },
  "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation": {
    type: "AWS::EC2::VPCDHCPOptionsAssociation",
    fields: same("dhcpOptionsId vpcId"),
    tags: "none",
  },
};
