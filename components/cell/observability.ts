import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { Partition } from "../../catalog/model";
import type { AlarmReceiver } from "../settings/alarm-receivers";
import type { CellContext } from "./context";
import { alarmSpecs, unhealthyRule, type AlarmSpec, type Series, type Watched } from "./observability/alarms";
import { dashboardBody } from "./observability/dashboard";

/** What a cell's monitoring needs of the cell's other parts. */
export interface ObservabilityArgs {
  /** ARN of the cell's key, with its policy in place: it encrypts the topic. */
  readonly keyArn: pulumi.Input<string>;
  /** Names that the watched resources have in CloudWatch metrics. */
  readonly watched: Watched<pulumi.Input<string>>;
  /** The live nodes: until they are there, alarms of what users feel keep the size of the class before. */
  readonly nodes: pulumi.Resource;
  /** Id of the Route 53 health check of the public endpoint. */
  readonly healthCheckId: pulumi.Input<string>;
  /**
   * Endpoints that the cell's topic sends to, besides those that subscribe themselves, as Amazon Q Developer in chat
   * applications does. Default: none. Removing one removes its subscription only.
   */
  readonly receivers?: readonly AlarmReceiver[];
}

/**
 * The one region of a partition that has Route 53's metrics.
 * Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-cloudwatch.html
 */
export function healthCheckRegion(partition: Partition): string {
  return { aws: "us-east-1", "aws-cn": "cn-northwest-1", "aws-us-gov": "us-gov-west-1" }[partition];
}

/**
 * In alarm when a cell's public endpoint does not answer from outside.
 *
 * @param topicArn topic of the alarm's region that it notifies; without it the alarm only shows.
 */
export function healthCheckAlarm(
  name: string,
  { cell, names }: Pick<CellContext, "cell" | "names">,
  healthCheckId: pulumi.Input<string>,
  topicArn: pulumi.Input<string> | undefined,
  opts: pulumi.CustomResourceOptions,
): void {
  new aws.cloudwatch.MetricAlarm(
    name,
    {
      name: names.of("health-check"),
      alarmDescription: `${names.label} (${cell.locality}): its public endpoint does not answer from outside.`,
      namespace: "AWS/Route53",
      metricName: "HealthCheckStatus",
      dimensions: { HealthCheckId: healthCheckId },
      statistic: "Minimum",
      period: 60,
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      evaluationPeriods: 2,
      datapointsToAlarm: 2,
      treatMissingData: "breaching",
      ...(topicArn === undefined ? {} : { alarmActions: [topicArn], okActions: [topicArn] }),
      tags: { Name: names.of("health-check") },
    },
    opts,
  );
}

/** The cell's own alarms, dashboard and topic. */
export class Observability extends pulumi.ComponentResource {
  readonly topic: aws.sns.Topic;
  readonly topicArn: pulumi.Output<string>;
  readonly dashboardName: string;
  /** In alarm when users of the cell are affected. */
  readonly unhealthyAlarm: aws.cloudwatch.CompositeAlarm;

  constructor(
    private readonly ctx: CellContext,
    private readonly args: ObservabilityArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("cells:cell:Observability", `${ctx.cell.id}-observability`, {}, opts);
    this.dashboardName = ctx.names.prefix;

    this.topic = this.makeTopic();
    this.topicArn = this.topic.arn;
    const specs = alarmSpecs(ctx, args.watched);
    const alarms = specs.map((spec) => this.alarm(spec));
    this.unhealthyAlarm = this.composite(specs, alarms);
    // Elsewhere the alarm is the edge's: an alarm is where its metrics are, and the cell stays in its residency area.
    if (ctx.cell.region === healthCheckRegion(ctx.cell.partition)) {
      healthCheckAlarm(`${ctx.cell.id}-alarm-health-check`, ctx, args.healthCheckId, this.topic.arn, { parent: this });
    }
    this.dashboard([this.unhealthyAlarm.arn, ...alarms.map(({ arn }) => arn)]);

    this.registerOutputs({ topicArn: this.topicArn, dashboardName: this.dashboardName });
  }

