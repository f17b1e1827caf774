import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { overlaps, parseCidr } from "../../catalog/cidr";
import { isPrivate } from "../../catalog/ledger";
import type { CellContext } from "./context";
import { serviceRole, trustOf } from "./iam-role";
import { kubeconfig } from "./kubeconfig";

/** What a cell's Kubernetes cluster needs of the cell's other parts. */
export interface AppClusterArgs {
  /** The cell's key, with its policy in place. */
  readonly keyArn: pulumi.Input<string>;
  /** Application subnets, in at least two availability zones. */
  readonly subnetIds: pulumi.Input<string>[];
  /** The nodes' group: the cluster's network interfaces are members of it, so control plane and nodes reach each other. */
  readonly securityGroupId: pulumi.Input<string>;
  /**
   * What must outlast the cluster: the rules by which nodes, and who deletes from a private network, reach its API. No
   * resource refers to a rule, so a destroy would begin with them.
   */
  readonly after: readonly pulumi.Resource[];
  /** Admits {@link apiCidrs} that are private. */
  readonly apiSecurityGroupId?: pulumi.Input<string> | undefined;
  /**
   * Blocks from which the Kubernetes API may be reached: public ones over the internet, private ones through the cell's
   * network. Empty: a production cell has no public API at all (run Pulumi inside its network), a development cell's is
   * open to credentials from anywhere.
   */
  readonly apiCidrs?: readonly string[];
  /** ARNs of IAM roles that administer the cluster. Empty: its creator does. */
  readonly admins?: readonly string[];
}

/**
 * Addresses of the cluster's services: they may not overlap the cell's block, which the ledger may take from any
 * private range. Follows from the block alone, so it never changes.
 * Source: https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html
 */
export function serviceCidr(cellCidr: string): string {
  const usual = "172.20.0.0/16";
  return overlaps(parseCidr(cellCidr), parseCidr(usual)) ? "10.100.0.0/16" : usual;
}

/**
 * Last day of a version's standard support; after it a cluster costs six times as much an hour.
 * Source: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html
 */
export const standardSupport: Readonly<Record<string, string>> = { "1.34": "2026-12-02", "1.35": "2027-03-27" };

/** Kubernetes' name for the operators: a Role in the application's namespace is bound to it. */
export const operatorGroup = "cells-operators";

/** The cell's own Kubernetes control plane, who may use it, and the provider that writes to it. */
export class AppCluster extends pulumi.ComponentResource {
  readonly cluster: aws.eks.Cluster;
  /** Known before the cluster is there. */
  readonly clusterName: string;
  /** Exists once the add-ons that a node needs to become ready are installed. */
  readonly ready: readonly pulumi.Resource[];
  /** A role for people and tools of the cell's account; IAM decides which of them may take it. */
  readonly operatorRole: aws.iam.Role;
  /** Writes to this cluster and to no other. */
  readonly kubernetesProvider: kubernetes.Provider;

  constructor(
    private readonly ctx: CellContext,
    private readonly args: AppClusterArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("cells:cell:AppCluster", `${ctx.cell.id}-app-cluster`, {}, opts);
    this.clusterName = ctx.names.of("app");

    this.cluster = this.controlPlane();
    this.ready = this.addons();
    this.operatorRole = this.operator();
    this.kubernetesProvider = this.provider(this.administrators());

    this.registerOutputs({ clusterName: this.clusterName, clusterArn: this.cluster.arn });
  }

  private controlPlane(): aws.eks.Cluster {
    const { ctx, args, clusterName } = this;
    const { cell, size } = ctx;
    const api = args.apiSecurityGroupId;
    const securityGroupIds = [args.securityGroupId, ...(api === undefined ? [] : [api])];
    const { role, attachments } = serviceRole(
      ctx,
      "cluster",
      "Control plane",
      trustOf("eks.amazonaws.com", true),
      ["AmazonEKSClusterPolicy"],
      this,
    );
    // EKS would make it without a key and without an end.
    const logs = new aws.cloudwatch.LogGroup(
      `${cell.id}-cluster-log`,
      {
        name: `/aws/eks/${clusterName}/cluster`,
        retentionInDays: size.logRetentionDays,
        kmsKeyId: args.keyArn,
        tags: { Name: clusterName },
      },
      { parent: this },
    );
    return new aws.eks.Cluster(
      `${cell.id}-cluster`,
      {
        name: clusterName,
        version: size.nodes.kubernetesVersion,
        roleArn: role.arn,
        vpcConfig: { subnetIds: args.subnetIds, securityGroupIds, ...this.apiAccess() },
        kubernetesNetworkConfig: { serviceIpv4Cidr: serviceCidr(cell.cidr) },
        encryptionConfig: { resources: ["secrets"], provider: { keyArn: args.keyArn } },
        enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
        // No aws-auth map: who may do what is in AWS's API and in Pulumi. EKS refuses an access entry of the creator where
        // it has created one itself.
        accessConfig: {
          authenticationMode: "API",
          bootstrapClusterCreatorAdminPermissions: (args.admins ?? []).length === 0,
        },
        // With STANDARD, AWS upgrades all cells by itself around the same day: the one change that reaches every cell.
        upgradePolicy: { supportType: "EXTENDED" },
        bootstrapSelfManagedAddons: false,
        deletionProtection: size.production,
        tags: { Name: clusterName },
      },
      {
        parent: this,
        protect: size.production,
        dependsOn: [logs, ...attachments, ...args.after],
        // EKS reads it at creation only, and a change would replace the cluster.
        ignoreChanges: ["accessConfig.bootstrapClusterCreatorAdminPermissions"],
      },
    );
  }

