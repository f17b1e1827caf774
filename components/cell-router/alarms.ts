import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

import type { RouterNames } from "./names";

/** Metric of the function to how many of it in a minute are worth an alarm, three minutes in a row. */
const watched = { errors: { metric: "Errors", most: 0 }, throttles: { metric: "Throttles", most: 0 } } as const;

/** Alarms of one router: errors and throttles of its function. Both mean that tenants were not answered. */
export function routerAlarms(name: string, names: RouterNames, opts: pulumi.CustomResourceOptions): void {
  for (const [what, { metric, most }] of Object.entries(watched)) {
    new aws.cloudwatch.MetricAlarm(
      `${name}-${what}`,
      {
        name: `${names.prefix}-${what}`,
        alarmDescription: `The router of ${names.region} had ${what} for three minutes: tenants were not answered.`,
        namespace: "AWS/Lambda",
        metricName: metric,
        dimensions: { FunctionName: names.prefix },
        statistic: "Sum",
        period: 60,
        evaluationPeriods: 3,
        threshold: most,
        comparisonOperator: "GreaterThanThreshold",
        treatMissingData: "notBreaching",
      },
      opts,
    );
  }
}
