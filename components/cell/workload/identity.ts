import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { CellContext } from "../context";
import { viaNames } from "../key-policy";
import { namespace } from "./pod";

/** Namespace of the metrics that the application writes; each has the dimension `Cell`. */
export const metricNamespace = "Cells";

/** What the application may reach. */
export interface IdentityArgs {
  readonly clusterName: pulumi.Input<string>;
  readonly clusterArn: pulumi.Input<string>;
  readonly serviceAccount: string;
  readonly keyArn: pulumi.Input<string>;
  readonly secretArns: readonly pulumi.Input<string>[];
  readonly kafkaClusterArn: pulumi.Input<string>;
}

/** The application's own rights in AWS, by pod identity: the cell's secrets, its key, its Kafka, its metrics. */
export function workloadIdentity(
  ctx: CellContext,
  args: IdentityArgs,
  parent: pulumi.Resource,
): { readonly role: aws.iam.Role; readonly ready: readonly pulumi.Resource[] } {
  const { cell, names } = ctx;
  const name = names.of("workload");
  const role = new aws.iam.Role(
    `${cell.id}-workload-role`,
    {
      name,
      description: `Application of ${names.label}`,
      assumeRolePolicy: pulumi.output(args.clusterArn).apply((arn) => JSON.stringify(trust(arn, args.serviceAccount))),
      tags: { Name: name },
    },
    { parent },
  );
  const policy = new aws.iam.RolePolicy(
    `${cell.id}-workload-policy`,
    {
      role: role.name,
      name: "own-cell-only",
      policy: pulumi
        .all([args.keyArn, args.kafkaClusterArn, pulumi.all([...args.secretArns])])
        .apply(([keyArn, kafkaArn, secretArns]) =>
          JSON.stringify(workloadPolicy(cell, { keyArn, kafkaArn, secretArns })),
        ),
    },
    { parent },
  );
  const association = new aws.eks.PodIdentityAssociation(
    `${cell.id}-workload-identity`,
    {
      clusterName: args.clusterName,
      namespace,
      serviceAccount: args.serviceAccount,
      roleArn: role.arn,
      tags: { Name: name },
    },
    { parent },
  );
  return { role, ready: [policy, association] };
}

/** Pod identity tags each session with where the pod runs: no other pod, and no other cluster's, takes this role on. */
function trust(clusterArn: string, serviceAccount: string): unknown {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "pods.eks.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
        Condition: {
          StringEquals: {
            "aws:RequestTag/eks-cluster-arn": clusterArn,
            "aws:RequestTag/kubernetes-namespace": namespace,
            "aws:RequestTag/kubernetes-service-account": serviceAccount,
          },
        },
      },
    ],
  };
}

/** Least privilege, spelled out; pure. */
export function workloadPolicy(
  cell: CellContext["cell"],
  own: { readonly keyArn: string; readonly kafkaArn: string; readonly secretArns: readonly string[] },
): { readonly Version: string; readonly Statement: readonly Record<string, unknown>[] } {
  // `…:cluster/NAME/UUID` names its topics, groups and transactions `…:topic/NAME/UUID/*`.
  const inKafka = (kind: string) => `${own.kafkaArn.replace(":cluster/", `:${kind}/`)}/*`;
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OwnSecrets",
        Effect: "Allow",
        Action: ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
        Resource: own.secretArns,
      },
      {
        Sid: "OwnKeyThroughSecrets",
        Effect: "Allow",
        Action: "kms:Decrypt",
        Resource: own.keyArn,
        Condition: { StringEquals: { "kms:ViaService": viaNames("secretsmanager", cell) } },
      },
      {
        Sid: "OwnKafka",
        Effect: "Allow",
        Action: ["kafka-cluster:Connect", "kafka-cluster:DescribeCluster", "kafka-cluster:WriteDataIdempotently"],
        Resource: own.kafkaArn,
      },
      {
        Sid: "OwnTopics",
        Effect: "Allow",
        Action: [
          "kafka-cluster:CreateTopic",
          "kafka-cluster:DescribeTopic",
          "kafka-cluster:DescribeTopicDynamicConfiguration",
          "kafka-cluster:ReadData",
          "kafka-cluster:WriteData",
        ],
        Resource: inKafka("topic"),
      },
      {
        Sid: "OwnConsumerGroups",
        Effect: "Allow",
        Action: ["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"],
        Resource: inKafka("group"),
      },
      {
        Sid: "OwnTransactions",
        Effect: "Allow",
        Action: ["kafka-cluster:AlterTransactionalId", "kafka-cluster:DescribeTransactionalId"],
        Resource: inKafka("transactional-id"),
      },
      {
        // Has no resource to be narrowed to; the namespace is.
        Sid: "OwnMetrics",
        Effect: "Allow",
        Action: "cloudwatch:PutMetricData",
        Resource: "*",
        Condition: { StringEquals: { "cloudwatch:namespace": metricNamespace } },
      },
    ],
  };
}
