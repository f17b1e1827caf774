import { dimensions, dropped, json, pulumiOnly, renamed, same, type Twin } from "../fields";

const alarm = "actionsEnabled alarmActions alarmDescription insufficientDataActions";

/** CloudWatch, logs and SNS. */
export const watch: Readonly<Record<string, Twin>> = {
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    type: "AWS::CloudWatch::Alarm",
    fields: {
      ...same(alarm),
      ...same("comparisonOperator datapointsToAlarm evaluationPeriods extendedStatistic metricName namespace period"),
      ...same("statistic threshold thresholdMetricId treatMissingData unit"),
      ...renamed({
        name: "AlarmName",
        okActions: "OKActions",
        evaluateLowSampleCountPercentiles: "EvaluateLowSampleCountPercentile",
      }),
      dimensions: { to: "Dimensions", via: dimensions },
      metricQueries: {
        to: "Metrics",
        of: {
          ...same("accountId expression id label period returnData"),
          metric: {
            to: "MetricStat",
            of: {
              ...same("period stat unit"),
              ...renamed({ metricName: "Metric.MetricName", namespace: "Metric.Namespace" }),
              dimensions: { to: "Metric.Dimensions", via: dimensions },
            },
          },
        },
      },
    },
  },
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": {
    type: "AWS::CloudWatch::CompositeAlarm",
    fields: {
      ...same(alarm),
      ...same("alarmName alarmRule"),
      ...renamed({ okActions: "OKActions" }),
      actionsSuppressor: {
        to: "",
        of: renamed({
          alarm: "ActionsSuppressor",
          extensionPeriod: "ActionsSuppressorExtensionPeriod",
          waitPeriod: "ActionsSuppressorWaitPeriod",
        }),
      },
    },
  },
  "aws:cloudwatch/dashboard:Dashboard": {
    type: "AWS::CloudWatch::Dashboard",
    fields: same("dashboardBody dashboardName"),
    tags: "none",
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    type: "AWS::Logs::LogGroup",
    fields: {
      ...same("kmsKeyId logGroupClass"),
      ...renamed({ name: "LogGroupName", deletionProtectionEnabled: "DeletionProtectionEnabled" }),
      // Zero means "never expire" to Pulumi; CloudFormation leaves the property out for it.
      retentionInDays: { to: "RetentionInDays", via: (value) => (value === 0 ? undefined : value) },
      ...dropped(pulumiOnly, "skipDestroy namePrefix"),
    },
  },
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": {
    type: "AWS::Logs::MetricFilter",
    fields: {
      ...same("logGroupName"),
      ...renamed({ name: "FilterName", pattern: "FilterPattern" }),
      metricTransformation: {
        to: "MetricTransformations",
        via: (value) => [value],
        of: {
          ...same("unit"),
          ...renamed({ name: "MetricName", namespace: "MetricNamespace", value: "MetricValue" }),
          defaultValue: { to: "DefaultValue", via: Number },
          dimensions: {
            to: "Dimensions",
            via: (value) => Object.entries(value as object).map(([Key, Value]: [string, unknown]) => ({ Key, Value })),
          },
        },
      },
    },
    tags: "none",
  },
  "aws:sns/topic:Topic": {
    type: "AWS::SNS::Topic",
    fields: {
      ...same("contentBasedDeduplication displayName fifoThroughputScope fifoTopic kmsMasterKeyId tracingConfig"),
      ...renamed({ name: "TopicName" }),
      signatureVersion: { to: "SignatureVersion", via: String },
      ...dropped("CloudFormation keeps it in AWS::SNS::TopicPolicy: use aws.sns.TopicPolicy", "policy"),
      ...dropped(pulumiOnly, "namePrefix"),
    },
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    type: "AWS::SNS::Subscription",
    fields: {
      ...same("endpoint filterPolicyScope protocol rawMessageDelivery subscriptionRoleArn"),
      ...renamed({ topic: "TopicArn" }),
      filterPolicy: { to: "FilterPolicy", via: json },
      ...dropped(pulumiOnly, "confirmationTimeoutInMinutes endpointAutoConfirms"),
    },
    tags: "none",
  },
};
