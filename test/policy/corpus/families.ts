import { gzipSync } from "fflate";

/** One resource of a cell, and what the rules say of it: `rule path`; nothing for what is harmless. */
export interface Family {
  readonly title: string;
  readonly type: string;
  /** @param own number of the cell that has it. @param other number of the cell that it is about. */
  readonly props: (own: number, other: number) => object;
  readonly says?: string;
  /** Not decided, rather than harmless. */
  readonly open?: string;
}

const account = "123456789012";
const arn = (service: string, resource: string): string => `arn:aws:${service}:eu-west-1:${account}:${resource}`;
const role = (cell: number, name = "app"): string => `arn:aws:iam::${account}:role/dev-cell-${cell}-${name}`;
const policy = (statement: object): { readonly policy: string } => ({ policy: document(statement) });
const document = (statement: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
const byTag = (statement: object): object => ({
  policy: JSON.stringify({
    Statement: [
      {
        Effect: "Allow",
        Action: "rds:StopDBInstance",
        Resource: "*",
        Condition: { StringEquals: { "aws:ResourceTag/cell": "${aws:PrincipalTag/cell}" } },
      },
      { Effect: "Allow", ...statement },
    ],
  }),
});
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const host = (cell: number): string => `postgres-cell-${cell}-primary.internal`;

const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const egress = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const record = "aws:route53/record:Record";
const rolePolicy = "aws:iam/rolePolicy:RolePolicy";
const deployment = "kubernetes:apps/v1:Deployment";
const container = (inner: object): object => ({ spec: { template: { spec: { containers: [inner] } } } });
const inContainer = "spec.template.spec.containers.0";
const environment = (value: string): object => ({ environment: { variables: { TARGET: value } } });
const lambda = "aws:lambda/function:Function";

/** More ways to reach another cell, and more that only look so: by family of resource, for any two cells. */
export const families: readonly Family[] = [
  // Traffic.
  {
    title: "a part of the other's block",
    type: "aws:ec2/securityGroupRule:SecurityGroupRule",
    props: (_own, other) => ({ type: "ingress", cidrBlocks: [`10.${other}.5.0/24`] }),
    says: "ISO-12 cidrBlocks.0",
  },
  {
    title: "one address of the other's",
    type: ingress,
    props: (_own, other) => ({ cidrIpv4: `10.${other}.5.7/32` }),
    says: "ISO-12 cidrIpv4",
  },
  {
    title: "a block with host bits",
    type: ingress,
    props: (_own, other) => ({ cidrIpv4: `10.${other}.5.7/16` }),
    says: "ISO-12 cidrIpv4",
  },
  {
    title: "a supernet of some cells",
    type: egress,
    props: () => ({ cidrIpv4: "10.0.0.0/11" }),
    says: "ISO-12 cidrIpv4",
  },
  {
    title: "IPv4 in IPv6, in hex",
    type: ingress,
    props: (_own, other) => ({ cidrIpv6: `::ffff:${((10 << 8) | other).toString(16)}:0/112` }),
    says: "ISO-12 cidrIpv6",
  },
  {
    title: "an inline rule",
    type: "aws:ec2/securityGroup:SecurityGroup",
    props: (_own, other) => ({ ingress: [{ cidrBlocks: [`10.${other}.0.0/16`] }] }),
    says: "ISO-12 ingress.0.cidrBlocks.0",
  },
  {
    title: "another account's group",
    type: ingress,
    props: () => ({ referencedSecurityGroupId: "210987654321/sg-0123456789abcdef0" }),
    says: "ISO-12 referencedSecurityGroupId",
  },
  {
    title: "a network ACL that lets in",
    type: "aws:ec2/networkAclRule:NetworkAclRule",
    props: (_own, other) => ({ ruleAction: "allow", cidrBlock: `10.${other}.0.0/16` }),
    says: "ISO-12 cidrBlock",
  },
  {
    title: "a network ACL that keeps out",
    type: "aws:ec2/networkAclRule:NetworkAclRule",
    props: (_own, other) => ({ ruleAction: "deny", cidrBlock: `10.${other}.0.0/16` }),
  },
  { title: "a list of AWS's", type: egress, props: () => ({ prefixListId: "pl-6da54004" }) },
  {
    title: "a list that nobody here has made",
    type: egress,
    props: () => ({ prefixListId: "pl-0123456789abcdef0" }),
    open: "ISO-12 prefixListId",
  },
  { title: "private addresses where no cell is", type: egress, props: () => ({ cidrIpv4: "172.16.0.0/12" }) },
  {
    title: "a route to the other's addresses",
    type: "aws:ec2/route:Route",
    props: (_own, other) => ({ destinationCidrBlock: `10.${other}.0.0/16`, natGatewayId: "nat-0123456789abcdef0" }),
    says: "ISO-10 destinationCidrBlock",
  },
  {
    title: "a load balancer's target by address",
    type: "aws:lb/targetGroupAttachment:TargetGroupAttachment",
    props: (_own, other) => ({ targetId: `10.${other}.0.17` }),
    says: "ISO-05 targetId",
  },
  {
    title: "a range of addresses in a text",
    type: lambda,
    props: (_own, other) => environment(`10.${other}.0.1-10.${other}.0.9`),
    says: "ISO-05 environment.variables.TARGET",
  },
  {
    title: "a range of addresses around cells",
    type: lambda,
    props: (_own, other) => environment(`10.${other}.0.1 - 10.${other}.9.9`),
    says: "ISO-05 environment.variables.TARGET",
  },
  {
    title: "a route to an endpoint of nobody here",
    type: "aws:ec2/route:Route",
    props: () => ({ destinationCidrBlock: "192.0.2.0/24", vpcEndpointId: "vpce-0123456789abcdef0" }),
    says: "ISO-10 vpcEndpointId",
  },
  {
    title: "the other's table of routes",
    type: "aws:ec2/routeTableAssociation:RouteTableAssociation",
    props: (_own, other) => ({ routeTableId: `dev-cell-${other}-private` }),
    says: "ISO-10 routeTableId",
  },
  {
    title: "names asked of the other's resolver",
    type: "aws:ec2/vpcDhcpOptions:VpcDhcpOptions",
    props: (_own, other) => ({ domainNameServers: [`10.${other}.0.2`] }),
    says: "NET-07 domainNameServers.0",
  },
  {
    title: "names asked of AWS",
    type: "aws:ec2/vpcDhcpOptions:VpcDhcpOptions",
    props: (own) => ({ domainName: `cell-${own}.internal`, domainNameServers: ["AmazonProvidedDNS"] }),
  },
  {
    title: "a registered instance of the other's",
    type: "aws:servicediscovery/instance:Instance",
    props: (_own, other) => ({ attributes: { AWS_INSTANCE_IPV4: `10.${other}.0.9` } }),
    says: "NET-06 attributes.AWS_INSTANCE_IPV4",
  },
  {
    title: "a policy of Cilium over all cells",
    type: "kubernetes:cilium.io/v2:CiliumNetworkPolicy",
    props: () => ({ spec: { egress: [{ toCIDR: ["10.0.0.0/8"] }] } }),
    says: "ISO-16 spec.egress.0.toCIDR.0",
  },
  {
    title: "a load balancer for all cells",
    type: "kubernetes:core/v1:Service",
    props: () => ({ spec: { loadBalancerSourceRanges: ["10.0.0.0/8"] } }),
    says: "ISO-16 spec.loadBalancerSourceRanges.0",
  },
  // Conduits, by their type alone.
  ...[
    "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
    "aws:vpclattice/serviceNetworkVpcAssociation:ServiceNetworkVpcAssociation",
    "aws:ram/principalAssociation:PrincipalAssociation",
    "aws:ec2clientvpn/endpoint:Endpoint",
    "aws:opensearch/outboundConnection:OutboundConnection",
    "aws:ec2/vpnGateway:VpnGateway",
    "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
  ].map((type): Family => ({ title: `a conduit: ${type.split(":")[2]}`, type, props: () => ({}), says: "ISO-09 -" })),
  {
    title: "an endpoint to AWS's service",
    type: "aws:ec2/vpcEndpoint:VpcEndpoint",
    props: (own) => ({
      serviceName: "com.amazonaws.eu-west-1.s3",
      ...policy({ Principal: "*", Action: "s3:*", Resource: `arn:aws:s3:::dev-cell-${own}-data/*` }),
    }),
  },
  {
    title: "an endpoint whose policy names the other's bucket",
    type: "aws:ec2/vpcEndpoint:VpcEndpoint",
    props: (_own, other) => ({
      serviceName: "com.amazonaws.eu-west-1.s3",
      ...policy({ Principal: "*", Action: "s3:*", Resource: `arn:aws:s3:::dev-cell-${other}-data/*` }),
    }),
    says: "ISO-13 policy",
  },
  // Names.
  {
    title: "an alias of the other's load balancer",
    type: record,
    props: (own, other) => ({
      name: `x.cell-${own}.internal`,
      type: "A",
      aliases: [{ name: `dev-cell-${other}-app-123.eu-west-1.elb.amazonaws.com` }],
    }),
    says: "NET-06 aliases.0.name",
  },
  {
    title: "the other's address in a record",
    type: record,
    props: (own, other) => ({ name: `x.cell-${own}.internal`, type: "A", records: [`10.${other}.3.4`] }),
    says: "NET-06 records.0",
  },
  {
    title: "a record in the other's zone",
    type: record,
    props: (own, other) => ({ name: `x.cell-${other}.internal`, type: "A", records: [`10.${own}.3.4`] }),
    says: "NET-06 name",
  },
  {
    title: "a service record",
    type: record,
    props: (own, other) => ({
      name: `_db._tcp.cell-${own}.internal`,
      type: "SRV",
      records: [`0 0 5432 ${host(other)}.`],
    }),
    says: "NET-06 records.0",
  },
  {
    title: "the way back to the other's address",
    type: record,
    props: (own, other) => ({ name: `4.3.${other}.10.in-addr.arpa`, type: "PTR", records: [`x.cell-${own}.internal`] }),
    says: "NET-06 name",
  },
  {
    title: "an own name",
    type: record,
    props: (own) => ({ name: `db.cell-${own}.internal`, type: "CNAME", records: [host(own)] }),
  },
  {
    title: "a name that only looks like a cell's",
    type: record,
    props: (own, other) => ({ name: `db.cell-${own}.internal`, type: "CNAME", records: [`notcell-${other}.internal`] }),
  },
  {
    title: "forwarding to the other's resolver",
    type: "aws:route53/resolverRule:ResolverRule",
    props: (own, other) => ({ domainName: `cell-${own}.internal`, targetIps: [{ ip: `10.${other}.0.2` }] }),
    says: "NET-07 targetIps.0.ip",
  },
  {
    title: "forwarding the other's zone",
    type: "aws:route53/resolverRule:ResolverRule",
    props: (_own, other) => ({ domainName: `cell-${other}.internal.`, targetIps: [{ ip: "192.0.2.53" }] }),
    says: "NET-07 domainName",
  },
  {
    title: "a resolver rule from elsewhere",
    type: "aws:route53/resolverRuleAssociation:ResolverRuleAssociation",
    props: () => ({ resolverRuleId: "rslvr-rr-0123456789abcdef" }),
    says: "NET-07 resolverRuleId",
  },
  {
    title: "an own zone in the other's network",
    type: "aws:route53/zoneAssociation:ZoneAssociation",
    props: () => ({ zoneId: "Z1", vpcId: "vpc-0123456789abcdef0" }),
    says: "NET-05 vpcId",
  },
  {
    title: "a health check of the other's door",
    type: "aws:route53/healthCheck:HealthCheck",
    props: (_own, other) => ({ fqdn: `cell-${other}.dev.cells.example.com` }),
    says: "ISO-05 fqdn",
  },
  // Identities.
  {
    title: "the other's role, assumed",
    type: rolePolicy,
    props: (_own, other) => policy({ Action: "sts:AssumeRole", Resource: role(other) }),
    says: "ISO-13 policy",
  },
  {
    title: "the other's role, trusted",
    type: "aws:iam/role:Role",
    props: (_own, other) => ({
      assumeRolePolicy: document({ Principal: { AWS: role(other) }, Action: "sts:AssumeRole" }),
    }),
    says: "ISO-13 assumeRolePolicy",
  },
  {
    title: "a service of AWS's, trusted",
    type: "aws:iam/role:Role",
    props: () => ({
      assumeRolePolicy: document({ Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }),
    }),
  },
  {
    title: "a policy on the other's role",
    type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    props: (_own, other) => ({
      role: `dev-cell-${other}-app`,
      policyArn: "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess",
    }),
    says: "ISO-13 role",
  },
  {
    title: "a policy of AWS's on the own role",
    type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    props: (own) => ({ role: `dev-cell-${own}-app`, policyArn: "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy" }),
  },
  {
    title: "the other's nodes in the own cluster",
    type: "aws:eks/accessEntry:AccessEntry",
    props: (own, other) => ({ clusterName: `dev-cell-${own}-app`, principalArn: role(other, "nodes") }),
    says: "ISO-13 principalArn",
  },
  {
    title: "a key granted to the other",
    type: "aws:kms/grant:Grant",
    props: (_own, other) => ({ keyId: "1234abcd-12ab-34cd-56ef-1234567890ab", granteePrincipal: role(other) }),
    says: "ISO-13 granteePrincipal",
  },
  {
    title: "a key's policy for the other",
    type: "aws:kms/key:Key",
    props: (_own, other) => policy({ Principal: { AWS: role(other) }, Action: "kms:Decrypt", Resource: "*" }),
    says: "ISO-13 policy",
  },
  {
    title: "the other's machines' profile",
    type: "aws:ec2/launchTemplate:LaunchTemplate",
    props: (_own, other) => ({
      iamInstanceProfile: { arn: `arn:aws:iam::${account}:instance-profile/dev-cell-${other}-nodes` },
    }),
    says: "ISO-05 iamInstanceProfile.arn",
  },
  {
    title: "one unknown letter in a bucket's name",
    type: rolePolicy,
    props: (_own, other) =>
      policy({ Action: "s3:GetObject", Resource: `arn:aws:s3:::${`cell-${other}`.slice(0, -1)}?/*` }),
    says: "ISO-13 policy",
  },
  {
    title: "secrets of the whole environment",
    type: rolePolicy,
    props: () => policy({ Action: "secretsmanager:GetSecretValue", Resource: arn("secretsmanager", "secret:dev-*") }),
    says: "ISO-13 policy",
  },
  {
    title: "own secrets",
    type: rolePolicy,
    props: (own) =>
      policy({ Action: "secretsmanager:GetSecretValue", Resource: arn("secretsmanager", `secret:dev-cell-${own}/*`) }),
  },
  {
    title: "everything but one",
    type: rolePolicy,
    props: (_own, other) => policy({ Action: "s3:*", NotResource: `arn:aws:s3:::dev-cell-${other}-data` }),
    says: "ISO-13 policy",
  },
  {
    title: "what bears the own tag",
    type: rolePolicy,
    props: (own) =>
      policy({
        Action: "ec2:*",
        Resource: "*",
        Condition: { StringEquals: { "aws:ResourceTag/cell": `cell-${own}` } },
      }),
  },
  {
    title: "what bears either tag",
    type: rolePolicy,
    props: (own, other) =>
      policy({
        Action: "ec2:*",
        Resource: "*",
        Condition: { StringEquals: { "aws:ResourceTag/cell": [`cell-${own}`, `cell-${other}`] } },
      }),
    says: "ISO-13 policy",
  },
  {
    title: "what bears a tag that begins like the own",
    type: rolePolicy,
    props: (own) =>
      policy({ Action: "ec2:*", Resource: "*", Condition: { StringLike: { "aws:ResourceTag/cell": `cell-${own}*` } } }),
    says: "ISO-13 policy",
  },
  {
    title: "a denial of the other's",
    type: rolePolicy,
    props: (_own, other) => ({
      policy: JSON.stringify({
        Statement: [{ Effect: "Deny", Action: "s3:*", Resource: `arn:aws:s3:::dev-cell-${other}-data` }],
      }),
    }),
  },
  {
    title: "a sign that stands for any cell",
    type: rolePolicy,
    props: (_own, other) =>
      policy({ Action: "sqs:*", Resource: arn("sqs", `cell-${"?".repeat(String(other).length)}-jobs`) }),
    says: "ISO-13 policy",
  },
  {
    title: "every cell's, under a name of the pattern's own",
    type: rolePolicy,
    props: () => policy({ Action: "s3:*", Resource: "arn:aws:s3:::acme-orders-cell-*-data" }),
    says: "ISO-13 policy",
  },
  {
    title: "users of any database that AWS has numbered",
    type: rolePolicy,
    props: () => policy({ Action: "rds-db:connect", Resource: arn("rds-db", "dbuser:cluster-*/app") }),
    says: "ISO-13 policy",
  },
  {
    title: "users of one database",
    type: rolePolicy,
    props: () => policy({ Action: "rds-db:connect", Resource: arn("rds-db", "dbuser:cluster-ABCDEFGHIJKLMNOP/app-*") }),
  },
  {
    title: "whatever ends so",
    type: rolePolicy,
    props: () => policy({ Action: "sqs:*", Resource: arn("sqs", "*-jobs") }),
    says: "ISO-13 policy",
  },
  {
    title: "the own, whatever comes before and after",
    type: rolePolicy,
    props: (own) => policy({ Action: "sqs:*", Resource: arn("sqs", `*-cell-${own}-*`) }),
  },
  {
    title: "things that are no cell's",
    type: rolePolicy,
    props: () => policy({ Action: "s3:GetObject", Resource: "arn:aws:s3:::org-packages-*" }),
  },
  {
    title: "a managed policy of the other's",
    type: "aws:iam/role:Role",
    props: (_own, other) => ({ managedPolicyArns: [`arn:aws:iam::${account}:policy/dev-cell-${other}-read`] }),
    says: "ISO-13 managedPolicyArns.0",
  },
  {
    title: "the other's boundary",
    type: "aws:iam/role:Role",
    props: (_own, other) => ({ permissionsBoundary: `arn:aws:iam::${account}:policy/dev-cell-${other}-boundary` }),
    says: "ISO-13 permissionsBoundary",
  },
  {
    title: "a policy for the other's role",
    type: rolePolicy,
    props: (own, other) => ({
      role: `dev-cell-${other}-app`,
      ...policy({ Action: "s3:GetObject", Resource: `arn:aws:s3:::dev-cell-${own}-data/*` }),
    }),
    says: "ISO-13 role",
  },
  {
    title: "a function that the other's role may call",
    type: "aws:lambda/permission:Permission",
    props: (_own, other) => ({ principal: role(other) }),
    says: "ISO-13 principal",
  },
  // Events.
  {
    title: "the other's events by a pattern",
    type: "aws:cloudwatch/eventRule:EventRule",
    props: (_own, other) => ({
      eventPattern: JSON.stringify({ resources: [arn("rds", `db:dev-cell-${other}-postgres`)] }),
    }),
    says: "ISO-15 eventPattern",
  },
  {
    title: "failures to the other's queue",
    type: lambda,
    props: (_own, other) => ({ deadLetterConfig: { targetArn: arn("sqs", `dev-cell-${other}-dead`) } }),
    says: "ISO-15 deadLetterConfig.targetArn",
  },
  {
    title: "the other's log",
    type: "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
    props: (own, other) => ({
      logGroup: `/dev-cell-${other}/app`,
      destinationArn: arn("kinesis", `stream/dev-cell-${own}-logs`),
    }),
    says: "ISO-15 logGroup",
  },
  {
    title: "a table's changes to the other's stream",
    type: "aws:dynamodb/kinesisStreamingDestination:KinesisStreamingDestination",
    props: (_own, other) => ({ streamArn: arn("kinesis", `stream/dev-cell-${other}-changes`) }),
    says: "ISO-15 streamArn",
  },
  {
    title: "the other's topic on the own queue",
    type: "aws:sqs/queuePolicy:QueuePolicy",
    props: (_own, other) =>
      policy({
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: "*",
        Condition: { ArnEquals: { "aws:SourceArn": arn("sns", `dev-cell-${other}-alarms`) } },
      }),
    says: "ISO-13 policy",
  },
  {
    title: "events to the other's queue",
    type: "aws:cloudwatch/eventTarget:EventTarget",
    props: (_own, other) => ({ arn: arn("sqs", `dev-cell-${other}-events`) }),
    says: "ISO-15 arn",
  },
  {
    title: "the other's bus",
    type: "aws:cloudwatch/eventRule:EventRule",
    props: (_own, other) => ({ eventBusName: arn("events", `event-bus/cell-${other}`) }),
    says: "ISO-15 eventBusName",
  },
  {
    title: "a function that the other calls",
    type: "aws:lambda/permission:Permission",
    props: (_own, other) => ({ principal: "sns.amazonaws.com", sourceArn: arn("sns", `dev-cell-${other}-alarms`) }),
    says: "ISO-15 sourceArn",
  },
  {
    title: "a function that the own topic calls",
    type: "aws:lambda/permission:Permission",
    props: (own) => ({ principal: "sns.amazonaws.com", sourceArn: arn("sns", `dev-cell-${own}-alarms`) }),
  },
  {
    title: "logs to the other's stream",
    type: "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
    props: (_own, other) => ({ destinationArn: arn("kinesis", `stream/dev-cell-${other}-logs`) }),
    says: "ISO-15 destinationArn",
  },
  {
    title: "the other's Kafka as a source",
    type: "aws:lambda/eventSourceMapping:EventSourceMapping",
    props: (_own, other) => ({ eventSourceArn: arn("kafka", `cluster/dev-cell-${other}-kafka/abcd`) }),
    says: "ISO-15 eventSourceArn",
  },
  {
    title: "a pipe from the other's queue",
    type: "aws:pipes/pipe:Pipe",
    props: (own, other) => ({ source: arn("sqs", `dev-cell-${other}-q`), target: arn("sqs", `dev-cell-${own}-q`) }),
    says: "ISO-15 source",
  },
  {
    title: "alarms to the other's people",
    type: "aws:cloudwatch/metricAlarm:MetricAlarm",
    props: (_own, other) => ({ alarmActions: [arn("sns", `dev-cell-${other}-alarms`)] }),
    says: "ISO-15 alarmActions.0",
  },
  {
    title: "the own topic to the other's door",
    type: "aws:sns/topicSubscription:TopicSubscription",
    props: (own, other) => ({
      topic: arn("sns", `dev-cell-${own}-alarms`),
      endpoint: `https://cell-${other}.dev.cells.example.com/hook`,
    }),
    says: "ISO-15 endpoint",
  },
  // Data.
  {
    title: "a bucket copied to the other's",
    type: "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
    props: (own, other) => ({
      bucket: `dev-cell-${own}-data`,
      rules: [{ destination: { bucket: `arn:aws:s3:::dev-cell-${other}-data` } }],
    }),
    says: "ISO-14 rules.0.destination.bucket",
  },
  {
    title: "a replicator of the other's Kafka",
    type: "aws:msk/replicator:Replicator",
    props: (_own, other) => ({
      kafkaClusters: [{ amazonMskCluster: { mskClusterArn: arn("kafka", `cluster/dev-cell-${other}-kafka/abcd`) } }],
    }),
    says: "ISO-14 kafkaClusters.0.amazonMskCluster.mskClusterArn",
  },
  {
    title: "a migration from the other's database",
    type: "aws:dms/endpoint:Endpoint",
    props: (_own, other) => ({ serverName: host(other) }),
    says: "ISO-14 serverName",
  },
  {
    title: "backups in the other's vault",
    type: "aws:backup/plan:Plan",
    props: (_own, other) => ({
      rules: [
        {
          copyActions: [
            { destinationVaultArn: `arn:aws:backup:eu-central-1:${account}:backup-vault:dev-cell-${other}` },
          ],
        },
      ],
    }),
    says: "ISO-14 rules.0.copyActions.0.destinationVaultArn",
  },
  {
    title: "backups in the own vault, elsewhere in the locality",
    type: "aws:backup/plan:Plan",
    props: (own) => ({
      rules: [
        {
          copyActions: [{ destinationVaultArn: `arn:aws:backup:eu-central-1:${account}:backup-vault:dev-cell-${own}` }],
        },
      ],
    }),
  },
  {
    title: "backups of the other's database",
    type: "aws:backup/selection:Selection",
    props: (_own, other) => ({ resources: [arn("rds", `db:dev-cell-${other}-postgres-primary`)] }),
    says: "ISO-14 resources.0",
  },
  {
    title: "the other's database at another time",
    type: "aws:rds/instance:Instance",
    props: (_own, other) => ({
      restoreToPointInTime: { sourceDbInstanceIdentifier: `dev-cell-${other}-postgres-primary` },
    }),
    says: "ISO-14 restoreToPointInTime.sourceDbInstanceIdentifier",
  },
  {
    title: "the other's snapshot",
    type: "aws:rds/instance:Instance",
    props: (_own, other) => ({ snapshotIdentifier: `dev-cell-${other}-final` }),
    says: "ISO-14 snapshotIdentifier",
  },
  {
    title: "a proxy of the other's database",
    type: "aws:rds/proxyTarget:ProxyTarget",
    props: (_own, other) => ({ dbInstanceIdentifier: `dev-cell-${other}-postgres-primary` }),
    says: "ISO-05 dbInstanceIdentifier",
  },
  {
    title: "a node of the other's cache",
    type: "aws:elasticache/cluster:Cluster",
    props: (_own, other) => ({ replicationGroupId: `dev-cell-${other}-redis` }),
    says: "ISO-14 replicationGroupId",
  },
  {
    title: "a table written into the other's bucket",
    type: "aws:dynamodb/tableExport:TableExport",
    props: (_own, other) => ({ s3Bucket: `dev-cell-${other}-data` }),
    says: "ISO-14 s3Bucket",
  },
  // Kubernetes.
  {
    title: "an add-on that asks the other's resolver",
    type: "aws:eks/addon:Addon",
    props: (_own, other) => ({ configurationValues: JSON.stringify({ corefile: `. { forward . 10.${other}.0.2 }` }) }),
    says: "ISO-16 configurationValues",
  },
  {
    title: "a file that is called note",
    type: "kubernetes:core/v1:ConfigMap",
    props: (_own, other) => ({ data: { note: host(other) } }),
    says: "ISO-16 data.note",
  },
  {
    title: "a properties file in a config map",
    type: "kubernetes:core/v1:ConfigMap",
    props: (_own, other) => ({ data: { "app.properties": `db.host=${host(other)}\n` } }),
    says: "ISO-16 data.app.properties",
  },
  {
    title: "binary data of a config map",
    type: "kubernetes:core/v1:ConfigMap",
    props: (_own, other) => ({
      binaryData: { app: Buffer.from(gzipSync(Buffer.from(`host: ${host(other)}\n`))).toString("base64") },
    }),
    says: "ISO-16 binaryData.app",
  },
  {
    title: "endpoints by hand",
    type: "kubernetes:core/v1:Endpoints",
    props: (_own, other) => ({ subsets: [{ addresses: [{ ip: `10.${other}.0.9` }] }] }),
    says: "ISO-16 subsets.0.addresses.0.ip",
  },
  {
    title: "a network policy over all cells",
    type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    props: () => ({ spec: { egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/8" } }] }] } }),
    says: "ISO-16 spec.egress.0.to.0.ipBlock.cidr",
  },
  {
    title: "a network policy that keeps cells out",
    type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    props: (_own, other) => ({
      spec: { egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8", `10.${other}.0.0/16`] } }] }] },
    }),
  },
  {
    title: "a file that is called except",
    type: "kubernetes:core/v1:ConfigMap",
    props: (_own, other) => ({ data: { except: host(other) } }),
    says: "ISO-16 data.except",
  },
  {
    title: "a list of variables that is called except",
    type: deployment,
    props: (_own, other) => ({ spec: { template: { metadata: { annotations: { except: [host(other)] } } } } }),
    says: "ISO-16 spec.template.metadata.annotations.except.0",
  },
  {
    title: "the other's role for a service account",
    type: "kubernetes:core/v1:ServiceAccount",
    props: (_own, other) => ({ metadata: { annotations: { "eks.amazonaws.com/role-arn": role(other) } } }),
    says: "ISO-16 metadata.annotations.eks.amazonaws.com/role-arn",
  },
  {
    title: "the other's door served here",
    type: "kubernetes:networking.k8s.io/v1:Ingress",
    props: (_own, other) => ({ spec: { rules: [{ host: `cell-${other}.dev.cells.example.com` }] } }),
    says: "ISO-16 spec.rules.0.host",
  },
  {
    title: "arguments with the other's brokers",
    type: deployment,
    props: (_own, other) =>
      container({ args: ["--brokers", `kafka-cell-${other}-0.internal:9094,kafka-cell-${other}-1.internal:9094`] }),
    says: `ISO-16 ${inContainer}.args.1`,
  },
  {
    title: "the other's address under a plain name",
    type: deployment,
    props: (_own, other) => ({
      spec: { template: { spec: { hostAliases: [{ ip: `10.${other}.0.7`, hostnames: ["db"] }] } } },
    }),
    says: "ISO-16 spec.template.spec.hostAliases.0.ip",
  },
  {
    title: "an image of AWS's",
    type: deployment,
    props: () => container({ image: "602401143452.dkr.ecr.eu-west-1.amazonaws.com/eks/coredns:v1.10.1" }),
  },
  // Code and machines.
  {
    title: "a MIME archive of scripts",
    type: "aws:ec2/launchTemplate:LaunchTemplate",
    props: (_own, other) => ({
      userData: base64(
        `Content-Type: multipart/mixed; boundary="//"\n\n--//\nContent-Transfer-Encoding: base64\n\n${base64(`#!/bin/sh\nnc ${host(other)} 5432\n`)}\n--//--\n`,
      ),
    }),
    says: "ISO-17 userData",
  },
  {
    title: "a command document",
    type: "aws:ssm/document:Document",
    props: (_own, other) => ({
      content: JSON.stringify({ mainSteps: [{ inputs: { runCommand: [`psql -h ${host(other)}`] } }] }),
    }),
    says: "ISO-17 content",
  },
  {
    title: "a gateway to the other's address",
    type: "aws:apigatewayv2/integration:Integration",
    props: (_own, other) => ({ integrationUri: `http://10.${other}.0.5:8080/` }),
    says: "ISO-05 integrationUri",
  },
  {
    title: "the other's door behind a cache",
    type: "aws:cloudfront/distribution:Distribution",
    props: (_own, other) => ({ origins: [{ domainName: `cell-${other}.dev.cells.example.com` }] }),
    says: "ISO-05 origins.0.domainName",
  },
  {
    title: "a layer of AWS's",
    type: lambda,
    props: () => ({ layers: ["arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension:38"] }),
  },
  {
    title: "own names of every kind",
    type: lambda,
    props: (own) => ({
      environment: {
        variables: { A: `10.${own}.255.255`, B: `cell-${own}`, C: `dev_cell_${own}_app`, D: "v1.2.3.4", E: host(own) },
      },
    }),
  },

  // What stands for every cell.
  {
    title: "AWS's policy for all tables on the own role",
    type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    props: (own) => ({ role: `dev-cell-${own}-app`, policyArn: "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess_v2" }),
    says: "ISO-13 policyArn",
  },
  {
    title: "the same as a boundary, which gives nothing",
    type: "aws:iam/role:Role",
    props: (own) => ({ name: `dev-cell-${own}-app`, permissionsBoundary: "arn:aws:iam::aws:policy/PowerUserAccess" }),
  },
  {
    title: "names with the caller's own tag",
    type: rolePolicy,
    props: () => policy({ Action: "s3:GetObject", Resource: "arn:aws:s3:::dev-${aws:PrincipalTag/cell}-data/*" }),
  },
  {
    title: "names with a tag of the request",
    type: rolePolicy,
    props: () => policy({ Action: "s3:GetObject", Resource: "arn:aws:s3:::dev-${aws:RequestTag/cell}-data/*" }),
    says: "ISO-13 policy",
  },
  {
    title: "access by tags for who may change its own tag",
    type: rolePolicy,
    props: () => byTag({ Action: "iam:Tag*", Resource: "*" }),
    says: "ISO-13 policy",
  },
  {
    title: "access by tags for who may set its own cell's tag only",
    type: rolePolicy,
    props: (own) =>
      byTag({
        Action: "sts:TagSession",
        Resource: "*",
        Condition: { StringEquals: { "aws:RequestTag/cell": `cell-${own}` } },
      }),
  },
  {
    title: "every cell's public host",
    type: "kubernetes:networking.k8s.io/v1:Ingress",
    props: () => ({ spec: { rules: [{ host: "*.dev.cells.example.com" }] } }),
    says: "ISO-16 spec.rules.0.host",
  },
  {
    title: "wildcards of own hosts and of private domains",
    type: "kubernetes:core/v1:ConfigMap",
    props: (own) => ({
      data: { HOSTS: `*.cell-${own}.dev.cells.example.com`, NO_PROXY: "localhost,*.internal,.svc,*.amazonaws.com" },
    }),
  },
  {
    title: "names that begin with the word for a cell",
    type: "aws:cloudwatch/eventRule:EventRule",
    props: () => ({ eventPattern: JSON.stringify({ detail: { id: [{ prefix: "dev-cell-" }] }, source: ["aws.ec2"] }) }),
    open: "ISO-15 eventPattern",
  },
  {
    title: "a script that composes names",
    type: "kubernetes:core/v1:ConfigMap",
    props: () => ({ data: { run: "for n in 1 2; do psql -h postgres-cell-${n}; done" } }),
    open: "ISO-16 data.run",
  },
  {
    title: "prose and markup about cells",
    type: "kubernetes:core/v1:ConfigMap",
    props: (_own, other) => ({
      data: {
        "README.md": "Which cell? Every **cell** has a *cell* number.",
        "grid.html": `<td class="wide" id='cell-${other}-10'>1</td><label for="cell-${other}-10">x</label>`,
      },
    }),
  },
  {
    title: "backups of all databases of the environment, by their ARN",
    type: "aws:backup/selection:Selection",
    props: () => ({ resources: ["arn:aws:rds:*:*:db:dev-*"] }),
    says: "ISO-14 resources.0",
  },
  {
    title: "backups of own databases, by their ARN",
    type: "aws:backup/selection:Selection",
    props: (own) => ({ resources: [`arn:aws:rds:*:*:db:dev-cell-${own}-*`] }),
  },
  {
    title: "restore tests of every database",
    type: "aws:backup/restoreTestingSelection:RestoreTestingSelection",
    props: () => ({ protectedResourceType: "RDS", protectedResourceArns: ["*"] }),
    says: "ISO-14 protectedResourceArns.0",
  },
  {
    title: "an experiment on own machines",
    type: "aws:fis/experimentTemplate:ExperimentTemplate",
    props: (own) => ({ targets: [{ resourceTags: [{ key: "cell", value: `cell-${own}` }] }] }),
  },
  {
    title: "secrets of the environment, by tag",
    type: "kubernetes:external-secrets.io/v1:ExternalSecret",
    props: () => ({ spec: { dataFrom: [{ find: { tags: { environment: "dev" } } }] } }),
    says: "ISO-16 spec.dataFrom.0.find.tags.environment",
  },
  {
    title: "own secrets, by path, expression and tag",
    type: "kubernetes:external-secrets.io/v1:ExternalSecret",
    props: (own) => ({
      spec: {
        dataFrom: [
          { find: { path: `dev-cell-${own}/`, name: { regexp: ".*" } } },
          { find: { name: { regexp: `^dev-cell-${own}/.*$` } } },
          { find: { tags: { cell: `cell-${own}` } } },
        ],
      },
    }),
  },
  {
    title: "the reverse zone of the own block",
    type: "aws:route53/zone:Zone",
    props: (own) => ({ name: `${own}.10.in-addr.arpa`, vpcs: [{ vpcId: "vpc" }] }),
  },
];
