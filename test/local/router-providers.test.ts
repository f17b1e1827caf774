import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { GetFunctionCommand, LambdaClient, ListVersionsByFunctionCommand } from "@aws-sdk/client-lambda";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { definitions as apis } from "../../local/providers/aws/services/apigatewayv2";
import { definitions as lambdas } from "../../local/providers/aws/services/lambda";
import { client as s3Client, definitions as buckets } from "../../local/providers/aws/services/s3";
import type { Properties } from "../../local/providers/aws/resource";
import { buildRouterBundle } from "../../components/cell-router/bundle";
import { Made, startMoto, type Moto } from "../harness/moto";
import { exampleTable } from "../routing/tables";

const all = [...apis, ...lambdas, ...buckets];

/** A role that Lambda may assume: the local cloud checks, as AWS does. */
async function lambdaRole(region: string): Promise<string> {
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
  });
  const { Role } = await moto
    .client(IAMClient, region)
    .send(new CreateRoleCommand({ RoleName: "router", AssumeRolePolicyDocument }));
  return Role!.Arn!;
}

let moto: Moto;
beforeAll(async () => {
  moto = await startMoto();
});
afterAll(() => moto.stop());

const make = (token: string, inputs: Properties, region?: string) =>
  Made.create(moto.cloud(region), all, token, inputs);

/** A bucket with both zips in it. */
async function artifacts(bucket: string, region?: string) {
  const zips = [1, 2].map((revision) => buildRouterBundle(exampleTable({}, revision), "cells.example.com"));
  const made = [await make("aws:s3/bucket:Bucket", { bucket, forceDestroy: true, tags: { a: "1" } }, region)];
  for (const [index, zip] of zips.entries()) {
    made.push(
      await make(
        "aws:s3/bucketObjectv2:BucketObjectv2",
        { bucket, key: `${index}.zip`, contentBase64: Buffer.from(zip.bytes).toString("base64"), tags: {} },
        region,
      ),
    );
  }
  return { zips, made };
}

describe("s3", () => {
  it.each(["eu-west-1", "us-east-1", "cn-north-1"])(
    "creates, reads back, changes and deletes a bucket with all its settings in %s",
    async (region) => {
      const bucket = `dev-router-${region}-1`;
      const made = await make("aws:s3/bucket:Bucket", { bucket, forceDestroy: true, tags: { owner: "x" } }, region);
      expect(made.outputs).toMatchObject({
        arn: `arn:${region.startsWith("cn") ? "aws-cn" : "aws"}:s3:::${bucket}`,
        bucket,
      });
      const parts = [
        await make(
          "aws:s3/bucketVersioning:BucketVersioning",
          { bucket, versioningConfiguration: { status: "Enabled" } },
          region,
        ),
        await make(
          "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
          { bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
          region,
        ),
        await make(
          "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
          {
            bucket,
            blockPublicAcls: true,
            blockPublicPolicy: true,
            ignorePublicAcls: true,
            restrictPublicBuckets: true,
          },
          region,
        ),
        await make(
          "aws:s3/bucketPolicy:BucketPolicy",
          {
            bucket,
            policy: JSON.stringify({
              Version: "2012-10-17",
              Statement: [
                {
                  Effect: "Deny",
                  Principal: "*",
                  Action: "s3:*",
                  Resource: `${made.outputs["arn"]}/*`,
                  Condition: { Bool: { "aws:SecureTransport": "false" } },
                },
              ],
            }),
          },
          region,
        ),
        await make(
          "aws:s3/bucketObjectv2:BucketObjectv2",
          {
            bucket,
            key: "tables/base.json",
            content: '{"é":1}',
            contentType: "application/json",
            serverSideEncryption: "AES256",
            metadata: { signature: "id:c2ln" },
            tags: { cell: "none" },
          },
          region,
        ),
      ];
      for (const each of [made, ...parts]) expect(await each.drift()).toEqual([]);
      const object = parts.at(-1)!;
      await object.update({ content: "{}", tags: { cell: "none", more: "yes" } });
      expect(await object.drift()).toEqual([]);
      expect((await object.read())!["content"]).toBe("{}");
      await made.update({ tags: { owner: "y" } });
      expect((await made.read())!["tags"]).toEqual({ owner: "y" });
      for (const each of parts.slice(1).reverse()) await each.delete();
      expect(await object.read()).toBeUndefined();
      await parts[0]!.delete();
      await made.delete();
      expect(await made.read()).toBeUndefined();
    },
  );

  it("detects a manual change", async () => {
    const { made } = await artifacts("drifting");
    const { PutObjectCommand } = await import("@aws-sdk/client-s3");
    await s3Client(moto.cloud()).send(new PutObjectCommand({ Bucket: "drifting", Key: "0.zip", Body: "other" }));
    expect((await made[1]!.drift())[0]).toMatch(/^contentBase64/);
    await made[0]!.delete();
    const { Buckets } = await s3Client(moto.cloud()).send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).not.toContain("drifting");
  });

  it("keeps a bucket with content that it may not empty", async () => {
    const bucket = await make("aws:s3/bucket:Bucket", { bucket: "kept", tags: {} });
    const object = await make("aws:s3/bucketObjectv2:BucketObjectv2", {
      bucket: "kept",
      key: "x",
      content: "y",
      tags: {},
    });
    await expect(bucket.delete()).rejects.toThrow(/BucketNotEmpty|not empty/);
    await object.delete();
    await bucket.delete();
  });
});

