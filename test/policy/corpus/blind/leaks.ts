import { gzipSync } from "node:zlib";

import * as pulumi from "@pulumi/pulumi";

import { Thing } from "../stage";
import { account, admit, allow, base64, configMap, may, policy, put, role, type BlindCase } from "./write";

/**
 * Ways in which cell 1 gets or gives access to cell 2. They were written without reading the rules, so that they show
 * what the rules miss and not what their authors thought of.
 */
export const leaks: readonly BlindCase[] = [
  // Over something between the cells.
  {
    id: "B001",
    title: "a parameter of the foundation carries cell 2's database to cell 1's configuration",
    act: (one, two, stage) => {
      const shared = new Thing(
        "aws:ssm/parameter:Parameter",
        "foundation-database",
        { name: "/shared/database", type: "String", value: two.database.out("address") },
        { parent: stage.foundation },
      );
      configMap(one, "settings", { DATABASE_HOST: shared.out("value") });
    },
  },
  {
    id: "B002",
    title: "cell 1 reads by name a parameter that cell 2 wrote under a neutral name",
    act: (one, two) => {
      two.make("aws:ssm/parameter:Parameter", "orders", { name: "/orders/database", type: "String", value: "x" });
      may(one, allow("ssm:GetParameter", `arn:aws:ssm:eu-west-1:${account}:parameter/orders/database`));
    },
  },
  {
    id: "B003",
    title: "a policy of the foundation that covers every cell's buckets is attached to cell 1's role",
    act: (one, _two, stage) => {
      const shared = new Thing(
        "aws:iam/policy:Policy",
        "foundation-buckets",
        { name: "dev-buckets", policy: policy(allow("s3:GetObject", "arn:aws:s3:::dev-cell-*/*")) },
        { parent: stage.foundation },
      );
      one.make("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "buckets", {
        role: role(one).id,
        policyArn: shared.out("arn"),
      });
    },
  },
  {
    id: "B004",
    title: "both cells attach to a transit gateway that propagates every route",
    act: (one, two, stage) => {
      const hub = new Thing(
        "aws:ec2transitgateway/transitGateway:TransitGateway",
        "foundation-hub",
        { defaultRouteTableAssociation: "enable", defaultRouteTablePropagation: "enable" },
        { parent: stage.foundation },
      );
      for (const cell of [one, two]) {
        const subnet = cell.make("aws:ec2/subnet:Subnet", "subnet", {
          vpcId: cell.vpc.id,
          cidrBlock: `10.${cell.number}.1.0/24`,
        });
        cell.make("aws:ec2transitgateway/vpcAttachment:VpcAttachment", "hub", {
          transitGatewayId: hub.id,
          vpcId: cell.vpc.id,
          subnetIds: [subnet.id],
        });
      }
    },
  },
  {
    id: "B005",
    title: "a parameter of the router carries cell 2's address to cell 1",
    act: (one, two, stage) => {
      const table = new Thing(
        "aws:ssm/parameter:Parameter",
        "router-neighbour",
        { name: "/router/neighbour", type: "String", value: two.database.out("address") },
        { parent: stage.router },
      );
      configMap(one, "settings", { NEIGHBOUR: table.out("value") });
    },
  },
  {
    id: "B006",
    title: "cell 1's function is called with what the control plane read of cell 2",
    act: (one, two, stage) => {
      const snapshot = new Thing(
        "aws:s3/bucketObject:BucketObject",
        "control-inventory",
        {
          bucket: "dev-control",
          key: "inventory.json",
          content: pulumi.interpolate`{"db":"${two.database.out("arn")}"}`,
        },
        { parent: stage.control },
      );
      one.make("aws:lambda/function:Function", "reader", {
        name: "dev-cell-1-reader",
        role: role(one).out("arn"),
        environment: { variables: { INVENTORY: snapshot.id } },
      });
    },
  },
  {
    id: "B007",
    title: "cell 1's queue waits for a gate of the foundation that waits for cell 2's database",
    act: (one, two, stage) => {
      const gate = new Thing(
        "aws:ssm/parameter:Parameter",
        "foundation-gate",
        { name: "/shared/gate", type: "String", value: "open" },
        { parent: stage.foundation, dependsOn: [two.database] },
      );
      one.make("aws:sqs/queue:Queue", "work", { name: "dev-cell-1-work" }, { dependsOn: [gate] });
    },
  },
  {
    id: "B008",
    title: "a resolver rule of the foundation forwards to cell 2 and is associated with cell 1's network",
    act: (one, _two, stage) => {
      const rule = new Thing(
        "aws:route53/resolverRule:ResolverRule",
        "foundation-rule",
        { domainName: "data.internal", ruleType: "FORWARD", targetIps: [{ ip: "10.2.0.2" }] },
        { parent: stage.foundation },
      );
      one.make("aws:route53/resolverRuleAssociation:ResolverRuleAssociation", "rule", {
        resolverRuleId: rule.id,
        vpcId: one.vpc.id,
      });
    },
  },
  {
    id: "B009",
    title: "a queue of the foundation takes cell 2's alarms and a function of cell 1 drains it",
    act: (one, two, stage) => {
      const queue = new Thing(
        "aws:sqs/queue:Queue",
        "foundation-alarms",
        { name: "dev-alarms" },
        { parent: stage.foundation },
      );
      two.make("aws:sns/topicSubscription:TopicSubscription", "alarms", {
        topic: two.topic.out("arn"),
        protocol: "sqs",
        endpoint: queue.out("arn"),
      });
      one.make("aws:lambda/eventSourceMapping:EventSourceMapping", "alarms", {
        eventSourceArn: queue.out("arn"),
        functionName: "dev-cell-1-reader",
      });
    },
  },
  {
    id: "B010",
    title: "a prefix list of the foundation with every cell's block opens cell 1's database group",
    act: (one, _two, stage) => {
      const list = new Thing(
        "aws:ec2/managedPrefixList:ManagedPrefixList",
        "foundation-cells",
        {
          name: "cells",
          addressFamily: "IPv4",
          maxEntries: 4,
          entries: [{ cidr: "10.1.0.0/16" }, { cidr: "10.2.0.0/16" }],
        },
        { parent: stage.foundation },
      );
      const group = one.make("aws:ec2/securityGroup:SecurityGroup", "postgres", { vpcId: one.vpc.id });
      one.make("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "postgres-from-cells", {
        securityGroupId: group.id,
        prefixListId: list.id,
        ipProtocol: "tcp",
        fromPort: 5432,
        toPort: 5432,
      });
    },
  },
  {
    id: "B011",
    title: "cell 1's parameter repeats cell 2's address, and cell 1's pods read the parameter",
    act: (one, two) => {
      const copy = one.make("aws:ssm/parameter:Parameter", "copy", {
        name: "/dev/cell-1/copy",
        type: "String",
        value: pulumi.interpolate`postgres://app@${two.database.out("address")}:5432/app`,
      });
      configMap(one, "settings", { DATABASE_URL: copy.out("value") });
    },
  },
  {
    id: "B012",
    title: "a random id of cell 1 keeps cell 2's database as its keeper and is renewed with it",
    act: (one, two) => {
      const suffix = one.make("random:index/randomId:RandomId", "suffix", {
        byteLength: 4,
        keepers: { database: two.database.id },
      });
      one.make("aws:s3/bucket:Bucket", "data", { bucket: pulumi.interpolate`dev-cell-1-data-${suffix.id}` });
    },
  },

  // By a neutral name of something that cell 2 owns.
  {
    id: "B013",
    title: "cell 1 reads by name a bucket of cell 2 whose name says nothing of a cell",
    act: (one, two) => {
      two.make("aws:s3/bucket:Bucket", "archive", { bucket: "acme-orders-archive" });
      may(one, allow("s3:GetObject", "arn:aws:s3:::acme-orders-archive/*"));
    },
  },
  {
    id: "B014",
    title: "an ExternalSecret of cell 1 takes cell 2's secret by its neutral name",
    act: (one, two) => {
      two.make("aws:secretsmanager/secret:Secret", "ledger", { name: "ledger/credentials" });
      put(one, "external-secrets.io/v1beta1:ExternalSecret", "ledger", {
        spec: {
          secretStoreRef: { name: "aws", kind: "ClusterSecretStore" },
          target: { name: "ledger" },
          data: [{ secretKey: "password", remoteRef: { key: "ledger/credentials", property: "password" } }],
        },
      });
    },
  },
  {
    id: "B015",
    title: "cell 1's worker may become cell 2's role with a neutral name",
    act: (one, two) => {
      two.make("aws:iam/role:Role", "ledger", {
        name: "ledger-writer",
        assumeRolePolicy: policy(admit({ Service: "lambda.amazonaws.com" }, "sts:AssumeRole")),
      });
      may(one, allow("sts:AssumeRole", `arn:aws:iam::${account}:role/ledger-writer`));
    },
  },
  {
    id: "B016",
    title: "cell 1's secret is encrypted under an alias of cell 2's key",
    act: (one, two) => {
      const key = two.make("aws:kms/key:Key", "ledger", {});
      two.make("aws:kms/alias:Alias", "ledger", { name: "alias/ledger", targetKeyId: key.id });
      one.make("aws:secretsmanager/secret:Secret", "postgres", {
        name: "dev-cell-1/postgres",
        kmsKeyId: "alias/ledger",
      });
    },
  },
  {
    id: "B017",
    title: "a pod of cell 1 sends to cell 2's queue by its URL",
    act: (one, two) => {
      two.make("aws:sqs/queue:Queue", "ledger", { name: "ledger-events" });
      put(one, "apps/v1:Deployment", "sender", {
        spec: {
          template: {
            spec: {
              containers: [
                {
                  name: "sender",
                  image: "example/sender:1.4.2",
                  env: [{ name: "QUEUE", value: `https://sqs.eu-west-1.amazonaws.com/${account}/ledger-events` }],
                },
              ],
            },
          },
        },
      });
    },
  },
  {
    id: "B018",
    title: "cell 1's configuration names a host in a zone that cell 2 has under a neutral name",
    act: (one, two) => {
      two.make("aws:route53/zone:Zone", "corp", { name: "ledger.corp", vpcs: [{ vpcId: two.vpc.id }] });
      configMap(one, "settings", {
        "application.yml": "spring:\n  datasource:\n    url: jdbc:postgresql://db.ledger.corp/app\n",
      });
    },
  },
  {
    id: "B019",
    title: "a Global Datastore of cell 1 has cell 2's replication group as its primary",
    act: (one, two) => {
      two.make("aws:elasticache/replicationGroup:ReplicationGroup", "sessions", {
        replicationGroupId: "sessions",
        description: "Sessions",
      });
      one.make("aws:elasticache/globalReplicationGroup:GlobalReplicationGroup", "sessions", {
        globalReplicationGroupIdSuffix: "dev",
        primaryReplicationGroupId: "sessions",
      });
    },
  },
  {
    id: "B020",
    title: "a schedule of cell 1 stops cell 2's database by an SDK call",
    act: (one) => {
      one.make("aws:scheduler/schedule:Schedule", "stop", {
        scheduleExpression: "cron(0 20 * * ? *)",
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: "arn:aws:scheduler:::aws-sdk:rds:stopDBInstance",
          roleArn: role(one, "scheduler", "scheduler.amazonaws.com").out("arn"),
          input: JSON.stringify({ DbInstanceIdentifier: "dev-cell-2-postgres-primary" }),
        },
      });
    },
  },
  {
    id: "B021",
    title: "a state machine of cell 1 reads a table that cell 2 has under a neutral name",
    act: (one, two) => {
      two.make("aws:dynamodb/table:Table", "ledger", { name: "ledger-accounts", hashKey: "id" });
      one.make("aws:sfn/stateMachine:StateMachine", "report", {
        name: "dev-cell-1-report",
        roleArn: role(one, "states", "states.amazonaws.com").out("arn"),
        definition: JSON.stringify({
          StartAt: "Read",
          States: {
            Read: {
              Type: "Task",
              Resource: "arn:aws:states:::dynamodb:getItem",
              Parameters: { TableName: "ledger-accounts", Key: { id: { "S.$": "$.id" } } },
              End: true,
            },
          },
        }),
      });
    },
  },
  {
    id: "B022",
    title: "a query definition of cell 1 searches a log group that cell 2 has under a neutral name",
    act: (one, two) => {
      two.make("aws:cloudwatch/logGroup:LogGroup", "ledger", { name: "/acme/ledger" });
      one.make("aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter", "ledger", {
        logGroup: "/acme/ledger",
        filterPattern: "",
        destinationArn: `arn:aws:lambda:eu-west-1:${account}:function:dev-cell-1-reader`,
      });
    },
  },

  // Rights by patterns.
  {
    id: "B023",
    title: "a pattern without a boundary: cell 1's prefix also matches cell 10",
    act: (one) => may(one, allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::dev-cell-1*")),
  },
  {
    id: "B024",
    title: "a question mark stands for the number of the cell",
    act: (one) =>
      may(
        one,
        allow("secretsmanager:GetSecretValue", `arn:aws:secretsmanager:eu-west-1:${account}:secret:dev-cell-?/*`),
      ),
  },
  {
    id: "B025",
    title: "every secret of the account, under a condition on the caller only",
    act: (one) =>
      may(
        one,
        allow("secretsmanager:GetSecretValue", "*", {
          StringEquals: { "aws:PrincipalAccount": account, "aws:PrincipalTag/cell": "cell-1" },
        }),
      ),
  },
  {
    id: "B026",
    title: "every object that does not belong to cell 1, by NotResource",
    act: (one) =>
      may(one, { Effect: "Allow", Action: "s3:GetObject", NotResource: ["arn:aws:s3:::dev-cell-1-data/*"] }),
  },
  {
    id: "B027",
    title: "everything but identities, by NotAction",
    act: (one) => may(one, { Effect: "Allow", NotAction: ["iam:*", "organizations:*"], Resource: "*" }),
  },
  {
    id: "B028",
    title: "cell 1's bucket admits everyone who is not its own auditor, by NotPrincipal",
    act: (one) => {
      const bucket = one.make("aws:s3/bucket:Bucket", "data", { bucket: "dev-cell-1-data" });
      one.make("aws:s3/bucketPolicy:BucketPolicy", "data", {
        bucket: bucket.id,
        policy: policy({
          Effect: "Allow",
          NotPrincipal: { AWS: `arn:aws:iam::${account}:role/dev-cell-1-auditor` },
          Action: "s3:GetObject",
          Resource: "arn:aws:s3:::dev-cell-1-data/*",
        }),
      });
    },
  },
  {
    id: "B029",
    title: "an allow of all databases minus a deny that forgets cell 2",
    act: (one) =>
      may(one, allow("rds-data:ExecuteStatement", `arn:aws:rds:eu-west-1:${account}:cluster:*`), {
        Effect: "Deny",
        Action: "rds-data:ExecuteStatement",
        Resource: [
          `arn:aws:rds:eu-west-1:${account}:cluster:dev-cell-10-*`,
          `arn:aws:rds:eu-west-1:${account}:cluster:dev-cell-20-*`,
        ],
      }),
  },
  {
    id: "B030",
    title: "the pattern is in the service and not in the name: any key of the account",
    act: (one) => may(one, allow(["kms:Decrypt", "kms:GenerateDataKey"], `arn:aws:kms:*:${account}:key/*`)),
  },
  {
    id: "B031",
    title: "an IAM variable that the caller can set chooses the cell",
    act: (one) =>
      may(
        one,
        allow("s3:GetObject", "arn:aws:s3:::dev-${aws:PrincipalTag/cell}-data/*", {
          StringLike: { "aws:PrincipalTag/cell": "cell-*" },
        }),
        allow("sts:TagSession", `arn:aws:iam::${account}:role/dev-cell-1-worker`),
      ),
  },
  {
    id: "B032",
    title: "roles of all cells may be passed on",
    act: (one) => may(one, allow("iam:PassRole", `arn:aws:iam::${account}:role/dev-cell-*-nodes`)),
  },
  {
    id: "B033",
    title: "AWS's own policy for reading every bucket",
    act: (one) => {
      one.make("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "read", {
        role: role(one).id,
        policyArn: "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
      });
    },
  },
  {
    id: "B034",
    title: "AWS's policy for all secrets among the managed policies of the role itself",
    act: (one) => {
      one.make("aws:iam/role:Role", "worker", {
        name: "dev-cell-1-worker",
        assumeRolePolicy: policy(admit({ Service: "ec2.amazonaws.com" }, "sts:AssumeRole")),
        managedPolicyArns: ["arn:aws:iam::aws:policy/SecretsManagerReadWrite"],
      });
    },
  },
  {
    id: "B035",
    title: "an inline policy of the role reads parameters of every path",
    act: (one) => {
      one.make("aws:iam/role:Role", "worker", {
        name: "dev-cell-1-worker",
        assumeRolePolicy: policy(admit({ Service: "ec2.amazonaws.com" }, "sts:AssumeRole")),
        inlinePolicies: [{ name: "parameters", policy: policy(allow("ssm:Get*", `arn:aws:ssm:*:*:parameter/*`)) }],
      });
    },
  },
  {
    id: "B036",
    title: "the load balancer controller may change every balancer that some cluster owns",
    act: (one) =>
      may(
        one,
        allow(["elasticloadbalancing:DeleteLoadBalancer", "elasticloadbalancing:ModifyTargetGroup"], "*", {
          Null: { "aws:ResourceTag/elbv2.k8s.aws/cluster": "false" },
        }),
      ),
  },
  {
    id: "B037",
    title: "a right to end machines under a condition that holds without a tag",
    act: (one) =>
      may(
        one,
        allow("ec2:TerminateInstances", "*", {
          "ForAllValues:StringEquals": { "aws:TagKeys": ["cell", "environment"] },
        }),
      ),
  },
  {
    id: "B038",
    title: "commands on all machines of the environment, by tag",
    act: (one) =>
      may(
        one,
        allow("ssm:SendCommand", `arn:aws:ec2:eu-west-1:${account}:instance/*`, {
          StringEquals: { "ssm:resourceTag/environment": "dev" },
        }),
      ),
  },
  {
    id: "B039",
    title: "a tag condition that names cell 2",
    act: (one) =>
      may(one, allow("rds:StopDBInstance", "*", { StringEquals: { "aws:ResourceTag/cell": ["cell-1", "cell-2"] } })),
  },
  {
    id: "B040",
    title: "a tag condition with a pattern over all cells",
    act: (one) => may(one, allow("dynamodb:GetItem", "*", { StringLike: { "aws:ResourceTag/cell": "cell-*" } })),
  },
  {
    id: "B041",
    title: "a negated tag condition: everything that is not cell 1's",
    act: (one) => may(one, allow("sqs:ReceiveMessage", "*", { StringNotEquals: { "aws:ResourceTag/cell": "cell-1" } })),
  },
  {
    id: "B042",
    title: "cell 1 may give itself the tag of cell 2",
    act: (one) =>
      may(
        one,
        allow("s3:GetObject", "*", { StringEquals: { "aws:ResourceTag/cell": "${aws:PrincipalTag/cell}" } }),
        allow("iam:TagRole", `arn:aws:iam::${account}:role/dev-cell-1-*`),
      ),
  },
  {
    id: "B043",
    title: "cell 1's role wears the tag of cell 2",
    act: (one) => {
      one.make("aws:iam/role:Role", "worker", {
        name: "dev-cell-1-worker",
        tags: { cell: "cell-2" },
        assumeRolePolicy: policy(admit({ Service: "ec2.amazonaws.com" }, "sts:AssumeRole")),
        inlinePolicies: [
          {
            name: "abac",
            policy: policy(
              allow("s3:GetObject", "*", { StringEquals: { "aws:ResourceTag/cell": "${aws:PrincipalTag/cell}" } }),
            ),
          },
        ],
      });
    },
  },
  {
    id: "B044",
    title: "all resources of the account, by the account's number",
    act: (one) => may(one, allow("s3:GetObject", "*", { StringEquals: { "aws:ResourceAccount": account } })),
  },
  {
    id: "B045",
    title: "all resources of the organisation",
    act: (one) => may(one, allow("sqs:SendMessage", "*", { StringEquals: { "aws:ResourceOrgID": "o-a1b2c3d4e5" } })),
  },
  {
    id: "B046",
    title: "assume any workload role, by a pattern that ends with the part",
    act: (one) => may(one, allow("sts:AssumeRole", "arn:aws:iam::*:role/*-workload")),
  },
  {
    id: "B047",
    title: "a right to write tags and logs anywhere hides one to read streams",
    act: (one) =>
      may(
        one,
        allow(["logs:CreateLogStream", "logs:PutLogEvents", "kinesis:GetRecords", "kinesis:GetShardIterator"], "*"),
      ),
  },
  {
    id: "B048",
    title: "every cache of the account, in a statement that an output builds",
    act: (one) =>
      may(
        one,
        one.vpc.id.apply(() => allow("elasticache:Connect", `arn:aws:elasticache:eu-west-1:${account}:*:*`)),
      ),
  },
  {
    id: "B049",
    title: "database logins of every instance",
    act: (one) => may(one, allow("rds-db:connect", `arn:aws:rds-db:eu-west-1:${account}:dbuser:*/app`)),
  },
  {
    id: "B050",
    title: "topics of every Kafka cluster",
    act: (one) => may(one, allow("kafka-cluster:*", `arn:aws:kafka:eu-west-1:${account}:topic/*/*/orders`)),
  },

  // Who is admitted.
  {
    id: "B051",
    title: "a trust on the whole account, narrowed by a pattern over all cells' roles",
    act: (one) => {
      one.make("aws:iam/role:Role", "reader", {
        name: "dev-cell-1-reader",
        assumeRolePolicy: policy(
          admit({ AWS: `arn:aws:iam::${account}:root` }, "sts:AssumeRole", undefined, {
            ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/dev-cell-*-worker` },
          }),
        ),
      });
    },
  },
  {
    id: "B052",
    title: "a trust on cell 2's workload",
    act: (one) => {
      one.make("aws:iam/role:Role", "reader", {
        name: "dev-cell-1-reader",
        assumeRolePolicy: policy(
          admit({ AWS: [`arn:aws:iam::${account}:role/dev-cell-2-workload`] }, ["sts:AssumeRole", "sts:TagSession"]),
        ),
      });
    },
  },
  {
    id: "B053",
    title: "a trust on cell 2's OIDC issuer",
    act: (one, two) => {
      one.make("aws:iam/role:Role", "reader", {
        name: "dev-cell-1-reader",
        assumeRolePolicy: two.cluster
          .out("issuer")
          .apply((issuer) =>
            policy(
              admit({ Federated: `arn:aws:iam::${account}:oidc-provider/${issuer}` }, "sts:AssumeRoleWithWebIdentity"),
            ),
          ),
      });
    },
  },
  {
    id: "B054",
    title: "pods of cell 2's cluster may take cell 1's role, by the tag of their session",
    act: (one) => {
      one.make("aws:iam/role:Role", "reader", {
        name: "dev-cell-1-reader",
        assumeRolePolicy: policy(
          admit({ Service: "pods.eks.amazonaws.com" }, ["sts:AssumeRole", "sts:TagSession"], undefined, {
            ArnLike: { "aws:RequestTag/eks-cluster-arn": `arn:aws:eks:eu-west-1:${account}:cluster/dev-cell-*` },
          }),
        ),
      });
    },
  },
  {
    id: "B055",
    title: "cell 1's bucket admits cell 2's network",
    act: (one, two) => {
      one.make("aws:s3/bucketPolicy:BucketPolicy", "data", {
        bucket: "dev-cell-1-data",
        policy: two.vpc.id.apply((vpc) =>
          policy(
            admit("*", "s3:GetObject", "arn:aws:s3:::dev-cell-1-data/*", { StringEquals: { "aws:SourceVpc": vpc } }),
          ),
        ),
      });
    },
  },
  {
    id: "B056",
    title: "cell 1's queue admits senders from cell 2's block",
    act: (one) => {
      const queue = one.make("aws:sqs/queue:Queue", "work", { name: "dev-cell-1-work" });
      one.make("aws:sqs/queuePolicy:QueuePolicy", "work", {
        queueUrl: queue.id,
        policy: queue
          .out("arn")
          .apply((arn) =>
            policy(admit("*", "sqs:SendMessage", arn, { IpAddress: { "aws:VpcSourceIp": "10.2.0.0/16" } })),
          ),
      });
    },
  },
  {
    id: "B057",
    title: "cell 1's bucket admits everyone in the account, without their own policies",
    act: (one) => {
      one.make("aws:s3/bucketPolicy:BucketPolicy", "data", {
        bucket: "dev-cell-1-data",
        policy: policy(
          admit(
            { AWS: "*" },
            ["s3:GetObject", "s3:ListBucket"],
            ["arn:aws:s3:::dev-cell-1-data", "arn:aws:s3:::dev-cell-1-data/*"],
            {
              StringEquals: { "aws:PrincipalAccount": account },
            },
          ),
        ),
      });
    },
  },
  {
    id: "B058",
    title: "cell 1's topic admits everyone in the organisation",
    act: (one) => {
      one.make("aws:sns/topicPolicy:TopicPolicy", "alarms", {
        arn: one.topic.out("arn"),
        policy: one.topic.out("arn").apply((arn) =>
          policy(
            admit({ AWS: "*" }, ["sns:Publish", "sns:Subscribe"], arn, {
              StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" },
            }),
          ),
        ),
      });
    },
  },
  {
    id: "B059",
    title: "cell 1's queue admits the topics of all cells",
    act: (one) => {
      one.make("aws:sqs/queue:Queue", "work", {
        name: "dev-cell-1-work",
        policy: policy(
          admit({ Service: "sns.amazonaws.com" }, "sqs:SendMessage", "*", {
            ArnLike: { "aws:SourceArn": `arn:aws:sns:eu-west-1:${account}:dev-cell-*-alarms` },
          }),
        ),
      });
    },
  },
  {
    id: "B060",
    title: "cell 1's key admits a caller by cell 2's tag",
    act: (one) => {
      one.make("aws:kms/key:Key", "data", {
        policy: policy(
          admit({ AWS: "*" }, ["kms:Decrypt"], "*", {
            StringEquals: { "kms:CallerAccount": account, "aws:PrincipalTag/cell": "cell-2" },
          }),
        ),
      });
    },
  },
  {
    id: "B061",
    title: "cell 1's key admits every role of the environment",
    act: (one) => {
      const key = one.make("aws:kms/key:Key", "data", {});
      one.make("aws:kms/keyPolicy:KeyPolicy", "data", {
        keyId: key.id,
        policy: policy(
          admit({ AWS: "*" }, "kms:*", "*", {
            ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/dev-*` },
          }),
        ),
      });
    },
  },
  {
    id: "B062",
    title: "a grant on cell 1's key to cell 2's worker",
    act: (one, two) => {
      const key = one.make("aws:kms/key:Key", "data", {});
      one.make("aws:kms/grant:Grant", "data", {
        keyId: key.id,
        granteePrincipal: role(two).out("arn"),
        operations: ["Decrypt"],
      });
    },
  },
  {
    id: "B063",
    title: "an access entry of cell 2's nodes in cell 1's cluster, by name",
    act: (one) => {
      one.make("aws:eks/accessEntry:AccessEntry", "guest", {
        clusterName: one.cluster.id,
        principalArn: `arn:aws:iam::${account}:role/dev-cell-2-nodes`,
        kubernetesGroups: ["readers"],
      });
    },
  },
  {
    id: "B064",
    title: "an access entry of cell 1's role in cell 2's cluster",
    act: (one) => {
      one.make("aws:eks/accessEntry:AccessEntry", "visitor", {
        clusterName: "dev-cell-2-app",
        principalArn: role(one).out("arn"),
      });
    },
  },
  {
    id: "B065",
    title: "the aws-auth map of cell 1's cluster admits cell 2's operators",
    act: (one) => {
      put(one, "core/v1:ConfigMap", "aws-auth", {
        data: {
          mapRoles: `- rolearn: arn:aws:iam::${account}:role/dev-cell-2-operator\n  username: ops\n  groups:\n    - system:masters\n`,
        },
      });
    },
  },
  {
    id: "B066",
    title: "cell 1's pods take cell 2's role by pod identity",
    act: (one) => {
      one.make("aws:eks/podIdentityAssociation:PodIdentityAssociation", "app", {
        clusterName: one.cluster.id,
        namespace: "app",
        serviceAccount: "app",
        roleArn: role(one, "hop", "pods.eks.amazonaws.com").out("arn"),
        targetRoleArn: `arn:aws:iam::${account}:role/dev-cell-2-workload`,
      });
    },
  },
  {
    id: "B067",
    title: "a service account of cell 1 is annotated with cell 2's role",
    act: (one) => {
      put(one, "core/v1:ServiceAccount", "app", {
        metadata: {
          name: "app",
          annotations: { "eks.amazonaws.com/role-arn": `arn:aws:iam::${account}:role/dev-cell-2-workload` },
        },
      });
    },
  },
  {
    id: "B068",
    title: "cell 1 attaches a policy to cell 2's role",
    act: (one) => {
      one.make("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "neighbour", {
        role: "dev-cell-2-workload",
        policyArn: "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess",
      });
    },
  },
  {
    id: "B069",
    title: "one exclusive attachment of a policy holds the roles of both cells",
    act: (one) => {
      one.make("aws:iam/policyAttachment:PolicyAttachment", "xray", {
        name: "xray",
        roles: ["dev-cell-1-workload", "dev-cell-2-workload"],
        policyArn: "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess",
      });
    },
  },
  {
    id: "B070",
    title: "cell 1's machines have an instance profile with cell 2's role",
    act: (one, two) => {
      const profile = one.make("aws:iam/instanceProfile:InstanceProfile", "nodes", { role: role(two, "nodes").id });
      one.make("aws:ec2/instance:Instance", "bastion", { ami: "resolve:ssm:/x", iamInstanceProfile: profile.id });
    },
  },
  {
    id: "B071",
    title: "the boundary of cell 1's role is a policy of cell 2",
    act: (one, two) => {
      const boundary = two.make("aws:iam/policy:Policy", "boundary", {
        policy: policy(allow("s3:GetObject", "arn:aws:s3:::dev-cell-2-data/*")),
      });
      one.make("aws:iam/role:Role", "worker", {
        name: "dev-cell-1-worker",
        assumeRolePolicy: policy(admit({ Service: "ec2.amazonaws.com" }, "sts:AssumeRole")),
        permissionsBoundary: boundary.out("arn"),
      });
    },
  },
  {
    id: "B072",
    title: "cell 2's API may call cell 1's function",
    act: (one, two) => {
      const api = two.make("aws:apigatewayv2/api:Api", "api", { name: "dev-cell-2-api", protocolType: "HTTP" });
      one.make("aws:lambda/permission:Permission", "api", {
        action: "lambda:InvokeFunction",
        function: "dev-cell-1-reader",
        principal: "apigateway.amazonaws.com",
        sourceArn: pulumi.interpolate`arn:aws:execute-api:eu-west-1:${account}:${api.id}/*/*`,
      });
    },
  },
  {
    id: "B073",
    title: "any bucket of any cell may call cell 1's function",
    act: (one) => {
      one.make("aws:lambda/permission:Permission", "buckets", {
        action: "lambda:InvokeFunction",
        function: "dev-cell-1-reader",
        principal: "s3.amazonaws.com",
        sourceArn: "arn:aws:s3:::dev-cell-*-uploads",
      });
    },
  },
  {
    id: "B074",
    title: "cell 1's event bus takes events from anyone in the organisation",
    act: (one) => {
      const bus = one.make("aws:cloudwatch/eventBus:EventBus", "orders", { name: "dev-cell-1-orders" });
      one.make("aws:cloudwatch/eventPermission:EventPermission", "orders", {
        eventBusName: bus.id,
        principal: "*",
        statementId: "organisation",
        condition: { type: "StringEquals", key: "aws:PrincipalOrgID", value: "o-a1b2c3d4e5" },
      });
    },
  },
  {
    id: "B075",
    title: "cell 1's observability sink takes the telemetry of every account",
    act: (one) => {
      const sink = one.make("aws:oam/sink:Sink", "sink", { name: "dev-cell-1-sink" });
      one.make("aws:oam/sinkPolicy:SinkPolicy", "sink", {
        sinkIdentifier: sink.out("arn"),
        policy: policy(admit("*", ["oam:CreateLink", "oam:UpdateLink"], "*")),
      });
    },
  },
  {
    id: "B076",
    title: "cell 1's share gives a subnet to the whole organisation",
    act: (one) => {
      const subnet = one.make("aws:ec2/subnet:Subnet", "app-a", { vpcId: one.vpc.id, cidrBlock: "10.1.1.0/24" });
      const share = one.make("aws:ram/resourceShare:ResourceShare", "subnets", { name: "subnets" });
      one.make("aws:ram/resourceAssociation:ResourceAssociation", "subnets", {
        resourceArn: pulumi.interpolate`arn:aws:ec2:eu-west-1:${account}:subnet/${subnet.id}`,
        resourceShareArn: share.out("arn"),
      });
      one.make("aws:ram/principalAssociation:PrincipalAssociation", "subnets", {
        principal: "arn:aws:organizations::111122223333:organization/o-a1b2c3d4e5",
        resourceShareArn: share.out("arn"),
      });
    },
  },
  {
    id: "B077",
    title: "cell 1's backup vault takes copies from every account of the organisation",
    act: (one) => {
      const vault = one.make("aws:backup/vault:Vault", "vault", { name: "dev-cell-1-vault" });
      one.make("aws:backup/vaultPolicy:VaultPolicy", "vault", {
        backupVaultName: vault.id,
        policy: policy(
          admit("*", ["backup:CopyIntoBackupVault", "backup:StartRestoreJob"], "*", {
            "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*" },
          }),
        ),
      });
    },
  },
  {
    id: "B078",
    title: "cell 1's images may be pulled by cell 2's nodes",
    act: (one) => {
      one.make("aws:ecr/repositoryPolicy:RepositoryPolicy", "app", {
        repository: "dev-cell-1-app",
        policy: policy(
          admit({ AWS: `arn:aws:sts::${account}:assumed-role/dev-cell-2-nodes/i-0abc` }, "ecr:BatchGetImage"),
        ),
      });
    },
  },
  {
    id: "B079",
    title: "cell 1's topic admits cell 2's bucket, and a decoy condition names cell 1",
    act: (one) => {
      one.make("aws:sns/topicPolicy:TopicPolicy", "alarms", {
        arn: one.topic.out("arn"),
        policy: policy(
          admit({ Service: "s3.amazonaws.com" }, "sns:Publish", `arn:aws:sns:eu-west-1:${account}:dev-cell-1-alarms`, {
            ArnLike: { "aws:SourceArn": ["arn:aws:s3:*:*:dev-cell-1-uploads", "arn:aws:s3:*:*:dev-cell-2-uploads"] },
          }),
        ),
      });
    },
  },

  // Networks.
  {
    id: "B080",
    title: "peering of the two networks",
    act: (one, two) => {
      const peering = one.make("aws:ec2/vpcPeeringConnection:VpcPeeringConnection", "peering", {
        vpcId: one.vpc.id,
        peerVpcId: two.vpc.id,
        autoAccept: true,
      });
      one.make("aws:ec2/route:Route", "to-peer", {
        routeTableId: one.make("aws:ec2/routeTable:RouteTable", "app", { vpcId: one.vpc.id }).id,
        destinationCidrBlock: two.vpc.out("cidrBlock"),
        vpcPeeringConnectionId: peering.id,
      });
    },
  },
  {
    id: "B081",
    title: "a route to a corner of cell 2's block, over a network device of cell 1",
    act: (one) => {
      const table = one.make("aws:ec2/routeTable:RouteTable", "app", {
        vpcId: one.vpc.id,
        routes: [{ cidrBlock: "10.2.192.0/18", networkInterfaceId: "eni-0123456789abcdef0" }],
      });
      one.make("aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation", "app", {
        vpcId: one.vpc.id,
        routeTableId: table.id,
      });
    },
  },
  {
    id: "B082",
    title: "cell 1's database group admits the whole private range",
    act: (one) => {
      one.make("aws:ec2/securityGroup:SecurityGroup", "postgres", {
        vpcId: one.vpc.id,
        ingress: [{ protocol: "tcp", fromPort: 5432, toPort: 5432, cidrBlocks: ["10.0.0.0/8"] }],
      });
    },
  },
  {
    id: "B083",
    title: "a rule for two neighbours at once: 10.2.0.0/15 holds cell 2",
    act: (one) => {
      const group = one.make("aws:ec2/securityGroup:SecurityGroup", "postgres", { vpcId: one.vpc.id });
      one.make("aws:ec2/securityGroupRule:SecurityGroupRule", "postgres", {
        type: "ingress",
        securityGroupId: group.id,
        protocol: "-1",
        fromPort: 0,
        toPort: 0,
        cidrBlocks: ["10.2.0.0/15"],
      });
    },
  },
  {
    id: "B084",
    title: "the private range in two halves, as IPv4 addresses inside IPv6",
    act: (one) => {
      const group = one.make("aws:ec2/securityGroup:SecurityGroup", "redis", { vpcId: one.vpc.id });
      one.make("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "redis", {
        securityGroupId: group.id,
        ipProtocol: "tcp",
        fromPort: 6379,
        toPort: 6379,
        cidrIpv6: "::ffff:10.2.0.0/112",
      });
    },
  },
  {
    id: "B085",
    title: "an access list of cell 1 admits cell 2's block",
    act: (one) => {
      one.make("aws:ec2/networkAcl:NetworkAcl", "data", {
        vpcId: one.vpc.id,
        ingress: [{ ruleNo: 100, protocol: "-1", action: "allow", cidrBlock: "10.2.0.0/16", fromPort: 0, toPort: 0 }],
      });
    },
  },
  {
    id: "B086",
    title: "cell 1's prefix list gets one entry in cell 2",
    act: (one) => {
      const list = one.make("aws:ec2/managedPrefixList:ManagedPrefixList", "friends", {
        name: "friends",
        maxEntries: 5,
      });
      one.make("aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry", "friend", {
        prefixListId: list.id,
        cidr: "10.2.16.0/20",
      });
    },
  },
  {
    id: "B087",
    title: "an endpoint in cell 1 to a service of cell 2",
    act: (one, two) => {
      const service = two.make("aws:ec2/vpcEndpointService:VpcEndpointService", "ledger", {
        acceptanceRequired: false,
      });
      one.make("aws:ec2/vpcEndpoint:VpcEndpoint", "ledger", {
        vpcId: one.vpc.id,
        vpcEndpointType: "Interface",
        serviceName: service.out("serviceName"),
      });
    },
  },
  {
    id: "B088",
    title: "an endpoint service of cell 1 that everyone may use without acceptance",
    act: (one) => {
      one.make("aws:ec2/vpcEndpointService:VpcEndpointService", "ledger", {
        acceptanceRequired: false,
        allowedPrincipals: ["*"],
        networkLoadBalancerArns: [
          `arn:aws:elasticloadbalancing:eu-west-1:${account}:loadbalancer/net/dev-cell-1-ledger/0123456789abcdef`,
        ],
      });
    },
  },
  {
    id: "B089",
    title: "a subnet of cell 1 in cell 2's network",
    act: (one, two) => {
      one.make("aws:ec2/subnet:Subnet", "guest", { vpcId: two.vpc.id, cidrBlock: "10.2.99.0/24" });
    },
  },
  {
    id: "B090",
    title: "a function of cell 1 runs in cell 2's subnets",
    act: (one, two) => {
      const subnet = two.make("aws:ec2/subnet:Subnet", "app-a", { vpcId: two.vpc.id, cidrBlock: "10.2.1.0/24" });
      one.make("aws:lambda/function:Function", "reader", {
        name: "dev-cell-1-reader",
        role: role(one).out("arn"),
        vpcConfig: { subnetIds: [subnet.id], securityGroupIds: [] },
      });
    },
  },
  {
    id: "B091",
    title: "cell 1's network joins cell 2's lattice",
    act: (one, two) => {
      const network = two.make("aws:vpclattice/serviceNetwork:ServiceNetwork", "mesh", { name: "mesh" });
      one.make("aws:vpclattice/serviceNetworkVpcAssociation:ServiceNetworkVpcAssociation", "mesh", {
        vpcIdentifier: one.vpc.id,
        serviceNetworkIdentifier: network.id,
      });
    },
  },
  {
    id: "B092",
    title: "a lattice resource of cell 1 leads to cell 2's database by its name",
    act: (one) => {
      one.make("aws:vpclattice/resourceConfiguration:ResourceConfiguration", "database", {
        name: "database",
        portRanges: ["5432"],
        protocol: "TCP",
        resourceConfigurationDefinition: {
          dnsResource: { domainName: "POSTGRES-CELL-2-PRIMARY.CELL-2.INTERNAL.", ipAddressType: "IPV4" },
        },
      });
    },
  },
  {
    id: "B093",
    title: "a target of cell 1's load balancer is an address in cell 2",
    act: (one) => {
      const group = one.make("aws:lb/targetGroup:TargetGroup", "app", {
        name: "dev-cell-1-app",
        vpcId: one.vpc.id,
        targetType: "ip",
      });
      one.make("aws:lb/targetGroupAttachment:TargetGroupAttachment", "app", {
        targetGroupArn: group.out("arn"),
        targetId: "10.2.1.10",
        availabilityZone: "all",
        port: 443,
      });
    },
  },
  {
    id: "B094",
    title: "a listener of cell 1 sends a tenth of its traffic to cell 2's target group",
    act: (one, two) => {
      const own = one.make("aws:lb/targetGroup:TargetGroup", "app", { name: "dev-cell-1-app", vpcId: one.vpc.id });
      const far = two.make("aws:lb/targetGroup:TargetGroup", "app", { name: "dev-cell-2-app", vpcId: two.vpc.id });
      one.make("aws:lb/listener:Listener", "https", {
        loadBalancerArn: one.make("aws:lb/loadBalancer:LoadBalancer", "app", { name: "dev-cell-1-app" }).out("arn"),
        port: 443,
        defaultActions: [
          {
            type: "forward",
            forward: {
              targetGroups: [
                { arn: own.out("arn"), weight: 90 },
                { arn: far.out("arn"), weight: 10 },
              ],
            },
          },
        ],
      });
    },
  },
  {
    id: "B095",
    title: "a rule of cell 1's listener takes requests for cell 2's host",
    act: (one) => {
      one.make("aws:lb/listenerRule:ListenerRule", "guest", {
        listenerArn: one.make("aws:lb/listener:Listener", "https", { port: 443 }).out("arn"),
        priority: 10,
        conditions: [{ hostHeader: { values: ["cell-2.dev.cells.example.com"] } }],
        actions: [{ type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "200" } }],
      });
    },
  },
  {
    id: "B096",
    title: "cell 1's accelerator has cell 2's load balancer as an endpoint",
    act: (one, two) => {
      const balancer = two.make("aws:lb/loadBalancer:LoadBalancer", "app", { name: "dev-cell-2-app" });
      one.make("aws:globalaccelerator/endpointGroup:EndpointGroup", "app", {
        listenerArn: one.make("aws:globalaccelerator/listener:Listener", "app", { protocol: "TCP" }).id,
        endpointConfigurations: [{ endpointId: balancer.out("arn"), weight: 1 }],
      });
    },
  },
  {
    id: "B097",
    title: "a mirror of cell 1 copies the traffic of an interface in cell 2",
    act: (one, two) => {
      const face = two.make("aws:ec2/networkInterface:NetworkInterface", "app", {
        subnetId: "subnet-0000000000000002a",
      });
      const target = one.make("aws:ec2/trafficMirrorTarget:TrafficMirrorTarget", "tap", {});
      one.make("aws:ec2/trafficMirrorSession:TrafficMirrorSession", "tap", {
        networkInterfaceId: face.id,
        trafficMirrorTargetId: target.id,
        sessionNumber: 1,
      });
    },
  },
  {
    id: "B098",
    title: "flow logs of cell 2's network go to cell 1's bucket",
    act: (one, two) => {
      const bucket = one.make("aws:s3/bucket:Bucket", "flows", { bucket: "dev-cell-1-flows" });
      one.make("aws:ec2/flowLog:FlowLog", "flows", {
        vpcId: two.vpc.id,
        logDestinationType: "s3",
        logDestination: bucket.out("arn"),
        trafficType: "ALL",
      });
    },
  },
  {
    id: "B099",
    title: "users of cell 1's VPN are admitted to cell 2's block",
    act: (one) => {
      const vpn = one.make("aws:ec2clientvpn/endpoint:Endpoint", "vpn", { clientCidrBlock: "172.31.0.0/22" });
      one.make("aws:ec2clientvpn/authorizationRule:AuthorizationRule", "vpn", {
        clientVpnEndpointId: vpn.id,
        targetNetworkCidr: "10.2.0.0/16",
        authorizeAllGroups: true,
      });
    },
  },
  {
    id: "B100",
    title: "cell 1's VPN announces cell 2's block as its own",
    act: (one) => {
      const vpn = one.make("aws:ec2/vpnConnection:VpnConnection", "vpn", { type: "ipsec.1", staticRoutesOnly: true });
      one.make("aws:ec2/vpnConnectionRoute:VpnConnectionRoute", "neighbour", {
        vpnConnectionId: vpn.id,
        destinationCidrBlock: "10.2.0.0/17",
      });
    },
  },
  {
    id: "B101",
    title: "cell 2's private zone is associated with cell 1's network",
    act: (one, two) => {
      const zone = two.make("aws:route53/zone:Zone", "zone", {
        name: "cell-2.internal",
        vpcs: [{ vpcId: two.vpc.id }],
      });
      one.make("aws:route53/zoneAssociation:ZoneAssociation", "neighbour", { zoneId: zone.id, vpcId: one.vpc.id });
    },
  },
  {
    id: "B102",
    title: "cell 1's private zone also serves cell 2's network",
    act: (one, two) => {
      one.make("aws:route53/zone:Zone", "zone", {
        name: "cell-1.internal",
        vpcs: [{ vpcId: one.vpc.id }, { vpcId: two.vpc.id, vpcRegion: "eu-west-1" }],
      });
    },
  },
  {
    id: "B103",
    title: "a neutral name in cell 1's zone is an alias of cell 2's database",
    act: (one) => {
      const zone = one.make("aws:route53/zone:Zone", "zone", {
        name: "cell-1.internal",
        vpcs: [{ vpcId: one.vpc.id }],
      });
      one.make("aws:route53/record:Record", "reporting", {
        zoneId: zone.id,
        name: "reporting.cell-1.internal",
        type: "CNAME",
        ttl: 60,
        records: ["dev-cell-2-postgres-primary.c9akciq32.eu-west-1.rds.amazonaws.com"],
      });
    },
  },
  {
    id: "B104",
    title: "cell 1 answers for cell 2's name in a zone of its own",
    act: (one) => {
      one.make("aws:route53/zone:Zone", "shadow", { name: "cell-2.internal", vpcs: [{ vpcId: one.vpc.id }] });
    },
  },
  {
    id: "B105",
    title: "a certificate of cell 1 also proves cell 2's name, by a wildcard",
    act: (one) => {
      one.make("aws:acm/certificate:Certificate", "public", {
        domainName: "cell-1.dev.cells.example.com",
        subjectAlternativeNames: ["*.dev.cells.example.com"],
        validationMethod: "DNS",
      });
    },
  },
  {
    id: "B106",
    title: "cell 1's distribution has cell 2 as its second origin",
    act: (one) => {
      one.make("aws:cloudfront/distribution:Distribution", "front", {
        enabled: true,
        origins: [
          { originId: "own", domainName: "cell-1.dev.cells.example.com" },
          { originId: "spare", domainName: "cell-2.dev.cells.example.com" },
        ],
        originGroups: [{ originId: "both", members: [{ originId: "own" }, { originId: "spare" }] }],
      });
    },
  },
  {
    id: "B107",
    title: "a service discovery instance of cell 1 is an address of cell 2",
    act: (one) => {
      const service = one.make("aws:servicediscovery/service:Service", "orders", { name: "orders" });
      one.make("aws:servicediscovery/instance:Instance", "orders", {
        instanceId: "orders-1",
        serviceId: service.id,
        attributes: { AWS_INSTANCE_IPV4: "10.2.1.44", AWS_INSTANCE_PORT: "8443" },
      });
    },
  },

  // Data: copies, replicas, restores, streams.
  {
    id: "B108",
    title: "cell 1's database is restored from an automatic snapshot of cell 2's",
    act: (one) => {
      one.make("aws:rds/instance:Instance", "restored", {
        identifier: "dev-cell-1-postgres-restored",
        snapshotIdentifier: "rds:dev-cell-2-postgres-primary-2026-05-20-03-10",
      });
    },
  },
  {
    id: "B109",
    title: "cell 1 is restored to a point in time of cell 2, by the id of the instance",
    act: (one, two) => {
      one.make("aws:rds/instance:Instance", "restored", {
        identifier: "dev-cell-1-postgres-restored",
        restoreToPointInTime: { sourceDbiResourceId: two.database.id, useLatestRestorableTime: true },
      });
    },
  },
  {
    id: "B110",
    title: "cell 1's proxy has cell 2's database as its target",
    act: (one) => {
      one.make("aws:rds/proxyTarget:ProxyTarget", "database", {
        dbProxyName: "dev-cell-1-proxy",
        targetGroupName: "default",
        dbInstanceIdentifier: "dev-cell-2-postgres-primary",
      });
    },
  },
  {
    id: "B111",
    title: "cell 1's cache begins with a dump in cell 2's bucket",
    act: (one) => {
      one.make("aws:elasticache/replicationGroup:ReplicationGroup", "redis", {
        replicationGroupId: "dev-cell-1-redis",
        description: "Cache",
        snapshotArns: ["arn:aws:s3:::dev-cell-2-backups/redis/0001.rdb"],
      });
    },
  },
  {
    id: "B112",
    title: "the backup plan of cell 1 saves everything of the environment, by tag",
    act: (one) => {
      one.make("aws:backup/selection:Selection", "all", {
        planId: one.make("aws:backup/plan:Plan", "daily", { name: "dev-cell-1-daily" }).id,
        iamRoleArn: role(one, "backup", "backup.amazonaws.com").out("arn"),
        selectionTags: [{ type: "STRINGEQUALS", key: "environment", value: "dev" }],
      });
    },
  },
  {
    id: "B113",
    title: "the backup plan of cell 1 saves every resource but its own cache",
    act: (one) => {
      one.make("aws:backup/selection:Selection", "all", {
        planId: one.make("aws:backup/plan:Plan", "daily", { name: "dev-cell-1-daily" }).id,
        iamRoleArn: role(one, "backup", "backup.amazonaws.com").out("arn"),
        resources: ["*"],
        notResources: [`arn:aws:elasticache:eu-west-1:${account}:replicationgroup:dev-cell-1-redis`],
      });
    },
  },
  {
    id: "B114",
    title: "snapshots of every volume that has an owner, by a lifecycle policy of cell 1",
    act: (one) => {
      one.make("aws:dlm/lifecyclePolicy:LifecyclePolicy", "nightly", {
        description: "Nightly",
        state: "ENABLED",
        executionRoleArn: role(one, "dlm", "dlm.amazonaws.com").out("arn"),
        policyDetails: { resourceTypes: ["VOLUME"], targetTags: { "managed-by": "pulumi" }, schedules: [] },
      });
    },
  },
  {
    id: "B115",
    title: "cell 1's recovery points are copied into cell 2's vault",
    act: (one) => {
      one.make("aws:backup/plan:Plan", "daily", {
        name: "dev-cell-1-daily",
        rules: [
          {
            ruleName: "daily",
            targetVaultName: "dev-cell-1-vault",
            copyActions: [
              { destinationVaultArn: `arn:aws:backup:eu-central-1:${account}:backup-vault:dev-cell-2-vault` },
            ],
          },
        ],
      });
    },
  },
  {
    id: "B116",
    title: "a volume of cell 1 is a copy of cell 2's snapshot",
    act: (one, two) => {
      const snapshot = two.make("aws:ebs/snapshot:Snapshot", "disk", { volumeId: "vol-0123456789abcdef0" });
      const copy = one.make("aws:ebs/snapshotCopy:SnapshotCopy", "disk", {
        sourceSnapshotId: snapshot.id,
        sourceRegion: "eu-west-1",
      });
      one.make("aws:ebs/volume:Volume", "disk", { availabilityZone: "eu-west-1a", snapshotId: copy.id });
    },
  },
  {
    id: "B117",
    title: "cell 1's image may be launched by the whole organisation",
    act: (one) => {
      const image = one.make("aws:ec2/amiFromInstance:AmiFromInstance", "golden", { name: "dev-cell-1-golden" });
      one.make("aws:ec2/amiLaunchPermission:AmiLaunchPermission", "golden", {
        imageId: image.id,
        organizationArn: "arn:aws:organizations::111122223333:organization/o-a1b2c3d4e5",
      });
    },
  },
  {
    id: "B118",
    title: "cell 1's bucket replicates into cell 2's",
    act: (one) => {
      one.make("aws:s3/bucketReplicationConfig:BucketReplicationConfig", "data", {
        bucket: "dev-cell-1-data",
        role: role(one, "replication", "s3.amazonaws.com").out("arn"),
        rules: [{ id: "all", status: "Enabled", destination: { bucket: "arn:aws:s3:::dev-cell-2-data" } }],
      });
    },
  },
  {
    id: "B119",
    title: "an access point of cell 1 opens cell 2's bucket",
    act: (one, two) => {
      const bucket = two.make("aws:s3/bucket:Bucket", "data", { bucket: "dev-cell-2-data" });
      one.make("aws:s3/accessPoint:AccessPoint", "reports", {
        bucket: bucket.id,
        name: "reports",
        vpcConfiguration: { vpcId: one.vpc.id },
      });
    },
  },
  {
    id: "B120",
    title: "a copied object of cell 1 comes from cell 2's bucket, in the URL's spelling",
    act: (one) => {
      one.make("aws:s3/objectCopy:ObjectCopy", "export", {
        bucket: "dev-cell-1-data",
        key: "export.csv",
        source: "dev%2Dcell%2D2%2Ddata/export.csv",
      });
    },
  },
  {
    id: "B121",
    title: "a file system of cell 1 is linked to cell 2's bucket",
    act: (one) => {
      one.make("aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation", "import", {
        fileSystemId: one.make("aws:fsx/lustreFileSystem:LustreFileSystem", "scratch", { storageCapacity: 1200 }).id,
        fileSystemPath: "/import",
        dataRepositoryPath: "s3://dev-cell-2-data/import/",
      });
    },
  },
  {
    id: "B122",
    title: "a mount target of cell 2's file system in cell 1's subnet",
    act: (one, two) => {
      const files = two.make("aws:efs/fileSystem:FileSystem", "files", { creationToken: "files" });
      const subnet = one.make("aws:ec2/subnet:Subnet", "app-a", { vpcId: one.vpc.id, cidrBlock: "10.1.1.0/24" });
      one.make("aws:efs/mountTarget:MountTarget", "files", { fileSystemId: files.id, subnetId: subnet.id });
    },
  },
  {
    id: "B123",
    title: "a volume of cell 1's Kubernetes is cell 2's file system",
    act: (one, two) => {
      const files = two.make("aws:efs/fileSystem:FileSystem", "files", { creationToken: "files" });
      put(one, "core/v1:PersistentVolume", "files", {
        spec: {
          capacity: { storage: "5Gi" },
          accessModes: ["ReadWriteMany"],
          csi: { driver: "efs.csi.aws.com", volumeHandle: pulumi.interpolate`${files.id}:/exports::fsap-1` },
        },
      });
    },
  },
  {
    id: "B124",
    title: "a replicator of cell 1 copies the topics of cell 2's Kafka",
    act: (one, two) => {
      const far = two.make("aws:msk/cluster:Cluster", "kafka", { clusterName: "dev-cell-2-kafka" });
      const own = one.make("aws:msk/cluster:Cluster", "kafka", { clusterName: "dev-cell-1-kafka" });
      one.make("aws:msk/replicator:Replicator", "orders", {
        replicatorName: "dev-cell-1-orders",
        serviceExecutionRoleArn: role(one, "replicator", "kafka.amazonaws.com").out("arn"),
        kafkaClusters: [far, own].map((cluster) => ({ amazonMskCluster: { mskClusterArn: cluster.out("arn") } })),
      });
    },
  },
  {
    id: "B125",
    title: "a connector of cell 1 reads cell 2's brokers",
    act: (one) => {
      one.make("aws:mskconnect/connector:Connector", "sink", {
        name: "dev-cell-1-sink",
        kafkaCluster: {
          apacheKafkaCluster: {
            bootstrapServers:
              "kafka-cell-2-0.cell-2.internal:9098,kafka-cell-2-1.cell-2.internal:9098,kafka-cell-2-2.cell-2.internal:9098",
            vpc: { subnets: [], securityGroups: [] },
          },
        },
      });
    },
  },
  {
    id: "B126",
    title: "the connector is cell 1's, and its plugin's settings name cell 2's database",
    act: (one) => {
      one.make("aws:mskconnect/connector:Connector", "cdc", {
        name: "dev-cell-1-cdc",
        connectorConfiguration: {
          "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
          "database.hostname": "postgres-cell-2-replica.cell-2.internal",
          "topic.prefix": "cell-1",
        },
      });
    },
  },
  {
    id: "B127",
    title: "cell 1's function is fed by Kafka brokers of cell 2 that it lists itself",
    act: (one) => {
      one.make("aws:lambda/eventSourceMapping:EventSourceMapping", "orders", {
        functionName: "dev-cell-1-reader",
        topics: ["orders"],
        selfManagedEventSource: {
          endpoints: { KAFKA_BOOTSTRAP_SERVERS: "b-1.dev-cell-2-kafka.a1b2c3.c2.kafka.eu-west-1.amazonaws.com:9098" },
        },
      });
    },
  },
  {
    id: "B128",
    title: "a migration task of cell 1 has cell 2's database as its source",
    act: (one) => {
      const source = one.make("aws:dms/endpoint:Endpoint", "source", {
        endpointId: "dev-cell-1-source",
        endpointType: "source",
        engineName: "postgres",
        serverName: "10.2.10.21",
        port: 5432,
      });
      one.make("aws:dms/replicationTask:ReplicationTask", "copy", {
        replicationTaskId: "dev-cell-1-copy",
        sourceEndpointArn: source.out("arn"),
      });
    },
  },
  {
    id: "B129",
    title: "a Glue connection of cell 1 to cell 2's database, by JDBC",
    act: (one) => {
      one.make("aws:glue/connection:Connection", "warehouse", {
        name: "warehouse",
        connectionProperties: {
          JDBC_CONNECTION_URL: "jdbc:postgresql://postgres-cell-2-replica.cell-2.internal:5432/app",
        },
      });
    },
  },
  {
    id: "B130",
    title: "cell 2's logs are delivered to cell 1's stream, by a name in a path",
    act: (one) => {
      const stream = one.make("aws:kinesis/stream:Stream", "logs", { name: "dev-cell-1-logs" });
      one.make("aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter", "audit", {
        logGroup: "/aws/eks/dev-cell-2-app/cluster",
        filterPattern: "",
        destinationArn: stream.out("arn"),
      });
    },
  },
  {
    id: "B131",
    title: "cell 1's dead letters go to cell 2's queue, in a JSON text",
    act: (one, two) => {
      const dead = two.make("aws:sqs/queue:Queue", "dead", { name: "dev-cell-2-dead" });
      one.make("aws:sqs/queue:Queue", "work", {
        name: "dev-cell-1-work",
        redrivePolicy: dead
          .out("arn")
          .apply((deadLetterTargetArn) => JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 3 })),
      });
    },
  },
  {
    id: "B132",
    title: "cell 1's dead-letter queue takes those of cell 2's queues",
    act: (one) => {
      const dead = one.make("aws:sqs/queue:Queue", "dead", { name: "dev-cell-1-dead" });
      one.make("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", "dead", {
        queueUrl: dead.id,
        redriveAllowPolicy: JSON.stringify({
          redrivePermission: "byQueue",
          sourceQueueArns: [`arn:aws:sqs:eu-west-1:${account}:dev-cell-2-work`],
        }),
      });
    },
  },
  {
    id: "B133",
    title: "a pipe carries cell 1's queue to cell 2's topic",
    act: (one, two) => {
      one.make("aws:pipes/pipe:Pipe", "orders", {
        roleArn: role(one, "pipes", "pipes.amazonaws.com").out("arn"),
        source: one.make("aws:sqs/queue:Queue", "orders", { name: "dev-cell-1-orders" }).out("arn"),
        target: two.topic.out("arn"),
      });
    },
  },
  {
    id: "B134",
    title: "a rule of cell 1 forwards its events to cell 2's bus",
    act: (one) => {
      const rule = one.make("aws:cloudwatch/eventRule:EventRule", "orders", {
        name: "dev-cell-1-orders",
        eventPattern: JSON.stringify({ source: ["acme.orders"] }),
      });
      one.make("aws:cloudwatch/eventTarget:EventTarget", "orders", {
        rule: rule.id,
        arn: `arn:aws:events:eu-west-1:${account}:event-bus/dev-cell-2-orders`,
      });
    },
  },
  {
    id: "B135",
    title: "a rule of cell 1 picks the events of cell 2's databases",
    act: (one) => {
      one.make("aws:cloudwatch/eventRule:EventRule", "databases", {
        name: "dev-cell-1-databases",
        eventPattern: JSON.stringify({
          source: ["aws.rds"],
          detail: { SourceIdentifier: [{ prefix: "dev-cell-2-" }] },
        }),
      });
    },
  },
  {
    id: "B136",
    title: "a delivery stream of cell 1 writes to cell 2's search domain",
    act: (one) => {
      one.make("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", "search", {
        name: "dev-cell-1-search",
        destination: "opensearch",
        opensearchConfiguration: {
          roleArn: role(one, "firehose", "firehose.amazonaws.com").out("arn"),
          domainArn: `arn:aws:es:eu-west-1:${account}:domain/dev-cell-2-search`,
          indexName: "orders",
        },
      });
    },
  },
  {
    id: "B137",
    title: "cell 1's search domain admits cell 2's workload",
    act: (one) => {
      one.make("aws:opensearch/domain:Domain", "search", {
        domainName: "dev-cell-1-search",
        accessPolicies: policy(
          admit(
            { AWS: [`arn:aws:iam::${account}:role/dev-cell-2-workload`] },
            "es:ESHttp*",
            `arn:aws:es:eu-west-1:${account}:domain/dev-cell-1-search/*`,
          ),
        ),
      });
    },
  },

  // Fate.
  {
    id: "B138",
    title: "a composite alarm of cell 1 rings for cell 2",
    act: (one) => {
      one.make("aws:cloudwatch/compositeAlarm:CompositeAlarm", "unhealthy", {
        alarmName: "dev-cell-1-unhealthy",
        alarmRule: 'ALARM(dev-cell-1-down) OR ALARM("dev-cell-2-down")',
      });
    },
  },
  {
    id: "B139",
    title: "cell 1 scales with the load of cell 2's load balancer",
    act: (one) => {
      one.make("aws:cloudwatch/metricAlarm:MetricAlarm", "load", {
        name: "dev-cell-1-load",
        comparisonOperator: "GreaterThanThreshold",
        evaluationPeriods: 1,
        metricQueries: [
          {
            id: "load",
            returnData: true,
            metric: {
              namespace: "AWS/ApplicationELB",
              metricName: "RequestCount",
              dimensions: { LoadBalancer: "app/dev-cell-2-app/50dc6c495c0c9188" },
              period: 60,
              stat: "Sum",
            },
          },
        ],
      });
    },
  },
  {
    id: "B140",
    title: "a metric expression of cell 1 searches the metrics of all cells and acts on them",
    act: (one) => {
      one.make("aws:cloudwatch/metricAlarm:MetricAlarm", "load", {
        name: "dev-cell-1-load",
        comparisonOperator: "GreaterThanThreshold",
        evaluationPeriods: 1,
        alarmActions: [one.topic.out("arn")],
        metricQueries: [
          {
            id: "q",
            period: 60,
            returnData: true,
            expression: `SELECT MAX(CPUUtilization) FROM "AWS/RDS" WHERE DBInstanceIdentifier = 'dev-cell-2-postgres-primary'`,
          },
        ],
      });
    },
  },
  {
    id: "B141",
    title: "a schedule of cell 1 empties cell 2's Auto Scaling group at night",
    act: (one) => {
      one.make("aws:autoscaling/schedule:Schedule", "night", {
        scheduledActionName: "night",
        autoscalingGroupName: "eks-dev-cell-2-blue-d6c5a4b3",
        desiredCapacity: 0,
        minSize: 0,
        maxSize: 0,
        recurrence: "0 20 * * *",
      });
    },
  },
  {
    id: "B142",
    title: "an association of cell 1 runs a document on every machine of the environment",
    act: (one) => {
      one.make("aws:ssm/association:Association", "patch", {
        name: "AWS-RunPatchBaseline",
        targets: [{ key: "tag:environment", values: ["dev"] }],
      });
    },
  },
  {
    id: "B143",
    title: "an association of cell 1 runs a document on all machines of the account",
    act: (one) => {
      one.make("aws:ssm/association:Association", "inventory", {
        name: "AWS-GatherSoftwareInventory",
        targets: [{ key: "InstanceIds", values: ["*"] }],
      });
    },
  },
  {
    id: "B144",
    title: "a deployment group of cell 1 deploys to machines with cell 2's tag",
    act: (one) => {
      one.make("aws:codedeploy/deploymentGroup:DeploymentGroup", "app", {
        appName: "dev-cell-1-app",
        deploymentGroupName: "all",
        serviceRoleArn: role(one, "deploy", "codedeploy.amazonaws.com").out("arn"),
        ec2TagFilters: [{ key: "cell", type: "KEY_AND_VALUE", value: "cell-2" }],
      });
    },
  },
  {
    id: "B145",
    title: "a resource group of cell 1 collects everything that Pulumi manages, for a maintenance window",
    act: (one) => {
      const group = one.make("aws:resourcegroups/group:Group", "all", {
        name: "dev-cell-1-all",
        resourceQuery: {
          query: JSON.stringify({
            ResourceTypeFilters: ["AWS::AllSupported"],
            TagFilters: [{ Key: "managed-by", Values: ["pulumi"] }],
          }),
        },
      });
      one.make("aws:ssm/maintenanceWindowTarget:MaintenanceWindowTarget", "all", {
        windowId: one.make("aws:ssm/maintenanceWindow:MaintenanceWindow", "night", { name: "night" }).id,
        resourceType: "RESOURCE_GROUP",
        targets: [{ key: "resource-groups:Name", values: [group.id] }],
      });
    },
  },
  {
    id: "B146",
    title: "an experiment of cell 1 stops machines of any cell",
    act: (one) => {
      one.make("aws:fis/experimentTemplate:ExperimentTemplate", "chaos", {
        description: "Stop a machine",
        roleArn: role(one, "chaos", "fis.amazonaws.com").out("arn"),
        targets: [
          {
            name: "any",
            resourceType: "aws:ec2:instance",
            selectionMode: "COUNT(1)",
            resourceTags: [{ key: "environment", value: "dev" }],
          },
        ],
        actions: [{ name: "stop", actionId: "aws:ec2:stop-instances", target: { key: "Instances", value: "any" } }],
      });
    },
  },
  {
    id: "B147",
    title: "a Route 53 health check of cell 1 follows cell 2's public host, and cell 1's record fails over by it",
    act: (one) => {
      const check = one.make("aws:route53/healthCheck:HealthCheck", "neighbour", {
        type: "HTTPS",
        fqdn: "cell-2.dev.cells.example.com",
        port: 443,
      });
      one.make("aws:route53/record:Record", "failover", {
        zoneId: one.make("aws:route53/zone:Zone", "public", { name: "cell-1.dev.cells.example.com" }).id,
        name: "cell-1.dev.cells.example.com",
        type: "A",
        setIdentifier: "own",
        healthCheckId: check.id,
        failoverRoutingPolicies: [{ type: "PRIMARY" }],
        records: ["192.0.2.10"],
      });
    },
  },
  {
    id: "B148",
    title: "a command of the program reboots cell 2's database when cell 1 is created",
    act: (one) => {
      one.make("command:local:Command", "reboot", {
        create: "aws rds reboot-db-instance --db-instance-identifier dev-cell-2-postgres-primary",
      });
    },
  },

  // Pulumi itself.
  {
    id: "B149",
    title: "cell 1 writes with cell 2's AWS provider",
    act: (one, two) => {
      one.make("aws:sqs/queue:Queue", "work", { name: "dev-cell-1-work" }, { provider: two.provider });
    },
  },
  {
    id: "B150",
    title: "cell 1 writes into cell 2's cluster",
    act: (one, two) => {
      one.make(
        "kubernetes:core/v1:Secret",
        "guest",
        { metadata: { name: "guest" }, stringData: { token: "x" } },
        { provider: two.kubernetes },
      );
    },
  },
  {
    id: "B151",
    title: "cell 1's own provider assumes cell 2's role",
    act: (one) => {
      const provider = new OwnProvider(
        "aws",
        "cell-1-visitor",
        { region: "eu-west-1", assumeRoles: [{ roleArn: `arn:aws:iam::${account}:role/dev-cell-2-deployer` }] },
        { parent: one.component },
      );
      one.make("aws:sqs/queue:Queue", "work", { name: "dev-cell-1-work" }, { provider });
    },
  },
  {
    id: "B152",
    title: "cell 1's own Kubernetes provider has cell 2's kubeconfig",
    act: (one, two) => {
      new OwnProvider(
        "kubernetes",
        "cell-1-visitor",
        {
          kubeconfig: two.cluster.id.apply((name) =>
            JSON.stringify({
              apiVersion: "v1",
              kind: "Config",
              users: [{ name, user: { exec: { command: "aws", args: ["eks", "get-token", "--cluster-name", name] } } }],
            }),
          ),
        },
        { parent: one.component },
      );
    },
  },
  {
    id: "B153",
    title: "cell 1 keeps cell 2's address as a secret",
    act: (one, two) => {
      one.make("aws:secretsmanager/secretVersion:SecretVersion", "neighbour", {
        secretId: one.make("aws:secretsmanager/secret:Secret", "neighbour", { name: "dev-cell-1/neighbour" }).id,
        secretString: pulumi.secret(pulumi.jsonStringify({ host: two.database.out("address"), port: 5432 })),
      });
    },
  },
  {
    id: "B154",
    title: "cell 1's queue waits for cell 2's database",
    act: (one, two) => {
      one.make("aws:sqs/queue:Queue", "work", { name: "dev-cell-1-work" }, { dependsOn: [two.database] });
    },
  },

  // Texts in texts.
  {
    id: "B155",
    title: "start-up data, base64 by an output: mounts cell 2's file share",
    act: (one, two) => {
      one.make("aws:ec2/launchTemplate:LaunchTemplate", "nodes", {
        name: "dev-cell-1-nodes",
        userData: two.database.out("address").apply((host) => base64(`#!/bin/bash\nexport PGHOST=${host}\n`)),
      });
    },
  },
  {
    id: "B156",
    title: "start-up data, compressed, with a name of cell 2",
    act: (one) => {
      one.make("aws:ec2/launchTemplate:LaunchTemplate", "nodes", {
        name: "dev-cell-1-nodes",
        userData: base64(gzipSync("#!/bin/bash\nmount -t nfs4 files.cell-2.internal:/ /mnt/files\n")),
      });
    },
  },
  {
    id: "B157",
    title: "start-up data in MIME parts, one of them base64 again",
    act: (one) => {
      const inner = base64("#cloud-config\nbootcmd:\n  - [ping, postgres-cell-2-primary.cell-2.internal]\n");
      const mime = [
        'Content-Type: multipart/mixed; boundary="//"',
        "MIME-Version: 1.0",
        "",
        "--//",
        'Content-Type: text/cloud-config; charset="utf-8"',
        "Content-Transfer-Encoding: base64",
        "",
        inner,
        "--//--",
      ].join("\n");
      one.make("aws:ec2/instance:Instance", "bastion", { userDataBase64: base64(mime) });
    },
  },
  {
    id: "B158",
    title: "a CloudFormation template of cell 1 composes cell 2's bucket of its parameters",
    act: (one) => {
      one.make("aws:cloudformation/stack:Stack", "import", {
        name: "dev-cell-1-import",
        parameters: { Neighbour: "cell-2" },
        templateBody: JSON.stringify({
          Parameters: { Neighbour: { Type: "String" } },
          Resources: {
            Read: {
              Type: "AWS::IAM::ManagedPolicy",
              Properties: {
                PolicyDocument: {
                  Version: "2012-10-17",
                  Statement: [
                    {
                      Effect: "Allow",
                      Action: "s3:GetObject",
                      Resource: { "Fn::Sub": "arn:aws:s3:::dev-${Neighbour}-data/*" },
                    },
                  ],
                },
              },
            },
          },
        }),
      });
    },
  },
  {
    id: "B159",
    title: "a CloudFormation template of cell 1 resolves cell 2's secret",
    act: (one) => {
      one.make("aws:cloudformation/stack:Stack", "import", {
        name: "dev-cell-1-import",
        templateBody: [
          "Resources:",
          "  Copy:",
          "    Type: AWS::SSM::Parameter",
          "    Properties:",
          "      Type: String",
          "      Value: '{{resolve:secretsmanager:dev-cell-2/postgres:SecretString:password}}'",
        ].join("\n"),
      });
    },
  },
  {
    id: "B160",
    title: "a task of cell 1 takes a secret of cell 2, in the JSON of its containers",
    act: (one) => {
      one.make("aws:ecs/taskDefinition:TaskDefinition", "worker", {
        family: "dev-cell-1-worker",
        containerDefinitions: JSON.stringify([
          {
            name: "worker",
            image: "example/worker:2.1.0",
            secrets: [
              {
                name: "PASSWORD",
                valueFrom: `arn:aws:secretsmanager:eu-west-1:${account}:secret:dev-cell-2/postgres-AbCdEf:password::`,
              },
            ],
          },
        ]),
      });
    },
  },
  {
    id: "B161",
    title: "a function's code in the program names cell 2's host",
    act: (one) => {
      one.make("aws:lambda/function:Function", "reader", {
        name: "dev-cell-1-reader",
        role: role(one).out("arn"),
        code: new pulumi.asset.AssetArchive({
          "index.mjs": new pulumi.asset.StringAsset(
            'export const handler = () => fetch("https://cell-2.dev.cells.example.com/orders");\n',
          ),
        }),
      });
    },
  },
  {
    id: "B162",
    title: "an object of cell 1's bucket is a script with cell 2's address",
    act: (one) => {
      one.make("aws:s3/bucketObjectv2:BucketObjectv2", "script", {
        bucket: "dev-cell-1-data",
        key: "backup.sh",
        source: new pulumi.asset.StringAsset("pg_dump --host=10.2.10.21 app > /tmp/app.sql\n"),
      });
    },
  },
  {
    id: "B163",
    title: "an AppConfig version of cell 1 carries cell 2's host in base64 of JSON",
    act: (one) => {
      one.make("aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion", "flags", {
        applicationId: one.make("aws:appconfig/application:Application", "app", { name: "dev-cell-1-app" }).id,
        configurationProfileId: "abc1234",
        contentType: "application/json",
        content: base64(JSON.stringify({ upstream: { host: "redis-cell-2-0.cell-2.internal", tls: true } })),
      });
    },
  },
  {
    id: "B164",
    title: "a state machine of cell 1 composes cell 2's function of a format",
    act: (one) => {
      one.make("aws:sfn/stateMachine:StateMachine", "report", {
        name: "dev-cell-1-report",
        definition: JSON.stringify({
          StartAt: "Call",
          States: {
            Call: {
              Type: "Task",
              Resource: "arn:aws:states:::lambda:invoke",
              Parameters: { "FunctionName.$": "States.Format('dev-cell-{}-reader', $.cell)" },
              End: true,
            },
          },
        }),
      });
    },
  },
  {
    id: "B165",
    title: "a document of cell 1 runs a script that decodes cell 2's host itself",
    act: (one) => {
      one.make("aws:ssm/document:Document", "dump", {
        name: "dev-cell-1-dump",
        documentType: "Command",
        content: JSON.stringify({
          schemaVersion: "2.2",
          mainSteps: [
            {
              action: "aws:runShellScript",
              name: "dump",
              inputs: {
                runCommand: [
                  "echo cG9zdGdyZXMtY2VsbC0yLXByaW1hcnkuY2VsbC0yLmludGVybmFs | base64 -d | xargs pg_dump -h",
                ],
              },
            },
          ],
        }),
      });
    },
  },

  // Kubernetes.
  {
    id: "B166",
    title: "a Service of cell 1 is another name of cell 2's database",
    act: (one) => {
      put(one, "core/v1:Service", "postgres", {
        spec: { type: "ExternalName", externalName: "postgres-cell-2-primary.cell-2.internal" },
      });
    },
  },
  {
    id: "B167",
    title: "an EndpointSlice of cell 1 with an address of cell 2",
    act: (one) => {
      put(one, "discovery.k8s.io/v1:EndpointSlice", "postgres", {
        addressType: "IPv4",
        endpoints: [{ addresses: ["10.2.10.21"] }],
        ports: [{ port: 5432 }],
      });
    },
  },
  {
    id: "B168",
    title: "a Secret of cell 1 with cell 2's URL, in base64",
    act: (one) => {
      put(one, "core/v1:Secret", "database", {
        data: { url: base64("postgres://app@postgres-cell-2-primary.cell-2.internal/app") },
      });
    },
  },
  {
    id: "B169",
    title: "values of a chart, in a YAML text inside of the values",
    act: (one) => {
      put(one, "helm.sh/v3:Release", "grafana", {
        chart: "grafana",
        version: "8.5.1",
        values: {
          datasources: {
            "datasources.yaml":
              "apiVersion: 1\ndatasources:\n- name: pg\n  type: postgres\n  url: postgres-cell-2-replica.cell-2.internal:5432\n",
          },
        },
      });
    },
  },
  {
    id: "B170",
    title: "an Ingress of cell 1 takes requests for cell 2's host",
    act: (one) => {
      put(one, "networking.k8s.io/v1:Ingress", "app", {
        spec: { rules: [{ host: "cell-2.dev.cells.example.com", http: { paths: [] } }] },
      });
    },
  },
  {
    id: "B171",
    title: "external-dns of cell 1 manages the names of cell 2's domain",
    act: (one) => {
      put(one, "helm.sh/v3:Release", "external-dns", {
        chart: "external-dns",
        values: {
          provider: "aws",
          policy: "sync",
          domainFilters: ["cell-2.dev.cells.example.com"],
          txtOwnerId: "cell-1",
        },
      });
    },
  },
  {
    id: "B172",
    title: "a Service of cell 1 asks for a name in cell 2's zone",
    act: (one) => {
      put(one, "core/v1:Service", "api", {
        metadata: {
          name: "api",
          annotations: { "external-dns.alpha.kubernetes.io/hostname": "api.cell-2.dev.cells.example.com" },
        },
        spec: { type: "ClusterIP", ports: [{ port: 443 }] },
      });
    },
  },
  {
    id: "B173",
    title: "a network policy of cell 1 lets pods reach the whole private range",
    act: (one) => {
      put(one, "networking.k8s.io/v1:NetworkPolicy", "egress", {
        spec: {
          podSelector: {},
          policyTypes: ["Egress"],
          egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.10.0.0/16"] } }] }],
        },
      });
    },
  },
  {
    id: "B174",
    title: "the DNS of cell 1's cluster forwards cell 2's names to cell 2's resolver",
    act: (one) => {
      put(one, "core/v1:ConfigMap", "coredns", {
        data: { Corefile: ".:53 {\n  forward . /etc/resolv.conf\n}\ncell-2.internal:53 {\n  forward . 10.2.0.2\n}\n" },
      });
    },
  },
  {
    id: "B175",
    title: "Argo CD of cell 1 has cell 2's cluster among its clusters",
    act: (one, two) => {
      put(one, "core/v1:Secret", "cluster-neighbour", {
        metadata: { name: "cluster-neighbour", labels: { "argocd.argoproj.io/secret-type": "cluster" } },
        stringData: {
          name: "neighbour",
          server: two.cluster.out("address"),
          config: JSON.stringify({ awsAuthConfig: { clusterName: "dev-cell-2-app" } }),
        },
      });
    },
  },
  {
    id: "B176",
    title: "Velero of cell 1 restores from cell 2's bucket",
    act: (one) => {
      put(one, "velero.io/v1:BackupStorageLocation", "default", {
        spec: { provider: "aws", objectStorage: { bucket: "dev-cell-2-velero" }, config: { region: "eu-west-1" } },
      });
    },
  },
  {
    id: "B177",
    title: "Karpenter of cell 1 launches nodes into subnets of cell 2's cluster, by tag",
    act: (one) => {
      put(one, "karpenter.k8s.aws/v1:EC2NodeClass", "default", {
        spec: {
          role: "dev-cell-1-nodes",
          subnetSelectorTerms: [{ tags: { "karpenter.sh/discovery": "dev-cell-2-app" } }],
          securityGroupSelectorTerms: [{ tags: { "karpenter.sh/discovery": "dev-cell-1-app" } }],
        },
      });
    },
  },
  {
    id: "B178",
    title: "a binding of cell 1 registers its pods in cell 2's target group",
    act: (one) => {
      put(one, "elbv2.k8s.aws/v1beta1:TargetGroupBinding", "app", {
        spec: {
          serviceRef: { name: "app", port: 443 },
          targetGroupARN: `arn:aws:elasticloadbalancing:eu-west-1:${account}:targetgroup/dev-cell-2-app/6d0ecf831eec9f09`,
        },
      });
    },
  },
  {
    id: "B179",
    title: "a mesh route of cell 1 mirrors its requests to cell 2",
    act: (one) => {
      put(one, "networking.istio.io/v1:VirtualService", "app", {
        spec: {
          hosts: ["cell-1.dev.cells.example.com"],
          http: [
            {
              route: [{ destination: { host: "app" } }],
              mirror: { host: "cell-2.dev.cells.example.com" },
              mirrorPercentage: { value: 5 },
            },
          ],
        },
      });
    },
  },
  {
    id: "B180",
    title: "Prometheus of cell 1 scrapes cell 2's nodes",
    act: (one) => {
      put(one, "monitoring.coreos.com/v1alpha1:ScrapeConfig", "federate", {
        spec: { staticConfigs: [{ targets: ["10.2.4.7:9100", "10.2.5.7:9100"] }] },
      });
    },
  },
  {
    id: "B181",
    title: "Prometheus of cell 1 discovers all machines of the account that the environment owns",
    act: (one) => {
      put(one, "monitoring.coreos.com/v1alpha1:ScrapeConfig", "nodes", {
        spec: {
          ec2SDConfigs: [{ region: "eu-west-1", port: 9100, filters: [{ name: "tag:cell", values: ["cell-*"] }] }],
        },
      });
    },
  },
  {
    id: "B182",
    title: "fluent-bit of cell 1 sends its logs to cell 2's collector",
    act: (one) => {
      configMap(one, "fluent-bit", {
        "fluent-bit.conf":
          "[OUTPUT]\n    Name   forward\n    Match  *\n    Host   logs.cell-2.internal\n    Port   24224\n",
      });
    },
  },
  {
    id: "B183",
    title: "a job's command dumps cell 2's database, its host split over two arguments",
    act: (one) => {
      put(one, "batch/v1:CronJob", "dump", {
        spec: {
          schedule: "0 3 * * *",
          jobTemplate: {
            spec: {
              template: {
                spec: {
                  containers: [
                    {
                      name: "dump",
                      image: "postgres:17",
                      command: ["sh", "-c"],
                      args: ["exec pg_dump --host postgres-$NEIGHBOUR-replica.$NEIGHBOUR.internal app"],
                      env: [{ name: "NEIGHBOUR", value: "cell-2" }],
                    },
                  ],
                },
              },
            },
          },
        },
      });
    },
  },
  {
    id: "B184",
    title: "a mounted secret of cell 1's pods is cell 2's",
    act: (one) => {
      put(one, "secrets-store.csi.x-k8s.io/v1:SecretProviderClass", "database", {
        spec: {
          provider: "aws",
          parameters: { objects: '- objectName: "dev-cell-2/postgres"\n  objectType: "secretsmanager"\n' },
        },
      });
    },
  },
  {
    id: "B185",
    title: "a store of cell 1's secrets signs in as cell 2's role",
    act: (one) => {
      put(one, "external-secrets.io/v1:ClusterSecretStore", "aws", {
        spec: {
          provider: {
            aws: {
              service: "SecretsManager",
              region: "eu-west-1",
              role: `arn:aws:iam::${account}:role/dev-cell-2-secrets`,
            },
          },
        },
      });
    },
  },
  {
    id: "B186",
    title: "an ExternalSecret of cell 1 finds secrets by a pattern over all cells",
    act: (one) => {
      put(one, "external-secrets.io/v1:ExternalSecret", "all", {
        spec: {
          secretStoreRef: { name: "aws", kind: "ClusterSecretStore" },
          dataFrom: [{ find: { name: { regexp: "^dev-cell-.*/postgres$" } } }],
        },
      });
    },
  },
  {
    id: "B187",
    title: "the pods' egress is open to cell 2 by an address pool of Cilium",
    act: (one) => {
      put(one, "cilium.io/v2:CiliumNetworkPolicy", "egress", {
        spec: { endpointSelector: {}, egress: [{ toCIDRSet: [{ cidr: "10.2.0.0/16", except: ["10.2.0.0/24"] }] }] },
      });
    },
  },
  {
    id: "B188",
    title: "a webhook of cell 1 asks a service in cell 2",
    act: (one) => {
      put(one, "admissionregistration.k8s.io/v1:ValidatingWebhookConfiguration", "guard", {
        webhooks: [{ name: "guard.acme.io", clientConfig: { url: "https://guard.cell-2.internal/validate" } }],
      });
    },
  },
  {
    id: "B189",
    title: "an autoscaler of cell 1 follows cell 2's queue",
    act: (one) => {
      put(one, "keda.sh/v1alpha1:ScaledObject", "worker", {
        spec: {
          scaleTargetRef: { name: "worker" },
          triggers: [
            {
              type: "aws-sqs-queue",
              metadata: {
                queueURL: `https://sqs.eu-west-1.amazonaws.com/${account}/dev-cell-2-work`,
                queueLength: "5",
              },
            },
          ],
        },
      });
    },
  },
  {
    id: "B190",
    title: "an image of cell 1 comes from cell 2's registry path",
    act: (one) => {
      put(one, "core/v1:Pod", "app", {
        spec: {
          containers: [{ name: "app", image: `${account}.dkr.ecr.eu-west-1.amazonaws.com/dev-cell-2/app:6.9.2` }],
        },
      });
    },
  },
  {
    id: "B191",
    title: "a machine's aliases file gives a neutral name to an address of cell 2",
    act: (one) => {
      put(one, "apps/v1:DaemonSet", "agent", {
        spec: { template: { spec: { hostAliases: [{ ip: "10.2.0.9", hostnames: ["collector"] }], containers: [] } } },
      });
    },
  },
  {
    id: "B192",
    title: "a Crossplane bucket policy of cell 1 admits cell 2's workload",
    act: (one) => {
      put(one, "s3.aws.upbound.io/v1beta1:BucketPolicy", "data", {
        spec: {
          forProvider: {
            bucket: "dev-cell-1-data",
            policy: policy(
              admit(
                { AWS: `arn:aws:iam::${account}:role/dev-cell-2-workload` },
                "s3:GetObject",
                "arn:aws:s3:::dev-cell-1-data/*",
              ),
            ),
          },
        },
      });
    },
  },
];

/** Only a ProviderResource may be a provider. */
class OwnProvider extends pulumi.ProviderResource {}
