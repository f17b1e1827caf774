import { dropped, pulumiOnly, renamed, same, tagList, text, within, type Twin } from "../fields";

/** Boolean that Pulumi keeps as text. */
function boolean(value: unknown): unknown {
  return typeof value === "string" ? value === "true" : value;
}

/** The archive itself is ours to check; AWS's schema wants to see that there is one. */
function archive(): unknown {
  return { S3Bucket: "archive", S3Key: "archive.zip" };
}

/** EC2 launch templates, EKS, Lambda. */
export const compute: Readonly<Record<string, Twin>> = {
  "aws:ec2/launchTemplate:LaunchTemplate": {
    type: "AWS::EC2::LaunchTemplate",
    fields: {
      ...renamed({ name: "LaunchTemplateName", description: "VersionDescription" }),
      ...within("LaunchTemplateData", {
        ...same("imageId instanceType instanceInitiatedShutdownBehavior keyName userData"),
        ...same("disableApiStop disableApiTermination"),
        ...renamed({ vpcSecurityGroupIds: "SecurityGroupIds" }),
        ebsOptimized: { to: "EbsOptimized", via: boolean },
        blockDeviceMappings: {
          to: "BlockDeviceMappings",
          of: {
            ...same("deviceName noDevice virtualName"),
            ebs: {
              to: "Ebs",
              of: {
                ...same("iops kmsKeyId snapshotId throughput volumeSize volumeType"),
                deleteOnTermination: { to: "DeleteOnTermination", via: boolean },
                encrypted: { to: "Encrypted", via: boolean },
              },
            },
          },
        },
        metadataOptions: {
          to: "MetadataOptions",
          of: same("httpEndpoint httpProtocolIpv6 httpPutResponseHopLimit httpTokens instanceMetadataTags"),
        },
        monitoring: { to: "Monitoring", of: same("enabled") },
        iamInstanceProfile: { to: "IamInstanceProfile", of: same("arn name") },
        networkInterfaces: {
          to: "NetworkInterfaces",
          of: {
            ...same("description deviceIndex networkCardIndex subnetId"),
            ...renamed({ securityGroups: "Groups" }),
            associatePublicIpAddress: { to: "AssociatePublicIpAddress", via: boolean },
            deleteOnTermination: { to: "DeleteOnTermination", via: boolean },
          },
        },
        tagSpecifications: {
          to: "TagSpecifications",
          of: { ...same("resourceType"), tags: { to: "Tags", via: tagList } },
        },
      }),
      ...dropped(pulumiOnly, "updateDefaultVersion defaultVersion namePrefix"),
    },
    tags: (tags) => ({ TagSpecifications: [{ ResourceType: "launch-template", Tags: tagList(tags) }] }),
  },
  "aws:eks/cluster:Cluster": {
    type: "AWS::EKS::Cluster",
    fields: {
      ...same("bootstrapSelfManagedAddons deletionProtection name roleArn version"),
      vpcConfig: {
        to: "ResourcesVpcConfig",
        of: same("endpointPrivateAccess endpointPublicAccess publicAccessCidrs securityGroupIds subnetIds"),
      },
      accessConfig: { to: "AccessConfig", of: same("authenticationMode bootstrapClusterCreatorAdminPermissions") },
      encryptionConfig: {
        to: "EncryptionConfig",
        via: (value) => [value],
        of: { ...same("resources"), provider: { to: "Provider", of: same("keyArn") } },
      },
      kubernetesNetworkConfig: {
        to: "KubernetesNetworkConfig",
        of: {
          ...same("ipFamily serviceIpv4Cidr"),
          elasticLoadBalancing: { to: "ElasticLoadBalancing", of: same("enabled") },
        },
      },
      enabledClusterLogTypes: {
        to: "Logging.ClusterLogging.EnabledTypes",
        via: (value) => (value as readonly string[]).map((Type) => ({ Type })),
      },
      upgradePolicy: { to: "UpgradePolicy", of: same("supportType") },
      zonalShiftConfig: { to: "ZonalShiftConfig", of: same("enabled") },
      computeConfig: { to: "ComputeConfig", of: same("enabled nodePools nodeRoleArn") },
      storageConfig: { to: "StorageConfig", of: { blockStorage: { to: "BlockStorage", of: same("enabled") } } },
      ...dropped(pulumiOnly, "forceUpdateVersion defaultAddonsToRemoves"),
    },
  },
  "aws:eks/nodeGroup:NodeGroup": {
    type: "AWS::EKS::Nodegroup",
    fields: {
      ...same("amiType capacityType clusterName diskSize instanceTypes labels releaseVersion version"),
      ...renamed({
        nodeGroupName: "NodegroupName",
        nodeRoleArn: "NodeRole",
        subnetIds: "Subnets",
        forceUpdateVersion: "ForceUpdateEnabled",
      }),
      launchTemplate: { to: "LaunchTemplate", of: { ...same("id name"), version: { to: "Version", via: text } } },
      scalingConfig: { to: "ScalingConfig", of: same("desiredSize maxSize minSize") },
      updateConfig: { to: "UpdateConfig", of: same("maxUnavailable maxUnavailablePercentage updateStrategy") },
      taints: { to: "Taints", of: same("effect key value") },
      remoteAccess: {
        to: "RemoteAccess",
        of: renamed({ ec2SshKey: "Ec2SshKey", sourceSecurityGroupIds: "SourceSecurityGroups" }),
      },
      nodeRepairConfig: { to: "NodeRepairConfig", of: same("enabled") },
      ...dropped(pulumiOnly, "nodeGroupNamePrefix"),
    },
    tags: "map",
    // cfn-lint does not look up a node group's instance types by region; it does so for a launch template.
    witnesses: ({ inputs }) =>
      ((inputs["instanceTypes"] as readonly string[] | undefined) ?? []).map((InstanceType, index) => ({
        type: "AWS::EC2::LaunchTemplate",
        properties: { LaunchTemplateData: { InstanceType } },
        paths: { "LaunchTemplateData.InstanceType": `instanceTypes[${index}]` },
      })),
  },
  "aws:eks/addon:Addon": {
    type: "AWS::EKS::Addon",
    fields: {
      ...same("addonName addonVersion clusterName configurationValues serviceAccountRoleArn"),
      ...renamed({ preserve: "PreserveOnDelete", resolveConflictsOnCreate: "ResolveConflicts" }),
      podIdentityAssociations: { to: "PodIdentityAssociations", of: same("roleArn serviceAccount") },
      ...dropped(
        "CloudFormation has one setting for create and update; the create's is judged",
        "resolveConflictsOnUpdate",
      ),
    },
  },
  "aws:eks/accessEntry:AccessEntry": {
    type: "AWS::EKS::AccessEntry",
    fields: { ...same("clusterName kubernetesGroups principalArn type"), ...renamed({ userName: "Username" }) },
  },
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": {
    type: "AWS::EKS::PodIdentityAssociation",
    fields: same("clusterName disableSessionTags namespace roleArn serviceAccount targetRoleArn"),
  },
  "aws:lambda/function:Function": {
    type: "AWS::Lambda::Function",
    fields: {
      ...same("architectures codeSigningConfigArn description handler kmsKeyArn layers memorySize packageType"),
      ...same("reservedConcurrentExecutions role runtime timeout"),
      ...renamed({ name: "FunctionName", imageUri: "Code.ImageUri", s3Bucket: "Code.S3Bucket", s3Key: "Code.S3Key" }),
      code: { to: "Code", via: archive },
      deadLetterConfig: { to: "DeadLetterConfig", of: same("targetArn") },
      environment: { to: "Environment", of: same("variables") },
      ephemeralStorage: { to: "EphemeralStorage", of: same("size") },
      loggingConfig: { to: "LoggingConfig", of: same("applicationLogLevel logFormat logGroup systemLogLevel") },
      snapStart: { to: "SnapStart", of: same("applyOn") },
      tracingConfig: { to: "TracingConfig", of: same("mode") },
      vpcConfig: { to: "VpcConfig", of: same("ipv6AllowedForDualStack securityGroupIds subnetIds") },
      ...dropped("a digest, by which Pulumi sees that the archive changed", "sourceCodeHash codeSha256"),
      ...dropped(pulumiOnly, "publish skipDestroy s3ObjectVersion"),
    },
  },
  "aws:lambda/alias:Alias": {
    type: "AWS::Lambda::Alias",
    fields: {
      ...same("description functionName functionVersion name"),
      routingConfig: {
        to: "RoutingConfig",
        of: {
          additionalVersionWeights: {
            to: "AdditionalVersionWeights",
            via: (value) =>
              Object.entries(value as Record<string, number>).map(([FunctionVersion, FunctionWeight]) => ({
                FunctionVersion,
                FunctionWeight,
              })),
          },
        },
      },
    },
    tags: "none",
  },
  "aws:lambda/permission:Permission": {
    type: "AWS::Lambda::Permission",
    fields: {
      ...same("action functionUrlAuthType principal sourceAccount sourceArn"),
      ...renamed({ function: "FunctionName", principalOrgId: "PrincipalOrgID" }),
      ...dropped("CloudFormation writes both into the function's ARN", "qualifier statementId statementIdPrefix"),
    },
    tags: "none",
  },
  "aws:lambda/functionUrl:FunctionUrl": {
    type: "AWS::Lambda::Url",
    fields: {
      ...same("invokeMode qualifier"),
      ...renamed({ authorizationType: "AuthType", functionName: "TargetFunctionArn" }),
      cors: {
        to: "Cors",
        of: same("allowCredentials allowHeaders allowMethods allowOrigins exposeHeaders maxAge"),
      },
    },
    tags: "none",
  },
};
