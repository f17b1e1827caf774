/** One resource of cell 1, with `key` as the input computed from a cell's KMS key. */
interface Settled {
  readonly type: string;
  readonly good: object;
  readonly key?: string;
  /** Property, a value that must not get through, and what leaving it out means. */
  readonly breaks: readonly (readonly [path: string, bad: unknown, absent: "bad" | "good"])[];
}

/** MSK as it must be. */
export const kafka = {
  encryptionInfo: { encryptionInTransit: { clientBroker: "TLS", inCluster: true } },
  clientAuthentication: { unauthenticated: false, sasl: { iam: true } },
};

/** Rules that look at properties one by one: a valid value, an invalid one, and what a missing one means. */
export const properties: Readonly<Record<string, Settled>> = {
  "NET-01": {
    type: "aws:ec2/vpc:Vpc",
    good: { cidrBlock: "10.1.0.0/16" },
    breaks: ["10.1.0.1/16", "8.8.0.0/16", "172.17.0.0/16", "10.0.0.0/8", "10.300.0.0/16", "::/0", "10.1.0.0/28"].map(
      (bad) => ["cidrBlock", bad, "bad"] as const,
    ),
  },
  "ENC-01": {
    type: "aws:rds/instance:Instance",
    good: { storageEncrypted: true },
    key: "kmsKeyId",
    breaks: [["storageEncrypted", false, "bad"]],
  },
  "ENC-03": {
    type: "aws:elasticache/replicationGroup:ReplicationGroup",
    good: { atRestEncryptionEnabled: true, transitEncryptionEnabled: true, authToken: "secret" },
    key: "kmsKeyId",
    breaks: [
      ["atRestEncryptionEnabled", false, "bad"],
      ["transitEncryptionEnabled", false, "bad"],
    ],
  },
  "ENC-04": {
    type: "aws:msk/cluster:Cluster",
    good: kafka,
    key: "encryptionInfo",
    breaks: [
      ["encryptionInfo.encryptionInTransit.clientBroker", "TLS_PLAINTEXT", "good"],
      ["encryptionInfo.encryptionInTransit.inCluster", false, "good"],
      ["clientAuthentication.unauthenticated", true, "good"],
    ],
  },
  "ENC-05": {
    type: "aws:ec2/launchTemplate:LaunchTemplate",
    good: { blockDeviceMappings: [{ ebs: { encrypted: "true" } }], metadataOptions: { httpTokens: "required" } },
    breaks: [
      ["blockDeviceMappings.0.ebs.encrypted", "false", "bad"],
      ["metadataOptions.httpTokens", "optional", "bad"],
    ],
  },
  "DUR-01": {
    type: "aws:rds/instance:Instance",
    good: { backupRetentionPeriod: 14 },
    breaks: [["backupRetentionPeriod", 7, "bad"]],
  },
  "DUR-02": {
    type: "aws:rds/instance:Instance",
    good: { deletionProtection: true, skipFinalSnapshot: false },
    breaks: [
      ["deletionProtection", false, "bad"],
      ["skipFinalSnapshot", true, "good"],
    ],
  },
  "HA-02": {
    type: "aws:elasticache/replicationGroup:ReplicationGroup",
    good: { automaticFailoverEnabled: true, multiAzEnabled: true, numCacheClusters: 3 },
    breaks: [
      ["automaticFailoverEnabled", false, "bad"],
      ["multiAzEnabled", false, "bad"],
      ["numCacheClusters", 2, "bad"],
    ],
  },
  "HA-03": {
    type: "aws:msk/cluster:Cluster",
    good: { numberOfBrokerNodes: 3, brokerNodeGroupInfo: { clientSubnets: ["a", "b", "c"] } },
    breaks: [["numberOfBrokerNodes", 2, "bad"]],
  },
  "PUB-01": {
    type: "aws:ec2/subnet:Subnet",
    good: { mapPublicIpOnLaunch: false },
    breaks: [["mapPublicIpOnLaunch", true, "good"]],
  },
  "PUB-02": {
    type: "aws:rds/instance:Instance",
    good: { publiclyAccessible: false },
    breaks: [["publiclyAccessible", true, "good"]],
  },
  "PUB-03": {
    type: "aws:msk/cluster:Cluster",
    good: { brokerNodeGroupInfo: { connectivityInfo: { publicAccess: { type: "DISABLED" } } } },
    breaks: [["brokerNodeGroupInfo.connectivityInfo.publicAccess.type", "SERVICE_PROVIDED_EIPS", "good"]],
  },
  "PUB-04": {
    type: "aws:eks/cluster:Cluster",
    good: { vpcConfig: { endpointPublicAccess: true, publicAccessCidrs: ["198.51.100.0/24"] } },
    breaks: [["vpcConfig.publicAccessCidrs", ["0.0.0.0/0"], "bad"]],
  },
  "SOV-01": {
    type: "aws:sns/topic:Topic",
    good: { region: "eu-central-1" },
    breaks: [["region", "us-east-1", "good"]],
  },
  "SOV-02": {
    type: "aws:kms/key:Key",
    good: { multiRegion: false },
    breaks: [["multiRegion", true, "good"]],
  },
};
