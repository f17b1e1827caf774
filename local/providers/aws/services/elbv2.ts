import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";

import { resource, type Cloud, type Properties, type ResourceDefinition } from "../resource";
import { tagChanges, tagList, tagMap } from "../tags";

function client(cloud: Cloud): elb.ElasticLoadBalancingV2Client {
  return cloud.client(elb.ElasticLoadBalancingV2Client);
}

async function tag(cloud: Cloud, arn: string, inputs: Properties, olds: Properties): Promise<void> {
  const { set, remove } = tagChanges(olds["tags"], inputs["tags"]);
  const ResourceArns = [arn];
  if (Object.keys(set).length > 0) {
    await client(cloud).send(new elb.AddTagsCommand({ ResourceArns, Tags: tagList(set) }));
  }
  if (remove.length > 0) await client(cloud).send(new elb.RemoveTagsCommand({ ResourceArns, TagKeys: remove }));
}

async function tagsOf(cloud: Cloud, arn: string): Promise<Record<string, string>> {
  const { TagDescriptions } = await client(cloud).send(new elb.DescribeTagsCommand({ ResourceArns: [arn] }));
  return tagMap(TagDescriptions?.[0]?.Tags);
}

/** `app/dev-cell-3-app/50dc6c495c0c9188` of a load balancer, `targetgroup/…` of a target group: metric dimensions. */
function arnSuffix(arn: string): string {
  const resourcePart = arn.split(":").slice(5).join(":");
  return resourcePart.startsWith("loadbalancer/") ? resourcePart.slice("loadbalancer/".length) : resourcePart;
}

type Kind = "boolean" | "number" | "string";

/** Pulumi's input, the attribute's key, and how to read the attribute's text back. */
const loadBalancerAttributes: readonly (readonly [string, string, Kind])[] = [
  ["enableDeletionProtection", "deletion_protection.enabled", "boolean"],
  ["dropInvalidHeaderFields", "routing.http.drop_invalid_header_fields.enabled", "boolean"],
  ["desyncMitigationMode", "routing.http.desync_mitigation_mode", "string"],
  ["idleTimeout", "idle_timeout.timeout_seconds", "number"],
  ["enableZonalShift", "zonal_shift.config.enabled", "boolean"],
  ["preserveHostHeader", "routing.http.preserve_host_header.enabled", "boolean"],
];

const targetGroupAttributes: readonly (readonly [string, string, Kind])[] = [
  ["deregistrationDelay", "deregistration_delay.timeout_seconds", "number"],
  ["slowStart", "slow_start.duration_seconds", "number"],
  ["loadBalancingAlgorithmType", "load_balancing.algorithm.type", "string"],
];

function attributeList(
  table: readonly (readonly [string, string, Kind])[],
  inputs: Properties,
  wanted: (input: string) => boolean = () => true,
): { Key: string; Value: string }[] {
  return table
    .filter(([input]) => wanted(input) && inputs[input] !== undefined)
    .map(([input, Key]) => ({ Key, Value: String(inputs[input]) }));
}

function accessLogAttributes(inputs: Properties): { Key: string; Value: string }[] {
  const logs = inputs["accessLogs"] as { bucket: string; enabled?: boolean; prefix?: string } | undefined;
  if (logs === undefined) return [];
  return [
    { Key: "access_logs.s3.enabled", Value: String(logs.enabled ?? false) },
    { Key: "access_logs.s3.bucket", Value: logs.bucket },
    { Key: "access_logs.s3.prefix", Value: logs.prefix ?? "" },
  ];
}

function attributeInputs(
  table: readonly (readonly [string, string, Kind])[],
  attributes: readonly { Key?: string; Value?: string }[] | undefined,
): Properties {
  const values = tagMap(attributes);
  return Object.fromEntries(
    table
      .filter(([, key]) => values[key] !== undefined)
      .map(([input, key, kind]) => [
        input,
        kind === "boolean" ? values[key] === "true" : kind === "number" ? Number(values[key]) : values[key],
      ]),
  );
}

// ---- load balancers ----

function loadBalancerOutputs(balancer: elb.LoadBalancer | undefined): Properties {
  const arn = balancer?.LoadBalancerArn ?? "";
  return {
    arn,
    arnSuffix: arnSuffix(arn),
    name: balancer?.LoadBalancerName,
    dnsName: balancer?.DNSName,
    zoneId: balancer?.CanonicalHostedZoneId,
    vpcId: balancer?.VpcId,
    internal: balancer?.Scheme === "internal",
    loadBalancerType: balancer?.Type,
    ipAddressType: balancer?.IpAddressType,
    securityGroups: balancer?.SecurityGroups ?? [],
  };
}

