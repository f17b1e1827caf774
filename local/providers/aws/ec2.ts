import {
  CreateTagsCommand,
  DeleteTagsCommand,
  EC2Client,
  type ResourceType,
  type TagSpecification,
} from "@aws-sdk/client-ec2";

import type { Cloud, Properties } from "./resource";
import { tagChanges, tagList } from "./tags";

/** Tags of a create call; undefined when there are none, because EC2 refuses an empty list. */
export function tagsOf(type: ResourceType, inputs: Properties): TagSpecification[] | undefined {
  const Tags = tagList(inputs["tags"] as Record<string, string> | undefined);
  return Tags.length === 0 ? undefined : [{ ResourceType: type, Tags }];
}

/** Brings the tags of any EC2 resource from the olds to the inputs. */
export async function retag(cloud: Cloud, id: string, inputs: Properties, olds: Properties): Promise<void> {
  const { set, remove } = tagChanges(olds["tags"], inputs["tags"]);
  const ec2 = cloud.client(EC2Client);
  if (Object.keys(set).length > 0) await ec2.send(new CreateTagsCommand({ Resources: [id], Tags: tagList(set) }));
  if (remove.length > 0) {
    await ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: remove.map((Key) => ({ Key })) }));
  }
}

/** ARN of an EC2 resource: `ec2Arn(cloud, "vpc", "vpc-0f…")`. */
export function ec2Arn(cloud: Cloud, type: string, id: string): string {
  return `arn:${cloud.partition}:ec2:${cloud.region}:${cloud.accountId}:${type}/${id}`;
}
