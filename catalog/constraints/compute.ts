import { list, number, object, supported, when, type Constraint, type Support } from "./words";

const docs = "https://docs.aws.amazon.com/";
const cluster = "aws:eks/cluster:Cluster";
const nodeGroup = "aws:eks/nodeGroup:NodeGroup";
const lambda = "aws:lambda/function:Function";

/** End of standard support. Extended support costs six times as much, so a cell's cluster never counts on it. */
const kubernetesVersions: Support = {
  "1.33": "2026-07-29",
  "1.34": "2026-12-02",
  "1.35": "2027-03-27",
  "1.36": "2027-08-02",
};

/** Seconds of lag that a PostgreSQL replica reports although it misses nothing. */
const idleLag = 300;

/** Requests a second that Lambda lets into one of the environments that a function may have. */
const requestsPerEnvironment = 10;

/** Bytes that all variables of a function may have together. */
export const mostVariableBytes = 4096;

/** Concurrency that AWS keeps for functions without a reservation, out of a new account's 1,000. */
const reservable = 1000 - 100;

/** EKS, Lambda and alarms. */
export const computeConstraints: readonly Constraint[] = [
  {
    id: "EKS-1",
    type: cluster,
    rule: `The Kubernetes version is in standard support: ${Object.entries(kubernetesVersions)
      .map(([version, end]) => `${version} until ${end ?? "?"}`)
      .join(", ")}.`,
    source: `${docs}eks/latest/userguide/kubernetes-versions.html`,
    check: ({ inputs }, { now }) => {
      if (inputs["version"] === undefined) return when(true, "version", "name the version, or AWS chooses it");
      return supported(kubernetesVersions, String(inputs["version"]), now, "version", "Kubernetes");
    },
  },
  {
    id: "EKS-2",
    type: cluster,
    rule: "A cluster has subnets in at least two availability zones.",
    source: `${docs}eks/latest/userguide/network-reqs.html`,
    check: (resource, inventory) => {
      const zones = inventory.zones(resource, "vpcConfig");
      return when(zones !== undefined && zones.size < 2, "vpcConfig.subnetIds", "EKS needs subnets in two zones");
    },
  },
  {
    id: "EKS-3",
    type: nodeGroup,
    rule: "Of a node group's sizes, min ≤ desired ≤ max, and max is at least 1.",
    source: `${docs}eks/latest/APIReference/API_NodegroupScalingConfig.html`,
    check: ({ inputs }) => {
      const sizes = object(inputs["scalingConfig"]);
      const [least, wanted, most] = ["minSize", "desiredSize", "maxSize"].map((name) => number(sizes[name]) ?? 0);
      const bad = (least ?? 0) > (wanted ?? 0) || (wanted ?? 0) > (most ?? 0) || (most ?? 0) < 1;
      return when(bad, "scalingConfig", "write minSize ≤ desiredSize ≤ maxSize, and maxSize of at least 1");
    },
  },
  {
    id: "EKS-4",
    type: nodeGroup,
    rule: "The AMI type has the processor of the instance types (ARM for Graviton).",
    source: `${docs}eks/latest/APIReference/API_CreateNodegroup.html`,
    check: (resource, inventory) => {
      const template = inventory.sources(resource, "launchTemplate", "aws:ec2/launchTemplate:LaunchTemplate");
      const types = [
        ...list(resource.inputs["instanceTypes"]),
        ...template.map(({ inputs }) => inputs["instanceType"]),
      ];
      const ami = resource.inputs["amiType"];
      if (typeof ami !== "string" || ami === "CUSTOM") return [];
      const arm = /ARM/.test(ami);
      const wrong = types.find(
        (type) => typeof type === "string" && /^[a-z]+\d+[a-z]*\./.test(type) && graviton(type) !== arm,
      );
      return when(wrong !== undefined, "amiType", `${ami} does not run on ${String(wrong)}`);
    },
  },
  {
    id: "EKS-5",
    type: nodeGroup,
    rule: "Instance types stand in the node group or in its launch template, not in both; a disk size only without a template.",
    source: `${docs}eks/latest/userguide/launch-templates.html`,
    check: (resource, inventory) => {
      const template = inventory.sources(resource, "launchTemplate", "aws:ec2/launchTemplate:LaunchTemplate")[0];
      if (template === undefined) return [];
      const twice = template.inputs["instanceType"] !== undefined && resource.inputs["instanceTypes"] !== undefined;
      const disk = resource.inputs["diskSize"] !== undefined;
      return [
        ...when(twice, "instanceTypes", "the launch template names one as well"),
        ...when(disk, "diskSize", "with a launch template the disk is set there"),
      ];
    },
  },
  {
    id: "LAMBDA-1",
    type: lambda,
    rule: `A function reserves at most ${reservable} of a new account's 1,000 concurrent runs: 100 stay unreserved.`,
    source: `${docs}lambda/latest/dg/configuration-concurrency.html`,
    check: ({ inputs }) => {
      const reserved = number(inputs["reservedConcurrentExecutions"]) ?? 0;
      const message = `more than ${reservable} needs a raised quota: ask AWS for it first`;
      return when(reserved > reservable, "reservedConcurrentExecutions", message, "warning");
    },
  },
  {
    id: "LAMBDA-2",
    type: "aws:apigatewayv2/stage:Stage",
    rule: `An API lets in at most ${requestsPerEnvironment} requests a second, and as many at once, for each reserved run of the function behind it: Lambda throttles the rest.`,
    source: `${docs}lambda/latest/dg/lambda-concurrency.html`,
    check: (resource, inventory) => {
      const lambdas = inventory
        .sources(resource, "apiId", "aws:apigatewayv2/api:Api")
        .flatMap((api) => inventory.users(api, "apiId", "aws:apigatewayv2/integration:Integration"))
        .flatMap((one) => inventory.sources(one, "integrationUri", "aws:lambda/alias:Alias"))
        .flatMap((alias) => inventory.sources(alias, "functionName", lambda));
      const settings = object(resource.inputs["defaultRouteSettings"]);
      return lambdas.flatMap(({ name, inputs }) => {
        const reserved = number(inputs["reservedConcurrentExecutions"]);
        if (reserved === undefined) return [];
        const most = reserved * requestsPerEnvironment;
        return ["throttlingRateLimit", "throttlingBurstLimit"].flatMap((limit) =>
          when(
            (number(settings[limit]) ?? Infinity) > most,
            `defaultRouteSettings.${limit}`,
            `${name} reserves ${reserved} runs: write at most ${most}, or reserve more`,
          ),
        );
      });
    },
  },
  {
    id: "LAMBDA-3",
    type: lambda,
    rule: `A function's variables have at most ${mostVariableBytes} bytes together, names and values as JSON.`,
    source: `${docs}lambda/latest/dg/gettingstarted-limits.html`,
    check: ({ inputs }) => {
      const bytes = variableBytes(object(object(inputs["environment"])["variables"]));
      const message = `${bytes} bytes are more than the ${mostVariableBytes} that Lambda takes`;
      return when(bytes > mostVariableBytes, "environment.variables", message);
    },
  },
  {
    id: "CW-1",
    type: "aws:cloudwatch/metricAlarm:MetricAlarm",
    rule: "An alarm looks back over at most one day, or seven days with periods of an hour or more.",
    source: `${docs}AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html`,
    check: ({ inputs }) => {
      const period = number(inputs["period"]) ?? 0;
      const span = period * (number(inputs["evaluationPeriods"]) ?? 1);
      const most = period >= 3600 ? 604_800 : 86_400;
      return when(
        span > most,
        "evaluationPeriods",
        `${span} s are more than the ${most} s that an alarm may look back`,
      );
    },
  },
  {
    id: "CW-2",
    type: "aws:cloudwatch/compositeAlarm:CompositeAlarm",
    rule: "The rule of a composite alarm has at most 10,240 characters and 100 alarms.",
    source: `${docs}AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html`,
    check: ({ inputs }) => {
      const rule = String(inputs["alarmRule"]);
      const alarms = (rule.match(/ALARM\(|OK\(|INSUFFICIENT_DATA\(/g) ?? []).length;
      return when(rule.length > 10_240 || alarms > 100, "alarmRule", "write at most 10,240 characters and 100 alarms");
    },
  },
  {
    id: "CW-3",
    type: "aws:cloudwatch/metricAlarm:MetricAlarm",
    rule: `An alarm on the lag of a PostgreSQL replica begins above ${idleLag} s: with an idle primary the metric rises that far.`,
    source: `${docs}AmazonRDS/latest/UserGuide/USER_PostgreSQL.Replication.ReadReplicas.html`,
    check: ({ inputs }) => {
      const isLag = inputs["namespace"] === "AWS/RDS" && inputs["metricName"] === "ReplicaLag";
      const isIdle = (number(inputs["threshold"]) ?? 0) <= idleLag;
      return when(
        isLag && isIdle,
        "threshold",
        `write more than ${idleLag}, or the alarm of a quiet cell changes its state again and again`,
      );
    },
  },
];

/** Bytes of a function's variables as Lambda counts them. */
export function variableBytes(variables: object): number {
  return Buffer.byteLength(JSON.stringify(variables));
}

/** Graviton families have a g right after the generation: m6g, t4g, c7gn, im4gn. */
function graviton(type: string): boolean {
  return /^[a-z]+\d+g/.test(type);
}
