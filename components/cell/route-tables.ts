import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { CellContext } from "./context";
import type { Subnets, ZonedSubnet } from "./subnets";

const anywhere = "0.0.0.0/0";

/** Ways out of the cell: the internet gateway for the public subnets, NAT for the nodes, none for the data. */
export class RouteTables extends pulumi.ComponentResource {
  /** Route tables of the application and data subnets: where gateway endpoints belong. */
  readonly privateTables: readonly aws.ec2.RouteTable[];

  constructor(
    private readonly ctx: CellContext,
    private readonly args: { readonly vpc: aws.ec2.Vpc; readonly subnets: Subnets },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("cells:cell:Routing", `${ctx.cell.id}-routing`, {}, opts);
    const { cell, names } = ctx;

    const gateway = new aws.ec2.InternetGateway(
      `${cell.id}-internet-gateway`,
      { vpcId: args.vpc.id, tags: { Name: names.prefix } },
      { parent: this },
    );
    const publicTable = this.table("public");
    this.defaultRoute("public", publicTable, { gatewayId: gateway.id });
    this.associate("public", publicTable, args.subnets.public);

    const nats = this.natGateways(gateway);
    const appTables = args.subnets.app.map((zoned) => {
      const key = `app-${zoned.letter}`;
      const table = this.table(key);
      this.defaultRoute(key, table, { natGatewayId: nats(zoned.availabilityZone).id });
      this.associate("app", table, [zoned]);
      return table;
    });

    const dataTable = this.table("data");
    this.associate("data", dataTable, args.subnets.data);

    this.privateTables = [...appTables, dataTable];
    this.registerOutputs({});
  }

  /** NAT gateways by the size class: each zone its own, so that a zone falls alone, or one for all. */
  private natGateways(gateway: aws.ec2.InternetGateway): (availabilityZone: string) => aws.ec2.NatGateway {
    const { cell, names, size } = this.ctx;
    const homes = size.network.natPerAz ? this.args.subnets.public : this.args.subnets.public.slice(0, 1);
    const nats = new Map<string, aws.ec2.NatGateway>();
    for (const { availabilityZone, letter, subnet } of homes) {
      const tags = { Name: names.of("nat", letter) };
      // An address can be taken only while the VPC has its gateway, and must go before it.
      const address = new aws.ec2.Eip(
        `${cell.id}-nat-address-${letter}`,
        { domain: "vpc", tags },
        { parent: this, dependsOn: [gateway] },
      );
      nats.set(
        availabilityZone,
        new aws.ec2.NatGateway(
          `${cell.id}-nat-${letter}`,
          { subnetId: subnet.id, allocationId: address.id, connectivityType: "public", tags },
          { parent: this },
        ),
      );
    }
    const [shared] = nats.values();
    return (availabilityZone) => {
      const nat = nats.get(availabilityZone) ?? shared;
      if (nat === undefined) throw new Error(`${cell.id} has no availability zone`);
      return nat;
    };
  }

  private table(key: string): aws.ec2.RouteTable {
    return new aws.ec2.RouteTable(
      `${this.ctx.cell.id}-routes-${key}`,
      { vpcId: this.args.vpc.id, tags: { Name: this.ctx.names.of("routes", key) } },
      { parent: this },
    );
  }

  private defaultRoute(
    key: string,
    table: aws.ec2.RouteTable,
    target: { gatewayId: pulumi.Input<string> } | { natGatewayId: pulumi.Input<string> },
  ): void {
    new aws.ec2.Route(
      `${this.ctx.cell.id}-route-${key}-out`,
      { routeTableId: table.id, destinationCidrBlock: anywhere, ...target },
      { parent: this },
    );
  }

  private associate(tier: string, table: aws.ec2.RouteTable, subnets: readonly ZonedSubnet[]): void {
    for (const { letter, subnet } of subnets) {
      new aws.ec2.RouteTableAssociation(
        `${this.ctx.cell.id}-route-${tier}-${letter}`,
        { routeTableId: table.id, subnetId: subnet.id },
        { parent: this },
      );
    }
  }
}
