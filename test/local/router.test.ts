import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
} from "@aws-sdk/client-lambda";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { signingKey } from "../../catalog/table-signing";
import { buildRouterBundle } from "../../components/cell-router/bundle";
import { client as s3Client } from "../../local/providers/aws/services/s3";
import { fetchDeployed, instantiate, invokeDeployed, serveRouter, type RouterAddress } from "../../local/router";
import {
  encodeOverlay,
  encodeTable,
  formatVersion,
  overlaySchema,
  type Overlay,
  type RoutingTable,
  noPins,
} from "../../routing";
import { startMoto, type Moto } from "../harness/moto";
import { edgeSecret, variables } from "../lambda/fixture";
import { cell, exampleContent, exampleTable, pinned } from "../routing/tables";

const domain = "cells.example.com";
let moto: Moto;
beforeAll(async () => {
  moto = await startMoto();
});
afterAll(() => moto.stop());

/** Secrets that the keys follow from, as `components/signing-keys.ts` has them. */
const keys = { base: signingKey("the base's secret"), overlay: signingKey("the overlay's secret") };

async function put(region: string, key: string, body: Uint8Array | string, signature?: string): Promise<void> {
  const Metadata = signature === undefined ? undefined : { signature };
  const Bucket = `routers-${region}`;
  await s3Client(moto.cloud(region)).send(new PutObjectCommand({ Bucket, Key: key, Body: body, Metadata }));
}

/** Publishes a base table as `pulumi up` does. */
function putTable(region: string, table: RoutingTable): Promise<void> {
  const text = encodeTable(table);
  return put(region, "tables/base.json", text, keys.base.sign("base", variables.ROUTER_ENVIRONMENT, text));
}

/** Publishes an overlay as a control plane does. */
function putOverlay(region: string, overlay: Overlay, key = keys.overlay): Promise<void> {
  const text = encodeOverlay(overlay);
  return put(region, "tables/overlay.json", text, key.sign("overlay", variables.ROUTER_ENVIRONMENT, text));
}

/** Deploys a router as the program does, by SDK calls. */
async function deploy(region: string, table: RoutingTable): Promise<RouterAddress> {
  const bundle = buildRouterBundle(table, domain);
  await s3Client(moto.cloud(region)).send(
    new CreateBucketCommand({
      Bucket: `routers-${region}`,
      CreateBucketConfiguration: { LocationConstraint: region as "eu-west-1" },
    }),
  );
  await put(region, "code/1.zip", bundle.bytes);
  await putTable(region, table);
  const { Role } = await moto.client(IAMClient, region).send(
    new CreateRoleCommand({
      RoleName: `router-${region}`,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
      }),
    }),
  );
  const lambda = moto.client(LambdaClient, region);
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: "router",
      Role: Role!.Arn,
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Code: { S3Bucket: `routers-${region}`, S3Key: "code/1.zip" },
      Publish: true,
      Environment: {
        Variables: {
          ROUTER_TABLE_BUCKET: `routers-${region}`,
          ROUTER_TABLE_KEY: "tables/base.json",
          ROUTER_OVERLAY_KEY: "tables/overlay.json",
          ROUTER_TABLE_KEYS: JSON.stringify({
            base: { [keys.base.id]: keys.base.publicKey },
            overlay: { [keys.overlay.id]: keys.overlay.publicKey },
          }),
          ROUTER_ENDPOINT_SUFFIX: domain,
          ROUTER_POLL_SECONDS: "0.05",
          ...variables,
        },
      },
    }),
  );
  await lambda.send(new CreateAliasCommand({ FunctionName: "router", Name: "live", FunctionVersion: "1" }));
  return { endpoint: moto.endpoint, region, functionName: "router" };
}

const headers = { "x-tenant-id": "acme", "cloudfront-viewer-country": "CN", "x-router-secret": edgeSecret };
const event = { rawPath: "/classify", rawQueryString: "", headers };

