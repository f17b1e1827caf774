import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { subnetPlan, type ZoneSubnets } from "../../catalog/cidr";
import type { CellContext } from "./context";
import { zonesUsable } from "./zones";

/** Public: load balancer and NAT only. App: nodes and endpoints. Data: stores, without any route out. */
export type Tier = "public" | "app" | "data";

/** A subnet and the zone it stands in. */
export interface ZonedSubnet {
  /** Full name, e.g. `eu-west-1a`. */
  readonly availabilityZone: string;
  /** Its letter: the stable key of everything that exists once a zone. */
  readonly letter: string;
  readonly subnet: aws.ec2.Subnet;
}

/** One subnet of each tier in each zone of the cell. */
export class Subnets extends pulumi.ComponentResource {
  readonly public: readonly ZonedSubnet[];
  readonly app: readonly ZonedSubnet[];
  readonly data: readonly ZonedSubnet[];

  private readonly usable: pulumi.Output<void>;

  constructor(
    private readonly ctx: CellContext,
    private readonly args: { readonly vpc: aws.ec2.Vpc },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("cells:cell:Subnets", `${ctx.cell.id}-subnets`, {}, opts);
    this.usable = zonesUsable(ctx);
    const plan = subnetPlan(ctx.cell.cidr, ctx.cell.availabilityZones);
    // The tags by which Kubernetes finds subnets for load balancers:
    // https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
    this.public = this.tier("public", plan, { "kubernetes.io/role/elb": "1" });
    this.app = this.tier("app", plan, { "kubernetes.io/role/internal-elb": "1" });
    this.data = this.tier("data", plan, {});
    this.registerOutputs({});
  }

  private tier(
    tier: Tier,
    plan: readonly ZoneSubnets[],
    tags: Readonly<Record<string, string>>,
  ): readonly ZonedSubnet[] {
    const { cell, names } = this.ctx;
    return plan.map(({ zone: availabilityZone, letter, [tier]: cidrBlock }) => {
      const subnet = new aws.ec2.Subnet(
        `${cell.id}-${tier}-${letter}`,
        {
          vpcId: this.args.vpc.id,
          cidrBlock,
          availabilityZone: this.usable.apply(() => availabilityZone),
          mapPublicIpOnLaunch: false,
          tags: { Name: names.of(tier, letter), tier, ...tags },
        },
        { parent: this },
      );
      return { availabilityZone, letter, subnet };
    });
  }
}
