import type { Resource } from "../core/resource";

/** A group of properties: those of a type whose path fits. */
interface Place {
  readonly types: RegExp;
  /** Property paths; all of them when left out. */
  readonly paths?: RegExp;
}

/** Where traffic is let in or out. */
const gates: Place = {
  types: /^aws:(?:ec2\/(?:securityGroup|securityGroupRule|defaultSecurityGroup|networkAcl|networkAclRule|defaultNetworkAcl|managedPrefixList|managedPrefixListEntry|securityGroupAssociation|networkInterfaceSecurityGroupAttachment):|vpc\/)/,
};

const routes: Place = { types: /^aws:ec2\/(?:route|routeTable|defaultRouteTable|mainRouteTableAssociation|routeTableAssociation):/ };

const records: Place = { types: /^aws:route53\/record:/ };

const zones: Place = { types: /^aws:route53\/(?:zone|zoneAssociation|vpcAssociationAuthorization):/ };

const resolvers: Place = { types: /^aws:route53\/(?:resolver\w*|profiles\w*):/ };

/** What a machine runs when it starts. */
const boots: Place = {
  types: /^aws:(?:ec2\/(?:instance|launchTemplate|launchConfiguration|spotInstanceRequest)|ssm\/(?:document|association)|ecs\/taskDefinition|batch\/jobDefinition|autoscaling\/launchConfiguration|imagebuilder\/component):/,
  paths: /^(?:userData|userDataBase64|userDataReplaceOnChange|content|containerDefinitions|parameters|containerProperties|data)(?:\.|$)/,
};

/** Where a store is filled from, or copied to, another. */
const copies: readonly Place[] = [
  { types: /^aws:rds\//, paths: /^(?:replicateSourceDb|replicationSourceIdentifier|restoreToPointInTime|snapshotIdentifier|sourceDbInstanceArn|sourceDbClusterIdentifier|sourceDbInstanceIdentifier|sourceDbSnapshotIdentifier|globalClusterIdentifier|sourceArn|targetArn|s3Import)(?:\.|$)/ },
  { types: /^aws:elasticache\//, paths: /^(?:globalReplicationGroupId|primaryReplicationGroupId|snapshotArns|snapshotName|snapshotIdentifier)(?:\.|$)/ },
  { types: /^aws:dynamodb\//, paths: /^(?:replicas?|restoreSourceName|restoreSourceTableArn|globalTableArn)(?:\.|$)/ },
  { types: /^aws:s3\//, paths: /^(?:rules?|replicationConfiguration)(?:\.|$)/ },
  { types: /^aws:(?:msk\/replicator|mskconnect\/|dms\/|secretsmanager\/secret:|backup\/(?:plan|selection):|datasync\/|glue\/connection:|fsx\/|efs\/replication)/ , paths: /./ },
];

/** Where events of one come to another. */
const events: readonly Place[] = [
  { types: /^aws:sns\/topicSubscription:/, paths: /^(?:topic|endpoint|subscriptionRoleArn|redrivePolicy)(?:\.|$)/ },
  { types: /^aws:lambda\/eventSourceMapping:/, paths: /^(?:eventSourceArn|functionName|amazonManagedKafkaEventSourceConfig|selfManaged\w*|destinationConfig)(?:\.|$)/ },
  { types: /^aws:cloudwatch\/(?:eventTarget|eventRule|logSubscriptionFilter|logDestination|logDestinationPolicy|eventBus|metricStream)/, paths: /^(?:arn|destinationArn|deadLetterConfig|eventBusName|roleArn|targetArn|firehoseArn)(?:\.|$)/ },
  { types: /^aws:(?:pipes\/pipe|scheduler\/schedule|kinesis\/firehoseDeliveryStream|s3\/bucketNotification|sesv2\/|lambda\/functionEventInvokeConfig|oam\/)/, paths: /./ },
  { types: /^aws:cloudwatch\/(?:metricAlarm|compositeAlarm):/, paths: /^(?:alarmActions|okActions|insufficientDataActions)(?:\.|$)/ },
  { types: /^aws:lambda\/permission:/, paths: /^(?:sourceArn|sourceAccount|principal)(?:\.|$)/ },
  { types: /^aws:sqs\//, paths: /^(?:redrivePolicy|redriveAllowPolicy)(?:\.|$)/ },
];

/** Properties that hold IAM documents, known or not. */
const policies: Place = { types: /^aws:/, paths: /^(?:policy|assumeRolePolicy|inlinePolic(?:y|ies)|policyDocument|accessPolicy|accessPolicies|resourcePolicy|keyPolicy|repositoryPolicy)(?:\.|$)/ };

/** Who may do something, outside a document. */
const grants: Place = { types: /^aws:(?:kms\/grant|iam\/(?:\w*[aA]ttachment|instanceProfile)|eks\/(?:accessEntry|accessPolicyAssociation|podIdentityAssociation)):/ };

function fits(place: Place, { type }: Resource, path: string): boolean {
  return place.types.test(type) && (place.paths?.test(path) ?? true);
}

/** True for a property that nobody asked for: the cloud's own answer. */
export function isAnswer({ asked }: Resource, path: string): boolean {
  return asked !== undefined && !asked.has(path.split(".")[0] ?? path);
}

/** The rule that speaks about a property of a resource: the narrowest that knows it, ISO-05 for the rest. */
export function ruleOfPlace(resource: Resource, path: string): string {
  const { type } = resource;
  if (isAnswer(resource, path)) return "ISO-06";
  if (type.startsWith("kubernetes:")) return "ISO-16";
  if (type.startsWith("pulumi:providers:")) return "ISO-04";
  if (fits(boots, resource, path)) return "ISO-17";
  if (fits(gates, resource, path)) return "ISO-12";
  if (fits(routes, resource, path)) return "ISO-10";
  if (fits(records, resource, path)) return "NET-06";
  if (fits(resolvers, resource, path)) return "NET-07";
  if (fits(zones, resource, path)) return "NET-05";
  if (copies.some((place) => fits(place, resource, path))) return "ISO-14";
  if (events.some((place) => fits(place, resource, path))) return "ISO-15";
  if (fits(policies, resource, path) || fits(grants, resource, path)) return "ISO-13";
  return "ISO-05";
}

/** Rules of places that speak of an edge too: the input alone says what it is for, whatever its value. */
export const edgeRules: ReadonlySet<string> = new Set(["ISO-13", "ISO-14", "ISO-15", "NET-05", "NET-06", "NET-07"]);
