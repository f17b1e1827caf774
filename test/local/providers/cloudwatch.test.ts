import {
  CloudWatchClient,
  DeleteDashboardsCommand,
  DescribeAlarmsCommand,
  ListDashboardsCommand,
  PutMetricAlarmCommand,
} from "@aws-sdk/client-cloudwatch";
import { afterAll, beforeAll, expect, it } from "vitest";

import { definitions } from "../../../local/providers/aws/services/cloudwatch";
import { Made, startMoto, type Moto } from "../../harness/moto";

let moto: Moto;
beforeAll(async () => {
  moto = await startMoto();
});
afterAll(() => moto.stop());

const make = (token: string, inputs: Record<string, unknown>) =>
  Made.create(moto.cloud(), definitions, `aws:cloudwatch/${token}`, inputs);

const alarmInputs = (name: string) => ({
  name,
  alarmDescription: "processor",
  namespace: "AWS/RDS",
  metricName: "CPUUtilization",
  dimensions: { DBInstanceIdentifier: "dev-cell-3-postgres-primary" },
  statistic: "Average",
  period: 60,
  threshold: 80,
  comparisonOperator: "GreaterThanThreshold",
  evaluationPeriods: 5,
  datapointsToAlarm: 5,
  treatMissingData: "missing",
  alarmActions: ["arn:aws:sns:eu-west-1:123456789012:dev-cell-3-alarms"],
  okActions: ["arn:aws:sns:eu-west-1:123456789012:dev-cell-3-alarms"],
  tags: { cell: "cell-3" },
});

it("a metric alarm reads back as it was written, and a manual change is drift", async () => {
  const alarm = await make("metricAlarm:MetricAlarm", alarmInputs("dev-cell-3-postgres-cpu"));
  expect(alarm.outputs["arn"]).toBe("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:dev-cell-3-postgres-cpu");
  expect(await alarm.drift()).toEqual([]);
  expect(await alarm.inventions()).toEqual([]);

  await moto.client(CloudWatchClient).send(
    new PutMetricAlarmCommand({
      AlarmName: "dev-cell-3-postgres-cpu",
      Namespace: "AWS/RDS",
      MetricName: "CPUUtilization",
      Dimensions: [{ Name: "DBInstanceIdentifier", Value: "dev-cell-3-postgres-primary" }],
      Statistic: "Average",
      Period: 60,
      EvaluationPeriods: 5,
      Threshold: 99,
      ComparisonOperator: "GreaterThanThreshold",
    }),
  );
  expect(await alarm.drift()).toContain("threshold: 80 → 99");

  await alarm.update({ threshold: 75, tags: { cell: "cell-3", severity: "high" } });
  expect(await alarm.drift()).toEqual([]);
  await alarm.delete();
  expect(await alarm.read()).toBeUndefined();
});

it("an alarm on an expression keeps all its series", async () => {
  const { namespace, metricName, dimensions, statistic, period, ...rest } = alarmInputs("dev-cell-3-redis-cpu");
  const series = [1, 2, 3].map((node) => ({
    id: `m${node}`,
    metric: { namespace, metricName, dimensions: { ...dimensions, node: String(node) }, stat: statistic, period },
    returnData: false,
  }));
  const alarm = await make("metricAlarm:MetricAlarm", {
    ...rest,
    metricQueries: [{ id: "result", expression: "MAX([m1,m2,m3])", returnData: true }, ...series],
  });
  const { MetricAlarms } = await moto
    .client(CloudWatchClient)
    .send(new DescribeAlarmsCommand({ AlarmNames: [alarm.id] }));
  expect(MetricAlarms?.[0]?.Metrics?.map(({ Id, Expression, ReturnData }) => [Id, Expression, ReturnData])).toEqual([
    ["result", "MAX([m1,m2,m3])", true],
    ["m1", undefined, false],
    ["m2", undefined, false],
    ["m3", undefined, false],
  ]);
  expect(await alarm.drift()).toEqual([]);
  await alarm.delete();
});

it("a composite alarm may name existing alarms only", async () => {
  const alarm = await make("metricAlarm:MetricAlarm", alarmInputs("dev-cell-3-app-errors"));
  const composite = await make("compositeAlarm:CompositeAlarm", {
    alarmName: "dev-cell-3-unhealthy",
    alarmDescription: "cell-3 unhealthy",
    alarmRule: 'ALARM("dev-cell-3-app-errors")',
    alarmActions: alarmInputs("x").alarmActions,
    okActions: [],
    tags: { cell: "cell-3" },
  });
  expect(await composite.drift()).toEqual([]);
  expect(await composite.inventions()).toEqual([]);
  await expect(composite.update({ alarmRule: 'ALARM("dev-cell-4-app-errors")' })).rejects.toThrow(
    /dev-cell-4-app-errors/,
  );
  const { CompositeAlarms } = await moto
    .client(CloudWatchClient)
    .send(new DescribeAlarmsCommand({ AlarmTypes: ["CompositeAlarm"] }));
  expect(CompositeAlarms?.map(({ AlarmName }) => AlarmName)).toEqual(["dev-cell-3-unhealthy"]);
  await composite.delete();
  await alarm.delete();
  expect(await composite.read()).toBeUndefined();
});

it("a dashboard is the same JSON in any layout, and a deleted one is gone", async () => {
  const body = { widgets: [{ type: "text", width: 24, properties: { markdown: "cell-3" } }] };
  const dashboard = await make("dashboard:Dashboard", {
    dashboardName: "dev-cell-3",
    dashboardBody: JSON.stringify(body),
  });
  expect(await dashboard.drift()).toEqual([]);
  await dashboard.update({ dashboardBody: JSON.stringify({ widgets: [] }) });
  expect(await dashboard.drift()).toEqual([]);
  const client = moto.client(CloudWatchClient);
  await client.send(new DeleteDashboardsCommand({ DashboardNames: ["dev-cell-3"] }));
  expect(await dashboard.read()).toBeUndefined();
  expect((await client.send(new ListDashboardsCommand({}))).DashboardEntries).toEqual([]);
});
