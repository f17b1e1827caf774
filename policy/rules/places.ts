import type { Resource } from "../core/resource";

/** A group of properties: those of matching types with matching paths. */
interface Place {
  readonly types: RegExp;
  /** Property paths; all of them when left out. */
  readonly paths?: RegExp;
}

/** Where traffic is allowed. */
const gates: Place = {
  types:
    /^aws:(?:ec2\/(?:securityGroup|securityGroupRule|defaultSecurityGroup|networkAcl|networkAclRule|defaultNetworkAcl|managedPrefixList|managedPrefixListEntry|securityGroupAssociation|networkInterfaceSecurityGroupAttachment):|vpc\/)/,
};

const routes: Place = {
  types:
    /^aws:(?:ec2\/(?:route|routeTable|defaultRouteTable|mainRouteTableAssociation|routeTableAssociation|vpnConnectionRoute)|ec2transitgateway\/(?:route|prefixListReference)|ec2clientvpn\/route):/,
};

const records: Place = { types: /^aws:(?:route53\/records?(?:Exclusive)?|servicediscovery\/instance):/ };

const zones: Place = {
  types:
    /^aws:(?:route53\/(?:zone|zoneAssociation|vpcAssociationAuthorization)|servicediscovery\/(?:privateDns|publicDns|http)Namespace):/,
};

/** Name resolution. */
const resolvers: Place = {
  types:
    /^aws:(?:route53\/(?:resolver\w*|profiles\w*)|route53recoverycontrol\/\w+|ec2\/(?:vpcDhcpOptions|defaultVpcDhcpOptions)):/,
};

/** What a machine or container runs at start-up. */
const boots: Place = {
  types:
    /^aws:(?:ec2\/(?:instance|launchTemplate|launchConfiguration|spotInstanceRequest)|ssm\/(?:document|association)|ecs\/taskDefinition|batch\/jobDefinition|autoscaling\/launchConfiguration|imagebuilder\/component):/,
  paths:
    /^(?:userData|userDataBase64|userDataReplaceOnChange|content|containerDefinitions|parameters|containerProperties|data|targets)(?:\.|$)/,
};

