import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { CreateLaunchTemplateCommand, DescribeSecurityGroupsCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  CreateAccessEntryCommand,
  DescribeNodegroupCommand,
  EKSClient,
  ListAddonsCommand,
  ListAssociatedAccessPoliciesCommand,
  ListClustersCommand,
  ListPodIdentityAssociationsCommand,
} from "@aws-sdk/client-eks";
import { CreateTargetGroupCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { definitions as attachments } from "../../../local/providers/aws/services/autoscaling";
import { definitions as access } from "../../../local/providers/aws/services/eks-access";
import { definitions as addons } from "../../../local/providers/aws/services/eks-addons";
import { definitions as clusters } from "../../../local/providers/aws/services/eks-clusters";
import { definitions as nodeGroups } from "../../../local/providers/aws/services/eks-node-groups";
import { Made, startMoto, type Moto } from "../../harness/moto";
import { dataSubnets } from "./data-network";

let moto: Moto;
let subnetIds: string[];
let template: string;

beforeAll(async () => {
  moto = await startMoto();
  subnetIds = await dataSubnets(moto, ["eu-west-1a", "eu-west-1b"]);
  const { LaunchTemplate } = await moto
    .client(EC2Client)
    .send(new CreateLaunchTemplateCommand({ LaunchTemplateName: "nodes", LaunchTemplateData: { EbsOptimized: true } }));
  template = LaunchTemplate?.LaunchTemplateId ?? "";
});
afterAll(() => moto.stop());

const definitions = [...clusters, ...nodeGroups, ...addons, ...access];
const roleArn = "arn:aws:iam::123456789012:role/dev-cell-3-cluster";
const make = (token: string, inputs: Record<string, unknown>) =>
  Made.create(moto.cloud(), definitions, `aws:eks/${token}`, inputs);

const clusterInputs = (name: string) => ({
  name,
  version: "1.35",
  roleArn,
  vpcConfig: { subnetIds, securityGroupIds: ["sg-1"], endpointPrivateAccess: true, endpointPublicAccess: false },
  kubernetesNetworkConfig: { serviceIpv4Cidr: "172.20.0.0/16" },
  encryptionConfig: { resources: ["secrets"], provider: { keyArn: "arn:aws:kms:eu-west-1:123456789012:key/k" } },
  enabledClusterLogTypes: ["api", "audit"],
  accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
  upgradePolicy: { supportType: "EXTENDED" },
  bootstrapSelfManagedAddons: false,
  deletionProtection: false,
  tags: { cell: "cell-3" },
});

const groupInputs = (clusterName: string, colour: string) => ({
  clusterName,
  nodeGroupName: colour,
  nodeRoleArn: roleArn,
  subnetIds,
  version: "1.35",
  amiType: "AL2023_ARM_64_STANDARD",
  instanceTypes: ["t4g.medium"],
  capacityType: "ON_DEMAND",
  scalingConfig: { minSize: 2, desiredSize: 2, maxSize: 4 },
  updateConfig: { maxUnavailablePercentage: 33 },
  nodeRepairConfig: { enabled: true },
  launchTemplate: { id: template, version: "1" },
  labels: { "cells/colour": colour },
  tags: { cell: "cell-3" },
});

const autoScalingGroup = async (name: string) =>
  (await moto.client(AutoScalingClient).send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] })))
    .AutoScalingGroups?.[0];

