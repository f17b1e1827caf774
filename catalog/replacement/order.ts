import type { Inputs } from "./exceptions";

/*
 * A replacement creates the new resource first, unless Pulumi's bridge asks for the other order: where the program
 * fixes a name that the provider would otherwise choose, and for a few types that name themselves. See
 * https://github.com/pulumi/pulumi-terraform-bridge (`nameRequiresDeleteBeforeReplace`) and
 * https://github.com/pulumi/pulumi-aws/blob/master/provider/resource_overrides.go (`AutoName`, `DeleteBeforeReplace`).
 */

/** The input that the provider names itself when it is left out, where that is not `name`. */
const chosen: Readonly<Record<string, string>> = {
  "aws:eks/nodeGroup:NodeGroup": "nodeGroupName",
  "aws:elasticache/cluster:Cluster": "clusterId",
  "aws:elasticache/replicationGroup:ReplicationGroup": "replicationGroupId",
  "aws:lambda/permission:Permission": "statementId",
  "aws:mq/broker:Broker": "brokerName",
  "aws:msk/cluster:Cluster": "clusterName",
  "aws:rds/instance:Instance": "identifier",
  "aws:s3/bucket:Bucket": "bucket",
};

/** The name of a DNS record is its content. */
const neverChosen = "aws:route53/record:Record";

/** A second attachment would be the same one, and its deletion would delete both. */
const always = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";

/** Whether a replacement of the resource deletes the old one before it creates the new one. */
export function deletesFirst(type: string, inputs: Inputs): boolean {
  return type === always || (type !== neverChosen && inputs[chosen[type] ?? "name"] !== undefined);
}
