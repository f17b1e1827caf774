import * as eks from "@aws-sdk/client-eks";

import { resource, type Cloud, type Properties, type ResourceDefinition } from "../resource";
import { tagChanges } from "../shape";

function client(cloud: Cloud): eks.EKSClient {
  return cloud.client(eks.EKSClient);
}

async function tag(cloud: Cloud, resourceArn: string, inputs: Properties, olds: Properties): Promise<void> {
  const { set, unset } = tagChanges(olds["tags"], inputs["tags"]);
  if (Object.keys(set).length > 0) await client(cloud).send(new eks.TagResourceCommand({ resourceArn, tags: set }));
  if (unset.length > 0) await client(cloud).send(new eks.UntagResourceCommand({ resourceArn, tagKeys: unset }));
}

// ---- clusters ----

function clusterOutputs(cluster: eks.Cluster | undefined): Properties {
  const vpc = cluster?.resourcesVpcConfig;
  const network = cluster?.kubernetesNetworkConfig;
  const [encryption] = cluster?.encryptionConfig ?? [];
  return {
    name: cluster?.name,
    arn: cluster?.arn,
    endpoint: cluster?.endpoint,
    version: cluster?.version,
    platformVersion: cluster?.platformVersion,
    status: cluster?.status,
    roleArn: cluster?.roleArn,
    createdAt: cluster?.createdAt?.toISOString(),
    certificateAuthority: { data: cluster?.certificateAuthority?.data },
    identities: [{ oidcs: [{ issuer: cluster?.identity?.oidc?.issuer }] }],
    deletionProtection: cluster?.deletionProtection ?? false,
    accessConfig: {
      authenticationMode: cluster?.accessConfig?.authenticationMode,
      bootstrapClusterCreatorAdminPermissions: cluster?.accessConfig?.bootstrapClusterCreatorAdminPermissions,
    },
    upgradePolicy: { supportType: cluster?.upgradePolicy?.supportType },
    kubernetesNetworkConfig: { serviceIpv4Cidr: network?.serviceIpv4Cidr, ipFamily: network?.ipFamily ?? "ipv4" },
    encryptionConfig:
      encryption === undefined
        ? undefined
        : { resources: encryption.resources, provider: { keyArn: encryption.provider?.keyArn } },
    enabledClusterLogTypes: (cluster?.logging?.clusterLogging ?? [])
      .filter(({ enabled }) => enabled === true)
      .flatMap(({ types }) => types ?? []),
    vpcConfig: {
      subnetIds: vpc?.subnetIds ?? [],
      securityGroupIds: vpc?.securityGroupIds ?? [],
      clusterSecurityGroupId: vpc?.clusterSecurityGroupId,
      vpcId: vpc?.vpcId,
      endpointPrivateAccess: vpc?.endpointPrivateAccess,
      endpointPublicAccess: vpc?.endpointPublicAccess,
      publicAccessCidrs: vpc?.publicAccessCidrs ?? [],
    },
    tags: cluster?.tags ?? {},
  };
}

function vpcRequest(inputs: Properties): eks.VpcConfigRequest {
  const { subnetIds, securityGroupIds, endpointPrivateAccess, endpointPublicAccess, publicAccessCidrs } =
    inputs["vpcConfig"] as eks.VpcConfigRequest;
  return { subnetIds, securityGroupIds, endpointPrivateAccess, endpointPublicAccess, publicAccessCidrs };
}

function loggingRequest(inputs: Properties): eks.Logging {
  const on = (inputs["enabledClusterLogTypes"] ?? []) as eks.LogType[];
  return { clusterLogging: on.length === 0 ? [] : [{ types: on, enabled: true }] };
}

const cluster = resource({
  token: "aws:eks/cluster:Cluster",
  replaceOn: ["name", "roleArn", "encryptionConfig", "kubernetesNetworkConfig", "bootstrapSelfManagedAddons"],
  async create(cloud, inputs) {
    const { cluster } = await client(cloud).send(
      new eks.CreateClusterCommand({
        name: inputs["name"],
        version: inputs["version"],
        roleArn: inputs["roleArn"],
        resourcesVpcConfig: vpcRequest(inputs),
        kubernetesNetworkConfig: inputs["kubernetesNetworkConfig"],
        logging: loggingRequest(inputs),
        accessConfig: inputs["accessConfig"],
        upgradePolicy: inputs["upgradePolicy"],
        bootstrapSelfManagedAddons: inputs["bootstrapSelfManagedAddons"],
        deletionProtection: inputs["deletionProtection"],
        encryptionConfig: inputs["encryptionConfig"] === undefined ? undefined : [inputs["encryptionConfig"]],
        tags: inputs["tags"],
      }),
    );
    return { id: inputs["name"] as string, outputs: clusterOutputs(cluster) };
  },
  async read(cloud, id) {
    const { cluster } = await client(cloud).send(new eks.DescribeClusterCommand({ name: id }));
    return clusterOutputs(cluster);
  },
  async update(cloud, id, inputs, olds, changed) {
    // AWS takes one kind of change in a call.
    const config = async (part: Omit<eks.UpdateClusterConfigCommandInput, "name">) =>
      client(cloud).send(new eks.UpdateClusterConfigCommand({ name: id, ...part }));
    if (changed.has("vpcConfig")) await config({ resourcesVpcConfig: vpcRequest(inputs) });
    if (changed.has("enabledClusterLogTypes")) await config({ logging: loggingRequest(inputs) });
    if (changed.has("accessConfig")) {
      await config({ accessConfig: { authenticationMode: inputs["accessConfig"]?.authenticationMode } });
    }
    if (changed.has("upgradePolicy")) await config({ upgradePolicy: inputs["upgradePolicy"] });
    if (changed.has("deletionProtection")) await config({ deletionProtection: inputs["deletionProtection"] ?? false });
    if (changed.has("version")) {
      await client(cloud).send(new eks.UpdateClusterVersionCommand({ name: id, version: inputs["version"] }));
    }
    if (changed.has("tags")) await tag(cloud, olds["arn"], inputs, olds);
  },
  async delete(cloud, id) {
    await client(cloud).send(new eks.DeleteClusterCommand({ name: id }));
  },
});

// ---- managed node groups ----

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
  replaceOn: [
    "amiType",
    "capacityType",
    "clusterName",
    "diskSize",
    "instanceTypes",
    "nodeGroupName",
    "nodeRoleArn",
    "remoteAccess",
    "subnetIds",
  ],
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
    if (changed.has("scalingConfig") || changed.has("labels") || changed.has("updateConfig")) {
      const { set, unset } = tagChanges(olds["labels"], inputs["labels"]);
      await client(cloud).send(
        new eks.UpdateNodegroupConfigCommand({
          ...group,
          scalingConfig: inputs["scalingConfig"],
          updateConfig: inputs["updateConfig"],
          labels: changed.has("labels") ? { addOrUpdateLabels: set, removeLabels: unset } : undefined,
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

// ---- add-ons ----

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
  replaceOn: ["addonName", "clusterName"],
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

// ---- who may use the Kubernetes API ----

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
  replaceOn: ["clusterName", "principalArn", "type"],
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
  replaceOn: ["clusterName", "principalArn", "policyArn", "accessScope"],
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
  replaceOn: ["clusterName", "namespace", "serviceAccount"],
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

/** EKS: clusters, managed node groups, add-ons, access and pod identity. */
export const definitions: ResourceDefinition[] = [
  cluster,
  nodeGroup,
  addon,
  accessEntry,
  accessPolicyAssociation,
  podIdentityAssociation,
];
