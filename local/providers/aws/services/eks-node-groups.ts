import * as eks from "@aws-sdk/client-eks";

import { resource, type Properties, type ResourceDefinition } from "../resource";
import { tagChanges } from "../tags";
import { client, tag } from "./eks";

function nodeGroupOutputs(group: eks.Nodegroup | undefined): Properties {
  return {
    arn: group?.nodegroupArn,
    clusterName: group?.clusterName,
    nodeGroupName: group?.nodegroupName,
    nodeRoleArn: group?.nodeRole,
    subnetIds: group?.subnets,
    version: group?.version,
    releaseVersion: group?.releaseVersion,
    status: group?.status,
    amiType: group?.amiType,
    capacityType: group?.capacityType,
    instanceTypes: group?.instanceTypes,
    labels: group?.labels ?? {},
    scalingConfig: group?.scalingConfig,
    updateConfig: group?.updateConfig,
    nodeRepairConfig: group?.nodeRepairConfig,
    launchTemplate: group?.launchTemplate,
    resources: [
      {
        autoscalingGroups: (group?.resources?.autoScalingGroups ?? []).map(({ name }) => ({ name })),
        remoteAccessSecurityGroupId: group?.resources?.remoteAccessSecurityGroup ?? "",
      },
    ],
    tags: group?.tags ?? {},
  };
}

/** EKS takes an id or a name, not both; Pulumi's outputs carry both. */
function templateRequest(inputs: Properties): eks.LaunchTemplateSpecification | undefined {
  const template = inputs["launchTemplate"] as eks.LaunchTemplateSpecification | undefined;
  if (template === undefined) return undefined;
  return template.id !== undefined
    ? { id: template.id, version: template.version }
    : { name: template.name, version: template.version };
}

const nodeGroup = resource({
  token: "aws:eks/nodeGroup:NodeGroup",
  localOnly: ["forceUpdateVersion"],
  async create(cloud, inputs) {
    const { nodegroup } = await client(cloud).send(
      new eks.CreateNodegroupCommand({
        clusterName: inputs["clusterName"],
        nodegroupName: inputs["nodeGroupName"],
        nodeRole: inputs["nodeRoleArn"],
        subnets: inputs["subnetIds"],
        scalingConfig: inputs["scalingConfig"],
        updateConfig: inputs["updateConfig"],
        nodeRepairConfig: inputs["nodeRepairConfig"],
        amiType: inputs["amiType"],
        capacityType: inputs["capacityType"],
        instanceTypes: inputs["instanceTypes"],
        diskSize: inputs["diskSize"],
        labels: inputs["labels"],
        launchTemplate: templateRequest(inputs),
        version: inputs["version"],
        releaseVersion: inputs["releaseVersion"],
        tags: inputs["tags"],
      }),
    );
    return { id: `${inputs["clusterName"]}:${inputs["nodeGroupName"]}`, outputs: nodeGroupOutputs(nodegroup) };
  },
  async read(cloud, id) {
    const [clusterName, nodegroupName] = id.split(":");
    const { nodegroup } = await client(cloud).send(new eks.DescribeNodegroupCommand({ clusterName, nodegroupName }));
    return nodeGroupOutputs(nodegroup);
  },
  async update(cloud, id, inputs, olds, changed) {
    const [clusterName, nodegroupName] = id.split(":");
    const group = { clusterName, nodegroupName };
    if (["scalingConfig", "labels", "updateConfig", "nodeRepairConfig"].some((input) => changed.has(input))) {
      const { set, remove } = tagChanges(olds["labels"], inputs["labels"]);
      await client(cloud).send(
        new eks.UpdateNodegroupConfigCommand({
          ...group,
          scalingConfig: inputs["scalingConfig"],
          updateConfig: inputs["updateConfig"],
          nodeRepairConfig: inputs["nodeRepairConfig"],
          labels: changed.has("labels") ? { addOrUpdateLabels: set, removeLabels: remove } : undefined,
        }),
      );
    }
    if (changed.has("version") || changed.has("releaseVersion") || changed.has("launchTemplate")) {
      await client(cloud).send(
        new eks.UpdateNodegroupVersionCommand({
          ...group,
          version: inputs["version"],
          releaseVersion: changed.has("releaseVersion") ? inputs["releaseVersion"] : undefined,
          launchTemplate: changed.has("launchTemplate") ? templateRequest(inputs) : undefined,
          force: inputs["forceUpdateVersion"],
        }),
      );
    }
    if (changed.has("tags")) await tag(cloud, olds["arn"], inputs, olds);
  },
  async delete(cloud, id) {
    const [clusterName, nodegroupName] = id.split(":");
    await client(cloud).send(new eks.DeleteNodegroupCommand({ clusterName, nodegroupName }));
  },
});

export const definitions: ResourceDefinition[] = [nodeGroup];