const loadBalancer = resource({
  token: "aws:lb/loadBalancer:LoadBalancer",
  async create(cloud, inputs) {
    const { LoadBalancers } = await client(cloud).send(
      new elb.CreateLoadBalancerCommand({
        Name: inputs["name"],
        Subnets: inputs["subnets"],
        SecurityGroups: inputs["securityGroups"],
        Scheme: inputs["internal"] === true ? "internal" : "internet-facing",
        Type: inputs["loadBalancerType"] ?? "application",
        IpAddressType: inputs["ipAddressType"],
        Tags: tagList(inputs["tags"]),
      }),
    );
    const balancer = LoadBalancers?.[0];
    const Attributes = [...attributeList(loadBalancerAttributes, inputs), ...accessLogAttributes(inputs)];
    if (Attributes.length > 0) {
      await client(cloud).send(
        new elb.ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: balancer?.LoadBalancerArn, Attributes }),
      );
    }
    return { id: balancer?.LoadBalancerArn ?? "", outputs: loadBalancerOutputs(balancer) };
  },
  async read(cloud, id) {
    const [{ LoadBalancers }, { Attributes }, tags] = await Promise.all([
      client(cloud).send(new elb.DescribeLoadBalancersCommand({ LoadBalancerArns: [id] })),
      client(cloud).send(new elb.DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: id })),
      tagsOf(cloud, id),
    ]);
    const balancer = LoadBalancers?.[0];
    return {
      ...loadBalancerOutputs(balancer),
      ...attributeInputs(loadBalancerAttributes, Attributes),
      subnets: (balancer?.AvailabilityZones ?? []).map(({ SubnetId }) => SubnetId),
      tags,
    };
  },
  async update(cloud, id, inputs, olds, changed) {
    const Attributes = [
      ...attributeList(loadBalancerAttributes, inputs, (input) => changed.has(input)),
      ...(changed.has("accessLogs") ? accessLogAttributes(inputs) : []),
    ];
    if (Attributes.length > 0) {
      await client(cloud).send(new elb.ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: id, Attributes }));
    }
    if (changed.has("ipAddressType")) {
      await client(cloud).send(
        new elb.SetIpAddressTypeCommand({ LoadBalancerArn: id, IpAddressType: inputs["ipAddressType"] ?? "ipv4" }),
      );
    }
    if (changed.has("subnets")) {
      await client(cloud).send(new elb.SetSubnetsCommand({ LoadBalancerArn: id, Subnets: inputs["subnets"] }));
    }
    if (changed.has("securityGroups")) {
      await client(cloud).send(
        new elb.SetSecurityGroupsCommand({ LoadBalancerArn: id, SecurityGroups: inputs["securityGroups"] }),
      );
    }
    if (changed.has("tags")) await tag(cloud, id, inputs, olds);
  },
  async delete(cloud, id) {
    await client(cloud).send(new elb.DeleteLoadBalancerCommand({ LoadBalancerArn: id }));
  },
});

// ---- target groups ----

function healthCheckRequest(inputs: Properties): Partial<elb.CreateTargetGroupCommandInput> {
  const check = (inputs["healthCheck"] ?? {}) as Properties;
  return {
    HealthCheckEnabled: check["enabled"],
    HealthCheckPath: check["path"],
    HealthCheckPort: check["port"],
    HealthCheckProtocol: check["protocol"],
    HealthCheckIntervalSeconds: check["interval"],
    HealthCheckTimeoutSeconds: check["timeout"],
    HealthyThresholdCount: check["healthyThreshold"],
    UnhealthyThresholdCount: check["unhealthyThreshold"],
    Matcher: check["matcher"] === undefined ? undefined : { HttpCode: check["matcher"] },
  };
}

function targetGroupOutputs(group: elb.TargetGroup | undefined): Properties {
  const arn = group?.TargetGroupArn ?? "";
  return {
    arn,
    arnSuffix: arnSuffix(arn),
    name: group?.TargetGroupName,
    port: group?.Port,
    protocol: group?.Protocol,
    protocolVersion: group?.ProtocolVersion,
    ipAddressType: group?.IpAddressType,
    targetType: group?.TargetType,
    vpcId: group?.VpcId,
    healthCheck: {
      enabled: group?.HealthCheckEnabled,
      path: group?.HealthCheckPath,
      port: group?.HealthCheckPort,
      protocol: group?.HealthCheckProtocol,
      interval: group?.HealthCheckIntervalSeconds,
      timeout: group?.HealthCheckTimeoutSeconds,
      healthyThreshold: group?.HealthyThresholdCount,
      unhealthyThreshold: group?.UnhealthyThresholdCount,
      matcher: group?.Matcher?.HttpCode,
    },
  };
}

