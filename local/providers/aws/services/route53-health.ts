import { randomUUID } from "node:crypto";

import {
  CreateHealthCheckCommand,
  DeleteHealthCheckCommand,
  GetHealthCheckCommand,
  Route53Client,
  UpdateHealthCheckCommand,
  type HealthCheckConfig,
  type HealthCheckRegion,
  type HealthCheckType,
} from "@aws-sdk/client-route-53";

import { resource, strict, type Properties, type ResourceDefinition } from "../resource";
import { sameSet } from "../shape";
import { retagRoute53, route53Tags } from "./route53";

/** Pulumi's name of each setting to Route 53's. */
const settings = {
  childHealthThreshold: "HealthThreshold",
  childHealthchecks: "ChildHealthChecks",
  disabled: "Disabled",
  enableSni: "EnableSNI",
  failureThreshold: "FailureThreshold",
  fqdn: "FullyQualifiedDomainName",
  invertHealthcheck: "Inverted",
  ipAddress: "IPAddress",
  measureLatency: "MeasureLatency",
  port: "Port",
  regions: "Regions",
  requestInterval: "RequestInterval",
  resourcePath: "ResourcePath",
  searchString: "SearchString",
  type: "Type",
} as const satisfies Record<string, keyof HealthCheckConfig>;

function config(inputs: Properties): HealthCheckConfig {
  const given = Object.entries(settings).filter(([key]) => inputs[key] !== undefined);
  return {
    Type: inputs["type"] as HealthCheckType,
    ...Object.fromEntries(given.map(([key, name]) => [name, inputs[key] as unknown])),
  };
}

const healthCheck = strict(
  Object.keys(settings),
  resource({
    token: "aws:route53/healthCheck:HealthCheck",
    localOnly: ["referenceName", "triggers"],
    async create(cloud, inputs) {
      const answer = await cloud
        .client(Route53Client)
        .send(new CreateHealthCheckCommand({ CallerReference: randomUUID(), HealthCheckConfig: config(inputs) }));
      const id = answer.HealthCheck?.Id ?? "";
      await retagRoute53(cloud, "healthcheck", id, inputs, {});
      return { id, outputs: { arn: `arn:${cloud.partition}:route53:::healthcheck/${id}` } };
    },
    async read(cloud, id, state) {
      const [answer, tags] = await Promise.all([
        cloud.client(Route53Client).send(new GetHealthCheckCommand({ HealthCheckId: id })),
        route53Tags(cloud, "healthcheck", id),
      ]);
      const seen = answer.HealthCheck?.HealthCheckConfig;
      if (seen === undefined) return undefined;
      // Settings that were not given have AWS's defaults: not inputs, so not reported.
      const asked = Object.entries(settings).filter(([key]) => state[key] !== undefined);
      const inputs = Object.fromEntries(
        asked.map(([key, name]) => {
          const value = seen[name] as unknown;
          return [key, Array.isArray(value) ? sameSet(state[key] as unknown[], value) : value];
        }),
      );
      return { ...inputs, arn: `arn:${cloud.partition}:route53:::healthcheck/${id}`, tags };
    },
    async update(cloud, id, inputs, olds, changed) {
      if ([...changed].some((key) => key !== "tags")) {
        const { Type: _type, RequestInterval: _interval, MeasureLatency: _latency, ...changeable } = config(inputs);
        await cloud.client(Route53Client).send(
          new UpdateHealthCheckCommand({
            HealthCheckId: id,
            ...changeable,
            Regions: inputs["regions"] as HealthCheckRegion[] | undefined,
          }),
        );
      }
      await retagRoute53(cloud, "healthcheck", id, inputs, olds);
    },
    async delete(cloud, id) {
      await cloud.client(Route53Client).send(new DeleteHealthCheckCommand({ HealthCheckId: id }));
    },
  }),
);

/** Health checks. */
export const definitions: ResourceDefinition[] = [healthCheck];
