import * as cloudwatch from "@aws-sdk/client-cloudwatch";

import { resource, type Cloud, type Properties, type ResourceDefinition } from "../resource";
import { sameJson } from "../shape";
import { tagChanges, tagList, tagMap } from "../tags";

function client(cloud: Cloud): cloudwatch.CloudWatchClient {
  return cloud.client(cloudwatch.CloudWatchClient);
}

function alarmArn(cloud: Cloud, name: string): string {
  return `arn:${cloud.partition}:cloudwatch:${cloud.region}:${cloud.accountId}:alarm:${name}`;
}

async function tag(cloud: Cloud, arn: string, inputs: Properties, olds: Properties): Promise<void> {
  const { set, remove } = tagChanges(olds["tags"], inputs["tags"]);
  if (Object.keys(set).length > 0) {
    await client(cloud).send(new cloudwatch.TagResourceCommand({ ResourceARN: arn, Tags: tagList(set) }));
  }
  if (remove.length > 0) {
    await client(cloud).send(new cloudwatch.UntagResourceCommand({ ResourceARN: arn, TagKeys: remove }));
  }
}

async function tagsOf(cloud: Cloud, arn: string): Promise<Record<string, string>> {
  const { Tags } = await client(cloud).send(new cloudwatch.ListTagsForResourceCommand({ ResourceARN: arn }));
  return tagMap(Tags);
}

function dimensionList(dimensions: Record<string, string> | undefined): cloudwatch.Dimension[] | undefined {
  return dimensions && Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}

// ---- metric alarms ----

function metricQueries(inputs: Properties): cloudwatch.MetricDataQuery[] | undefined {
  return (inputs["metricQueries"] as Properties[] | undefined)?.map((query) => ({
    Id: query["id"],
    Expression: query["expression"],
    Label: query["label"],
    Period: query["period"],
    ReturnData: query["returnData"] ?? false,
    MetricStat: query["metric"] && {
      Metric: {
        Namespace: query["metric"].namespace,
        MetricName: query["metric"].metricName,
        Dimensions: dimensionList(query["metric"].dimensions),
      },
      Period: query["metric"].period,
      Stat: query["metric"].stat,
      Unit: query["metric"].unit,
    },
  }));
}

async function putMetricAlarm(cloud: Cloud, inputs: Properties): Promise<void> {
  await client(cloud).send(
    new cloudwatch.PutMetricAlarmCommand({
      AlarmName: inputs["name"],
      AlarmDescription: inputs["alarmDescription"],
      ActionsEnabled: inputs["actionsEnabled"] ?? true,
      AlarmActions: inputs["alarmActions"],
      OKActions: inputs["okActions"],
      InsufficientDataActions: inputs["insufficientDataActions"],
      Namespace: inputs["namespace"],
      MetricName: inputs["metricName"],
      Dimensions: dimensionList(inputs["dimensions"]),
      Metrics: metricQueries(inputs),
      Statistic: inputs["statistic"],
      ExtendedStatistic: inputs["extendedStatistic"],
      Period: inputs["period"],
      Unit: inputs["unit"],
      Threshold: inputs["threshold"],
      ComparisonOperator: inputs["comparisonOperator"],
      EvaluationPeriods: inputs["evaluationPeriods"],
      DatapointsToAlarm: inputs["datapointsToAlarm"],
      TreatMissingData: inputs["treatMissingData"],
      EvaluateLowSampleCountPercentile: inputs["evaluateLowSampleCountPercentiles"],
      Tags: tagList(inputs["tags"]),
    }),
  );
}

const metricAlarm = resource({
  token: "aws:cloudwatch/metricAlarm:MetricAlarm",
  async create(cloud, inputs) {
    await putMetricAlarm(cloud, inputs);
    return { id: inputs["name"] as string, outputs: { arn: alarmArn(cloud, inputs["name"]) } };
  },
  async read(cloud, id) {
    const { MetricAlarms } = await client(cloud).send(
      new cloudwatch.DescribeAlarmsCommand({ AlarmNames: [id], AlarmTypes: ["MetricAlarm"] }),
    );
    const alarm = MetricAlarms?.[0];
    if (alarm === undefined) return undefined;
    const dimensions = (alarm.Dimensions ?? []).map(({ Name = "", Value }) => [Name, Value]);
    return {
      arn: alarm.AlarmArn,
      name: alarm.AlarmName,
      alarmDescription: alarm.AlarmDescription,
      actionsEnabled: alarm.ActionsEnabled,
      alarmActions: alarm.AlarmActions ?? [],
      okActions: alarm.OKActions ?? [],
      namespace: alarm.Namespace,
      metricName: alarm.MetricName,
      dimensions: dimensions.length === 0 ? undefined : Object.fromEntries(dimensions),
      statistic: alarm.Statistic,
      extendedStatistic: alarm.ExtendedStatistic,
      period: alarm.Period,
      threshold: alarm.Threshold,
      comparisonOperator: alarm.ComparisonOperator,
      evaluationPeriods: alarm.EvaluationPeriods,
      datapointsToAlarm: alarm.DatapointsToAlarm,
      treatMissingData: alarm.TreatMissingData,
      tags: await tagsOf(cloud, alarm.AlarmArn ?? ""),
    };
  },
  async update(cloud, _id, inputs, olds, changed) {
    if ([...changed].some((key) => key !== "tags")) await putMetricAlarm(cloud, inputs);
    // Putting an alarm that exists leaves its tags alone.
    if (changed.has("tags")) await tag(cloud, olds["arn"], inputs, olds);
  },
  async delete(cloud, id) {
    await client(cloud).send(new cloudwatch.DeleteAlarmsCommand({ AlarmNames: [id] }));
  },
});