const targetGroup = resource({
  token: "aws:lb/targetGroup:TargetGroup",
  async create(cloud, inputs) {
    const { TargetGroups } = await client(cloud).send(
      new elb.CreateTargetGroupCommand({
        Name: inputs["name"],
        Port: inputs["port"],
        Protocol: inputs["protocol"],
        ProtocolVersion: inputs["protocolVersion"],
        IpAddressType: inputs["ipAddressType"],
        TargetType: inputs["targetType"],
        VpcId: inputs["vpcId"],
        ...healthCheckRequest(inputs),
        Tags: tagList(inputs["tags"]),
      }),
    );
    const group = TargetGroups?.[0];
    const Attributes = attributeList(targetGroupAttributes, inputs);
    if (Attributes.length > 0) {
      await client(cloud).send(
        new elb.ModifyTargetGroupAttributesCommand({ TargetGroupArn: group?.TargetGroupArn, Attributes }),
      );
    }
    return { id: group?.TargetGroupArn ?? "", outputs: targetGroupOutputs(group) };
  },
  async read(cloud, id) {
    const [{ TargetGroups }, { Attributes }, tags] = await Promise.all([
      client(cloud).send(new elb.DescribeTargetGroupsCommand({ TargetGroupArns: [id] })),
      client(cloud).send(new elb.DescribeTargetGroupAttributesCommand({ TargetGroupArn: id })),
      tagsOf(cloud, id),
    ]);
    return { ...targetGroupOutputs(TargetGroups?.[0]), ...attributeInputs(targetGroupAttributes, Attributes), tags };
  },
  async update(cloud, id, inputs, olds, changed) {
    if (changed.has("healthCheck")) {
      await client(cloud).send(new elb.ModifyTargetGroupCommand({ TargetGroupArn: id, ...healthCheckRequest(inputs) }));
    }
    const Attributes = attributeList(targetGroupAttributes, inputs, (input) => changed.has(input));
    if (Attributes.length > 0) {
      await client(cloud).send(new elb.ModifyTargetGroupAttributesCommand({ TargetGroupArn: id, Attributes }));
    }
    if (changed.has("tags")) await tag(cloud, id, inputs, olds);
  },
  async delete(cloud, id) {
    await client(cloud).send(new elb.DeleteTargetGroupCommand({ TargetGroupArn: id }));
  },
});

// ---- listeners ----

function listenerRequest(inputs: Properties): Omit<elb.CreateListenerCommandInput, "LoadBalancerArn"> {
  const certificate = inputs["certificateArn"] as string | undefined;
  return {
    Port: inputs["port"],
    Protocol: inputs["protocol"],
    SslPolicy: inputs["sslPolicy"],
    Certificates: certificate === undefined ? undefined : [{ CertificateArn: certificate }],
    DefaultActions: ((inputs["defaultActions"] ?? []) as Properties[]).map(({ type, targetGroupArn, redirect }) => ({
      Type: type,
      TargetGroupArn: targetGroupArn,
      RedirectConfig:
        redirect === undefined
          ? undefined
          : {
              Protocol: redirect.protocol,
              Port: redirect.port,
              Host: redirect.host,
              Path: redirect.path,
              Query: redirect.query,
              StatusCode: redirect.statusCode,
            },
    })),
  };
}

function listenerOutputs(listener: elb.Listener | undefined): Properties {
  return {
    arn: listener?.ListenerArn,
    loadBalancerArn: listener?.LoadBalancerArn,
    port: listener?.Port,
    protocol: listener?.Protocol,
    ...(listener?.Protocol === "HTTPS"
      ? { sslPolicy: listener.SslPolicy, certificateArn: listener.Certificates?.[0]?.CertificateArn }
      : {}),
    defaultActions: (listener?.DefaultActions ?? []).map(({ Type, TargetGroupArn, RedirectConfig }) => ({
      type: Type,
      ...(TargetGroupArn === undefined ? {} : { targetGroupArn: TargetGroupArn }),
      ...(RedirectConfig === undefined
        ? {}
        : {
            redirect: {
              protocol: RedirectConfig.Protocol,
              port: RedirectConfig.Port,
              statusCode: RedirectConfig.StatusCode,
            },
          }),
    })),
  };
}

const listener = resource({
  token: "aws:lb/listener:Listener",
  async create(cloud, inputs) {
    const { Listeners } = await client(cloud).send(
      new elb.CreateListenerCommand({
        LoadBalancerArn: inputs["loadBalancerArn"],
        ...listenerRequest(inputs),
        Tags: tagList(inputs["tags"]),
      }),
    );
    return { id: Listeners?.[0]?.ListenerArn ?? "", outputs: { arn: Listeners?.[0]?.ListenerArn } };
  },
  async read(cloud, id) {
    const [{ Listeners }, tags] = await Promise.all([
      client(cloud).send(new elb.DescribeListenersCommand({ ListenerArns: [id] })),
      tagsOf(cloud, id),
    ]);
    return Listeners?.[0] === undefined ? undefined : { ...listenerOutputs(Listeners[0]), tags };
  },
  async update(cloud, id, inputs, olds, changed) {
    if ([...changed].some((key) => key !== "tags")) {
      await client(cloud).send(new elb.ModifyListenerCommand({ ListenerArn: id, ...listenerRequest(inputs) }));
    }
    if (changed.has("tags")) await tag(cloud, id, inputs, olds);
  },
  async delete(cloud, id) {
    await client(cloud).send(new elb.DeleteListenerCommand({ ListenerArn: id }));
  },
});

/** Elastic Load Balancing v2. */
export const definitions: ResourceDefinition[] = [loadBalancer, targetGroup, listener];
