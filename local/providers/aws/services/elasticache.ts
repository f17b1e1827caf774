import * as cache from "@aws-sdk/client-elasticache";

import type { Cloud, Properties } from "../resource";
import { tagChanges, tagList, tagMap } from "../tags";

/** What every table of ElastiCache needs; the tables are in the files beside this one. */
export function client(cloud: Cloud): cache.ElastiCacheClient {
  return cloud.client(cache.ElastiCacheClient);
}

export async function tagsOf(cloud: Cloud, ResourceName: string | undefined): Promise<Record<string, string>> {
  return tagMap((await client(cloud).send(new cache.ListTagsForResourceCommand({ ResourceName }))).TagList);
}

export async function retag(cloud: Cloud, ResourceName: string, inputs: Properties, olds: Properties): Promise<void> {
  const { set, remove } = tagChanges(olds["tags"], inputs["tags"]);
  if (Object.keys(set).length > 0) {
    await client(cloud).send(new cache.AddTagsToResourceCommand({ ResourceName, Tags: tagList(set) }));
  }
  if (remove.length > 0) {
    await client(cloud).send(new cache.RemoveTagsFromResourceCommand({ ResourceName, TagKeys: remove }));
  }
}
