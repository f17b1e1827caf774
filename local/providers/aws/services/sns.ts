import * as sns from "@aws-sdk/client-sns";

import { resource, type Cloud, type ResourceDefinition } from "../resource";
import { sameJson } from "../shape";
import { tagChanges, tagList, tagMap } from "../tags";

function client(cloud: Cloud): sns.SNSClient {
  return cloud.client(sns.SNSClient);
}

const topic = resource({
  token: "aws:sns/topic:Topic",
  async create(cloud, inputs) {
    const Attributes: Record<string, string> = {};
    if (inputs["kmsMasterKeyId"] !== undefined) Attributes["KmsMasterKeyId"] = inputs["kmsMasterKeyId"] as string;
    if (inputs["displayName"] !== undefined) Attributes["DisplayName"] = inputs["displayName"] as string;
    const { TopicArn } = await client(cloud).send(
      new sns.CreateTopicCommand({ Name: inputs["name"], Attributes, Tags: tagList(inputs["tags"]) }),
    );
    return { id: TopicArn ?? "", outputs: { arn: TopicArn, name: inputs["name"], owner: cloud.accountId } };
  },
  async read(cloud, id) {
    const [{ Attributes }, { Tags }] = await Promise.all([
      client(cloud).send(new sns.GetTopicAttributesCommand({ TopicArn: id })),
      client(cloud).send(new sns.ListTagsForResourceCommand({ ResourceArn: id })),
    ]);
    return {
      arn: id,
      name: id.split(":").at(-1),
      owner: Attributes?.["Owner"],
      kmsMasterKeyId: Attributes?.["KmsMasterKeyId"],
      displayName: Attributes?.["DisplayName"] || undefined,
      tags: tagMap(Tags),
    };
  },
  async update(cloud, id, inputs, olds, changed) {
    for (const [input, AttributeName] of [
      ["kmsMasterKeyId", "KmsMasterKeyId"],
      ["displayName", "DisplayName"],
    ] as const) {
      if (!changed.has(input)) continue;
      await client(cloud).send(
        new sns.SetTopicAttributesCommand({ TopicArn: id, AttributeName, AttributeValue: inputs[input] ?? "" }),
      );
    }
    if (changed.has("tags")) {
      const { set, remove } = tagChanges(olds["tags"], inputs["tags"]);
      if (Object.keys(set).length > 0) {
        await client(cloud).send(new sns.TagResourceCommand({ ResourceArn: id, Tags: tagList(set) }));
      }
      if (remove.length > 0)
        await client(cloud).send(new sns.UntagResourceCommand({ ResourceArn: id, TagKeys: remove }));
    }
  },
  async delete(cloud, id) {
    await client(cloud).send(new sns.DeleteTopicCommand({ TopicArn: id }));
  },
});

async function putPolicy(cloud: Cloud, TopicArn: string, policy: string): Promise<void> {
  await client(cloud).send(
    new sns.SetTopicAttributesCommand({ TopicArn, AttributeName: "Policy", AttributeValue: policy }),
  );
}

/** Id: the topic's ARN. */
const topicPolicy = resource({
  token: "aws:sns/topicPolicy:TopicPolicy",
  async create(cloud, inputs) {
    await putPolicy(cloud, inputs["arn"], inputs["policy"]);
    return { id: inputs["arn"] as string, outputs: { owner: cloud.accountId } };
  },
  async read(cloud, id, state) {
    const { Attributes } = await client(cloud).send(new sns.GetTopicAttributesCommand({ TopicArn: id }));
    return { arn: id, owner: Attributes?.["Owner"], policy: sameJson(state["policy"], Attributes?.["Policy"]) };
  },
  async update(cloud, id, inputs) {
    await putPolicy(cloud, id, inputs["policy"]);
  },
  async delete(cloud, id) {
    // A topic cannot be without a policy: back to the one every new topic has, its owner only.
    const owner = {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "OwnerOnly",
          Effect: "Allow",
          Principal: { AWS: `arn:${cloud.partition}:iam::${cloud.accountId}:root` },
          Action: ["SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:DeleteTopic"],
          Resource: id,
        },
      ],
    };
    await putPolicy(cloud, id, JSON.stringify(owner));
  },
});

/** Attributes of a subscription; each is one call. */
const subscriptionAttributes = {
  filterPolicyScope: "FilterPolicyScope",
  filterPolicy: "FilterPolicy",
  rawMessageDelivery: "RawMessageDelivery",
} as const;

const topicSubscription = resource({
  token: "aws:sns/topicSubscription:TopicSubscription",
  async create(cloud, inputs) {
    const { SubscriptionArn } = await client(cloud).send(
      new sns.SubscribeCommand({
        TopicArn: inputs["topic"],
        Protocol: inputs["protocol"],
        Endpoint: inputs["endpoint"],
        Attributes: Object.fromEntries(
          Object.entries(subscriptionAttributes)
            .filter(([input]) => inputs[input] !== undefined)
            .map(([input, name]) => [name, String(inputs[input])]),
        ),
        ReturnSubscriptionArn: true,
      }),
    );
    return { id: SubscriptionArn ?? "", outputs: { arn: SubscriptionArn, ownerId: cloud.accountId } };
  },
  async read(cloud, id, state) {
    const { Attributes } = await client(cloud).send(new sns.GetSubscriptionAttributesCommand({ SubscriptionArn: id }));
    return {
      arn: id,
      topic: Attributes?.["TopicArn"],
      protocol: Attributes?.["Protocol"],
      endpoint: Attributes?.["Endpoint"],
      filterPolicy: sameJson(state["filterPolicy"], Attributes?.["FilterPolicy"]),
      filterPolicyScope: Attributes?.["FilterPolicyScope"],
      rawMessageDelivery: Attributes?.["RawMessageDelivery"] === "true",
      ownerId: Attributes?.["Owner"],
    };
  },
  async update(cloud, id, inputs, _olds, changed) {
    for (const [input, AttributeName] of Object.entries(subscriptionAttributes)) {
      if (!changed.has(input)) continue;
      const AttributeValue = inputs[input] === undefined ? "" : String(inputs[input]);
      await client(cloud).send(
        new sns.SetSubscriptionAttributesCommand({ SubscriptionArn: id, AttributeName, AttributeValue }),
      );
    }
  },
  async delete(cloud, id) {
    await client(cloud).send(new sns.UnsubscribeCommand({ SubscriptionArn: id }));
  },
});

/** Simple Notification Service. */
export const definitions: ResourceDefinition[] = [topic, topicPolicy, topicSubscription];
