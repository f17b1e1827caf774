import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { afterAll, beforeAll, expect, it } from "vitest";

import { definitions } from "../../../local/providers/aws/services/logs";
import type { Properties } from "../../../local/providers/aws/resource";
import { Made, startMoto, type Moto } from "../../harness/moto";

let moto: Moto;
const make = (token: string, inputs: Properties) => Made.create(moto.cloud(), definitions, token, inputs);
const key = "arn:aws:kms:eu-west-1:123456789012:key/1";

beforeAll(async () => {
  moto = await startMoto();
}, 60_000);
afterAll(() => moto.stop());

it("a log group has retention, key and tags, and is not confused with a longer name", async () => {
  const inputs = { name: "/cells/dev-cell-1", retentionInDays: 30, kmsKeyId: key, tags: { cell: "cell-1" } };
  const group = await make("aws:cloudwatch/logGroup:LogGroup", inputs);
  const neighbour = await make("aws:cloudwatch/logGroup:LogGroup", { name: "/cells/dev-cell-10" });
  expect(group.outputs["arn"]).toBe("arn:aws:logs:eu-west-1:123456789012:log-group:/cells/dev-cell-1");
  expect(await group.drift()).toEqual([]);
  expect(await group.inventions()).toEqual([]);
  expect(await neighbour.drift()).toEqual([]);
  await group.update({ retentionInDays: 90, tags: { cell: "cell-1", more: "x" } });
  expect(await group.drift()).toEqual([]);
  await group.update({ retentionInDays: undefined, kmsKeyId: undefined, tags: {} });
  expect(await group.read()).toMatchObject({ retentionInDays: 0, kmsKeyId: "", tags: {} });
  await group.delete();
  expect(await group.read()).toBeUndefined();
  await neighbour.delete();
  const { logGroups } = await moto.client(CloudWatchLogsClient).send(new DescribeLogGroupsCommand({}));
  expect(logGroups).toEqual([]);
});

it("a manually changed retention is drift", async () => {
  const group = await make("aws:cloudwatch/logGroup:LogGroup", { name: "/cells/x", retentionInDays: 30 });
  await moto
    .client(CloudWatchLogsClient)
    .send(new PutRetentionPolicyCommand({ logGroupName: "/cells/x", retentionInDays: 7 }));
  expect(await group.drift()).toEqual(["retentionInDays: 30 → 7"]);
  await group.delete();
});

it("a metric filter is created, read and deleted", async () => {
  const group = await make("aws:cloudwatch/logGroup:LogGroup", { name: "/cells/app" });
  const filter = await make("aws:cloudwatch/logMetricFilter:LogMetricFilter", {
    logGroupName: "/cells/app",
    name: "errors",
    pattern: '{ $.level = "error" }',
    metricTransformation: { name: "Errors", namespace: "Cells", value: "1", defaultValue: "0" },
  });
  expect(await filter.drift()).toEqual([]);
  await filter.update({ pattern: '{ $.level = "fatal" }' });
  expect(await filter.drift()).toEqual([]);
  await filter.delete();
  expect(await filter.read()).toBeUndefined();
  await group.delete();
});
