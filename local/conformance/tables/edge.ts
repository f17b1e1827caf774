import {
  attribute,
  dropped,
  json,
  pulumiOnly,
  renamed,
  same,
  text,
  within,
  type Field,
  type Shape,
  type Twin,
} from "../fields";

/** A Pulumi input that ELB keeps as an attribute. */
function attributes(list: string, names: Readonly<Record<string, string>>): Shape {
  return Object.fromEntries(
    Object.entries(names).map(([from, key]): [string, Field] => [
      from,
      { to: list, append: true, via: attribute(key) },
    ]),
  );
}

const actions: Shape = {
  ...same("order targetGroupArn type"),
  redirect: { to: "RedirectConfig", of: same("host path port protocol query statusCode") },
  fixedResponse: { to: "FixedResponseConfig", of: same("contentType messageBody statusCode") },
  forward: {
    to: "ForwardConfig",
    of: {
      targetGroups: { to: "TargetGroups", of: { ...same("weight"), ...renamed({ arn: "TargetGroupArn" }) } },
      stickiness: {
        to: "TargetGroupStickinessConfig",
        of: { ...same("enabled"), ...renamed({ duration: "DurationSeconds" }) },
      },
    },
  },
};

/** Load balancers, DNS, certificates and HTTP APIs. */
export const edge: Readonly<Record<string, Twin>> = {
  "aws:lb/loadBalancer:LoadBalancer": {
    type: "AWS::ElasticLoadBalancingV2::LoadBalancer",
    fields: {
      ...same("ipAddressType name securityGroups subnets"),
      ...renamed({ loadBalancerType: "Type" }),
      internal: { to: "Scheme", via: (value) => (value === true ? "internal" : "internet-facing") },
      ...attributes("LoadBalancerAttributes", {
        clientKeepAlive: "client_keep_alive.seconds",
        desyncMitigationMode: "routing.http.desync_mitigation_mode",
        dropInvalidHeaderFields: "routing.http.drop_invalid_header_fields.enabled",
        enableDeletionProtection: "deletion_protection.enabled",
        enableHttp2: "routing.http2.enabled",
        idleTimeout: "idle_timeout.timeout_seconds",
        preserveHostHeader: "routing.http.preserve_host_header.enabled",
        xffHeaderProcessingMode: "routing.http.xff_header_processing.mode",
      }),
      ...dropped("a load balancer attribute on a bucket; the bucket is judged itself", "accessLogs connectionLogs"),
      ...dropped("not an attribute of an Application Load Balancer", "enableCrossZoneLoadBalancing"),
      ...dropped(pulumiOnly, "namePrefix"),
    },
  },
  "aws:lb/targetGroup:TargetGroup": {
    type: "AWS::ElasticLoadBalancingV2::TargetGroup",
    fields: {
      ...same("ipAddressType name port protocol protocolVersion targetType"),
      vpcId: { to: "VpcId", reference: true },
      healthCheck: {
        to: "",
        of: {
          ...renamed({
            enabled: "HealthCheckEnabled",
            healthyThreshold: "HealthyThresholdCount",
            interval: "HealthCheckIntervalSeconds",
            path: "HealthCheckPath",
            protocol: "HealthCheckProtocol",
            timeout: "HealthCheckTimeoutSeconds",
            unhealthyThreshold: "UnhealthyThresholdCount",
          }),
          port: { to: "HealthCheckPort", via: text },
          matcher: { to: "Matcher.HttpCode" },
        },
      },
      ...attributes("TargetGroupAttributes", {
        deregistrationDelay: "deregistration_delay.timeout_seconds",
        loadBalancingAlgorithmType: "load_balancing.algorithm.type",
        slowStart: "slow_start.duration_seconds",
      }),
      ...dropped(pulumiOnly, "namePrefix"),
    },
  },
  "aws:lb/listener:Listener": {
    type: "AWS::ElasticLoadBalancingV2::Listener",
    fields: {
      ...same("alpnPolicy loadBalancerArn port protocol sslPolicy"),
      certificateArn: { to: "Certificates", via: (CertificateArn) => [{ CertificateArn }] },
      defaultActions: { to: "DefaultActions", of: actions },
    },
    // The API takes tags on a listener; CloudFormation's schema has them since 2025.
    tags: "list",
  },
  "aws:lb/listenerRule:ListenerRule": {
    type: "AWS::ElasticLoadBalancingV2::ListenerRule",
    fields: {
      ...same("listenerArn priority"),
      actions: { to: "Actions", of: actions },
      conditions: {
        to: "Conditions",
        via: (value) =>
          (value as readonly Record<string, { values: readonly string[] } | undefined>[]).map((condition) =>
            condition["hostHeader"] !== undefined
              ? { Field: "host-header", HostHeaderConfig: { Values: condition["hostHeader"].values } }
              : { Field: "path-pattern", PathPatternConfig: { Values: condition["pathPattern"]?.values ?? [] } },
          ),
      },
    },
  },
  "aws:route53/zone:Zone": {
    type: "AWS::Route53::HostedZone",
    fields: {
      ...same("name"),
      comment: { to: "HostedZoneConfig.Comment" },
      vpcs: {
        to: "VPCs",
        via: (value, { region }) =>
          (value as readonly { vpcId: string; vpcRegion?: string }[]).map(({ vpcId, vpcRegion }) => ({
            VPCId: vpcId,
            VPCRegion: vpcRegion ?? region,
          })),
      },
      ...dropped(pulumiOnly, "forceDestroy"),
    },
    tags: (tags) => ({ HostedZoneTags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }),
  },
  "aws:route53/record:Record": {
    type: "AWS::Route53::RecordSet",
    fields: {
      ...same("healthCheckId name setIdentifier type"),
      ...renamed({
        records: "ResourceRecords",
        zoneId: "HostedZoneId",
        multivalueAnswerRoutingPolicy: "MultiValueAnswer",
      }),
      ttl: { to: "TTL", via: text },
      aliases: {
        to: "AliasTarget",
        via: (value) => {
          const [alias] = value as readonly { name: string; zoneId: string; evaluateTargetHealth: boolean }[];
          return (
            alias && {
              DNSName: alias.name,
              HostedZoneId: alias.zoneId,
              EvaluateTargetHealth: alias.evaluateTargetHealth,
            }
          );
        },
      },
      weightedRoutingPolicies: { to: "Weight", via: (value) => (value as readonly { weight: number }[])[0]?.weight },
      failoverRoutingPolicies: { to: "Failover", via: (value) => (value as readonly { type: string }[])[0]?.type },
      latencyRoutingPolicies: { to: "Region", via: (value) => (value as readonly { region: string }[])[0]?.region },
      ...dropped(pulumiOnly, "allowOverwrite"),
    },
    tags: "none",
  },
  "aws:route53/healthCheck:HealthCheck": {
    type: "AWS::Route53::HealthCheck",
    fields: {
      ...within("HealthCheckConfig", {
        ...same("failureThreshold insufficientDataHealthStatus measureLatency port regions requestInterval"),
        ...same("resourcePath routingControlArn searchString type"),
        ...renamed({
          childHealthchecks: "ChildHealthChecks",
          childHealthThreshold: "HealthThreshold",
          enableSni: "EnableSNI",
          fqdn: "FullyQualifiedDomainName",
          invertHealthcheck: "Inverted",
          ipAddress: "IPAddress",
          cloudwatchAlarmName: "AlarmIdentifier.Name",
          cloudwatchAlarmRegion: "AlarmIdentifier.Region",
        }),
      }),
      ...dropped("a label of the caller's for idempotence; no constraint beyond its length", "referenceName"),
      ...dropped("CloudFormation cannot switch a check off", "disabled"),
    },
    tags: (tags) => ({ HealthCheckTags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }),
  },
  "aws:acm/certificate:Certificate": {
    type: "AWS::CertificateManager::Certificate",
    fields: {
      ...same("certificateAuthorityArn domainName keyAlgorithm subjectAlternativeNames validationMethod"),
      options: {
        to: "",
        of: renamed({ certificateTransparencyLoggingPreference: "CertificateTransparencyLoggingPreference" }),
      },
      ...dropped(pulumiOnly, "earlyRenewalDuration"),
    },
  },
  "aws:apigatewayv2/api:Api": {
    type: "AWS::ApiGatewayV2::Api",
    fields: {
      ...same("apiKeySelectionExpression credentialsArn description disableExecuteApiEndpoint ipAddressType name"),
      ...same("protocolType routeKey routeSelectionExpression target version"),
      corsConfiguration: {
        to: "CorsConfiguration",
        of: same("allowCredentials allowHeaders allowMethods allowOrigins exposeHeaders maxAge"),
      },
    },
    tags: "map",
  },
  "aws:apigatewayv2/integration:Integration": {
    type: "AWS::ApiGatewayV2::Integration",
    fields: {
      ...same("apiId connectionId connectionType credentialsArn description integrationMethod integrationSubtype"),
      ...same("integrationType integrationUri passthroughBehavior payloadFormatVersion requestParameters"),
      ...renamed({ timeoutMilliseconds: "TimeoutInMillis" }),
    },
    tags: "none",
  },
  "aws:apigatewayv2/route:Route": {
    type: "AWS::ApiGatewayV2::Route",
    fields: same(
      "apiId apiKeyRequired authorizationScopes authorizationType authorizerId operationName routeKey target",
    ),
    tags: "none",
  },
  "aws:apigatewayv2/stage:Stage": {
    type: "AWS::ApiGatewayV2::Stage",
    fields: {
      ...same("apiId autoDeploy deploymentId description stageVariables"),
      ...renamed({ name: "StageName" }),
      accessLogSettings: { to: "AccessLogSettings", of: same("destinationArn format") },
      defaultRouteSettings: {
        to: "DefaultRouteSettings",
        of: same("dataTraceEnabled detailedMetricsEnabled loggingLevel throttlingBurstLimit throttlingRateLimit"),
      },
    },
    tags: "map",
  },
  "aws:wafv2/webAclAssociation:WebAclAssociation": {
    type: "AWS::WAFv2::WebACLAssociation",
    fields: { ...same("resourceArn"), ...renamed({ webAclArn: "WebACLArn" }) },
    tags: "none",
  },
  "aws:ssm/parameter:Parameter": {
    type: "AWS::SSM::Parameter",
    fields: {
      ...same("allowedPattern dataType description name tier type value"),
      ...dropped("CloudFormation cannot create a SecureString; the key itself is judged", "keyId"),
      ...dropped(pulumiOnly, "overwrite insecureValue"),
    },
    tags: "map",
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    type: "AWS::SNS::TopicPolicy",
    fields: { arn: { to: "Topics", via: (value) => [value] }, policy: { to: "PolicyDocument", via: json } },
    tags: "none",
  },
};
