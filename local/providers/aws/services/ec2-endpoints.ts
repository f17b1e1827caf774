import {
  CreateFlowLogsCommand,
  CreateVpcEndpointCommand,
  DeleteFlowLogsCommand,
  DeleteVpcEndpointsCommand,
  DescribeFlowLogsCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
  ModifyVpcEndpointCommand,
  type LogDestinationType,
  type TrafficType,
  type VpcEndpoint,
  type VpcEndpointType,
} from "@aws-sdk/client-ec2";

import { ec2Arn, retag, tagsOf } from "../ec2";
import { resource, strict, type Cloud, type Properties, type ResourceDefinition } from "../resource";
import { sameJson, sameSet } from "../shape";
import { tagMap } from "../tags";

function endpointOutputs(cloud: Cloud, endpoint: VpcEndpoint): Properties {
  return {
    arn: ec2Arn(cloud, "vpc-endpoint", endpoint.VpcEndpointId ?? ""),
    ownerId: cloud.accountId,
    state: endpoint.State,
    networkInterfaceIds: endpoint.NetworkInterfaceIds ?? [],
    dnsEntries: (endpoint.DnsEntries ?? []).map(({ DnsName, HostedZoneId }) => ({
      dnsName: DnsName,
      hostedZoneId: HostedZoneId,
    })),
  };
}

/** Members to add and to remove to get from one list to another. */
function listChanges(
  olds: readonly string[] = [],
  news: readonly string[] = [],
): { readonly add: string[]; readonly remove: string[] } {
  return {
    add: news.filter((item) => !olds.includes(item)),
    remove: olds.filter((item) => !news.includes(item)),
  };
}

/** Changes are sent as what to add and what to remove, so that the endpoint never stands without subnets. */
function endpointChanges(inputs: Properties, olds: Properties) {
  const subnets = listChanges(olds["subnetIds"], inputs["subnetIds"]);
  const tables = listChanges(olds["routeTableIds"], inputs["routeTableIds"]);
  const groups = listChanges(olds["securityGroupIds"], inputs["securityGroupIds"]);
  return {
    AddSubnetIds: subnets.add,
    RemoveSubnetIds: subnets.remove,
    AddRouteTableIds: tables.add,
    RemoveRouteTableIds: tables.remove,
    AddSecurityGroupIds: groups.add,
    RemoveSecurityGroupIds: groups.remove,
  };
}

const vpcEndpoint = strict(
  [
    "vpcId",
    "vpcEndpointType",
    "serviceName",
    "routeTableIds",
    "subnetIds",
    "securityGroupIds",
    "privateDnsEnabled",
    "policy",
  ],
  resource({
    token: "aws:ec2/vpcEndpoint:VpcEndpoint",
    async create(cloud, inputs) {
      const answer = await cloud.client(EC2Client).send(
        new CreateVpcEndpointCommand({
          VpcId: inputs["vpcId"] as string,
          VpcEndpointType: (inputs["vpcEndpointType"] as VpcEndpointType | undefined) ?? "Gateway",
          ServiceName: inputs["serviceName"] as string,
          RouteTableIds: inputs["routeTableIds"] as string[] | undefined,
          SubnetIds: inputs["subnetIds"] as string[] | undefined,
          SecurityGroupIds: inputs["securityGroupIds"] as string[] | undefined,
          PrivateDnsEnabled: inputs["privateDnsEnabled"] as boolean | undefined,
          PolicyDocument: inputs["policy"] as string | undefined,
          TagSpecifications: tagsOf("vpc-endpoint", inputs),
        }),
      );
      const made = answer.VpcEndpoint ?? {};
      return { id: made.VpcEndpointId ?? "", outputs: endpointOutputs(cloud, made) };
    },
    async read(cloud, id, state) {
      const answer = await cloud.client(EC2Client).send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [id] }));
      const found = answer.VpcEndpoints?.[0];
      // A deleted endpoint stays visible for a while.
      if (found === undefined || /^delet/i.test(found.State ?? "")) return undefined;
      return {
        ...endpointOutputs(cloud, found),
        vpcId: found.VpcId,
        vpcEndpointType: found.VpcEndpointType,
        serviceName: found.ServiceName,
        privateDnsEnabled: found.PrivateDnsEnabled,
        routeTableIds: sameSet(state["routeTableIds"], found.RouteTableIds),
        subnetIds: sameSet(state["subnetIds"], found.SubnetIds),
        securityGroupIds: sameSet(
          state["securityGroupIds"],
          found.Groups?.map(({ GroupId }) => GroupId ?? ""),
        ),
        policy: sameJson(state["policy"], found.PolicyDocument),
        tags: tagMap(found.Tags),
      };
    },
    async update(cloud, id, inputs, olds, changed) {
      if ([...changed].some((key) => key !== "tags")) {
        await cloud.client(EC2Client).send(
          new ModifyVpcEndpointCommand({
            VpcEndpointId: id,
            ...endpointChanges(inputs, olds),
            PrivateDnsEnabled: inputs["privateDnsEnabled"] as boolean | undefined,
            PolicyDocument: inputs["policy"] as string | undefined,
            ResetPolicy: inputs["policy"] === undefined ? true : undefined,
          }),
        );
      }
      await retag(cloud, id, inputs, olds);
    },
    async delete(cloud, id) {
      await cloud.client(EC2Client).send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [id] }));
    },
  }),
);

const flowLog = strict(
  ["vpcId", "trafficType", "logDestinationType", "logDestination", "iamRoleArn", "maxAggregationInterval"],
  resource({
    token: "aws:ec2/flowLog:FlowLog",
    async create(cloud, inputs) {
      const answer = await cloud.client(EC2Client).send(
        new CreateFlowLogsCommand({
          ResourceType: "VPC",
          ResourceIds: [inputs["vpcId"] as string],
          TrafficType: inputs["trafficType"] as TrafficType,
          LogDestinationType: inputs["logDestinationType"] as LogDestinationType | undefined,
          LogDestination: inputs["logDestination"] as string,
          DeliverLogsPermissionArn: inputs["iamRoleArn"] as string | undefined,
          MaxAggregationInterval: inputs["maxAggregationInterval"] as number | undefined,
          TagSpecifications: tagsOf("vpc-flow-log", inputs),
        }),
      );
      // CreateFlowLogs succeeds even where it created nothing, and lists the failures.
      const failed = answer.Unsuccessful?.[0]?.Error;
      const id = answer.FlowLogIds?.[0];
      if (id === undefined) throw new Error(failed?.Message ?? "no flow log was created");
      return { id, outputs: { arn: ec2Arn(cloud, "vpc-flow-log", id) } };
    },
    async read(cloud, id) {
      const answer = await cloud.client(EC2Client).send(new DescribeFlowLogsCommand({ FlowLogIds: [id] }));
      const found = answer.FlowLogs?.[0];
      if (found === undefined) return undefined;
      return {
        arn: ec2Arn(cloud, "vpc-flow-log", id),
        vpcId: found.ResourceId,
        trafficType: found.TrafficType,
        logDestinationType: found.LogDestinationType,
        logDestination: found.LogDestination,
        iamRoleArn: found.DeliverLogsPermissionArn,
        maxAggregationInterval: found.MaxAggregationInterval,
        tags: tagMap(found.Tags),
      };
    },
    update: retag,
    async delete(cloud, id) {
      await cloud.client(EC2Client).send(new DeleteFlowLogsCommand({ FlowLogIds: [id] }));
    },
  }),
);

/** VPC endpoints and flow logs. */
export const definitions: ResourceDefinition[] = [vpcEndpoint, flowLog];
