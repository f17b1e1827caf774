import { createHash } from "node:crypto";

import * as aws from "@pulumi/aws";
import { unzipSync } from "fflate";
import { beforeAll, describe, expect, it } from "vitest";

import type { RouterSite } from "../../catalog/model";
import { CellRouter } from "../../components/cell-router";
import { buildRouterBundle } from "../../components/cell-router/bundle";
import { routerNamespace } from "../../contract/router";
import { readSettings } from "../../lambda/router/settings";
import { RouterSecrets } from "../../components/router-secrets";
import { SigningKeys } from "../../components/signing-keys";
import { makeSignatureCheck, readVerifyingKeys } from "../../lambda/router/signature";
import { plan, type Plan, type PlannedResource } from "../../adapters/pulumi/plan/plan";
import { decodeBinary, encodeTable, formatVersion, type RoutingTable } from "../../routing";
import { defaultIdentity } from "../../routing/identity";
import { exampleContent, exampleTable } from "../routing/tables";

const domain = "cells.example.com";

function planRouter(
  table: RoutingTable,
  site: RouterSite = { region: "eu-west-1", partition: "aws" },
): Promise<Plan<unknown>> {
  return plan(() => {
    const provider = new aws.Provider(`router-${site.region}`, { region: site.region as aws.Region });
    const router = new CellRouter("router-eu-west-1", {
      site,
      table,
      environment: "dev",
      domain,
      provider,
      corsOrigins: [],
      identity: defaultIdentity,
      secrets: new RouterSecrets("router-eu-west-1-secrets", { generation: 1 }, {}),
      keys: new SigningKeys("table-keys", "dev", {}),
    });
    return {
      endpoint: router.endpoint,
      functionName: router.functionName,
      codeSha256: router.codeSha256,
      tableKey: router.tableKey,
      bucket: router.bucket,
    };
  });
}

const heavier = (): RoutingTable =>
  exampleTable({ cells: exampleContent().cells.map((cell) => (cell.number === 3 ? { ...cell, weight: 2 } : cell)) }, 2);

describe("bundle", () => {
  it("is the same bytes each time, and others for another table", () => {
    const first = buildRouterBundle(exampleTable(), domain);
    expect(Buffer.from(buildRouterBundle(exampleTable(), domain).bytes).equals(first.bytes)).toBe(true);
    expect(buildRouterBundle(heavier(), domain).sha256Hex).not.toBe(first.sha256Hex);
    expect(first.sha256Base64).toBe(createHash("sha256").update(first.bytes).digest("base64"));
  });

  it("does not depend on the time zone", () => {
    const zone = process.env["TZ"];
    try {
      const hashes = ["UTC", "Asia/Tokyo", "America/Los_Angeles"].map((name) => {
        process.env["TZ"] = name;
        return buildRouterBundle(exampleTable(), domain).sha256Hex;
      });
      expect(new Set(hashes).size).toBe(1);
    } finally {
      process.env["TZ"] = zone;
    }
  });

  it("holds the code, small and without paths, and the table", () => {
    const files = unzipSync(buildRouterBundle(exampleTable(), domain).bytes);
    expect(Object.keys(files)).toEqual(["index.js", "tokens.js", "home-cache.js", "base.bin"]);
    const [code, tokens, homes] = ["index.js", "tokens.js", "home-cache.js"].map((name) =>
      new TextDecoder().decode(files[name]),
    );
    expect(code!.length).toBeLessThan(75_000);
    expect(tokens!.length).toBeLessThan(20_000);
    expect(homes!.length).toBeLessThan(21_000);
    expect(code! + tokens! + homes!).not.toMatch(/\.ts\b|node_modules|sourceMappingURL|aws-sdk|zod/);
    // The library that reads tokens is loaded by routers that read some.
    expect(code).not.toContain("JWS");
    // And the one that keeps homes by routers whose algorithm is slow.
    expect(code).not.toMatch(/maxEntrySize/);
    expect(homes).toMatch(/maxEntrySize/);
    const table = decodeBinary(files["base.bin"]!);
    expect(table.ok && formatVersion(table.table.version)).toBe(formatVersion(exampleTable().version));
  });

  it("refuses a table that the router would refuse", () => {
    expect(() => buildRouterBundle(exampleTable(), "other.example")).toThrow(
      "cells[0].endpoint must be a host under other.example",
    );
  });
});