  private makeTopic(): aws.sns.Topic {
    const { cell, names } = this.ctx;
    const topic = new aws.sns.Topic(
      `${cell.id}-alarms`,
      { name: names.of("alarms"), kmsMasterKeyId: this.args.keyArn, tags: { Name: names.of("alarms") } },
      { parent: this },
    );
    new aws.sns.TopicPolicy(
      `${cell.id}-alarms-policy`,
      {
        arn: topic.arn,
        policy: topic.arn.apply((arn) => {
          const [, partition, , region, account] = arn.split(":");
          return JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              {
                Sid: "AlarmsOfThisCell",
                Effect: "Allow",
                Principal: { Service: "cloudwatch.amazonaws.com" },
                Action: "sns:Publish",
                Resource: arn,
                Condition: {
                  StringEquals: { "aws:SourceAccount": account },
                  ArnLike: {
                    "aws:SourceArn": `arn:${partition}:cloudwatch:${region}:${account}:alarm:${names.prefix}-*`,
                  },
                },
              },
              {
                Sid: "OnlyOverTls",
                Effect: "Deny",
                Principal: { AWS: "*" },
                Action: "sns:Publish",
                Resource: arn,
                Condition: { Bool: { "aws:SecureTransport": "false" } },
              },
            ],
          });
        }),
      },
      { parent: this },
    );
    for (const { name, protocol, endpoint } of this.args.receivers ?? []) {
      new aws.sns.TopicSubscription(
        `${cell.id}-alarms-to-${name}`,
        // The path of an HTTPS endpoint often holds a key.
        { topic: topic.arn, protocol, endpoint: protocol === "https" ? pulumi.secret(endpoint) : endpoint },
        { parent: this },
      );
    }
    return topic;
  }

  private alarm(spec: AlarmSpec<pulumi.Input<string>>): aws.cloudwatch.MetricAlarm {
    const { cell, names } = this.ctx;
    return new aws.cloudwatch.MetricAlarm(
      `${cell.id}-alarm-${spec.part}`,
      {
        name: names.of(spec.part),
        alarmDescription: spec.description,
        comparisonOperator: spec.comparison,
        threshold: spec.threshold,
        evaluationPeriods: spec.periods[1],
        datapointsToAlarm: spec.periods[0],
        treatMissingData: spec.missing,
        alarmActions: [this.topic.arn],
        okActions: [this.topic.arn],
        ...metricOf(spec),
        tags: { Name: names.of(spec.part) },
      },
      { parent: this, dependsOn: spec.symptom ? [this.args.nodes] : [] },
    );
  }

  private composite(
    specs: readonly AlarmSpec<pulumi.Input<string>>[],
    alarms: readonly aws.cloudwatch.MetricAlarm[],
  ): aws.cloudwatch.CompositeAlarm {
    const { cell, names } = this.ctx;
    return new aws.cloudwatch.CompositeAlarm(
      `${cell.id}-alarm-unhealthy`,
      {
        alarmName: names.of("unhealthy"),
        alarmDescription: `${names.label} unhealthy: its users feel it`,
        alarmRule: unhealthyRule(names, specs),
        alarmActions: [this.topic.arn],
        okActions: [this.topic.arn],
        tags: { Name: names.of("unhealthy") },
      },
      // AWS refuses a rule that names an alarm that does not exist.
      { parent: this, dependsOn: alarms.filter((_, index) => specs[index]?.symptom === true) },
    );
  }

  private dashboard(alarmArns: pulumi.Output<string>[]): void {
    const { cell, names, size } = this.ctx;
    const { watched, healthCheckId } = this.args;
    new aws.cloudwatch.Dashboard(
      `${cell.id}-dashboard`,
      {
        dashboardName: this.dashboardName,
        dashboardBody: pulumi
          .all([watched.loadBalancer, watched.targetGroup, watched.liveNodes, healthCheckId, pulumi.all(alarmArns)])
          .apply(([loadBalancer, targetGroup, liveNodes, checkId, arns]) =>
            JSON.stringify(
              dashboardBody({
                cell,
                names,
                size,
                watched: { ...watched, loadBalancer, targetGroup, liveNodes },
                alarmArns: arns,
                healthCheckId: checkId,
                healthCheckRegion: healthCheckRegion(cell.partition),
              }),
            ),
          ),
      },
      { parent: this },
    );
  }
}

/** One series as an alarm's metric, several as its queries. */
function metricOf(spec: AlarmSpec<pulumi.Input<string>>): Partial<aws.cloudwatch.MetricAlarmArgs> {
  const [only, ...others] = spec.series;
  if (only !== undefined && others.length === 0 && spec.expression === undefined) {
    return {
      namespace: only.namespace,
      metricName: only.metric,
      dimensions: only.dimensions,
      period: spec.period,
      ...(only.stat.startsWith("p") ? { extendedStatistic: only.stat } : { statistic: only.stat }),
    };
  }
  const query = ({ namespace, metric, dimensions, stat }: Series<pulumi.Input<string>>, index: number) => ({
    id: `m${index}`,
    metric: { namespace, metricName: metric, dimensions, stat, period: spec.period },
    returnData: false,
  });
  return {
    metricQueries: [
      { id: "result", expression: spec.expression, label: spec.part, returnData: true },
      ...spec.series.map(query),
    ],
  };
}
