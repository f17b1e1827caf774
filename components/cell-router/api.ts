import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { RouterFunction } from "./function";
import type { RouterNames } from "./names";

/** Limits of the public door, for all clients together. */
export interface ApiLimits {
  /** Requests per second. */
  readonly rate: number;
  /** Requests at once. */
  readonly burst: number;
}

/** Days that access logs stay. */
const accessLogRetentionDays = 30;

/** What one line of the access log holds. No header and no query: a tenant id is personal data. */
const accessLogFormat = JSON.stringify({
  time: "$context.requestTime",
  requestId: "$context.requestId",
  method: "$context.httpMethod",
  status: "$context.status",
  protocol: "$context.protocol",
  responseLength: "$context.responseLength",
  latencyMs: "$context.responseLatency",
  error: "$context.integrationErrorMessage",
});

/** The HTTP API in front of the function: one default route, throttled, with an access log. */
export class RouterApi extends pulumi.ComponentResource {
  readonly endpoint: pulumi.Output<string>;
  readonly id: pulumi.Output<string>;

  constructor(
    name: string,
    args: { readonly names: RouterNames; readonly router: RouterFunction; readonly limits: ApiLimits },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("cells:router:Api", name, {}, opts);
    const child = { parent: this };
    const { names, router, limits } = args;
    const api = new aws.apigatewayv2.Api(`${name}-http`, { name: names.prefix, protocolType: "HTTP" }, child);
    const integration = new aws.apigatewayv2.Integration(
      `${name}-integration`,
      {
        apiId: api.id,
        integrationType: "AWS_PROXY",
        integrationMethod: "POST",
        integrationUri: router.live.invokeArn,
        payloadFormatVersion: "2.0",
        timeoutMilliseconds: 5000,
      },
      child,
    );
    const route = new aws.apigatewayv2.Route(
      `${name}-route`,
      { apiId: api.id, routeKey: "$default", target: pulumi.interpolate`integrations/${integration.id}` },
      child,
    );
    const permission = new aws.lambda.Permission(
      `${name}-permission`,
      {
        statementId: "http-api",
        action: "lambda:InvokeFunction",
        function: router.function.name,
        qualifier: router.live.name,
        principal: "apigateway.amazonaws.com",
        sourceArn: pulumi.interpolate`${api.executionArn}/*/*`,
      },
      child,
    );
    const logs = new aws.cloudwatch.LogGroup(
      `${name}-access-logs`,
      { name: names.accessLogs, retentionInDays: accessLogRetentionDays },
      child,
    );
    new aws.apigatewayv2.Stage(
      `${name}-stage`,
      {
        apiId: api.id,
        name: "$default",
        autoDeploy: true,
        defaultRouteSettings: {
          throttlingRateLimit: limits.rate,
          throttlingBurstLimit: limits.burst,
          detailedMetricsEnabled: true,
        },
        accessLogSettings: { destinationArn: logs.arn, format: accessLogFormat },
      },
      { ...child, dependsOn: [route, permission] },
    );
    this.endpoint = api.apiEndpoint;
    this.id = api.id;
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