async function eventually<T>(ask: () => Promise<T>, fits: (value: T) => boolean): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    const value = await ask();
    if (fits(value) || attempt > 100) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe("the deployed router, on this machine", () => {
  it.each(["eu-west-1", "cn-north-1"])(
    "runs the bytes whose hash Lambda reports, and follows S3 and deployments: %s",
    async (region) => {
      const table = exampleTable();
      const address = await deploy(region, table);
      const bundle = buildRouterBundle(table, domain);
      const invoked = await invokeDeployed(address, event);
      expect(invoked.codeSha256).toBe(bundle.sha256Base64);
      expect(JSON.parse(invoked.body)).toMatchObject({ cell: "cell-7", version: formatVersion(table.version) });

      const served = await serveRouter({ ...address, port: 0, watchMs: 50, instances: 1 });
      try {
        const ask = (path: string, extra: Record<string, string> = headers) =>
          fetch(`${served.url}${path}`, { headers: extra, redirect: "manual" });
        const redirect = await ask("/orders/a%20b%2Fc?x=1&y=%20");
        expect(redirect.status).toBe(307);
        expect(redirect.headers.get("location")).toBe("https://cell-7.cells.example.com/orders/a%20b/c?x=1&y=%20");
        expect((await ask("/", {})).status).toBe(403);
        expect((await ask("/%zz")).status).toBe(400);
        // A client that sends two tenants: fetch would merge them itself, curl sends both.
        const { stdout: curl } = await promisify(execFile)("curl", [
          "-s",
          "-m",
          "5",
          "-o",
          "/dev/null",
          "-w",
          "%{http_code}",
          "-H",
          "x-tenant-id: a",
          "-H",
          "x-tenant-id: b",
          "-H",
          "cloudfront-viewer-country: DE",
          served.url,
        ]);
        expect(curl).toBe("400");

        // The poll: a new table in S3, no deployment.
        const newer = exampleTable(
          {
            cells: [...exampleContent().cells, cell(8, { locality: "CN", weight: 0 })],
            pins: { acme: { cell: 8, epoch: 1 } },
          },
          2,
        );
        await putTable(region, newer);
        const taken = await eventually(
          () => ask("/classify"),
          (answer) => answer.headers.get("x-routing-version") === formatVersion(newer.version),
        );
        expect(await taken.json()).toMatchObject({ cell: "cell-8" });
        expect(taken.headers.get("x-routing-source")).toBe("s3");

        // The overlay: a move, without a deployment; and one with a foreign signature.
        const moved: Overlay = {
          schema: overlaySchema,
          environment: newer.environment,
          revision: 1,
          base: 2,
          cells: {},
          pins: pinned({ acme: { cell: 7, epoch: 2 } }),
        };
        await putOverlay(region, moved);
        const overlaid = await eventually(
          () => ask("/classify"),
          (answer) => answer.headers.get("x-routing-version") === `${formatVersion(newer.version)}+1`,
        );
        expect(await overlaid.json()).toMatchObject({ cell: "cell-7" });
        await putOverlay(region, { ...moved, revision: 2, pins: noPins }, keys.base);
        await new Promise((resolve) => setTimeout(resolve, 300));
        expect((await ask("/classify")).headers.get("x-routing-version")).toBe(`${formatVersion(newer.version)}+1`);

        // A deployment: other bytes behind the alias.
        const third = exampleTable(
          {
            cells: exampleContent()
              .cells.slice(0, 7)
              .concat(cell(9, { locality: "CN" })),
          },
          3,
        );
        const next = buildRouterBundle(third, domain);
        await put(region, "code/2.zip", next.bytes);
        await putTable(region, third);
        const lambda = moto.client(LambdaClient, region);
        await lambda.send(
          new UpdateFunctionCodeCommand({ FunctionName: "router", S3Bucket: `routers-${region}`, S3Key: "code/2.zip" }),
        );
        await lambda.send(new PublishVersionCommand({ FunctionName: "router" }));
        await lambda.send(new UpdateAliasCommand({ FunctionName: "router", Name: "live", FunctionVersion: "2" }));
        await eventually(
          () => Promise.resolve(served.code().codeSha256),
          (hash) => hash === next.sha256Base64,
        );
        expect(served.code()).toMatchObject({ codeSha256: next.sha256Base64, version: "2" });
        expect(await (await ask("/classify")).json()).toMatchObject({ cell: "cell-9" });

        // Bytes that Lambda does not run are refused.
        await put(region, "code/2.zip", bundle.bytes);
        await expect(fetchDeployed(address)).rejects.toThrow(/Lambda runs/);
      } finally {
        await served.close();
      }
    },
  );

  it("plays the edge on request; otherwise a request without the edge's secret is refused", async () => {
    const own = await startMoto();
    const outer = moto;
    moto = own;
    try {
      const address = await deploy("eu-west-1", exampleTable());
      const { "x-router-secret": secret, ...claimed } = headers;
      const bare = await serveRouter({ ...address, port: 0 });
      const edge = await serveRouter({ ...address, port: 0, edge: true });
      const status = async ({ url }: { readonly url: string }, more: Record<string, string> = {}) =>
        (await fetch(`${url}/classify`, { headers: { ...claimed, ...more } })).status;
      expect(await status(bare)).toBe(403);
      expect(await status(bare, { "x-router-secret": secret })).toBe(200);
      expect(await status(edge)).toBe(200);
      expect(await status(edge, { "x-router-secret": "of a client" })).toBe(403);
      await Promise.all([bare.close(), edge.close()]);

      const code = await fetchDeployed(address);
      const lines: string[] = [];
      const handler = instantiate(code, (line) => lines.push(line));
      expect((await handler(event)).statusCode).toBe(200);
      expect(JSON.parse(lines.find((line) => line.includes("_aws")) ?? "{}")).toMatchObject({
        Requests: 1,
        Classified: 1,
        environment: "dev",
      });
      const { ROUTER_IDENTITY: _, ...rest } = code.environment;
      expect(() => instantiate({ ...code, environment: rest })).toThrow(
        /does not start: the router's settings have 1 mistake:\n {2}ROUTER_IDENTITY/,
      );
    } finally {
      moto = outer;
      await own.stop();
    }
  });

  it("names a missing router", async () => {
    const address = { endpoint: moto.endpoint, region: "eu-west-1", functionName: "absent" };
    await expect(fetchDeployed(address)).rejects.toThrow(/no router absent:live in eu-west-1/);
  });

  it("still answers when the whole local cloud is gone", async () => {
    const own = await startMoto();
    const outer = moto;
    moto = own;
    try {
      const served = await serveRouter({ ...(await deploy("eu-west-1", exampleTable())), port: 0, watchMs: 50 });
      await own.stop();
      await new Promise((resolve) => setTimeout(resolve, 200));
      for (let i = 0; i < 20; i++) {
        expect((await fetch(`${served.url}/classify`, { headers })).status).toBe(200);
      }
      await served.close();
    } finally {
      moto = outer;
    }
  });
});