/** Where a store is copied from or to another. */
const copies: readonly Place[] = [
  {
    types: /^aws:rds\//,
    paths:
      /^(?:replicateSourceDb|replicationSourceIdentifier|restoreToPointInTime|snapshotIdentifier|sourceDbInstanceArn|sourceDbClusterIdentifier|sourceDbInstanceIdentifier|sourceDbSnapshotIdentifier|globalClusterIdentifier|sourceArn|targetArn|s3Import)(?:\.|$)/,
  },
  { types: /^aws:elasticache\/cluster:/, paths: /^replicationGroupId$/ },
  {
    types: /^aws:(?:docdb|neptune)\//,
    paths:
      /^(?:replicationSourceIdentifier|restoreToPointInTime|snapshotIdentifier|globalClusterIdentifier|sourceDbClusterIdentifier|dbClusterIdentifier)(?:\.|$)/,
  },
  { types: /^aws:(?:memorydb\/cluster|redshift\/cluster|redshiftserverless\/\w+):/, paths: /^snapshot\w*(?:\.|$)/ },
  {
    types: /^aws:(?:ebs|ec2)\/(?:volume|snapshotCopy|snapshotImport|amiCopy|ami):/,
    paths: /^(?:snapshotId|sourceSnapshotId|sourceAmiId|diskContainer|ebsBlockDevices)(?:\.|$)/,
  },
  {
    types: /^aws:elasticache\//,
    paths:
      /^(?:globalReplicationGroupId|primaryReplicationGroupId|snapshotArns|snapshotName|snapshotIdentifier)(?:\.|$)/,
  },
  {
    types: /^aws:dynamodb\//,
    paths:
      /^(?:replicas?|restoreSourceName|restoreSourceTableArn|restoreBackupArn|globalTableArn|importTable|s3Bucket)(?:\.|$)/,
  },
  { types: /^aws:s3\//, paths: /^(?:rules?|replicationConfiguration)(?:\.|$)/ },
  {
    types:
      /^aws:(?:msk\/replicator|mskconnect\/|dms\/|secretsmanager\/secret:|ecr\/(?:replicationConfiguration|pullThroughCacheRule):|storagegateway\/|transfer\/connector:|appflow\/flow:|rds\/integration:|dynamodb\/tableExport:|backup\/(?:plan|selection|restoreTestingSelection):|datasync\/|glue\/connection:|fsx\/|efs\/replication)/,
    paths: /./,
  },
];

/** Where one resource receives another's events. */
const events: readonly Place[] = [
  { types: /^aws:sns\/topicSubscription:/, paths: /^(?:topic|endpoint|subscriptionRoleArn|redrivePolicy)(?:\.|$)/ },
  {
    types: /^aws:lambda\/eventSourceMapping:/,
    paths:
      /^(?:eventSourceArn|functionName|amazonManagedKafkaEventSourceConfig|selfManaged\w*|destinationConfig)(?:\.|$)/,
  },
  {
    types:
      /^aws:cloudwatch\/(?:eventTarget|eventRule|logSubscriptionFilter|logDestination|logDestinationPolicy|eventBus|metricStream)/,
    paths:
      /^(?:arn|destinationArn|deadLetterConfig|eventBusName|eventPattern|logGroup|roleArn|targetArn|firehoseArn)(?:\.|$)/,
  },
  {
    types:
      /^aws:cloudwatch\/(?:eventArchive|eventApiDestination|eventConnection|eventEndpoint|logAccountPolicy|logDelivery\w*):/,
    paths: /./,
  },
  { types: /^aws:(?:lambda\/function|sns\/topic):/, paths: /^(?:deadLetterConfig|\w+FeedbackRoleArn)(?:\.|$)/ },
  {
    types:
      /^aws:(?:dynamodb\/kinesisStreamingDestination|kinesis\/streamConsumer|kinesisanalyticsv2\/application|iot\/topicRule|codestarnotifications\/notificationRule|autoscaling\/notification|rds\/eventSubscription|dms\/eventSubscription|ses\/\w+):/,
    paths: /./,
  },
  {
    types:
      /^aws:(?:pipes\/pipe|scheduler\/schedule|kinesis\/firehoseDeliveryStream|s3\/bucketNotification|sesv2\/|lambda\/functionEventInvokeConfig|oam\/)/,
    paths: /./,
  },
  {
    types: /^aws:cloudwatch\/(?:metricAlarm|compositeAlarm):/,
    paths: /^(?:alarmActions|okActions|insufficientDataActions)(?:\.|$)/,
  },
  { types: /^aws:lambda\/permission:/, paths: /^(?:sourceArn|sourceAccount)(?:\.|$)/ },
  { types: /^aws:sqs\//, paths: /^(?:redrivePolicy|redriveAllowPolicy)(?:\.|$)/ },
];

/** Properties with IAM documents, known or not. */
const policies: Place = {
  types: /^aws:/,
  paths:
    /^(?:policy|assumeRolePolicy|inlinePolic(?:y|ies)|policyDocument|accessPolicy|accessPolicies|resourcePolicy|keyPolicy|repositoryPolicy)(?:\.|$)/,
};

/** Permissions outside a document. */
const grants: readonly Place[] = [
  {
    types:
      /^aws:(?:kms\/grant|iam\/(?:\w*[aA]ttachment|instanceProfile|openIdConnectProvider|samlProvider|groupMembership|userGroupMembership)|eks\/(?:accessEntry|accessPolicyAssociation|podIdentityAssociation|identityProviderConfig)|lakeformation\/permissions|ssoadmin\/accountAssignment):/,
  },
  {
    types: /^aws:iam\//,
    paths: /^(?:role|roles|user|users|group|groups|policyArns?|managedPolicyArns|permissionsBoundary)(?:\.|$)/,
  },
  { types: /^aws:lambda\/permission:/, paths: /^(?:principal|principalOrgId)$/ },
  // Copies that others may read.
  {
    types:
      /^aws:(?:rds\/(?:snapshot|clusterSnapshot)|ec2\/(?:amiLaunchPermission|snapshotCreateVolumePermission)|ebs\/snapshotBlockPublicAccess):/,
    paths: /^(?:sharedAccounts|accountId)(?:\.|$)/,
  },
];

/** Settings of a cluster's add-on: the values of a chart. */
const addons: Place = { types: /^aws:eks\/addon:/, paths: /^configurationValues(?:\.|$)/ };

function fits(place: Place, { type }: Resource, path: string): boolean {
  return place.types.test(type) && (place.paths?.test(path) ?? true);
}

/** Members of an input that no program sets: AWS creates or looks up what they name. */
const readOnly = /^aws:eks\/cluster:Cluster vpcConfig\.(?:clusterSecurityGroupId|vpcId)$/;

/** True for a property that is not an input: the cloud returned it. */
export function isAnswer({ asked, type }: Resource, path: string): boolean {
  return readOnly.test(`${type} ${path}`) || (asked !== undefined && !asked.has(path.split(".")[0] ?? path));
}

/** The rule that judges a property of a resource: the most specific one, or ISO-05. */
export function ruleOfPlace(resource: Resource, path: string): string {
  const { type } = resource;
  if (isAnswer(resource, path)) return "ISO-06";
  if (type.startsWith("kubernetes:") || fits(addons, resource, path)) return "ISO-16";
  if (type.startsWith("pulumi:providers:")) return "ISO-04";
  if (fits(boots, resource, path)) return "ISO-17";
  if (fits(gates, resource, path)) return "ISO-12";
  if (fits(routes, resource, path)) return "ISO-10";
  if (fits(records, resource, path)) return "NET-06";
  if (fits(resolvers, resource, path)) return "NET-07";
  if (fits(zones, resource, path)) return "NET-05";
  if (copies.some((place) => fits(place, resource, path))) return "ISO-14";
  if (events.some((place) => fits(place, resource, path))) return "ISO-15";
  if (fits(policies, resource, path) || grants.some((place) => fits(place, resource, path))) return "ISO-13";
  return "ISO-05";
}

/** Rules that judge dependencies too: the input alone says what it is for, with any value. */
export const edgeRules: ReadonlySet<string> = new Set([
  "ISO-12",
  "ISO-13",
  "ISO-14",
  "ISO-15",
  "NET-05",
  "NET-06",
  "NET-07",
]);