describe("clusters", () => {
  it("returns the created cluster, has no drift, and deletes its security group with it", async () => {
    const cluster = await make("cluster:Cluster", clusterInputs("one"));
    expect(cluster.id).toBe("one");
    expect(cluster.outputs["vpcConfig"].vpcId).toMatch(/^vpc-/);
    const group = cluster.outputs["vpcConfig"].clusterSecurityGroupId as string;
    expect(await cluster.drift()).toEqual([]);
    expect(await cluster.inventions()).toEqual([]);

    await cluster.delete();
    expect(await cluster.read()).toBeUndefined();
    expect((await moto.client(EKSClient).send(new ListClustersCommand({}))).clusters).toEqual([]);
    const { SecurityGroups } = await moto.client(EC2Client).send(new DescribeSecurityGroupsCommand({}));
    expect(SecurityGroups?.map(({ GroupId }) => GroupId)).not.toContain(group);
  });

  it("changes version, logs, endpoint, protection and tags in place", async () => {
    const cluster = await make("cluster:Cluster", clusterInputs("two"));
    await cluster.update({
      version: "1.36",
      enabledClusterLogTypes: ["audit"],
      vpcConfig: { ...clusterInputs("two").vpcConfig, endpointPublicAccess: true, publicAccessCidrs: ["192.0.2.0/24"] },
      deletionProtection: true,
      tags: { cell: "cell-3", tier: "standard" },
    });
    expect(await cluster.drift()).toEqual([]);
    await expect(cluster.delete()).rejects.toThrow(/deletion protection/);
    await cluster.update({ deletionProtection: false });
    await cluster.delete();
  });

  it("works the same in China", async () => {
    const china = await dataSubnets(moto, ["cn-north-1a", "cn-north-1b"], "cn-north-1");
    const inputs = { ...clusterInputs("seven"), roleArn: "arn:aws-cn:iam::123456789012:role/r" };
    const cluster = await Made.create(moto.cloud("cn-north-1"), definitions, "aws:eks/cluster:Cluster", {
      ...inputs,
      vpcConfig: { ...inputs.vpcConfig, subnetIds: china },
    });
    expect(cluster.outputs["arn"]).toMatch(/^arn:aws-cn:eks:cn-north-1:/);
    await cluster.delete();
  });
});

describe("node groups", () => {
  it("stand on an Auto Scaling group that AWS's own clients see, and that can be given targets", async () => {
    const cluster = await make("cluster:Cluster", clusterInputs("nodes"));
    const group = await make("nodeGroup:NodeGroup", groupInputs("nodes", "blue"));
    expect(await group.drift()).toEqual([]);
    expect(await group.inventions()).toEqual([]);
    const name = group.outputs["resources"][0].autoscalingGroups[0].name as string;
    expect(await autoScalingGroup(name)).toMatchObject({ MinSize: 2, DesiredCapacity: 2, MaxSize: 4 });

    const { TargetGroups } = await moto.client(ElasticLoadBalancingV2Client).send(
      new CreateTargetGroupCommand({
        Name: "app",
        Protocol: "HTTP",
        Port: 30443,
        VpcId: cluster.outputs["vpcConfig"].vpcId as string,
        TargetType: "instance",
      }),
    );
    const target = TargetGroups?.[0]?.TargetGroupArn ?? "";
    const attachment = await Made.create(moto.cloud(), attachments, "aws:autoscaling/attachment:Attachment", {
      autoscalingGroupName: name,
      lbTargetGroupArn: target,
    });
    expect((await autoScalingGroup(name))?.TargetGroupARNs).toEqual([target]);
    expect(await attachment.drift()).toEqual([]);
    await attachment.delete();
    expect(await attachment.read()).toBeUndefined();

    await group.delete();
    expect(await autoScalingGroup(name)).toBeUndefined();
    await cluster.delete();
  });

  it("change size, labels and template in place", async () => {
    const cluster = await make("cluster:Cluster", clusterInputs("scale"));
    const group = await make("nodeGroup:NodeGroup", groupInputs("scale", "green"));
    await group.update({
      scalingConfig: { minSize: 0, desiredSize: 0, maxSize: 1 },
      labels: { "cells/cell": "cell-3" },
      updateConfig: { maxUnavailablePercentage: 50 },
      nodeRepairConfig: { enabled: false },
      tags: { cell: "cell-3", colour: "green" },
    });
    expect(await group.drift()).toEqual([]);
    const name = group.outputs["resources"][0].autoscalingGroups[0].name as string;
    expect(await autoScalingGroup(name)).toMatchObject({ MinSize: 0, DesiredCapacity: 0, MaxSize: 1 });
    const { nodegroup } = await moto
      .client(EKSClient)
      .send(new DescribeNodegroupCommand({ clusterName: "scale", nodegroupName: "green" }));
    expect(nodegroup?.labels).toEqual({ "cells/cell": "cell-3" });
    await expect(cluster.delete()).rejects.toThrow(/nodegroups/);
    await group.delete();
    await cluster.delete();
  });
});

