import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { Colour } from "../../catalog/model";
import type { CellContext } from "./context";
import { serviceRole, trustOf } from "./iam-role";
import { servicePrincipal } from "./partition";
import { onColour } from "./workload/pod";

/** The colour of the other node group. */
export function otherColour(colour: Colour): Colour {
  return colour === "blue" ? "green" : "blue";
}

/** What a cell's nodes need of the cell's other parts. */
export interface NodeGroupsArgs {
  readonly clusterName: pulumi.Input<string>;
  readonly keyArn: pulumi.Input<string>;
  /** Application subnets. */
  readonly subnetIds: pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
  /** What must be there before the first node: the way out to the internet, the network plugin. */
  readonly after: readonly pulumi.Resource[];
}

/** Smallest, wanted and largest number of nodes of one colour. */
export function scaling(
  { count, max }: { readonly count: number; readonly max: number },
  full: boolean,
): { readonly minSize: number; readonly desiredSize: number; readonly maxSize: number } {
  // An empty group may be of size zero, but EKS refuses a largest size of zero.
  return full ? { minSize: count, desiredSize: count, maxSize: max } : { minSize: 0, desiredSize: 0, maxSize: 1 };
}

/**
 * AMI type that runs on an instance type: Graviton families have a `g` after the generation (`m6g`, `t4g`, `im4gn`).
 * Source: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
 */
export function amiType(instanceType: string): "AL2023_ARM_64_STANDARD" | "AL2023_x86_64_STANDARD" {
  return /^[a-z]+\d+g[a-z]*\./.test(instanceType) ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD";
}

/** Names of add-ons that run as ordinary pods and become healthy only once there are nodes. */
function podAddons(partition: string): readonly string[] {
  // The metrics server is a community add-on, which AWS offers in its commercial regions.
  return partition === "aws" ? ["coredns", "metrics-server"] : ["coredns"];
}

/** Name of the Auto Scaling group that EKS creates for a node group. */
export function autoScalingGroupOf(group: aws.eks.NodeGroup): pulumi.Output<string> {
  return group.resources.apply(([created]) => created?.autoscalingGroups[0]?.name ?? "");
}

/** The machines that run the cell's application: a blue and a green managed node group on one launch template. */
export class NodeGroups extends pulumi.ComponentResource {
  readonly live: aws.eks.NodeGroup;
  readonly liveColour: Colour;
  readonly role: aws.iam.Role;
  /** Exists once pods can run and find each other. */
  readonly ready: readonly pulumi.Resource[];
  readonly #group: (colour: Colour, after: readonly pulumi.Resource[]) => aws.eks.NodeGroup;

  constructor(
    private readonly ctx: CellContext,
    private readonly args: NodeGroupsArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("cells:cell:NodeGroups", `${ctx.cell.id}-node-groups`, {}, opts);
    this.liveColour = ctx.cell.liveNodes ?? "blue";

    const { role, attachments } = serviceRole(
      ctx,
      "nodes",
      "Nodes",
      trustOf(servicePrincipal("ec2", ctx.cell)),
      ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"],
      this,
    );
    this.role = role;
    const template = this.launchTemplate();
    this.#group = (colour, after) => this.nodeGroup(colour, template, [...attachments, ...after]);
    this.live = this.#group(this.liveColour, args.after);
    this.ready = podAddons(ctx.cell.partition).map((name) => this.addon(name));

    this.registerOutputs({ liveColour: this.liveColour });
  }

  /** Creates the group that is not live, after these resources. */
  makeOther(after: readonly pulumi.Resource[]): aws.eks.NodeGroup {
    return this.#group(otherColour(this.liveColour), after);
  }

  private launchTemplate(): aws.ec2.LaunchTemplate {
    const { cell, names, size, environment } = this.ctx;
    // Default tags stop at the template: what it launches is tagged by what it says itself.
    const tags = { Name: names.of("node"), cell: cell.id, environment, locality: cell.locality };
    return new aws.ec2.LaunchTemplate(
      `${cell.id}-node-template`,
      {
        name: names.of("nodes"),
        description: `Nodes of ${names.prefix}`,
        vpcSecurityGroupIds: [this.args.securityGroupId],
        // One hop: a pod never sees the node's credentials; it has its own, by pod identity.
        metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
        blockDeviceMappings: [
          {
            deviceName: "/dev/xvda",
            ebs: {
              volumeType: "gp3",
              volumeSize: size.nodes.volume,
              encrypted: "true",
              kmsKeyId: this.args.keyArn,
              deleteOnTermination: "true",
            },
          },
        ],
        monitoring: { enabled: size.production },
        tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({ resourceType, tags })),
        updateDefaultVersion: true,
        tags: { Name: names.of("nodes") },
      },
      { parent: this },
    );
  }

  private nodeGroup(
    colour: Colour,
    template: aws.ec2.LaunchTemplate,
    after: readonly pulumi.Resource[],
  ): aws.eks.NodeGroup {
    const { cell, names, size } = this.ctx;
    const full = colour === this.liveColour || cell.bothNodes === true;
    return new aws.eks.NodeGroup(
      `${cell.id}-${colour}`,
      {
        clusterName: this.args.clusterName,
        nodeGroupName: names.of(colour),
        nodeRoleArn: this.role.arn,
        subnetIds: this.args.subnetIds,
        version: size.nodes.kubernetesVersion,
        amiType: amiType(size.nodes.instanceType),
        instanceTypes: [size.nodes.instanceType],
        capacityType: "ON_DEMAND",
        scalingConfig: scaling(size.nodes, full),
        updateConfig: { maxUnavailablePercentage: 33 },
        // Auto Scaling replaces a machine that failed, and not one whose kubelet is silent.
        nodeRepairConfig: { enabled: true },
        launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
        labels: { "cells/cell": names.label, "cells/colour": colour },
        tags: { Name: names.of(colour), colour },
      },
      { parent: this, dependsOn: [...after] },
    );
  }

  /**
   * An add-on. Cluster DNS moves with the application, as EKS ends both of its pods at once where it empties a group; the
   * affinity takes the place of the add-on's own, so it says the operating system too.
   */
  private addon(name: string): aws.eks.Addon {
    return new aws.eks.Addon(
      `${this.ctx.cell.id}-${name}`,
      {
        clusterName: this.args.clusterName,
        addonName: name,
        resolveConflictsOnCreate: "OVERWRITE",
        resolveConflictsOnUpdate: "OVERWRITE",
        ...(name === "coredns"
          ? {
              configurationValues: JSON.stringify({
                affinity: onColour(this.liveColour),
                nodeSelector: { "kubernetes.io/os": "linux" },
              }),
            }
          : {}),
        tags: { Name: this.ctx.names.of("app", name) },
      },
      { parent: this, dependsOn: [this.live] },
    );
  }
}
