import * as eks from "@aws-sdk/client-eks";

import type { Cloud, Properties } from "../resource";
import { tagChanges } from "../shape";

/** What every table of EKS needs; the tables are in the files beside this one. */
export function client(cloud: Cloud): eks.EKSClient {
  return cloud.client(eks.EKSClient);
}

export async function tag(cloud: Cloud, resourceArn: string, inputs: Properties, olds: Properties): Promise<void> {
  const { set, unset } = tagChanges(olds["tags"], inputs["tags"]);
  if (Object.keys(set).length > 0) await client(cloud).send(new eks.TagResourceCommand({ resourceArn, tags: set }));
  if (unset.length > 0) await client(cloud).send(new eks.UntagResourceCommand({ resourceArn, tagKeys: unset }));
}