describe("the local cloud adds to moto", () => {
  it("add-ons, with the pod identity they ask for", async () => {
    const cluster = await make("cluster:Cluster", clusterInputs("addons"));
    const addon = await make("addon:Addon", {
      clusterName: "addons",
      addonName: "vpc-cni",
      configurationValues: '{"enableNetworkPolicy":"true"}',
      podIdentityAssociations: [{ roleArn, serviceAccount: "aws-node" }],
      resolveConflictsOnCreate: "OVERWRITE",
      tags: { cell: "cell-3" },
    });
    expect(await addon.drift()).toEqual([]);
    expect(await addon.inventions()).toEqual([]);
    const client = moto.client(EKSClient);
    const identities = async () =>
      (await client.send(new ListPodIdentityAssociationsCommand({ clusterName: "addons" }))).associations;
    expect(await identities()).toHaveLength(1);
    await addon.update({
      podIdentityAssociations: [{ serviceAccount: "other", roleArn: "arn:aws:iam::123456789012:role/o" }],
    });
    expect(await identities()).toMatchObject([{ serviceAccount: "other" }]);
    await addon.update({
      configurationValues: '{"enableNetworkPolicy":"false"}',
      tags: { cell: "cell-3", Name: "cni" },
    });
    expect(await addon.drift()).toEqual([]);
    await addon.delete();
    expect((await client.send(new ListAddonsCommand({ clusterName: "addons" }))).addons).toEqual([]);
    expect(await identities()).toEqual([]);
    await cluster.delete();
  });

  it("access entries with their policies", async () => {
    const cluster = await make("cluster:Cluster", clusterInputs("access"));
    const principalArn = "arn:aws:iam::123456789012:role/dev-cell-3-operator";
    const policyArn = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy";
    const entry = await make("accessEntry:AccessEntry", {
      clusterName: "access",
      principalArn,
      type: "STANDARD",
      tags: { cell: "cell-3" },
    });
    const association = await make("accessPolicyAssociation:AccessPolicyAssociation", {
      clusterName: "access",
      principalArn,
      policyArn,
      accessScope: { type: "namespace", namespaces: ["app"] },
    });
    expect(await entry.drift()).toEqual([]);
    expect(await association.drift()).toEqual([]);
    await entry.update({ kubernetesGroups: ["watchers"] });
    expect(await entry.drift()).toEqual([]);
    const client = moto.client(EKSClient);
    const { associatedAccessPolicies } = await client.send(
      new ListAssociatedAccessPoliciesCommand({ clusterName: "access", principalArn }),
    );
    expect(associatedAccessPolicies?.map((policy) => policy.policyArn)).toEqual([policyArn]);
    await expect(client.send(new CreateAccessEntryCommand({ clusterName: "access", principalArn }))).rejects.toThrow(
      /already exists/,
    );
    await association.delete();
    expect(await association.read()).toBeUndefined();
    await entry.delete();
    expect(await entry.read()).toBeUndefined();
    await cluster.delete();
  });

  it("pod identity", async () => {
    const cluster = await make("cluster:Cluster", clusterInputs("pods"));
    const association = await make("podIdentityAssociation:PodIdentityAssociation", {
      clusterName: "pods",
      namespace: "app",
      serviceAccount: "app",
      roleArn,
      tags: { cell: "cell-3" },
    });
    expect(await association.drift()).toEqual([]);
    await association.update({ roleArn: "arn:aws:iam::123456789012:role/other" });
    expect(await association.drift()).toEqual([]);
    await association.delete();
    expect(await association.read()).toBeUndefined();
    await cluster.delete();
  });
});
