import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  DeleteInternetGatewayCommand,
  DeleteNatGatewayCommand,
  DeleteRouteCommand,
  DeleteRouteTableCommand,
  DescribeAddressesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DetachInternetGatewayCommand,
  DisassociateRouteTableCommand,
  EC2Client,
  ReleaseAddressCommand,
  ReplaceRouteCommand,
  ReplaceRouteTableAssociationCommand,
  type ConnectivityType,
  type NatGateway,
  type RouteTableAssociation,
} from "@aws-sdk/client-ec2";

import { ec2Arn, retag, tagsOf } from "../ec2";
import { resource, strict, type Cloud, type Properties, type ResourceDefinition } from "../resource";
import { tagMap } from "../tags";

const internetGateway = strict(
  ["vpcId"],
  resource({
    token: "aws:ec2/internetGateway:InternetGateway",
    async create(cloud, inputs) {
      const ec2 = cloud.client(EC2Client);
      const answer = await ec2.send(
        new CreateInternetGatewayCommand({ TagSpecifications: tagsOf("internet-gateway", inputs) }),
      );
      const id = answer.InternetGateway?.InternetGatewayId ?? "";
      const VpcId = inputs["vpcId"] as string | undefined;
      if (VpcId !== undefined) await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: id, VpcId }));
      return { id, outputs: { arn: ec2Arn(cloud, "internet-gateway", id), ownerId: cloud.accountId } };
    },
    async read(cloud, id) {
      const answer = await cloud
        .client(EC2Client)
        .send(new DescribeInternetGatewaysCommand({ InternetGatewayIds: [id] }));
      const found = answer.InternetGateways?.[0];
      if (found === undefined) return undefined;
      return {
        arn: ec2Arn(cloud, "internet-gateway", id),
        vpcId: found.Attachments?.[0]?.VpcId ?? "",
        tags: tagMap(found.Tags),
      };
    },
    async update(cloud, id, inputs, olds, changed) {
      const ec2 = cloud.client(EC2Client);
      if (changed.has("vpcId")) {
        const move = (VpcId: unknown) => ({ InternetGatewayId: id, VpcId: VpcId as string });
        if (olds["vpcId"]) await ec2.send(new DetachInternetGatewayCommand(move(olds["vpcId"])));
        if (inputs["vpcId"]) await ec2.send(new AttachInternetGatewayCommand(move(inputs["vpcId"])));
      }
      await retag(cloud, id, inputs, olds);
    },
    async delete(cloud, id, state) {
      const ec2 = cloud.client(EC2Client);
      const VpcId = state["vpcId"] as string | undefined;
      if (VpcId) {
        await ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId: id, VpcId })).catch((error: Error) => {
          if (error.name !== "Gateway.NotAttached") throw error;
        });
      }
      await ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId: id }));
    },
  }),
);

const eip = strict(
  ["domain"],
  resource({
    token: "aws:ec2/eip:Eip",
    async create(cloud, inputs) {
      const { AllocationId = "", PublicIp } = await cloud
        .client(EC2Client)
        .send(new AllocateAddressCommand({ Domain: "vpc", TagSpecifications: tagsOf("elastic-ip", inputs) }));
      return {
        id: AllocationId,
        outputs: {
          allocationId: AllocationId,
          publicIp: PublicIp,
          domain: "vpc",
          arn: ec2Arn(cloud, "elastic-ip", AllocationId),
        },
      };
    },
    async read(cloud, id) {
      const answer = await cloud.client(EC2Client).send(new DescribeAddressesCommand({ AllocationIds: [id] }));
      const found = answer.Addresses?.[0];
      if (found === undefined) return undefined;
      return { allocationId: id, publicIp: found.PublicIp, domain: found.Domain, tags: tagMap(found.Tags) };
    },
    update: retag,
    async delete(cloud, id) {
      await cloud.client(EC2Client).send(new ReleaseAddressCommand({ AllocationId: id }));
    },
  }),
);

function natOutputs(gateway: NatGateway): Properties {
  const address = gateway.NatGatewayAddresses?.[0];
  return {
    subnetId: gateway.SubnetId,
    connectivityType: gateway.ConnectivityType,
    allocationId: address?.AllocationId,
    publicIp: address?.PublicIp,
    privateIp: address?.PrivateIp,
    networkInterfaceId: address?.NetworkInterfaceId,
  };
}

const natGateway = strict(
  ["subnetId", "allocationId", "connectivityType"],
  resource({
    token: "aws:ec2/natGateway:NatGateway",
    async create(cloud, inputs) {
      const answer = await cloud.client(EC2Client).send(
        new CreateNatGatewayCommand({
          SubnetId: inputs["subnetId"] as string,
          AllocationId: inputs["allocationId"] as string | undefined,
          ConnectivityType: inputs["connectivityType"] as ConnectivityType | undefined,
          TagSpecifications: tagsOf("natgateway", inputs),
        }),
      );
      const made = answer.NatGateway ?? {};
      return { id: made.NatGatewayId ?? "", outputs: natOutputs(made) };
    },
    async read(cloud, id) {
      const answer = await cloud.client(EC2Client).send(new DescribeNatGatewaysCommand({ NatGatewayIds: [id] }));
      const found = answer.NatGateways?.[0];
      // A deleted gateway stays visible for an hour.
      if (found === undefined || found.State === "deleted" || found.State === "deleting") return undefined;
      return { ...natOutputs(found), tags: tagMap(found.Tags) };
    },
    update: retag,
    async delete(cloud, id) {
      await cloud.client(EC2Client).send(new DeleteNatGatewayCommand({ NatGatewayId: id }));
    },
  }),
);

