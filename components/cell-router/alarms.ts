import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { RouterMetric, routerNamespace, routerService } from "../../contract/router";
import type { RouterNames } from "./names";

/** One alarm: which number, of what, over which time. */
interface RouterAlarm {
  readonly name: string;
  /** What it means for tenants, and what to look at. */
  readonly meaning: string;
  readonly from: "function" | "api" | "router";
  readonly metric: string;
  readonly statistic: "Sum" | "Maximum" | "Average";
  readonly threshold: number;
  /** Minutes in alarm out of minutes looked at. */
  readonly minutes: readonly [bad: number, of: number];
}

/** Seconds of a table's age that are too many: ninety polls in a row have failed. */
const tooOld = 900;

/** Missing data counts as good: an instance without requests publishes no metrics. */
const alarms: readonly RouterAlarm[] = [
  {
    name: "errors",
    meaning: "The function failed: tenants were not answered. Its log says why.",
    ...{ from: "function", metric: "Errors", statistic: "Sum", threshold: 0, minutes: [3, 3] },
  },
  {
    name: "throttles",
    meaning: "The function's reserved concurrency was used up: tenants were not answered.",
    ...{ from: "function", metric: "Throttles", statistic: "Sum", threshold: 0, minutes: [3, 3] },
  },
  {
    name: "5xx",
    meaning: "More than one of a hundred requests got a 5xx.",
    // The average of this metric is the share of requests.
    ...{ from: "api", metric: "5xx", statistic: "Average", threshold: 0.01, minutes: [3, 5] },
  },
  {
    name: "no-healthy-cell",
    meaning: "Tenants got 503: no cell that may serve them is up. Nothing was sent out of its jurisdiction.",
    ...{ from: "router", metric: RouterMetric.noHealthyCell, statistic: "Sum", threshold: 0, minutes: [1, 5] },
  },
  {
    name: "table-refused",
    meaning: "A published routing table was refused and the last good one kept. The log says why.",
    ...{ from: "router", metric: RouterMetric.tablesRefused, statistic: "Sum", threshold: 0, minutes: [1, 5] },
  },
  {
    name: "poll-failures",
    meaning: "S3 did not return a table: an instance that starts now sends moved tenants to their old cells.",
    ...{ from: "router", metric: RouterMetric.pollFailures, statistic: "Sum", threshold: 0, minutes: [3, 5] },
  },
  {
    name: "table-age",
    meaning: `The routing table was not confirmed for ${tooOld / 60} minutes. Tenants are answered, from what was known then.`,
    ...{ from: "router", metric: RouterMetric.tableAge, statistic: "Maximum", threshold: tooOld, minutes: [3, 5] },
  },
];

/**
 * Alarms of one router.
 *
 * @param apiId of the HTTP API.
 * @param topicArn SNS topic that gets the alarms; without it they are only visible in CloudWatch.
 */
export function routerAlarms(
  name: string,
  args: {
    readonly names: RouterNames;
    readonly environment: string;
    readonly apiId: pulumi.Input<string>;
    readonly topicArn: string | undefined;
  },
  opts: pulumi.CustomResourceOptions,
): void {
  const { names, environment, apiId, topicArn } = args;
  const sources = {
    function: { namespace: "AWS/Lambda", dimensions: { FunctionName: names.prefix } },
    api: { namespace: "AWS/ApiGateway", dimensions: { ApiId: apiId } },
    router: { namespace: routerNamespace, dimensions: { service: routerService, environment, region: names.region } },
  };
  for (const { name: what, meaning, from, metric, statistic, threshold, minutes } of alarms) {
    new aws.cloudwatch.MetricAlarm(
      `${name}-${what}`,
      {
        name: `${names.prefix}-${what}`,
        alarmDescription: `Router of ${names.region}. ${meaning}`,
        ...sources[from],
        metricName: metric,
        statistic,
        period: 60,
        evaluationPeriods: minutes[1],
        datapointsToAlarm: minutes[0],
        threshold,
        comparisonOperator: "GreaterThanThreshold",
        treatMissingData: "notBreaching",
        ...(topicArn === undefined ? {} : { alarmActions: [topicArn], okActions: [topicArn] }),
      },
      opts,
    );
  }
}
