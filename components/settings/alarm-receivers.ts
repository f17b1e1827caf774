import { z } from "zod";

import type { Partition } from "../../catalog/model";

const endpoints = {
  email: { fits: /^[^\s@]+@[^\s@]+\.[^\s@]+$/, write: "write an e-mail address" },
  https: { fits: /^https:\/\/[^\s/]+\S*$/, write: "write an address that starts with https://" },
  // A FIFO queue (`.fifo`) cannot subscribe to a standard topic.
  sqs: {
    fits: /^arn:aws(-cn|-us-gov)?:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}$/,
    write: "write the ARN of a standard queue, e.g. arn:aws:sqs:eu-west-1:111122223333:alarms",
  },
  lambda: {
    fits: /^arn:aws(-cn|-us-gov)?:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]{1,64}$/,
    write: "write the ARN of a function, e.g. arn:aws:lambda:eu-west-1:111122223333:function:page",
  },
} as const;

type Protocol = keyof typeof endpoints;

/** One entry of `cells:alarmReceivers`: an endpoint that is subscribed to the alarm topic of every cell. */
export interface AlarmReceiver {
  /** Part of the subscription's resource name. Another name makes another subscription and removes the old one. */
  readonly name: string;
  readonly protocol: Protocol;
  /**
   * Address, or ARN of a queue or function. Its owner admits the topics: a queue by its policy, a function by a
   * permission; the reader of a mailbox and an HTTPS server confirm the subscription. Changing it replaces the
   * subscription.
   */
  readonly endpoint: string;
}

const receiver = z
  .strictObject(
    {
      name: z
        .string({ error: "write a name" })
        .regex(/^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/, "write lower-case letters, digits and hyphens, e.g. on-call"),
      protocol: z.enum(Object.keys(endpoints) as [Protocol, ...Protocol[]], {
        error: `write one of ${Object.keys(endpoints).join(", ")}`,
      }),
      endpoint: z.string({ error: "write where the alarms go" }),
    },
    { error: "write name, protocol and endpoint" },
  )
  .superRefine(({ protocol, endpoint }, context) => {
    const { fits, write } = endpoints[protocol];
    if (!fits.test(endpoint)) context.addIssue({ code: "custom", path: ["endpoint"], message: write });
  });

/** Shape of `cells:alarmReceivers`. */
export const alarmReceivers = z
  .array(receiver, { error: "write a list of name, protocol and endpoint" })
  .superRefine((receivers, context) => {
    for (const [index, { name }] of receivers.entries()) {
      if (receivers.findIndex((other) => other.name === name) === index) continue;
      context.addIssue({ code: "custom", path: [index, "name"], message: "another receiver has this name" });
    }
  });

/** Whether a cell of a partition can send there: SNS delivers to queues and functions of its own partition only. */
export function isReachable({ endpoint }: AlarmReceiver, partition: Partition): boolean {
  return !endpoint.startsWith("arn:") || endpoint.startsWith(`arn:${partition}:`);
}
