import * as autoscaling from "@aws-sdk/client-auto-scaling";

import { resource, type Cloud, type ResourceDefinition } from "../resource";

function client(cloud: Cloud): autoscaling.AutoScalingClient {
  return cloud.client(autoscaling.AutoScalingClient);
}

/** Id: `<group>#<target group ARN>`. */
const attachment = resource({
  token: "aws:autoscaling/attachment:Attachment",
  async create(cloud, inputs) {
    const group = inputs["autoscalingGroupName"] as string;
    const target = inputs["lbTargetGroupArn"] as string;
    await client(cloud).send(
      new autoscaling.AttachLoadBalancerTargetGroupsCommand({ AutoScalingGroupName: group, TargetGroupARNs: [target] }),
    );
    return { id: `${group}#${target}`, outputs: {} };
  },
  async read(cloud, id) {
    const [group = "", target = ""] = id.split("#");
    const { AutoScalingGroups } = await client(cloud).send(
      new autoscaling.DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] }),
    );
    if (AutoScalingGroups?.[0]?.TargetGroupARNs?.includes(target) !== true) return undefined;
    return { autoscalingGroupName: group, lbTargetGroupArn: target };
  },
  async delete(cloud, id) {
    const [group = "", target = ""] = id.split("#");
    await client(cloud).send(
      new autoscaling.DetachLoadBalancerTargetGroupsCommand({ AutoScalingGroupName: group, TargetGroupARNs: [target] }),
    );
  },
});

/** EC2 Auto Scaling. */
export const definitions: ResourceDefinition[] = [attachment];
