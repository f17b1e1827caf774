import type { Cell } from "../../catalog/model";
import type { CellNames } from "../../catalog/names";
import { servicePrincipal } from "./partition";

/** One statement of an IAM policy document. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: unknown;
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** An IAM policy document; JSON.stringify it. */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

const cryptography = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"];

/** Services through which principals of the cell's account may use the key. */
const viaServices = [
  "autoscaling",
  "ec2",
  "eks",
  "elasticache",
  "kafka",
  "mq",
  "rds",
  "s3",
  "secretsmanager",
  "sns",
  "ssm",
];

/** How `kms:ViaService` spells a service; China's regions are documented with and without their suffix. */
export function viaNames(service: string, { partition, region }: Pick<Cell, "partition" | "region">): string[] {
  const name = `${service}.${region}.amazonaws.com`;
  return partition === "aws-cn" ? [name, `${name}.cn`] : [name];
}

/**
 * The policy of a cell's key. Who manages the account manages the key but does not decrypt with it; data is read and
 * written only through the cell's own services, in the cell's own region.
 *
 * @param account the twelve digits of the cell's account.
 */
export function keyPolicy(
  cell: Pick<Cell, "partition" | "region">,
  names: Pick<CellNames, "prefix">,
  account: string,
): PolicyDocument {
  const root = `arn:${cell.partition}:iam::${account}:root`;
  const scalingRole = "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";
  const logGroups = `arn:${cell.partition}:logs:${cell.region}:${account}:log-group:`;
  const through = (services: readonly string[]) => ({
    StringEquals: {
      "kms:CallerAccount": account,
      "kms:ViaService": services.flatMap((service) => viaNames(service, cell)),
    },
  });
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AccountManagesKey",
        Effect: "Allow",
        Principal: { AWS: root },
        Action: [
          "kms:CancelKeyDeletion",
          "kms:CreateAlias",
          "kms:Delete*",
          "kms:Describe*",
          "kms:Disable*",
          "kms:Enable*",
          "kms:Get*",
          "kms:List*",
          "kms:Put*",
          "kms:ScheduleKeyDeletion",
          "kms:TagResource",
          "kms:UntagResource",
          "kms:Update*",
        ],
        Resource: "*",
      },
      {
        Sid: "AccountUsesKeyThroughServices",
        Effect: "Allow",
        Principal: { AWS: root },
        Action: cryptography,
        Resource: "*",
        Condition: through(viaServices),
      },
      {
        // Grants for AWS services only: a grant to any other principal would open the data past the statement above.
        Sid: "AccountGrantsToServices",
        Effect: "Allow",
        Principal: { AWS: root },
        Action: ["kms:CreateGrant", "kms:RevokeGrant"],
        Resource: "*",
        Condition: { StringEquals: { "kms:CallerAccount": account }, Bool: { "kms:GrantIsForAWSResource": "true" } },
      },
      {
        // CreateCluster does not support kms:GrantIsForAWSResource, and fails without this statement.
        // https://docs.aws.amazon.com/eks/latest/userguide/security-k8s.html
        Sid: "AccountGrantsThroughEks",
        Effect: "Allow",
        Principal: { AWS: root },
        Action: ["kms:CreateGrant"],
        Resource: "*",
        Condition: through(["eks"]),
      },
      {
        // The service-linked role is named in a condition, not as the principal: KMS refuses a principal that does
        // not exist, and this role appears only with the account's first Auto Scaling group.
        Sid: "AutoScalingOpensNodeVolumes",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [...cryptography, "kms:CreateGrant"],
        Resource: "*",
        Condition: {
          StringEquals: { "kms:CallerAccount": account },
          ArnEquals: { "aws:PrincipalArn": `arn:${cell.partition}:iam::${account}:${scalingRole}` },
        },
      },
      {
        Sid: "LogsOfThisCell",
        Effect: "Allow",
        Principal: { Service: servicePrincipal("logs", cell) },
        Action: cryptography,
        Resource: "*",
        Condition: {
          // Not `prefix*`: cell 1 must not open the logs of cell 10.
          ArnLike: {
            "kms:EncryptionContext:aws:logs:arn": ["", "-*", "/*"].map((end) => `${logGroups}*${names.prefix}${end}`),
          },
        },
      },
      {
        Sid: "AlarmsPublishToEncryptedTopic",
        Effect: "Allow",
        Principal: { Service: servicePrincipal("cloudwatch", cell) },
        Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
        Resource: "*",
        Condition: {
          StringEquals: { "aws:SourceAccount": account },
          ArnLike: { "aws:SourceArn": `arn:${cell.partition}:cloudwatch:${cell.region}:${account}:alarm:*` },
        },
      },
    ],
  };
}
