import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { CellContext } from "./context";
import { Endpoints } from "./endpoints";
import { FlowLogs } from "./flow-logs";
import { RouteTables } from "./route-tables";
import { type Role, SecurityGroups } from "./security-groups";
import { Subnets, type ZonedSubnet } from "./subnets";

/** A cell's network: its own block, its own ways out, no path to any other cell. */
export class Network extends pulumi.ComponentResource {
  readonly vpc: aws.ec2.Vpc;
  readonly publicSubnets: readonly ZonedSubnet[];
  readonly appSubnets: readonly ZonedSubnet[];
  readonly dataSubnets: readonly ZonedSubnet[];
  readonly publicSubnetIds: pulumi.Output<string>[];
  readonly appSubnetIds: pulumi.Output<string>[];
  readonly dataSubnetIds: pulumi.Output<string>[];
  readonly securityGroups: Readonly<Record<Role, aws.ec2.SecurityGroup>>;
  /** The rules of the groups: what is deleted through them depends on it, or the rules would go first. */
  readonly securityRules: SecurityGroups;
  /** Lets private blocks outside the cell reach the Kubernetes API; none without such blocks. */
  readonly apiSecurityGroup: aws.ec2.SecurityGroup | undefined;
  /** Has the nodes' way out (NAT, routes): what needs the internet at its start depends on it. */
  readonly routeTables: RouteTables;
  readonly endpoints: Endpoints;

  constructor(
    ctx: CellContext,
    args: {
      readonly keyArn: pulumi.Input<string>;
      /** Blocks from which the Kubernetes API may be reached; the private ones get a security group. */
      readonly apiCidrs?: readonly string[];
    },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("cells:cell:Network", `${ctx.cell.id}-network`, {}, opts);
    const { cell, names } = ctx;

    this.vpc = new aws.ec2.Vpc(
      `${cell.id}-vpc`,
      { cidrBlock: cell.cidr, enableDnsSupport: true, enableDnsHostnames: true, tags: { Name: names.prefix } },
      { parent: this },
    );
    this.searchDomain(ctx);

    const subnets = new Subnets(ctx, { vpc: this.vpc }, { parent: this });
    this.publicSubnets = subnets.public;
    this.appSubnets = subnets.app;
    this.dataSubnets = subnets.data;
    this.publicSubnetIds = subnets.public.map(({ subnet }) => subnet.id);
    this.appSubnetIds = subnets.app.map(({ subnet }) => subnet.id);
    this.dataSubnetIds = subnets.data.map(({ subnet }) => subnet.id);

    this.routeTables = new RouteTables(ctx, { vpc: this.vpc, subnets }, { parent: this });
    const groups = new SecurityGroups(ctx, { vpc: this.vpc, apiCidrs: args.apiCidrs ?? [] }, { parent: this });
    this.securityGroups = groups.groups;
    this.securityRules = groups;
    this.apiSecurityGroup = groups.api;
    this.endpoints = new Endpoints(
      ctx,
      {
        vpc: this.vpc,
        routeTableIds: this.routeTables.privateTables.map(({ id }) => id),
        subnetIds: this.appSubnetIds,
        securityGroupId: this.securityGroups.endpoints.id,
      },
      { parent: this },
    );
    new FlowLogs(ctx, { vpc: this.vpc, keyArn: args.keyArn }, { parent: this });

    this.registerOutputs({ vpcId: this.vpc.id });
  }

  /** Machines of the cell complete short names in the cell's private zone. */
  private searchDomain({ cell, names }: CellContext): void {
    const options = new aws.ec2.VpcDhcpOptions(
      `${cell.id}-dhcp-options`,
      { domainName: names.zone, domainNameServers: ["AmazonProvidedDNS"], tags: { Name: names.prefix } },
      { parent: this },
    );
    new aws.ec2.VpcDhcpOptionsAssociation(
      `${cell.id}-dhcp-options-association`,
      { vpcId: this.vpc.id, dhcpOptionsId: options.id },
      { parent: this },
    );
  }
}
