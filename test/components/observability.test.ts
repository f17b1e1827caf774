import { beforeAll, describe, expect, it } from "vitest";

import { CellNames } from "../../catalog/names";
import { sizes } from "../../catalog/sizes";
import { healthCheckRegion } from "../../components/cell/observability";
import { alarmSpecs, redisNodes, unhealthyRule } from "../../components/cell/observability/alarms";
import { dashboardBody } from "../../components/cell/observability/dashboard";
import type { PlannedResource } from "../../adapters/pulumi/plan/plan";
import { byName, chineseCell, ofType, testCell } from "../harness/cell";
import { planCompute } from "./workload-fixture";

const names = new CellNames("dev", 3);
const watched = {
  postgresPrimary: "dev-cell-3-postgres-primary",
  postgresReplica: "dev-cell-3-postgres-replica",
  redis: "dev-cell-3-redis",
  memcached: "dev-cell-3-memcached",
  kafka: "dev-cell-3-kafka",
  rabbitmq: "dev-cell-3-rabbitmq",
  loadBalancer: "app/dev-cell-3-app/1",
  targetGroup: "targetgroup/dev-cell-3-app/1",
  liveNodes: "eks-dev-cell-3-blue-1",
};
const specs = alarmSpecs({ cell: testCell(), names, size: sizes.dev }, watched);
const spec = (part: string) => specs.find((each) => each.part === part);

let resources: readonly PlannedResource[];
beforeAll(async () => {
  resources = (await planCompute(testCell())).resources;
});
const alarms = (of: readonly PlannedResource[]) => byName(of, "aws:cloudwatch/metricAlarm:MetricAlarm");

describe("alarms", () => {
  it("watch every store, the door and the nodes", () => {
    expect(specs.map(({ part }) => part).sort()).toEqual([
      "app-errors",
      "app-latency",
      "app-unhealthy-hosts",
      "kafka-disk",
      "kafka-offline-partitions",
      "kafka-under-replicated",
      "memcached-evictions",
      "nodes-cpu",
      "nodes-in-service",
      "postgres-connections",
      "postgres-cpu",
      "postgres-replica-lag",
      "postgres-storage",
      "rabbitmq-cpu",
      "redis-cpu",
      "redis-memory",
      "redis-replication-lag",
    ]);
  });

  it("have thresholds of the class", () => {
    expect(spec("postgres-connections")?.threshold).toBe(400);
    expect(spec("postgres-storage")?.threshold).toBe(Math.floor(20 * 2 ** 30 * 0.15));
    const large = alarmSpecs({ cell: testCell(), names, size: sizes.large }, watched);
    expect(large.find(({ part }) => part === "nodes-in-service")?.threshold).toBe(5);
    expect(large.find(({ part }) => part === "postgres-storage")?.threshold).toBe(Math.floor(500 * 2 ** 30 * 0.15));
  });

  it("look at each Redis node and each broker, by AWS's names", () => {
    expect(redisNodes("g", 3)).toEqual(["g-001", "g-002", "g-003"]);
    expect(spec("redis-memory")?.series.map(({ dimensions }) => dimensions["CacheClusterId"])).toEqual(
      redisNodes("dev-cell-3-redis", 3),
    );
    expect(spec("kafka-disk")?.series.map(({ dimensions }) => dimensions["Broker ID"])).toEqual(["1", "2", "3"]);
    // Two zones have four brokers, whatever the class wants.
    const inTwoZones = alarmSpecs({ cell: chineseCell(), names, size: sizes.dev }, watched);
    for (const part of ["kafka-disk", "kafka-under-replicated"]) {
      const series = inTwoZones.find((each) => each.part === part)?.series;
      expect(series?.map(({ dimensions }) => dimensions["Broker ID"])).toEqual(["1", "2", "3", "4"]);
    }
    // An expression must name every series that it is given.
    for (const { series, expression } of specs) {
      if (expression === undefined) expect(series).toHaveLength(1);
      else series.forEach((_, index) => expect(expression).toMatch(new RegExp(`\\bm${index}\\b`)));
    }
  });

  it("each name and message say whose it is; each goes to the cell's own topic", () => {
    const planned = alarms(resources);
    expect(planned.size).toBe(specs.length);
    for (const { inputs } of planned.values()) {
      expect(inputs["name"]).toMatch(/^dev-cell-3-/);
      expect(inputs["alarmDescription"]).toMatch(/^cell-3 \(EU\): /);
      expect(inputs["alarmActions"]).toEqual(["arn:aws:sns:eu-west-1:123456789012:dev-cell-3-alarms"]);
    }
    expect(JSON.stringify([...planned.values()].map(({ inputs }) => inputs))).not.toMatch(/cell-(?!3\b)\d+/);
  });

  it("are metric or queries, never both", () => {
    for (const { inputs } of alarms(resources).values()) {
      const metric = inputs["metricName"] !== undefined;
      expect(metric).toBe(inputs["metricQueries"] === undefined);
      if (metric)
        expect((inputs["statistic"] === undefined) === (inputs["extendedStatistic"] !== undefined)).toBe(true);
      else
        expect(inputs["metricQueries"].filter(({ returnData }: { returnData: boolean }) => returnData)).toHaveLength(1);
    }
  });
});