  private apiAccess(): { endpointPrivateAccess: boolean; endpointPublicAccess: boolean; publicAccessCidrs?: string[] } {
    const given = this.args.apiCidrs ?? [];
    // EKS takes no private block for the public API.
    const cidrs =
      given.length === 0 && !this.ctx.size.production
        ? ["0.0.0.0/0"]
        : given.filter((text) => !isPrivate(parseCidr(text)));
    return cidrs.length === 0
      ? { endpointPrivateAccess: true, endpointPublicAccess: false }
      : { endpointPrivateAccess: true, endpointPublicAccess: true, publicAccessCidrs: cidrs };
  }

  /** Add-ons that run before there are nodes, or on the first one; without versions: EKS takes the cluster's default. */
  private addons(): readonly pulumi.Resource[] {
    const { ctx, cluster } = this;
    // The nodes' role has no right to the network: only the plugin that manages it has.
    const { role, attachments } = serviceRole(
      ctx,
      "cni",
      "Pod network plugin",
      trustOf("pods.eks.amazonaws.com", true),
      ["AmazonEKS_CNI_Policy"],
      this,
    );
    const addon = (name: string, extra: Partial<aws.eks.AddonArgs> = {}, dependsOn: pulumi.Resource[] = []) =>
      new aws.eks.Addon(
        `${ctx.cell.id}-${name}`,
        {
          clusterName: cluster.name,
          addonName: name,
          resolveConflictsOnCreate: "OVERWRITE",
          resolveConflictsOnUpdate: "OVERWRITE",
          tags: { Name: `${this.clusterName}-${name}` },
          ...extra,
        },
        { parent: this, dependsOn },
      );
    const cni = {
      // Without the first, NetworkPolicies are accepted and ignored.
      configurationValues: JSON.stringify({
        enableNetworkPolicy: "true",
        env: { ENABLE_PREFIX_DELEGATION: "true", WARM_PREFIX_TARGET: "1" },
      }),
      podIdentityAssociations: [{ roleArn: role.arn, serviceAccount: "aws-node" }],
    };
    return [
      addon("eks-pod-identity-agent"),
      addon("kube-proxy"),
      // Loses its rights after the nodes are gone: before, it could not remove their network interfaces.
      addon("vpc-cni", cni, [...attachments]),
    ];
  }

  /**
   * Operators read what AWS's view policy covers, which leaves out secrets; what they change is in the Role of their
   * group. AWS's edit policy would also let them read secrets and run commands in pods.
   * Source: https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
   */
  private operator(): aws.iam.Role {
    const { ctx, cluster } = this;
    const { cell } = ctx;
    const trust = cluster.arn.apply((arn) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: `arn:${cell.partition}:iam::${arn.split(":")[4] ?? ""}:root` },
            Action: "sts:AssumeRole",
          },
        ],
      }),
    );
    const { role } = serviceRole(ctx, "operator", "Operators", trust, [], this);
    const entry = new aws.eks.AccessEntry(
      `${cell.id}-operator-access`,
      {
        clusterName: cluster.name,
        principalArn: role.arn,
        type: "STANDARD",
        kubernetesGroups: [operatorGroup],
        tags: { Name: `${this.clusterName}-operator` },
      },
      { parent: this },
    );
    this.grant(`${cell.id}-operator-AmazonEKSViewPolicy`, entry, "AmazonEKSViewPolicy");
    return role;
  }

  /** Gives an entry one of AWS's policies, in the whole cluster. */
  private grant(name: string, entry: aws.eks.AccessEntry, policy: string): aws.eks.AccessPolicyAssociation {
    return new aws.eks.AccessPolicyAssociation(
      name,
      {
        clusterName: this.cluster.name,
        principalArn: entry.principalArn,
        policyArn: `arn:${this.ctx.cell.partition}:eks::aws:cluster-access-policy/${policy}`,
        accessScope: { type: "cluster" },
      },
      { parent: this },
    );
  }

  /** What lets each administrator write to the cluster. */
  private administrators(): readonly pulumi.Resource[] {
    const { ctx, cluster, args } = this;
    return (args.admins ?? []).map((principalArn) => {
      const [, , , , account, role] = principalArn.split(":");
      const key = `${account}-${role?.replace(/^role\//, "").replaceAll("/", "-")}`;
      const entry = new aws.eks.AccessEntry(
        `${ctx.cell.id}-admin-${key}`,
        { clusterName: cluster.name, principalArn, type: "STANDARD", tags: { Name: `${this.clusterName}-admin` } },
        { parent: this },
      );
      return this.grant(`${ctx.cell.id}-admin-${key}-policy`, entry, "AmazonEKSClusterAdminPolicy");
    });
  }

  /** @param after what lets the deploying role in. */
  private provider(after: readonly pulumi.Resource[]): kubernetes.Provider {
    const { cell, profile } = this.ctx;
    const { cluster, clusterName } = this;
    return new kubernetes.Provider(
      `${cell.id}-kubernetes`,
      {
        kubeconfig: pulumi
          .all([cluster.endpoint, cluster.certificateAuthority])
          .apply(([endpoint, authority]) =>
            kubeconfig({ cell, clusterName, endpoint, certificateAuthority: authority.data, profile }),
          ),
        // A new certificate is the same cluster; a new endpoint is another one, and everything in it must be created again.
        clusterIdentifier: cluster.endpoint,
        enableServerSideApply: true,
        // Names are fixed, so a replacement deletes first, and a pod that starts in between finds no configuration. Changed
        // in place, and the pods are replaced by the digest in their template.
        enableConfigMapMutable: true,
        enableSecretMutable: true,
      },
      { parent: this, dependsOn: [...after] },
    );
  }
}
