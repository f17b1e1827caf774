import * as eks from "@aws-sdk/client-eks";

import type { Cloud, Properties } from "../resource";
import { tagChanges } from "../tags";

/** What every table of EKS needs; the tables are in the files beside this one. */
export function client(cloud: Cloud): eks.EKSClient {
  return cloud.client(eks.EKSClient);
}

export async function tag(cloud: Cloud, resourceArn: string, inputs: Properties, olds: Properties): Promise<void> {
  const { set, remove } = tagChanges(olds["tags"], inputs["tags"]);
  if (Object.keys(set).length > 0) await client(cloud).send(new eks.TagResourceCommand({ resourceArn, tags: set }));
  if (remove.length > 0) await client(cloud).send(new eks.UntagResourceCommand({ resourceArn, tagKeys: remove }));
}