// ---- composite alarms ----

async function putCompositeAlarm(cloud: Cloud, inputs: Properties): Promise<void> {
  await client(cloud).send(
    new cloudwatch.PutCompositeAlarmCommand({
      AlarmName: inputs["alarmName"],
      AlarmRule: inputs["alarmRule"],
      AlarmDescription: inputs["alarmDescription"],
      ActionsEnabled: inputs["actionsEnabled"] ?? true,
      AlarmActions: inputs["alarmActions"],
      OKActions: inputs["okActions"],
      InsufficientDataActions: inputs["insufficientDataActions"],
      Tags: tagList(inputs["tags"]),
    }),
  );
}

const compositeAlarm = resource({
  token: "aws:cloudwatch/compositeAlarm:CompositeAlarm",
  async create(cloud, inputs) {
    await putCompositeAlarm(cloud, inputs);
    return { id: inputs["alarmName"] as string, outputs: { arn: alarmArn(cloud, inputs["alarmName"]) } };
  },
  async read(cloud, id) {
    const { CompositeAlarms } = await client(cloud).send(
      new cloudwatch.DescribeAlarmsCommand({ AlarmNames: [id], AlarmTypes: ["CompositeAlarm"] }),
    );
    const alarm = CompositeAlarms?.[0];
    if (alarm === undefined) return undefined;
    return {
      arn: alarm.AlarmArn,
      alarmName: alarm.AlarmName,
      alarmRule: alarm.AlarmRule,
      alarmDescription: alarm.AlarmDescription,
      actionsEnabled: alarm.ActionsEnabled,
      alarmActions: alarm.AlarmActions ?? [],
      okActions: alarm.OKActions ?? [],
      tags: await tagsOf(cloud, alarm.AlarmArn ?? ""),
    };
  },
  async update(cloud, _id, inputs, olds, changed) {
    if ([...changed].some((key) => key !== "tags")) await putCompositeAlarm(cloud, inputs);
    if (changed.has("tags")) await tag(cloud, olds["arn"], inputs, olds);
  },
  async delete(cloud, id) {
    await client(cloud).send(new cloudwatch.DeleteAlarmsCommand({ AlarmNames: [id] }));
  },
});

// ---- dashboards ----

async function putDashboard(cloud: Cloud, inputs: Properties): Promise<void> {
  await client(cloud).send(
    new cloudwatch.PutDashboardCommand({
      DashboardName: inputs["dashboardName"],
      DashboardBody: inputs["dashboardBody"],
    }),
  );
}

const dashboard = resource({
  token: "aws:cloudwatch/dashboard:Dashboard",
  async create(cloud, inputs) {
    const name = inputs["dashboardName"] as string;
    await putDashboard(cloud, inputs);
    return {
      id: name,
      outputs: { dashboardArn: `arn:${cloud.partition}:cloudwatch::${cloud.accountId}:dashboard/${name}` },
    };
  },
  async read(cloud, id, state) {
    const found = await client(cloud).send(new cloudwatch.GetDashboardCommand({ DashboardName: id }));
    return { dashboardName: id, dashboardBody: sameJson(state["dashboardBody"], found.DashboardBody) };
  },
  async update(cloud, _id, inputs) {
    await putDashboard(cloud, inputs);
  },
  async delete(cloud, id) {
    await client(cloud).send(new cloudwatch.DeleteDashboardsCommand({ DashboardNames: [id] }));
  },
});

/** CloudWatch: alarms and dashboards. */
export const definitions: ResourceDefinition[] = [metricAlarm, compositeAlarm, dashboard];
