import { ListSubscriptionsCommand, ListTopicsCommand, SNSClient } from "@aws-sdk/client-sns";
import { afterAll, beforeAll, expect, it } from "vitest";

import { definitions } from "../../../local/providers/aws/services/sns";
import { Made, startMoto, type Moto } from "../../harness/moto";

let moto: Moto;
beforeAll(async () => {
  moto = await startMoto();
});
afterAll(() => moto.stop());

const make = (token: string, inputs: Record<string, unknown>) =>
  Made.create(moto.cloud(), definitions, `aws:sns/${token}`, inputs);

it("a topic has a key, a policy and subscribers", async () => {
  const topic = await make("topic:Topic", {
    name: "dev-cell-3-alarms",
    kmsMasterKeyId: "arn:aws:kms:eu-west-1:123456789012:key/k",
    tags: { cell: "cell-3" },
  });
  expect(topic.outputs["arn"]).toBe("arn:aws:sns:eu-west-1:123456789012:dev-cell-3-alarms");
  expect(await topic.drift()).toEqual([]);
  expect(await topic.inventions()).toEqual([]);

  const statement = {
    Sid: "Alarms",
    Effect: "Allow",
    Principal: { Service: "cloudwatch.amazonaws.com" },
    Action: "sns:Publish",
  };
  const policy = await make("topicPolicy:TopicPolicy", {
    arn: topic.id,
    policy: JSON.stringify({ Version: "2012-10-17", Statement: [{ ...statement, Resource: topic.id }] }),
  });
  expect(await policy.drift()).toEqual([]);

  const reader = await make("topicSubscription:TopicSubscription", {
    topic: topic.id,
    protocol: "sqs",
    endpoint: "arn:aws:sqs:eu-west-1:123456789012:readers",
  });
  expect(await reader.drift()).toEqual([]);
  await reader.update({ filterPolicy: '{"cell": ["cell-3"]}', rawMessageDelivery: true });
  expect(await reader.drift()).toEqual([]);

  await topic.update({ displayName: "cell-3", tags: { cell: "cell-3", tier: "gold" } });
  expect(await topic.drift()).toEqual([]);

  await reader.delete();
  await policy.delete();
  expect(await policy.drift()).not.toEqual([]);
  await topic.delete();
  for (const made of [topic, policy, reader]) expect(await made.read()).toBeUndefined();
  const client = moto.client(SNSClient);
  expect((await client.send(new ListTopicsCommand({}))).Topics).toEqual([]);
  expect((await client.send(new ListSubscriptionsCommand({}))).Subscriptions).toEqual([]);
});