describe("alarms on requests", () => {
  /** Points of a series by minute; undefined is not reported yet, or not at all. */
  type Points = readonly (number | undefined)[];
  const functions = {
    FILL: (value: number, other: number) => (Number.isNaN(value) ? other : value),
    IF: (isTrue: boolean, yes: number, no: number) => (isTrue ? yes : no),
  };

  /**
   * CloudWatch's evaluation of an alarm: an expression has a point where each series that it does not fill has one, and
   * the newest points count, whatever their minute.
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
   */
  function isInAlarm(part: string, series: readonly Points[]): boolean {
    const { expression = "m0", threshold, periods, missing } = spec(part)!;
    expect(missing).toBe("notBreaching");
    const filled = [...expression.matchAll(/FILL\((m\d)/g)].map(([, name]) => name);
    const names = series.map((_, at) => `m${at}`);
    const value = new Function("FILL", "IF", ...names, `return ${expression}`) as (...args: unknown[]) => number;
    const points = series[0]!.flatMap((_, minute) => {
      const at = series.map((one) => one[minute]);
      if (at.some((point, index) => point === undefined && !filled.includes(names[index]!))) return [];
      return [value(functions.FILL, functions.IF, ...at.map((point) => point ?? NaN))];
    });
    const [bad, of] = periods;
    return points.slice(-of).filter((point) => point > threshold).length >= bad;
  }
  const minutes = (value: number | undefined, newest: readonly (number | undefined)[] = []): Points => [
    ...Array<number | undefined>(10).fill(value),
    ...newest,
  ];

  it("find a cell that fails although the newest minutes are missing or incomplete", () => {
    // Of 100 requests a minute 10 fail. Requests late, errors late, both late.
    for (const [requests, errors] of [
      [[], []],
      [[undefined], [undefined]],
      [[undefined], [10]],
      [[100], [undefined]],
      [
        [100, undefined],
        [undefined, undefined],
      ],
    ]) {
      const series = [
        minutes(100, requests),
        minutes(10, errors),
        minutes(
          undefined,
          requests!.map(() => undefined),
        ),
      ];
      expect(isInAlarm("app-errors", series), JSON.stringify([requests, errors])).toBe(true);
    }
    expect(isInAlarm("app-latency", [minutes(2, [0.5])])).toBe(true);
  });

  it("do not find one that is well, idle, or fails for a moment", () => {
    const none = minutes(undefined);
    expect(isInAlarm("app-errors", [minutes(100), minutes(1), none])).toBe(false);
    expect(isInAlarm("app-errors", [minutes(9), minutes(9), none])).toBe(false);
    expect(isInAlarm("app-errors", [none, none, none])).toBe(false);
    expect(isInAlarm("app-errors", [minutes(100, [100, 100]), minutes(undefined, [90, 90]), minutes(undefined)])).toBe(
      false,
    );
  });

  it("take three of five points of the load balancer where the cell's verdict depends on them", () => {
    const symptoms = specs.filter(({ symptom, series }) => symptom && series[0]!.namespace === "AWS/ApplicationELB");
    expect(symptoms.map(({ part, periods }) => [part, ...periods])).toEqual([
      ["app-errors", 3, 5],
      ["app-latency", 3, 5],
      ["nodes-in-service", 3, 5],
    ]);
    const { inputs } = alarms(resources).get("cell-3-alarm-app-errors")!;
    expect(inputs).toMatchObject({ datapointsToAlarm: 3, evaluationPeriods: 5 });
  });
});

describe("the cell's own verdict", () => {
  it("is what its users feel, and waits for the alarms that it names", () => {
    const rule =
      'ALARM("dev-cell-3-kafka-offline-partitions") OR ALARM("dev-cell-3-app-errors") OR ALARM("dev-cell-3-app-latency") OR ALARM("dev-cell-3-nodes-in-service")';
    expect(unhealthyRule(names, specs)).toBe(rule);
    const composite = ofType(resources, "aws:cloudwatch/compositeAlarm:CompositeAlarm")[0];
    expect(composite?.inputs).toMatchObject({ alarmName: "dev-cell-3-unhealthy", alarmRule: rule });
    const needed = [...rule.matchAll(/dev-(cell-3)-([a-z-]+)/g)].map(
      ([, id, part]) => alarms(resources).get(`${id}-alarm-${part}`)?.urn,
    );
    expect(composite?.dependencies).toEqual(expect.arrayContaining(needed));
    expect(needed).toHaveLength(4);
  });
});

describe("the alarm on nodes in service", () => {
  it("expects the nodes of a class only when they are there: a larger class would call the night shift before", () => {
    const live = ofType(resources, "aws:eks/nodeGroup:NodeGroup").find(({ name }) => name === "cell-3-blue");
    expect(alarms(resources).get("cell-3-alarm-nodes-in-service")?.dependencies).toContain(live?.urn);
  });
});

describe("the check from outside", () => {
  it("has its metrics in one region of the partition", () => {
    expect(healthCheckRegion("aws")).toBe("us-east-1");
    expect(healthCheckRegion("aws-cn")).toBe("cn-northwest-1");
  });

  it("has an alarm with the cell's topic where the cell is in that region, and none elsewhere", async () => {
    expect(alarms(resources).has("cell-3-alarm-health-check")).toBe(false);

    const home = (await planCompute(testCell({ region: "us-east-1" }))).resources;
    expect(alarms(home).get("cell-3-alarm-health-check")?.inputs["alarmActions"]).toHaveLength(1);
    expect(alarms(home).get("cell-3-alarm-health-check")?.inputs).toMatchObject({
      namespace: "AWS/Route53",
      treatMissingData: "breaching",
    });
  });
});

describe("the receivers of alarms", () => {
  it("are subscribed to the cell's topic, an address over HTTPS as a secret", async () => {
    expect(ofType(resources, "aws:sns/topicSubscription:TopicSubscription")).toEqual([]);
    const receivers = [
      { name: "on-call", protocol: "email", endpoint: "on-call@example.com" },
      { name: "page", protocol: "https", endpoint: "https://events.example.com/key" },
    ] as const;
    const found = ofType(
      (await planCompute(testCell(), { receivers })).resources,
      "aws:sns/topicSubscription:TopicSubscription",
    );
    expect(found.map(({ name, inputs }) => [name, inputs["protocol"], inputs["endpoint"]])).toEqual([
      ["cell-3-alarms-to-on-call", "email", "on-call@example.com"],
      ["cell-3-alarms-to-page", "https", "https://events.example.com/key"],
    ]);
  });
});

describe("the topic", () => {
  it("is under the cell's key and takes the cell's alarms only", async () => {
    const topic = ofType(resources, "aws:sns/topic:Topic")[0];
    expect(topic?.inputs).toMatchObject({
      name: "dev-cell-3-alarms",
      kmsMasterKeyId: expect.stringContaining(":kms:"),
    });
    const policy = JSON.parse(ofType(resources, "aws:sns/topicPolicy:TopicPolicy")[0]?.inputs["policy"] as string) as {
      Statement: { Condition: Record<string, Record<string, string>> }[];
    };
    expect(policy.Statement[0]?.Condition["ArnLike"]).toEqual({
      "aws:SourceArn": "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:dev-cell-3-*",
    });
  });
});

describe("the dashboard", () => {
  const body = dashboardBody({
    cell: chineseCell(),
    names: new CellNames("dev", 7),
    size: sizes.dev,
    watched,
    alarmArns: ["arn:aws-cn:cloudwatch:cn-north-1:123456789012:alarm:a"],
    healthCheckId: "check",
    healthCheckRegion: "cn-northwest-1",
  });

  it("shows the cell's own dimension, each chart in its region", () => {
    const text = JSON.stringify(body);
    expect(text).toContain('["Cells","Requests","Cell","cell-7"]');
    expect(text).toContain('"Broker ID","4"');
    const regions = body.widgets
      .filter(({ type }) => type === "metric")
      .map(({ properties }) => [properties["region"], JSON.stringify(properties["metrics"]).includes("AWS/Route53")]);
    for (const [region, outside] of regions) expect(region).toBe(outside === true ? "cn-northwest-1" : "cn-north-1");
  });

  it("has no widget over another, and none beyond the edge", () => {
    for (const [index, a] of body.widgets.entries()) {
      expect(a.x + a.width).toBeLessThanOrEqual(24);
      for (const b of body.widgets.slice(index + 1)) {
        const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        expect(apart).toBe(true);
      }
    }
  });

  it("is in the plan, under the cell's name", () => {
    const dashboard = ofType(resources, "aws:cloudwatch/dashboard:Dashboard")[0];
    expect(dashboard?.inputs["dashboardName"]).toBe("dev-cell-3");
    const planned = JSON.parse(dashboard?.inputs["dashboardBody"] as string) as { widgets: object[] };
    expect(planned.widgets.length).toBe(body.widgets.length);
  });
});