const routeTable = strict(
  ["vpcId"],
  resource({
    token: "aws:ec2/routeTable:RouteTable",
    async create(cloud, inputs) {
      const answer = await cloud.client(EC2Client).send(
        new CreateRouteTableCommand({
          VpcId: inputs["vpcId"] as string,
          TagSpecifications: tagsOf("route-table", inputs),
        }),
      );
      const id = answer.RouteTable?.RouteTableId ?? "";
      return { id, outputs: { arn: ec2Arn(cloud, "route-table", id), ownerId: cloud.accountId } };
    },
    async read(cloud, id) {
      const answer = await cloud.client(EC2Client).send(new DescribeRouteTablesCommand({ RouteTableIds: [id] }));
      const found = answer.RouteTables?.[0];
      if (found === undefined) return undefined;
      return { arn: ec2Arn(cloud, "route-table", id), vpcId: found.VpcId, tags: tagMap(found.Tags) };
    },
    update: retag,
    async delete(cloud, id) {
      await cloud.client(EC2Client).send(new DeleteRouteTableCommand({ RouteTableId: id }));
    },
  }),
);

function routeRequest(inputs: Properties) {
  return {
    RouteTableId: inputs["routeTableId"] as string,
    DestinationCidrBlock: inputs["destinationCidrBlock"] as string,
    GatewayId: inputs["gatewayId"] as string | undefined,
    NatGatewayId: inputs["natGatewayId"] as string | undefined,
  };
}

const route = strict(
  ["routeTableId", "destinationCidrBlock", "gatewayId", "natGatewayId"],
  resource({
    token: "aws:ec2/route:Route",
    async create(cloud, inputs) {
      await cloud.client(EC2Client).send(new CreateRouteCommand(routeRequest(inputs)));
      return {
        id: `${inputs["routeTableId"]}_${inputs["destinationCidrBlock"]}`,
        outputs: { origin: "CreateRoute", state: "active" },
      };
    },
    async read(cloud, _id, state) {
      const RouteTableIds = [state["routeTableId"] as string];
      const answer = await cloud.client(EC2Client).send(new DescribeRouteTablesCommand({ RouteTableIds }));
      const found = answer.RouteTables?.[0]?.Routes?.find(
        ({ DestinationCidrBlock }) => DestinationCidrBlock === state["destinationCidrBlock"],
      );
      if (found === undefined) return undefined;
      return {
        routeTableId: state["routeTableId"],
        destinationCidrBlock: found.DestinationCidrBlock,
        gatewayId: found.GatewayId,
        natGatewayId: found.NatGatewayId,
        state: found.State,
      };
    },
    async update(cloud, _id, inputs) {
      await cloud.client(EC2Client).send(new ReplaceRouteCommand(routeRequest(inputs)));
    },
    async delete(cloud, _id, state) {
      const { RouteTableId, DestinationCidrBlock } = routeRequest(state);
      await cloud.client(EC2Client).send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock }));
    },
  }),
);

/** A subnet has one association at most. Its id is a new one after each change, so the subnet finds it. */
async function associationOf(cloud: Cloud, subnetId: string): Promise<RouteTableAssociation | undefined> {
  const Filters = [{ Name: "association.subnet-id", Values: [subnetId] }];
  const answer = await cloud.client(EC2Client).send(new DescribeRouteTablesCommand({ Filters }));
  const all = answer.RouteTables?.flatMap(({ Associations }) => Associations ?? []);
  return all?.find(({ SubnetId }) => SubnetId === subnetId);
}

const routeTableAssociation = strict(
  ["routeTableId", "subnetId"],
  resource({
    token: "aws:ec2/routeTableAssociation:RouteTableAssociation",
    async create(cloud, inputs) {
      const answer = await cloud.client(EC2Client).send(
        new AssociateRouteTableCommand({
          RouteTableId: inputs["routeTableId"] as string,
          SubnetId: inputs["subnetId"] as string,
        }),
      );
      return { id: answer.AssociationId ?? "", outputs: {} };
    },
    async read(cloud, _id, state) {
      const found = await associationOf(cloud, state["subnetId"]);
      return found === undefined ? undefined : { routeTableId: found.RouteTableId, subnetId: found.SubnetId };
    },
    async update(cloud, _id, inputs) {
      const found = await associationOf(cloud, inputs["subnetId"]);
      await cloud.client(EC2Client).send(
        new ReplaceRouteTableAssociationCommand({
          AssociationId: found?.RouteTableAssociationId,
          RouteTableId: inputs["routeTableId"] as string,
        }),
      );
    },
    async delete(cloud, _id, state) {
      const found = await associationOf(cloud, state["subnetId"]);
      if (found === undefined) return;
      await cloud
        .client(EC2Client)
        .send(new DisassociateRouteTableCommand({ AssociationId: found.RouteTableAssociationId }));
    },
  }),
);

/** Gateways, addresses, route tables. */
export const definitions: ResourceDefinition[] = [
  internetGateway,
  eip,
  natGateway,
  routeTable,
  route,
  routeTableAssociation,
];
