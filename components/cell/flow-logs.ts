import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { CellContext } from "./context";
import { servicePrincipal } from "./partition";

/** Who talked to whom in the cell, in the cell's own log group, under the cell's own key. */
export class FlowLogs extends pulumi.ComponentResource {
  readonly logGroup: aws.cloudwatch.LogGroup;

  constructor(
    ctx: CellContext,
    args: { readonly vpc: aws.ec2.Vpc; readonly keyArn: pulumi.Input<string> },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("cells:cell:FlowLogs", `${ctx.cell.id}-flow-logs`, {}, opts);
    const { cell, names, size } = ctx;

    this.logGroup = new aws.cloudwatch.LogGroup(
      `${cell.id}-flow-log-group`,
      {
        name: `/cells/${names.prefix}/flow-logs`,
        retentionInDays: size.logRetentionDays,
        kmsKeyId: args.keyArn,
        tags: { Name: names.of("flow-logs") },
      },
      { parent: this },
    );
    const role = new aws.iam.Role(
      `${cell.id}-flow-log-role`,
      {
        name: names.of("flow-logs"),
        description: `Writes the flow logs of ${names.label}`,
        // The condition keeps another account's flow logs from borrowing the role (the confused deputy).
        assumeRolePolicy: args.vpc.ownerId.apply((account) =>
          JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: { Service: servicePrincipal("vpc-flow-logs", cell) },
                Action: "sts:AssumeRole",
                Condition: {
                  StringEquals: { "aws:SourceAccount": account },
                  ArnLike: { "aws:SourceArn": `arn:${cell.partition}:ec2:${cell.region}:${account}:vpc-flow-log/*` },
                },
              },
            ],
          }),
        ),
        tags: { Name: names.of("flow-logs") },
      },
      { parent: this },
    );
    const policy = new aws.iam.RolePolicy(
      `${cell.id}-flow-log-policy`,
      {
        role: role.name,
        name: "write-flow-logs",
        policy: this.logGroup.arn.apply((arn) =>
          JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
                Resource: `${arn}:*`,
              },
              // Has no resource of its own to be narrowed to.
              { Effect: "Allow", Action: ["logs:DescribeLogGroups"], Resource: "*" },
            ],
          }),
        ),
      },
      { parent: this },
    );
    new aws.ec2.FlowLog(
      `${cell.id}-flow-log`,
      {
        vpcId: args.vpc.id,
        trafficType: "ALL",
        logDestinationType: "cloud-watch-logs",
        logDestination: this.logGroup.arn,
        iamRoleArn: role.arn,
        // Seconds; AWS takes these two only.
        maxAggregationInterval: size.production ? 60 : 600,
        tags: { Name: names.of("flow-logs") },
      },
      // EC2 takes no second flow log with the same destination (FlowLogAlreadyExists), so the old one goes first.
      { parent: this, dependsOn: [policy], deleteBeforeReplace: true },
    );
    this.registerOutputs({});
  }
}
