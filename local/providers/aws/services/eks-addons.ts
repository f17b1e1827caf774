import * as eks from "@aws-sdk/client-eks";

import { resource, type Properties, type ResourceDefinition } from "../resource";
import { client, tag } from "./eks";

function addonOutputs(addon: eks.Addon | undefined): Properties {
  return {
    arn: addon?.addonArn,
    addonName: addon?.addonName,
    addonVersion: addon?.addonVersion,
    clusterName: addon?.clusterName,
    configurationValues: addon?.configurationValues,
    createdAt: addon?.createdAt?.toISOString(),
    modifiedAt: addon?.modifiedAt?.toISOString(),
    serviceAccountRoleArn: addon?.serviceAccountRoleArn,
    tags: addon?.tags ?? {},
  };
}

const addon = resource({
  token: "aws:eks/addon:Addon",
  localOnly: ["preserve", "resolveConflictsOnCreate", "resolveConflictsOnUpdate"],
  async create(cloud, inputs) {
    const { addon } = await client(cloud).send(
      new eks.CreateAddonCommand({
        clusterName: inputs["clusterName"],
        addonName: inputs["addonName"],
        addonVersion: inputs["addonVersion"],
        configurationValues: inputs["configurationValues"],
        serviceAccountRoleArn: inputs["serviceAccountRoleArn"],
        podIdentityAssociations: inputs["podIdentityAssociations"],
        resolveConflicts: inputs["resolveConflictsOnCreate"],
        tags: inputs["tags"],
      }),
    );
    return { id: `${inputs["clusterName"]}:${inputs["addonName"]}`, outputs: addonOutputs(addon) };
  },
  async read(cloud, id) {
    const [clusterName, addonName] = id.split(":");
    const { addon } = await client(cloud).send(new eks.DescribeAddonCommand({ clusterName, addonName }));
    return addonOutputs(addon);
  },
  async update(cloud, id, inputs, olds, changed) {
    const [clusterName, addonName] = id.split(":");
    if ([...changed].some((key) => key !== "tags")) {
      await client(cloud).send(
        new eks.UpdateAddonCommand({
          clusterName,
          addonName,
          addonVersion: inputs["addonVersion"],
          configurationValues: inputs["configurationValues"],
          serviceAccountRoleArn: inputs["serviceAccountRoleArn"],
          podIdentityAssociations: changed.has("podIdentityAssociations")
            ? (inputs["podIdentityAssociations"] ?? [])
            : undefined,
          resolveConflicts: inputs["resolveConflictsOnUpdate"],
        }),
      );
    }
    if (changed.has("tags")) await tag(cloud, olds["arn"], inputs, olds);
  },
  async delete(cloud, id, state) {
    const [clusterName, addonName] = id.split(":");
    await client(cloud).send(new eks.DeleteAddonCommand({ clusterName, addonName, preserve: state["preserve"] }));
  },
});

export const definitions: ResourceDefinition[] = [addon];
