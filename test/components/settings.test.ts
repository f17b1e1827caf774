import { describe, expect, it } from "vitest";

import { readSettings } from "../../components/settings";
import { isReachable } from "../../components/settings/alarm-receivers";

const settingsOf = (values: Readonly<Record<string, unknown>>) =>
  readSettings(
    "dev",
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [
        `cells:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
  );

describe("a stack's settings", () => {
  it("are nothing where Pulumi.yaml's defaults stand, and leave other namespaces alone", () => {
    const empty = { catalog: "", appImage: "", images: {}, parentZoneId: "", apiCidrs: [], profiles: {}, identity: {} };
    const read = settingsOf({ ...empty, edgeSecretGeneration: 1, cloudfront: {}, alarmTopics: {}, alarmReceivers: [] });
    expect(JSON.parse(JSON.stringify(read))).toEqual({
      catalog: "",
      identity: JSON.parse(JSON.stringify(settingsOf({}).identity)),
      edgeSecretGeneration: 1,
    });
    expect(readSettings("dev", { "aws:region": "eu-west-1" })).toEqual(settingsOf({}));
  });

  it("keep what is valid", () => {
    const valid = {
      appImage: "localhost:5000/team/app",
      images: { pool: "quay.io/team/pgbouncer:1.25", mirrors: { "quay.io": "mirror/quay" } },
      parentZoneId: "Z0123456789ABC",
      apiCidrs: ["203.0.113.0/24", "10.200.0.0/16"],
      clusterAdmins: ["arn:aws:iam::111122223333:role/deploy", "arn:aws-cn:iam::111122223333:role/ci/deploy"],
      profiles: { "aws-cn": "china" },
      edgeSecretGeneration: 2,
      alarmTopics: { "eu-west-1": "arn:aws:sns:eu-west-1:111122223333:on-call" },
      alarmReceivers: [{ name: "on-call", protocol: "email", endpoint: "on-call@example.com" }],
    };
    expect(settingsOf(valid)).toMatchObject(valid);
  });

  it("name every mistake at once, with its path and what to write, and repeat no endpoint", () => {
    const wrong = {
      appImage: "team/app:1.2.3",
      images: { pool: "team/pgbouncer", mirrors: { "https://quay.io": "quay", "quay.io": "" }, app: "x" },
      apiCidrs: ["10.0.0.1/8", 7, "0.0.0.0/0"],
      clusterAdmins: ["arn:aws:iam::111122223333:user/me"],
      profiles: { aws_cn: "china" },
      edgeSecretGeneration: 0,
      alarmTopics: { "eu-west-1": "arn:aws:sns:eu-west-2:111122223333:on-call", "eu-west-9": "x" },
      alarmReceivers: [
        { name: "a", protocol: "email", endpoint: "nothing-secret" },
        { name: "a", protocol: "sms", endpoint: "+100" },
      ],
      alarmTopic: {},
      cloudfront: "{",
    };
    let message = "";
    try {
      settingsOf(wrong);
    } catch (error) {
      ({ message } = error as Error);
    }
    for (const line of [
      'cells:appImage: "team/app:1.2.3": write the repository alone',
      'cells:images.pool: "team/pgbouncer": write an image with its tag or digest',
      "write a registry's host, e.g. quay.io",
      "write a namespace in ECR, e.g. quay",
      'cells:images.app: "x": no such key; write one of pool, mirrors',
      'cells:apiCidrs[0]: "10.0.0.1/8": it has host bits; write 10.0.0.0/8',
      "cells:apiCidrs[1]: 7: write a block of addresses",
      'cells:apiCidrs[2]: "0.0.0.0/0": this is every address',
      'cells:clusterAdmins[0]: "arn:aws:iam::111122223333:user/me": write the ARN of an IAM role',
      'cells:profiles.aws_cn: "china": no such key; did you mean aws-cn?',
      "cells:edgeSecretGeneration: 0: write a whole number from 1",
      'cells:alarmTopics.eu-west-9: "x": no such key; did you mean eu-west-1?',
      "cells:alarmReceivers[0].endpoint: write an e-mail address",
      "cells:alarmReceivers[1].protocol: write one of email, https, sqs, lambda",
      'cells:alarmTopic: "{}": no such key; did you mean alarmTopics?',
      "cells:cloudfront: write JSON",
    ]) {
      expect(message).toContain(line);
    }
    expect(message).not.toContain("nothing-secret");
  });

  it("refuse a topic of another region, and two receivers of one name", () => {
    const topic = "arn:aws:sns:eu-west-2:111122223333:on-call";
    expect(() => settingsOf({ alarmTopics: { "eu-west-1": topic } })).toThrow("this topic is in eu-west-2");
    const receiver = { name: "on-call", protocol: "email", endpoint: "on-call@example.com" };
    expect(() => settingsOf({ alarmReceivers: [receiver, receiver] })).toThrow("another receiver has this name");
  });
});

describe("a receiver of alarms", () => {
  it("gets those of its own partition where it is a queue or function", () => {
    const queue = { name: "q", protocol: "sqs", endpoint: "arn:aws-cn:sqs:cn-north-1:111122223333:alarms" } as const;
    expect(isReachable(queue, "aws-cn")).toBe(true);
    expect(isReachable(queue, "aws")).toBe(false);
    expect(isReachable({ name: "m", protocol: "email", endpoint: "a@example.com" }, "aws-cn")).toBe(true);
  });
});
