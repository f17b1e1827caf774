import * as api from "@aws-sdk/client-apigatewayv2";

import { resource, type Cloud, type Properties, type ResourceDefinition } from "../resource";
import { shapedLike } from "../shape";
import { tagChanges } from "../tags";

function client(cloud: Cloud): api.ApiGatewayV2Client {
  return cloud.client(api.ApiGatewayV2Client);
}

function apiArn(cloud: Cloud, id: string): string {
  return `arn:${cloud.partition}:apigateway:${cloud.region}::/apis/${id}`;
}

async function changeTags(cloud: Cloud, ResourceArn: string, olds: Properties, inputs: Properties): Promise<void> {
  const { set, remove } = tagChanges(olds["tags"], inputs["tags"]);
  if (Object.keys(set).length > 0) await client(cloud).send(new api.TagResourceCommand({ ResourceArn, Tags: set }));
  if (remove.length > 0) await client(cloud).send(new api.UntagResourceCommand({ ResourceArn, TagKeys: remove }));
}

const httpApi = resource({
  token: "aws:apigatewayv2/api:Api",
  async create(cloud, inputs) {
    const { ApiId } = await client(cloud).send(
      new api.CreateApiCommand({
        Name: inputs["name"],
        ProtocolType: inputs["protocolType"],
        Description: inputs["description"],
        DisableExecuteApiEndpoint: inputs["disableExecuteApiEndpoint"],
        Tags: inputs["tags"],
      }),
    );
    return { id: ApiId ?? "" };
  },
  async read(cloud, id) {
    const actual = await client(cloud).send(new api.GetApiCommand({ ApiId: id }));
    return {
      arn: apiArn(cloud, id),
      executionArn: `arn:${cloud.partition}:execute-api:${cloud.region}:${cloud.accountId}:${id}`,
      apiEndpoint: actual.ApiEndpoint,
      name: actual.Name,
      protocolType: actual.ProtocolType,
      description: actual.Description || undefined,
      tags: actual.Tags ?? {},
    };
  },
  async update(cloud, id, inputs, olds, changed) {
    if (["name", "description", "disableExecuteApiEndpoint"].some((key) => changed.has(key))) {
      await client(cloud).send(
        new api.UpdateApiCommand({
          ApiId: id,
          Name: inputs["name"],
          Description: inputs["description"],
          DisableExecuteApiEndpoint: inputs["disableExecuteApiEndpoint"],
        }),
      );
    }
    if (changed.has("tags")) await changeTags(cloud, apiArn(cloud, id), olds, inputs);
  },
  async delete(cloud, id) {
    await client(cloud).send(new api.DeleteApiCommand({ ApiId: id }));
  },
});

function integrationInput(inputs: Properties) {
  return {
    ApiId: inputs["apiId"] as string,
    IntegrationType: inputs["integrationType"] as api.IntegrationType,
    IntegrationMethod: inputs["integrationMethod"] as string | undefined,
    IntegrationUri: inputs["integrationUri"] as string | undefined,
    PayloadFormatVersion: inputs["payloadFormatVersion"] as string | undefined,
    TimeoutInMillis: inputs["timeoutMilliseconds"] as number | undefined,
    Description: inputs["description"] as string | undefined,
  };
}

const integration = resource({
  token: "aws:apigatewayv2/integration:Integration",
  async create(cloud, inputs) {
    const { IntegrationId } = await client(cloud).send(new api.CreateIntegrationCommand(integrationInput(inputs)));
    return { id: IntegrationId ?? "" };
  },
  async read(cloud, id, state) {
    const actual = await client(cloud).send(
      new api.GetIntegrationCommand({ ApiId: state["apiId"], IntegrationId: id }),
    );
    return {
      apiId: state["apiId"],
      integrationType: actual.IntegrationType,
      integrationMethod: actual.IntegrationMethod,
      integrationUri: actual.IntegrationUri,
      payloadFormatVersion: actual.PayloadFormatVersion,
      timeoutMilliseconds: actual.TimeoutInMillis,
      description: actual.Description || undefined,
    };
  },
  async update(cloud, id, inputs) {
    await client(cloud).send(new api.UpdateIntegrationCommand({ ...integrationInput(inputs), IntegrationId: id }));
  },
  async delete(cloud, id, state) {
    await client(cloud).send(new api.DeleteIntegrationCommand({ ApiId: state["apiId"], IntegrationId: id }));
  },
});

