import { byName, dropped, enabled, pulumiOnly, renamed, same, text, type Bag, type Shape, type Twin } from "../fields";

const logDelivery: Shape = {
  ...same("destinationType logFormat logType"),
  destination: {
    to: "DestinationDetails",
    // The name of a log group and that of a Firehose stream have the same form; ours are log groups.
    via: (value) => ({ CloudWatchLogsDetails: { LogGroup: value } }),
  },
};

const sasl: Shape = { iam: { to: "Iam", via: enabled }, scram: { to: "Scram", via: enabled } };

/** cfn-lint judges node types and engine versions for single clusters only: ask it about one. */
function cacheCluster({ inputs }: { inputs: Bag }): { type: string; properties: Bag; paths: Record<string, string> } {
  return {
    type: "AWS::ElastiCache::CacheCluster",
    properties: {
      CacheNodeType: inputs["nodeType"],
      NumCacheNodes: 1,
      Engine: inputs["engine"] ?? "redis",
      ...(inputs["engineVersion"] === undefined ? {} : { EngineVersion: inputs["engineVersion"] }),
    },
    paths: { CacheNodeType: "nodeType", Engine: "engine", EngineVersion: "engineVersion" },
  };
}

/** RDS, ElastiCache, MSK, Amazon MQ and Secrets Manager. */
export const data: Readonly<Record<string, Twin>> = {
  "aws:rds/subnetGroup:SubnetGroup": {
    type: "AWS::RDS::DBSubnetGroup",
    fields: {
      ...same("subnetIds"),
      ...renamed({ name: "DBSubnetGroupName", description: "DBSubnetGroupDescription" }),
    },
    defaults: () => ({ DBSubnetGroupDescription: "Managed by Pulumi" }),
  },
  "aws:rds/parameterGroup:ParameterGroup": {
    type: "AWS::RDS::DBParameterGroup",
    fields: {
      ...same("description family"),
      ...renamed({ name: "DBParameterGroupName" }),
      parameters: { to: "Parameters", via: byName },
      ...dropped(pulumiOnly, "skipDestroy namePrefix"),
    },
    defaults: () => ({ Description: "Managed by Pulumi" }),
  },
  "aws:rds/instance:Instance": {
    type: "AWS::RDS::DBInstance",
    fields: {
      ...same(
        "allowMajorVersionUpgrade applyImmediately autoMinorVersionUpgrade availabilityZone backupRetentionPeriod",
      ),
      ...same("backupTarget characterSetName copyTagsToSnapshot databaseInsightsMode dedicatedLogVolume"),
      ...same("deleteAutomatedBackups deletionProtection engine engineLifecycleSupport engineVersion iops kmsKeyId"),
      ...same("licenseModel manageMasterUserPassword maxAllocatedStorage monitoringInterval monitoringRoleArn"),
      ...same("networkType optionGroupName performanceInsightsRetentionPeriod publiclyAccessible replicaMode"),
      ...same("storageThroughput storageType timezone"),
      // CreateDBInstanceReadReplica has no such parameter: a replica is encrypted as its source is.
      storageEncrypted: {
        to: "StorageEncrypted",
        via: (value, { inputs }) => (inputs["replicateSourceDb"] === undefined ? value : undefined),
      },
      ...renamed({
        backupWindow: "PreferredBackupWindow",
        caCertIdentifier: "CACertificateIdentifier",
        dbName: "DBName",
        dbSubnetGroupName: "DBSubnetGroupName",
        enabledCloudwatchLogsExports: "EnableCloudwatchLogsExports",
        iamDatabaseAuthenticationEnabled: "EnableIAMDatabaseAuthentication",
        identifier: "DBInstanceIdentifier",
        instanceClass: "DBInstanceClass",
        maintenanceWindow: "PreferredMaintenanceWindow",
        multiAz: "MultiAZ",
        parameterGroupName: "DBParameterGroupName",
        password: "MasterUserPassword",
        performanceInsightsEnabled: "EnablePerformanceInsights",
        performanceInsightsKmsKeyId: "PerformanceInsightsKMSKeyId",
        replicateSourceDb: "SourceDBInstanceIdentifier",
        username: "MasterUsername",
        vpcSecurityGroupIds: "VPCSecurityGroups",
      }),
      allocatedStorage: { to: "AllocatedStorage", via: text },
      port: { to: "Port", via: text },
      ...dropped(pulumiOnly, "skipFinalSnapshot finalSnapshotIdentifier blueGreenUpdate identifierPrefix"),
    },
    // A replica has no engine property, so cfn-lint cannot judge its class: ask with the engine of its source.
    witnesses: ({ inputs }, source) => {
      const primary = source("replicateSourceDb");
      if (inputs["replicateSourceDb"] === undefined || primary === undefined) return [];
      return [
        {
          type: "AWS::RDS::DBInstance",
          properties: {
            DBInstanceClass: inputs["instanceClass"],
            Engine: primary["engine"],
            ...(primary["engineVersion"] === undefined ? {} : { EngineVersion: primary["engineVersion"] }),
            AllocatedStorage: text(primary["allocatedStorage"] ?? 20),
          },
          paths: { DBInstanceClass: "instanceClass" },
        },
      ];
    },
  },
  "aws:elasticache/subnetGroup:SubnetGroup": {
    type: "AWS::ElastiCache::SubnetGroup",
    fields: { ...same("description subnetIds"), ...renamed({ name: "CacheSubnetGroupName" }) },
    defaults: () => ({ Description: "Managed by Pulumi" }),
  },
  "aws:elasticache/parameterGroup:ParameterGroup": {
    type: "AWS::ElastiCache::ParameterGroup",
    fields: {
      ...same("description"),
      ...renamed({ family: "CacheParameterGroupFamily" }),
      parameters: { to: "Properties", via: byName },
      ...dropped("CloudFormation always chooses this name itself; catalog/names.ts limits its length", "name"),
    },
    defaults: () => ({ Description: "Managed by Pulumi" }),
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    type: "AWS::ElastiCache::ReplicationGroup",
    fields: {
      ...same("atRestEncryptionEnabled authToken autoMinorVersionUpgrade automaticFailoverEnabled clusterMode"),
      ...same("dataTieringEnabled engine engineVersion ipDiscovery kmsKeyId networkType notificationTopicArn"),
      ...same("numCacheClusters numNodeGroups port replicasPerNodeGroup replicationGroupId securityGroupIds"),
      ...same("snapshotRetentionLimit snapshotWindow transitEncryptionEnabled transitEncryptionMode userGroupIds"),
      ...renamed({
        description: "ReplicationGroupDescription",
        maintenanceWindow: "PreferredMaintenanceWindow",
        multiAzEnabled: "MultiAZEnabled",
        nodeType: "CacheNodeType",
        parameterGroupName: "CacheParameterGroupName",
        preferredCacheClusterAzs: "PreferredCacheClusterAZs",
        subnetGroupName: "CacheSubnetGroupName",
      }),
      logDeliveryConfigurations: { to: "LogDeliveryConfigurations", of: logDelivery },
      ...dropped(pulumiOnly, "applyImmediately authTokenUpdateStrategy finalSnapshotIdentifier"),
    },
    witnesses: (around) => [cacheCluster(around)],
  },
  "aws:elasticache/cluster:Cluster": {
    type: "AWS::ElastiCache::CacheCluster",
    fields: {
      ...same(
        "autoMinorVersionUpgrade engine engineVersion ipDiscovery networkType notificationTopicArn numCacheNodes",
      ),
      ...same("port preferredAvailabilityZones snapshotRetentionLimit snapshotWindow transitEncryptionEnabled"),
      ...renamed({
        availabilityZone: "PreferredAvailabilityZone",
        azMode: "AZMode",
        clusterId: "ClusterName",
        maintenanceWindow: "PreferredMaintenanceWindow",
        nodeType: "CacheNodeType",
        parameterGroupName: "CacheParameterGroupName",
        securityGroupIds: "VpcSecurityGroupIds",
        subnetGroupName: "CacheSubnetGroupName",
      }),
      logDeliveryConfigurations: { to: "LogDeliveryConfigurations", of: logDelivery },
      ...dropped(pulumiOnly, "applyImmediately finalSnapshotIdentifier"),
    },
  },
  "aws:msk/configuration:Configuration": {
    type: "AWS::MSK::Configuration",
    fields: {
      ...same("description name serverProperties"),
      ...renamed({ kafkaVersions: "KafkaVersionsList" }),
    },
    tags: "none",
  },
  "aws:msk/cluster:Cluster": {
    type: "AWS::MSK::Cluster",
    fields: {
      ...same("clusterName enhancedMonitoring kafkaVersion numberOfBrokerNodes storageMode"),
      brokerNodeGroupInfo: {
        to: "BrokerNodeGroupInfo",
        of: {
          ...same("clientSubnets instanceType securityGroups"),
          ...renamed({ azDistribution: "BrokerAZDistribution" }),
          storageInfo: {
            to: "StorageInfo",
            of: {
              ebsStorageInfo: {
                to: "EBSStorageInfo",
                of: {
                  ...same("volumeSize"),
                  provisionedThroughput: { to: "ProvisionedThroughput", of: same("enabled volumeThroughput") },
                },
              },
            },
          },
          connectivityInfo: {
            to: "ConnectivityInfo",
            of: { ...same("networkType"), publicAccess: { to: "PublicAccess", of: same("type") } },
          },
        },
      },
      clientAuthentication: {
        to: "ClientAuthentication",
        of: {
          sasl: { to: "Sasl", of: sasl },
          tls: { to: "Tls", of: renamed({ certificateAuthorityArns: "CertificateAuthorityArnList" }) },
          unauthenticated: { to: "Unauthenticated", via: enabled },
        },
      },
      configurationInfo: { to: "ConfigurationInfo", of: same("arn revision") },
      encryptionInfo: {
        to: "EncryptionInfo",
        of: {
          ...renamed({ encryptionAtRestKmsKeyArn: "EncryptionAtRest.DataVolumeKMSKeyId" }),
          encryptionInTransit: { to: "EncryptionInTransit", of: same("clientBroker inCluster") },
        },
      },
      loggingInfo: {
        to: "LoggingInfo",
        of: {
          brokerLogs: {
            to: "BrokerLogs",
            of: {
              cloudwatchLogs: { to: "CloudWatchLogs", of: same("enabled logGroup") },
              firehose: { to: "Firehose", of: same("enabled deliveryStream") },
              s3: { to: "S3", of: same("enabled bucket prefix") },
            },
          },
        },
      },
      openMonitoring: {
        to: "OpenMonitoring",
        of: {
          prometheus: {
            to: "Prometheus",
            of: {
              jmxExporter: { to: "JmxExporter", of: same("enabledInBroker") },
              nodeExporter: { to: "NodeExporter", of: same("enabledInBroker") },
            },
          },
        },
      },
      rebalancing: { to: "Rebalancing", of: same("status") },
    },
    tags: "map",
    // No table lists MSK's brokers by region; they run on EC2, so the region must at least have the family.
    witnesses: ({ inputs }) => {
      const type = (inputs["brokerNodeGroupInfo"] as { instanceType?: unknown } | undefined)?.instanceType;
      if (typeof type !== "string") return [];
      return [
        {
          type: "AWS::EC2::LaunchTemplate",
          properties: { LaunchTemplateData: { InstanceType: type.replace(/^kafka\./, "") } },
          paths: { "LaunchTemplateData.InstanceType": "brokerNodeGroupInfo.instanceType" },
        },
      ];
    },
  },
  "aws:msk/scramSecretAssociation:ScramSecretAssociation": {
    type: "AWS::MSK::BatchScramSecret",
    fields: { ...same("clusterArn"), ...renamed({ secretArnLists: "SecretArnList" }) },
    tags: "none",
  },
  "aws:msk/singleScramSecretAssociation:SingleScramSecretAssociation": {
    type: "AWS::MSK::BatchScramSecret",
    fields: { ...same("clusterArn"), secretArn: { to: "SecretArnList", via: (value) => [value] } },
    tags: "none",
  },
  "aws:mq/broker:Broker": {
    type: "AWS::AmazonMQ::Broker",
    fields: {
      ...same("authenticationStrategy autoMinorVersionUpgrade brokerName deploymentMode engineType engineVersion"),
      ...same("hostInstanceType publiclyAccessible securityGroups storageType subnetIds"),
      configuration: { to: "Configuration", of: same("id revision") },
      encryptionOptions: { to: "EncryptionOptions", of: same("kmsKeyId useAwsOwnedKey") },
      logs: { to: "Logs", of: same("audit general") },
      maintenanceWindowStartTime: { to: "MaintenanceWindowStartTime", of: same("dayOfWeek timeOfDay timeZone") },
      users: { to: "Users", of: same("consoleAccess groups password replicationUser username") },
      ...dropped(pulumiOnly, "applyImmediately"),
    },
    defaults: () => ({ DeploymentMode: "SINGLE_INSTANCE", PubliclyAccessible: false }),
  },
  "aws:mq/configuration:Configuration": {
    type: "AWS::AmazonMQ::Configuration",
    fields: {
      ...same("authenticationStrategy description engineType engineVersion name"),
      data: { to: "Data", via: (value) => Buffer.from(String(value)).toString("base64") },
      ...dropped(pulumiOnly, "skipDestroy"),
    },
  },
  "aws:secretsmanager/secret:Secret": {
    type: "AWS::SecretsManager::Secret",
    fields: {
      ...same("description kmsKeyId name type"),
      replicas: { to: "ReplicaRegions", of: same("kmsKeyId region") },
      ...dropped("the waiting time of a deletion; catalog/constraints.ts holds its range", "recoveryWindowInDays"),
      ...dropped(pulumiOnly, "forceOverwriteReplicaSecret namePrefix"),
    },
  },
};