describe("lambda", () => {
  it.each(["eu-west-1", "cn-north-1"])(
    "publishes a version for each code, moves the alias and keeps the permission: %s",
    async (region) => {
      const bucket = `code-${region}`;
      const { zips } = await artifacts(bucket, region);
      const fn = await make(
        "aws:lambda/function:Function",
        {
          name: "router",
          description: "d",
          role: await lambdaRole(region),
          runtime: "nodejs22.x",
          handler: "index.handler",
          architectures: ["arm64"],
          memorySize: 512,
          timeout: 3,
          s3Bucket: bucket,
          s3Key: "0.zip",
          sourceCodeHash: zips[0]!.sha256Base64,
          publish: true,
          reservedConcurrentExecutions: 50,
          environment: { variables: { A: "1" } },
          loggingConfig: { logFormat: "JSON", logGroup: "/aws/lambda/router" },
          tags: { t: "1" },
        },
        region,
      );
      expect(fn.outputs).toMatchObject({ version: "1", codeSha256: zips[0]!.sha256Base64 });
      const alias = await make(
        "aws:lambda/alias:Alias",
        { name: "live", functionName: "router", functionVersion: "1" },
        region,
      );
      const permission = await make(
        "aws:lambda/permission:Permission",
        {
          statementId: "http-api",
          action: "lambda:InvokeFunction",
          function: "router",
          qualifier: "live",
          principal: "apigateway.amazonaws.com",
          sourceArn: "arn:aws:execute-api:eu-west-1:123456789012:abc/*/*",
        },
        region,
      );
      for (const each of [fn, alias, permission]) expect(await each.drift()).toEqual([]);
      expect(alias.outputs["invokeArn"]).toContain(
        `:lambda:path/2015-03-31/functions/${alias.outputs["arn"]}/invocations`,
      );

      await fn.update({ s3Key: "1.zip", sourceCodeHash: zips[1]!.sha256Base64 });
      expect(fn.outputs).toMatchObject({ version: "2", codeSha256: zips[1]!.sha256Base64 });
      await alias.update({ functionVersion: "2" });
      const live = await moto
        .client(LambdaClient, region)
        .send(new GetFunctionCommand({ FunctionName: "router", Qualifier: "live" }));
      expect(live.Configuration).toMatchObject({ Version: "2", CodeSha256: zips[1]!.sha256Base64 });

      await fn.update({
        timeout: 2,
        environment: { variables: { A: "2" } },
        reservedConcurrentExecutions: 20,
        tags: { u: "2" },
      });
      expect(fn.outputs["version"]).toBe("3");
      for (const each of [fn, alias, permission]) expect(await each.drift()).toEqual([]);
      await fn.update({ tags: { u: "3" } });
      const { Versions } = await moto
        .client(LambdaClient, region)
        .send(new ListVersionsByFunctionCommand({ FunctionName: "router" }));
      expect(Versions?.map(({ Version }) => Version)).toEqual(["$LATEST", "1", "2", "3"]);

      for (const each of [permission, alias, fn]) {
        await each.delete();
        expect(await each.read()).toBeUndefined();
      }
    },
  );
});

describe("apigatewayv2", () => {
  it("creates, reads back, changes and deletes an API with its route", async () => {
    const api = await make("aws:apigatewayv2/api:Api", { name: "dev-router", protocolType: "HTTP", tags: { a: "1" } });
    const apiId = api.id;
    expect(api.outputs).toMatchObject({
      apiEndpoint: `https://${apiId}.execute-api.eu-west-1.amazonaws.com`,
      executionArn: `arn:aws:execute-api:eu-west-1:123456789012:${apiId}`,
    });
    const integration = await make("aws:apigatewayv2/integration:Integration", {
      apiId,
      integrationType: "AWS_PROXY",
      integrationMethod: "POST",
      integrationUri: "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/f/invocations",
      payloadFormatVersion: "2.0",
      timeoutMilliseconds: 5000,
    });
    const route = await make("aws:apigatewayv2/route:Route", {
      apiId,
      routeKey: "$default",
      target: `integrations/${integration.id}`,
    });
    const stage = await make("aws:apigatewayv2/stage:Stage", {
      apiId,
      name: "$default",
      autoDeploy: true,
      defaultRouteSettings: { throttlingRateLimit: 2000, throttlingBurstLimit: 1000, detailedMetricsEnabled: true },
      accessLogSettings: { destinationArn: "arn:aws:logs:eu-west-1:123456789012:log-group:x", format: "{}" },
      tags: { a: "1" },
    });
    const parts = [api, integration, route, stage];
    for (const each of parts) expect(await each.drift()).toEqual([]);
    await api.update({ description: "now", tags: { b: "2" } });
    await integration.update({ timeoutMilliseconds: 4000 });
    await route.update({ target: "integrations/other" });
    await stage.update({
      defaultRouteSettings: { throttlingRateLimit: 10, throttlingBurstLimit: 5 },
      tags: { c: "3" },
    });
    for (const each of parts) expect(await each.drift()).toEqual([]);
    for (const each of parts.reverse()) {
      await each.delete();
      expect(await each.read(), each.id).toBeUndefined();
    }
  });
});