const route = resource({
  token: "aws:apigatewayv2/route:Route",
  async create(cloud, inputs) {
    const { RouteId } = await client(cloud).send(
      new api.CreateRouteCommand({ ApiId: inputs["apiId"], RouteKey: inputs["routeKey"], Target: inputs["target"] }),
    );
    return { id: RouteId ?? "" };
  },
  async read(cloud, id, state) {
    const actual = await client(cloud).send(new api.GetRouteCommand({ ApiId: state["apiId"], RouteId: id }));
    return { apiId: state["apiId"], routeKey: actual.RouteKey, target: actual.Target };
  },
  async update(cloud, id, inputs) {
    await client(cloud).send(
      new api.UpdateRouteCommand({
        ApiId: inputs["apiId"],
        RouteId: id,
        RouteKey: inputs["routeKey"],
        Target: inputs["target"],
      }),
    );
  },
  async delete(cloud, id, state) {
    await client(cloud).send(new api.DeleteRouteCommand({ ApiId: state["apiId"], RouteId: id }));
  },
});

function stageInput(inputs: Properties) {
  const settings = inputs["defaultRouteSettings"] as Properties | undefined;
  const log = inputs["accessLogSettings"] as Properties | undefined;
  return {
    ApiId: inputs["apiId"] as string,
    StageName: inputs["name"] as string,
    AutoDeploy: inputs["autoDeploy"] as boolean | undefined,
    Description: inputs["description"] as string | undefined,
    DefaultRouteSettings:
      settings === undefined
        ? undefined
        : {
            ThrottlingRateLimit: settings["throttlingRateLimit"] as number | undefined,
            ThrottlingBurstLimit: settings["throttlingBurstLimit"] as number | undefined,
            DetailedMetricsEnabled: settings["detailedMetricsEnabled"] as boolean | undefined,
          },
    AccessLogSettings:
      log === undefined
        ? undefined
        : { DestinationArn: log["destinationArn"] as string, Format: log["format"] as string },
  };
}

/** Id: the stage's name. */
const stage = resource({
  token: "aws:apigatewayv2/stage:Stage",
  async create(cloud, inputs) {
    await client(cloud).send(new api.CreateStageCommand({ ...stageInput(inputs), Tags: inputs["tags"] }));
    return { id: inputs["name"] as string };
  },
  async read(cloud, id, state) {
    const ApiId = state["apiId"] as string;
    const actual = await client(cloud).send(new api.GetStageCommand({ ApiId, StageName: id }));
    const host = `${ApiId}.execute-api.${cloud.region}.amazonaws.com${cloud.partition === "aws-cn" ? ".cn" : ""}`;
    return {
      apiId: ApiId,
      name: id,
      arn: `${apiArn(cloud, ApiId)}/stages/${id}`,
      executionArn: `arn:${cloud.partition}:execute-api:${cloud.region}:${cloud.accountId}:${ApiId}/${id}`,
      invokeUrl: id === "$default" ? `https://${host}/` : `https://${host}/${id}`,
      autoDeploy: actual.AutoDeploy,
      description: actual.Description || undefined,
      defaultRouteSettings: shapedLike(state["defaultRouteSettings"], {
        throttlingRateLimit: actual.DefaultRouteSettings?.ThrottlingRateLimit,
        throttlingBurstLimit: actual.DefaultRouteSettings?.ThrottlingBurstLimit,
        detailedMetricsEnabled: actual.DefaultRouteSettings?.DetailedMetricsEnabled,
      }),
      accessLogSettings: shapedLike(
        state["accessLogSettings"],
        actual.AccessLogSettings === undefined
          ? undefined
          : {
              destinationArn: actual.AccessLogSettings.DestinationArn,
              format: actual.AccessLogSettings.Format,
            },
      ),
      tags: actual.Tags ?? {},
    };
  },
  async update(cloud, id, inputs, olds, changed) {
    if ([...changed].some((key) => key !== "tags")) {
      await client(cloud).send(new api.UpdateStageCommand({ ...stageInput(inputs), StageName: id }));
    }
    if (changed.has("tags")) {
      await changeTags(cloud, `${apiArn(cloud, inputs["apiId"] as string)}/stages/${id}`, olds, inputs);
    }
  },
  async delete(cloud, id, state) {
    await client(cloud).send(new api.DeleteStageCommand({ ApiId: state["apiId"], StageName: id }));
  },
});

/** API Gateway, HTTP APIs. */
export const definitions: ResourceDefinition[] = [httpApi, integration, route, stage];
