import type { Cell } from "../../catalog/model";

/** Where a cell's AWS names differ between partitions; pure. */
type Place = Pick<Cell, "partition" | "region">;

/** The end of AWS host names in the cell's partition. */
export function dnsSuffix({ partition }: Pick<Place, "partition">): string {
  return partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
}

/**
 * The service principal of a trust or key policy, e.g. `servicePrincipal("ec2", cell)`.
 * CloudWatch Logs has one per region; EC2 and Logs carry the partition's suffix; all others are the same everywhere.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html and
 * https://docs.amazonaws.cn/en_us/eks/latest/userguide/create-node-role.html
 */
export function servicePrincipal(service: string, place: Place): string {
  if (service === "logs") return `logs.${place.region}.${dnsSuffix(place)}`;
  if (service === "ec2") return `ec2.${dnsSuffix(place)}`;
  return `${service}.amazonaws.com`;
}

/**
 * Interface endpoint services that in China begin with `cn.com.amazonaws`; the rest of ours (logs, kms,
 * secretsmanager) and the gateway endpoints begin with `com.amazonaws` there too.
 * Source: `aws ec2 describe-vpc-endpoint-services` in cn-north-1 and cn-northwest-1, as kept by the AWS CDK.
 */
const chinesePrefix: ReadonlySet<string> = new Set(["ec2", "ecr.api", "ecr.dkr", "monitoring", "sts"]);

/** Full name of an interface endpoint's service in the cell's region: `com.amazonaws.eu-west-1.ecr.api`. */
export function interfaceEndpointService(service: string, { partition, region }: Place): string {
  const prefix = partition === "aws-cn" && chinesePrefix.has(service) ? "cn.com.amazonaws" : "com.amazonaws";
  return `${prefix}.${region}.${service}`;
}

/** Full name of a gateway endpoint's service (`s3`, `dynamodb`): the same prefix in every partition. */
export function gatewayEndpointService(service: "s3" | "dynamodb", { region }: Place): string {
  return `com.amazonaws.${region}.${service}`;
}