describe("CellRouter", () => {
  let planned: Plan<unknown>;
  const one = (type: string, suffix = ""): PlannedResource => {
    const found = planned.resources.filter((each) => each.type === type && each.name.endsWith(suffix));
    expect(found.length, `${type} ${suffix}`).toBe(1);
    return found[0]!;
  };

  beforeAll(async () => {
    planned = await planRouter(exampleTable());
  });

  const ancestors = ({ parent }: PlannedResource): string[] => {
    const next = planned.resources.find(({ urn }) => urn === parent);
    return next === undefined ? [parent] : [parent, ...ancestors(next)];
  };

  it("is one component with everything under it and in its region's provider", () => {
    const component = one("cells:index:CellRouter");
    const provider = one("pulumi:providers:aws");
    for (const each of planned.resources.filter(({ custom, type }) => custom && type.startsWith("aws:"))) {
      expect(each.provider, each.name).toContain(provider.urn);
      expect(ancestors(each), each.name).toContain(component.urn);
      expect(each.name.startsWith("router-eu-west-1")).toBe(true);
    }
    expect(component.custom).toBe(false);
  });

  it("keeps its bucket closed, encrypted, versioned and TLS-only", () => {
    expect(one("aws:s3/bucket:Bucket").inputs).toMatchObject({
      bucket: expect.stringMatching(/^dev-router-eu-west-1-[0-9a-f]{8}$/),
    });
    expect(one("aws:s3/bucketVersioning:BucketVersioning").inputs["versioningConfiguration"]).toEqual({
      status: "Enabled",
    });
    const access = one("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock").inputs;
    for (const rule of ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"]) {
      expect(access[rule]).toBe(true);
    }
    const policy = JSON.parse(one("aws:s3/bucketPolicy:BucketPolicy").inputs["policy"] as string) as unknown;
    expect(policy).toMatchObject({
      Statement: [{ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }],
    });
  });

  it("publishes the table under a stable key and under a permanent key for its version", () => {
    const stable = one("aws:s3/bucketObjectv2:BucketObjectv2", "-table");
    const version = one("aws:s3/bucketObjectv2:BucketObjectv2", "-table-version");
    expect(stable.inputs).toMatchObject({ key: "tables/base.json", content: encodeTable(exampleTable()) });
    expect(version.inputs).toMatchObject({
      key: `tables/base-${formatVersion(exampleTable().version)}.json`,
      content: encodeTable(exampleTable()),
    });
    expect(version.retainOnDelete).toBe(true);
    // Signed by a key whose public half the function pins; the private half is nowhere in what is registered.
    const { signature } = stable.inputs["metadata"] as { signature: string };
    expect(stable.secretInputs).toEqual([]);
    const variables = (
      one("aws:lambda/function:Function").inputs["environment"] as { variables: Record<string, string> }
    ).variables;
    const signatureMistake = makeSignatureCheck(readVerifyingKeys(variables["ROUTER_TABLE_KEYS"]), "dev");
    expect(signatureMistake("base", Buffer.from(encodeTable(exampleTable())), signature)).toBeUndefined();
    expect(signatureMistake("base", Buffer.from(encodeTable(exampleTable({}, 2))), signature)).toMatch("does not hold");
  });

  it("runs exactly the zip that it uploads", () => {
    const code = one("aws:s3/bucketObjectv2:BucketObjectv2", "-code").inputs;
    const lambda = one("aws:lambda/function:Function").inputs;
    const bytes = Buffer.from(code["contentBase64"] as string, "base64");
    expect(lambda["sourceCodeHash"]).toBe(createHash("sha256").update(bytes).digest("base64"));
    expect(lambda["s3Key"]).toBe(code["key"]);
    expect(lambda).toMatchObject({
      publish: true,
      handler: "index.handler",
      timeout: 3,
      reservedConcurrentExecutions: 200,
      // INFO writes two lines for each invocation.
      loggingConfig: { logFormat: "JSON", systemLogLevel: "WARN" },
      name: "dev-router-eu-west-1",
    });
    expect(one("aws:lambda/alias:Alias").inputs).toMatchObject({ name: "live" });
  });

  it("asks for no JSON logs in GovCloud, which has none", async () => {
    const { resources } = await planRouter(exampleTable(), { region: "us-gov-west-1", partition: "aws-us-gov" });
    const lambda = resources.find(({ type }) => type === "aws:lambda/function:Function");
    expect(lambda?.inputs["loggingConfig"]).toEqual({
      logFormat: "Text",
      logGroup: "/aws/lambda/dev-router-us-gov-west-1",
    });
  });

  it("may read two keys, see what is missing and write its own log, no more", () => {
    const { Statement } = JSON.parse(one("aws:iam/rolePolicy:RolePolicy").inputs["policy"] as string) as {
      Statement: { Action: string | string[]; Resource: string | string[] }[];
    };
    expect(Statement.flatMap(({ Action }) => Action).sort()).toEqual([
      "logs:CreateLogStream",
      "logs:PutLogEvents",
      "s3:GetObject",
      "s3:ListBucket",
    ]);
    const resources = Statement.flatMap(({ Resource }) => Resource);
    expect(resources.filter((arn) => arn.includes("/tables/"))).toHaveLength(2);
    for (const arn of resources.slice(0, 2)) expect(arn).not.toContain("*");
    // S3 asks for the right to list when it chooses between 404 and 403 for a GET, which has no prefix.
    expect(Statement.find(({ Action }) => Action === "s3:ListBucket")).toEqual({
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: resources[0]!.replace(/\/.*/, ""),
    });
  });

  it("lets only its own API in, throttled, with an access log that has no tenant in it", () => {
    expect(one("aws:lambda/permission:Permission").inputs).toMatchObject({
      principal: "apigateway.amazonaws.com",
      qualifier: "live",
      sourceArn: expect.stringMatching(/\/\*\/\*$/),
    });
    const stage = one("aws:apigatewayv2/stage:Stage").inputs;
    expect(stage).toMatchObject({
      name: "$default",
      defaultRouteSettings: { throttlingRateLimit: 2000, throttlingBurstLimit: 1000 },
    });
    expect((stage["accessLogSettings"] as { format: string }).format).not.toMatch(/header|query|path|ip/i);
    expect(one("aws:apigatewayv2/integration:Integration").inputs).toMatchObject({ payloadFormatVersion: "2.0" });
  });

  it("watches what tenants would feel, and what comes before it", () => {
    const alarm = (suffix: string) => one("aws:cloudwatch/metricAlarm:MetricAlarm", suffix).inputs;
    expect(alarm("-errors")).toMatchObject({ namespace: "AWS/Lambda", metricName: "Errors" });
    expect(alarm("-throttles")).toMatchObject({ namespace: "AWS/Lambda", metricName: "Throttles" });
    expect(alarm("-5xx")).toMatchObject({ namespace: "AWS/ApiGateway", metricName: "5xx", threshold: 0.01 });
    for (const [suffix, metricName] of [
      ["-no-healthy-cell", "NoHealthyCell"],
      ["-table-refused", "TablesRefused"],
      ["-poll-failures", "TablePollFailures"],
      ["-table-age", "TableAge"],
    ] as const) {
      expect(alarm(suffix)).toMatchObject({
        namespace: routerNamespace,
        metricName,
        dimensions: { service: "router", environment: "dev", region: "eu-west-1" },
      });
      expect(alarm(suffix)).not.toHaveProperty("alarmActions");
    }
  });

  it("passes the trusted identities to the function, and keeps both secrets secret", () => {
    const { environment } = one("aws:lambda/function:Function").inputs as {
      environment: { variables: Record<string, string> };
    };
    const settings = readSettings({ ...environment.variables, AWS_REGION: "eu-west-1" });
    expect(settings).toMatchObject({ identity: defaultIdentity, environment: "dev", logEvery: 1000 });
    expect(settings.edgeSecrets).toHaveLength(1);
    expect(settings.logKey).not.toBe(settings.edgeSecrets[0]);
    const passwords = planned.resources.filter(({ type }) => type === "random:index/randomPassword:RandomPassword");
    expect(passwords.map(({ name }) => name).sort()).toEqual([
      "router-eu-west-1-secrets-edge-1",
      "router-eu-west-1-secrets-log-key",
      "table-keys-base",
      "table-keys-move",
      "table-keys-overlay",
    ]);
  });

  it("changes the edge's secret in two steps, the last one still accepted", async () => {
    const names = async (generation: number) => {
      const { resources, result } = await plan(() => {
        const secrets = new RouterSecrets("s", { generation }, {});
        return { current: secrets.current, accepted: secrets.accepted };
      });
      const made = resources.filter(({ type }) => type.startsWith("random:")).map(({ name }) => name);
      expect((result.accepted as unknown as string[])[0]).toBe(result.current);
      expect(result.accepted).toHaveLength(generation === 1 ? 1 : 2);
      return made.sort();
    };
    expect(await names(1)).toEqual(["s-edge-1", "s-log-key"]);
    expect(await names(2)).toEqual(["s-edge-1", "s-edge-2", "s-log-key"]);
    expect(await names(3)).toEqual(["s-edge-2", "s-edge-3", "s-log-key"]);
  });

  it("changes only table, code and alias when a weight changes", async () => {
    const next = await planRouter(heavier());
    const inputs = (resources: readonly PlannedResource[]) =>
      new Map(resources.map(({ urn, inputs }) => [urn, JSON.stringify(inputs)]));
    const before = inputs(planned.resources);
    const after = inputs(next.resources);
    expect([...after.keys()]).toEqual([...before.keys()]);
    const changed = [...after]
      .filter(([urn, value]) => before.get(urn) !== value)
      .map(([urn]) => urn.split("::").at(-1));
    expect(changed.sort()).toEqual([
      "router-eu-west-1-artifacts-code",
      "router-eu-west-1-artifacts-table",
      "router-eu-west-1-artifacts-table-version",
      "router-eu-west-1-function-lambda",
    ]);
  });

  it("gives what routers' users need", () => {
    expect(planned.result).toMatchObject({
      functionName: "dev-router-eu-west-1",
      codeSha256: buildRouterBundle(exampleTable(), domain).sha256Base64,
      tableKey: "tables/base.json",
      bucket: expect.stringContaining("dev-router-eu-west-1"),
    });
  });
});
