import * as pulumi from "@pulumi/pulumi";

import { Thing, type Case } from "./stage";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const policy = (statement: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });

const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const egress = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const lambda = "aws:lambda/function:Function";
const rolePolicy = "aws:iam/rolePolicy:RolePolicy";
const record = "aws:route53/record:Record";
const environment = (variables: object): Record<string, unknown> => ({ environment: { variables } });

/** The open cases. What a case says is exact: rule, resource and path. */
export const cases: readonly Case[] = [
  {
    id: "L01",
    title: "a security group's source is the other network's block, as an output",
    act: (one, two) => void one.make(ingress, "rule", { cidrIpv4: two.vpc.out("cidrBlock") }),
    says: ["ISO-02 cell-1-rule cidrIpv4", "ISO-12 cell-1-rule cidrIpv4"],
    stops: ["ISO-12 cell-1-rule cidrIpv4"],
  },
  {
    id: "L02",
    title: "a security group lets the other cell's block in",
    act: (one) => void one.make(ingress, "rule", { cidrIpv4: "10.2.0.0/16" }),
    says: ["ISO-12 cell-1-rule cidrIpv4"],
    stops: ["ISO-12 cell-1-rule cidrIpv4"],
  },
  {
    id: "L04",
    title: "egress to a private supernet over all cells",
    act: (one) => void one.make(egress, "rule", { cidrIpv4: "10.0.0.0/8" }),
    says: ["ISO-12 cell-1-rule cidrIpv4"],
    stops: ["ISO-12 cell-1-rule cidrIpv4"],
  },
  {
    id: "L05",
    title: "a prefix list of the foundation holds the other cell's block",
    act: (one, _two, stage) => {
      const list = new Thing(
        "aws:ec2/managedPrefixList:ManagedPrefixList",
        "list",
        { entries: [{ cidr: "10.2.0.0/16" }] },
        { parent: stage.foundation },
      );
      one.make(ingress, "rule", { prefixListId: list.id });
    },
    says: ["ISO-12 cell-1-rule prefixListId"],
  },
  {
    id: "L06",
    title: "a route to a peering whose id nobody knows yet",
    act: (one) => {
      const peering = one.make("aws:ec2/vpcPeeringConnection:VpcPeeringConnection", "peering", { vpcId: one.vpc.id });
      one.make("aws:ec2/route:Route", "route", {
        destinationCidrBlock: "192.0.2.0/24",
        vpcPeeringConnectionId: peering.id,
      });
    },
    says: ["ISO-09 cell-1-peering", "ISO-10 cell-1-route vpcPeeringConnectionId"],
    stops: ["ISO-09 cell-1-peering"],
  },
  {
    id: "L07",
    title: "a peering with a network that was read",
    act: (one) => {
      const read = new Thing("aws:ec2/vpc:Vpc", "vpc-of-2", {}, { id: "vpc-0fedcba9876543210", parent: one.component });
      one.make("aws:ec2/vpcPeeringConnection:VpcPeeringConnection", "peering", {
        vpcId: one.vpc.id,
        peerVpcId: read.id,
      });
    },
    says: ["ISO-07 cell-1-peering peerVpcId", "ISO-08 vpc-of-2", "ISO-09 cell-1-peering"],
    stops: ["ISO-09 cell-1-peering"],
  },
  {
    id: "L09",
    title: "the cell's zone answers in the other's network too",
    act: (one, two) =>
      void one.make("aws:route53/zone:Zone", "zone", {
        name: "cell-1.internal",
        vpcs: [{ vpcId: one.vpc.id }, { vpcId: two.vpc.id }],
      }),
    says: ["ISO-02 cell-1-zone vpcs", "NET-05 cell-1-zone vpcs"],
    stops: ["NET-05 cell-1-zone vpcs"],
    saysAfter: ["ISO-02 cell-1-zone vpcs", "NET-05 cell-1-zone vpcs", "NET-05 cell-1-zone vpcs.1.vpcId"],
  },
  {
    id: "L11",
    title: "a CNAME in the own zone to the other's database",
    act: (one) =>
      void one.make(record, "record", {
        name: "db.cell-1.internal",
        type: "CNAME",
        records: ["postgres-cell-2-primary.internal"],
      }),
    says: ["NET-06 cell-1-record records.0"],
    stops: ["NET-06 cell-1-record records.0"],
  },
  {
    id: "L12",
    title: "a Lambda's environment, in capitals, with a dot and a port",
    act: (one) => void one.make(lambda, "function", environment({ DB_HOST: "REDIS-CELL-2-0.INTERNAL.:6379" })),
    says: ["ISO-05 cell-1-function environment.variables.DB_HOST"],
    stops: ["ISO-05 cell-1-function environment.variables.DB_HOST"],
  },
  {
    id: "L14",
    title: "user data in base64 with the other's Redis",
    act: (one) =>
      void one.make("aws:ec2/launchTemplate:LaunchTemplate", "template", {
        userData: base64("#!/bin/sh\nredis-cli -h redis-cell-2-0.internal ping\n"),
      }),
    says: ["ISO-17 cell-1-template userData"],
    stops: ["ISO-17 cell-1-template userData"],
  },
  {
    id: "L16",
    title: "a Kubernetes service that is an alias of the other's host",
    act: (one) =>
      void one.make("kubernetes:core/v1:Service", "service", {
        spec: { type: "ExternalName", externalName: "redis-cell-2-0.internal" },
      }),
    says: ["ISO-16 cell-1-service spec.externalName"],
    stops: ["ISO-16 cell-1-service spec.externalName"],
  },
  {
    id: "L17",
    title: "a Kubernetes secret with the other's database address",
    act: (one) =>
      void one.make("kubernetes:core/v1:Secret", "secret", {
        data: { DATABASE_URL: base64("postgres://app:pw@postgres-cell-2-primary.internal:5432/app") },
      }),
    says: ["ISO-16 cell-1-secret data.DATABASE_URL"],
    stops: ["ISO-16 cell-1-secret data.DATABASE_URL"],
  },
  {
    id: "L19",
    title: "a policy names the other's secret",
    act: (one) =>
      void one.make(rolePolicy, "policy", {
        policy: policy({
          Action: "secretsmanager:GetSecretValue",
          Resource: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:dev-cell-2-postgres-AbCdEf",
        }),
      }),
    says: ["ISO-13 cell-1-policy policy"],
    stops: ["ISO-13 cell-1-policy policy"],
  },
  {
    id: "L20",
    title: "a trust names the other cluster's issuer",
    act: (one, two) =>
      void one.make("aws:iam/role:Role", "role", {
        assumeRolePolicy: pulumi.jsonStringify({
          Statement: [
            {
              Effect: "Allow",
              Principal: { Federated: two.cluster.out("issuer") },
              Action: "sts:AssumeRoleWithWebIdentity",
            },
          ],
        }),
      }),
    says: ["ISO-02 cell-1-role assumeRolePolicy", "ISO-13 cell-1-role assumeRolePolicy"],
  },
  {
    id: "L22",
    title: "database users of every database in a shared account",
    act: (one) =>
      void one.make(rolePolicy, "policy", {
        policy: policy({ Action: "rds-db:connect", Resource: "arn:aws:rds-db:*:123456789012:dbuser:*/*" }),
      }),
    says: ["ISO-13 cell-1-policy policy"],
    stops: ["ISO-13 cell-1-policy policy"],
  },
  {
    id: "L23",
    title: "a wildcard that matches cell-10 too",
    act: (one) =>
      void one.make(rolePolicy, "policy", {
        policy: policy({ Action: "s3:GetObject", Resource: "arn:aws:s3:::cell-1*" }),
      }),
    says: ["ISO-13 cell-1-policy policy"],
    stops: ["ISO-13 cell-1-policy policy"],
  },
  {
    id: "L25",
    title: "a deployment made with the other's provider",
    act: (one, two) => void one.make("kubernetes:apps/v1:Deployment", "deployment", {}, { provider: two.kubernetes }),
    says: ["ISO-04 cell-1-deployment"],
    stops: ["ISO-04 cell-1-deployment"],
  },
  {
    id: "L26",
    title: "a replica of the other's database",
    act: (one, two) =>
      void one.make("aws:rds/instance:Instance", "replica", { replicateSourceDb: two.database.out("arn") }),
    says: ["ISO-02 cell-1-replica replicateSourceDb", "ISO-14 cell-1-replica replicateSourceDb"],
    stops: ["ISO-14 cell-1-replica replicateSourceDb"],
  },
  {
    id: "L26b",
    title: "a replica of the other's database, by its name",
    act: (one) =>
      void one.make("aws:rds/instance:Instance", "replica", {
        replicateSourceDb: "arn:aws:rds:eu-west-1:123456789012:db:dev-cell-2-postgres-primary",
      }),
    says: ["ISO-14 cell-1-replica replicateSourceDb"],
    stops: ["ISO-14 cell-1-replica replicateSourceDb"],
  },
  {
    id: "L27",
    title: "one cache in the foundation for two cells",
    act: (one, two, stage) => {
      const cache = new Thing(
        "aws:elasticache/replicationGroup:ReplicationGroup",
        "shared-cache",
        {},
        { parent: stage.foundation },
      );
      for (const cell of [one, two]) cell.make(lambda, "function", environment({ CACHE: cache.out("address") }));
    },
    says: ["ISO-11 shared-cache"],
  },
  {
    id: "L29",
    title: "a cell waits for another",
    act: (one, two) =>
      void one.make("aws:ec2/vpc:Vpc", "second", { cidrBlock: "10.1.0.0/16" }, { dependsOn: [two.component] }),
    says: ["ISO-02 COUPLING cell-1-second"],
  },
  {
    id: "L30",
    title: "a resource that goes with the other's database",
    act: (one, two) =>
      void one.make("aws:sns/topic:Topic", "tied", { name: "dev-cell-1-tied" }, { deletedWith: two.database }),
    says: ["ISO-20 COUPLING cell-1-tied"],
  },
  {
    id: "L31",
    title: "through a neutral parameter",
    act: (one, two, stage) => {
      const parameter = new Thing(
        "aws:ssm/parameter:Parameter",
        "parameter",
        { value: two.database.out("arn") },
        { parent: stage.foundation },
      );
      one.make(lambda, "function", environment({ DB: parameter.out("value") }));
    },
    says: ["ISO-03 parameter value"],
    saysInUp: [
      "ISO-03 parameter value",
      "ISO-05 cell-1-function environment",
      "ISO-05 cell-1-function environment.variables.DB",
    ],
    stops: ["ISO-05 cell-1-function environment.variables.DB"],
  },
  {
    id: "L32",
    title: "a value that escaped from an apply, in a resource that only `up` has",
    act: (one, _two, stage) => {
      if (!stage.isPreview) one.make(lambda, "function", environment({ DB: "postgres-cell-2-primary.internal" }));
    },
    says: [],
    saysInUp: ["ISO-05 cell-1-function environment.variables.DB"],
    stops: ["ISO-05 cell-1-function environment.variables.DB"],
  },
  {
    id: "L33",
    title: "an output of another stack",
    act: (one) => {
      const other = new pulumi.StackReference("organization/cells/eu-2", {}, { parent: one.component });
      one.make(lambda, "function", { description: "reads another stack", memorySize: other.getOutput("value") });
    },
    says: ["ISO-07 cell-1-function memorySize", "ISO-08 organization/cells/eu-2"],
  },
  {
    id: "L35",
    title: "the other's topic, heard by the own queue",
    act: (one, two) =>
      void one.make("aws:sns/topicSubscription:TopicSubscription", "subscription", {
        topic: two.topic.out("arn"),
        protocol: "sqs",
        endpoint: "arn:aws:sqs:eu-west-1:123456789012:dev-cell-1-events",
      }),
    says: ["ISO-02 cell-1-subscription topic", "ISO-15 cell-1-subscription topic"],
    stops: ["ISO-15 cell-1-subscription topic"],
  },
  {
    id: "L36",
    title: "an endpoint service opened by one cell and used by another",
    act: (one, two) => {
      const service = two.make("aws:ec2/vpcEndpointService:VpcEndpointService", "service", {
        allowedPrincipals: ["arn:aws:iam::123456789012:root"],
      });
      one.make("aws:ec2/vpcEndpoint:VpcEndpoint", "endpoint", {
        vpcEndpointType: "Interface",
        serviceName: service.out("serviceName"),
      });
    },
    says: [
      "ISO-02 cell-1-endpoint serviceName",
      "ISO-09 cell-1-endpoint serviceName",
      "ISO-09 cell-2-service allowedPrincipals",
    ],
    stops: ["ISO-09 cell-2-service allowedPrincipals"],
    saysAfter: [
      "ISO-02 cell-1-endpoint serviceName",
      "ISO-05 cell-1-endpoint serviceName",
      "ISO-09 cell-1-endpoint serviceName",
      "ISO-09 cell-2-service allowedPrincipals",
    ],
  },
  {
    id: "L38",
    title: "backups copied out of the residency",
    act: (one) =>
      void one.make("aws:backup/plan:Plan", "backups", {
        rules: [
          { copyActions: [{ destinationVaultArn: "arn:aws:backup:us-east-1:123456789012:backup-vault:dev-cell-1" }] },
        ],
      }),
    says: ["SOV-02 cell-1-backups rules.0.copyActions.0.destinationVaultArn"],
    stops: ["SOV-02 cell-1-backups rules.0.copyActions.0.destinationVaultArn"],
  },
  {
    id: "L38b",
    title: "a resource's own region outside the residency",
    act: (one) => void one.make("aws:sns/topic:Topic", "abroad", { name: "dev-cell-1-abroad", region: "us-east-1" }),
    says: ["SOV-01 cell-1-abroad region"],
    stops: ["SOV-01 cell-1-abroad region"],
  },
  {
    id: "N01",
    title: "own names while cell-10 exists",
    act: (one) =>
      void one.make(
        lambda,
        "function",
        environment({
          HOST: "redis-cell-1-0.internal",
          ZONE: "redis-cell-1-0.cell-1.internal",
          SECRET: "dev-cell-1-postgres",
        }),
      ),
    says: [],
  },
  {
    id: "N03",
    title: "own addresses, next to another's",
    act: (one) => void one.make(ingress, "rule", { cidrIpv4: "10.1.3.0/24" }),
    says: [],
  },
  {
    id: "N04",
    title: "the internet, AWS's own addresses, pods",
    act: (one) => {
      const nat = one.make("aws:ec2/natGateway:NatGateway", "nat", {});
      one.make("aws:ec2/route:Route", "route", { destinationCidrBlock: "0.0.0.0/0", natGatewayId: nat.id });
      for (const [name, cidrIpv4] of Object.entries({
        time: "169.254.169.253/32",
        resolver: "10.1.0.2/32",
        pods: "100.64.0.0/10",
        world: "0.0.0.0/0",
      })) {
        one.make(egress, name, { cidrIpv4 });
      }
    },
    says: [],
  },
  {
    id: "N05",
    title: "the router knows every front door, the monitor every metric",
    act: (one, two, stage) => {
      const doors = [1, 2, 10, 20].map((number) => `https://cell-${number}.dev.cells.example.com`).join(",");
      new Thing(lambda, "router", environment({ ENDPOINTS: doors }), { parent: stage.router });
      const alarms = [one, two].map((cell) => cell.make("aws:cloudwatch/metricAlarm:MetricAlarm", "alarm", {}));
      new Thing(
        "aws:cloudwatch/dashboard:Dashboard",
        "fleet",
        { dashboardBody: pulumi.jsonStringify(alarms.map((alarm) => alarm.out("arn"))) },
        { parent: stage.control },
      );
    },
    says: [],
  },
  {
    id: "N07",
    title: "people may write of other cells",
    act: (one) => {
      one.make(ingress, "rule", { cidrIpv4: "10.1.0.0/16", description: "was in cell-2 until May" });
      one.make("aws:sns/topic:Topic", "noted", {
        name: "dev-cell-1-noted",
        tags: { note: "copied from redis-cell-2-0.internal" },
      });
    },
    says: [],
    notes: ["ISO-05 cell-1-noted tags.note"],
  },
  {
    id: "N09",
    title: "images, a log archive by prefix, AWS's own lists and accounts",
    act: (one, two, stage) => {
      const images = new Thing("aws:ecr/repository:Repository", "images", {}, { parent: stage.foundation });
      for (const cell of [one, two]) {
        cell.make(lambda, "function", { imageUri: images.out("address") });
        cell.make(rolePolicy, "policy", {
          policy: policy({ Action: "s3:PutObject", Resource: `arn:aws:s3:::org-log-archive/cell-${cell.number}/*` }),
        });
      }
      one.make(egress, "s3", { prefixListId: "pl-6da54004" });
      one.make("aws:s3/bucketPolicy:BucketPolicy", "bucket", {
        policy: policy({
          Principal: { AWS: "arn:aws:iam::156460612806:root" },
          Action: "s3:PutObject",
          Resource: "arn:aws:s3:::dev-cell-1-logs/*",
        }),
      });
    },
    says: [],
  },
];
