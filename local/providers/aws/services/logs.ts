import {
  AssociateKmsKeyCommand,
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteMetricFilterCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DescribeMetricFiltersCommand,
  DisassociateKmsKeyCommand,
  ListTagsForResourceCommand,
  PutMetricFilterCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type StandardUnit,
} from "@aws-sdk/client-cloudwatch-logs";

import { resource, strict, type Cloud, type Properties, type ResourceDefinition } from "../resource";
import { tagChanges } from "../tags";

/** The ARN without the `:*` that DescribeLogGroups puts behind it: what the official provider outputs. */
function groupArn(cloud: Cloud, name: string): string {
  return `arn:${cloud.partition}:logs:${cloud.region}:${cloud.accountId}:log-group:${name}`;
}

async function setRetention(cloud: Cloud, logGroupName: string, days: number | undefined): Promise<void> {
  const logs = cloud.client(CloudWatchLogsClient);
  if (days === undefined || days === 0) await logs.send(new DeleteRetentionPolicyCommand({ logGroupName }));
  else await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: days }));
}

const logGroup = strict(
  ["name", "retentionInDays", "kmsKeyId"],
  resource({
    token: "aws:cloudwatch/logGroup:LogGroup",
    localOnly: ["skipDestroy"],
    async create(cloud, inputs) {
      const name = inputs["name"] as string;
      await cloud.client(CloudWatchLogsClient).send(
        new CreateLogGroupCommand({
          logGroupName: name,
          kmsKeyId: inputs["kmsKeyId"] as string | undefined,
          tags: inputs["tags"] as Record<string, string> | undefined,
        }),
      );
      if (inputs["retentionInDays"]) await setRetention(cloud, name, inputs["retentionInDays"]);
      return { id: name, outputs: { arn: groupArn(cloud, name) } };
    },
    async read(cloud, id) {
      const logs = cloud.client(CloudWatchLogsClient);
      const [groups, tags] = await Promise.all([
        logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: id })),
        logs.send(new ListTagsForResourceCommand({ resourceArn: groupArn(cloud, id) })),
      ]);
      const found = groups.logGroups?.find(({ logGroupName }) => logGroupName === id);
      if (found === undefined) return undefined;
      return {
        name: id,
        arn: groupArn(cloud, id),
        retentionInDays: found.retentionInDays ?? 0,
        kmsKeyId: found.kmsKeyId ?? "",
        tags: tags.tags ?? {},
      };
    },
    async update(cloud, id, inputs, olds, changed) {
      const logs = cloud.client(CloudWatchLogsClient);
      if (changed.has("retentionInDays")) await setRetention(cloud, id, inputs["retentionInDays"]);
      if (changed.has("kmsKeyId")) {
        const kmsKeyId = inputs["kmsKeyId"] as string | undefined;
        if (kmsKeyId === undefined) await logs.send(new DisassociateKmsKeyCommand({ logGroupName: id }));
        else await logs.send(new AssociateKmsKeyCommand({ logGroupName: id, kmsKeyId }));
      }
      const resourceArn = groupArn(cloud, id);
      const { set, remove } = tagChanges(olds["tags"], inputs["tags"]);
      if (Object.keys(set).length > 0) await logs.send(new TagResourceCommand({ resourceArn, tags: set }));
      if (remove.length > 0) await logs.send(new UntagResourceCommand({ resourceArn, tagKeys: remove }));
    },
    async delete(cloud, id) {
      await cloud.client(CloudWatchLogsClient).send(new DeleteLogGroupCommand({ logGroupName: id }));
    },
  }),
);

async function putFilter(cloud: Cloud, inputs: Properties): Promise<void> {
  const to = inputs["metricTransformation"] as Record<string, string> & { dimensions?: Record<string, string> };
  await cloud.client(CloudWatchLogsClient).send(
    new PutMetricFilterCommand({
      logGroupName: inputs["logGroupName"] as string,
      filterName: inputs["name"] as string,
      filterPattern: inputs["pattern"] as string,
      metricTransformations: [
        {
          metricName: to["name"],
          metricNamespace: to["namespace"],
          metricValue: to["value"],
          // The official provider's schema has a string here, CloudWatch a number.
          ...(to["defaultValue"] === undefined ? {} : { defaultValue: Number(to["defaultValue"]) }),
          ...(to["unit"] === undefined ? {} : { unit: to["unit"] as StandardUnit }),
          ...(to.dimensions === undefined ? {} : { dimensions: to.dimensions }),
        },
      ],
    }),
  );
}

const logMetricFilter = strict(
  ["logGroupName", "name", "pattern", "metricTransformation"],
  resource({
    token: "aws:cloudwatch/logMetricFilter:LogMetricFilter",
    async create(cloud, inputs) {
      await putFilter(cloud, inputs);
      return { id: inputs["name"] as string, outputs: {} };
    },
    async read(cloud, id, state) {
      const logGroupName = state["logGroupName"] as string;
      const answer = await cloud
        .client(CloudWatchLogsClient)
        .send(new DescribeMetricFiltersCommand({ logGroupName, filterNamePrefix: id }));
      const found = answer.metricFilters?.find(({ filterName }) => filterName === id);
      if (found === undefined) return undefined;
      const to = found.metricTransformations?.[0];
      const asked = (state["metricTransformation"] ?? {}) as Properties;
      const seen = {
        name: to?.metricName,
        namespace: to?.metricNamespace,
        value: to?.metricValue,
        defaultValue: to?.defaultValue === undefined ? undefined : String(to.defaultValue),
        unit: to?.unit,
        dimensions: to?.dimensions,
      };
      return {
        logGroupName,
        name: id,
        pattern: found.filterPattern,
        // Requested members only: `unit` is `None` unless it was set.
        metricTransformation: Object.fromEntries(Object.entries(seen).filter(([key]) => asked[key] !== undefined)),
      };
    },
    async update(cloud, _id, inputs) {
      await putFilter(cloud, inputs);
    },
    async delete(cloud, id, state) {
      const logGroupName = state["logGroupName"] as string;
      await cloud.client(CloudWatchLogsClient).send(new DeleteMetricFilterCommand({ logGroupName, filterName: id }));
    },
  }),
);

/** Log groups and metric filters. */
export const definitions: ResourceDefinition[] = [logGroup, logMetricFilter];
