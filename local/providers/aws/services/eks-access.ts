import * as eks from "@aws-sdk/client-eks";

import { resource, type Properties, type ResourceDefinition } from "../resource";
import { client, tag } from "./eks";

function accessEntryOutputs(entry: eks.AccessEntry | undefined): Properties {
  return {
    accessEntryArn: entry?.accessEntryArn,
    clusterName: entry?.clusterName,
    principalArn: entry?.principalArn,
    kubernetesGroups: entry?.kubernetesGroups ?? [],
    userName: entry?.username,
    type: entry?.type,
    createdAt: entry?.createdAt?.toISOString(),
    modifiedAt: entry?.modifiedAt?.toISOString(),
    tags: entry?.tags ?? {},
  };
}

/** `cluster:arn:…` in its parts; only the first colon separates. */
function clusterAndRest(id: string): [string, string] {
  const at = id.indexOf(":");
  return [id.slice(0, at), id.slice(at + 1)];
}

const accessEntry = resource({
  token: "aws:eks/accessEntry:AccessEntry",
  async create(cloud, inputs) {
    const { accessEntry } = await client(cloud).send(
      new eks.CreateAccessEntryCommand({
        clusterName: inputs["clusterName"],
        principalArn: inputs["principalArn"],
        kubernetesGroups: inputs["kubernetesGroups"],
        username: inputs["userName"],
        type: inputs["type"],
        tags: inputs["tags"],
      }),
    );
    return { id: `${inputs["clusterName"]}:${inputs["principalArn"]}`, outputs: accessEntryOutputs(accessEntry) };
  },
  async read(cloud, id) {
    const [clusterName, principalArn] = clusterAndRest(id);
    const { accessEntry } = await client(cloud).send(new eks.DescribeAccessEntryCommand({ clusterName, principalArn }));
    return accessEntryOutputs(accessEntry);
  },
  async update(cloud, id, inputs, olds, changed) {
    const [clusterName, principalArn] = clusterAndRest(id);
    if (changed.has("kubernetesGroups") || changed.has("userName")) {
      await client(cloud).send(
        new eks.UpdateAccessEntryCommand({
          clusterName,
          principalArn,
          kubernetesGroups: inputs["kubernetesGroups"],
          username: inputs["userName"],
        }),
      );
    }
    if (changed.has("tags")) await tag(cloud, olds["accessEntryArn"], inputs, olds);
  },
  async delete(cloud, id) {
    const [clusterName, principalArn] = clusterAndRest(id);
    await client(cloud).send(new eks.DeleteAccessEntryCommand({ clusterName, principalArn }));
  },
});

const accessPolicyAssociation = resource({
  token: "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
  async create(cloud, inputs) {
    const { clusterName, principalArn, policyArn, accessScope } = inputs;
    const { associatedAccessPolicy } = await client(cloud).send(
      new eks.AssociateAccessPolicyCommand({ clusterName, principalArn, policyArn, accessScope }),
    );
    return {
      id: `${clusterName}#${principalArn}#${policyArn}`,
      outputs: { associatedAt: associatedAccessPolicy?.associatedAt?.toISOString() },
    };
  },
  async read(cloud, id) {
    const [clusterName, principalArn, policyArn] = id.split("#");
    const { associatedAccessPolicies } = await client(cloud).send(
      new eks.ListAssociatedAccessPoliciesCommand({ clusterName, principalArn }),
    );
    const found = associatedAccessPolicies?.find((policy) => policy.policyArn === policyArn);
    if (found === undefined) return undefined;
    return { clusterName, principalArn, policyArn, accessScope: found.accessScope };
  },
  async delete(cloud, id) {
    const [clusterName, principalArn, policyArn] = id.split("#");
    await client(cloud).send(new eks.DisassociateAccessPolicyCommand({ clusterName, principalArn, policyArn }));
  },
});

const podIdentityAssociation = resource({
  token: "aws:eks/podIdentityAssociation:PodIdentityAssociation",
  async create(cloud, inputs) {
    const { association } = await client(cloud).send(
      new eks.CreatePodIdentityAssociationCommand({
        clusterName: inputs["clusterName"],
        namespace: inputs["namespace"],
        serviceAccount: inputs["serviceAccount"],
        roleArn: inputs["roleArn"],
        tags: inputs["tags"],
      }),
    );
    return {
      id: association?.associationId ?? "",
      outputs: { associationArn: association?.associationArn, associationId: association?.associationId },
    };
  },
  async read(cloud, id, state) {
    const { association } = await client(cloud).send(
      new eks.DescribePodIdentityAssociationCommand({ clusterName: state["clusterName"], associationId: id }),
    );
    return {
      associationArn: association?.associationArn,
      associationId: association?.associationId,
      clusterName: association?.clusterName,
      namespace: association?.namespace,
      serviceAccount: association?.serviceAccount,
      roleArn: association?.roleArn,
      tags: association?.tags ?? {},
    };
  },
  async update(cloud, id, inputs, olds, changed) {
    if (changed.has("roleArn")) {
      await client(cloud).send(
        new eks.UpdatePodIdentityAssociationCommand({
          clusterName: inputs["clusterName"],
          associationId: id,
          roleArn: inputs["roleArn"],
        }),
      );
    }
    if (changed.has("tags")) await tag(cloud, olds["associationArn"], inputs, olds);
  },
  async delete(cloud, id, state) {
    await client(cloud).send(
      new eks.DeletePodIdentityAssociationCommand({ clusterName: state["clusterName"], associationId: id }),
    );
  },
});

export const definitions: ResourceDefinition[] = [accessEntry, accessPolicyAssociation, podIdentityAssociation];
